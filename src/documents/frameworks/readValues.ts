import type { Call, Value } from "../call.ts";
import type { Origin, Printed, Span } from "../document.ts";
import {
  defaultOrigin,
  numeric,
  placeholderOf,
  printed,
  unresolvedOrigin,
  writtenOrigin,
  type Source,
} from "./origins.ts";
import type { Argument } from "../vocabulary/index.ts";

/** One argument as written, under its word. */
export interface Written {
  readonly value: Value;
  readonly span: Span;
}
export interface ReadValues {
  readonly values: Record<string, number>;
  readonly origins: Record<string, Origin>;
}
/** Arguments under their words: keywords, and positions by the signature. */
export function wordsOf(call: Call, signature: readonly string[]): Map<string, Written> {
  const words = new Map<string, Written>();
  for (const { name, value } of call.args) {
    const word = typeof name === "number" ? signature[name] : name;
    if (word !== undefined && !word.startsWith("*")) words.set(word, { value, span: value.span });
  }
  return words;
}
/** Something unknown was handed on: what is not written may still be given. */
export const isOpen = (call: Call): boolean => call.args.some(({ name }) => name === "**" || name === "*");

/** Canonical values with the library's defaults filled in, and the origin of each. `prefix` is "schedule." for a schedule's. */
export function readValues(
  source: Source,
  call: Call,
  all: readonly Argument[],
  words: ReadonlyMap<string, Written>,
  prefix = "",
  group = 0,
): ReadValues {
  const values: Record<string, number> = {};
  const origins: Record<string, Origin> = {};
  const open = call.args.find(({ name }) => name === "**");
  for (const argument of all) {
    const written = words.get(argument.word);
    for (const [i, name] of argument.names.entries()) {
      const key = prefix + name;
      const standard = argument.defaults?.[i];
      if (standard !== undefined) values[name] = standard;
      if (written === undefined) {
        if (open !== undefined)
          origins[key] = unresolvedOrigin(source, open.span, source.text.slice(open.span.from, open.span.to));
        else if (standard !== undefined)
          origins[key] = alone(defaultOrigin(source, call, argument, prefix), argument, i);
        continue;
      }
      const value = part(written.value, argument, i, group);
      const choice = value?.kind === "none" ? (argument.none ?? -1) : (argument.choices?.indexOf(wordIn(value)) ?? -1);
      if (numeric(value)) {
        values[name] = Number(value.value);
        const origin = writtenOrigin(source, value, written.value.span, call.span, key, argument.flag === true);
        origins[key] = alone(origin, argument, i);
      } else if (choice >= 0) {
        values[name] = choice;
        const { span } = written;
        const template = placeholderOf(key, argument);
        const site = value?.reached === undefined ? { site: { span, template } } : {};
        origins[key] = { kind: "written", span, line: source.lineAt(span.from), ...site };
      } else {
        const text = source.text.slice(written.span.from, written.span.to);
        const shown = value?.kind === "unresolved" && value.text !== "" ? value.text : text;
        origins[key] = unresolvedOrigin(source, written.span, shown);
      }
    }
  }
  return { values, origins };
}
const wordIn = (value: Value | undefined): string => (value?.kind === "text" ? value.value : "");
/** A flag of several names is written by its first. */
function alone(origin: Origin, { flag }: Argument, index: number): Origin {
  if (flag !== true || index === 0 || origin.kind === "unresolved") return origin;
  const { kind, span, line } = origin;
  return { kind, span, line };
}
/** One of several in a tuple; of a list with an entry for each group, the group's. A flag says the same of all its names. */
function part(value: Value, argument: Argument, index: number, group: number): Value | undefined {
  if (argument.flag === true && value.kind !== "list") return value;
  if (value.kind !== "list")
    return argument.names.length === 1 ? value : value.kind === "unresolved" ? value : undefined;
  return argument.names.length > 1 ? value.items[index] : value.items[group];
}
/** As written, without what the call is about. */
export function printWords(
  source: Source,
  words: ReadonlyMap<string, Written>,
  without: readonly string[],
): Record<string, Printed> {
  const out: Record<string, Printed> = {};
  for (const [word, { value }] of words) if (!without.includes(word)) out[word] = printed(value, source.text);
  return out;
}
