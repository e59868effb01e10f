import { schedule } from "./schedule.ts";
import { factor } from "./shared.ts";

/** The same factor at every count. */
export const exponentialLR = schedule({
  name: "ExponentialLR",
  source: "torch.optim.lr_scheduler.ExponentialLR (PyTorch 2)",
  hyperparameters: {
    gamma: factor({
      meaning: "What every count multiplies the rate by; 1/(1−γ) counts bring it down by about e.",
      default: 0.95,
      range: [0.5, 0.99999],
      scale: "decay",
    }),
  },
  rates: (base, { gamma }) => ({
    rate: (count) => base * gamma ** count,
    recursion: { next: (rate, count) => (count === 0 ? rate : rate * gamma) },
  }),
});
