import type { ScheduleConfiguration } from "../protocol/index.ts";

/** The course of a rate in no library's words: rates as they are, lengths in updates. */
export type Course =
  | { readonly kind: "constant"; readonly rate: number }
  /** from + (to − from)(1 − (1 − s)^power) with s = t / length up to 1, and `to` after that. */
  | {
      readonly kind: "polynomial";
      readonly from: number;
      readonly to: number;
      readonly length: number;
      readonly power: number;
    }
  | { readonly kind: "cosine"; readonly from: number; readonly to: number; readonly length: number }
  /** from · gamma^(t / every), the exponent rounded down where it goes by steps. */
  | {
      readonly kind: "exponential";
      readonly from: number;
      readonly gamma: number;
      readonly every: number;
      readonly staircase: boolean;
    }
  /** levels[i] from points[i − 1] on. */
  | { readonly kind: "pieces"; readonly points: readonly number[]; readonly levels: readonly number[] }
  | {
      readonly kind: "cycle";
      readonly peak: number;
      readonly length: number;
      readonly rise: number;
      readonly divideBy: number;
      readonly finalDivideBy: number;
    }
  /** One after the other; the next begins anew at each point. */
  | { readonly kind: "sequence"; readonly parts: readonly Course[]; readonly points: readonly number[] };

/** Of the run, where it is known. */
export interface RunFacts {
  readonly steps?: number;
  readonly stepsPerEpoch?: number;
}
type Values = Readonly<Partial<Record<string, number>>>;

/** What a schedule makes of the rate `base`; undefined where it is none of these courses, or its lengths are not known. */
export function courseOf(schedule: ScheduleConfiguration, base: number, run: RunFacts): Course | undefined {
  const unit = schedule.interval === "epoch" ? run.stepsPerEpoch : 1;
  const each = unit === undefined ? undefined : unit * (schedule.frequency ?? 1);
  if (each === undefined || (schedule.perStep ?? 1) !== 1) return undefined;
  const values: Values = schedule.values;
  const whole = (counts: number | undefined): number | undefined =>
    counts === undefined || counts === 0 ? run.steps : counts * each;
  return ofTorch(schedule, values, base, whole, each, run) ?? ofOthers(schedule, values, base, whole, run);
}

/** A straight line from 0 to the rate, then the rest. */
function warmedUp(warmup: number, rate: number, rest: Course): Course {
  if (warmup <= 0) return rest;
  const rise = { kind: "polynomial", from: 0, to: rate, length: warmup, power: 1 } as const;
  return { kind: "sequence", parts: [rise, rest], points: [warmup] };
}
type Whole = (counts: number | undefined) => number | undefined;

function ofTorch(
  { name, parts = [], points = [] }: ScheduleConfiguration,
  values: Values,
  base: number,
  whole: Whole,
  each: number,
  run: RunFacts,
): Course | undefined {
  const { gamma = 0.1, minimum = 0, power = 1, factor = 1 / 3, startFactor = 1 / 3, endFactor = 1 } = values;
  const length = whole(values["length"]);
  const warmup = (values["warmup"] ?? 0) * each || Math.ceil((values["warmupFraction"] ?? 0) * (length ?? 0));
  const rest = length === undefined ? undefined : Math.max(1, length - warmup);
  switch (name) {
    case "constant":
    case "get_constant_schedule":
      return { kind: "constant", rate: base };
    case "StepLR":
      return { kind: "exponential", from: base, gamma, every: (values["stepSize"] ?? 1) * each, staircase: true };
    case "ExponentialLR":
      return { kind: "exponential", from: base, gamma, every: each, staircase: each !== 1 };
    case "MultiStepLR": {
      const levels = points.map((_, i) => base * gamma ** (i + 1));
      return { kind: "pieces", points: points.map((at) => at * each), levels: [base, ...levels] };
    }
    case "ConstantLR":
      return { kind: "pieces", points: [(values["length"] ?? 5) * each], levels: [base * factor, base] };
    case "LinearLR": {
      const [from, to] = [base * startFactor, base * endFactor];
      return { kind: "polynomial", from, to, length: (values["length"] ?? 5) * each, power: 1 };
    }
    case "PolynomialLR":
      return { kind: "polynomial", from: base, to: 0, length: (values["length"] ?? 5) * each, power };
    case "CosineAnnealingLR":
      return length === undefined ? undefined : { kind: "cosine", from: base, to: minimum, length };
    case "OneCycleLR": {
      const { maximum = base, riseFraction = 0.3, divideBy = 25, finalDivideBy = 1e4 } = values;
      if (length === undefined || values["annealing"] === 1 || values["threePhase"] === 1) return undefined;
      return { kind: "cycle", peak: maximum, length, rise: riseFraction, divideBy, finalDivideBy };
    }
    case "get_constant_schedule_with_warmup":
      return warmedUp(warmup, base, { kind: "constant", rate: base });
    case "get_linear_schedule_with_warmup":
      return rest === undefined
        ? undefined
        : warmedUp(warmup, base, { kind: "polynomial", from: base, to: 0, length: rest, power: 1 });
    case "get_polynomial_decay_schedule_with_warmup":
      return rest === undefined
        ? undefined
        : warmedUp(warmup, base, {
            kind: "polynomial",
            from: base,
            to: values["minimum"] ?? 1e-7,
            length: rest,
            power,
          });
    case "get_cosine_schedule_with_warmup":
      return rest !== undefined && (values["cycles"] ?? 0.5) === 0.5
        ? warmedUp(warmup, base, { kind: "cosine", from: base, to: 0, length: rest })
        : undefined;
    case "SequentialLR":
      return sequence(
        parts,
        points.map((at) => at * each),
        base,
        run,
      );
    default:
      return undefined;
  }
}
function sequence(
  parts: readonly ScheduleConfiguration[],
  points: readonly number[],
  base: number,
  run: RunFacts,
): Course | undefined {
  const courses = parts.map((part) => courseOf(part, base, run));
  return courses.every((it) => it !== undefined) ? { kind: "sequence", parts: courses, points } : undefined;
}

