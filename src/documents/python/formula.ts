import { functionNamed } from "./arithmetic.ts";
import { statementsFrom } from "./course.ts";
import type { Resolver } from "./resolver.ts";
import { parameterName } from "./scopes.ts";
import { bare, childOf, type Syntax } from "./syntax.ts";

/** Functions that a formula may call. */
const functions = new Set([
  ...["min", "max", "abs", "floor", "ceil", "sqrt", "exp", "log", "cos", "sin", "tanh", "pow", "round", "int", "float"],
]);
/**
 * What names stand for in a formula: the counter for "e", others for arithmetic in it. A name that is here without any was
 * set to something that is no arithmetic.
 */
export type Names = ReadonlyMap<string, string | undefined>;
/** What is left to be worked out of a formula before it is given up as too long. */
export interface Budget {
  left: number;
}
export const budget = (): Budget => ({ left: 600 });

/**
 * A lambda, or a function that works its value out by assignments, if and return, as Python arithmetic in `e`, its other
 * names replaced by their numbers; undefined where it is anything else.
 */
export function formulaOf(resolver: Resolver, node: Syntax): string | undefined {
  const parameters = childOf(node, "parameters")?.children ?? [];
  const required = parameters.filter((it) => !/default/.test(it.type) && !/^(?:self|cls)$/.test(resolver.text(it)));
  const [first] = required;
  const body = childOf(node, "body");
  const name = first && parameterName(resolver.program, first);
  if (name === undefined || required.length !== 1 || body === undefined) return undefined;
  const names: Names = new Map([[name, "e"]]);
  return node.type === "lambda"
    ? spell(resolver, body, names)
    : statementsFrom(resolver, body.children, names, undefined, budget());
}

/** One expression in `e`; undefined where something in it is no arithmetic. */
export function spell(resolver: Resolver, expression: Syntax, names: Names, left = budget()): string | undefined {
  const node = bare(expression);
  if (--left.left < 0) return undefined;
  const spelled = (child: Syntax) => spell(resolver, child, names, left);
  const part = (field: string) => {
    const child = childOf(node, field);
    return child && spelled(child);
  };
  const operator = () => {
    const child = childOf(node, "operator");
    return child ? resolver.text(child) : "";
  };
  switch (node.type) {
    case "identifier": {
      const name = resolver.text(node);
      return names.has(name) ? names.get(name) : (number(resolver, node) ?? localName(resolver, node, names, left));
    }
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
      const [a, b] = [part("left"), part("right")];
      if (a === undefined || b === undefined || !/^(?:[-+*/%]|\/\/|\*\*|and|or)$/.test(operator())) return undefined;
      return `(${a} ${operator()} ${b})`;
    }
    case "comparison_operator": {
      const parts = node.children.map((child) => (child.field === "operators" ? resolver.text(child) : spelled(child)));
      const known = parts.every((it) => it !== undefined && !/^(?:in|is|not in|is not)$/.test(it));
      return known ? `(${parts.join(" ")})` : undefined;
    }
    case "conditional_expression": {
      const [yes, test, no] = node.children;
      if (yes === undefined || test === undefined || no === undefined) return undefined;
      const holds = mentions(resolver, test, names) ? undefined : resolver.truth(test);
      if (holds !== undefined) return spelled(holds ? yes : no);
      const all = [yes, test, no].map(spelled);
      return all.includes(undefined) ? undefined : `(${all[0] ?? ""} if ${all[1] ?? ""} else ${all[2] ?? ""})`;
    }
    case "call":
      return spellCall(resolver, node, names, left);
    default:
      return mentions(resolver, node, names) ? undefined : number(resolver, node);
  }
}
function spellCall(resolver: Resolver, node: Syntax, names: Names, left: Budget): string | undefined {
  const known = mentions(resolver, node, names) ? undefined : number(resolver, node);
  if (known !== undefined) return known;
  const callee = childOf(node, "function");
  const own = callee && resolver.evaluate(callee);
  if (own?.kind === "definition" && own.definition.type === "function_definition") {
    const body = childOf(own.definition, "body");
    const inside = namesIn(resolver, own.definition, node, names, left);
    return body && statementsFrom(resolver, body.children, inside, undefined, left);
  }
  const { callee: path } = resolver.call(node);
  const name = /[A-Za-z]\w*$/.exec(path)?.[0] ?? "";
  const pure = functionNamed(path) !== undefined || /^(?:math|np|numpy)\./.test(path);
  if (!pure || !functions.has(name)) return undefined;
  const args = childOf(node, "arguments")?.children.map((child) => spell(resolver, child, names, left));
  return args === undefined || args.includes(undefined) ? undefined : `${name}(${args.join(", ")})`;
}
/** What the parameters of a function stand for in one of its calls. */
export function namesIn(
  resolver: Resolver,
  definition: Syntax,
  call: Syntax,
  names: Names,
  left: Budget,
): Map<string, string | undefined> {
  const inside = new Map<string, string | undefined>();
  const parameters = childOf(definition, "parameters")?.children ?? [];
  const method = /^(?:self|cls)$/.test(parameters[0] ? resolver.text(parameters[0]) : "");
  const wanted = method ? parameters.slice(1) : parameters;
  const words = wanted.map((it) => parameterName(resolver.program, it));
  wanted.forEach((parameter, i) => {
    const [word, standard] = [words[i], childOf(parameter, "value")];
    if (word !== undefined && standard) inside.set(word, spell(resolver, standard, new Map(), left));
  });
  let position = 0;
  for (const child of childOf(call, "arguments")?.children ?? []) {
    const keyword = child.type === "keyword_argument";
    const named = keyword ? childOf(child, "name") : undefined;
    const word = named ? resolver.text(named) : words[position++];
    const value = keyword ? childOf(child, "value") : child;
    if (word === undefined || !value) continue;
    const spelled = spell(resolver, value, names, left);
    // What is no arithmetic, an options object say, is still looked up by its own name.
    if (spelled === undefined && /^(?:identifier|attribute)$/.test(value.type) && !mentions(resolver, value, names))
      inside.delete(word);
    else inside.set(word, spelled);
  }
  return inside;
}
/** A name set once before, to arithmetic of its own, in the same function. */
function localName(resolver: Resolver, node: Syntax, names: Names, left: Budget): string | undefined {
  const all = resolver.scopes.of(node).bindings.get(resolver.text(node)) ?? [];
  const [only] = all;
  if (all.length !== 1 || only?.given.kind !== "value" || only.at > node.from) return undefined;
  const block = only.node.parent?.parent;
  const straight = block !== undefined && block.from <= node.from && node.to <= block.to;
  return straight ? spell(resolver, only.given.value, names, left) : undefined;
}
function number(resolver: Resolver, node: Syntax): string | undefined {
  const known = resolver.evaluate(node);
  if (known.kind === "flag") return known.value ? "1" : "0";
  if (known.kind !== "number") return undefined;
  return known.value < 0 ? `(${known.value})` : String(known.value);
}
export function mentions(resolver: Resolver, node: Syntax, names: Names): boolean {
  const text = resolver.text(node);
  for (const name of names.keys())
    if (new RegExp(`(?<![\\w.])${name.replace(/\./g, "\\.")}(?!\\w)`).test(text)) return true;
  return false;
}
