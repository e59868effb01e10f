import type { Vector } from "../vector.ts";
import type { Activation, Layer } from "./layers.ts";
import { memoryOf, type Plan, type TableMemory } from "./tableMemory.ts";

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

/** Passes in this thread's memory of the table. */
export function passesOver(table: LabelledRows, layers: readonly Layer[], activation: Activation): Passes {
  const memory = memoryOf(table);
  const last = layers.length - 1;
  const activate = activation === "tanh" ? "tanh" : "relu";
  const descend = activation === "tanh" ? "descendTanh" : "descendRelu";
  let known = false; // deltas of the rows that ran forward

  /** Rows from … to − 1 of the batch, from the layer that follows the inputs to the last; the sum of losses goes on. */
  const forwardChunk = (plan: Plan, from: number, to: number, sum: number): number => {
    for (let l = 0; l <= last; l++) {
      const { layer, wide, weights, bias, values } = plan.places[l];
      const { x, rows, stride } = inputsOf(plan, l);
      memory.kernels.affine(x, rows, stride, layer.inputs, wide, weights, bias, values, from, to);
      if (l < last) memory.kernels[activate](values + from * wide, values + to * wide);
    }
    const { values, wide } = plan.places[last];
    return memory.kernels.crossEntropy(values, wide, memory.labels, plan.rows, from, to, sum);
  };
  const backwardChunk = ({ places, ranks, zeros }: Plan, from: number, to: number) => {
    for (let l = last; l > 0; l--) {
      const { layer, wide, delta, transposed } = places[l];
      const below = places[l - 1];
      memory.kernels.affine(delta, ranks, wide, layer.outputs, below.wide, transposed, zeros, below.delta, from, to);
      memory.kernels[descend](
        below.delta + from * below.wide,
        below.delta + to * below.wide,
        below.values + from * below.wide,
      );
    }
  };
  /** Deltas of all rows. */
  const backward = (plan: Plan, count: number) => {
    if (known) return;
    known = true;
    for (let l = last; l > 0; l--) {
      const { layer, wide, weights, transposed } = plan.places[l];
      memory.kernels.transpose(weights, layer.inputs, layer.outputs, wide, transposed, plan.places[l - 1].wide);
    }
    for (let from = 0; from < count; from += plan.chunk) backwardChunk(plan, from, Math.min(count, from + plan.chunk));
  };
  const inputsOf = ({ places, rows, ranks }: Plan, l: number) =>
    l === 0
      ? { x: memory.inputs, rows, stride: 8 * table.inputs }
      : { x: places[l - 1].values, rows: ranks, stride: places[l - 1].wide };
  /** out ← what `add` has added up over chunks of the rows, divided by their number. */
  const mean = (count: number, out: Vector, add: (plan: Plan, from: number, to: number) => void) => {
    const plan = memory.plan(layers, count);
    backward(plan, count);
    memory.numbers.fill(0, plan.gradient / 8, plan.gradientEnd / 8);
    for (let from = 0; from < count; from += plan.chunk) add(plan, from, Math.min(count, from + plan.chunk));
    memory.kernels.scale(plan.gradient, plan.gradientEnd, 1 / count);
    takeOut(memory, plan, out);
  };
  /** The biases' line follows those of the inputs. */
  const linesOf = ({ inputs, biases, end }: Layer) => inputs + (end > biases ? 1 : 0);
  const addProducts = (plan: Plan, from: number, to: number) => {
    for (let l = 0; l <= last; l++) {
      const { layer, wide, delta, gradient } = plan.places[l];
      const { x, rows, stride } = inputsOf(plan, l);
      const lines = linesOf(layer);
      memory.kernels.outer(x, rows, stride, layer.inputs, lines, wide, delta, gradient, plan.packed, from, to);
    }
  };
  // One row's gradient is xᵀδ, its square that of the squares.
  const addSquares = (plan: Plan, from: number, to: number) => {
    const { squares, squaredDelta, packed, ranks } = plan;
    const n = to - from;
    for (let l = 0; l <= last; l++) {
      const { layer, wide, delta, gradient } = plan.places[l];
      const { inputs } = layer;
      const { x, rows, stride } = inputsOf(plan, l);
      const across = 8 * (inputs + (inputs & 1));
      memory.kernels.square(x, rows, stride, across, squares, from, to);
      memory.kernels.square(delta, ranks, wide, wide, squaredDelta, from, to);
      memory.kernels.outer(squares, ranks, across, inputs, linesOf(layer), wide, squaredDelta, gradient, packed, 0, n);
    }
  };

  return {
    owner: memory.owner,
    forward(theta, rows, count) {
      const plan = memory.plan(layers, count);
      known = false;
      putIn(memory, plan, theta);
      const at = plan.rows / 4;
      for (let b = 0; b < count; b++) memory.integers[at + b] = rows[b];
      let sum = 0;
      for (let from = 0; from < count; from += plan.chunk)
        sum = forwardChunk(plan, from, Math.min(count, from + plan.chunk), sum);
      return sum / count;
    },
    gradient: (_theta, count, out) => mean(count, out, addProducts),
    meanSquare: (_theta, count, out) => mean(count, out, addSquares),
    values: (l) => ({ numbers: memory.values(l), stride: layers[l].outputs + (layers[l].outputs & 1) }),
  };
}

/** θ into the memory; rows of an odd number are a number longer there. */
function putIn({ numbers }: TableMemory, { dense, places, parameters }: Plan, theta: Vector): void {
  if (dense) numbers.set(theta, parameters / 8);
  else
    for (const { layer, wide, weights, bias } of places) {
      const { inputs, outputs, biases, end } = layer;
      for (let i = 0, k = layer.weights; i < inputs; i++)
        for (let o = weights / 8 + (i * wide) / 8, j = 0; j < outputs; j++) numbers[o + j] = theta[k++];
      for (let k = biases; k < end; k++) numbers[bias / 8 + k - biases] = theta[k];
    }
}
/** The gradient out of it. */
function takeOut({ numbers }: TableMemory, { dense, places, gradient: from }: Plan, out: Vector): void {
  if (dense) out.set(numbers.subarray(from / 8, from / 8 + out.length));
  else
    for (const { layer, wide, gradient } of places) {
      const { inputs, outputs, weights, end } = layer;
      const rows = inputs + (end > layer.biases ? 1 : 0); // the biases are one more row
      for (let i = 0, k = weights; i < rows; i++)
        for (let o = gradient / 8 + (i * wide) / 8, j = 0; j < outputs; j++) out[k++] = numbers[o + j];
    }
}
