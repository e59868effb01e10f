import type { Span } from "../document.ts";
import { remembered } from "../remembered.ts";
import { numberOf } from "./arithmetic.ts";
import { isSetLater } from "./classes.ts";
import { placed, same, unresolved, type Known } from "./known.ts";
import type { Resolver } from "./resolver.ts";
import { childOf, spanOf, stringOf, type Syntax } from "./syntax.ts";

/** One declared option: argparse, click or absl. */
interface Option {
  readonly dest: string;
  readonly flags: readonly string[];
  /** Undefined where it must be given. */
  readonly value: Known | undefined;
}
/** The command line that a program declares. */
export interface Options {
  readonly some: boolean;
  /** The value of an option by the name under which the program reads it. */
  readonly named: (name: string) => Known | undefined;
  /** What parse_args() returns; `given` are the words it was handed instead of the command line's. */
  readonly namespace: (span: Span, given: readonly string[] | undefined) => Known;
  /** Parameters that click's decorators fill. */
  readonly ofFunction: (definition: Syntax, name: string) => Known | undefined;
}
export const optionsOf = remembered(build);
function build(resolver: Resolver): Options {
  const declared = ["add_argument", "add_arg"].flatMap((name) => resolver.byName.get(name) ?? []);
  const defines = [...resolver.byName].flatMap(([name, calls]) => (name.startsWith("DEFINE_") ? calls : []));
  const later = (resolver.byName.get("set_defaults") ?? []).flatMap(
    (call) => childOf(call, "arguments")?.children ?? [],
  );
  const table = new Map<string, Option[]>();
  let filled = false;
  const fill = () => {
    if (filled) return;
    filled = true;
    for (const call of declared) add(argparseOption(resolver, call));
    for (const call of defines) add(abslOption(resolver, call));
    for (const word of later) {
      const [name, value] = [childOf(word, "name"), childOf(word, "value")];
      if (word.type !== "keyword_argument" || !name || !value) continue;
      const dest = resolver.text(name);
      table.set(dest, [
        { dest, flags: [], value: placed(resolver.evaluate(value), spanOf(value), dest, `set_defaults ${dest}`) },
      ]);
    }
  };
  const add = (option: Option | undefined) => {
    if (option !== undefined) table.set(option.dest, [...(table.get(option.dest) ?? []), option]);
  };
  const named = (name: string): Known | undefined => {
    fill();
    const all = table.get(name);
    const [first] = all ?? [];
    if (all === undefined || first?.value === undefined) return undefined;
    const value = first.value;
    if (!all.every((other) => other.value !== undefined && same(other.value, value))) return undefined;
    if (value.kind === "none" && isSetLater(resolver, name)) return undefined;
    return value;
  };
  const namespace = (span: Span, given: readonly string[] | undefined): Known => ({
    kind: "object",
    span,
    member: (name) => (given === undefined ? undefined : override(given, table, name, span, fill)) ?? named(name),
  });
  const ofFunction = (definition: Syntax, name: string): Known | undefined => clickOption(resolver, definition, name);
  return { some: declared.length > 0, named, namespace, ofFunction };
}
/** The value among the words that parse_args was handed. */
function override(
  given: readonly string[],
  table: ReadonlyMap<string, readonly Option[]>,
  name: string,
  span: Span,
  fill: () => void,
): Known | undefined {
  fill();
  const flags = table.get(name)?.flatMap((option) => option.flags) ?? [];
  for (const flag of flags) {
    const at = given.indexOf(flag);
    const joined = given.find((word) => word.startsWith(`${flag}=`));
    const word = joined?.slice(flag.length + 1) ?? (at >= 0 ? given[at + 1] : undefined);
    if (at < 0 && joined === undefined) continue;
    const value = word === undefined ? undefined : numberOf(word);
    if (value !== undefined) return { kind: "number", span, value, reached: { computed: true, via: flag } };
    if (word === undefined || word.startsWith("-")) return { kind: "flag", span, value: true };
    return { kind: "text", span, value: word };
  }
  return undefined;
}

