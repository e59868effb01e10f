import { type Budget, mentions, type Names, spell } from "./formula.ts";
import type { Resolver } from "./resolver.ts";
import { bare, childOf, type Syntax } from "./syntax.ts";

// Statements followed with formulas in place of numbers: what a function returns, or what stands to the right of one
// assignment when it is reached.

/** Beyond so many turns a loop is not written out. */
const mostTurns = 40;

/** `target` is the assignment whose value is asked for; without one it is what is returned. Undefined where it is no arithmetic. */
export function statementsFrom(
  resolver: Resolver,
  statements: readonly Syntax[],
  names: Names,
  target: Syntax | undefined,
  left: Budget,
): string | undefined {
  if (--left.left < 0) return undefined;
  const [first, ...rest] = statements;
  if (first === undefined) return undefined;
  const on = (now: Names, more: readonly Syntax[] = rest) => statementsFrom(resolver, more, now, target, left);
  const holdsTarget = target !== undefined && first.from <= target.from && target.to <= first.to;
  switch (first.type) {
    case "return_statement": {
      const [value] = first.children;
      return value && target === undefined ? spell(resolver, value, names, left) : undefined;
    }
    case "expression_statement": {
      const [only] = first.children;
      if (target !== undefined && only === target) {
        const value = childOf(only, "right");
        return value && spell(resolver, value, names, left);
      }
      return on(only && /assignment$/.test(only.type) ? assigned(resolver, only, names, left) : names);
    }
    case "if_statement":
      return branched(resolver, first, rest, names, target, left);
    case "for_statement": {
      const turns = holdsTarget ? undefined : turnsOf(resolver, first);
      const body = childOf(first, "body")?.children ?? [];
      if (holdsTarget) return on(forgotten(resolver, first, names), body);
      if (turns === undefined) return on(forgotten(resolver, first, names));
      const variable = childOf(first, "left");
      if (variable?.type !== "identifier" || body.some(({ type }) => /return|break|continue|if_s/.test(type)))
        return on(forgotten(resolver, first, names));
      let now = names;
      for (const turn of turns) {
        now = new Map([...now, [resolver.text(variable), turn]]);
        for (const { children } of body)
          for (const child of children) if (/assignment$/.test(child.type)) now = assigned(resolver, child, now, left);
      }
      return on(now);
    }
    case "with_statement":
    case "try_statement":
    case "while_statement": {
      const body = childOf(first, "body")?.children ?? [];
      return holdsTarget ? on(names, body) : on(forgotten(resolver, first, names));
    }
    case "raise_statement":
      return undefined;
    case "block":
      return on(names, [...first.children, ...rest]);
    default: // assert, pass, global, a nested definition
      return on(names);
  }
}
/** Every arm with what comes after it; the one arm that is taken where that is known. */
function branched(
  resolver: Resolver,
  statement: Syntax,
  rest: readonly Syntax[],
  names: Names,
  target: Syntax | undefined,
  left: Budget,
): string | undefined {
  const arms = [statement, ...statement.children.filter(({ type }) => type === "elif_clause")];
  const other = statement.children.find(({ type }) => type === "else_clause");
  const within = (node: Syntax | undefined): boolean =>
    node !== undefined && target !== undefined && node.from <= target.from && target.to <= node.to;
  const following = (block: Syntax | undefined) =>
    statementsFrom(resolver, [...(block?.children ?? []), ...rest], names, target, left);
  const from = (index: number): string | undefined => {
    const arm = arms[index];
    if (arm === undefined) return following(childOf(other, "body"));
    const [test, block] = [childOf(arm, "condition"), childOf(arm, "consequence")];
    if (within(block)) return following(block);
    const holds = test && !mentions(resolver, test, names) ? resolver.truth(test) : undefined;
    if (holds !== undefined) return holds ? following(block) : from(index + 1);
    const condition = test && spell(resolver, test, names, left);
    if (condition === undefined) return within(childOf(other, "body")) ? following(childOf(other, "body")) : undefined;
    const stops = block?.children.at(-1)?.type === "raise_statement";
    const [yes, no] = [stops ? undefined : following(block), from(index + 1)];
    if (stops) return no; // what raises an error gives no rate
    return yes === undefined || no === undefined ? undefined : yes === no ? yes : `(${yes} if ${condition} else ${no})`;
  };
  return from(0);
}
/** The names after `x = …` or `x *= …`. */
function assigned(resolver: Resolver, node: Syntax, names: Names, left: Budget): Names {
  const [target, value, operator] = ["left", "right", "operator"].map((field) => childOf(node, field));
  if (target?.type !== "identifier" || value === undefined) return names;
  const name = resolver.text(target);
  const spelled = spell(resolver, value, names, left);
  if (node.type === "assignment") return new Map([...names, [name, spelled]]);
  const sign = operator ? resolver.text(operator).replace(/=$/, "") : "";
  const before = names.has(name) ? names.get(name) : spell(resolver, target, names, left);
  const known = before !== undefined && spelled !== undefined && /^(?:[-+*/%]|\/\/|\*\*)$/.test(sign);
  return new Map([...names, [name, known ? `(${before} ${sign} ${spelled})` : undefined]]);
}
/** After statements that are not followed, the names they set are not known. */
function forgotten(resolver: Resolver, node: Syntax, names: Names): Names {
  const now = new Map(names);
  const pending = [...node.children];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (/^(?:function_definition|class_definition|lambda)$/.test(next.type)) continue;
    const target = /assignment$/.test(next.type) ? childOf(next, "left") : undefined;
    if (target?.type === "identifier") now.set(resolver.text(target), undefined);
    pending.push(...next.children);
  }
  return now;
}
/** Numbers that a loop runs over, where they are a list of numbers. */
function turnsOf(resolver: Resolver, loop: Syntax): string[] | undefined {
  const over = childOf(loop, "right");
  const known = over && resolver.evaluate(bare(over));
  if (known?.kind !== "list" || known.items.length > mostTurns) return undefined;
  const numbers = known.items.flatMap((item) => (item.kind === "number" ? [String(item.value)] : []));
  return numbers.length === known.items.length ? numbers : undefined;
}
