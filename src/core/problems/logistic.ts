import { exp, log1p } from "../kernels/elementary.ts";
import { zeros, type Vector } from "../vector.ts";
import type { Model, Table } from "./exampleTable.ts";

/** Logistic regression of two classes: P(y = 1) = σ(Xw + b), mean cross-entropy. θ is w, then b. */
export function logisticModel({ inputs, X, y }: Table): Model {
  const dimension = inputs + 1;
  /** σ(z) − y and σ′(z) of the rows that ran forward. */
  let residual = zeros(0);
  let slope = zeros(0);
  const linear = (theta: Vector, row: number) => {
    let z = theta[inputs];
    for (let i = 0, x = row * inputs; i < inputs; i++, x++) z += X[x] * theta[i];
    return z;
  };
  /** out += weight x of one row. */
  const add = (row: number, weight: number, out: Vector) => {
    for (let i = 0, x = row * inputs; i < inputs; i++, x++) out[i] += weight * X[x];
    out[inputs] += weight;
  };
  return {
    dimension,
    owner: {},
    shapes: [[inputs], [1]],
    forward(theta, rows, count) {
      if (residual.length < count) {
        residual = zeros(count);
        slope = zeros(count);
      }
      let loss = 0;
      for (let b = 0; b < count; b++) {
        const z = linear(theta, rows[b]);
        const label = y[rows[b]];
        const small = exp(-Math.abs(z)); // at most 1, so that nothing overflows
        residual[b] = (z < 0 ? small : 1) / (1 + small) - label;
        slope[b] = small / (1 + small) ** 2;
        loss += log1p(small) + Math.max(z, 0) - label * z;
      }
      return loss / count;
    },
    gradient(_theta, rows, count, out) {
      out.fill(0);
      for (let b = 0; b < count; b++) add(rows[b], residual[b] / count, out);
    },
    meanSquare(_theta, rows, count, out) {
      out.fill(0);
      for (let b = 0; b < count; b++) {
        const weight = residual[b] ** 2 / count;
        for (let i = 0, x = rows[b] * inputs; i < inputs; i++, x++) out[i] += weight * X[x] ** 2;
        out[inputs] += weight;
      }
    },
    hessianVector(_theta, v, rows, count, out) {
      out.fill(0);
      for (let b = 0; b < count; b++) add(rows[b], (slope[b] * linear(v, rows[b])) / count, out);
    },
    correct(_rows, count) {
      let sum = 0;
      for (let b = 0; b < count; b++) if (Math.abs(residual[b]) < 0.5) sum++;
      return sum;
    },
  };
}
