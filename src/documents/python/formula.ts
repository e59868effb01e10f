import { functionNamed } from "./arithmetic.ts";
import type { Resolver } from "./resolver.ts";
import { parameterName } from "./scopes.ts";
import { bare, childOf, type Syntax } from "./syntax.ts";

/** Functions that a formula may call. */
const functions = new Set([
  "min",
  "max",
  "abs",
  "floor",
  "ceil",
  "sqrt",
  "exp",
  "log",
  "cos",
  "sin",
  "tanh",
  "pow",
  "round",
  "int",
  "float",
]);

/**
 * A lambda, or a function of arithmetic with if and return alone, as Python arithmetic in `e`, its other names replaced by
 * their numbers; undefined where it is anything else.
 */
export function formulaOf(resolver: Resolver, node: Syntax): string | undefined {
  const parameters = childOf(node, "parameters")?.children ?? [];
  const required = parameters.filter((it) => !/default/.test(it.type) && !/^(?:self|cls)$/.test(resolver.text(it)));
  const [first] = required;
  const body = childOf(node, "body");
  const name = first && parameterName(resolver.program, first);
  if (name === undefined || required.length !== 1 || body === undefined) return undefined;
  return node.type === "lambda" ? spell(resolver, body, name, 0) : spellBlock(resolver, body.children, name, 0);
}
/** What a chain of `if …: return …` gives, as one conditional expression. */
function spellBlock(
  resolver: Resolver,
  statements: readonly Syntax[],
  variable: string,
  depth: number,
): string | undefined {
  const [first, ...rest] = statements;
  if (first === undefined || depth > 40) return undefined;
  const again = (more: readonly Syntax[]) => spellBlock(resolver, more, variable, depth + 1);
  if (first.type === "return_statement") {
    const [value] = first.children;
    return value && spell(resolver, value, variable, depth);
  }
  if (first.type === "expression_statement") {
    const [only] = first.children;
    // A docstring; a name for a part of the formula, which is put in where it is used.
    return only?.type === "string" || only?.type === "assignment" ? again(rest) : undefined;
  }
  if (first.type !== "if_statement") return undefined;
  const test = childOf(first, "condition");
  const then = childOf(first, "consequence");
  const others = first.children.filter((child) => child.field === "alternative");
  const yes = then && again(then.children);
  const condition = test && spell(resolver, test, variable, depth);
  if (yes === undefined || condition === undefined) return undefined;
  const no = spellArms(resolver, others, rest, variable, depth + 1);
  return no === undefined ? undefined : `(${yes} if ${condition} else ${no})`;
}
function spellArms(
  resolver: Resolver,
  arms: readonly Syntax[],
  rest: readonly Syntax[],
  variable: string,
  depth: number,
): string | undefined {
  const [arm, ...more] = arms;
  if (arm === undefined) return spellBlock(resolver, rest, variable, depth);
  if (arm.type === "else_clause") return spellBlock(resolver, childOf(arm, "body")?.children ?? [], variable, depth);
  const [test, then] = [childOf(arm, "condition"), childOf(arm, "consequence")];
  const condition = test && spell(resolver, test, variable, depth);
  const yes = then && spellBlock(resolver, then.children, variable, depth);
  const no = spellArms(resolver, more, rest, variable, depth + 1);
  return condition === undefined || yes === undefined || no === undefined
    ? undefined
    : `(${yes} if ${condition} else ${no})`;
}

/** One expression in `e`; undefined where something in it is no arithmetic. */
export function spell(resolver: Resolver, expression: Syntax, variable: string, depth = 0): string | undefined {
  const node = bare(expression);
  if (depth > 60) return undefined;
  const part = (field: string) => {
    const child = childOf(node, field);
    return child && spell(resolver, child, variable, depth + 1);
  };
  const operator = () => {
    const child = childOf(node, "operator");
    return child ? resolver.text(child) : "";
  };
  switch (node.type) {
    case "identifier":
      if (resolver.text(node) === variable) return "e";
      return number(resolver, node) ?? localName(resolver, node, variable, depth);
    case "unary_operator": {
      const argument = part("argument");
      return argument === undefined || operator() === "~" ? undefined : `(${operator()}${argument})`;
    }
    case "not_operator": {
      const argument = part("argument");
      return argument && `(not ${argument})`;
    }
    case "binary_operator":
    case "boolean_operator": {
      const [left, right] = [part("left"), part("right")];
      if (left === undefined || right === undefined || !/^(?:[-+*/%]|\/\/|\*\*|and|or)$/.test(operator()))
        return undefined;
      return `(${left} ${operator()} ${right})`;
    }
    case "comparison_operator": {
      const parts = node.children.map((child) =>
        child.field === "operators" ? resolver.text(child) : spell(resolver, child, variable, depth + 1),
      );
      const known = parts.every((it) => it !== undefined && !/^(?:in|is|not in|is not)$/.test(it));
      return known ? `(${parts.join(" ")})` : undefined;
    }
    case "conditional_expression": {
      const [yes, test, no] = node.children.map((child) => spell(resolver, child, variable, depth + 1));
      return yes === undefined || test === undefined || no === undefined ? undefined : `(${yes} if ${test} else ${no})`;
    }
    case "call": {
      const known = mentions(resolver, node, variable) ? undefined : number(resolver, node);
      if (known !== undefined) return known;
      const { callee } = resolver.call(node);
      const name = /[A-Za-z]\w*$/.exec(callee)?.[0] ?? "";
      const pure = functionNamed(callee) !== undefined || /^(?:math|np|numpy)\./.test(callee);
      const args = childOf(node, "arguments")?.children.map((child) => spell(resolver, child, variable, depth + 1));
      if (!pure || !functions.has(name) || args === undefined || args.some((it) => it === undefined)) return undefined;
      return `${name}(${args.join(", ")})`;
    }
    default:
      return mentions(resolver, node, variable) ? undefined : number(resolver, node);
  }
}
/** A name set once before, to arithmetic of its own, in the same function. */
function localName(resolver: Resolver, node: Syntax, variable: string, depth: number): string | undefined {
  const all = resolver.scopes.of(node).bindings.get(resolver.text(node)) ?? [];
  const [only] = all;
  if (all.length !== 1 || only?.given.kind !== "value" || only.at > node.from) return undefined;
  const block = only.node.parent?.parent;
  const straight = block !== undefined && block.from <= node.from && node.to <= block.to;
  return straight ? spell(resolver, only.given.value, variable, depth + 1) : undefined;
}
function number(resolver: Resolver, node: Syntax): string | undefined {
  const known = resolver.evaluate(node);
  if (known.kind === "flag") return known.value ? "1" : "0";
  if (known.kind !== "number") return undefined;
  return known.value < 0 ? `(${known.value})` : String(known.value);
}
const mentions = (resolver: Resolver, node: Syntax, variable: string): boolean =>
  new RegExp(`(?<![\\w.])${variable}(?!\\w)`).test(resolver.text(node));
