import type { ScheduleConfiguration } from "../../protocol/index.ts";
import type { Origin, Printed, Reading } from "../document.ts";
import { ownSteps, paceOf } from "./interval.ts";
import { numeric, printed, unresolvedOrigin, type Source } from "./origins.ts";
import { printWords, readValues, type Written } from "./readValues.ts";
import { partsOf, type Scheduler } from "./torchSchedulers.ts";

export interface ReadSchedule {
  /** One for each group. */
  readonly schedules: readonly ScheduleConfiguration[];
  readonly origins: readonly Record<string, Origin>[];
  readonly spelled: { readonly name: string; readonly args: Readonly<Record<string, Printed>> };
  readonly notes: readonly string[];
}
/** The schedule in canonical values for each of the groups: of the last scheduler, and of those that are stepped with it. */
export function readSchedule(
  source: Source,
  reading: Reading,
  schedulers: readonly Scheduler[],
  groups: number,
): ReadSchedule | undefined {
  const last = schedulers.at(-1);
  if (last === undefined) return undefined;
  const { notes: own = [], ...pace } = paceOf(reading, last);
  const notes = [...own];
  const together = steppedTogether(reading, schedulers, last, notes);
  const read = Array.from({ length: groups }, (_, group) => {
    if (together.length === 1) {
      const { schedule, origins } = readOne(source, last, group, notes, "schedule.");
      return { schedule: { ...schedule, ...pace }, origins };
    }
    const all = together.map((it, i) => readOne(source, it, group, notes, `schedule.parts.${i}.`));
    const parts = all.map(({ schedule }) => schedule);
    const origins = Object.assign({}, ...all.map((it) => it.origins)) as Record<string, Origin>;
    return { schedule: { name: "ChainedScheduler", values: {}, parts, ...pace }, origins };
  });
  return {
    schedules: read.map(({ schedule }) => schedule),
    origins: read.map(({ origins }) => origins),
    spelled: spell(source, last),
    notes: [...new Set(notes)],
  };
}
/** Schedulers that are stepped one after another at the same pace work as one chain. */
function steppedTogether(
  reading: Reading,
  schedulers: readonly Scheduler[],
  last: Scheduler,
  notes: string[],
): readonly Scheduler[] {
  const steps = (it: Scheduler) => ownSteps(reading, it.call);
  const stepped = schedulers.filter((it) => steps(it).length > 0);
  if (stepped.length < 2 || !stepped.includes(last)) return [last];
  const pace = (it: Scheduler) => JSON.stringify({ ...paceOf(reading, it), notes: [] });
  const chosen = (it: Scheduler) =>
    steps(it).some(({ blocks = [] }) => blocks.some((block) => block.kind === "branch" && block.taken === undefined));
  const names = stepped.map((it) => it.spelled).join(" and ");
  if (stepped.some(chosen))
    notes.push(`Its schedules ${names} are stepped under conditions: only the last is simulated.`);
  else if (stepped.some((it) => pace(it) !== pace(last)))
    notes.push(`Its schedules ${names} are stepped at different intervals: only the last is simulated.`);
  else {
    notes.push(`Its schedules ${names} are both stepped: they are simulated as a ChainedScheduler.`);
    return stepped;
  }
  return [last];
}
interface One {
  readonly schedule: ScheduleConfiguration;
  readonly origins: Record<string, Origin>;
}
function readOne(source: Source, scheduler: Scheduler, group: number, notes: string[], prefix: string): One {
  const { call, of, words } = scheduler;
  const read = readValues(source, call, of.arguments, words, prefix, group);
  const { values, origins } = read;
  if (of.name === "OneCycleLR") cycleLength(source, words, values, origins, prefix);
  origins[`${prefix}name`] = { kind: "written", span: call.span, line: call.line };
  const milestones = words.get("milestones");
  const points = milestones?.value;
  if (milestones) {
    const { span } = milestones;
    origins[`${prefix}points`] = { kind: "written", span, line: source.lineAt(span.from) };
  }
  const numbers =
    points?.kind === "list" && points.items.every(numeric) ? points.items.map((it) => Number(it.value)) : undefined;
  if (points !== undefined && numbers === undefined)
    notes.push("The milestones of its schedule are not known from this file.");
  const parts = words.has("schedulers") ? partsOf(scheduler) : undefined;
  const list = words.get("schedulers")?.value;
  if (parts !== undefined && (list?.kind !== "list" || list.items.length !== parts.length))
    notes.push("Some parts of its schedule are not known from this file.");
  const lambda = words.get("lr_lambda");
  const each = lambda?.value.kind === "list" ? lambda.value.items[group] : lambda?.value;
  if (lambda !== undefined && each?.kind !== "formula") {
    notes.push(`The function of ${of.name} is not plain arithmetic, so it is not simulated.`);
    origins[`${prefix}formula`] = unresolvedOrigin(
      source,
      lambda.span,
      source.text.slice(lambda.span.from, lambda.span.to),
    );
  }
  const inner = parts?.map((part, i) => readOne(source, part, group, notes, `${prefix}parts.${i}.`));
  for (const part of inner ?? []) Object.assign(origins, part.origins);
  const schedule: ScheduleConfiguration = {
    name: of.name,
    values,
    ...(points === undefined ? {} : { points: numbers ?? [] }),
    ...(inner === undefined ? {} : { parts: inner.map((part) => part.schedule) }),
    ...(each?.kind === "formula" ? { formula: each.formula } : {}),
  };
  return { schedule, origins };
}
/** OneCycleLR may be told its length as epochs times steps per epoch. */
function cycleLength(
  source: Source,
  words: ReadonlyMap<string, Written>,
  values: Record<string, number>,
  origins: Record<string, Origin>,
  prefix: string,
): void {
  const [epochs, each] = [words.get("epochs"), words.get("steps_per_epoch")];
  if (words.has("total_steps") || epochs === undefined || each === undefined) return;
  if (numeric(epochs.value) && numeric(each.value))
    values["length"] = Number(epochs.value.value) * Number(each.value.value);
  const span = { from: Math.min(epochs.span.from, each.span.from), to: Math.max(epochs.span.to, each.span.to) };
  const text = source.text.slice(span.from, span.to);
  origins[`${prefix}length`] =
    values["length"] === 0
      ? unresolvedOrigin(source, span, text)
      : { kind: "written", span, text, line: source.lineAt(span.from) };
}
function spell(source: Source, scheduler: Scheduler): ReadSchedule["spelled"] {
  const args = printWords(source, scheduler.words, ["optimizer", "schedulers"]);
  const list = scheduler.words.get("schedulers");
  if (list === undefined) return { name: scheduler.spelled, args };
  const parts = partsOf(scheduler);
  const schedulers: Printed =
    parts.length > 0 ? parts.map((part) => spell(source, part)) : printed(list.value, source.text);
  return { name: scheduler.spelled, args: { schedulers, ...args } };
}
