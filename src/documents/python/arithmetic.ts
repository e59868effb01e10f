import type { Span } from "../document.ts";
import type { Known } from "./known.ts";

/** Python's // and %, which round towards −∞. */
const floorDivide = (a: number, b: number) => Math.floor(a / b);
const modulo = (a: number, b: number) => {
  const rest = a % b;
  return rest !== 0 && rest < 0 !== b < 0 ? rest + b : rest;
};
const operators: Readonly<Record<string, (a: number, b: number) => number>> = {
  "+": (a, b) => a + b,
  "-": (a, b) => a - b,
  "*": (a, b) => a * b,
  "/": (a, b) => (b === 0 ? NaN : a / b),
  "//": (a, b) => (b === 0 ? NaN : floorDivide(a, b)),
  "%": (a, b) => (b === 0 ? NaN : modulo(a, b)),
  "**": (a, b) => a ** b,
  "<<": (a, b) => (b < 0 || b > 50 || !Number.isInteger(a) ? NaN : a * 2 ** b),
};
/** round() goes to the even neighbour from the middle. */
function round(x: number, digits = 0): number {
  const scale = 10 ** digits;
  const scaled = x * scale;
  const down = Math.floor(scaled);
  const middle = scaled - down === 0.5;
  return (middle ? down + (down % 2 === 0 ? 0 : 1) : Math.round(scaled)) / scale;
}
const functions: Readonly<Record<string, (...x: number[]) => number>> = {
  float: (x) => x,
  int: (x) => Math.trunc(x),
  abs: Math.abs,
  min: Math.min,
  max: Math.max,
  round: (x, digits) => round(x, digits),
  pow: (x, y) => x ** y,
  sqrt: Math.sqrt,
  exp: Math.exp,
  log: (x: number, base?: number) => (base === undefined ? Math.log(x) : Math.log(x) / Math.log(base)),
  log2: Math.log2,
  log10: Math.log10,
  floor: Math.floor,
  ceil: Math.ceil,
};
/** Names under which they are called: int, math.sqrt, np.sqrt, numpy.sqrt. */
export function functionNamed(path: string): ((...x: number[]) => number) | undefined {
  const name = path.replace(/^(?:math|np|numpy|builtins)\./, "");
  const builtin = /^(?:float|int|abs|min|max|round|pow)$/.test(name);
  return (builtin || name !== path) && Object.hasOwn(functions, name) ? functions[name] : undefined;
}
export const constantNamed = (path: string): number | undefined =>
  /^(?:math|np|numpy)\.pi$/.test(path) ? Math.PI : /^(?:math|np|numpy)\.e$/.test(path) ? Math.E : undefined;

/** `1_000`, `1.`, `.5`, `10e-4`, `0x10`; undefined for complex and for what is no number. */
export function numberOf(text: string): number | undefined {
  const plain = text.replace(/_/g, "").trim();
  if (
    !/^[+-]?(?:0[xX][\da-fA-F]+|0[oO][0-7]+|0[bB][01]+|\d+\.?\d*(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?)$/.test(plain)
  )
    return undefined;
  const value = Number(plain);
  return Number.isFinite(value) ? value : undefined;
}
/** A number from a flag, a number, or (as float() would) a word. */
export function asNumber(known: Known, words = false): number | undefined {
  if (known.kind === "number") return known.value;
  if (known.kind === "flag") return Number(known.value);
  return words && known.kind === "text" ? numberOf(known.value) : undefined;
}
/** The result of an operator on numbers, words or lists; undefined where it is not known. */
export function operate(operator: string, a: Known, b: Known, span: Span): Known | undefined {
  if (operator === "+" && a.kind === "text" && b.kind === "text")
    return { kind: "text", span, value: a.value + b.value };
  if (operator === "+" && a.kind === "list" && b.kind === "list")
    return { kind: "list", span, items: [...a.items, ...b.items] };
  const [x, y] = [asNumber(a), asNumber(b)];
  const apply = operators[operator];
  if (x === undefined || y === undefined || apply === undefined) return undefined;
  const value = apply(x, y);
  return Number.isFinite(value) ? { kind: "number", span, value, reached: { computed: true } } : undefined;
}
/** A comparison; undefined where it is not known. */
export function compare(operator: string, a: Known, b: Known): boolean | undefined {
  const known = (it: Known) => it.kind === "number" || it.kind === "flag" || it.kind === "text" || it.kind === "none";
  if (operator === "in" || operator === "not in") {
    const found = member(a, b);
    return found === undefined ? undefined : found === (operator === "in");
  }
  if (!known(a)) return undefined;
  if ((operator === "is" || operator === "is not") && b.kind === "none")
    return (a.kind === "none") === (operator === "is");
  if (!known(b)) return undefined;
  const [x, y] = [simple(a), simple(b)];
  switch (operator) {
    case "==":
    case "is":
      return x === y;
    case "!=":
    case "is not":
    case "<>":
      return x !== y;
  }
  if (typeof x !== "number" || typeof y !== "number") return undefined;
  switch (operator) {
    case "<":
      return x < y;
    case ">":
      return x > y;
    case "<=":
      return x <= y;
    case ">=":
      return x >= y;
    default:
      return undefined;
  }
}
const simple = (it: Known): number | string | null =>
  it.kind === "text" ? it.value : it.kind === "number" || it.kind === "flag" ? Number(it.value) : null;
function member(item: Known, of: Known): boolean | undefined {
  if (of.kind === "dict") {
    if (item.kind !== "text") return undefined;
    return of.entries.some((entry) => entry.key === item.value) ? true : of.open ? undefined : false;
  }
  if (of.kind === "text") return item.kind === "text" ? of.value.includes(item.value) : undefined;
  if (of.kind !== "list") return undefined;
  let open = false;
  for (const other of of.items) {
    const equal = compare("==", item, other);
    if (equal) return true;
    if (equal === undefined) open = true;
  }
  return open ? undefined : false;
}
