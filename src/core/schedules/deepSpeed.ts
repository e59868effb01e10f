import { cos, log } from "../kernels/elementary.ts";
import { schedule } from "./schedule.ts";
import type { Schedule } from "./schedule.ts";
import {
  counts,
  cycledMomentum,
  firstRate,
  length,
  lowestRate,
  lowestShare,
  peakRate,
  share,
  staircase,
} from "./shared.ts";

// DeepSpeed's schedules. Their counter starts at −1: the first update uses the initial value, and what a schedule gives
// for its count 0 is in force in the second.

const source = (name: string) => `deepspeed.runtime.lr_schedules.${name} (DeepSpeed 0.18)`;
const warming = {
  warmup: counts({
    symbol: "T_w",
    label: "warm-up",
    meaning: "Counts in which the rate rises (warmup_num_steps), at least 2.",
    default: 1000,
    range: [1, 10_000],
    valid: { least: 1 },
  }),
  warmupShape: {
    symbol: "a_w",
    label: "warm-up shape",
    meaning: "Whether the rate rises with the logarithm of the count or with the count (warmup_type).",
    default: 0,
    range: [0, 1],
    scale: "choice",
    choices: ["log", "linear"],
  },
} as const;
/** How far a warm-up has come at a count, and how many counts it takes. */
function rising({ warmup, warmupShape }: { readonly warmup: number; readonly warmupShape: number }) {
  const total = Math.max(2, warmup);
  const inverse = 1 / log(total);
  const done = warmupShape === 0 ? (n: number) => inverse * log(n + 1) : (n: number) => n / total;
  return { total, done };
}
const minimum = lowestRate({
  symbol: "η₀",
  label: "first rate",
  meaning: "The rate before the warm-up (warmup_min_lr).",
});
const total = length({
  meaning: "Counts of the whole run, warm-up included (total_num_steps); 0 is the length of the run.",
});

const warmupLR = schedule({
  name: "WarmupLR",
  source: source("WarmupLR"),
  hyperparameters: {
    minimum,
    maximum: peakRate({
      meaning: "The rate after the warm-up (warmup_max_lr); the optimizer's where it is not given.",
    }),
    ...warming,
  },
  fromRate: "maximum",
  whole: ["warmup"],
  rates(_base, { minimum: low, maximum, ...shape }) {
    const warmup = rising(shape);
    const gamma = (n: number) => (n < warmup.total ? warmup.done(n) : 1);
    return {
      rate: (count) => (count < 1 ? low : low + (maximum - low) * gamma(count - 1)),
      length: warmup.total + 1,
    };
  },
});

const warmupDecayLR = schedule({
  name: "WarmupDecayLR",
  source: source("WarmupDecayLR"),
  hyperparameters: {
    length: total,
    minimum,
    maximum: peakRate({ meaning: "The rate after the warm-up (warmup_max_lr).", default: 1e-3 }),
    ...warming,
  },
  whole: ["warmup"],
  rates(_base, { length: end, minimum: low, maximum, ...shape }) {
    const warmup = rising(shape);
    const gamma = (n: number) =>
      n < warmup.total ? warmup.done(n) : Math.max(0, (end - n) / Math.max(1, end - warmup.total));
    return {
      rate: (count) => (count < 1 ? low : low + (maximum - low) * gamma(count - 1)),
      length: Math.max(end, warmup.total) + 1,
    };
  },
});

const warmupCosineLR = schedule({
  name: "WarmupCosineLR",
  source: source("WarmupCosineLR"),
  hyperparameters: {
    length: total,
    startFactor: share({
      symbol: "s₀",
      label: "first share",
      meaning: "Share of the rate where the warm-up begins (warmup_min_ratio); the very first update has rate 0.",
      default: 0,
    }),
    ...warming,
    minimumFraction: lowestShare({ meaning: "Share of the rate at the end (cos_min_ratio).", default: 1e-4 }),
  },
  whole: ["warmup"],
  rates(base, { length: end, startFactor, minimumFraction: low, ...shape }) {
    const warmup = rising(shape);
    const ratio = (n: number) => {
      if (n < warmup.total) return startFactor + warmup.done(n) * (1 - startFactor);
      const done = Math.min(1, (n - warmup.total + 1) / Math.max(1, end - warmup.total));
      return Math.max(0, low + ((1 - low) * (1 + cos(Math.PI * done))) / 2);
    };
    return {
      rate: (count) => (count < 1 ? 0 : base * ratio(count - 1)),
      length: Math.max(end, warmup.total + 1) + 1,
    };
  },
});

