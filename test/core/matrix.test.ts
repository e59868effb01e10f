import { describe, expect, test } from "vitest";
import { gram, multiply, orthonormalRows, symmetricEigen, transpose } from "../../src/core/matrix.ts";
import { rng } from "../../src/core/rng.ts";
import { addGramOfSide, multiplySide, sidesOf } from "../../src/core/tensor.ts";
import { zeros } from "../../src/core/vector.ts";

const random = (label: string, size: number) => {
  const out = zeros(size);
  rng(7).split(label, size).normals(out);
  return out;
};
const transposed = (a: Float64Array, n: number, m: number) => {
  const out = zeros(n * m);
  transpose(a, n, m, out);
  return out;
};
const times = (a: Float64Array, b: Float64Array, n: number, m: number, p: number) => {
  const out = zeros(n * p);
  multiply(a, b, n, m, p, out);
  return out;
};
const distance = (a: Float64Array, b: Float64Array) => a.reduce((most, x, i) => Math.max(most, Math.abs(x - b[i])), 0);
const largest = (a: Float64Array) => a.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
const identity = (n: number) => zeros(n * n).map((_, i) => (i % (n + 1) === 0 ? 1 : 0));
const diagonal = (d: Float64Array) =>
  zeros(d.length ** 2).map((_, i) => (i % (d.length + 1) === 0 ? d[i / (d.length + 1)] : 0));
/** Rounding of n additions of products, with room for a few such sums one after the other. */
const rounding = (n: number) => 20 * n * Number.EPSILON;

test("products, their transposes and A Aᵀ are what the definition says", () => {
  const a = Float64Array.of(1, 2, 3, 4, 5, 6);
  const b = Float64Array.of(1, 0, -1, 2, 0.5, 1);
  expect([...times(a, b, 2, 3, 2)]).toEqual([0.5, 7, 2, 16]);
  expect([...transposed(a, 2, 3)]).toEqual([1, 4, 2, 5, 3, 6]);
  const square = zeros(4);
  gram(a, 2, 3, square);
  expect([...square]).toEqual([14, 32, 32, 77]);
});

/** A of each kind that an optimizer meets, by name. */
const symmetric = (kind: string, n: number): Float64Array => {
  const g = random(kind, n * n);
  const out = zeros(n * n);
  if (kind === "one gradient") gram(g.subarray(0, n), n, 1, out);
  else if (kind === "graded") {
    gram(g, n, n, out);
    for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) out[i * n + j] *= 10 ** (-3 * ((i + j) % 5));
    return out.map((x, i) => (x + out[(i % n) * n + Math.floor(i / n)]) / 2);
  } else if (kind === "indefinite")
    for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) out[i * n + j] = g[i * n + j] + g[j * n + i];
  else if (kind === "multiple of 1") return identity(n).map((x) => 0.3 * x);
  else if (kind === "tiny")
    gram(
      g.map((x) => 1e-140 * x),
      n,
      n,
      out,
    );
  return out;
};
const kinds = ["one gradient", "graded", "indefinite", "multiple of 1", "tiny", "zero"];

describe.each(kinds)("a symmetric matrix: %s", (kind) => {
  test.each([1, 2, 3, 4, 7, 20, 60])("of size %i is its eigenvectors and eigenvalues", (n) => {
    const a = symmetric(kind, n);
    const values = zeros(n);
    const vectors = zeros(n * n);
    symmetricEigen(Float64Array.from(a), n, values, vectors, zeros(2 * n));
    const columns = transposed(vectors, n, n);
    expect(distance(times(vectors, columns, n, n, n), identity(n))).toBeLessThan(rounding(n));
    const again = times(times(columns, diagonal(values), n, n, n), vectors, n, n, n);
    expect(distance(again, a)).toBeLessThanOrEqual(rounding(n) * largest(a));
    const trace = a.reduce((sum, x, i) => sum + (i % (n + 1) === 0 ? x : 0), 0);
    expect(Math.abs(values.reduce((sum, x) => sum + x, 0) - trace)).toBeLessThanOrEqual(rounding(n) * n * largest(a));
  });
});

