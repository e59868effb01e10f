import { schedule } from "./schedule.ts";
import { length, share } from "./shared.ts";

/** A share of the rate for some counts, then the whole. */
export const constantLR = schedule({
  name: "ConstantLR",
  source: "torch.optim.lr_scheduler.ConstantLR (PyTorch 2)",
  hyperparameters: {
    factor: share({
      symbol: "s",
      label: "share",
      meaning: "Share of the rate until the length is reached (factor).",
      default: 1 / 3,
      range: [1e-3, 1],
      scale: "log",
    }),
    length: length({
      meaning: "Counts until the whole rate holds (total_iters); 0 is the length of the run.",
      default: 5,
      range: [0, 10_000],
    }),
  },
  rates: (base, { factor, length: total }) => ({
    rate: (count) => (count < total ? base * factor : base),
    length: total,
    recursion: {
      next: (rate, count) => (count === 0 ? rate * factor : count === total ? rate / factor : rate),
    },
  }),
});
