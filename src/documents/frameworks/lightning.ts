import type { Call } from "../call.ts";
import type { Reading, Span } from "../document.ts";
import { functionAround } from "./surrounding.ts";

/** What one count of a scheduler is: an interval, and every how many of them it is stepped. */
export interface Pace {
  readonly interval: "step" | "epoch";
  readonly frequency?: number;
  readonly perStep?: number;
  readonly notes?: readonly string[];
}

/** What Lightning is told in configure_optimizers: epochs, unless the scheduler's mapping says otherwise. */
export function lightningPace(reading: Reading, call: Call): Pace | undefined {
  const method = functionAround(call);
  if (method?.name !== "configure_optimizers") return undefined;
  const words = mappingOf(reading, method.span, call);
  const text = reading.text.slice(method.span.from, method.span.to);
  const interval =
    words?.get("interval") ?? /\binterval["']?\s*\]?\s*[:=]\s*(["'](?:step|epoch)["'])/.exec(text)?.[1] ?? "";
  const pace = { interval: /step/.test(interval) ? "step" : "epoch" } as const;
  const frequency = words?.get("frequency");
  if (frequency === undefined || frequency === "1") return pace;
  const number = numberOf(reading, frequency);
  return number === undefined
    ? { ...pace, notes: [`How often its schedule is stepped (frequency=${frequency}) is not known from this file.`] }
    : { ...pace, frequency: number };
}
function numberOf({ settings = [] }: Reading, text: string): number | undefined {
  const literal = Number(text.replaceAll("_", ""));
  if (Number.isInteger(literal) && literal >= 1) return literal;
  const named = settings.find(({ target }) => target === text)?.value;
  return named?.kind === "number" && Number.isInteger(named.value) && named.value >= 1 ? named.value : undefined;
}

/** The other words of the mapping whose "scheduler" a call makes, or is the name of what it made. */
function mappingOf(reading: Reading, within: Span, call: Call): ReadonlyMap<string, string> | undefined {
  const name = call.target?.split(".").at(-1);
  for (const entries of mappingsIn(reading.text, within)) {
    const scheduler = entries.get("scheduler");
    if (scheduler === undefined) continue;
    const made = scheduler.from <= call.span.from && call.span.to <= scheduler.to;
    if (!made && (name === undefined || scheduler.text.split(".").at(-1) !== name)) continue;
    return new Map([...entries].map(([word, { text }]) => [word, text]));
  }
  return undefined;
}
interface Entry extends Span {
  readonly text: string;
}
const token = /"""[^]*?"""|'''[^]*?'''|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|#[^\n]*|[()[\]{},]/g;
/** `{…}` and `dict(…)` with their words, the inner ones first. */
function mappingsIn(text: string, { from, to }: Span): ReadonlyMap<string, Entry>[] {
  const found: ReadonlyMap<string, Entry>[] = [];
  const open: { readonly starts: number[] }[] = [];
  const area = text.slice(from, to);
  for (const { 0: sign, index } of area.matchAll(token)) {
    if (/^[([{]$/.test(sign)) open.push({ starts: [index + 1] });
    else if (sign === ",") open.at(-1)?.starts.push(index + 1);
    else if (/^[)\]}]$/.test(sign)) {
      const starts = open.pop()?.starts ?? [];
      const entries = starts.flatMap((start, i) => entryIn(area, start, (starts[i + 1] ?? index + 1) - 1, from));
      if (entries.length > 0) found.push(new Map(entries));
    }
  }
  return found;
}
/** `"word": value` or `word=value`, comments before it left out. */
function entryIn(area: string, start: number, end: number, from: number): [string, Entry][] {
  const text = area.slice(start, end);
  const head = /^(?:\s|#[^\n]*\n)*(?:["'](\w+)["']\s*:|(\w+)\s*=(?!=))\s*/.exec(text);
  const word = head?.[1] ?? head?.[2];
  if (head === null || word === undefined) return [];
  const value = text.slice(head[0].length).replace(/\s*(?:#[^\n]*)?\s*$/, "");
  const at = from + start + head[0].length;
  return [[word, { from: at, to: at + value.length, text: value }]];
}
