import { power } from "../../kernels/elementary.ts";
import { zeros, type Vector } from "../../vector.ts";
import type { Correction } from "./averages.ts";

/** Least squares whose batches come in file order, round and round: no random numbers. */
export interface Rows {
  readonly X: Vector;
  readonly y: Vector;
  readonly count: number;
  readonly d: number;
  readonly ridge: number;
  /** Where the loss is least, and its Hessian. */
  readonly minimum: Vector;
  readonly H: Vector;
  /** Where runs begin. */
  readonly start: Vector;
}
export interface Rule {
  readonly batch: number;
  readonly steps: number;
  /** Windows of the first and of the second moment, in steps. */
  readonly Ng: number;
  readonly Ns: number;
  readonly correction: Correction;
}

/** Mean gradient of the t-th batch, t from 1. */
export function batchGradient({ X, y, count, d, ridge }: Rows, batch: number, t: number, w: Vector, out: Vector): void {
  out.fill(0);
  for (let b = 0; b < batch; b++) {
    const row = ((t - 1) * batch + b) % count;
    let residual = -y[row];
    for (let i = 0, x = row * d; i < d; i++, x++) residual += X[x] * w[i];
    residual /= batch;
    for (let i = 0, x = row * d; i < d; i++, x++) out[i] += residual * X[x];
  }
  for (let i = 0; i < d; i++) out[i] += ridge * w[i];
}
/** Full loss above its minimum at w. */
export function excessAt({ minimum, H, d }: Rows, w: Vector): number {
  let sum = 0;
  for (let i = 0; i < d; i++) {
    let along = 0;
    for (let j = 0; j < d; j++) along += H[i * d + j] * (w[j] - minimum[j]);
    sum += (w[i] - minimum[i]) * along;
  }
  return sum / 2;
}

/** By step: shares of the newest gradient and of its square in their averages, and what those are multiplied with. */
const perStep = 4;
export function sharesOf({ steps, Ng, Ns, correction }: Rule): Vector {
  const out = zeros(perStep * steps);
  for (let t = 1, at = 0; t <= steps; t++, at += perStep) {
    out[at] = correction === 0 ? 1 / Math.min(Ng, t) : 1 / Ng;
    out[at + 1] = correction === 0 ? 1 / Math.min(Ns, t) : 1 / Ns;
    out[at + 2] = correction === 1 ? 1 / (1 - power(1 - 1 / Ng, t)) : 1;
    out[at + 3] = correction === 1 ? 1 / (1 - power(1 - 1 / Ns, t)) : 1;
  }
  return out;
}

/**
 * Mean excess over the last iterates of Adam from the start, w ← w − η m/(√s + ε), at each of some rates; Infinity where it has left.
 * Rates step side by side, so that no number waits for the one before: a third of the time that one after the other takes.
 */
export function settledExcesses(
  rows: Rows,
  rule: Rule,
  etas: Vector,
  epsilon: number,
  last: number,
  shares = sharesOf(rule),
): Vector {
  const { batch, steps } = rule;
  const { X, y, count, d, ridge, start } = rows;
  const n = etas.length;
  const [w, g, m, s] = [zeros(d * n), zeros(d * n), zeros(d * n), zeros(d * n)];
  for (let i = 0; i < d; i++) w.fill(start[i], i * n, (i + 1) * n);
  const residual = zeros(n);
  const one = zeros(d);
  const sums = zeros(n);
  for (let t = 1; t <= steps; t++) {
    g.fill(0);
    for (let b = 0; b < batch; b++) {
      const row = ((t - 1) * batch + b) % count;
      residual.fill(-y[row]);
      for (let i = 0, at = 0; i < d; i++) {
        const x = X[row * d + i];
        for (let k = 0; k < n; k++, at++) residual[k] += x * w[at];
      }
      for (let k = 0; k < n; k++) residual[k] /= batch;
      for (let i = 0, at = 0; i < d; i++) {
        const x = X[row * d + i];
        for (let k = 0; k < n; k++, at++) g[at] += residual[k] * x;
      }
    }
    const from = perStep * (t - 1);
    const a = shares[from];
    const b = shares[from + 1];
    const first = shares[from + 2];
    const second = shares[from + 3];
    for (let i = 0, at = 0; i < d; i++)
      for (let k = 0; k < n; k++, at++) {
        const slope = g[at] + ridge * w[at];
        m[at] += a * (slope - m[at]);
        s[at] += b * (slope * slope - s[at]);
        w[at] -= (etas[k] * m[at] * first) / (Math.sqrt(s[at] * second) + epsilon);
      }
    for (let k = 0; k < n; k++) if (!(Math.abs(w[k]) < 1e100)) sums[k] = Infinity;
    if (t <= steps - last) continue;
    for (let k = 0; k < n; k++) {
      for (let i = 0; i < d; i++) one[i] = w[i * n + k];
      if (sums[k] < Infinity) sums[k] += excessAt(rows, one);
    }
  }
  return sums.map((sum) => sum / last);
}
/** The same at one rate. */
export const settledExcess = (...[rows, rule, eta, ...rest]: OneRate): number =>
  settledExcesses(rows, rule, Float64Array.of(eta), ...rest)[0];
