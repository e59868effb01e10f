import { cos, log } from "../kernels/elementary.ts";
import { parseFormula } from "../formula.ts";
import { schedule } from "./schedule.ts";
import type { Schedule } from "./schedule.ts";
import {
  counts,
  factor,
  firstRate,
  flag,
  length,
  lowestRate,
  lowestShare,
  peakRate,
  power,
  staircase,
} from "./shared.ts";

// Keras 3's LearningRateSchedule classes: the rate itself as a function of the optimizer's step, from 0.

const source = (name: string) => `keras.optimizers.schedules.${name} (Keras 3)`;
const initial = firstRate({ meaning: "The rate at the start (initial_learning_rate)." });
const decayCounts = (meaning: string) =>
  counts({ symbol: "k", label: "decay steps", meaning, default: 1000, range: [1, 100_000], valid: { above: 0 } });

const exponentialDecay = schedule({
  name: "ExponentialDecay",
  source: source("ExponentialDecay"),
  hyperparameters: {
    initial,
    stepSize: decayCounts("Counts in which the rate changes by the factor (decay_steps)."),
    gamma: factor({ meaning: "What so many counts multiply the rate by (decay_rate).", default: 0.96 }),
    staircase,
  },
  fromRate: "initial",
  rates(_base, { initial: start, stepSize, gamma, staircase: stairs }) {
    const periods =
      stairs === 0 ? (count: number) => count / stepSize : (count: number) => Math.floor(count / stepSize);
    return { rate: (count) => start * gamma ** periods(count) };
  },
});

const inverseTimeDecay = schedule({
  name: "InverseTimeDecay",
  source: source("InverseTimeDecay"),
  hyperparameters: {
    initial,
    stepSize: decayCounts("Counts that make one unit of time (decay_steps)."),
    decayRate: {
      symbol: "κ",
      label: "decay rate",
      meaning: "The rate is divided by 1 + κt (decay_rate).",
      default: 0.5,
      range: [1e-3, 10],
      scale: "log",
    },
    staircase,
  },
  fromRate: "initial",
  rates(_base, { initial: start, stepSize, decayRate, staircase: stairs }) {
    const time = stairs === 0 ? (count: number) => count / stepSize : (count: number) => Math.floor(count / stepSize);
    return { rate: (count) => start / (1 + decayRate * time(count)) };
  },
});

const polynomialDecay = schedule({
  name: "PolynomialDecay",
  source: source("PolynomialDecay"),
  hyperparameters: {
    initial,
    length: length({ meaning: "Counts until the lowest rate (decay_steps); 0 is the length of the run." }),
    minimum: lowestRate({ meaning: "The rate at the end (end_learning_rate).", default: 1e-4 }),
    power,
    cycle: flag({
      symbol: "↻",
      label: "cycle",
      meaning: "Past its length it starts over with twice, three times … the length (cycle).",
    }),
  },
  fromRate: "initial",
  rates(_base, { initial: start, length: total, minimum, power: p, cycle }) {
    const done =
      cycle === 0
        ? (count: number) => Math.min(count, total) / total
        : (count: number) => count / (total * Math.max(1, Math.ceil(count / total)));
    return {
      rate: (count) => (start - minimum) * (1 - done(count)) ** p + minimum,
      ...(cycle === 0 && { length: total }),
    };
  },
});

const cosineDecay = schedule({
  name: "CosineDecay",
  source: source("CosineDecay"),
  hyperparameters: {
    initial,
    length: length({ meaning: "Counts of the cosine, without the warm-up (decay_steps); 0 is the length of the run." }),
    minimumFraction: lowestShare({ meaning: "Share of the peak rate at the end (alpha)." }),
    maximum: peakRate({
      meaning: "Where the warm-up leads from the first rate (warmup_target); 0 is no warm-up.",
    }),
    warmup: counts({
      symbol: "T_w",
      label: "warm-up",
      meaning: "Counts from the first rate to the peak (warmup_steps); without a peak rate it has no effect.",
      default: 0,
    }),
  },
  fromRate: "initial",
  rates(_base, { initial: start, length: total, minimumFraction: low, maximum, warmup }) {
    const [peak, rise] = maximum === 0 ? [start, 0] : [maximum, warmup];
    const fall = (share: number) => peak * ((1 - low) * 0.5 * (1 + cos(Math.PI * share)) + low);
    return {
      rate: (count) =>
        count < rise ? (peak - start) * (count / rise) + start : fall(Math.min(count - rise, total) / total),
      length: rise + total,
    };
  },
});

