import type { Configuration, ScheduleConfiguration } from "../protocol/index.ts";
import { findSchedule } from "./schedules/index.ts";

/** Schedules whose length is meant to be the run's; others may go on at the rate they have reached. */
export const spansRun =
  /^(?:CosineAnnealingLR|OneCycleLR|PolynomialLR|get_(?!constant).*|PolynomialDecay|CosineDecay|cosine_decay_schedule|warmup_cosine_decay_schedule|\w+_onecycle_schedule|Warmup(?:Decay|Cosine)LR)$/;

/**
 * What the schedules say of the run, in updates and in epochs: its length (`step`, `epoch`), or, where they end before it
 * does, the least that shows them (`least`).
 */
export function scheduleLength({ groups }: Configuration) {
  const lengths: { step?: number; epoch?: number; least: { step: number; epoch: number } } = {
    least: { step: 0, epoch: 0 },
  };
  for (const { schedule, values } of groups) {
    if (!schedule) continue;
    const unit = schedule.interval ?? "step";
    const each = (schedule.frequency ?? 1) / (schedule.perStep ?? 1);
    const run = spanOf(schedule);
    const { least } = lengths;
    if (run !== undefined) lengths[unit] = Math.max(lengths[unit] ?? 0, run * each);
    else {
      const end = endOf(schedule, (values as Partial<typeof values>)["learningRate"] ?? 1);
      least[unit] = Math.max(least[unit], 1.5 * end * each);
    }
    const warmup = (schedule.values as Partial<typeof schedule.values>)["warmup"] ?? 0;
    least[unit] = Math.max(least[unit], 4 * warmup * each);
  }
  return lengths;
}

/** Length of the run that a schedule is made for, in its counts, where it says one. */
export function spanOf({ name, values, parts, points }: ScheduleConfiguration): number | undefined {
  if (name === "SequentialLR" || name === "join_schedules") {
    const last = parts?.at(-1);
    const own = last && spanOf(last);
    return own === undefined ? undefined : own + (points?.at(-1) ?? 0);
  }
  const { length, warmup = 0, maximum = 0 } = values as Partial<typeof values>;
  if (!spansRun.test(name) || length === undefined || length < 1) return undefined;
  return name === "CosineDecay" && maximum !== 0 ? length + warmup : length; // Keras counts its warm-up apart
}

/** Counts until the rate of a schedule that does not span the run stays as it is; 0 where it never does. */
export function endOf(schedule: ScheduleConfiguration, learningRate: number): number {
  if (spansRun.test(schedule.name)) return 0;
  try {
    const end = findSchedule(schedule.name)?.prepare(learningRate, schedule, 0).length ?? 0;
    return Number.isFinite(end) ? end : 0;
  } catch {
    return 0; // what is wrong with it is said when the run is prepared
  }
}

/** Updates for which one count of a schedule is in force. */
export const stepsOfCount = (
  { interval, frequency }: Pick<ScheduleConfiguration, "interval" | "frequency">,
  stepsPerEpoch: number,
): number => (interval === "epoch" ? Math.max(1, stepsPerEpoch) : 1) * Math.max(1, frequency ?? 1);
