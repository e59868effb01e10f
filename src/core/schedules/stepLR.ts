import { schedule } from "./schedule.ts";

/** A staircase of equal steps. */
export const stepLR = schedule({
  name: "StepLR",
  source: "torch.optim.lr_scheduler.StepLR (PyTorch 2)",
  hyperparameters: {
    stepSize: {
      symbol: "k",
      label: "step size",
      meaning: "Counts between two drops of the rate.",
      default: 30,
      range: [1, 1000],
      scale: "integer",
    },
    gamma: {
      symbol: "γ",
      label: "factor",
      meaning: "What a drop multiplies the rate by.",
      default: 0.1,
      range: [0.01, 1],
      scale: "log",
    },
  },
  rates(base, { stepSize, gamma }) {
    if (stepSize < 1) throw new Error(`StepLR needs a step size (stepSize) of at least 1, got ${stepSize}.`);
    return { rate: (count) => base * gamma ** Math.floor(count / stepSize) };
  },
});
