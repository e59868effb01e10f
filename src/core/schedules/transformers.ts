import { schedule } from "./schedule.ts";
import type { Schedule } from "./schedule.ts";
import { counts, lowestRate, power } from "./shared.ts";
import {
  cosine,
  cosineToMinimum,
  cosineToMinimumFromOne,
  cosineWithRestarts,
  warmupStableDecay,
} from "./transformersCosine.ts";
import { givenRate, rising, source, trainingLength, warmUp, warmUpCounts } from "./warmUp.ts";

// The schedules of Hugging Face transformers: factors on the rate, after a straight warm-up from 0.

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

const polynomial = schedule({
  name: "get_polynomial_decay_schedule_with_warmup",
  source: source("get_polynomial_decay_schedule_with_warmup"),
  hyperparameters: {
    ...warmUp,
    ...trainingLength,
    minimum: lowestRate({ meaning: "The rate at the end (lr_end).", default: 1e-7 }),
    optimizerRate: givenRate,
    power,
  },
  rates(base, given) {
    const { length, minimum, power } = given;
    const reference = given.optimizerRate > 0 ? given.optimizerRate : base;
    if (!(reference > minimum))
      throw new Error(
        `get_polynomial_decay_schedule_with_warmup needs a lowest rate (minimum) below the rate ${reference}, got ${minimum}.`,
      );
    const warmup = warmUpCounts(given, length);
    const factor = (count: number) => {
      if (count < warmup) return rising(count, warmup);
      if (count > length) return minimum / reference;
      return ((reference - minimum) * (1 - (count - warmup) / (length - warmup)) ** power + minimum) / reference;
    };
    return { rate: (count) => base * factor(count), length };
  },
});

const inverseSqrt = schedule({
  name: "get_inverse_sqrt_schedule",
  source: source("get_inverse_sqrt_schedule"),
  hyperparameters: {
    ...warmUp,
    timescale: counts({
      symbol: "τ",
      label: "time scale",
      meaning: "Counts after which the rate has fallen to 1/√2; 0 is the warm-up, or 10,000 without one.",
      default: 0,
      range: [0, 100_000],
    }),
  },
  rates(base, given, runLength) {
    const warmup = warmUpCounts(given, runLength);
    const timescale = given.timescale > 0 ? given.timescale : warmup > 0 ? warmup : 10_000;
    const factor = (count: number) =>
      count < warmup ? rising(count, warmup) : 1 / Math.sqrt((count + timescale - warmup) / timescale);
    return { rate: (count) => base * factor(count) };
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
