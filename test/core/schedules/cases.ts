import { readFileSync } from "node:fs";
import path from "node:path";

/** A recorded run of a library's own schedule. */
export interface ScheduleCase {
  readonly id: string;
  readonly family: string;
  readonly schedule: string;
  /** In the library's words. */
  readonly args: Readonly<Record<string, unknown>>;
  /** The optimizer's rate, where the schedule asks for it. */
  readonly base_lr?: number;
  /** In force at steps 0, 1 … */
  readonly lr: readonly number[];
  readonly momentum?: readonly number[];
  /** `metrics[t]` is told after step t. */
  readonly metrics?: readonly number[];
}
const read = (family: string) =>
  (
    JSON.parse(readFileSync(path.join(import.meta.dirname, `../../reference/schedules/${family}.json`), "utf8")) as {
      readonly cases: readonly ScheduleCase[];
    }
  ).cases;
export const scheduleCases = ["torch", "hf", "keras", "optax", "deepspeed"].flatMap(read);

/** What the families are called in an experiment file. */
const frameworks: Readonly<Record<string, string>> = { hf: "transformers", deepspeed: "torch" };

/** The case as an experiment file. */
export const scheduleText = ({ family, schedule, args, base_lr: rate }: ScheduleCase): string =>
  JSON.stringify({
    configuration: {
      framework: frameworks[family] ?? family,
      optimizer: family === "optax" ? "sgd" : "SGD",
      hyperparameters: rate === undefined ? {} : { lr: rate, momentum: 0.9 },
      schedule: { name: schedule, args },
    },
  });