interface Written {
  readonly words: readonly string[];
  readonly keyword: (name: string) => Syntax | undefined;
  readonly positional: readonly Syntax[];
}
function written(resolver: Resolver, call: Syntax): Written {
  const all = childOf(call, "arguments")?.children ?? [];
  const positional = all.filter((child) => child.type !== "keyword_argument");
  const words = positional.flatMap((child) => {
    const word = stringOf(resolver.program, child);
    return word === undefined ? [] : [word];
  });
  const keyword = (name: string): Syntax | undefined => {
    const found = all.find((child) => {
      const key = child.type === "keyword_argument" ? childOf(child, "name") : undefined;
      return key !== undefined && resolver.text(key) === name;
    });
    return found && childOf(found, "value");
  };
  return { words, keyword, positional };
}
function argparseOption(resolver: Resolver, call: Syntax): Option | undefined {
  const { words, keyword } = written(resolver, call);
  const flags = words.filter((word) => word.startsWith("-"));
  const long = flags.find((word) => word.startsWith("--")) ?? flags[0] ?? words[0];
  const named = keyword("dest");
  const dest = (named && stringOf(resolver.program, named)) ?? long?.replace(/^-+/, "").replace(/-/g, "_");
  if (dest === undefined || long === undefined) return undefined;
  const action = keyword("action");
  const kind = action && (stringOf(resolver.program, action) ?? resolver.text(action));
  const standard = keyword("default");
  const type = keyword("type");
  const via = `${long} default`;
  const at = spanOf(call);
  let value: Known | undefined;
  if (standard !== undefined)
    value = typed(resolver.evaluate(standard), type && resolver.text(type), via, resolver.text(standard));
  else if (kind === "store_true" || kind === "store_false") value = flagDefault(at, kind === "store_false", via);
  else if (flags.length === 0 || isTrue(resolver, keyword("required"))) value = undefined;
  else value = { kind: "none", span: at, reached: { source: at, via } };
  return { dest, flags, value };
}
/** Nothing in the text says False, so there is no literal to write to. */
const flagDefault = (span: Span, value: boolean, via: string): Known => ({
  kind: "flag",
  span,
  value,
  reached: { source: span, via, computed: true },
});
const isTrue = (resolver: Resolver, node: Syntax | undefined): boolean =>
  node !== undefined && resolver.text(node) === "True";
/** A default in quotes is what its type makes of it; without one, a number in quotes is still meant as a number. */
function typed(known: Known, type: string | undefined, via: string, text: string): Known {
  const moved = placed(known, known.span, text, via);
  if (moved.kind !== "text") return moved;
  if (type !== undefined && !/^(?:float|int|str|eval)$/.test(type)) return moved;
  const value = numberOf(moved.value);
  if (value === undefined) return moved;
  return {
    kind: "number",
    span: moved.span,
    value,
    quoted: true,
    ...(moved.reached ? { reached: moved.reached } : {}),
  };
}
function abslOption(resolver: Resolver, call: Syntax): Option | undefined {
  const { words, keyword, positional } = written(resolver, call);
  const [dest] = words;
  const standard = keyword("default") ?? positional[1];
  if (dest === undefined || standard === undefined) return undefined;
  const value = placed(resolver.evaluate(standard), spanOf(standard), resolver.text(standard), `--${dest} default`);
  return { dest, flags: [`--${dest}`], value };
}
/** The value of one `flags.DEFINE_…` call. */
export const definedFlag = (resolver: Resolver, call: Syntax): Known | undefined => abslOption(resolver, call)?.value;

function clickOption(resolver: Resolver, definition: Syntax, name: string): Known | undefined {
  if (definition.parent?.type !== "decorated_definition") return undefined;
  for (const decorator of definition.parent.children) {
    const [call] = decorator.children;
    const callee = call?.type === "call" ? childOf(call, "function") : undefined;
    if (decorator.type !== "decorator" || call === undefined || callee === undefined) continue;
    if (!/(?:^|\.)(?:option|argument)$/.test(resolver.text(callee))) continue;
    const option = argparseOption(resolver, call);
    const { words } = written(resolver, call);
    const names = words.filter((word) => !word.startsWith("-"));
    if (option === undefined || (names[0] ?? option.dest) !== name) continue;
    return option.value ?? unresolved(spanOf(call), name);
  }
  return undefined;
}