const cosineDecayRestarts = schedule({
  name: "CosineDecayRestarts",
  source: source("CosineDecayRestarts"),
  hyperparameters: {
    initial,
    length: length({
      symbol: "T₀",
      label: "first length",
      meaning: "Counts until the first restart (first_decay_steps); 0 is the length of the run.",
    }),
    growth: {
      symbol: "t_mul",
      label: "growth",
      meaning: "How many times as long each stretch is as the one before (t_mul).",
      default: 2,
      range: [1, 4],
      scale: "linear",
      valid: { above: 0 },
    },
    peakFactor: factor({
      symbol: "m_mul",
      label: "peak factor",
      meaning: "What each restart multiplies the peak rate by (m_mul).",
      default: 1,
    }),
    minimumFraction: lowestShare({ meaning: "Share of the first rate just before a restart (alpha)." }),
  },
  fromRate: "initial",
  rates(_base, { initial: start, length: first, growth, peakFactor, minimumFraction: low }) {
    /** Restarts so far, and how much of the present stretch is over. */
    const place = (done: number): readonly [restarts: number, share: number] => {
      if (growth === 1) return [Math.floor(done), done - Math.floor(done)];
      const restarts = Math.floor(log(1 - done * (1 - growth)) / log(growth));
      const before = (1 - growth ** restarts) / (1 - growth);
      return [restarts, (done - before) / growth ** restarts];
    };
    return {
      rate(count) {
        const [restarts, share] = place(count / first);
        return start * ((1 - low) * 0.5 * peakFactor ** restarts * (1 + cos(Math.PI * share)) + low);
      },
    };
  },
});

const piecewiseConstantDecay = schedule({
  name: "PiecewiseConstantDecay",
  source: source("PiecewiseConstantDecay"),
  hyperparameters: {},
  rates(_base, _given, _runLength, { points: written = [], levels = [] }) {
    const points = written.map(Math.trunc); // Keras makes them whole, as the counter is
    if (levels.length !== points.length + 1)
      throw new Error(
        `PiecewiseConstantDecay needs ${points.length + 1} rates (levels) for ${points.length} boundaries, got ${levels.length}.`,
      );
    if (points.some((point, i) => i > 0 && !(point > points[i - 1])))
      throw new Error(`PiecewiseConstantDecay needs boundaries (points) that rise, got ${points.join(", ")}.`);
    return {
      // At a boundary the former rate still holds.
      rate(count) {
        let i = points.length;
        while (i > 0 && count <= points[i - 1]) i--;
        return levels[i];
      },
      length: Math.max(0, Math.floor(points.at(-1) ?? -1) + 1),
    };
  },
});

/** The callback that asks a function for the rate of every epoch. */
const learningRateScheduler = schedule({
  name: "LearningRateScheduler",
  source: "keras.callbacks.LearningRateScheduler (Keras 3)",
  hyperparameters: {},
  rates(_base, _given, _runLength, { formula }) {
    if (formula === undefined)
      throw new Error("LearningRateScheduler needs its rate as arithmetic in the counter e (formula).");
    return { rate: parseFormula(formula) };
  },
});

/** In the order a reader would learn them. */
export const kerasSchedules: readonly Schedule[] = [
  exponentialDecay,
  inverseTimeDecay,
  piecewiseConstantDecay,
  polynomialDecay,
  cosineDecay,
  cosineDecayRestarts,
  learningRateScheduler,
];
