import type { Hyperparameter } from "../../protocol/index.ts";
import { activations, layersOf, slope, type Activation } from "../kernels/layers.ts";
import { passesOver } from "../kernels/passes.ts";
import type { Rng } from "../rng.ts";
import { zeros, type Vector } from "../vector.ts";
import type { Model, Table } from "./exampleTable.ts";
import { add, addOuter, addOuterWeights, affineRow, backTangent, backwards } from "./layer.ts";
import { crossEntropyTangent, isLikeliest } from "./crossEntropy.ts";

export interface NetworkOptions {
  readonly activation?: Activation;
  /** Whether layers have biases. */
  readonly bias?: boolean;
}

/**
 * A network of the given sizes (inputs, hidden …, classes): logits f(… f(XW1 + b1) …) W + b, mean cross-entropy. θ is W1
 * (in × out, row-major), b1, W2, b2 … Without hidden layers it is softmax regression.
 */
export function networkModel(
  table: Table,
  sizes: readonly number[],
  { activation = "tanh", bias = true }: NetworkOptions = {},
): Model {
  const { X, y, inputs } = table;
  const layers = layersOf(sizes, bias);
  const last = layers.length - 1;
  const { outputs: K, end: dimension } = layers[last];
  const passes = passesOver(table, layers, activation);
  const steep = slope[activation];
  /** Of one row: by layer, ∂loss/∂z, the change of its outputs along v, and the change of ∂loss/∂z along v. */
  const [back, tangent, tangentBack] = [0, 1, 2].map(() => layers.map(({ outputs }) => zeros(outputs)));

  /** Changes of every layer's outputs in row b as θ moves along v, the last one's as changes of δ. */
  const forwardTangent = (theta: Vector, v: Vector, row: number, b: number) => {
    affineRow(layers[0], v, X, row * inputs, tangent[0]);
    for (let l = 0; l < last; l++) {
      const { numbers: a, stride } = passes.values(l);
      const t = tangent[l];
      for (let j = 0; j < t.length; j++) t[j] *= steep(a[b * stride + j]);
      affineRow(layers[l + 1], v, a, b * stride, tangent[l + 1]);
      add(layers[l + 1], theta, t, 0, tangent[l + 1]);
    }
    const { numbers: delta, stride } = passes.values(last);
    crossEntropyTangent(delta, b * stride, K, y[row], tangent[last]);
  };

  return {
    dimension,
    owner: passes.owner,
    shapes: layers.flatMap(({ inputs: n, outputs }) => (bias ? [[n, outputs], [outputs]] : [[n, outputs]])),
    forward: (theta, rows, count) => passes.forward(theta, rows, count),
    gradient: (theta, _rows, count, out) => passes.gradient(theta, count, out),
    meanSquare: (theta, _rows, count, out) => passes.meanSquare(theta, count, out),
    // Pearlmutter 1994, "Fast Exact Multiplication by the Hessian": the derivative along v of every line of the gradient
    hessianVector(theta, v, rows, count, out) {
      out.fill(0);
      for (let b = 0; b < count; b++) {
        forwardTangent(theta, v, rows[b], b);
        const top = passes.values(last);
        let delta = top.numbers;
        let d0 = b * top.stride;
        let change = tangent[last];
        for (let l = last; l > 0; l--) {
          const layer = layers[l];
          const below = passes.values(l - 1);
          const b0 = b * below.stride;
          const a = below.numbers;
          addOuter(layer, a, b0, change, 0, out);
          addOuterWeights(layer, tangent[l - 1], delta, d0, out);
          const t = tangent[l - 1];
          backTangent(layer, activation, theta, v, delta, d0, change, a, b0, t, tangentBack[l - 1]);
          backwards(layer, activation, theta, delta, d0, a, b0, back[l - 1]);
          delta = back[l - 1];
          d0 = 0;
          change = tangentBack[l - 1];
        }
        addOuter(layers[0], X, rows[b] * inputs, change, 0, out);
      }
      for (let i = 0; i < dimension; i++) out[i] /= count;
    },
    correct(rows, count) {
      const { numbers: delta, stride } = passes.values(last);
      let sum = 0;
      for (let b = 0; b < count; b++) if (isLikeliest(delta, b * stride, K, y[rows[b]])) sum++;
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

/** The choice of f, for problems that are networks. */
export const activationChoice = {
  symbol: "f",
  label: "activation",
  meaning: "What hidden units make of their sums.",
  default: 0,
  range: [0, activations.length - 1],
  scale: "choice",
  choices: activations,
} as const satisfies Hyperparameter;
/** By the knob, which need not be there. */
export const activationAt = (index: number | undefined): Activation => activations[index ?? 0];
