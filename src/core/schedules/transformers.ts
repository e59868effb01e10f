import { schedule } from "./schedule.ts";
import type { Schedule } from "./schedule.ts";
import { trainingLength, warmUp, warmUpCounts } from "./warmUp.ts";

// The schedules of Hugging Face transformers: factors on the rate, after a straight warm-up from 0.

const source = (name: string) => `transformers.optimization.${name} (transformers 5)`;
const cycles = {
  symbol: "n",
  label: "cycles",
  meaning: "Whole cosine waves after the warm-up; one half ends at 0 (num_cycles).",
  default: 0.5,
  range: [0.5, 5],
  scale: "linear",
} as const;
const lowestRate = {
  symbol: "ηₘᵢₙ",
  label: "lowest rate",
  meaning: "The rate at the end.",
  range: [1e-8, 1],
  scale: "log",
} as const;
const lowestShare = {
  symbol: "s_min",
  label: "lowest share",
  meaning: "Share of the peak rate at the end.",
  default: 0,
  range: [0, 1],
  scale: "linear",
} as const;

const rising = (count: number, warmup: number) => count / Math.max(1, warmup);
const progress = (count: number, warmup: number, length: number) => (count - warmup) / Math.max(1, length - warmup);
const wave = (share: number, waves: number) => 0.5 * (1 + Math.cos(2 * Math.PI * waves * share));

const unchanging = schedule({
  name: "get_constant_schedule",
  source: source("get_constant_schedule"),
  hyperparameters: {},
  rates: (base) => ({ rate: () => base, length: 0 }),
});

const constantAfterWarmUp = schedule({
  name: "get_constant_schedule_with_warmup",
  source: source("get_constant_schedule_with_warmup"),
  hyperparameters: warmUp,
  rates(base, given, runLength) {
    const warmup = warmUpCounts(given, runLength);
    return { rate: (count) => base * (count < warmup ? rising(count, warmup) : 1), length: warmup };
  },
});

const linear = schedule({
  name: "get_linear_schedule_with_warmup",
  source: source("get_linear_schedule_with_warmup"),
  hyperparameters: { ...warmUp, ...trainingLength },
  rates(base, given) {
    const { length } = given;
    const warmup = warmUpCounts(given, length);
    const factor = (count: number) =>
      count < warmup ? rising(count, warmup) : Math.max(0, (length - count) / Math.max(1, length - warmup));
    return { rate: (count) => base * factor(count), length };
  },
});

const cosine = schedule({
  name: "get_cosine_schedule_with_warmup",
  source: source("get_cosine_schedule_with_warmup"),
  hyperparameters: { ...warmUp, ...trainingLength, cycles },
  rates(base, given) {
    const { length } = given;
    const warmup = warmUpCounts(given, length);
    const factor = (count: number) =>
      count < warmup ? rising(count, warmup) : Math.max(0, wave(progress(count, warmup, length), given.cycles));
    return { rate: (count) => base * factor(count) };
  },
});

const cosineWithRestarts = schedule({
  name: "get_cosine_with_hard_restarts_schedule_with_warmup",
  source: source("get_cosine_with_hard_restarts_schedule_with_warmup"),
  hyperparameters: {
    ...warmUp,
    ...trainingLength,
    cycles: {
      ...cycles,
      meaning: "Half cosines after the warm-up, each from the peak to 0 (num_cycles).",
      default: 1,
      range: [1, 10],
    },
  },
  rates(base, given) {
    const { length } = given;
    const warmup = warmUpCounts(given, length);
    const factor = (count: number) => {
      if (count < warmup) return rising(count, warmup);
      const share = progress(count, warmup, length);
      return share >= 1 ? 0 : Math.max(0, wave((given.cycles * share) % 1, 0.5));
    };
    return { rate: (count) => base * factor(count), length };
  },
});

const polynomial = schedule({
  name: "get_polynomial_decay_schedule_with_warmup",
  source: source("get_polynomial_decay_schedule_with_warmup"),
  hyperparameters: {
    ...warmUp,
    ...trainingLength,
    minimum: { ...lowestRate, default: 1e-7 },
    power: {
      symbol: "p",
      label: "power",
      meaning: "1 is a straight line; higher powers fall faster at first.",
      default: 1,
      range: [0.1, 5],
      scale: "linear",
    },
  },
  rates(base, given) {
    const { length, minimum, power } = given;
    if (!(base > minimum))
      throw new Error(
        `get_polynomial_decay_schedule_with_warmup needs a lowest rate (minimum) below the rate ${base}, got ${minimum}.`,
      );
    const warmup = warmUpCounts(given, length);
    const rate = (count: number) => {
      if (count < warmup) return base * rising(count, warmup);
      if (count > length) return minimum;
      return (base - minimum) * (1 - (count - warmup) / (length - warmup)) ** power + minimum;
    };
    return { rate, length };
  },
});

