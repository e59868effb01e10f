import type { Hyperparameters, ScheduleConfiguration, Values } from "../../protocol/index.ts";

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
  /**
   * Only for schedules that follow a loss: told of it at the end of each of its intervals; `rate` is then the rate now in
   * force, whatever its argument.
   */
  observe?(metric: number): void;
  /** Counts until it stays constant, where it has an end. */
  readonly length?: number;
}

/** What a schedule's file states; `given` holds every value, `runLength` is the run's length in counts, at least 1. */
interface Statement<H extends Hyperparameters> extends Omit<Schedule, "prepare"> {
  readonly hyperparameters: H;
  rates(base: number, given: Values<H>, runLength: number, configuration: ScheduleConfiguration): Rates;
}
/**
 * Infers H, fills in defaults, and sees that every value is a number. A `length` of 0 becomes the run's length.
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
      const value = written[name] ?? descriptor.default;
      if (!Number.isFinite(value)) throw new Error(`${it.name} needs a number for ${name}, got ${value}.`);
      given[name] = name === "length" && value === 0 ? runLength : value;
      if (name === "length" && value < 0) throw new Error(`${it.name} needs a length of at least 1, got ${value}.`);
    }
    return it.rates(base, given as Values<H>, runLength, configuration);
  },
});
