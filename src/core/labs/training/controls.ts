import type { Configuration, ScheduleConfiguration, Values } from "../../../protocol/index.ts";
import { findSchedule } from "../../schedules/index.ts";
import type { Problem } from "../../problems/problem.ts";

/** Knobs of the simulation. */
export const controls = {
  steps: {
    symbol: "T",
    label: "Steps",
    meaning: "Updates of the run, in every seed.",
    default: 2000,
    range: [10, 20_000],
    scale: "integer",
  },
  seeds: {
    symbol: "n",
    label: "Seeds",
    meaning: "Independent runs; bands and standard errors are over them.",
    default: 64,
    range: [1, 256],
    scale: "integer",
  },
  stepsPerEpoch: {
    symbol: "T/epoch",
    label: "Steps per epoch",
    meaning: "Updates that make one epoch of the code, for schedules and runs counted in epochs.",
    default: 100,
    range: [1, 10_000],
    scale: "integer",
  },
  batchSize: {
    symbol: "B",
    label: "Batch size",
    meaning: "Examples averaged in one update.",
    default: 32,
    range: [1, 4096],
    scale: "integer",
  },
} as const;
export type Controls = Values<typeof controls>;

/** Longest run that is suggested: where epochs are counted, and where updates are. */
const longest = { epochs: 20_000, steps: 100_000 };
/** Updates of all seeds together that are suggested at most: about a second's worth. */
const affordable = 64 * 4000;

/**
 * A run as long as the code's own. Where it says updates, those; where it says epochs, as many epochs, with steps per
 * epoch lowered until the run is affordable and raised until a warm-up counted in updates has a quarter of it.
 */
export function suggest(
  configuration: Configuration,
  suggested: NonNullable<Problem["suggested"]> = {},
): Partial<Controls> {
  const { epochs, batchSize } = configuration;
  const length = scheduleLength(configuration);
  const total = configuration.steps ?? length.step;
  const periods = epochs ?? length.epoch ?? (length.least.epoch >= 1 ? length.least.epoch : undefined);
  let run: { readonly steps?: number; readonly stepsPerEpoch?: number };
  if (total !== undefined && total >= 1) {
    const steps = Math.min(Math.ceil(total), longest.steps);
    run = periods === undefined ? { steps } : { steps, stepsPerEpoch: Math.max(1, Math.round(steps / periods)) };
  } else if (periods !== undefined && periods >= 1) {
    const wished = Math.max(controls.stepsPerEpoch.default, Math.ceil(length.least.step / periods));
    const stepsPerEpoch = Math.max(1, Math.min(wished, Math.floor(longest.epochs / periods)));
    run = { steps: Math.max(1, Math.round(Math.min(periods, longest.epochs) * stepsPerEpoch)), stepsPerEpoch };
  } else {
    const steps = Math.max(suggested.steps ?? controls.steps.default, length.least.step);
    run = { steps: Math.min(Math.ceil(steps), longest.steps) };
  }
  const steps = run.steps ?? controls.steps.default;
  const seeds = suggested.seeds ?? controls.seeds.default;
  const examples = (suggested.examples ?? Infinity) / Math.max(1, batchSize ?? controls.batchSize.default);
  const fewer = Math.max(4, Math.floor(Math.min(affordable, examples) / steps / 4) * 4);
  return {
    ...run,
    ...(suggested.seeds !== undefined || fewer < seeds ? { seeds: Math.min(seeds, fewer) } : {}),
    ...(batchSize !== undefined && batchSize >= 1 ? { batchSize: Math.round(batchSize) } : {}),
  };
}

/** Schedules whose length is meant to be the run's; others may go on at the rate they have reached. */
const spansRun = /^(CosineAnnealingLR|OneCycleLR|PolynomialLR|get_(?!constant).*)$/;

/**
 * What the schedules say of the run, in updates and in epochs: its length (`step`, `epoch`), or, where they end before it
 * does, the least that shows them (`least`).
 */
function scheduleLength({ groups }: Configuration) {
  const lengths: { step?: number; epoch?: number; least: { step: number; epoch: number } } = {
    least: { step: 0, epoch: 0 },
  };
  for (const { schedule, values } of groups) {
    if (!schedule) continue;
    const unit = schedule.interval ?? "step";
    const run = runLength(schedule);
    if (run !== undefined) lengths[unit] = Math.max(lengths[unit] ?? 0, run);
    else
      lengths.least[unit] = Math.max(
        lengths.least[unit],
        1.5 * endOf(schedule, (values as Partial<typeof values>)["learningRate"] ?? 1),
      );
    const warmup = (schedule.values as Partial<typeof schedule.values>)["warmup"] ?? 0;
    lengths.least[unit] = Math.max(lengths.least[unit], 4 * warmup);
  }
  return lengths;
}

/** Length of the run that a schedule is made for, in its counts, where it says one. */
function runLength({ name, values, parts, points }: ScheduleConfiguration): number | undefined {
  if (name === "SequentialLR") {
    const last = parts?.at(-1);
    const own = last && runLength(last);
    return own === undefined ? undefined : own + (points?.at(-1) ?? 0);
  }
  const { length } = values as Partial<typeof values>;
  return spansRun.test(name) && length !== undefined && length >= 1 ? length : undefined;
}

/** Counts until the rate of a schedule that does not span the run stays as it is; 0 where it never does. */
function endOf(schedule: ScheduleConfiguration, learningRate: number): number {
  if (spansRun.test(schedule.name)) return 0;
  try {
    const end = findSchedule(schedule.name)?.prepare(learningRate, schedule, 0).length ?? 0;
    return Number.isFinite(end) ? end : 0;
  } catch {
    return 0; // what is wrong with it is said when the run is prepared
  }
}

/** A sentence where a control cannot be run with. */
export function wrongControl(values: Controls): string | undefined {
  const most = { steps: 1_000_000, seeds: 10_000, stepsPerEpoch: 10_000_000, batchSize: 1_000_000 };
  for (const [name, { label }] of Object.entries(controls)) {
    const key = name as keyof Controls;
    if (!Number.isInteger(values[key]) || values[key] < 1 || values[key] > most[key])
      return `${label} must be a whole number from 1 to ${most[key].toLocaleString("en")}, not ${values[key]}.`;
  }
  return undefined;
}
