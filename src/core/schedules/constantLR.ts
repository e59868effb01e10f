import { schedule } from "./schedule.ts";

/** A share of the rate for some counts, then the whole. */
export const constantLR = schedule({
  name: "ConstantLR",
  source: "torch.optim.lr_scheduler.ConstantLR (PyTorch 2)",
  hyperparameters: {
    factor: {
      symbol: "s",
      label: "share",
      meaning: "Share of the rate until the length is reached.",
      default: 1 / 3,
      range: [1e-3, 1],
      scale: "log",
    },
    length: {
      symbol: "T",
      label: "length",
      meaning: "Counts until the whole rate holds (total_iters); 0 is the length of the run.",
      default: 5,
      range: [0, 10_000],
      scale: "integer",
    },
  },
  rates: (base, { factor, length }) => ({ rate: (count) => (count < length ? base * factor : base), length }),
});
