import { describe, expect, test } from "vitest";
import { nanAsInfinity, quantile, select } from "../../src/core/statistics.ts";
import { rng } from "../../src/core/rng.ts";

const draws = (n: number): Float64Array => {
  const z = rng(n);
  return Float64Array.from({ length: n }, () => Math.round(8 * z.uniform()) / 2 ** (n % 5)); // with equals among them
};
/** Linear between the neighbours of place (n − 1) q, of values in order. */
function interpolated(xs: Float64Array, q: number): number {
  const sorted = xs.slice().sort();
  const k = (xs.length - 1) * q;
  const [low, high] = [sorted[Math.floor(k)], sorted[Math.ceil(k)]];
  return low === high ? low : low + (k - Math.floor(k)) * (high - low);
}

describe("quantiles", () => {
  const shares = [0, 0.1, 0.5, 0.9, 1];
  test.each([1, 2, 3, 10, 11, 64, 257])("of %i values in any order, one after the other", (n) => {
    const xs = draws(n);
    const given = xs.slice();
    for (const q of [...shares, 0.5]) expect(quantile(xs, q)).toBe(interpolated(given, q));
    expect(xs.slice().sort()).toEqual(given.sort());
  });
  test("an infinite neighbour counts as soon as it is touched", () => {
    const xs = () => nanAsInfinity(Float64Array.of(3, NaN, 1, 2, -Infinity));
    expect(shares.map((q) => quantile(xs(), q))).toEqual([-Infinity, -Infinity, 2, Infinity, Infinity]);
    expect(quantile(nanAsInfinity(Float64Array.of(NaN, NaN)), 0.5)).toBe(Infinity);
  });
});
test("the k-th smallest, with the smaller ones before it", () => {
  for (const n of [1, 2, 9, 100])
    for (const k of [0, n >> 1, n - 1]) {
      const xs = draws(n);
      const at = xs.slice().sort()[k];
      expect(select(xs, k)).toBe(at);
      expect(xs.subarray(0, k).every((x) => x <= at)).toBe(true);
      expect(xs.subarray(k).every((x) => x >= at)).toBe(true);
    }
});
