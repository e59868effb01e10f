import type { Block, Loop, Setting, Value } from "../call.ts";
import { armsOf, takesArm } from "./lookup.ts";
import { remembered } from "../remembered.ts";
import { type Counted, countedIn } from "./counters.ts";
import type { Resolver } from "./resolver.ts";
import { bare, childOf, spanOf, type Syntax } from "./syntax.ts";

/** Functions, classes, loops and branches around a node, the outermost first. */
export function blocksAround(resolver: Resolver, node: Syntax): Block[] {
  const blocks: Block[] = [];
  let child = node;
  for (let at = node.parent; at !== undefined; child = at, at = at.parent) {
    switch (at.type) {
      case "function_definition":
      case "class_definition": {
        if (child.field !== "body") break;
        const name = childOf(at, "name");
        blocks.push({
          kind: at.type === "class_definition" ? "class" : "function",
          name: name ? resolver.text(name) : "",
          span: spanOf(at),
          ...(at.type === "class_definition" ? { bases: basesOf(resolver, at) } : {}),
        });
        break;
      }
      case "for_statement":
      case "while_statement":
        if (child.field === "body") blocks.push(loopOf(resolver, at));
        break;
      case "if_statement": {
        if (child.field === "condition") break;
        const arms = armsOf(at);
        const index = arms.findIndex(({ arm }) => arm === child);
        const taken = index < 0 ? undefined : takesArm(resolver, at, child);
        const test = childOf(at, "condition");
        blocks.push({
          kind: "branch",
          span: spanOf(at),
          index,
          test: test ? resolver.text(test) : "",
          ...(taken === undefined ? {} : { taken }),
        });
        break;
      }
    }
    const earlier = at.type === "block" || at.type === "module" ? leftBefore(resolver, at, child) : undefined;
    if (earlier !== undefined) blocks.push(earlier);
  }
  return blocks.reverse();
}
const basesOf = (resolver: Resolver, definition: Syntax): string[] =>
  (childOf(definition, "superclasses")?.children ?? []).map((base) => {
    const known = resolver.evaluate(base);
    return known.kind === "name" ? known.path : resolver.text(base);
  });
/** `if name == "sgd": return …` before it: the rest is one more arm of that choice. */
function leftBefore(resolver: Resolver, block: Syntax, child: Syntax): Block | undefined {
  let taken: boolean | undefined = true;
  let found: Syntax | undefined;
  for (const { statement, test } of leavesOf(block)) {
    if (statement.from >= child.from) break;
    found ??= statement;
    const holds = resolver.truth(test);
    if (holds === true) taken = false;
    else if (holds === undefined && taken) taken = undefined;
  }
  const test = found && childOf(found, "condition");
  if (found === undefined || test === undefined) return undefined;
  return {
    kind: "branch",
    span: { from: found.from, to: block.to },
    index: -1,
    test: resolver.text(test),
    ...(taken === undefined ? {} : { taken }),
  };
}

interface Leave {
  readonly statement: Syntax;
  readonly test: Syntax;
}
/** Statements of a block that leave it under a condition; remembered, since every node of the block asks. */
const leavesOf = remembered((block: Syntax): readonly Leave[] =>
  block.children.flatMap((statement): Leave[] => {
    if (statement.type !== "if_statement") return [];
    const test = childOf(statement, "condition");
    const last = childOf(statement, "consequence")?.children.at(-1);
    return test && last?.type === "return_statement" ? [{ statement, test }] : [];
  }),
);

export function loopOf(resolver: Resolver, node: Syntax): Loop {
  const [left, right] = [childOf(node, "left"), childOf(node, "right")];
  const over = right ?? childOf(node, "condition");
  const count = right && countOf(resolver, right);
  const first = right && firstOf(resolver, right);
  return {
    kind: "loop",
    span: spanOf(node),
    variable: left ? resolver.text(left) : "",
    over: over ? resolver.text(over) : "",
    ...(first === undefined ? {} : { first }),
    ...(count === undefined ? {} : { count }),
  };
}
/** Where `range(start, stop)` begins. */
function firstOf(resolver: Resolver, node: Syntax): number | undefined {
  const [start, stop] = node.type === "call" ? (childOf(node, "arguments")?.children ?? []) : [];
  if (start === undefined || stop === undefined || stop.type === "keyword_argument") return undefined;
  const known = /(?:^|\.)t?range$/.test(resolver.call(node).callee) ? resolver.evaluate(start) : undefined;
  return known?.kind === "number" ? known.value : undefined;
}
/** How often `range(…)` runs, through tqdm, trange and enumerate; a start that nobody knows counts as 0. */
function countOf(resolver: Resolver, node: Syntax, hops = 0): Value | undefined {
  const it = bare(node);
  if (it.type !== "call" || hops > 4) return undefined;
  const call = resolver.call(it);
  const list = childOf(it, "arguments");
  const [first, second] = list?.children ?? [];
  if (first === undefined) return undefined;
  if (!/(?:^|\.)t?range$/.test(call.callee)) {
    const wraps = /(?:^|\.)(?:tqdm|auto|enumerate|track|progress_bar|prange)$/.test(call.callee);
    return wraps ? countOf(resolver, first, hops + 1) : undefined;
  }
  const stop = second === undefined || second.type === "keyword_argument" ? first : second;
  const start = stop === first ? undefined : resolver.evaluate(first);
  const value = resolver.value(stop);
  if (value.kind !== "number" || start?.kind !== "number" || start.value === 0) return value;
  return { ...value, value: value.value - start.value, reached: { ...value.reached, computed: true } };
}

/** Names and entries that are set to something, in order. */
export function settingsOf(resolver: Resolver): Setting[] {
  const settings: Setting[] = [];
  for (const node of resolver.program.nodes) {
    if (node.type !== "assignment") continue;
    const [left, right] = [childOf(node, "left"), childOf(node, "right")];
    if (left === undefined || right === undefined || !/^(?:identifier|attribute|subscript)$/.test(left.type)) continue;
    let memo: Value | undefined;
    let around: Block[] | undefined;
    let counted: { readonly it: Counted | undefined } | undefined;
    const followed = () => (counted ??= { it: countedIn(resolver, node) }).it;
    settings.push({
      target: resolver.text(left),
      get value() {
        return (memo ??= resolver.value(right));
      },
      get formula() {
        return followed()?.formula;
      },
      get counter() {
        return followed()?.counter;
      },
      span: spanOf(node),
      get blocks() {
        return (around ??= blocksAround(resolver, node));
      },
    });
  }
  return settings;
}
