import { zeros, type Vector } from "../vector.ts";
import type { Model, Table } from "./exampleTable.ts";
import { crossEntropy } from "./softmax.ts";

/** One hidden tanh layer: logits tanh(XW1 + b1) W2 + b2, mean cross-entropy. θ is W1, b1, W2, b2, each in × out, row-major. */
export function networkModel(table: Table, hidden: number): Model {
  const { inputs, classes: K, X, y } = table;
  const H = hidden;
  const atB1 = inputs * H;
  const atW2 = atB1 + H;
  const atB2 = atW2 + H * K;
  const dimension = atB2 + K;
  let h = zeros(0);
  let delta = zeros(0);
  const back = zeros(H);
  /** δ of the hidden layer of one row: (W2 δ) (1 − h²). */
  const hiddenDelta = (theta: Vector, b: number) => {
    for (let j = 0; j < H; j++) {
      let sum = 0;
      const w = atW2 + j * K;
      for (let k = 0; k < K; k++) sum += theta[w + k] * delta[b * K + k];
      back[j] = sum * (1 - h[b * H + j] ** 2);
    }
  };
  return {
    dimension,
    forward(theta, rows, count) {
      if (h.length < count * H) {
        h = zeros(count * H);
        delta = zeros(count * K);
      }
      let loss = 0;
      for (let b = 0; b < count; b++) {
        const x0 = rows[b] * inputs;
        const h0 = b * H;
        const d0 = b * K;
        for (let j = 0; j < H; j++) h[h0 + j] = theta[atB1 + j];
        for (let i = 0; i < inputs; i++) {
          const x = X[x0 + i];
          if (x === 0) continue;
          const w = i * H;
          for (let j = 0; j < H; j++) h[h0 + j] += x * theta[w + j];
        }
        for (let k = 0; k < K; k++) delta[d0 + k] = theta[atB2 + k];
        for (let j = 0; j < H; j++) {
          const out = (h[h0 + j] = Math.tanh(h[h0 + j]));
          const w = atW2 + j * K;
          for (let k = 0; k < K; k++) delta[d0 + k] += out * theta[w + k];
        }
        loss += crossEntropy(delta, d0, K, y[rows[b]]);
      }
      return loss / count;
    },
    gradient(theta, rows, count, out) {
      out.fill(0);
      for (let b = 0; b < count; b++) {
        hiddenDelta(theta, b);
        const x0 = rows[b] * inputs;
        const d0 = b * K;
        for (let i = 0; i < inputs; i++) {
          const x = X[x0 + i];
          if (x === 0) continue;
          const w = i * H;
          for (let j = 0; j < H; j++) out[w + j] += x * back[j];
        }
        for (let j = 0; j < H; j++) {
          out[atB1 + j] += back[j];
          const x = h[b * H + j];
          const w = atW2 + j * K;
          for (let k = 0; k < K; k++) out[w + k] += x * delta[d0 + k];
        }
        for (let k = 0; k < K; k++) out[atB2 + k] += delta[d0 + k];
      }
      for (let i = 0; i < dimension; i++) out[i] /= count;
    },
    meanSquare(theta, rows, count, out) {
      out.fill(0);
      for (let b = 0; b < count; b++) {
        hiddenDelta(theta, b);
        const x0 = rows[b] * inputs;
        const d0 = b * K;
        for (let i = 0; i < inputs; i++) {
          const x = X[x0 + i] ** 2;
          if (x === 0) continue;
          const w = i * H;
          for (let j = 0; j < H; j++) out[w + j] += x * back[j] ** 2;
        }
        for (let j = 0; j < H; j++) {
          out[atB1 + j] += back[j] ** 2;
          const x = h[b * H + j] ** 2;
          const w = atW2 + j * K;
          for (let k = 0; k < K; k++) out[w + k] += x * delta[d0 + k] ** 2;
        }
        for (let k = 0; k < K; k++) out[atB2 + k] += delta[d0 + k] ** 2;
      }
      for (let i = 0; i < dimension; i++) out[i] /= count;
    },
  };
}
