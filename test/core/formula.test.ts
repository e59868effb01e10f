import { expect, test } from "vitest";
import { FormulaError, parseFormula } from "../../src/core/formula.ts";

/** Each value as CPython 3 prints it for that e. */
const cases: readonly (readonly [text: string, e: number, value: number])[] = [
  ["1_000 + 1. + .5 + 1e-3 + 2E2", 0, 1201.501],
  ["2 + 3 * 4 - 5 / 2", 0, 11.5],
  ["(2 + 3) * 4", 0, 20],
  ["2 ** 3 ** 2", 0, 512],
  ["-2 ** 2", 0, -4],
  ["2 ** -1", 0, 0.5],
  ["--3 + +2", 0, 5],
  ["-7 // 2", 0, -4],
  ["7 // -2", 0, -4],
  ["-7 % 3", 0, 2],
  ["7 % -3", 0, -2],
  ["-6 % 3", 0, 0],
  ["5.5 % 2", 0, 1.5],
  ["2 * 7 // 3 % 3", 0, 1],
  ["0.95 ** e", 3, 0.857375],
  ["1 / (1 + 0.1 * e)", 10, 0.5],
  ["min((e + 1) / 20, 1) * 0.97 ** floor(e / 10)", 25, 0.9409],
  ["e / 10 if e < 10 else 1", 4, 0.4],
  ["e / 10 if e < 10 else 1", 11, 1],
  ["1 if e < 5 else 0.1 if e < 8 else 0.01", 6, 0.1],
  ["1 if e < 5 else 0.1 if e < 8 else 0.01", 9, 0.01],
  ["1 < e <= 3", 3, 1],
  ["1 < e <= 3", 1, 0],
  ["1 < 2 == 2", 0, 1],
  ["1 + (e != 2)", 3, 2],
  ["0 or 5", 0, 5],
  ["3 and 5", 0, 5],
  ["0 and 5", 0, 0],
  ["not 0 and not e > 3", 2, 1],
  ["True + False", 0, 1],
  ["max(1, 2, 3) - min(4, 5, 6)", 0, -1],
  ["abs(-3) + floor(-1.5) + ceil(-1.5)", 0, 0],
  ["int(-2.7)", 0, -2],
  ["float(3) / 2", 0, 1.5],
  ["round(2.5) + round(3.5) + round(-2.5) + round(2.6)", 0, 7],
  ["round(2.345, 1) + round(1234, -2)", 0, 1202.3],
  ["math.sqrt(16) + np.exp(0) + numpy.log(1)", 0, 5],
  ["log(8, 2) + math.log2(8) + log10(1000)", 0, 9],
  ["0.5 * (1 + math.cos(math.pi * e / 100))", 50, 0.5],
  ["math.sin(pi / 2) + tanh(0) + tan(0)", 0, 1],
  ["pow(2, 10)", 0, 1024],
  ["np.minimum(e, 3) + np.maximum(e, 3) + np.power(2, 3) + np.clip(e, 0, 1)", 5, 17],
  ["math.e - e", 2, Math.E - 2],
  ["max(0, 1,)", 0, 1],
];
test.each(cases)("%s at e = %d is %d", (text, e, value) => {
  const got = parseFormula(text)(e);
  expect(Math.abs(got - value)).toBeLessThanOrEqual(1e-14 * Math.max(1, Math.abs(value)));
});

test.each([
  ["1 / e", 0],
  ["e // 0", 1],
  ["e % 0", 1],
  ["0 ** -1", 0],
  ["sqrt(-1)", 0],
])("%s is no number where Python refuses it", (text, e) => {
  expect(parseFormula(text)(e)).toBeNaN();
});

test("the branch that is not taken is not asked", () => {
  expect(parseFormula("1 if e == 0 else 1 / e")(0)).toBe(1);
});

test("the variable may have another name, and then e is unknown", () => {
  expect(parseFormula("x ** 2 - 1", "x")(3)).toBe(8);
  expect(() => parseFormula("e", "x")).toThrow('Expected x or a known name, found "e" at character 1.');
});

test.each([
  ["", 'Expected a number, e or "(", found the end at character 1.'],
  ["1 +", 'Expected a number, e or "(", found the end at character 4.'],
  ["(1 + 2", 'Expected ")", found the end at character 7.'],
  ["1 2", 'Expected an operator or the end, found "2" at character 3.'],
  ["2e", 'Expected an operator or the end, found "e" at character 2.'],
  ["1 if e", 'Expected "else", found the end at character 7.'],
  ["epoch * 2", 'Expected e or a known name, found "epoch" at character 1.'],
  ["1 + open(2)", 'Expected a known function, found "open" at character 5.'],
  ["constructor(1)", 'Expected a known function, found "constructor" at character 1.'],
  ["toString", 'Expected e or a known name, found "toString" at character 1.'],
  ["sqrt(1, 2)", "Expected 1 argument for sqrt, found 2 at character 1."],
  ["min(1)", "Expected at least 2 arguments for min, found 1 at character 1."],
  ["log()", "Expected 1 to 2 arguments for log, found 0 at character 1."],
  ["e; 1", 'Expected arithmetic, found ";" at character 2.'],
  ['"a"', 'Expected arithmetic, found """ at character 1.'],
  ["e @ 2", 'Expected arithmetic, found "@" at character 3.'],
  ["if", 'Expected a number, e or "(", found "if" at character 1.'],
  ["max(e,, 1)", 'Expected a number, e or "(", found "," at character 7.'],
])("%j is refused with its place and what was expected", (text, message) => {
  expect(() => parseFormula(text)).toThrow(
    new FormulaError(message.replace(/ at character \d+\.$/, ""), position(message)),
  );
});
const position = (message: string) => Number(/(\d+)\.$/.exec(message)?.[1]) - 1;

test.each([
  ["parentheses", "(".repeat(100_000)],
  ["signs", `${"-".repeat(3000)}1`],
  ["powers", `1${" ** 1".repeat(1500)}`],
  ["terms", `1${" + 1".repeat(100_000)}`],
])("too many %s are refused, not overflowed", (_, text) => {
  expect(() => parseFormula(text)(0)).toThrow(FormulaError);
});
test("a thousand terms are summed", () => {
  expect(parseFormula(`1${" + 1".repeat(1000)}`)(0)).toBe(1001);
});
