import type { Examples } from "../../problems/problem.ts";
import type { Rng } from "../../rng.ts";
import { zeros, type Vector } from "../../vector.ts";

// The two second moments of a batch's gradient at one place: E[(mean)²] = g² + (m₂ − g²)/B, times (n − B)/(n − 1) in the second term
// when no row comes twice, and the mean of squares, m₂ whatever B.

export interface Moments {
  /** Mean gradient and mean square of all rows, by coordinate. */
  readonly g: Vector;
  readonly m2: Vector;
  readonly count: number;
  /** Each row's gradient, row-major. */
  readonly rows: Vector;
}
export function momentsAt(examples: Examples, w: Vector): Moments {
  const { count } = examples;
  const d = w.length;
  const [g, m2, one, rows] = [zeros(d), zeros(d), zeros(d), zeros(count * d)];
  for (let row = 0; row < count; row++) {
    examples.gradient(w, row, one);
    rows.set(one, row * d);
    for (let i = 0; i < d; i++) {
      g[i] += one[i] / count;
      m2[i] += (one[i] * one[i]) / count;
    }
  }
  return { g, m2, count, rows };
}
/** E[(mean)²] of coordinate i; NaN where there are fewer rows than a batch without replacement takes. */
export function squaredMean({ g, m2, count }: Omit<Moments, "rows">, i: number, B: number, replaced = true): number {
  const spread = (m2[i] - g[i] * g[i]) / B;
  if (replaced) return g[i] * g[i] + spread;
  return B > count ? NaN : g[i] * g[i] + (spread * (count - B)) / (count - 1);
}

/** Groups to leave out. */
export const groups = 64;
/** Of one group: draws, then by coordinate Σ(mean)², Σ mean of squares, Σ(mean)² without replacement. */
export const columnsOf = (d: number): number => 1 + 3 * d;

/** Numbers of rows that are read between two yields: fewer at first, until the loop is compiled, then half a millisecond's. */
const breath = { first: 4000, longest: 60_000 } as const;

export function* momentsUnit(it: Moments, B: number, draws: number, rng: Rng): Generator<Vector | undefined> {
  const { rows, count, g } = it;
  const d = g.length;
  const columns = columnsOf(d);
  const sums = zeros(groups * columns);
  const squares = rows.map((x) => x * x);
  const mean = zeros(d);
  const square = zeros(d);
  const order = Int32Array.from({ length: count }, (_, k) => k);
  const each = Math.ceil(draws / groups);
  let since = 0;
  let pause: number = breath.first;
  for (let group = 0; group < groups; group++) {
    const z = rng.split("group", group);
    const at = group * columns;
    sums[at] = each;
    square.fill(0);
    for (let k = 0; k < each; k++) {
      mean.fill(0);
      for (let b = 0; b < B; b++) {
        const row = z.integer(count) * d;
        for (let i = 0; i < d; i++) {
          mean[i] += rows[row + i];
          square[i] += squares[row + i];
        }
      }
      for (let i = 0; i < d; i++) sums[at + 1 + i] += (mean[i] / B) ** 2;
      mean.fill(0);
      for (let b = 0; b < B && B <= count; b++) {
        // The first B of a shuffle; the order left behind is as good a start as any.
        const other = b + z.integer(count - b);
        const row = order[other];
        order[other] = order[b];
        order[b] = row;
        for (let i = 0; i < d; i++) mean[i] += rows[row * d + i];
      }
      for (let i = 0; i < d; i++) sums[at + 1 + 2 * d + i] += B <= count ? (mean[i] / B) ** 2 : NaN;
      since += 2 * B * d;
      if (since > pause) {
        since = 0;
        pause = Math.min(2 * pause, breath.longest);
        yield undefined;
      }
    }
    for (let i = 0; i < d; i++) sums[at + 1 + d + i] = square[i] / B;
  }
  yield sums;
}
