import type { ScheduleConfiguration } from "../protocol/index.ts";
import type { Course } from "./course.ts";

/** A course in a library's words, and the rate the optimizer itself is given. */
export interface Said {
  readonly schedule?: ScheduleConfiguration;
  readonly learningRate: number;
}
const counted = (
  name: string,
  values: Readonly<Record<string, number>>,
  more: Partial<ScheduleConfiguration> = {},
): ScheduleConfiguration => ({ name, values, ...more, interval: "step" });

/** Undefined where the library has no word for it. */
export function say(course: Course, family: string): Said | undefined {
  if (course.kind === "constant") return { learningRate: course.rate };
  const schedule = family === "keras" ? inKeras(course) : family === "optax" ? inOptax(course) : inTorch(course);
  return schedule && { schedule, learningRate: rateOf(course) };
}
/** What a schedule's factors are of: the rate it begins with, or where it warms up to. */
function rateOf(course: Course): number {
  switch (course.kind) {
    case "constant":
      return course.rate;
    case "polynomial":
      return Math.max(course.from, course.to);
    case "pieces":
      return course.levels[0] ?? 0;
    case "cycle":
      return course.peak;
    case "sequence":
      return Math.max(...course.parts.map(rateOf));
    default:
      return course.from;
  }
}
/** A rise on a straight line and what follows it. */
function warmUpOf(course: Course) {
  if (course.kind !== "sequence" || course.parts.length !== 2) return undefined;
  const [rise, rest] = course.parts;
  if (rise.kind !== "polynomial" || rise.power !== 1 || course.points[0] !== rise.length) return undefined;
  return { rise, rest };
}

function inKeras(course: Course): ScheduleConfiguration | undefined {
  switch (course.kind) {
    case "polynomial": {
      const { from: initial, to: minimum, length, power } = course;
      return counted("PolynomialDecay", { initial, length, minimum, power, cycle: 0 });
    }
    case "cosine":
      return counted("CosineDecay", {
        ...{ initial: course.from, length: course.length, minimumFraction: share(course.to, course.from) },
        ...{ maximum: 0, warmup: 0 },
      });
    case "exponential": {
      const { from: initial, every: stepSize, gamma, staircase } = course;
      return counted("ExponentialDecay", { initial, stepSize, gamma, staircase: Number(staircase) });
    }
    case "pieces":
      return counted(
        "PiecewiseConstantDecay",
        {},
        { points: course.points.map((at) => at - 1), levels: course.levels },
      );
    case "sequence": {
      const warm = warmUpOf(course);
      if (warm?.rest.kind === "constant" && warm.rest.rate === warm.rise.to) return inKeras(warm.rise);
      if (warm?.rest.kind !== "cosine" || warm.rest.from !== warm.rise.to) return undefined;
      const { rise, rest } = warm;
      return counted("CosineDecay", {
        ...{ initial: rise.from, length: rest.length, minimumFraction: share(rest.to, rest.from) },
        ...{ maximum: rise.to, warmup: rise.length },
      });
    }
    default:
      return undefined;
  }
}

function inOptax(course: Course): ScheduleConfiguration | undefined {
  switch (course.kind) {
    case "constant":
      return counted("constant_schedule", { initial: course.rate });
    case "polynomial": {
      const { from: initial, to: final, length: transition, power } = course;
      return power === 1
        ? counted("linear_schedule", { initial, final, transition, begin: 0 })
        : counted("polynomial_schedule", { initial, final, power, transition, begin: 0 });
    }
    case "cosine": {
      const { from: initial, to, length } = course;
      const minimumFraction = share(to, initial);
      return counted("cosine_decay_schedule", { initial, length, minimumFraction, exponent: 1 });
    }
    case "exponential": {
      const { from: initial, every: transition, gamma, staircase } = course;
      const values = { initial, transition, gamma, begin: 0, staircase: Number(staircase), final: 0 };
      return counted("exponential_decay", values);
    }
    case "pieces": {
      const [initial = 0, ...rest] = course.levels;
      const levels = rest.map((level, i) => level / (course.levels[i] ?? 1));
      return levels.every(Number.isFinite)
        ? counted("piecewise_constant_schedule", { initial }, { points: course.points, levels })
        : undefined;
    }
    case "cycle": {
      const { peak: maximum, length, rise: riseFraction, divideBy, finalDivideBy } = course;
      return counted("cosine_onecycle_schedule", { length, maximum, riseFraction, divideBy, finalDivideBy });
    }
    case "sequence": {
      const warm = warmUpOf(course);
      if (warm?.rest.kind === "cosine" && warm.rest.from === warm.rise.to)
        return counted("warmup_cosine_decay_schedule", {
          ...{ initial: warm.rise.from, maximum: warm.rise.to, warmup: warm.rise.length },
          ...{ length: warm.rise.length + warm.rest.length, final: warm.rest.to, exponent: 1 },
        });
      const parts = course.parts.map(inOptax);
      return parts.every((part) => part !== undefined)
        ? counted("join_schedules", {}, { parts, points: course.points })
        : undefined;
    }
    default:
      return course satisfies never;
  }
}

function inTorch(course: Course): ScheduleConfiguration | undefined {
  switch (course.kind) {
    case "polynomial": {
      const { from, to, length, power } = course;
      if (power === 1 && from > 0)
        return counted("LinearLR", { startFactor: from / rateOf(course), endFactor: to / rateOf(course), length });
      if (to === 0) return counted("PolynomialLR", { length, power });
      return from === 0 && power === 1 ? counted("get_constant_schedule_with_warmup", { warmup: length }) : undefined;
    }
    case "cosine":
      return counted("CosineAnnealingLR", { length: course.length, minimum: course.to });
    case "exponential":
      return course.staircase
        ? counted("StepLR", { stepSize: course.every, gamma: course.gamma })
        : counted("ExponentialLR", { gamma: course.gamma ** (1 / course.every) });
    case "pieces": {
      const factors = course.levels.slice(1).map((level, i) => level / (course.levels[i] ?? 1));
      const [gamma = 1] = factors;
      const alike = factors.every((factor) => Math.abs(factor / gamma - 1) < 1e-12);
      return alike ? counted("MultiStepLR", { gamma }, { points: course.points }) : undefined;
    }
    case "cycle": {
      const { peak: maximum, length, rise: riseFraction, divideBy, finalDivideBy } = course;
      const values = { maximum, length, riseFraction, divideBy, finalDivideBy, cycleMomentum: 0 };
      return counted("OneCycleLR", values);
    }
    case "sequence": {
      const warm = warmUpOf(course);
      if (warm?.rise.from !== 0) return undefined;
      const { rise, rest } = warm;
      const warmup = rise.length;
      if (rest.kind === "constant" && rest.rate === rise.to)
        return counted("get_constant_schedule_with_warmup", { warmup });
      const length = "length" in rest ? warmup + rest.length : 0;
      if (rest.kind === "cosine" && rest.to === 0 && rest.from === rise.to)
        return counted("get_cosine_schedule_with_warmup", { warmup, length, cycles: 0.5 });
      if (rest.kind === "polynomial" && rest.power === 1 && rest.to === 0 && rest.from === rise.to)
        return counted("get_linear_schedule_with_warmup", { warmup, length });
      return undefined;
    }
    default:
      return undefined;
  }
}
const share = (part: number, whole: number): number => (part === 0 ? 0 : part / whole);
