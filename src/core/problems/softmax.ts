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

/** Softmax regression: logits XW + b, mean cross-entropy, and l2/2 |θ|² of all parameters. θ is W (inputs × classes, row-major), then b. */
export function softmaxModel(table: Table, { l2, bias }: { readonly l2: number; readonly bias: boolean }): Model {
  const { inputs, classes: K, X, y } = table;
  const weights = inputs * K;
  const dimension = weights + (bias ? K : 0);
  let delta = zeros(0);
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
  let average: Vector | undefined;
  return {
    dimension,
    forward(theta, rows, count) {
      if (delta.length < count * K) delta = zeros(count * K);
      let loss = 0;
      for (let b = 0; b < count; b++) {
        const d0 = b * K;
        const x0 = rows[b] * inputs;
        for (let k = 0; k < K; k++) delta[d0 + k] = bias ? theta[weights + k] : 0;
        for (let i = 0; i < inputs; i++) {
          const x = X[x0 + i];
          if (x === 0) continue;
          const w = i * K;
          for (let k = 0; k < K; k++) delta[d0 + k] += x * theta[w + k];
        }
        loss += crossEntropy(delta, d0, K, y[rows[b]]);
      }
      loss /= count;
      if (l2 !== 0) {
        let sum = 0;
        for (let i = 0; i < dimension; i++) sum += theta[i] ** 2;
        loss += (l2 / 2) * sum;
      }
      return loss;
    },
    gradient(theta, rows, count, out) {
      moment(rows, count, 1, out);
      if (l2 !== 0) for (let i = 0; i < dimension; i++) out[i] += l2 * theta[i];
    },
    meanSquare(theta, rows, count, out) {
      moment(rows, count, 2, out);
      if (l2 === 0) return;
      average ??= zeros(dimension);
      moment(rows, count, 1, average);
      // the decay adds the same l2 θ to every row's gradient
      for (let i = 0; i < dimension; i++) out[i] += 2 * l2 * theta[i] * average[i] + (l2 * theta[i]) ** 2;
    },
  };
}
