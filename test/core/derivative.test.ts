import { expect, test } from "vitest";
import { compileBlock } from "../../src/core/blockFormula.ts";
import { derivative } from "../../src/core/derivative.ts";
import { compile } from "../../src/core/expression.ts";
import { parseExpression } from "../../src/core/formula.ts";

const read = (text: string) => parseExpression(text, "x", { also: ["θ"], caret: true });

/** With the derivative as one writes it by hand. */
const cases: readonly (readonly [text: string, byHand: (x: number) => number])[] = [
  ["(x^2 - 1)^2 / 4", (x) => x * (x * x - 1)],
  ["θ^4/4 - 3*θ + 2", (x) => x ** 3 - 3],
  ["x**0.5", (x) => 0.5 / Math.sqrt(x)],
  ["sqrt(1 + x^2)", (x) => x / Math.sqrt(1 + x * x)],
  ["exp(-x^2 / 2)", (x) => -x * Math.exp((-x * x) / 2)],
  ["log(1 + x^2)", (x) => (2 * x) / (1 + x * x)],
  ["log(x, 2) + log2(x) + log10(x)", (x) => 2 / (x * Math.LN2) + 1 / (x * Math.LN10)],
  ["sin(3*x) * cos(x)", (x) => 3 * Math.cos(3 * x) * Math.cos(x) - Math.sin(3 * x) * Math.sin(x)],
  ["tan(x) + tanh(2 * x)", (x) => 1 + Math.tan(x) ** 2 + 2 * (1 - Math.tanh(2 * x) ** 2)],
  ["x / (1 + x)", (x) => 1 / (1 + x) ** 2],
  ["2 ** x", (x) => Math.LN2 * 2 ** x],
  ["x ** x", (x) => x ** x * (Math.log(x) + 1)],
  ["pow(x, 3) - +x", (x) => 3 * x * x - 1],
  ["abs(x - 1)", (x) => Math.sign(x - 1)],
  ["max(x, 1, x^2)", (x) => (x > 1 ? 2 * x : 0)],
  ["min(x, x^3)", (x) => (x < 1 ? 3 * x * x : 1)],
  ["clip(x^2, 0.5, 2)", (x) => (x * x > 0.5 && x * x < 2 ? 2 * x : 0)],
  ["x^2 if x < 1 else 2*x", (x) => (x < 1 ? 2 * x : 2)],
  ["floor(x) + x % 0.3 + 5 // 2", () => 1],
  ["(x > 1) + (x and x^2) + (0 or x)", (x) => 2 * x + 1],
  ["x ** (1 / 3)", (x) => x ** (-2 / 3) / 3],
  ["x ** -2", (x) => -2 / x ** 3],
];
const places = [0.37, 0.81, 1.17, 1.55, 2.3];

test.each(cases)("%s", (text, byHand) => {
  const slope = compile(derivative(read(text)));
  for (const x of places) expect(slope(x)).toBeCloseTo(byHand(x), 12);
});

test("a second derivative is the derivative's derivative", () => {
  const second = compile(derivative(derivative(read("(x^2 - 1)^2 / 4 + exp(2*x)"))));
  for (const x of [-1.3, 0, ...places]) expect(second(x)).toBeCloseTo(3 * x * x - 1 + 4 * Math.exp(2 * x), 10);
});

test.each(cases.map(([text]) => text))("%s at many places at once is what it is at each", (text) => {
  for (const it of [read(text), derivative(read(text))]) {
    const one = compile(it);
    const x = Float64Array.from([...places, -0.4, 0]);
    const all = compileBlock(it, x.length)(x);
    x.forEach((at, i) => {
      const alone = one(at);
      if (!Number.isFinite(alone)) expect(all[i]).toBe(alone);
      else expect(Math.abs(all[i] - alone)).toBeLessThanOrEqual(1e-15 * Math.abs(alone));
    });
  }
});

test("a caret is a power in formulas of losses, and no Python elsewhere", () => {
  expect(compile(read("2^3^2"))(0)).toBe(512);
  expect(() => parseExpression("x ^ 2", "x")).toThrow('Expected arithmetic, found "^" at character 3.');
});
