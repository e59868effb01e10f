import { schedule } from "./schedule.ts";

/** Up and down between two rates, momentum the other way; the optimizer's own rate is not used. */
export const cyclicLR = schedule({
  name: "CyclicLR",
  source: "Smith 2017, arXiv:1506.01186; torch.optim.lr_scheduler.CyclicLR (PyTorch 2)",
  hyperparameters: {
    minimum: {
      symbol: "ηₘᵢₙ",
      label: "lowest rate",
      meaning: "The rate at the foot of a cycle (base_lr).",
      default: 1e-4,
      range: [1e-8, 1],
      scale: "log",
    },
    maximum: {
      symbol: "ηₘₐₓ",
      label: "peak rate",
      meaning: "The rate at the top of the first cycle (max_lr).",
      default: 0,
      range: [1e-6, 1],
      scale: "log",
    },
    stepsUp: {
      symbol: "k↑",
      label: "counts up",
      meaning: "Counts from foot to top (step_size_up).",
      default: 2000,
      range: [1, 10_000],
      scale: "integer",
    },
    stepsDown: {
      symbol: "k↓",
      label: "counts down",
      meaning: "Counts from top to foot (step_size_down); 0 is as many as up.",
      default: 0,
      range: [0, 10_000],
      scale: "integer",
    },
    mode: {
      symbol: "a",
      label: "tops",
      meaning: "Equal tops, tops halved each time, or tops that shrink by γ a count.",
      default: 0,
      range: [0, 2],
      scale: "choice",
      choices: ["triangular", "triangular2", "exp_range"],
    },
    gamma: {
      symbol: "γ",
      label: "factor",
      meaning: "What every count multiplies the height of the tops by, in exp_range.",
      default: 1,
      range: [0.9, 1],
      scale: "linear",
    },
    cycleMomentum: {
      symbol: "μ(t)",
      label: "cycle momentum",
      meaning: "Moves μ or β₁ against the rate (cycle_momentum).",
      default: 1,
      range: [0, 1],
      scale: "flag",
    },
    momentumLow: {
      symbol: "μ_min",
      label: "lowest momentum",
      meaning: "Momentum where the rate peaks (base_momentum).",
      default: 0.8,
      range: [0, 0.9999],
      scale: "decay",
    },
    momentumHigh: {
      symbol: "μ_max",
      label: "highest momentum",
      meaning: "Momentum at the foot (max_momentum).",
      default: 0.9,
      range: [0, 0.9999],
      scale: "decay",
    },
  },
  rates(_base, { minimum, maximum, stepsUp, stepsDown, mode, gamma, cycleMomentum, momentumLow, momentumHigh }) {
    if (!(maximum > 0)) throw new Error(`CyclicLR needs a peak rate (maximum), got ${maximum}.`);
    if (stepsUp < 1) throw new Error(`CyclicLR needs counts up (stepsUp) of at least 1, got ${stepsUp}.`);
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
      ...(cycleMomentum !== 0 && {
        momentum: (count: number) => momentumHigh - (momentumHigh - momentumLow) * height(count),
      }),
    };
  },
});
