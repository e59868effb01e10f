import type { Arithmetic, Expression, FunctionName } from "./expression.ts";

// Derivatives of formulas, as formulas. Where a formula has a corner or a jump, the derivative is the one of the side it is on.

const number = (value: number): Expression => ({ kind: "number", value });
const zero = number(0);
const one = number(1);
const is = (it: Expression, value: number): boolean => it.kind === "number" && it.value === value;
const binary = (operator: Arithmetic, left: Expression, right: Expression): Expression => ({
  kind: "binary",
  operator,
  left,
  right,
});
const call = (name: FunctionName, ...of: Expression[]): Expression => ({ kind: "call", name, of });
const less = (left: Expression, right: Expression): Expression => ({
  kind: "comparison",
  operators: ["<="],
  operands: [left, right],
});
const isZero = (it: Expression): Expression => ({ kind: "comparison", operators: ["=="], operands: [it, zero] });
const choice = (test: Expression, yes: Expression, no: Expression): Expression =>
  yes === no ? yes : { kind: "choice", test, yes, no };

/** Sums, products and powers without what makes no difference, so that second derivatives stay short. */
function plus(a: Expression, b: Expression): Expression {
  if (is(a, 0)) return b;
  return is(b, 0) ? a : binary("+", a, b);
}
function minus(a: Expression, b: Expression): Expression {
  if (is(b, 0)) return a;
  return is(a, 0) ? negative(b) : binary("-", a, b);
}
const negative = (a: Expression): Expression =>
  a.kind === "number" ? number(-a.value) : { kind: "unary", operator: "-", of: a };
function times(a: Expression, b: Expression): Expression {
  if (is(a, 0) || is(b, 0)) return zero;
  if (a.kind === "number" && b.kind === "number") return number(a.value * b.value);
  if (is(a, 1)) return b;
  return is(b, 1) ? a : binary("*", a, b);
}
const over = (a: Expression, b: Expression): Expression => (is(a, 0) ? zero : is(b, 1) ? a : binary("/", a, b));
const raised = (a: Expression, n: number): Expression => (n === 0 ? one : n === 1 ? a : binary("**", a, number(n)));
/** A number that needs no variable, where the tree is one. */
function constant(it: Expression): number | undefined {
  if (it.kind === "number") return it.value;
  if (it.kind === "unary" && it.operator !== "not") {
    const value = constant(it.of);
    return value === undefined ? undefined : it.operator === "-" ? -value : value;
  }
  if (it.kind === "binary" && it.operator === "/") {
    const [a, b] = [constant(it.left), constant(it.right)];
    return a === undefined || b === undefined ? undefined : a / b;
  }
  return undefined;
}

/** d/dx of a formula in x. */
export function derivative(it: Expression): Expression {
  switch (it.kind) {
    case "number":
    case "comparison":
      return zero;
    case "variable":
      return one;
    case "unary": {
      if (it.operator === "not") return zero;
      const inner = derivative(it.of);
      return it.operator === "-" ? negative(inner) : inner;
    }
    case "choice":
      return choice(it.test, derivative(it.yes), derivative(it.no));
    case "binary":
      return ofBinary(it.operator, it.left, it.right);
    case "call":
      return ofCall(it.name, it.of);
  }
}
function ofBinary(operator: Arithmetic | "and" | "or", a: Expression, b: Expression): Expression {
  switch (operator) {
    case "+":
      return plus(derivative(a), derivative(b));
    case "-":
      return minus(derivative(a), derivative(b));
    case "*":
      return plus(times(derivative(a), b), times(a, derivative(b)));
    case "/":
      return minus(over(derivative(a), b), over(times(a, derivative(b)), times(b, b)));
    case "//":
      return zero;
    case "%":
      return minus(derivative(a), times(binary("//", a, b), derivative(b)));
    case "**":
      return ofPower(a, b);
    case "and":
      return choice(isZero(a), derivative(a), derivative(b));
    case "or":
      return choice(isZero(a), derivative(b), derivative(a));
  }
}
function ofPower(a: Expression, b: Expression): Expression {
  const n = constant(b);
  if (n !== undefined) return n === 0 ? zero : times(times(number(n), raised(a, n - 1)), derivative(a));
  const whole = binary("**", a, b);
  return times(whole, plus(times(derivative(b), call("log", a)), over(times(b, derivative(a)), a)));
}
function ofCall(name: FunctionName, of: readonly Expression[]): Expression {
  const [a, b = zero] = of;
  const inner = () => derivative(a);
  switch (name) {
    case "min":
    case "max":
      // min(a, b, c) is min(a, min(b, c)).
      return of.length === 1
        ? inner()
        : choice(
            name === "min" ? less(a, call(name, ...of.slice(1))) : less(call(name, ...of.slice(1)), a),
            inner(),
            ofCall(name, of.slice(1)),
          );
    case "abs":
      return choice(less(zero, a), inner(), negative(inner()));
    case "clip":
      return choice(less(a, b), derivative(b), choice(less(of[2], a), derivative(of[2]), inner()));
    case "floor":
    case "ceil":
    case "int":
    case "round":
      return zero;
    case "float":
      return inner();
    case "sqrt":
      return over(inner(), times(number(2), call("sqrt", a)));
    case "exp":
      return times(call("exp", a), inner());
    case "log":
      // log(a, b) is ln a / ln b.
      return of.length === 1 ? over(inner(), a) : derivative(binary("/", call("log", a), call("log", b)));
    case "log2":
      return over(inner(), times(number(Math.LN2), a));
    case "log10":
      return over(inner(), times(number(Math.LN10), a));
    case "sin":
      return times(call("cos", a), inner());
    case "cos":
      return negative(times(call("sin", a), inner()));
    case "tan":
      return times(plus(one, raised(call("tan", a), 2)), inner());
    case "tanh":
      return times(minus(one, raised(call("tanh", a), 2)), inner());
    case "pow":
      return ofPower(a, b);
  }
}
