import { count, spellRate } from "../../protocol/index.ts";
import { spanOf } from "../scheduleLength.ts";
import { plural, remark, updatesOf, warning, type Said, type Scheduled } from "./situation.ts";

// What one count of a schedule is: an update, an epoch, or something in between.

export const counting = (it: Scheduled): Said[] => [...wrongUnit(it), ...processes(it), ...lagging(it)];

const names = ["schedule.length", "schedule.points", "schedule.stepSize", "schedule.name"];

/** Lengths that were meant in epochs, of a scheduler that is stepped at every batch, and the other way round. */
function wrongUnit({ configuration, run, schedule }: Scheduled): Said[] {
  const { stepSize } = schedule.values as Readonly<Partial<Record<string, number>>>;
  const size = spanOf(schedule) ?? schedule.points?.at(-1) ?? stepSize;
  if (size === undefined || run.stepsPerEpoch <= 1) return [];
  const { epochs } = configuration;
  if (schedule.interval !== "epoch") {
    if (epochs === undefined || epochs <= 1 || size > epochs) return [];
    const what =
      stepSize === undefined ? `is over after ${plural(size, "batch")}` : `drops every ${count(size)} batches`;
    const text = `${schedule.name} is stepped at every batch, but its ${count(size)} counts look like epochs, of which the run has ${count(epochs)}: it ${what.replace("batchs", "batches")}.`;
    return [warning(text, ...names)];
  }
  const whole = epochs ?? run.steps / run.stepsPerEpoch;
  if (size !== configuration.steps && size < 10 * whole) return [];
  const text = `${schedule.name} is stepped once an epoch, but its ${count(size)} counts look like batches: the run's ${plural(whole, "epoch")} take it through ${count(whole)} of them.`;
  return [warning(text, ...names)];
}

/** accelerate steps a prepared scheduler once for each of its processes. */
function processes(it: Scheduled): Said[] {
  const { perStep = 1, name } = it.schedule;
  if (perStep <= 1) return [];
  const span = spanOf(it.schedule);
  const over =
    span === undefined
      ? ""
      : `, so that its ${plural(span, "count")} are over after ${plural(updatesOf(it, span), "step")}`;
  return [
    warning(
      `Every update takes ${name} ${count(perStep)} counts further, one for each process${over}.`,
      "schedule.name",
    ),
  ];
}

/** DeepSpeed's own schedulers; OneCycle is not PyTorch's OneCycleLR. */
const deepSpeed = /^(?:Warmup(?:Decay|Cosine)?LR|OneCycle|LRRangeTest)$/;
function lagging({ rate, schedule: { name } }: Scheduled): Said[] {
  if (!deepSpeed.test(name)) return [];
  const text = `DeepSpeed's ${name} lags by one: the first step runs at ${spellRate(rate[0])}, before its first count, and every later step one count behind.`;
  return [remark(text, "schedule.name")];
}
