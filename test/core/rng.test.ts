import { expect, test } from "vitest";
import { rng } from "../../src/core/rng.ts";

/** Φ(x) by Marsaglia's series (2004), good to 1e-14 for |x| < 6. */
function normalDistribution(x: number): number {
  let sum = x;
  let term = x;
  for (let k = 3; Math.abs(term) > 1e-17; k += 2) sum += term *= (x * x) / k;
  return 0.5 + (sum * Math.exp(-0.5 * x * x)) / Math.sqrt(2 * Math.PI);
}
const correlation = (a: Float64Array, b: Float64Array) => {
  let s = 0;
  for (let i = 0; i < a.length; i++) s += a[i] * b[i];
  return s / a.length;
};

test("one seed yields these very numbers", () => {
  const z = rng(1);
  expect([z.uniform(), z.uniform(), z.uniform()]).toEqual([
    0.47232891148334966, 0.7765192958026332, 0.06547144904150559,
  ]);
  expect(Array.from({ length: 8 }, () => z.integer(1000))).toEqual([701, 977, 147, 305, 450, 857, 893, 983]);
  // The tables rest on Math.exp and Math.log, whose last bit the language leaves open.
  const out = new Float64Array(4);
  rng(2 ** 40 + 7)
    .split("noise", 3)
    .normals(out);
  const want = [0.702304521892468, 1.2131138462971487, -0.4239212855796379, -0.3107028555278338];
  for (let i = 0; i < 4; i++) expect(out[i]).toBeCloseTo(want[i], 12);
});

test("seeds that differ above 32 bits differ", () => {
  expect(rng(5).uniform()).not.toBe(rng(5 + 2 ** 32).uniform());
});

test("a split yields the same stream however often and whenever it is asked for", () => {
  const parent = rng(11);
  const before = parent.split("noise", 4).uniform();
  parent.uniform();
  parent.normals(new Float64Array(100));
  expect(parent.split("noise", 4).uniform()).toBe(before);
});

test("a split does not move its parent", () => {
  const a = rng(12);
  const b = rng(12);
  a.split("noise").normal();
  a.split("noise", 2).split("deeper").uniform();
  expect(a.uniform()).toBe(b.uniform());
});

test("labels, indices and the way they are cut all make a stream of its own", () => {
  const root = rng(13);
  const first = [
    root,
    root.split("a"),
    root.split("a", 1),
    root.split("b"),
    root.split("ab"),
    root.split("a").split("b"),
    root.split(""),
    root.split("", 1),
    rng(14).split("a"),
  ].map((z) => z.uniform());
  expect(new Set(first).size).toBe(first.length);
});

test("uniforms are uniform and fill 53 bits", () => {
  const n = 100_000;
  const z = rng(21);
  const draws = Float64Array.from({ length: n }, () => z.uniform()).sort();
  let distance = 0;
  for (let i = 0; i < n; i++)
    distance = Math.max(distance, Math.abs(draws[i] - i / n), Math.abs(draws[i] - (i + 1) / n));
  // Kolmogorov: exceeded once in a thousand seeds at 1.95.
  expect(distance * Math.sqrt(n)).toBeLessThan(1.95);
  expect(draws[0]).toBeGreaterThanOrEqual(0);
  expect(draws[n - 1]).toBeLessThan(1);
  expect(draws.some((x) => (x * 2 ** 53) % 2 === 1)).toBe(true);
  expect(draws.every((x) => Number.isInteger(x * 2 ** 53))).toBe(true);
});

test.each([1, 2, 7, 64, 1797, 2 ** 21 + 1, 2 ** 32])("integers below %d are even over their range", (n) => {
  const z = rng(22);
  const bins = Math.min(n, 7);
  const counts = new Float64Array(bins);
  const draws = 70_000;
  let outside = 0;
  for (let k = 0; k < draws; k++) {
    const i = z.integer(n);
    if (!Number.isInteger(i) || i < 0 || i >= n) outside++;
    counts[Math.floor((i * bins) / n)]++;
  }
  expect(outside).toBe(0);
  let chiSquare = 0;
  for (let bin = 0; bin < bins; bin++) {
    const share = (Math.ceil(((bin + 1) * n) / bins) - Math.ceil((bin * n) / bins)) / n;
    chiSquare += (counts[bin] - draws * share) ** 2 / (draws * share);
  }
  expect(chiSquare).toBeLessThan(22.5); // six degrees of freedom: once in a thousand seeds
});