test("the eigenvalues of the second difference are 2 − 2 cos(kπ/(n+1))", () => {
  const n = 30;
  const a = zeros(n * n);
  for (let i = 0; i < n; i++) {
    a[i * n + i] = 2;
    if (i > 0) a[i * n + i - 1] = a[(i - 1) * n + i] = -1;
  }
  const values = zeros(n);
  symmetricEigen(a, n, values, zeros(n * n), zeros(2 * n));
  values.sort();
  for (let k = 1; k <= n; k++) expect(values[k - 1]).toBeCloseTo(2 - 2 * Math.cos((k * Math.PI) / (n + 1)), 13);
});

test("what is not a number stays visible, and does not loop for ever", () => {
  const values = zeros(3);
  symmetricEigen(Float64Array.of(1, NaN, 0, NaN, 2, 1, 0, 1, 3), 3, values, zeros(9), zeros(6));
  expect(values.some((x) => Number.isNaN(x))).toBe(true);
});

describe("orthonormal rows", () => {
  const orthonormal = (a: Float64Array, n: number) => {
    const out = zeros(n * n);
    orthonormalRows(Float64Array.from(a), n, out, zeros(2 * n));
    return out;
  };

  test.each([1, 2, 5, 30])("of %i rows span, each with those before it, what was given", (n) => {
    const a = random("rows", n * n);
    const q = orthonormal(a, n);
    expect(distance(times(q, transposed(q, n, n), n, n, n), identity(n))).toBeLessThan(rounding(n));
    // A = L Q with nothing above the diagonal of L = A Qᵀ.
    const l = times(a, transposed(q, n, n), n, n, n);
    const above = l.map((x, i) => (i % n > Math.floor(i / n) ? x : 0));
    expect(largest(above)).toBeLessThan(rounding(n) * largest(a));
    expect(distance(times(l, q, n, n, n), a)).toBeLessThan(rounding(n) * largest(a));
  });

  test("are orthogonal where rows repeat, vanish or differ by 17 orders", () => {
    const a = Float64Array.of(1, 2, 2, 1, 2, 2 + 1e-16, 0, 0, 0);
    const b = Float64Array.of(1, 1, 1, 1e-17, 2e-17, -1e-17, 0, 0, 1);
    for (const given of [a, b]) {
      const q = orthonormal(given, 3);
      expect(distance(times(q, transposed(q, 3, 3), 3, 3, 3), identity(3))).toBeLessThan(rounding(3));
    }
  });
});

test("a tensor is multiplied along each of its sides, and each side's Gram matrix is that of its slices", () => {
  const shape = [2, 3, 4];
  const whole = random("tensor", 24);
  const entry = (i: number, j: number, k: number) => whole[(i * 3 + j) * 4 + k];
  const index = [0, 0, 0];
  const each = (visit: () => void) => {
    for (index[0] = 0; index[0] < 2; index[0]++)
      for (index[1] = 0; index[1] < 3; index[1]++) for (index[2] = 0; index[2] < 4; index[2]++) visit();
  };
  sidesOf(shape).forEach((side, k) => {
    const n = shape[k];
    const m = random("m", n * n);
    const g = zeros(n * n);
    gram(random("g", n * n), n, n, g);
    const expected = g.map((x) => 0.5 * x);
    const out = zeros(24);
    multiplySide(m, whole, side, out);
    each(() => {
      const [a, b, c] = index;
      const along = [...Array(n).keys()].map((at) => entry(k === 0 ? at : a, k === 1 ? at : b, k === 2 ? at : c));
      const sum = along.reduce((total, x, at) => total + m[index[k] * n + at] * x, 0);
      expect(out[(a * 3 + b) * 4 + c]).toBeCloseTo(sum, 13);
      along.forEach((x, at) => (expected[index[k] * n + at] += 0.25 * entry(a, b, c) * x));
    });
    addGramOfSide(whole, side, 0.5, 0.25, g);
    expect(distance(g, expected)).toBeLessThan(1e-12);
  });
});
