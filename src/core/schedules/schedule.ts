import type { Hyperparameters, ScheduleConfiguration } from "../../protocol/index.ts";

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
  /** Counts until it stays constant, where it has an end. */
  readonly length?: number;
}
