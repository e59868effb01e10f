import { cos } from "../kernels/elementary.ts";
import type { ScheduleConfiguration } from "../../protocol/index.ts";
import { initial, source } from "./optax.ts";
import { schedule } from "./schedule.ts";
import type { Rates, Schedule } from "./schedule.ts";
import { length, peakRate, share } from "./shared.ts";
import { found, type FindSchedule } from "./stepped.ts";

// optax's schedules that are made of pieces: boundaries with factors, and schedules one after the other.

type Pieces = ReadonlyMap<number, number>;
/** Boundaries and factors in order; a boundary given twice holds its last factor, as a mapping does. */
function piecesOf(name: string, { points = [], levels = [] }: ScheduleConfiguration): Pieces {
  if (points.length !== levels.length)
    throw new Error(`${name} needs a factor (levels) for each of ${points.length} boundaries, got ${levels.length}.`);
  const wrong = levels.find((level) => !(level >= 0));
  if (wrong !== undefined) throw new Error(`${name} needs factors (levels) of at least 0, got ${wrong}.`);
  return sorted(new Map(points.map((point, i) => [point, levels[i]])));
}
const sorted = (pieces: Pieces): Pieces => new Map([...pieces].sort(([a], [b]) => a - b));

/** From each boundary to the next, along lines or half cosines, between values to which every factor so far applies. */
function interpolated(pieces: Pieces, from: number, shape: number): Rates {
  const bounds = [0, ...pieces.keys()];
  const values = [from];
  for (const by of pieces.values()) values.push(values[values.length - 1] * by);
  const last = bounds.length - 1;
  const between =
    shape === 0
      ? (a: number, b: number, done: number) => (b - a) * done + a
      : (a: number, b: number, done: number) => b + ((a - b) / 2) * (cos(Math.PI * done) + 1);
  return {
    rate(count) {
      if (count >= bounds[last]) return values[last];
      for (let i = 0; i < last; i++)
        if (bounds[i] <= count && count < bounds[i + 1])
          return between(values[i], values[i + 1], (count - bounds[i]) / Math.max(bounds[i + 1] - bounds[i], 1));
      return 0; // before a negative boundary optax adds nothing up
    },
    length: Math.max(0, bounds[last]),
  };
}

const piecewiseConstant = schedule({
  name: "piecewise_constant_schedule",
  source: source("piecewise_constant_schedule"),
  hyperparameters: { initial },
  fromRate: "initial",
  rates(_base, { initial: from }, _runLength, configuration) {
    const pieces = [...piecesOf("piecewise_constant_schedule", configuration)];
    return {
      rate: (count) => pieces.reduce((now, [point, by]) => (count >= point ? now * by : now), from),
      length: Math.max(0, Math.ceil(pieces.at(-1)?.[0] ?? 0)),
    };
  },
});

const shape = {
  symbol: "a",
  label: "shape",
  meaning: "Straight lines or half cosines between the boundaries (interpolate_type).",
  default: 0,
  range: [0, 1],
  scale: "choice",
  choices: ["linear", "cosine"],
} as const;
const piecewiseInterpolate = schedule({
  name: "piecewise_interpolate_schedule",
  source: source("piecewise_interpolate_schedule"),
  hyperparameters: { shape, initial },
  fromRate: "initial",
  rates: (_base, it, _runLength, configuration) =>
    interpolated(piecesOf("piecewise_interpolate_schedule", configuration), it.initial, it.shape),
});

const divisor = (symbol: string, label: string, meaning: string, standard: number) =>
  ({ symbol, label, meaning, default: standard, range: [1, 1e6], scale: "log", valid: { above: 0 } }) as const;
const oneCycle = {
  length: length({ meaning: "Counts of the whole cycle (transition_steps); 0 is the length of the run." }),
  maximum: peakRate({ meaning: "The highest rate (peak_value)." }),
  riseFraction: share({
    symbol: "p",
    label: "rising share",
    meaning: "Share of the cycle in which the rate rises (pct_start).",
    default: 0.3,
  }),
  divideBy: divisor("d₀", "start divisor", "The first rate is the peak rate divided by this (div_factor).", 25),
  finalDivideBy: divisor(
    "d₁",
    "end divisor",
    "The last rate is the first rate divided by this (final_div_factor).",
    1e4,
  ),
} as const;

