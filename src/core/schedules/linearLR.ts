import { schedule } from "./schedule.ts";
import { length, share } from "./shared.ts";

/** A straight line between two shares of the rate; most often a warm-up. */
export const linearLR = schedule({
  name: "LinearLR",
  source: "torch.optim.lr_scheduler.LinearLR (PyTorch 2)",
  hyperparameters: {
    startFactor: share({
      symbol: "s₀",
      label: "first share",
      meaning: "Share of the rate at the first count (start_factor).",
      default: 1 / 3,
      range: [1e-4, 1],
      scale: "log",
      valid: { above: 0, most: 1 },
    }),
    endFactor: share({
      symbol: "s₁",
      label: "last share",
      meaning: "Share of the rate from the last count on (end_factor).",
      default: 1,
    }),
    length: length({
      meaning: "Counts from the first share to the last (total_iters); 0 is the length of the run.",
      default: 5,
      range: [0, 10_000],
    }),
  },
  rates(base, { startFactor, endFactor, length: total }) {
    const rise = endFactor - startFactor;
    return {
      rate: (count) => base * (startFactor + (rise * Math.min(count, total)) / total),
      length: total,
      recursion: {
        next(rate, count) {
          if (count === 0) return rate * startFactor;
          return count > total ? rate : rate * (1 + rise / (total * startFactor + (count - 1) * rise));
        },
      },
    };
  },
});
