import type { Entry, Reached, Value } from "../call.ts";
import type { Span } from "../document.ts";
import type { Syntax } from "./syntax.ts";

/** What an expression is known to be; more than what leaves the reader, which is a Value. */
export type Known =
  | Value
  /** Something with named members: a namespace, an instance of a class of this file. */
  | { readonly kind: "object"; readonly span: Span; readonly reached?: Reached; readonly member: Member }
  /** A function or class of this file. */
  | { readonly kind: "definition"; readonly span: Span; readonly reached?: Reached; readonly definition: Syntax };
/** Undefined where it has no such member. */
export type Member = (name: string) => Known | undefined;

export const unresolved = (span: Span, text: string, options?: readonly Value[]): Known => ({
  kind: "unresolved",
  span,
  text,
  ...(options === undefined || options.length === 0 ? {} : { options }),
});

/** The same value at another place: where it stood becomes its source. */
export function placed(known: Known, span: Span, text: string, via: string | undefined): Known {
  if (known.kind === "unresolved")
    return unresolved(
      span,
      text,
      known.options?.map((option) => moved(option, span, via)),
    );
  return moved(known, span, via);
}
function moved<K extends Known>(known: K, span: Span, via: string | undefined): K {
  const source = known.reached?.source ?? known.span;
  const way = known.reached?.via ?? via;
  const reached: Reached = {
    source,
    ...(way === undefined ? {} : { via: way }),
    ...(known.reached?.computed ? { computed: true } : {}),
  };
  const at = { ...known, span, reached };
  if (at.kind === "list") return { ...at, items: at.items.map((item) => moved(item, item.span, way)) };
  if (at.kind === "dict")
    return {
      ...at,
      entries: at.entries.map((entry) => ({ ...entry, value: moved(entry.value, entry.value.span, way) })),
    };
  return at;
}

/** Leaves the reader: what has no plain form is unresolved. */
export const exposed = (known: Known, text: string): Value =>
  known.kind === "object" || known.kind === "definition" ? { kind: "unresolved", span: known.span, text } : known;

/** Whether two are one value, wherever they stand. */
export function same(a: Known, b: Known): boolean {
  if (a === b) return true;
  switch (a.kind) {
    case "number":
    case "flag":
    case "text":
      return a.kind === b.kind && a.value === b.value;
    case "none":
      return b.kind === "none";
    case "name":
      return b.kind === "name" && a.path === b.path;
    case "call":
      return b.kind === "call" && a.call === b.call;
    case "definition":
      return b.kind === "definition" && a.definition === b.definition;
    case "list":
      return (
        b.kind === "list" &&
        a.items.length === b.items.length &&
        a.items.every((item, i) => {
          const other = b.items[i];
          return other !== undefined && same(item, other);
        })
      );
    default:
      return false;
  }
}
/** Entries in order, a later one of the same key in the former's place. */
export function merged(entries: readonly Entry[], more: readonly Entry[]): Entry[] {
  const all = new Map(entries.map((entry) => [entry.key, entry]));
  for (const entry of more) all.set(entry.key, entry);
  return [...all.values()];
}
/** As Python sees it in a condition; undefined where that is not known. */
export function truth(known: Known): boolean | undefined {
  switch (known.kind) {
    case "number":
      return known.value !== 0;
    case "flag":
      return known.value;
    case "text":
      return known.value !== "";
    case "none":
      return false;
    case "list":
      return known.items.length > 0;
    case "dict":
      return known.entries.length > 0 ? true : known.open ? undefined : false;
    default:
      return undefined;
  }
}
