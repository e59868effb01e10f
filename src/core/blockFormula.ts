import { compile, functions, type Arithmetic, type Expression } from "./expression.ts";
import { pow } from "./kernels/elementary.ts";
import { zeros, type Vector } from "./vector.ts";

/**
 * A formula as a function of many places at once: one loop for each operation, some nanoseconds a place. Returns the values at
 * x (length n), valid until the next call; nothing is allocated then.
 */
export type BlockFormula = (x: Vector) => Vector;

export function compileBlock(expression: Expression, n: number): BlockFormula {
  switch (expression.kind) {
    case "number": {
      const constant = zeros(n).fill(expression.value);
      return () => constant;
    }
    case "variable":
      return (x) => x;
    case "unary": {
      if (expression.operator === "+") return compileBlock(expression.of, n);
      if (expression.operator === "not") return onePlaceAtATime(expression, n);
      const a = compileBlock(expression.of, n);
      const out = zeros(n);
      return (x) => {
        const from = a(x);
        for (let i = 0; i < n; i++) out[i] = -from[i];
        return out;
      };
    }
    case "binary": {
      const { operator, left, right } = expression;
      if (operator === "**" && right.kind === "number") return powers(compileBlock(left, n), right.value, n);
      const loop = loops[operator];
      if (!loop) return onePlaceAtATime(expression, n);
      const [a, b] = [compileBlock(left, n), compileBlock(right, n)];
      const out = zeros(n);
      return (x) => {
        loop(a(x), b(x), out);
        return out;
      };
    }
    case "choice": {
      const [test, yes, no] = [expression.test, expression.yes, expression.no].map((it) => compileBlock(it, n));
      const out = zeros(n);
      return (x) => {
        const [asked, a, b] = [test(x), yes(x), no(x)];
        for (let i = 0; i < n; i++) out[i] = asked[i] === 0 ? b[i] : a[i];
        return out;
      };
    }
    case "call": {
      if (expression.of.length !== 1) return onePlaceAtATime(expression, n);
      const value: (x: number) => number = functions[expression.name].value;
      const a = compileBlock(expression.of[0], n);
      const out = zeros(n);
      return (x) => {
        const from = a(x);
        for (let i = 0; i < n; i++) out[i] = value(from[i]);
        return out;
      };
    }
    case "comparison":
      return onePlaceAtATime(expression, n);
  }
}

const loops: Partial<Record<Arithmetic | "and" | "or", (a: Vector, b: Vector, out: Vector) => void>> = {
  "+": (a, b, out) => {
    for (let i = 0; i < out.length; i++) out[i] = a[i] + b[i];
  },
  "-": (a, b, out) => {
    for (let i = 0; i < out.length; i++) out[i] = a[i] - b[i];
  },
  "*": (a, b, out) => {
    for (let i = 0; i < out.length; i++) out[i] = a[i] * b[i];
  },
  "/": (a, b, out) => {
    for (let i = 0; i < out.length; i++) out[i] = b[i] === 0 ? NaN : a[i] / b[i];
  },
};
/** The squares and cubes of which most losses are made stay products. */
function powers(a: BlockFormula, exponent: number, n: number): BlockFormula {
  const out = zeros(n);
  if (exponent === 2)
    return (x) => {
      const from = a(x);
      for (let i = 0; i < n; i++) out[i] = from[i] * from[i];
      return out;
    };
  if (exponent === 3)
    return (x) => {
      const from = a(x);
      for (let i = 0; i < n; i++) out[i] = from[i] * (from[i] * from[i]);
      return out;
    };
  return (x) => {
    const from = a(x);
    for (let i = 0; i < n; i++) out[i] = exponent < 0 && from[i] === 0 ? NaN : pow(from[i], exponent);
    return out;
  };
}
/** For what is rare. */
function onePlaceAtATime(expression: Expression, n: number): BlockFormula {
  const value = compile(expression);
  const out = zeros(n);
  return (x) => {
    for (let i = 0; i < n; i++) out[i] = value(x[i]);
    return out;
  };
}
