import type { Setting } from "../call.ts";
import { statementsFrom } from "./course.ts";
import { budget, type Names, namesIn } from "./formula.ts";
import type { Resolver } from "./resolver.ts";
import { childOf, type Syntax } from "./syntax.ts";

/** An assignment's value as arithmetic in the turns of a loop. */
export interface Counted {
  readonly formula: string;
  readonly counter: NonNullable<Setting["counter"]>;
}
/** Statements that lead to it, and what names stand for before them. */
interface Course {
  readonly names: Names;
  readonly statements: readonly Syntax[];
  readonly counter: Counted["counter"];
}
/** A formula longer than this is no formula. */
const longest = 3000;
/** Functions that call one another, and calls of one function, beyond which no counter is looked for. */
const [deepest, mostCalls] = [3, 3];

export function countedIn(resolver: Resolver, assignment: Syntax): Counted | undefined {
  for (const { names, statements, counter } of coursesTo(resolver, assignment, 0)) {
    const formula = statementsFrom(resolver, statements, names, assignment, budget());
    if (formula !== undefined && formula.length <= longest && /\be\b/.test(formula)) return { formula, counter };
  }
  return undefined;
}

/** Every counter that could be meant at a node, those of the innermost loops first. */
function coursesTo(resolver: Resolver, node: Syntax, depth: number): Course[] {
  const courses: Course[] = [];
  let child = node;
  for (let at = node.parent; at !== undefined; child = at, at = at.parent) {
    if (at.type === "function_definition" && child.field === "body")
      return [...courses, ...coursesThrough(resolver, at, depth)];
    if (!/^(?:for|while)_statement$/.test(at.type) || child.field !== "body") continue;
    const [left, right] = [childOf(at, "left"), childOf(at, "right")];
    const over = right ? resolver.text(right) : "";
    if (/param_groups/.test(over)) continue;
    const statements = childOf(at, "body")?.children ?? [];
    const add = (variable: string, first: number) => {
      const names: Names = new Map([[variable, first === 0 ? "e" : `(e + ${first})`]]);
      courses.push({ names, statements, counter: { variable, over } });
    };
    if (left && right) {
      const variable = /^enumerate\s*\(/.test(over) ? (left.children[0] ?? left) : left;
      if (variable.type === "identifier") add(resolver.text(variable), firstOf(resolver, right));
    }
    for (const [name, first] of steppedIn(resolver, at)) add(name, first);
  }
  return courses;
}
/** Where `range(start, stop)` begins; enumerate's start. */
function firstOf(resolver: Resolver, node: Syntax): number {
  const list = node.type === "call" ? (childOf(node, "arguments")?.children ?? []) : [];
  const named = list.find((it) => it.type === "keyword_argument" && /^start\s*=/.test(resolver.text(it)));
  const [first, second] = list.filter(({ type }) => type !== "keyword_argument");
  const { callee } = node.type === "call" ? resolver.call(node) : { callee: "" };
  if (/(?:^|\.)tqdm$/.test(callee) && first) return firstOf(resolver, first);
  const start = callee === "enumerate" ? (second ?? childOf(named, "value")) : second && first;
  const known =
    start && (callee === "enumerate" || /(?:^|\.)t?range$/.test(callee)) ? resolver.evaluate(start) : undefined;
  return known?.kind === "number" ? known.value : 0;
}
/** Names that a loop adds 1 to, with what they start from. */
function steppedIn(resolver: Resolver, loop: Syntax): [string, number][] {
  const found = new Map<string, number>();
  const pending = [...loop.children];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (/^(?:function_definition|class_definition|lambda)$/.test(next.type)) continue;
    pending.push(...next.children);
    if (next.type !== "augmented_assignment" || !/\+=\s*1$/.test(resolver.text(next))) continue;
    const target = childOf(next, "left");
    if (target?.type === "identifier") found.set(resolver.text(target), startOf(resolver, loop, target));
  }
  return [...found];
}
function startOf(resolver: Resolver, loop: Syntax, name: Syntax): number {
  for (const { given, at } of resolver.scopes.of(name).bindings.get(resolver.text(name)) ?? []) {
    if (given.kind !== "value" || at > loop.from) continue;
    const known = resolver.evaluate(given.value);
    if (known.kind === "number") return known.value;
  }
  return 0;
}
/** From the calls of a function: its body, with what its parameters stand for there. */
function coursesThrough(resolver: Resolver, definition: Syntax, depth: number): Course[] {
  const name = childOf(definition, "name");
  const calls = (name && resolver.byName.get(resolver.text(name))) ?? [];
  if (depth >= deepest || calls.length > mostCalls) return [];
  const statements = childOf(definition, "body")?.children ?? [];
  return calls.flatMap((call) =>
    coursesTo(resolver, call, depth + 1).map(({ names, counter }) => ({
      names: namesIn(resolver, definition, call, names, budget()),
      statements,
      counter,
    })),
  );
}
