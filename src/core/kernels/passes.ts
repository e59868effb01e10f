import { zeros, type Vector } from "../vector.ts";
import { activate, affine, backward, crossEntropy, descend, outer } from "./dense.ts";
import type { Activation, Layer } from "./layers.ts";

/** Inputs by row, and a class for each row. */
export interface LabelledRows {
  readonly rows: number;
  readonly inputs: number;
  /** rows × inputs, row-major. */
  readonly X: Vector;
  readonly y: Uint8Array;
}
/** Whose values are held: another batch, or another model in the same memory, may have overwritten them. */
export interface Owner {
  holder?: unknown;
}
/** Numbers of a layer: those of row b from b · stride on. */
export interface LayerValues {
  readonly numbers: Vector;
  readonly stride: number;
}

/**
 * Passes of a dense network over rows of a table, with cross-entropy at the end. All but `forward` are asked at the θ and the
 * rows that ran forward last, while `owner` says that none ran since.
 */
export interface Passes {
  readonly owner: Owner;
  /** Runs the rows forward, keeps what the others need, and returns the mean loss. */
  forward(theta: Vector, rows: ArrayLike<number>, count: number): number;
  /** Mean gradient. */
  gradient(theta: Vector, count: number, out: Vector): void;
  /** Mean of each row's squared gradient. */
  meanSquare(theta: Vector, count: number, out: Vector): void;
  /** What layer l gave: f(z), or of the last one δ = p − e_y. Valid until the next pass. */
  values(l: number): LayerValues;
}

/** Without compiled kernels. */
export function plainPasses(table: LabelledRows, layers: readonly Layer[], activation: Activation): Passes {
  const { X, y, inputs } = table;
  const last = layers.length - 1;
  const classes = layers[last].outputs;
  const none = zeros(0);
  let room = 0;
  /** By layer: its values, ∂loss/∂z (of the last one the same vector), and where its inputs' rows begin. */
  let values: Vector[] = layers.map(() => none);
  let deltas = values;
  let places = layers.map(() => new Int32Array(0));
  let squarePlaces = new Int32Array(0);
  let known = false; // deltas of the rows that ran forward
  let packed = none;
  let squares = none;
  let squaredDelta = none;

  const enlarge = (count: number) => {
    room = count;
    values = layers.map(({ outputs }) => zeros(count * outputs));
    deltas = values.map((of, l) => (l === last ? of : zeros(of.length)));
    squarePlaces = new Int32Array(count);
    packed = zeros(4 * count);
    places = layers.map((layer) => Int32Array.from({ length: count }, (_, b) => b * layer.inputs));
  };
  const descendAll = (theta: Vector, count: number) => {
    if (known) return;
    known = true;
    for (let l = last; l > 0; l--) {
      backward(layers[l], theta, deltas[l], count, deltas[l - 1]);
      descend(activation, values[l - 1], count * layers[l].inputs, deltas[l - 1]);
    }
  };
  return {
    owner: {},
    forward(theta, rows, count) {
      if (room < count) enlarge(count);
      known = false;
      for (let b = 0; b < count; b++) places[0][b] = rows[b] * inputs;
      for (let l = 0; l <= last; l++) {
        affine(layers[l], theta, l === 0 ? X : values[l - 1], places[l], count, values[l]);
        if (l < last) activate(activation, values[l], count * layers[l].outputs);
      }
      let loss = 0;
      for (let b = 0; b < count; b++) loss += crossEntropy(values[last], b * classes, classes, y[rows[b]]);
      return loss / count;
    },
    gradient(theta, count, out) {
      descendAll(theta, count);
      layers.forEach((layer, l) => {
        outer(layer, l === 0 ? X : values[l - 1], places[l], deltas[l], count, 1 / count, packed, out);
      });
    },
    // One row's gradient is xᵀδ, its square that of the squares.
    meanSquare(theta, count, out) {
      descendAll(theta, count);
      for (let l = 0; l <= last; l++) {
        const { inputs: n, outputs } = layers[l];
        if (squares.length < count * n) squares = zeros(count * n);
        if (squaredDelta.length < count * outputs) squaredDelta = zeros(count * outputs);
        const x = l === 0 ? X : values[l - 1];
        for (let b = 0; b < count; b++) {
          const at = places[l][b];
          for (let i = 0; i < n; i++) squares[b * n + i] = x[at + i] * x[at + i];
          squarePlaces[b] = b * n;
        }
        for (let k = 0; k < count * outputs; k++) squaredDelta[k] = deltas[l][k] * deltas[l][k];
        outer(layers[l], squares, squarePlaces, squaredDelta, count, 1 / count, packed, out);
      }
    },
    values: (l) => ({ numbers: values[l], stride: layers[l].outputs }),
  };
}
