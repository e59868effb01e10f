import type { Vector } from "../vector.ts";
import type { Activation, Layer } from "./layers.ts";
import { plainPasses, type LabelledRows, type Passes } from "./passes.ts";
import { memoryOf, type Plan, type TableMemory } from "./tableMemory.ts";

/** Passes by compiled kernels where they are to be had, plain ones elsewhere; both give the same bits. */
export function passesOver(table: LabelledRows, layers: readonly Layer[], activation: Activation): Passes {
  const memory = memoryOf(table);
  return memory ? compiledPasses(memory, table, layers, activation) : plainPasses(table, layers, activation);
}

function compiledPasses(
  memory: TableMemory,
  table: LabelledRows,
  layers: readonly Layer[],
  activation: Activation,
): Passes {
  const { exports } = memory;
  const last = layers.length - 1;
  const activate = activation === "tanh" ? exports.tanh : exports.relu;
  const descend = activation === "tanh" ? exports.descendTanh : exports.descendRelu;
  let known = false; // deltas of the rows that ran forward

  /** Rows from … to − 1 of the batch, from the layer that follows the inputs to the last; the sum of losses goes on. */
  const forwardChunk = (plan: Plan, from: number, to: number, sum: number): number => {
    for (let l = 0; l <= last; l++) {
      const { layer, wide, weights, bias, values } = plan.places[l];
      const { x, rows, stride } = inputsOf(plan, l);
      exports.affine(x, rows, stride, layer.inputs, wide, weights, bias, values, from, to);
      if (l < last) activate(values + from * wide, values + to * wide);
    }
    const { values, wide } = plan.places[last];
    return exports.crossEntropy(values, wide, memory.labels, plan.rows, from, to, sum);
  };
  const backwardChunk = ({ places, ranks, zeros }: Plan, from: number, to: number) => {
    for (let l = last; l > 0; l--) {
      const { layer, wide, delta, transposed } = places[l];
      const below = places[l - 1];
      exports.affine(delta, ranks, wide, layer.outputs, below.wide, transposed, zeros, below.delta, from, to);
      descend(below.delta + from * below.wide, below.delta + to * below.wide, below.values + from * below.wide);
    }
  };
  /** Deltas of all rows. */
  const backward = (plan: Plan, count: number) => {
    if (known) return;
    known = true;
    for (let l = last; l > 0; l--) {
      const { layer, wide, weights, transposed } = plan.places[l];
      exports.transpose(weights, layer.inputs, layer.outputs, wide, transposed, plan.places[l - 1].wide);
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
    exports.scale(plan.gradient, plan.gradientEnd, 1 / count);
    takeOut(memory, plan, out);
  };
  /** The biases' line follows those of the inputs. */
  const linesOf = ({ inputs, biases, end }: Layer) => inputs + (end > biases ? 1 : 0);
  const addProducts = (plan: Plan, from: number, to: number) => {
    for (let l = 0; l <= last; l++) {
      const { layer, wide, delta, gradient } = plan.places[l];
      const { x, rows, stride } = inputsOf(plan, l);
      const lines = linesOf(layer);
      exports.outer(x, rows, stride, layer.inputs, lines, wide, delta, gradient, plan.packed, from, to);
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
      exports.square(x, rows, stride, across, squares, from, to);
      exports.square(delta, ranks, wide, wide, squaredDelta, from, to);
      exports.outer(squares, ranks, across, inputs, linesOf(layer), wide, squaredDelta, gradient, packed, 0, n);
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
