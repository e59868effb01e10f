import { schedule } from "./schedule.ts";
import { counts, cycledMomentum, factor, lowestRate, peakRate } from "./shared.ts";

/** Up and down between two rates, momentum the other way; the optimizer's own rate is not used. */
export const cyclicLR = schedule({
  name: "CyclicLR",
  source: "Smith 2017, arXiv:1506.01186; torch.optim.lr_scheduler.CyclicLR (PyTorch 2)",
  hyperparameters: {
    minimum: lowestRate({ meaning: "The rate at the foot of a cycle (base_lr).", default: 1e-4 }),
    maximum: peakRate({ meaning: "The rate at the top of the first cycle (max_lr).", valid: { above: 0 } }),
    stepsUp: counts({
      symbol: "k↑",
      label: "counts up",
      meaning: "Counts from foot to top (step_size_up).",
      default: 2000,
      range: [1, 10_000],
      valid: { above: 0 },
    }),
    stepsDown: counts({
      symbol: "k↓",
      label: "counts down",
      meaning: "Counts from top to foot (step_size_down); 0 is as many as up.",
      default: 0,
    }),
    mode: {
      symbol: "a",
      label: "tops",
      meaning: "Equal tops, tops halved each time, or tops that shrink by γ a count.",
      default: 0,
      range: [0, 2],
      scale: "choice",
      choices: ["triangular", "triangular2", "exp_range"],
    },
    gamma: factor({
      meaning: "What every count multiplies the height of the tops by, in exp_range.",
      default: 1,
      range: [0.9, 1],
      scale: "linear",
    }),
    ...cycledMomentum(0.8, 0.9),
  },
  rates(_base, { minimum, maximum, stepsUp, stepsDown, mode, gamma, cycleMomentum, momentumLow, momentumHigh }) {
    const total = stepsUp + (stepsDown > 0 ? stepsDown : stepsUp);
    const risingShare = stepsUp / total;
    /** How far from foot to top, times what the mode leaves of the top. */
    const height = (count: number) => {
      const cycle = Math.floor(count / total);
      const within = count / total - cycle;
      const share = within <= risingShare ? within / risingShare : (within - 1) / (risingShare - 1);
      if (mode === 0) return share;
      return share * (mode === 1 ? 2 ** -cycle : gamma ** count);
    };
    return {
      rate: (count) => minimum + (maximum - minimum) * height(count),
      first: { rate: minimum, always: false },
      ...(cycleMomentum !== 0 && {
        momentum: (count: number) => momentumHigh - (momentumHigh - momentumLow) * height(count),
      }),
    };
  },
});
