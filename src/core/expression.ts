import { cos, exp, log, pow, sin, tanh } from "./kernels/elementary.ts";

/** A formula's tree: what `parseExpression` makes of text, and what `compile` turns into a closure. */
export type Expression =
  | { readonly kind: "number"; readonly value: number }
  | { readonly kind: "variable" }
  | { readonly kind: "unary"; readonly operator: "-" | "+" | "not"; readonly of: Expression }
  | {
      readonly kind: "binary";
      readonly operator: Arithmetic | "and" | "or";
      readonly left: Expression;
      readonly right: Expression;
    }
  /** a < b <= c holds where every neighbouring pair does. */
  | { readonly kind: "comparison"; readonly operators: readonly Relation[]; readonly operands: readonly Expression[] }
  | { readonly kind: "choice"; readonly test: Expression; readonly yes: Expression; readonly no: Expression }
  | { readonly kind: "call"; readonly name: FunctionName; readonly of: readonly Expression[] };
export type Arithmetic = "+" | "-" | "*" | "/" | "//" | "%" | "**";
export type Relation = "<" | "<=" | ">" | ">=" | "==" | "!=";
export type Closure = (x: number) => number;

// ---------------------------------------------------------------- functions

interface Known {
  readonly arguments: readonly [least: number, most: number];
  readonly value: (...of: number[]) => number;
}
const of = (value: (...of: number[]) => number, least = 1, most = least): Known => ({
  arguments: [least, most],
  value,
});
export const functions = {
  min: of(Math.min, 2, Infinity),
  max: of(Math.max, 2, Infinity),
  abs: of(Math.abs),
  floor: of(Math.floor),
  ceil: of(Math.ceil),
  int: of(Math.trunc),
  float: of((x) => x),
  round: of(roundHalfEven, 1, 2),
  sqrt: of(Math.sqrt),
  exp: of(exp),
  log: of((x, base = Math.E) => (base === Math.E ? log(x) : log(x) / log(base)), 1, 2),
  log2: of((x) => log(x) / Math.LN2),
  log10: of((x) => log(x) / Math.LN10),
  sin: of(sin),
  cos: of(cos),
  tan: of((x) => sin(x) / cos(x)),
  tanh: of(tanh),
  pow: of(power, 2),
  clip: of((x, low, high) => Math.min(Math.max(x, low), high), 3),
} as const satisfies Record<string, Known>;
export type FunctionName = keyof typeof functions;
/** Besides their own names, what numpy and math call them. */
const functionNames: ReadonlyMap<string, FunctionName> = new Map<string, FunctionName>([
  ...(Object.keys(functions) as FunctionName[]).map((name) => [name, name] as const),
  ["minimum", "min"],
  ["maximum", "max"],
  ["fabs", "abs"],
  ["absolute", "abs"],
  ["power", "pow"],
  ["trunc", "int"],
]);
export const findFunction = (name: string): FunctionName | undefined => functionNames.get(name);
/** By name without a prefix; Euler's number is known as math.e alone. */
export const constants: ReadonlyMap<string, number> = new Map([
  ["pi", Math.PI],
  ["tau", 2 * Math.PI],
  ["inf", Infinity],
  ["True", 1],
  ["False", 0],
]);

/** Python rounds halves to the even neighbour, and to `digits` decimal places. */
function roundHalfEven(x: number, digits = 0): number {
  if (digits > 0) return Number(x.toFixed(Math.min(digits, 100)));
  if (digits < 0) return roundHalfEven(x / 10 ** -digits) * 10 ** -digits;
  const below = Math.floor(x);
  if (x - below !== 0.5) return Math.round(x);
  return below % 2 === 0 ? below : below + 1;
}
function power(x: number, y: number): number {
  return x === 0 && y < 0 ? NaN : pow(x, y);
}
const quotient = (x: number, y: number): number => (y === 0 ? NaN : x / y);
const floorQuotient = (x: number, y: number): number => (y === 0 ? NaN : Math.floor(x / y));
/** Has the sign of its divisor. */
function remainder(x: number, y: number): number {
  const r = x % y;
  return r !== 0 && r < 0 !== y < 0 ? r + y : r;
}

// ---------------------------------------------------------------- from tree to closure

/** A closure for the tree: nothing is looked up when it runs. */
export function compile(expression: Expression): Closure {
  switch (expression.kind) {
    case "number": {
      const { value } = expression;
      return () => value;
    }
    case "variable":
      return (x) => x;
    case "unary": {
      const a = compile(expression.of);
      if (expression.operator === "not") return (x) => (a(x) === 0 ? 1 : 0);
      return expression.operator === "-" ? (x) => -a(x) : a;
    }
    case "binary":
      return compileBinary(expression.operator, compile(expression.left), compile(expression.right));
    case "comparison": {
      const operands = expression.operands.map(compile);
      const { operators } = expression;
      return (x) => {
        let left = operands[0](x);
        for (let i = 0; i < operators.length; i++) {
          const right = operands[i + 1](x);
          if (!holds(operators[i], left, right)) return 0;
          left = right;
        }
        return 1;
      };
    }
    case "choice": {
      const [test, yes, no] = [expression.test, expression.yes, expression.no].map(compile);
      return (x) => (test(x) === 0 ? no(x) : yes(x));
    }
    case "call": {
      const { value }: Known = functions[expression.name];
      const all = expression.of.map(compile);
      const [a, b] = all;
      if (all.length === 1) return (x) => value(a(x));
      if (all.length === 2) return (x) => value(a(x), b(x));
      return (x) => value(...all.map((each) => each(x)));
    }
  }
}
function compileBinary(operator: Arithmetic | "and" | "or", a: Closure, b: Closure): Closure {
  switch (operator) {
    case "+":
      return (x) => a(x) + b(x);
    case "-":
      return (x) => a(x) - b(x);
    case "*":
      return (x) => a(x) * b(x);
    case "/":
      return (x) => quotient(a(x), b(x));
    case "//":
      return (x) => floorQuotient(a(x), b(x));
    case "%":
      return (x) => remainder(a(x), b(x));
    case "**":
      return (x) => power(a(x), b(x));
    case "and": // the operand that decides, as in Python
      return (x) => {
        const left = a(x);
        return left === 0 ? left : b(x);
      };
    case "or":
      return (x) => {
        const left = a(x);
        return left === 0 ? b(x) : left;
      };
  }
}
function holds(relation: Relation, a: number, b: number): boolean {
  switch (relation) {
    case "<":
      return a < b;
    case "<=":
      return a <= b;
    case ">":
      return a > b;
    case ">=":
      return a >= b;
    case "==":
      return a === b;
    case "!=":
      return a !== b;
  }
}
