import { afterEach, describe, expect, test } from "vitest";
import { cos, exp, expm1, log, log1p, pow, power, sin, tanh } from "../../../src/core/kernels/elementary.ts";
import { instantiate } from "../../../src/core/kernels/rooms.ts";
import type { ExamplesExports } from "../../../src/core/kernels/tableMemory.ts";
import { rng } from "../../../src/core/rng.ts";
import { compiled } from "../../compiledKernels.ts";

afterEach(() => compiled(false));

const special = [
  0,
  -0,
  1,
  -1,
  NaN,
  Infinity,
  -Infinity,
  5e-324,
  -5e-324,
  2 ** -1022,
  2 ** -1030,
  1e-300,
  1e300,
  22,
  -22,
  0.5,
];
const edges = [-745.13, -745.14, -746, -800, -708.4, -720.5, 709.78, 709.79, 710, 1000, Math.LN2 / 2, -Math.LN2 / 2];
/** Of every size, and the edges. */
const places = (() => {
  const z = rng(1);
  const random = Array.from({ length: 40_000 }, (_, i) => z.normal() * [1e-9, 0.01, 0.3, 1, 5, 30, 300][i % 7]);
  return Float64Array.from([...special, ...edges, ...random]);
})();
const positive = places.map((x, i) => (i < special.length ? x : exp(x)));

/** Units in the last place between two numbers of one sign. */
const bits = new BigInt64Array(1);
const ordered = (x: number) => {
  new Float64Array(bits.buffer)[0] = x;
  return bits[0];
};
const apart = (a: number, b: number): number => {
  if (a === b || (Number.isNaN(a) && Number.isNaN(b))) return 0;
  return Math.sign(a) === Math.sign(b) ? Math.abs(Number(ordered(a) - ordered(b))) : Infinity;
};

// The language's own may be off by a unit themselves; its tanh, by more.
describe.each([
  ["exp", exp, Math.exp, places, 2],
  ["tanh", tanh, Math.tanh, places, 6],
  ["log", log, Math.log, positive, 2],
] as const)("%s", (_, own, standard, at, most) => {
  test("agrees with the language's own to the last places, at every size and at the edges", () => {
    expect(at.reduce((worst, x) => Math.max(worst, apart(own(x), standard(x))), 0)).toBeLessThanOrEqual(most);
  });
});

test("exp and log undo each other as closely as rounding allows", () => {
  for (const x of places.filter((it) => Math.abs(it) < 700)) {
    const spread = 3 * Number.EPSILON * Math.max(1, Math.abs(x)); // a unit of each, and that of e^x seen through log
    expect(Math.abs(log(exp(x)) - x)).toBeLessThanOrEqual(spread);
  }
});

test("the compiled forms give the same bits", () => {
  compiled(true);
  const { memory, free, ...exports } = instantiate("examples") as ExamplesExports;
  const from = free();
  memory.grow(Math.ceil((8 * places.length) / 65_536));
  const there = new Float64Array(memory.buffer, from, places.length);
  for (const [compiledForm, plain] of [
    [exports.exp, exp],
    [exports.tanh, tanh],
  ] as const) {
    there.set(places);
    compiledForm(from, from + 8 * places.length);
    expect(there.findIndex((y, i) => !Object.is(y, plain(places[i])))).toBe(-1);
  }
  expect(positive.findIndex((x) => !Object.is(exports.log(x), log(x)))).toBe(-1);
});

test("sines, small exponentials and whole powers are those of the language but for their last bits", () => {
  for (let i = -4000; i <= 4000; i++) {
    const x = i * 0.013;
    expect(Math.abs(cos(x) - Math.cos(x))).toBeLessThanOrEqual(2 * Number.EPSILON);
    expect(Math.abs(sin(x) - Math.sin(x))).toBeLessThanOrEqual(2 * Number.EPSILON);
    expect(Math.abs(expm1(x) - Math.expm1(x))).toBeLessThanOrEqual(4 * Number.EPSILON * Math.abs(Math.expm1(x)));
  }
  expect(cos(Math.PI)).toBe(-1);
  expect(cos(0)).toBe(1);
  for (const base of [0.9, 0.999, 0.99999, 1.5, 0])
    for (const n of [0, 1, 2, 3, 10, 355, 1000, 37_001])
      if (base ** n < Infinity)
        expect(Math.abs(power(base, n) - base ** n)).toBeLessThanOrEqual(n * Number.EPSILON * base ** n);
  // Of base 1 + 2⁻⁴⁰, (1 + 2⁻⁴⁰)ⁿ = exp(n ln(1 + 2⁻⁴⁰)): numbers beyond 32 bits.
  for (const n of [2 ** 31 - 1, 2 ** 31, 2 ** 31 + 5, 2 ** 40 + 3])
    expect(power(1 + 2 ** -40, n) / Math.exp(n * Math.log1p(2 ** -40))).toBeCloseTo(1, 3);
  expect([power(-1, 2 ** 40 + 1), power(-1, 2 ** 31 - 1), power(-1, 2 ** 33)]).toEqual([-1, -1, 1]);
});

test("log1p is the language's but for its last bits, where x is small, near −1 and large", () => {
  for (const x of [...places.filter((it) => it > -1), -1 + 2 ** -53, 1e306]) {
    const exact = Math.log1p(x);
    if (Number.isFinite(exact))
      expect(Math.abs(log1p(x) - exact)).toBeLessThanOrEqual(3 * Number.EPSILON * Math.abs(exact));
  }
  for (const x of [-1, -1.5, 0, -0, NaN, Infinity, 5e-324]) expect(log1p(x)).toBe(Math.log1p(x));
});

test("powers of any kind are the language's but for their last bits, and what is none is NaN", () => {
  for (const x of [1e-5, 0.3, 0.97, 1, 2, 7.5, 1e8])
    for (const y of [-3, -2.5, -1, -0.5, 0, 1 / 3, 0.5, 1, 2.25, 4, 17])
      expect(Math.abs(pow(x, y) / x ** y - 1)).toBeLessThanOrEqual(
        (2 + 2 * Math.abs(y * Math.log(x)) + Math.abs(y)) * Number.EPSILON,
      );
  for (const [x, y] of [
    [0, 2],
    [0, 0.7],
    [0, -0.7],
    [-2, 3],
    [-2, -1],
    [-2, 0.3],
    [NaN, 0.3],
    [Infinity, -0.2],
  ])
    expect(pow(x, y)).toBe(x ** y);
});
