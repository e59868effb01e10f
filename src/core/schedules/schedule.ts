import type { Hyperparameters, ScheduleConfiguration, Values } from "../../protocol/index.ts";
import { invalidValue } from "../validity.ts";

/** A learning-rate schedule as its library computes it. Adding one touches its own file and a line of `index.ts`. */
export interface Schedule {
  /** As its library calls it: "CosineAnnealingLR". */
  readonly name: string;
  readonly source: string;
  readonly hyperparameters: Hyperparameters;
  /**
   * Rates of one group whose optimizer was given `base`. `length` is the run's length in counts of the schedule; it
   * stands in where a length of the schedule's own is not known (absent or 0).
   * Throws an Error that names the value that is wrong.
   */
  prepare(base: number, configuration: ScheduleConfiguration, length: number): Rates;
}
export interface Rates {
  /** In force after `count` calls of the scheduler's step(), from 0. */
  rate(count: number): number;
  /** Only for schedules that cycle it; takes the place of momentum or β₁. */
  momentum?(count: number): number;
  /** It cycles β₁ alone and leaves an optimizer without betas as it is. */
  readonly betasOnly?: true;
  /**
   * Only for schedules that follow a loss: told of it at the end of each of its intervals; `rate` is then the rate now in
   * force, whatever its argument.
   */
  observe?(metric: number): void;
  /** Of such a schedule: the rate after a metric, from whatever rate is in force. It remembers what it was told. */
  follow?(metric: number, rate: number): number;
  /** Counts until it stays constant, where it has an end. */
  readonly length?: number;
  /** What matters where several of PyTorch's schedulers share a group; absent where each rate follows from `base` alone. */
  readonly recursion?: Recursion;
  /** Only for those that set the group's first rate, which every later scheduler starts from. */
  readonly first?: { readonly rate: number; readonly always: boolean };
}
/** A scheduler that goes from the rate it finds to the next. */
export interface Recursion {
  /** The rate at `count`, from 0, where `rate` is the one in force before. */
  next(rate: number, count: number): number;
  /** What it makes of the rate that it finds where it starts over; absent where PyTorch has a closed form for that. */
  restart?(rate: number): number;
}

/** What a schedule's file states; `given` holds every value, `runLength` is the run's length in counts, at least 1. */
interface Statement<H extends Hyperparameters> extends Omit<Schedule, "prepare"> {
  readonly hyperparameters: H;
  /** The value that is the optimizer's rate where it is not given. */
  readonly fromRate?: keyof H & string;
  /** Counts that must be whole numbers; a library computes with fractions of the others as with any number. */
  readonly whole?: readonly (keyof H & string)[];
  rates(base: number, given: Values<H>, runLength: number, configuration: ScheduleConfiguration): Rates;
}
/**
 * Infers H, fills in defaults, and sees that every value can be computed with. A `length` of 0 becomes the run's length.
 */
export const schedule = <H extends Hyperparameters>(it: Statement<H>): Schedule => ({
  name: it.name,
  source: it.source,
  hyperparameters: it.hyperparameters,
  prepare(base, configuration, length) {
    const runLength = Math.max(1, length);
    const written: Readonly<Partial<Record<string, number>>> = configuration.values;
    const given: Record<string, number> = {};
    for (const [name, descriptor] of Object.entries(it.hyperparameters)) {
      const value = written[name] ?? (name === it.fromRate ? base : descriptor.default);
      const fraction = descriptor.scale === "integer" && !it.whole?.includes(name);
      const wrong = invalidValue(it.name, name, fraction ? { ...descriptor, scale: "linear" } : descriptor, value);
      if (wrong !== undefined) throw new Error(wrong);
      if (!Number.isFinite(value)) throw new Error(`${it.name} needs a finite ${descriptor.symbol} (${name}).`);
      given[name] = name === "length" && value === 0 ? runLength : value;
    }
    const rates = it.rates(base, given as Values<H>, runLength, configuration);
    return rates.observe && configuration.metrics ? told(rates, configuration.metrics) : rates;
  },
});

/** A schedule that follows a loss, told all of it beforehand: `rate` is then a function of the count like any other. */
function told(rates: Rates, metrics: readonly number[]): Rates {
  const known = [rates.rate(0)];
  for (const metric of metrics) {
    rates.observe?.(metric);
    known.push(rates.rate(0));
  }
  return { rate: (count) => known[Math.min(count, metrics.length)] };
}
