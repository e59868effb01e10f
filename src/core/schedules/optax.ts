import { cos } from "../kernels/elementary.ts";
import { schedule } from "./schedule.ts";
import type { Schedule } from "./schedule.ts";
import { counts, factor, firstRate, lowestShare, length, peakRate, power, rate, staircase } from "./shared.ts";

// optax's schedules: the rate itself as a function of the count of updates, from 0.

export const source = (name: string) => `optax.${name} (optax 0.2)`;
export const initial = firstRate({ meaning: "The rate at the start (init_value)." });
const transition = counts({
  symbol: "T",
  label: "transition",
  meaning: "Counts of the transition (transition_steps); with 0 the first rate stays.",
  default: 0,
  range: [0, 100_000],
  valid: {},
});
const begin = counts({
  symbol: "B",
  label: "begin",
  meaning: "Counts at the first rate before the transition begins (transition_begin).",
  default: 0,
  valid: {},
});
const finalRate = rate({ symbol: "η₁", label: "last rate", meaning: "The rate at the end (end_value)." });
const warmup = counts({
  symbol: "T_w",
  label: "warm-up",
  meaning: "Counts from the first rate to the peak (warmup_steps).",
  default: 0,
});
const peak = peakRate({ meaning: "The rate at the end of the warm-up (peak_value)." });
const exponent = { ...power, symbol: "p", label: "exponent", meaning: "Power of the half cosine (exponent)." } as const;

type Course = (count: number) => number;
/** (η₀ − η₁)(1 − t/T)ᵖ + η₁, for t between 0 and T. */
function polynomial(from: number, to: number, p: number, total: number, start = 0): Course {
  if (total <= 0) return () => from;
  const before = Math.max(0, start);
  return (count) => (from - to) * (1 - Math.min(Math.max(count - before, 0), total) / total) ** p + to;
}
const cosine = (from: number, total: number, low: number, p: number): Course => {
  return (count) => {
    const wave = 0.5 * (1 + cos((Math.PI * Math.min(count, total)) / total));
    return from * ((1 - low) * wave ** p + low);
  };
};
interface Exponential {
  readonly transition: number;
  readonly gamma: number;
  readonly begin: number;
  readonly staircase: number;
  readonly final: number;
}
/** `final` bounds it below where it falls and above where it rises; 0 is no bound. */
function exponential(
  from: number,
  { transition: k, gamma, begin: start, staircase: stairs, final }: Exponential,
): Course {
  if (k <= 0 || gamma === 0) return () => from;
  const before = Math.max(0, start);
  const bounded =
    final === 0 ? (x: number) => x : gamma < 1 ? (x: number) => Math.max(x, final) : (x: number) => Math.min(x, final);
  return (count) => {
    const periods = (count - before) / k;
    return bounded(count <= before ? from : from * gamma ** (stairs === 0 ? periods : Math.floor(periods)));
  };
}
/** A straight line to the peak, then a course that counts from there. */
const afterWarmUp = (from: number, to: number, counted: number, course: Course): Course => {
  const rise = polynomial(from, to, 1, counted);
  return (count) => (count < counted ? rise(count) : course(count - counted));
};

const constantSchedule = schedule({
  name: "constant_schedule",
  source: source("constant_schedule"),
  hyperparameters: { initial: firstRate({ meaning: "The rate throughout (value)." }) },
  fromRate: "initial",
  rates: (_base, { initial: value }) => ({ rate: () => value, length: 0 }),
});

const polynomialSchedule = schedule({
  name: "polynomial_schedule",
  source: source("polynomial_schedule"),
  hyperparameters: { initial, final: finalRate, power, transition, begin },
  fromRate: "initial",
  rates: (_base, it) => ({
    rate: polynomial(it.initial, it.final, it.power, it.transition, it.begin),
    length: Math.max(0, it.begin) + Math.max(0, it.transition),
  }),
});

const linearSchedule = schedule({
  name: "linear_schedule",
  source: source("linear_schedule"),
  hyperparameters: { initial, final: finalRate, transition, begin },
  fromRate: "initial",
  rates: (_base, it) => ({
    rate: polynomial(it.initial, it.final, 1, it.transition, it.begin),
    length: Math.max(0, it.begin) + Math.max(0, it.transition),
  }),
});

const falling = {
  transition: { ...transition, meaning: "Counts in which the rate changes by the factor (transition_steps)." },
  gamma: factor({ meaning: "What so many counts multiply the rate by (decay_rate).", default: 0.96 }),
  begin,
  staircase,
  final: {
    ...finalRate,
    label: "bound",
    meaning: "The rate goes no further than this (end_value); 0 is no bound.",
  },
} as const;
const exponentialDecay = schedule({
  name: "exponential_decay",
  source: source("exponential_decay"),
  hyperparameters: { initial, ...falling },
  fromRate: "initial",
  rates: (_base, it) => ({ rate: exponential(it.initial, it) }),
});

const cosineDecaySchedule = schedule({
  name: "cosine_decay_schedule",
  source: source("cosine_decay_schedule"),
  hyperparameters: {
    initial,
    length: length({ meaning: "Counts until the lowest rate (decay_steps); 0 is the length of the run." }),
    minimumFraction: lowestShare({ meaning: "Share of the first rate at the end (alpha)." }),
    exponent,
  },
  fromRate: "initial",
  rates: (_base, it) => ({
    rate: cosine(it.initial, it.length, it.minimumFraction, it.exponent),
    length: it.length,
  }),
});

const warmupConstant = schedule({
  name: "warmup_constant_schedule",
  source: source("warmup_constant_schedule"),
  hyperparameters: { initial, maximum: peak, warmup },
  fromRate: "maximum",
  rates: (_base, it) => ({ rate: polynomial(it.initial, it.maximum, 1, it.warmup), length: it.warmup }),
});

const warmupCosine = schedule({
  name: "warmup_cosine_decay_schedule",
  source: source("warmup_cosine_decay_schedule"),
  hyperparameters: {
    initial,
    maximum: peak,
    warmup,
    length: length({ meaning: "Counts of the whole, warm-up included (decay_steps); 0 is the length of the run." }),
    final: finalRate,
    exponent,
  },
  fromRate: "maximum",
  rates(_base, { initial: from, maximum, warmup: counted, length: total, final, exponent: p }) {
    if (!(total > counted))
      throw new Error(
        `warmup_cosine_decay_schedule needs a length (decay_steps) above its warm-up of ${counted}, got ${total}.`,
      );
    const low = maximum === 0 ? 0 : final / maximum;
    return { rate: afterWarmUp(from, maximum, counted, cosine(maximum, total - counted, low, p)), length: total };
  },
});

const warmupExponential = schedule({
  name: "warmup_exponential_decay_schedule",
  source: source("warmup_exponential_decay_schedule"),
  hyperparameters: { initial, maximum: peak, warmup, ...falling },
  fromRate: "maximum",
  rates: (_base, it) => ({
    rate: afterWarmUp(it.initial, it.maximum, it.warmup, exponential(it.maximum, it)),
  }),
});

/** In the order a reader would learn them; those made of pieces are in optaxPieces.ts. */
export const optaxCourses: readonly Schedule[] = [
  constantSchedule,
  linearSchedule,
  polynomialSchedule,
  exponentialDecay,
  cosineDecaySchedule,
  warmupConstant,
  warmupCosine,
  warmupExponential,
];
