import { findOptimizer } from "../../optimizers/index.ts";
import type { Batch } from "../../problems/problem.ts";
import { zeros, type Vector } from "../../vector.ts";
import type { Exponents, Numbers, Rule } from "./rules.ts";
import { converted } from "./rules.ts";

/** Least squares whose batches come in file order, round and round: no random numbers. */
export interface Rows {
  readonly X: Vector;
  readonly y: Vector;
  readonly count: number;
  readonly d: number;
  readonly ridge: number;
}
export interface Course {
  readonly rows: Rows;
  readonly start: Vector;
  readonly steps: number;
  readonly batch: number;
}
/** Rows worked off between two looks at the clock. */
const atOnce = 2000;

/** Batches of the loss a L, its parameters ψ = cφ each in its own unit. */
function batches({ rows: { X, y, count, d, ridge }, batch }: Course, c: Vector, a: number) {
  const mean = zeros(d);
  const meanSquare = zeros(d);
  const gradient = { mean, meanSquare };
  let first = 0;
  const it: Batch = {
    loss: () => NaN,
    gradient(w) {
      mean.fill(0);
      meanSquare.fill(0);
      for (let b = 0; b < batch; b++) {
        const row = (first + b) % count;
        let residual = -y[row];
        for (let i = 0, x = row * d; i < d; i++, x++) residual += X[x] * (w[i] / c[i]);
        for (let i = 0, x = row * d; i < d; i++, x++) {
          const g = (a / c[i]) * (residual * X[x] + ridge * (w[i] / c[i]));
          mean[i] += g / batch;
          meanSquare[i] += (g * g) / batch;
        }
      }
      return gradient;
    },
  };
  return (t: number): Batch => {
    first = (t - 1) * batch;
    return it;
  };
}

/** Parameters after every step, in the old units (ψ/c); yields now and then. */
export function* trajectory(
  course: Course,
  optimizer: string,
  h: Numbers,
  c: Vector,
  a: number,
): Generator<undefined, Vector> {
  const { steps, start, rows, batch } = course;
  const { d } = rows;
  const it = findOptimizer(optimizer)!;
  const theta = start.map((x, i) => c[i] * x);
  const state = it.init(theta, [[d]], h);
  const of = batches(course, c, a);
  const path = zeros(steps * d);
  const pause = Math.max(1, Math.floor(atOnce / batch));
  for (let t = 1; t <= steps; t++) {
    it.step(of(t), theta, state, t, h);
    for (let i = 0; i < d; i++) path[(t - 1) * d + i] = theta[i] / c[i];
    if (t % pause === 0 || t === steps) yield undefined;
  }
  return path;
}
/** Largest way of a coordinate from the start. */
export function reach({ start, rows: { d } }: Course, path: Vector): number {
  let most = 0;
  for (let k = 0; k < path.length; k++) {
    const x = Math.abs(path[k] - start[k % d]);
    if (!(x <= most)) most = x; // what is not a number is as far as can be
  }
  return most;
}
/** How far apart two runs are after every step, in ways of the first. */
export function distances(course: Course, base: Vector, other: Vector): Vector {
  const { d } = course.rows;
  const scale = reach(course, base);
  return zeros(course.steps).map((_, t) => {
    let most = 0;
    for (let i = t * d; i < (t + 1) * d; i++) most = Math.max(most, Math.abs(other[i] - base[i]));
    return most / scale;
  });
}
/** The largest of them: 0 where a change of units changes nothing. */
export const violation = (course: Course, base: Vector, other: Vector): number =>
  distances(course, base, other).reduce((most, x) => Math.max(most, x), 0);

/** Exponents that are tried. */
const tried = { p: [0, 1, 2], q: [-1, 0, 1], r: [0, 1, 2] } as const;

/**
 * Exponents p, q, r, found by trying: those whose run stays nearest under other parameters alone, then under another loss
 * alone. r must serve in both.
 */
export function* search(
  course: Course,
  rule: Rule,
  base: Vector,
  c: number,
  a: number,
): Generator<undefined, Exponents> {
  const d = course.rows.d;
  const off = function* (factors: readonly [number, number], exponents: Exponents): Generator<undefined, number> {
    const [by, loss] = factors;
    const h = converted(rule, by, loss, exponents);
    const path = yield* trajectory(course, rule.optimizer, h, zeros(d).fill(by), loss);
    const apart = violation(course, base, path);
    return Number.isNaN(apart) ? Infinity : apart;
  };
  let best: Exponents = [0, 0, 0];
  let least = Infinity;
  for (const r of tried.r) {
    const byR: { p: number; q: number; worst: number } = { p: 0, q: 0, worst: 0 };
    for (const name of ["p", "q"] as const) {
      let own = Infinity;
      for (const n of tried[name]) {
        const apart = yield* name === "p" ? off([c, 1], [n, 0, r]) : off([1, a], [0, n, r]);
        if (apart < own) [own, byR[name]] = [apart, n];
      }
      byR.worst = Math.max(byR.worst, own);
    }
    if (byR.worst < least) [least, best] = [byR.worst, [byR.p, byR.q, r]];
  }
  return best;
}