test("an integer below nothing is refused", () => {
  expect(() => rng(1).integer(0)).toThrow("integer(n) needs n from 1");
  expect(() => rng(1).integer(Number.NaN)).toThrow("integer(n) needs n from 1");
});

test("normals have the moments of a normal", () => {
  const n = 1_000_000;
  const x = new Float64Array(n);
  rng(31).normals(x);
  const moment = (power: number) => x.reduce((sum, xi) => sum + xi ** power, 0) / n;
  const scale = 4 / Math.sqrt(n); // four standard errors, each the root of E x^2p − (E x^p)²
  expect(Math.abs(moment(1))).toBeLessThan(scale);
  expect(Math.abs(moment(2) - 1)).toBeLessThan(scale * Math.sqrt(2));
  expect(Math.abs(moment(3))).toBeLessThan(scale * Math.sqrt(15));
  expect(Math.abs(moment(4) - 3)).toBeLessThan(scale * Math.sqrt(96));
  expect(Math.abs(moment(6) - 15)).toBeLessThan(scale * Math.sqrt(10395 - 225));
});

test("normals follow the normal distribution, tail and layers", () => {
  const n = 1_000_000;
  const x = new Float64Array(n);
  rng(32).normals(x);
  x.sort();
  let distance = 0;
  for (let i = 0; i < n; i++) {
    if (Math.abs(x[i]) > 5.5) continue; // where the series above loses its digits; a handful of draws in a million
    const p = normalDistribution(x[i]);
    distance = Math.max(distance, Math.abs(p - i / n), Math.abs(p - (i + 1) / n));
  }
  expect(distance * Math.sqrt(n)).toBeLessThan(1.95);
  // Beyond the last layer's edge, 4.0388, stand 5.37e-5 of all: 53.7 here, give or take four times its root.
  const beyond = x.filter((xi) => Math.abs(xi) > 4.038849846109505);
  expect(Math.abs(beyond.length - 1e6 * 2 * (1 - normalDistribution(4.038849846109505)))).toBeLessThan(4 * 7.4);
  expect(beyond.some((xi) => xi < 0) && beyond.some((xi) => xi > 0)).toBe(true);
});

test("a buffer of normals holds what single calls yield, and touches nothing outside its part", () => {
  const buffered = new Float64Array(2000).fill(7);
  const z = rng(33);
  z.normals(buffered, 5, 905);
  z.normals(buffered, 905, 1500);
  const single = rng(33);
  for (let i = 5; i < 1500; i++) expect(buffered[i]).toBe(single.normal());
  expect([...buffered.slice(0, 5), ...buffered.slice(1500)].every((x) => x === 7)).toBe(true);
  expect(z.uniform()).toBe(single.uniform());
});

test("streams are independent of their parent, of their siblings and of the next seed", () => {
  const n = 200_000;
  const parent = new Float64Array(n);
  rng(41).normals(parent);
  const others = [
    rng(41).split("replicate"),
    rng(41).split("replicate", 1),
    rng(41).split("replicate", 2),
    rng(41).split("replicatf"),
    rng(42),
  ].map((z) => {
    const x = new Float64Array(n);
    z.normals(x);
    return x;
  });
  const all = [parent, ...others];
  const limit = 4 / Math.sqrt(n); // four standard errors of a correlation that is zero
  for (let i = 0; i < all.length; i++)
    for (let j = 0; j < i; j++) {
      expect(Math.abs(correlation(all[i], all[j]))).toBeLessThan(limit);
      expect(Math.abs(correlation(all[i].subarray(1), all[j].subarray(0, n - 1)))).toBeLessThan(limit);
    }
});

test("first draws of a thousand neighbouring streams are spread like draws of one", () => {
  const root = rng(43);
  const n = 4000;
  const first = Float64Array.from({ length: n }, (_, i) => root.split("replicate", i).uniform()).sort();
  let distance = 0;
  for (let i = 0; i < n; i++)
    distance = Math.max(distance, Math.abs(first[i] - i / n), Math.abs(first[i] - (i + 1) / n));
  expect(distance * Math.sqrt(n)).toBeLessThan(1.95);
});
