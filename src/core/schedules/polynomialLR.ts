import { schedule } from "./schedule.ts";

/** A power of the share of the length that is left. */
export const polynomialLR = schedule({
  name: "PolynomialLR",
  source: "torch.optim.lr_scheduler.PolynomialLR (PyTorch 2)",
  hyperparameters: {
    length: {
      symbol: "T",
      label: "length",
      meaning: "Counts until the rate is 0 (total_iters); 0 is the length of the run.",
      default: 5,
      range: [0, 100_000],
      scale: "integer",
    },
    power: {
      symbol: "p",
      label: "power",
      meaning: "1 is a straight line; higher powers fall faster at first.",
      default: 1,
      range: [0.1, 5],
      scale: "linear",
    },
  },
  rates: (base, { length, power }) => ({
    rate: (count) => base * (1 - Math.min(count, length) / length) ** power,
    length,
  }),
});
