import type { Call, FlagValue, NumberValue, Value } from "../call.ts";
import type { Origin, Printed, Site, Span } from "../document.ts";
import { spellChoice } from "../spelling.ts";
import type { Argument } from "../vocabulary/index.ts";

/** What turns values into origins needs of the text. */
export interface Source {
  readonly text: string;
  readonly lineAt: (offset: number) => number;
}
export function sourceOf(text: string): Source {
  const starts = [0];
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  const lineAt = (offset: number): number => {
    let [low, high] = [0, starts.length];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle;
    }
    return low + 1;
  };
  return { text, lineAt };
}
const within = (inner: Span, outer: Span): boolean => outer.from <= inner.from && inner.to <= outer.to;
const slice = ({ text }: Source, span: Span): string => text.slice(span.from, span.to);

/** Where a number that was read stands, and how another is written in its place. `place` is the whole construction. */
export function writtenOrigin(
  source: Source,
  value: NumberValue | FlagValue,
  expression: Span,
  place: Span,
  name: string,
  flag: boolean,
): Origin {
  const span = within(value.span, place) ? value.span : expression;
  const from = value.reached?.source ?? (span === value.span ? undefined : value.span);
  const elsewhere = from !== undefined && (from.from !== span.from || from.to !== span.to) ? from : undefined;
  const text = slice(source, span);
  const site = siteOf(source, value, span, elsewhere, `{${name}${flag ? ":bool" : ""}}`);
  const reached = elsewhere !== undefined || value.reached?.computed === true;
  return {
    kind: "written",
    span,
    ...(reached ? { text } : {}),
    ...(elsewhere ? { source: elsewhere } : {}),
    ...(value.reached?.via === undefined ? {} : { via: value.reached.via }),
    line: source.lineAt((elsewhere ?? span).from),
    site,
  };
}
function siteOf(
  source: Source,
  value: NumberValue | FlagValue,
  span: Span,
  elsewhere: Span | undefined,
  spelled: string,
): Site {
  const computed = value.reached?.computed === true;
  // A store_true option has no literal: the flag is written where it is used.
  if (value.kind === "flag" && computed) return { span, template: spelled, note: `in place of ${slice(source, span)}` };
  const at = elsewhere ?? span;
  const old = slice(source, at);
  const quote = value.kind === "number" && value.quoted ? /^["']/.exec(old)?.[0] : undefined;
  const template = quote === undefined ? spelled : `${quote}${spelled}${quote}`;
  return computed ? { span: at, template, note: `in place of ${old.replace(/\s+/g, " ")}` } : { span: at, template };
}
export function unresolvedOrigin(source: Source, span: Span, text: string): Origin {
  return { kind: "unresolved", span, text, line: source.lineAt(span.from) };
}
export function defaultOrigin(source: Source, call: Call, argument: Argument, prefix = ""): Origin {
  const template = argument.names.map((name) => placeholderOf(prefix + name, argument));
  const several = argument.names.length > 1 && argument.flag !== true;
  const value = several ? `(${template.join(", ")})` : (template[0] ?? "");
  const site = addition(source, call, `${argument.word}=${value}`);
  return { kind: "default", span: call.span, line: call.line, ...(site ? { site } : {}) };
}

/** What stands for a value in a template: a number, a flag, or one of some words. */
export function placeholderOf(name: string, { flag, choices }: Argument): string {
  const words = choices?.map((_, i) => `|${spellChoice(choices, i)}`).join("") ?? "";
  return `{${name}${flag ? ":bool" : words}}`;
}

/** Adds an argument after the last, in the way the call is laid out. */
export function addition(source: Source, call: Call, argument: string): Site | undefined {
  const { text } = source;
  const close = call.span.to - 1;
  if (text[close] !== ")") return undefined;
  const last = call.args.reduce((end, { span }) => Math.max(end, span.to), -1);
  const note = "adds the argument";
  if (last < 0) {
    const open = text.lastIndexOf("(", close);
    return text.slice(open + 1, close).trim() === ""
      ? { span: { from: close, to: close }, template: argument, note }
      : undefined;
  }
  if (last > close) return undefined; // a generator without parentheses of its own
  const comma = commaAfter(text, last, close);
  const lineStart = text.lastIndexOf("\n", last - 1) + 1;
  const indent = /^[ \t]*/.exec(text.slice(lineStart))?.[0] ?? "";
  const ownLines = lineStart > call.span.from && text.slice(last, close).includes("\n");
  if (comma === undefined) {
    const at = { from: last, to: last };
    return { span: at, template: ownLines ? `,\n${indent}${argument}` : `, ${argument}`, note };
  }
  const at = { from: comma + 1, to: comma + 1 };
  return { span: at, template: ownLines ? `\n${indent}${argument},` : ` ${argument},`, note };
}
/** The trailing comma, past comments. */
function commaAfter(text: string, from: number, to: number): number | undefined {
  for (let i = from; i < to; i++) {
    if (text[i] === "#") {
      const end = text.indexOf("\n", i);
      if (end < 0) return undefined;
      i = end;
    } else if (text[i] === ",") return i;
  }
  return undefined;
}

/** As `detect --json` prints it. */
export function printed(value: Value, text: string): Printed {
  switch (value.kind) {
    case "number":
    case "flag":
    case "text":
      return value.value;
    case "none":
      return null;
    case "list":
      return value.items.map((item) => printed(item, text));
    case "dict":
      return Object.fromEntries(value.entries.map((entry) => [entry.key, printed(entry.value, text)]));
    case "unresolved":
      return { unresolved: value.text };
    default:
      return { unresolved: text.slice(value.span.from, value.span.to) };
  }
}
/** A number, or a flag as 0 or 1. */
export const numeric = (value: Value | undefined): value is NumberValue | FlagValue =>
  value?.kind === "number" || value?.kind === "flag";
