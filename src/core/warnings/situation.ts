import { count, spell } from "../../protocol/index.ts";
import type { Configuration, ParameterGroup, ScheduleConfiguration } from "../../protocol/index.ts";
import type { Optimizer } from "../optimizers/index.ts";
import { stepsOfCount } from "../scheduleLength.ts";
import type { RunLength } from "../train.ts";
import type { TruthGroup } from "../truthLine.ts";

/** Where a library does something else than the code suggests. */
export interface Warning {
  /** Index of the parameter group; where all groups say the same, the first. */
  readonly group: number;
  /** What it follows from, as documents name origins, the likeliest first: "schedule.length". */
  readonly names: readonly string[];
  /** One sentence. */
  readonly text: string;
  /** A "remark" tells of arithmetic that is as intended but easily taken for another. */
  readonly kind: "warning" | "remark";
}
/** One group of a configuration, and what its run comes to. */
export interface Situation {
  readonly configuration: Configuration;
  readonly optimizer: Optimizer;
  readonly group: ParameterGroup;
  /** Complete, as they hold in the first step without a schedule. */
  readonly values: Readonly<Record<string, number>>;
  readonly run: RunLength;
  readonly table: TruthGroup;
  /** The learning rate in force in each of these steps: all, or an outline of a long run. */
  readonly rate: Float64Array;
  readonly steps: Int32Array;
}
/** The same with a schedule. */
export interface Scheduled extends Situation {
  readonly schedule: ScheduleConfiguration;
}
export type Said = Omit<Warning, "group">;
export const warning = (text: string, ...names: readonly string[]): Said => ({ kind: "warning", text, names });
export const remark = (text: string, ...names: readonly string[]): Said => ({ kind: "remark", text, names });

/** Updates in which a schedule goes through so many of its counts. */
export const updatesOf = ({ schedule, run }: Scheduled, counts: number): number =>
  (counts * stepsOfCount(schedule, run.stepsPerEpoch)) / (schedule.perStep ?? 1);

/** "30 epochs (3,000 steps)", or "3,000 steps" where the schedule counts those. */
export function inWords(it: Scheduled, counts: number): string {
  const steps = plural(updatesOf(it, counts), "step");
  const { interval, perStep = 1, frequency = 1 } = it.schedule;
  return interval === "epoch" && perStep === 1 && frequency === 1 ? `${plural(counts, "epoch")} (${steps})` : steps;
}
export const plural = (n: number, one: string): string =>
  `${Number.isInteger(n) ? count(n) : spell(n)} ${one}${n === 1 ? "" : "s"}`;

const titles: Readonly<Partial<Record<string, string>>> = {
  torch: "PyTorch",
  transformers: "PyTorch",
  keras: "Keras",
  tensorflow1: "TensorFlow 1",
};
/** The library whose arithmetic is meant, as a sentence calls it. */
export const libraryOf = ({ configuration: { framework } }: Situation): string => titles[framework] ?? framework;