const linearOneCycle = schedule({
  name: "linear_onecycle_schedule",
  source: `Smith & Topin 2017, arXiv:1708.07120; ${source("linear_onecycle_schedule")}`,
  hyperparameters: {
    ...oneCycle,
    fallFraction: share({
      symbol: "p₂",
      label: "fallen share",
      meaning: "Share of the cycle after which the rate is back where it started (pct_final).",
      default: 0.85,
    }),
  },
  fromRate: "maximum",
  rates(_base, { length: total, maximum, riseFraction, fallFraction, divideBy, finalDivideBy }) {
    const pieces = new Map([
      [Math.trunc(riseFraction * total), divideBy],
      [Math.trunc(fallFraction * total), 1 / divideBy],
      [total, 1 / finalDivideBy],
    ]);
    return interpolated(sorted(pieces), maximum / divideBy, 0);
  },
});

const cosineOneCycle = schedule({
  name: "cosine_onecycle_schedule",
  source: `Smith & Topin 2017, arXiv:1708.07120; ${source("cosine_onecycle_schedule")}`,
  hyperparameters: oneCycle,
  fromRate: "maximum",
  rates(_base, { length: total, maximum, riseFraction, divideBy, finalDivideBy }) {
    const pieces = new Map([
      [Math.trunc(riseFraction * total), divideBy],
      [Math.trunc(total), 1 / (divideBy * finalDivideBy)],
    ]);
    return interpolated(sorted(pieces), maximum / divideBy, 1);
  },
});

/** The last schedule whose boundary is reached decides, each counting from its boundary. */
function joined(courses: readonly Rates[], points: readonly number[]): Rates {
  const last = courses[courses.length - 1].length;
  const rising = points.every((point, i) => i === 0 || point >= points[i - 1]);
  return {
    rate(count) {
      let i = points.length;
      while (i > 0 && count < points[i - 1]) i--;
      return courses[i].rate(i === 0 ? count : count - points[i - 1]);
    },
    ...(last !== undefined && rising && { length: Math.max(0, points.at(-1) ?? 0) + last }),
  };
}

const joinSchedules = (find: FindSchedule): Schedule => ({
  name: "join_schedules",
  source: source("join_schedules"),
  hyperparameters: {},
  prepare(base, { parts = [], points = [] }, runLength) {
    if (parts.length === 0) throw new Error("join_schedules needs its schedules (parts), got none.");
    if (points.length !== parts.length - 1)
      throw new Error(
        `join_schedules needs ${parts.length - 1} boundaries (points) for ${parts.length} schedules, got ${points.length}.`,
      );
    const courses = parts.map((part, i) => {
      const from = i === 0 ? 0 : points[i - 1];
      return found(find, part.name).prepare(base, part, (points[i] ?? runLength) - from);
    });
    return joined(courses, points);
  },
});

/** Warm-ups and cosines one after the other, each as long as it says itself. */
const sgdr = (find: FindSchedule): Schedule => ({
  name: "sgdr_schedule",
  source: `Loshchilov & Hutter 2017, arXiv:1608.03983; ${source("sgdr_schedule")}`,
  hyperparameters: {},
  prepare(base, { parts = [] }, runLength) {
    if (parts.length === 0) throw new Error("sgdr_schedule needs its cycles (parts), got none.");
    const points: number[] = [];
    let end = 0;
    for (const { values } of parts.slice(0, -1)) {
      const own = (values as Readonly<Partial<Record<string, number>>>)["length"];
      if (!(own !== undefined && own > 0))
        throw new Error(
          `sgdr_schedule needs a length (decay_steps) for cycle ${points.length + 1}, got ${own ?? "none"}.`,
        );
      points.push((end += own));
    }
    const cosine = found(find, "warmup_cosine_decay_schedule");
    return joined(
      parts.map((part) => cosine.prepare(base, part, runLength - end)),
      points,
    );
  },
});

/** In the order a reader would learn them; those that are made of others are told how to find them. */
export const optaxPieces = (find: FindSchedule): readonly Schedule[] => [
  piecewiseConstant,
  piecewiseInterpolate,
  linearOneCycle,
  cosineOneCycle,
  sgdr(find),
  joinSchedules(find),
];
