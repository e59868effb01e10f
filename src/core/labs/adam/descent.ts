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
    for (let i = 0, x = row * d; i < d; i++, x++) out[i] += (residual * X[x]) / batch;
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

/** Mean excess over the last iterates of Adam from the start, w ← w − η m/(√s + ε); Infinity where it has left. */
export function settledExcess(rows: Rows, rule: Rule, eta: number, epsilon: number, last: number): number {
  const { batch, steps, Ng, Ns, correction } = rule;
  const { d } = rows;
  const [w, g, m, s] = [rows.start.slice(), zeros(d), zeros(d), zeros(d)];
  let sum = 0;
  for (let t = 1; t <= steps; t++) {
    batchGradient(rows, batch, t, w, g);
    const [first, second] = corrected(rule, t);
    const a = correction === 0 ? 1 / Math.min(Ng, t) : 1 / Ng;
    const b = correction === 0 ? 1 / Math.min(Ns, t) : 1 / Ns;
    for (let i = 0; i < d; i++) {
      m[i] += a * (g[i] - m[i]);
      s[i] += b * (g[i] * g[i] - s[i]);
      w[i] -= (eta * m[i] * first) / (Math.sqrt(s[i] * second) + epsilon);
    }
    if (!(Math.abs(w[0]) < 1e100)) return Infinity;
    if (t > steps - last) sum += excessAt(rows, w);
  }
  return sum / last;
}
/** What the averages are multiplied with in step t. */
function corrected({ Ng, Ns, correction }: Rule, t: number): [number, number] {
  if (correction !== 1) return [1, 1];
  return [1 / (1 - power(1 - 1 / Ng, t)), 1 / (1 - power(1 - 1 / Ns, t))];
}

/** Parameters along a run with one correction, and the squared batch gradients it met. */
export function trajectory(rows: Rows, rule: Rule, eta: number, epsilon: number): { w: Vector; squares: Vector } {
  const { batch, steps, Ng, Ns, correction } = rule;
  const { d } = rows;
  const [now, g, m, s] = [rows.start.slice(), zeros(d), zeros(d), zeros(d)];
  const w = zeros(steps * d);
  const squares = zeros(steps * d);
  for (let t = 1; t <= steps; t++) {
    batchGradient(rows, batch, t, now, g);
    const [first, second] = corrected(rule, t);
    const a = correction === 0 ? 1 / Math.min(Ng, t) : 1 / Ng;
    const b = correction === 0 ? 1 / Math.min(Ns, t) : 1 / Ns;
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
