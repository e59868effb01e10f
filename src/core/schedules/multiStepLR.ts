import { schedule } from "./schedule.ts";

/** A staircase whose drops stand where its milestones say. */
export const multiStepLR = schedule({
  name: "MultiStepLR",
  source: "torch.optim.lr_scheduler.MultiStepLR (PyTorch 2)",
  hyperparameters: {
    gamma: {
      symbol: "γ",
      label: "factor",
      meaning: "What each milestone multiplies the rate by.",
      default: 0.1,
      range: [0.01, 1],
      scale: "log",
    },
  },
  rates(base, { gamma }, _runLength, { points }) {
    if (!points) throw new Error("MultiStepLR needs its milestones (points), got nothing.");
    const passed = (count: number) => points.reduce((sum, point) => sum + (point <= count ? 1 : 0), 0);
    return { rate: (count) => base * gamma ** passed(count), length: Math.max(0, ...points) };
  },
});
