import type { ScheduleConfiguration } from "../../protocol/index.ts";
import type { Call, Value } from "../call.ts";
import type { Origin, Printed, Reading } from "../document.ts";
import type { Construction } from "./constructions.ts";
import { ownSteps, paceOf } from "./interval.ts";
import { numeric, printed, unresolvedOrigin, type Source } from "./origins.ts";
import { printWords, readValues, wordsOf, type Written } from "./readValues.ts";
import { functionAround } from "./surrounding.ts";
import { scheduleNamed, schedulerMade, scheduleTypes, type ScheduleClass } from "./scheduleWords.ts";

/** A scheduler's construction. */
export interface Scheduler {
  readonly call: Call;
  readonly of: ScheduleClass;
  /** The name to print: "cosine" where get_scheduler was asked for it. */
  readonly spelled: string;
  readonly words: ReadonlyMap<string, Written>;
}
export interface ReadSchedule {
  /** One for each group. */
  readonly schedules: readonly ScheduleConfiguration[];
  readonly origins: readonly Record<string, Origin>[];
  readonly spelled: { readonly name: string; readonly args: Readonly<Record<string, Printed>> };
  readonly notes: readonly string[];
}
/** Positions of get_scheduler. */
const schedulerWords = ["name", "optimizer", "num_warmup_steps", "num_training_steps", "scheduler_specific_kwargs"];
const diffusersWords = [
  "name",
  "optimizer",
  "step_rules",
  "num_warmup_steps",
  "num_training_steps",
  "num_cycles",
  "power",
];

/** Before anything is worked out: names that schedulers have, here or where they are imported from. */
const spoken = /LR\b|lr_schedule|Restarts|ChainedScheduler|LROnPlateau|LRRangeTest|OneCycle|schedul/;
const renamed = (text: string): Set<string> =>
  new Set(
    [...text.matchAll(/\b(\w+)[ \t]+as[ \t]+(\w+)/g)].flatMap(([, name = "", as = ""]) =>
      spoken.test(name) ? [as] : [],
    ),
  );

export function schedulersIn(reading: Reading): Scheduler[] {
  const others = renamed(reading.text);
  return reading.calls.flatMap((call): Scheduler[] => {
    if (!spoken.test(call.written) && !others.has(call.written)) return [];
    const made = schedulerMade(call.callee);
    if (made === undefined) return [];
    if (made !== "get_scheduler") {
      const of = scheduleNamed(made);
      return of ? [{ call, of, spelled: made, words: wordsOf(call, [first(made), ...of.signature]) }] : [];
    }
    const words = wordsOf(call, call.callee.startsWith("diffusers.") ? diffusersWords : schedulerWords);
    const name = words.get("name")?.value;
    const of = name?.kind === "text" ? scheduleNamed(scheduleTypes[name.value] ?? "") : undefined;
    words.delete("name");
    const more = words.get("scheduler_specific_kwargs")?.value;
    for (const { key, value } of more?.kind === "dict" ? more.entries : []) words.set(key, { value, span: value.span });
    if (more?.kind === "dict") words.delete("scheduler_specific_kwargs");
    return of && name?.kind === "text" ? [{ call, of, spelled: name.value, words }] : [];
  });
}
/** A chained scheduler takes no optimizer of its own before its parts. */
const first = (name: string): string => (name === "ChainedScheduler" ? "schedulers" : "optimizer");

/** The schedulers that drive an optimizer: the outermost that name it and are not chosen against; mostly one. */
export function schedulersOf(
  construction: Construction,
  all: readonly Construction[],
  schedulers: readonly Scheduler[],
): Scheduler[] {
  const inner = new Set(schedulers.flatMap((it) => partsOf(it).map((part) => part.call)));
  const mine = schedulers.filter((it) => !inner.has(it.call) && drives(it, construction, all));
  return mine.filter(({ call }) =>
    (call.blocks ?? []).every((block) => block.kind !== "branch" || block.taken !== false),
  );
}
function drives(scheduler: Scheduler, construction: Construction, all: readonly Construction[]): boolean {
  const value = scheduler.words.get("optimizer")?.value ?? partOptimizer(scheduler);
  if (value === undefined) return all.length === 1;
  if (value.kind === "call" && all.some(({ call }) => call === value.call)) return value.call === construction.call;
  const candidates = value.kind === "unresolved" ? (value.options ?? []) : [];
  if (candidates.some((it) => it.kind === "call" && it.call === construction.call)) return true;
  const target = construction.call.target;
  const text = value.kind === "unresolved" ? value.text : value.kind === "call" ? value.call.written : "";
  const last = (name: string) => name.split(".").at(-1) ?? name;
  if (target !== undefined && text !== "" && last(target) === last(text)) {
    const home = (call: Call) => functionAround(call)?.span.from ?? -1;
    const near = all.filter(({ call }) => call.target !== undefined && last(call.target) === last(text));
    const here = near.filter(({ call }) => home(call) === home(scheduler.call));
    return (here.length > 0 ? here : near).includes(construction);
  }
  const named = all.some(({ call }) => call.target !== undefined && last(call.target) === last(text));
  return !named && all.length === 1;
}
const partOptimizer = (scheduler: Scheduler): Value | undefined => partsOf(scheduler)[0]?.words.get("optimizer")?.value;

/** What a SequentialLR or ChainedScheduler is made of. */
export function partsOf({ words }: Scheduler): Scheduler[] {
  const value = words.get("schedulers")?.value;
  if (value?.kind !== "list") return [];
  return value.items.flatMap((item): Scheduler[] => {
    const call = item.kind === "call" ? item.call : undefined;
    const made = call && schedulerMade(call.callee);
    const of = made === undefined ? undefined : scheduleNamed(made);
    return call && of ? [{ call, of, spelled: of.name, words: wordsOf(call, [first(of.name), ...of.signature]) }] : [];
  });
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
