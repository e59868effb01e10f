import { schedule } from "./schedule.ts";
import { counts, factor } from "./shared.ts";

/** A staircase of equal steps. */
export const stepLR = schedule({
  name: "StepLR",
  source: "torch.optim.lr_scheduler.StepLR (PyTorch 2)",
  hyperparameters: {
    stepSize: counts({
      symbol: "k",
      label: "step size",
      meaning: "Counts between two drops of the rate (step_size).",
      default: 30,
      range: [1, 1000],
      valid: { least: 1 },
    }),
    gamma: factor({ meaning: "What a drop multiplies the rate by (gamma).", default: 0.1 }),
  },
  whole: ["stepSize"],
  rates: (base, { stepSize, gamma }) => ({
    rate: (count) => base * gamma ** Math.floor(count / stepSize),
    recursion: {
      next: (rate, count) => (count === 0 || count % stepSize !== 0 ? rate : rate * gamma),
    },
  }),
});
