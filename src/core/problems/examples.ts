import type { Rng } from "../rng.ts";
import { zeros, type Vector } from "../vector.ts";
import type { Batch, Examples, Gradient } from "./problem.ts";

/** Draws of rows with replacement, each row's gradient taken from the examples. */
export function drawExamples(dimension: number, examples: Examples): (z: Rng, batchSize: number) => Batch {
  const mean = zeros(dimension);
  const square = zeros(dimension);
  const one = zeros(dimension);
  let rows = new Int32Array(0);
  let at = mean;
  const gradient: Gradient = {
    mean,
    get meanSquare() {
      square.fill(0);
      for (const row of rows) {
        examples.gradient(at, row, one);
        for (let i = 0; i < dimension; i++) square[i] += one[i] ** 2 / rows.length;
      }
      return square;
    },
  };
  const batch: Batch = {
    loss(theta) {
      let sum = 0;
      for (const row of rows) sum += examples.loss(theta, row);
      return sum / rows.length;
    },
    gradient(theta) {
      at = theta.slice();
      mean.fill(0);
      for (const row of rows) {
        examples.gradient(theta, row, one);
        for (let i = 0; i < dimension; i++) mean[i] += one[i];
      }
      for (let i = 0; i < dimension; i++) mean[i] /= rows.length;
      return gradient;
    },
    hessianVector(theta, v, out) {
      out.fill(0);
      for (const row of rows) examples.addHessianVector(theta, row, v, 1 / rows.length, out);
      return out;
    },
  };
  return (z, batchSize) => {
    if (rows.length !== batchSize) rows = new Int32Array(batchSize);
    for (let b = 0; b < batchSize; b++) rows[b] = z.integer(examples.count);
    return batch;
  };
}

/** ∇L of all examples, written into `out`. */
export function wholeGradient(examples: Examples, theta: Vector, out: Vector): void {
  const one = zeros(theta.length);
  out.fill(0);
  for (let row = 0; row < examples.count; row++) {
    examples.gradient(theta, row, one);
    for (let i = 0; i < out.length; i++) out[i] += one[i];
  }
  for (let i = 0; i < out.length; i++) out[i] /= examples.count;
}
/** ∇²L of all examples (d × d, row-major), written into `out`. */
export function wholeHessian(examples: Examples, theta: Vector, out: Vector): void {
  const d = theta.length;
  const unit = zeros(d);
  out.fill(0);
  for (let i = 0; i < d; i++) {
    unit.fill(0);
    unit[i] = 1;
    const column = out.subarray(i * d, (i + 1) * d); // symmetric: columns are rows
    for (let row = 0; row < examples.count; row++)
      examples.addHessianVector(theta, row, unit, 1 / examples.count, column);
  }
}
/** Cov of one example's gradient about 0: mean ĝĝᵀ (d × d), written into `out`. At a minimum it is the covariance. */
export function wholeSecondMoment(examples: Examples, theta: Vector, out: Vector): void {
  const d = theta.length;
  const one = zeros(d);
  out.fill(0);
  for (let row = 0; row < examples.count; row++) {
    examples.gradient(theta, row, one);
    for (let i = 0; i < d; i++) for (let j = 0; j < d; j++) out[i * d + j] += (one[i] * one[j]) / examples.count;
  }
}
