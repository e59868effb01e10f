import { schedule } from "./schedule.ts";
import { factor } from "./shared.ts";

/** A staircase whose drops stand where its milestones say. */
export const multiStepLR = schedule({
  name: "MultiStepLR",
  source: "torch.optim.lr_scheduler.MultiStepLR (PyTorch 2)",
  hyperparameters: {
    gamma: factor({ meaning: "What each milestone multiplies the rate by (gamma).", default: 0.1 }),
  },
  rates(base, { gamma }, _runLength, { points }) {
    if (!points) throw new Error("MultiStepLR needs its milestones (points), got nothing.");
    // PyTorch looks for the counter among the milestones: what is no whole count is never met.
    const met = points.filter((point) => Number.isInteger(point) && point >= 0);
    const passed = (count: number) => met.reduce((sum, point) => sum + (point <= count ? 1 : 0), 0);
    const at = (count: number) => met.reduce((sum, point) => sum + (point === count ? 1 : 0), 0);
    return {
      rate: (count) => base * gamma ** passed(count),
      length: Math.max(0, ...met),
      recursion: { next: (rate, count) => rate * gamma ** at(count) },
    };
  },
});
