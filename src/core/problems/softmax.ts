import { zeros, type Vector } from "../vector.ts";
import type { Model, Table } from "./exampleTable.ts";

/**
 * Turns logits into probabilities less the label's one, δ = p − e_y, in place, for `classes` numbers from `from` on.
 * Returns the cross-entropy.
 */
export function crossEntropy(logits: Vector, from: number, classes: number, label: number): number {
  let top = -Infinity;
  for (let k = from; k < from + classes; k++) if (logits[k] > top) top = logits[k];
  const labelled = logits[from + label];
  let sum = 0;
  for (let k = from; k < from + classes; k++) sum += logits[k] = Math.exp(logits[k] - top);
  for (let k = from; k < from + classes; k++) logits[k] /= sum;
  logits[from + label] -= 1;
  return Math.log(sum) + top - labelled;
}

/**
 * Derivative of δ = p − e_y where the logits change by `tangent`: p ⊙ (t − p·t), in place of `tangent`, which has `classes`
 * numbers from 0 on; δ has them from `from` on.
 */
export function crossEntropyTangent(
  delta: Vector,
  from: number,
  classes: number,
  label: number,
  tangent: Vector,
): void {
  let mean = tangent[label];
  for (let k = 0; k < classes; k++) mean += delta[from + k] * tangent[k];
  for (let k = 0; k < classes; k++) tangent[k] = (delta[from + k] + (k === label ? 1 : 0)) * (tangent[k] - mean);
}

/** Whether the label is the likeliest class, the first among equals, for δ as `crossEntropy` leaves it. */
export function isLikeliest(delta: Vector, from: number, classes: number, label: number): boolean {
  const own = delta[from + label] + 1;
  for (let k = 0; k < classes; k++)
    if (k !== label && (delta[from + k] > own || (k < label && delta[from + k] === own))) return false;
  return true;
}

/** Softmax regression: logits XW + b, mean cross-entropy. θ is W (inputs × classes, row-major), then b. */
export function softmaxModel(table: Table, { bias }: { readonly bias: boolean }): Model {
  const { inputs, classes: K, X, y } = table;
  const weights = inputs * K;
  const dimension = weights + (bias ? K : 0);
  let delta = zeros(0);
  const tangent = zeros(K);
  /** Mean over the rows of x_i^power δ_k^power. */
  const moment = (rows: ArrayLike<number>, count: number, power: 1 | 2, out: Vector) => {
    out.fill(0);
    for (let b = 0; b < count; b++) {
      const x0 = rows[b] * inputs;
      const d0 = b * K;
      for (let i = 0; i < inputs; i++) {
        const x = power === 1 ? X[x0 + i] : X[x0 + i] ** 2;
        if (x === 0) continue;
        const w = i * K;
        if (power === 1) for (let k = 0; k < K; k++) out[w + k] += x * delta[d0 + k];
        else for (let k = 0; k < K; k++) out[w + k] += x * delta[d0 + k] ** 2;
      }
      if (bias) for (let k = 0; k < K; k++) out[weights + k] += delta[d0 + k] ** power;
    }
    for (let i = 0; i < dimension; i++) out[i] /= count;
  };
  /** XW + b of one row, written into `out` from `o0` on. */
  const logits = (theta: Vector, row: number, out: Vector, o0: number) => {
    const x0 = row * inputs;
    for (let k = 0; k < K; k++) out[o0 + k] = bias ? theta[weights + k] : 0;
    for (let i = 0; i < inputs; i++) {
      const x = X[x0 + i];
      if (x === 0) continue;
      const w = i * K;
      for (let k = 0; k < K; k++) out[o0 + k] += x * theta[w + k];
    }
  };
  return {
    dimension,
    shapes: bias ? [[inputs, K], [K]] : [[inputs, K]],
    forward(theta, rows, count) {
      if (delta.length < count * K) delta = zeros(count * K);
      let loss = 0;
      for (let b = 0; b < count; b++) {
        logits(theta, rows[b], delta, b * K);
        loss += crossEntropy(delta, b * K, K, y[rows[b]]);
      }
      return loss / count;
    },
    gradient: (_theta, rows, count, out) => moment(rows, count, 1, out),
    meanSquare: (_theta, rows, count, out) => moment(rows, count, 2, out),
    hessianVector(_theta, v, rows, count, out) {
      out.fill(0);
      for (let b = 0; b < count; b++) {
        logits(v, rows[b], tangent, 0);
        crossEntropyTangent(delta, b * K, K, y[rows[b]], tangent);
        const x0 = rows[b] * inputs;
        for (let i = 0; i < inputs; i++) {
          const x = X[x0 + i];
          if (x === 0) continue;
          for (let k = 0; k < K; k++) out[i * K + k] += x * tangent[k];
        }
        if (bias) for (let k = 0; k < K; k++) out[weights + k] += tangent[k];
      }
      for (let i = 0; i < dimension; i++) out[i] /= count;
    },
    correct(rows, count) {
      let sum = 0;
      for (let b = 0; b < count; b++) if (isLikeliest(delta, b * K, K, y[rows[b]])) sum++;
      return sum;
    },
  };
}
