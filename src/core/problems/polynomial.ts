import type { Expression } from "../expression.ts";

/** Coefficients of 1, x … x⁴. */
export type Quartic = readonly [number, number, number, number, number];

/** The coefficients of a formula that is a polynomial of at most the fourth degree; undefined for any other. */
export function quarticOf(it: Expression): Quartic | undefined {
  const [a0 = 0, a1 = 0, a2 = 0, a3 = 0, a4 = 0, ...more] = expand(it) ?? [NaN];
  return more.some((a) => a !== 0) || Number.isNaN(a0) ? undefined : [a0, a1, a2, a3, a4];
}

/** Of formulas of a degree beyond this no coefficients are worked out. */
const highest = 8;

function expand(it: Expression): number[] | undefined {
  switch (it.kind) {
    case "number":
      return [it.value];
    case "variable":
      return [0, 1];
    case "unary": {
      const inner = it.operator === "not" ? undefined : expand(it.of);
      return it.operator === "-" ? inner?.map((a) => -a) : inner;
    }
    case "binary": {
      const [a, b] = [expand(it.left), expand(it.right)];
      if (!a || !b) return undefined;
      switch (it.operator) {
        case "+":
          return sum(a, b, 1);
        case "-":
          return sum(a, b, -1);
        case "*":
          return product(a, b);
        case "/":
          return b.length === 1 && b[0] !== 0 ? a.map((each) => each / b[0]) : undefined;
        case "**":
          return b.length === 1 ? raised(a, b[0]) : undefined;
        default:
          return undefined;
      }
    }
    default:
      return undefined;
  }
}
const sum = (a: readonly number[], b: readonly number[], sign: number): number[] =>
  Array.from({ length: Math.max(a.length, b.length) }, (_, k) => (a[k] ?? 0) + sign * (b[k] ?? 0));
function product(a: readonly number[], b: readonly number[]): number[] | undefined {
  if (a.length + b.length - 2 > highest) return undefined;
  const all = new Array<number>(a.length + b.length - 1).fill(0);
  a.forEach((p, i) => b.forEach((q, j) => (all[i + j] += p * q)));
  return all;
}
function raised(a: readonly number[], n: number): number[] | undefined {
  if (!Number.isInteger(n) || n < 0 || n > highest) return undefined;
  let all: number[] | undefined = [1];
  for (let k = 0; k < n && all; k++) all = product(all, a);
  return all;
}