const lrRangeTest = schedule({
  name: "LRRangeTest",
  source: `Smith 2018, arXiv:1803.09820; ${source("LRRangeTest")}`,
  hyperparameters: {
    minimum: firstRate({ meaning: "The rate at the start (lr_range_test_min_lr).", default: 1e-3 }),
    stepSize: counts({
      symbol: "k",
      label: "step size",
      meaning: "Counts between two rises (lr_range_test_step_size).",
      default: 2000,
      range: [1, 10_000],
      valid: { above: 0 },
    }),
    stepRate: {
      symbol: "r",
      label: "rise",
      meaning: "So many first rates are added in each step (lr_range_test_step_rate).",
      default: 1,
      range: [1e-3, 10],
      scale: "log",
    },
    staircase: { ...staircase, meaning: "Rises at once instead of count by count (lr_range_test_staircase)." },
  },
  rates(_base, { minimum: low, stepSize, stepRate, staircase: stairs }) {
    const steps = stairs === 0 ? (count: number) => count / stepSize : (count: number) => Math.floor(count / stepSize);
    return { rate: (count) => low * (1 + stepRate * steps(count)) };
  },
});

const stairs = (symbol: string, label: string, meaning: string) =>
  counts({ symbol, label, meaning, default: 0, range: [0, 100] });
const perInterval = (symbol: string, label: string, meaning: string) =>
  ({ symbol, label, meaning, default: 0, range: [0, 10], scale: "linear" }) as const;
const oneCycle = schedule({
  name: "OneCycle",
  source: `Smith 2018, arXiv:1803.09820; ${source("OneCycle")}`,
  hyperparameters: {
    minimum: lowestRate({ meaning: "The rate at both ends of the cycle (cycle_min_lr).", default: 1e-3 }),
    maximum: peakRate({ meaning: "The rate at its top (cycle_max_lr).", default: 1e-2 }),
    decayRate: perInterval(
      "κ",
      "decay rate",
      "After the cycle the rate is divided by 1 + κ an interval (decay_lr_rate).",
    ),
    stepsUp: counts({
      symbol: "k↑",
      label: "counts up",
      meaning: "Counts from foot to top (cycle_first_step_size).",
      default: 2000,
      range: [1, 10_000],
      valid: { above: 0 },
    }),
    stepsDown: counts({
      symbol: "k↓",
      label: "counts down",
      meaning: "Counts from top to foot (cycle_second_step_size); as many as up where it is not given.",
      default: 0,
    }),
    stairsUp: stairs("n↑", "stairs up", "Steps in which it rises (cycle_first_stair_count); 0 is a straight line."),
    stairsDown: stairs(
      "n↓",
      "stairs down",
      "Steps in which it falls (cycle_second_stair_count); as many as up where it is not given.",
    ),
    decayInterval: counts({
      symbol: "k_d",
      label: "decay interval",
      meaning: "Counts of an interval after the cycle (decay_step_size); 0 is no decay.",
      default: 0,
    }),
    ...cycledMomentum(0.8, 0.9, ["cycle_min_mom", "cycle_max_mom"]),
    momentumDecayRate: perInterval(
      "κ_μ",
      "momentum rate",
      "After the cycle the momentum is multiplied by 1 + κ an interval (decay_mom_rate).",
    ),
  },
  rates(_base, given, _runLength, configuration) {
    const written: Readonly<Partial<Record<string, number>>> = configuration.values;
    const { minimum: low, maximum, stepsUp: up, decayInterval: interval, momentumLow, momentumHigh } = given;
    const down = written["stepsDown"] ?? up;
    const stairsDown = written["stairsDown"] ?? given.stairsUp;
    const cycle = up + down;
    /** How far from foot to top. */
    const height = (count: number) => {
      const place = count / cycle - Math.floor(count / cycle);
      const rises = place <= up / cycle;
      const steps = rises ? given.stairsUp : stairsDown;
      if (steps <= 0) return rises ? place / (up / cycle) : (place - 1) / (up / cycle - 1);
      const at = count % cycle;
      return Math.floor(at <= up ? (at * steps) / up : ((cycle - at) * steps) / down) / steps;
    };
    const intervals = (count: number) => (interval === 0 ? 0 : (count - cycle) / interval);
    const cycling = (count: number) => count - 1 < cycle;
    return {
      rate: (count) =>
        cycling(count) ? low + (maximum - low) * height(count) : low / (1 + given.decayRate * intervals(count)),
      ...(given.cycleMomentum !== 0 && {
        betasOnly: true as const,
        momentum(count: number) {
          if (count < 1) return momentumLow; // what its construction leaves, before any step
          if (cycling(count)) return momentumHigh - (momentumHigh - momentumLow) * height(count);
          return momentumHigh * (1 + given.momentumDecayRate * intervals(count));
        },
      }),
    };
  },
});

/** In the order a reader would learn them. */
export const deepSpeedSchedules: readonly Schedule[] = [warmupLR, warmupDecayLR, warmupCosineLR, oneCycle, lrRangeTest];