/** Of Keras and optax, which count updates. */
function ofOthers(
  { name, parts = [], points = [], levels = [] }: ScheduleConfiguration,
  values: Values,
  base: number,
  whole: Whole,
  run: RunFacts,
): Course | undefined {
  const { initial: from = base, gamma = 1, power = 1, minimumFraction = 0, warmup = 0, final: to = 0 } = values;
  const { maximum: peak = 0, transition = 1, begin = 0, exponent = 1 } = values;
  const length = whole(values["length"]);
  if (begin !== 0 || exponent !== 1) return undefined;
  switch (name) {
    case "constant_schedule":
      return { kind: "constant", rate: from };
    case "ExponentialDecay":
      return { kind: "exponential", from, gamma, every: values["stepSize"] ?? 1, staircase: values["staircase"] === 1 };
    case "exponential_decay":
      return to === 0
        ? { kind: "exponential", from, gamma, every: transition, staircase: values["staircase"] === 1 }
        : undefined;
    case "PolynomialDecay":
      return length === undefined || values["cycle"] === 1
        ? undefined
        : { kind: "polynomial", from, to: values["minimum"] ?? 1e-4, length, power };
    case "linear_schedule":
    case "polynomial_schedule":
      return { kind: "polynomial", from, to, length: transition, power: name === "linear_schedule" ? 1 : power };
    case "CosineDecay": {
      if (length === undefined) return undefined;
      if (warmup === 0) return { kind: "cosine", from, to: minimumFraction * from, length };
      const rise = { kind: "polynomial", from, to: peak, length: warmup, power: 1 } as const;
      const fall = { kind: "cosine", from: peak, to: minimumFraction * peak, length } as const;
      return { kind: "sequence", parts: [rise, fall], points: [warmup] };
    }
    case "cosine_decay_schedule":
      return length === undefined ? undefined : { kind: "cosine", from, to: minimumFraction * from, length };
    case "warmup_constant_schedule": {
      const rise = { kind: "polynomial", from, to: peak, length: warmup, power: 1 } as const;
      return { kind: "sequence", parts: [rise, { kind: "constant", rate: peak }], points: [warmup] };
    }
    case "warmup_cosine_decay_schedule": {
      if (length === undefined) return undefined;
      const rise = { kind: "polynomial", from, to: peak, length: warmup, power: 1 } as const;
      const fall = { kind: "cosine", from: peak, to, length: length - warmup } as const;
      return { kind: "sequence", parts: [rise, fall], points: [warmup] };
    }
    case "PiecewiseConstantDecay": // a boundary still belongs to the level before it
      return { kind: "pieces", points: points.map((at) => at + 1), levels };
    case "piecewise_constant_schedule": {
      let rate = from;
      return { kind: "pieces", points, levels: [from, ...levels.map((scale) => (rate *= scale))] };
    }
    case "cosine_onecycle_schedule": {
      const { riseFraction: rise = 0.3, divideBy = 25, finalDivideBy = 1e4 } = values;
      return length === undefined ? undefined : { kind: "cycle", peak, length, rise, divideBy, finalDivideBy };
    }
    case "join_schedules":
      return sequence(parts, points, base, run);
    default:
      return undefined;
  }
}
