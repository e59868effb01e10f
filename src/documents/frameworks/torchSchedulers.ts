import type { Call, Value } from "../call.ts";
import type { Reading } from "../document.ts";
import type { Construction } from "./constructions.ts";
import { wordsOf, type Written } from "./readValues.ts";
import { scheduleNamed, schedulerMade, scheduleTypes, type ScheduleClass } from "./scheduleWords.ts";
import { functionAround } from "./surrounding.ts";

// Which schedulers a program makes, and which of them drive an optimizer.

/** A scheduler's construction. */
export interface Scheduler {
  readonly call: Call;
  readonly of: ScheduleClass;
  /** The name to print: "cosine" where get_scheduler was asked for it. */
  readonly spelled: string;
  readonly words: ReadonlyMap<string, Written>;
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

/** By construction, the schedulers that drive it: the outermost that name it and are not chosen against; mostly one. */
export function driversOf(
  all: readonly Construction[],
  schedulers: readonly Scheduler[],
): ReadonlyMap<Construction, readonly Scheduler[]> {
  const inner = new Set(schedulers.flatMap((it) => partsOf(it).map((part) => part.call)));
  const outer = schedulers.filter(
    ({ call }) =>
      !inner.has(call) && (call.blocks ?? []).every((block) => block.kind !== "branch" || block.taken !== false),
  );
  const named = new Map<string, Construction[]>();
  for (const it of all) if (it.call.target !== undefined) push(named, lastOf(it.call.target), it);
  const homes = new Map(all.map((it) => [it, homeOf(it.call)]));
  const drivers = new Map<Construction, Scheduler[]>();
  for (const scheduler of outer) for (const it of drivenBy(scheduler, all, named, homes)) push(drivers, it, scheduler);
  return drivers;
}
function push<K, V>(lists: Map<K, V[]>, key: K, value: V): void {
  const list = lists.get(key);
  if (list) list.push(value);
  else lists.set(key, [value]);
}
const lastOf = (name: string): string => name.split(".").at(-1) ?? name;
/** Where the function begins that a call stands in. */
const homeOf = (call: Call): number => functionAround(call)?.span.from ?? -1;

/** What a scheduler is given: a construction itself, what a name may stand for, or whatever has that name, in the same function first. */
function drivenBy(
  scheduler: Scheduler,
  all: readonly Construction[],
  named: ReadonlyMap<string, readonly Construction[]>,
  homes: ReadonlyMap<Construction, number>,
): Iterable<Construction> {
  const only = all.length === 1 ? all : [];
  const value = scheduler.words.get("optimizer")?.value ?? partOptimizer(scheduler);
  if (value === undefined) return only;
  const made = value.kind === "call" ? all.filter(({ call }) => call === value.call) : [];
  if (made.length > 0) return made;
  const options = value.kind === "unresolved" ? (value.options ?? []) : [];
  const calls = new Set(options.flatMap((it) => (it.kind === "call" ? [it.call] : [])));
  const offered = calls.size > 0 ? all.filter(({ call }) => calls.has(call)) : [];
  const text = value.kind === "unresolved" ? value.text : value.kind === "call" ? value.call.written : "";
  const near = (text !== "" && named.get(lastOf(text))) || only;
  const home = homeOf(scheduler.call);
  const here = near.filter((it) => homes.get(it) === home);
  return new Set([...offered, ...(here.length > 0 ? here : near)]);
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
