import type { Rng } from "../rng.ts";
import { zeros, type Vector } from "../vector.ts";
import type { Model, Table } from "./exampleTable.ts";
import { add, affine, backTangent, backwards, layersOf, outer, outerSquare, outerWeights } from "./layer.ts";
import { crossEntropy, crossEntropyTangent, isLikeliest } from "./softmax.ts";

/**
 * A tanh network of the given sizes (inputs, hidden …, classes): logits tanh(… tanh(XW1 + b1) …) W + b, mean cross-entropy.
 * θ is W1 (in × out, row-major), b1, W2, b2 …
 */
export function networkModel(table: Table, sizes: readonly number[]): Model {
  const { X, y, inputs } = table;
  const layers = layersOf(sizes);
  const last = layers.length - 1;
  const K = layers[last].outputs;
  const { end: dimension } = layers[last];
  /** By layer, rows × outputs of the rows that ran forward: tanh of the hidden ones, δ = p − e_y of the last. */
  let values = layers.map(() => zeros(0));
  let room = 0;
  /** Of one row: by layer, ∂loss/∂z, the change of its outputs along v, and the change of ∂loss/∂z along v. */
  const [back, tangent, tangentBack] = [0, 1, 2].map(() => layers.map(({ outputs }) => zeros(outputs)));

  /** Goes from the last layer to the first with the ∂loss/∂z of row b, and adds up what `put` makes of it. */
  const backward = (theta: Vector, rows: ArrayLike<number>, count: number, put: typeof outer, out: Vector) => {
    out.fill(0);
    for (let b = 0; b < count; b++) {
      let delta = values[last];
      let d0 = b * K;
      for (let l = last; l > 0; l--) {
        const below = values[l - 1];
        const b0 = b * layers[l].inputs;
        put(layers[l], below, b0, delta, d0, out);
        backwards(layers[l], theta, delta, d0, below, b0, back[l - 1]);
        delta = back[l - 1];
        d0 = 0;
      }
      put(layers[0], X, rows[b] * inputs, delta, d0, out);
    }
    for (let i = 0; i < dimension; i++) out[i] /= count;
  };
  /** Changes of every layer's outputs in row b as θ moves along v, the last one's as changes of δ. */
  const forwardTangent = (theta: Vector, v: Vector, row: number, b: number) => {
    affine(layers[0], v, X, row * inputs, tangent[0], 0);
    for (let l = 0; l < last; l++) {
      const n = layers[l].outputs;
      const a = values[l];
      const t = tangent[l];
      for (let j = 0; j < n; j++) t[j] *= 1 - a[b * n + j] ** 2;
      affine(layers[l + 1], v, a, b * n, tangent[l + 1], 0);
      add(layers[l + 1], theta, t, tangent[l + 1]);
    }
    crossEntropyTangent(values[last], b * K, K, y[row], tangent[last]);
  };

  return {
    dimension,
    shapes: layers.flatMap(({ inputs: n, outputs }) => [[n, outputs], [outputs]]),
    forward(theta, rows, count) {
      if (room < count) {
        room = count;
        values = layers.map(({ outputs }) => zeros(count * outputs));
      }
      let loss = 0;
      for (let b = 0; b < count; b++) {
        affine(layers[0], theta, X, rows[b] * inputs, values[0], b * layers[0].outputs);
        for (let l = 0; l < last; l++) {
          const n = layers[l].outputs;
          const a = values[l];
          for (let j = b * n; j < (b + 1) * n; j++) a[j] = Math.tanh(a[j]);
          affine(layers[l + 1], theta, a, b * n, values[l + 1], b * layers[l + 1].outputs);
        }
        loss += crossEntropy(values[last], b * K, K, y[rows[b]]);
      }
      return loss / count;
    },
    gradient: (theta, rows, count, out) => backward(theta, rows, count, outer, out),
    meanSquare: (theta, rows, count, out) => backward(theta, rows, count, outerSquare, out),
    // Pearlmutter 1994, "Fast Exact Multiplication by the Hessian": the derivative along v of every line of the gradient
    hessianVector(theta, v, rows, count, out) {
      out.fill(0);
      for (let b = 0; b < count; b++) {
        forwardTangent(theta, v, rows[b], b);
        let delta = values[last];
        let d0 = b * K;
        let change = tangent[last];
        for (let l = last; l > 0; l--) {
          const layer = layers[l];
          const below = values[l - 1];
          const b0 = b * layer.inputs;
          outer(layer, below, b0, change, 0, out);
          outerWeights(layer, tangent[l - 1], delta, d0, out);
          backTangent(layer, theta, v, delta, d0, change, below, b0, tangent[l - 1], tangentBack[l - 1]);
          backwards(layer, theta, delta, d0, below, b0, back[l - 1]);
          delta = back[l - 1];
          d0 = 0;
          change = tangentBack[l - 1];
        }
        outer(layers[0], X, rows[b] * inputs, change, 0, out);
      }
      for (let i = 0; i < dimension; i++) out[i] /= count;
    },
    correct(rows, count) {
      let sum = 0;
      for (let b = 0; b < count; b++) if (isLikeliest(values[last], b * K, K, y[rows[b]])) sum++;
      return sum;
    },
  };
}

/** Weights normal with deviation 1/√(fan-in), biases zero. */
export function networkStart(sizes: readonly number[], rng: Rng): Vector {
  const layers = layersOf(sizes);
  const start = zeros(layers[layers.length - 1].end);
  rng.normals(start);
  for (const { inputs, weights, biases, end } of layers) {
    for (let i = weights; i < biases; i++) start[i] /= Math.sqrt(inputs);
    start.fill(0, biases, end);
  }
  return start;
}