const inverseSqrt = schedule({
  name: "get_inverse_sqrt_schedule",
  source: source("get_inverse_sqrt_schedule"),
  hyperparameters: {
    ...warmUp,
    timescale: {
      symbol: "τ",
      label: "time scale",
      meaning: "Counts after which the rate has fallen to 1/√2; 0 is the warm-up, or 10,000 without one.",
      default: 0,
      range: [0, 100_000],
      scale: "integer",
    },
  },
  rates(base, given, runLength) {
    const warmup = warmUpCounts(given, runLength);
    const timescale = given.timescale > 0 ? given.timescale : warmup > 0 ? warmup : 10_000;
    const factor = (count: number) =>
      count < warmup ? rising(count, warmup) : 1 / Math.sqrt((count + timescale - warmup) / timescale);
    return { rate: (count) => base * factor(count) };
  },
});

const cosineToMinimum = schedule({
  name: "get_cosine_with_min_lr_schedule_with_warmup",
  source: source("get_cosine_with_min_lr_schedule_with_warmup"),
  hyperparameters: {
    ...warmUp,
    ...trainingLength,
    cycles,
    minimum: { ...lowestRate, default: 0 },
    minimumFraction: { ...lowestShare, meaning: "Share of the peak rate at the end, where the lowest rate is 0." },
  },
  rates(base, given) {
    const { length, minimum, minimumFraction } = given;
    const warmup = warmUpCounts(given, length);
    const low = minimum > 0 ? minimum / base : minimumFraction;
    const factor = (count: number) =>
      count < warmup
        ? rising(count, warmup)
        : Math.max(0, wave(progress(count, warmup, length), given.cycles) * (1 - low) + low);
    return { rate: (count) => base * factor(count) };
  },
});

const cosineToMinimumFromOne = schedule({
  name: "get_cosine_with_min_lr_schedule_with_warmup_lr_rate",
  source: source("get_cosine_with_min_lr_schedule_with_warmup_lr_rate"),
  hyperparameters: {
    ...warmUp,
    ...trainingLength,
    cycles,
    minimum: { ...lowestRate, default: 0 },
    minimumFraction: { ...lowestShare, meaning: "Share of the peak rate at the end, where the lowest rate is 0." },
    startFactor: {
      symbol: "s₀",
      label: "first share",
      meaning: "Share of the peak rate at the first count (warmup_lr_rate); 0 is one part of the warm-up.",
      default: 0,
      range: [0, 1],
      scale: "linear",
    },
  },
  // Counts from 1 where its sister counts from 0.
  rates(base, given) {
    const { length, minimum, minimumFraction, startFactor } = given;
    const warmup = warmUpCounts(given, length);
    const low = minimum > 0 ? minimum / base : minimumFraction;
    const factor = (count: number) => {
      if (count >= warmup)
        return Math.max(0, wave(progress(count + 1, warmup, length), given.cycles) * (1 - low) + low);
      return startFactor > 0
        ? startFactor + ((1 - startFactor) * count) / Math.max(1, warmup - 1)
        : rising(count + 1, warmup);
    };
    return { rate: (count) => base * factor(count) };
  },
});

const shapes = ["linear", "cosine", "1-sqrt"];
const warmupStableDecay = schedule({
  name: "get_wsd_schedule",
  source: source("get_wsd_schedule"),
  hyperparameters: {
    ...warmUp,
    ...trainingLength,
    stable: {
      symbol: "T_s",
      label: "stable",
      meaning: "Counts at the peak rate (num_stable_steps); 0 is what warm-up and decay leave of the length.",
      default: 0,
      range: [0, 100_000],
      scale: "integer",
    },
    decay: {
      symbol: "T_d",
      label: "decay",
      meaning: "Counts from the peak rate to the lowest (num_decay_steps).",
      default: 100,
      range: [1, 100_000],
      scale: "integer",
    },
    warmupShape: {
      symbol: "a_w",
      label: "warm-up shape",
      meaning: "How the rate rises (warmup_type).",
      default: 0,
      range: [0, 2],
      scale: "choice",
      choices: shapes,
    },
    decayShape: {
      symbol: "a_d",
      label: "decay shape",
      meaning: "How the rate falls (decay_type).",
      default: 1,
      range: [0, 2],
      scale: "choice",
      choices: shapes,
    },
    minimumFraction: lowestShare,
    cycles,
  },
  rates(base, given) {
    const { length, decay, minimumFraction: low } = given;
    const warmup = warmUpCounts(given, length);
    const stable = given.stable > 0 ? given.stable : Math.max(0, length - warmup - decay);
    const rise = (share: number) =>
      given.warmupShape === 0 ? share : given.warmupShape === 1 ? wave(1 - share, 0.5) : 1 - Math.sqrt(1 - share);
    const fall = (share: number) =>
      given.decayShape === 0 ? 1 - share : given.decayShape === 1 ? wave(share, given.cycles) : 1 - Math.sqrt(share);
    const factor = (count: number) => {
      if (count < warmup) return Math.max(0, rise(rising(count, warmup)) * (1 - low) + low);
      if (count < warmup + stable) return 1;
      if (count >= warmup + stable + decay) return low;
      return Math.max(0, fall((count - warmup - stable) / Math.max(1, decay)) * (1 - low) + low);
    };
    return { rate: (count) => base * factor(count), length: warmup + stable + decay };
  },
});

/** In the order a reader would learn them. */
export const transformersSchedules: readonly Schedule[] = [
  unchanging,
  constantAfterWarmUp,
  linear,
  cosine,
  cosineWithRestarts,
  cosineToMinimum,
  cosineToMinimumFromOne,
  polynomial,
  inverseSqrt,
  warmupStableDecay,
];
