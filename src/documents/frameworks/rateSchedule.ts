import type { ScheduleConfiguration } from "../../protocol/index.ts";
import type { Call, Value } from "../call.ts";
import type { Origin, Printed } from "../document.ts";
import { schedules, signatureOf } from "../vocabulary/index.ts";
import { numeric, type Source } from "./origins.ts";
import { printWords, readValues, wordsOf, type Written } from "./readValues.ts";

/** A schedule object handed over as the rate, in Keras and optax: counted in updates, and bringing its own rates. */
export interface RateSchedule {
  readonly schedule: ScheduleConfiguration;
  /** Under "schedule.<name>". */
  readonly origins: Readonly<Record<string, Origin>>;
  /** The rate it begins with, where it says one. */
  readonly starts: Readonly<Record<string, number>>;
  readonly spelled: { readonly name: string; readonly args: Readonly<Record<string, Printed>> };
  readonly notes: readonly string[];
}
const place =
  /^(?:(?:tensorflow\.(?:compat\.v[12]\.)?)?(?:tf_)?keras\.optimizers\.schedules|optax(?:\.schedules)?)\.(\w+)$/;

export function rateSchedule(source: Source, value: Value): RateSchedule | undefined {
  if (value.kind !== "call") return undefined;
  const name = place.exec(value.call.callee)?.[1];
  if (name === undefined) return undefined;
  const notes: string[] = [];
  const read = readOne(source, value.call, name, "schedule.", notes);
  const { initial } = read.schedule.values as Readonly<Partial<Record<string, number>>>;
  return {
    ...read,
    starts: initial !== undefined && initial > 0 ? { learningRate: initial } : {},
    spelled: { name, args: printWords(source, wordsOf(value.call, wordsAt(name)), []) },
    notes,
  };
}
/** Words by their positions; a mapping from boundaries stands after the numbers. */
const wordsAt = (name: string): string[] => {
  const words = schedules[name];
  return words
    ? [...signatureOf(words), ...[words.pieces ?? words.repeats?.word].filter((it) => it !== undefined)]
    : [];
};

function readOne(
  source: Source,
  call: Call,
  name: string,
  prefix: string,
  notes: string[],
): { schedule: ScheduleConfiguration; origins: Record<string, Origin> } {
  const of = schedules[name];
  const words = wordsOf(call, wordsAt(name));
  const { values, origins } = readValues(source, call, of?.arguments ?? [], words, prefix);
  const numbers = (word: string | undefined): number[] | undefined => {
    const list = word === undefined ? undefined : words.get(word)?.value;
    if (list?.kind === "list" && list.items.every(numeric)) return list.items.map((it) => Number(it.value));
    if (list !== undefined) notes.push(`${word ?? ""} of its schedule is not known from this file.`);
    return undefined;
  };
  const mapping = of?.pieces === undefined ? undefined : words.get(of.pieces)?.value;
  const pieces = mapping?.kind === "dict" && mapping.open !== true ? mapping.entries : undefined;
  const known = pieces?.every(({ key, value }) => numeric(value) && Number.isFinite(Number(key)));
  if (mapping !== undefined && mapping.kind !== "none" && known !== true)
    notes.push(`${of?.pieces ?? ""} of its schedule is not known from this file.`);
  const points = known ? pieces?.map(({ key }) => Number(key)) : numbers(of?.points);
  const levels = known
    ? pieces?.flatMap(({ value }) => (numeric(value) ? [Number(value.value)] : []))
    : numbers(of?.levels);
  const listed = words.get(of?.parts ?? of?.repeats?.word ?? "")?.value;
  const parts = listed?.kind === "list" ? listed.items.flatMap((item, i) => partOf(item, i)) : undefined;
  if (listed?.kind === "list" && parts?.length !== listed.items.length)
    notes.push("Some parts of its schedule are not known from this file.");
  return {
    schedule: {
      name,
      values,
      ...(points && { points }),
      ...(levels && { levels }),
      ...(parts && { parts }),
      interval: "step",
    },
    origins,
  };

  function partOf(item: Value, i: number): ScheduleConfiguration[] {
    if (of?.repeats) return repeated(item, of.repeats.name, i);
    const own = item.kind === "call" ? place.exec(item.call.callee)?.[1] : undefined;
    if (item.kind !== "call" || own === undefined) return [];
    const part = readOne(source, item.call, own, `${prefix}parts.${i}.`, notes);
    Object.assign(origins, part.origins);
    return [part.schedule];
  }
  /** One mapping of sgdr_schedule's list. */
  function repeated(item: Value, own: string, i: number): ScheduleConfiguration[] {
    if (item.kind !== "dict" || item.open) return [];
    const said = new Map(item.entries.map(({ key, value }): [string, Written] => [key, { value, span: value.span }]));
    const part = readValues(source, call, schedules[own]?.arguments ?? [], said, `${prefix}parts.${i}.`);
    Object.assign(origins, part.origins);
    return [{ name: own, values: part.values }];
  }
}