type OneRate = [rows: Rows, rule: Rule, eta: number, epsilon: number, last: number, shares?: Vector];

/** Parameters along a run with one correction, and the squared batch gradients it met. */
export function trajectory(rows: Rows, rule: Rule, eta: number, epsilon: number): { w: Vector; squares: Vector } {
  const { batch, steps } = rule;
  const { d } = rows;
  const shares = sharesOf(rule);
  const [now, g, m, s] = [rows.start.slice(), zeros(d), zeros(d), zeros(d)];
  const w = zeros(steps * d);
  const squares = zeros(steps * d);
  for (let t = 1; t <= steps; t++) {
    batchGradient(rows, batch, t, now, g);
    const [a, b, first, second] = shares.subarray(perStep * (t - 1));
    for (let i = 0; i < d; i++) {
      squares[(t - 1) * d + i] = g[i] * g[i];
      m[i] += a * (g[i] - m[i]);
      s[i] += b * (g[i] * g[i] - s[i]);
      now[i] -= (eta * m[i] * first) / (Math.sqrt(s[i] * second) + epsilon);
      w[(t - 1) * d + i] = now[i];
    }
  }
  return { w, squares };
}

/** How far apart the corrections are along one stream of gradients, and in where they lead. */
export function onStream(rows: Rows, rule: Omit<Rule, "correction">, eta: number, epsilon: number) {
  const { d } = rows;
  const { steps, Ns } = rule;
  const run = (correction: Correction) => trajectory(rows, { ...rule, correction }, eta, epsilon);
  const [min, kb, none] = [run(0), run(1), run(2)];
  // s of both averages, fed with the squares of the published run.
  const [a, b] = [zeros(d), zeros(d)];
  const gap = zeros(steps);
  let [largest, at] = [0, 0];
  for (let t = 1; t <= steps; t++) {
    const correction = 1 - power(1 - 1 / Ns, t);
    for (let i = 0; i < d; i++) {
      const square = kb.squares[(t - 1) * d + i];
      a[i] += (square - a[i]) / Math.min(Ns, t);
      b[i] += (square - b[i]) / Ns;
      gap[t - 1] = Math.max(gap[t - 1], a[i] === 0 ? 0 : Math.abs(b[i] / correction / a[i] - 1));
    }
    if (gap[t - 1] > largest) [largest, at] = [gap[t - 1], t];
  }
  const span = (v: Vector) => v.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
  const apart = (v: Vector) => span(v.map((x, k) => x - kb.w[k])) / span(kb.w);
  const end = (v: Vector) => [...v.subarray((steps - 1) * d)];
  return {
    gap,
    max_rel_s: largest,
    argmax_t: at,
    max_param_gap_min_kb: apart(min.w),
    max_param_gap_none_kb: apart(none.w),
    final: { min: end(min.w), kb: end(kb.w), none: end(none.w) },
  };
}
