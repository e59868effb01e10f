import { schedule } from "./schedule.ts";

/** A straight line between two shares of the rate; most often a warm-up. */
export const linearLR = schedule({
  name: "LinearLR",
  source: "torch.optim.lr_scheduler.LinearLR (PyTorch 2)",
  hyperparameters: {
    startFactor: {
      symbol: "s₀",
      label: "first share",
      meaning: "Share of the rate at the first count (start_factor).",
      default: 1 / 3,
      range: [1e-4, 1],
      scale: "log",
    },
    endFactor: {
      symbol: "s₁",
      label: "last share",
      meaning: "Share of the rate from the last count on (end_factor).",
      default: 1,
      range: [0, 1],
      scale: "linear",
    },
    length: {
      symbol: "T",
      label: "length",
      meaning: "Counts from the first share to the last (total_iters); 0 is the length of the run.",
      default: 5,
      range: [0, 10_000],
      scale: "integer",
    },
  },
  rates: (base, { startFactor, endFactor, length }) => ({
    rate: (count) => base * (startFactor + ((endFactor - startFactor) * Math.min(count, length)) / length),
    length,
  }),
});
