import { schedule } from "./schedule.ts";

interface Phase {
  readonly end: number;
  readonly rate: readonly [from: number, to: number];
  readonly momentum: readonly [from: number, to: number];
}

/** One rise to a peak and a fall far below the start, momentum moving the other way. Holds its last value where PyTorch ends. */
export const oneCycleLR = schedule({
  name: "OneCycleLR",
  source: "Smith & Topin 2017, arXiv:1708.07120; torch.optim.lr_scheduler.OneCycleLR (PyTorch 2)",
  hyperparameters: {
    maximum: {
      symbol: "ηₘₐₓ",
      label: "peak rate",
      meaning: "The highest rate (max_lr); the optimizer's own rate is not used.",
      default: 0,
      range: [1e-6, 1],
      scale: "log",
    },
    length: {
      symbol: "T",
      label: "length",
      meaning: "Counts of the whole cycle (total_steps); 0 is the length of the run.",
      default: 0,
      range: [0, 100_000],
      scale: "integer",
    },
    riseFraction: {
      symbol: "p",
      label: "rising share",
      meaning: "Share of the cycle in which the rate rises (pct_start).",
      default: 0.3,
      range: [0.01, 0.99],
      scale: "linear",
    },
    divideBy: {
      symbol: "d₀",
      label: "start divisor",
      meaning: "The first rate is the peak rate divided by this (div_factor).",
      default: 25,
      range: [1, 1000],
      scale: "log",
    },
    finalDivideBy: {
      symbol: "d₁",
      label: "end divisor",
      meaning: "The last rate is the first rate divided by this (final_div_factor).",
      default: 1e4,
      range: [1, 1e6],
      scale: "log",
    },
    annealing: {
      symbol: "a",
      label: "shape",
      meaning: "Half cosines or straight lines (anneal_strategy).",
      default: 0,
      range: [0, 1],
      scale: "choice",
      choices: ["cos", "linear"],
    },
    threePhase: {
      symbol: "3φ",
      label: "three phases",
      meaning: "Comes down as slowly as it rose before the last fall (three_phase).",
      default: 0,
      range: [0, 1],
      scale: "flag",
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
      default: 0.85,
      range: [0, 0.9999],
      scale: "decay",
    },
    momentumHigh: {
      symbol: "μ_max",
      label: "highest momentum",
      meaning: "Momentum at both ends (max_momentum).",
      default: 0.95,
      range: [0, 0.9999],
      scale: "decay",
    },
  },
  rates(_base, given) {
    const { maximum, length, riseFraction, annealing, threePhase, cycleMomentum, momentumLow, momentumHigh } = given;
    if (!(maximum > 0)) throw new Error(`OneCycleLR needs a peak rate (maximum), got ${maximum}.`);
    if (!(riseFraction >= 0 && riseFraction <= 1))
      throw new Error(`OneCycleLR needs a rising share (riseFraction) between 0 and 1, got ${riseFraction}.`);
    const first = maximum / given.divideBy;
    const last = first / given.finalDivideBy;
    const rise: Phase = {
      end: riseFraction * length - 1,
      rate: [first, maximum],
      momentum: [momentumHigh, momentumLow],
    };
    const phases: readonly Phase[] =
      threePhase === 0
        ? [rise, { end: length - 1, rate: [maximum, last], momentum: [momentumLow, momentumHigh] }]
        : [
            rise,
            { end: 2 * riseFraction * length - 2, rate: [maximum, first], momentum: [momentumLow, momentumHigh] },
            { end: length - 1, rate: [first, last], momentum: [momentumHigh, momentumHigh] },
          ];
    const at = (count: number, of: "rate" | "momentum") => {
      const now = Math.min(count, length - 1);
      let i = 0;
      while (i < phases.length - 1 && now > phases[i].end) i++;
      const start = i === 0 ? 0 : phases[i - 1].end;
      const span = phases[i].end - start;
      const share = span === 0 ? 1 : (now - start) / span;
      const [from, to] = phases[i][of];
      return annealing === 0 ? to + ((from - to) / 2) * (1 + Math.cos(Math.PI * share)) : from + (to - from) * share;
    };
    return {
      rate: (count) => at(count, "rate"),
      ...(cycleMomentum !== 0 && { momentum: (count: number) => at(count, "momentum") }),
      length,
    };
  },
});
