import { cos } from "../kernels/elementary.ts";
import { schedule } from "./schedule.ts";
import { cycledMomentum, flag, length, peakRate, share } from "./shared.ts";

interface Phase {
  readonly end: number;
  readonly rate: readonly [from: number, to: number];
  readonly momentum: readonly [from: number, to: number];
}

/** One rise to a peak and a fall far below the start, momentum moving the other way. */
export const oneCycleLR = schedule({
  name: "OneCycleLR",
  source: "Smith & Topin 2017, arXiv:1708.07120; torch.optim.lr_scheduler.OneCycleLR (PyTorch 2)",
  hyperparameters: {
    maximum: peakRate({
      meaning: "The highest rate (max_lr); the optimizer's own rate is not used.",
      valid: { above: 0 },
    }),
    length: length({ meaning: "Counts of the whole cycle (total_steps); 0 is the length of the run." }),
    riseFraction: share({
      symbol: "p",
      label: "rising share",
      meaning: "Share of the cycle in which the rate rises (pct_start).",
      default: 0.3,
      range: [0.01, 0.99],
    }),
    divideBy: {
      symbol: "d₀",
      label: "start divisor",
      meaning: "The first rate is the peak rate divided by this (div_factor).",
      default: 25,
      range: [1, 1000],
      scale: "log",
      valid: { above: 0 },
    },
    finalDivideBy: {
      symbol: "d₁",
      label: "end divisor",
      meaning: "The last rate is the first rate divided by this (final_div_factor).",
      default: 1e4,
      range: [1, 1e6],
      scale: "log",
      valid: { above: 0 },
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
    threePhase: flag({
      symbol: "3φ",
      label: "three phases",
      meaning: "Comes down as slowly as it rose before the last fall (three_phase).",
    }),
    ...cycledMomentum(0.85, 0.95),
  },
  whole: ["length"],
  rates(_base, given) {
    const { maximum, length: total, riseFraction, annealing, threePhase } = given;
    const { cycleMomentum, momentumLow: low, momentumHigh: high } = given;
    const first = maximum / given.divideBy;
    const last = first / given.finalDivideBy;
    const rise: Phase = { end: riseFraction * total - 1, rate: [first, maximum], momentum: [high, low] };
    const phases: readonly Phase[] =
      threePhase === 0
        ? [rise, { end: total - 1, rate: [maximum, last], momentum: [low, high] }]
        : [
            rise,
            { end: 2 * riseFraction * total - 2, rate: [maximum, first], momentum: [low, high] },
            { end: total - 1, rate: [first, last], momentum: [high, high] },
          ];
    const at = (count: number, of: "rate" | "momentum") => {
      // PyTorch takes one step past its last rate, as if the cycle went on, and raises an error at the next.
      const now = count <= total ? count : total - 1;
      let i = 0;
      while (i < phases.length - 1 && now > phases[i].end) i++;
      const start = i === 0 ? 0 : phases[i - 1].end;
      const span = phases[i].end - start;
      const share = span === 0 ? 1 : (now - start) / span;
      const [from, to] = phases[i][of];
      return annealing === 0 ? to + ((from - to) / 2) * (1 + cos(Math.PI * share)) : from + (to - from) * share;
    };
    return {
      rate: (count) => at(count, "rate"),
      ...(cycleMomentum !== 0 && { momentum: (count: number) => at(count, "momentum") }),
      length: total + 1,
      first: { rate: first, always: true },
    };
  },
});
