import type { Vector } from "../vector.ts";
import type { Layer } from "./layers.ts";
import type { LabelledRows, Owner } from "./passes.ts";
import type { WasmMemory } from "./compiledRoom.ts";
import { plainDense, type DenseKernels } from "./dense.ts";
import { instantiate, kernelSource } from "./rooms.ts";

// A table where kernels can reach it: a memory for each table and thread, of an instance of the module "examples" or a plain one, which
// all models of that table share. It holds the inputs once, and behind them the parameters and values of whoever ran forward last.
// A larger batch makes it grow: nobody keeps a view of it, since parameters are copied in and gradients out.

/** What src/kernels/examples.ts exports. */
export interface ExamplesExports extends DenseKernels {
  readonly memory: WasmMemory;
  readonly free: () => number;
  readonly exp: (at: number, end: number) => void;
  readonly log: (x: number) => number;
}

/** Bytes of a page of WebAssembly's memory. */
const page = 65_536;
/** Vectors of two begin here, and one may be read beyond the last. */
const aligned = (bytes: number): number => (bytes + 15) & ~15;
const beyond = 64;
/**
 * Bytes of a plain memory behind its table, of which those that are never used cost nothing. Kernels of a memory that has grown would be
 * the second ones, and slower.
 */
const spacious = 2 ** 24;

/** Where one layer's things are, in bytes. */
export interface Place {
  readonly layer: Layer;
  /** Bytes of its outputs, an even number of them. */
  readonly wide: number;
  readonly weights: number;
  readonly bias: number;
  readonly values: number;
  /** ∂loss/∂z; of the last layer its values. */
  readonly delta: number;
  /** Wᵀ, its rows as wide as the inputs' layer. */
  readonly transposed: number;
  /** Of the gradient by W; by b it follows. */
  readonly gradient: number;
}
/** Models of the same layers have the same plan. */
export interface Plan {
  readonly layers: readonly Layer[];
  /** Rows of a batch at most, and those that a call takes. */
  readonly capacity: number;
  readonly chunk: number;
  readonly places: readonly Place[];
  /** Bytes of the parameters, then of the gradient. */
  readonly parameters: number;
  readonly parametersEnd: number;
  readonly gradient: number;
  readonly gradientEnd: number;
  /** True where parameters stand as in θ. */
  readonly dense: boolean;
  /** The batch's rows, and 0, 1, 2 …, as whole numbers of 4 bytes. */
  readonly rows: number;
  readonly ranks: number;
  /** As wide as any layer. */
  readonly zeros: number;
  /** Room for squares of a chunk: of the widest inputs, and of the widest δ. */
  readonly squares: number;
  readonly squaredDelta: number;
  /** Room for four inputs of a chunk's rows. */
  readonly packed: number;
  readonly end: number;
}
const widthOf = (n: number): number => 8 * (n + (n & 1));
/** Products that a call makes at most, about: half a millisecond. */
const productsPerCall = 500_000;

function planned(start: number, layers: readonly Layer[], capacity: number): Plan {
  let at = aligned(start);
  const take = (bytes: number) => {
    const from = at;
    at = aligned(at + bytes);
    return from;
  };
  const last = layers.length - 1;
  const widest = Math.max(...layers.flatMap(({ inputs, outputs }) => [widthOf(inputs), widthOf(outputs)]));
  const sizes = layers.map(({ inputs, outputs, biases, end }) => ({
    wide: widthOf(outputs),
    weights: inputs * widthOf(outputs),
    bias: end > biases ? widthOf(outputs) : 0,
  }));
  const products = layers.reduce((sum, { inputs, outputs }) => sum + inputs * outputs, 0);
  const chunk = Math.min(64, Math.max(4, 4 * Math.floor(productsPerCall / products / 4)));
  const parameters = at;
  const own = sizes.map((it) => ({ weights: take(it.weights), bias: it.bias > 0 ? take(it.bias) : undefined }));
  const parametersEnd = at;
  const gradient = at;
  const gradients = sizes.map((it) => take(it.weights + it.bias));
  const gradientEnd = at;
  const zeros = take(widest);
  // Without biases the last layer needs one all the same, for its idle output.
  const idle = take(sizes[last].wide);
  const transposed = layers.map(({ inputs, outputs }, l) => (l === 0 ? zeros : take(outputs * widthOf(inputs))));
  const ranks = take(4 * capacity);
  const rows = take(4 * capacity);
  const squares = take(chunk * Math.max(...layers.map(({ inputs }) => widthOf(inputs))));
  const squaredDelta = take(chunk * Math.max(...sizes.map(({ wide }) => wide)));
  const packed = take(32 * chunk);
  const places = layers.map((layer, l): Place => {
    const { wide } = sizes[l];
    const values = take(capacity * wide);
    const delta = l === last ? values : take(capacity * wide);
    const bias = own[l].bias ?? (l === last ? idle : zeros);
    const { weights } = own[l];
    return { layer, wide, weights, bias, values, delta, transposed: transposed[l], gradient: gradients[l] };
  });
  const dense = layers.every(({ outputs }) => outputs % 2 === 0);
  return {
    ...{ layers, capacity, chunk, places, parameters, parametersEnd, gradient, gradientEnd, dense },
    ...{ rows, ranks, zeros, squares, squaredDelta, packed, end: at + beyond },
  };
}

export class TableMemory {
  readonly owner: Owner = {};
  readonly inputs: number;
  readonly labels: number;
  /** All of the memory; made anew when it grows, so not to be kept. */
  numbers: Vector = new Float64Array(0);
  integers = new Int32Array(0);
  kernels!: DenseKernels;
  readonly #start: number;
  #plan: Plan | undefined;
  #values: readonly Vector[] = [];

  readonly #compiled: ExamplesExports | undefined;

  /** In compiled kernels' memory where there are any. */
  constructor(compiled: ExamplesExports | undefined, { X, y }: LabelledRows) {
    this.#compiled = compiled;
    this.inputs = compiled?.free() ?? 0;
    this.labels = this.inputs + 8 * X.length;
    this.#start = this.labels + y.length;
    this.#reserve(this.#start + beyond);
    this.numbers.set(X, this.inputs / 8);
    new Uint8Array(this.numbers.buffer).set(y, this.labels);
  }
  /** The plan of these layers with room for so many rows, in force from here on. */
  plan(layers: readonly Layer[], count: number): Plan {
    const known = this.#plan;
    if (known && count <= known.capacity && same(known.layers, layers)) return known;
    const plan = (this.#plan = planned(this.#start, layers, count));
    this.#reserve(plan.end);
    const { numbers, integers } = this;
    numbers.fill(0, plan.parameters / 8, plan.ranks / 8);
    for (let b = 0; b < plan.capacity; b++) integers[plan.ranks / 4 + b] = b;
    const { layer, bias } = plan.places[plan.places.length - 1];
    if (layer.outputs % 2 === 1) numbers[bias / 8 + layer.outputs] = -Infinity; // of no probability
    this.#values = plan.places.map((it) =>
      numbers.subarray(it.values / 8, it.values / 8 + (it.wide / 8) * plan.capacity),
    );
    return plan;
  }
  /** Values of layer l, by the plan in force. */
  values(l: number): Vector {
    return this.#values[l];
  }
  #reserve(bytes: number): void {
    const compiled = this.#compiled;
    if (compiled) {
      const missing = bytes - compiled.memory.buffer.byteLength;
      if (missing > 0) compiled.memory.grow(Math.ceil(missing / page));
      this.#take(compiled.memory.buffer, compiled);
    } else if (bytes > this.numbers.byteLength) {
      const buffer = new ArrayBuffer(aligned(bytes) + spacious);
      new Float64Array(buffer).set(this.numbers);
      this.#take(buffer, plainDense(buffer));
    }
  }
  #take(buffer: ArrayBuffer, kernels: DenseKernels): void {
    this.numbers = new Float64Array(buffer);
    this.integers = new Int32Array(buffer);
    this.kernels = kernels;
  }
}
const same = (a: readonly Layer[], b: readonly Layer[]): boolean =>
  a === b ||
  (a.length === b.length &&
    a.every((it, l) => it.inputs === b[l].inputs && it.outputs === b[l].outputs && it.end === b[l].end));

/** By a table's inputs; of one that was made while kernels came from elsewhere, another is made. */
const memories = new WeakMap<Vector, { readonly memory: TableMemory; readonly source: unknown }>();

/** This thread's memory of a table. */
export function memoryOf(table: LabelledRows): TableMemory {
  const source = kernelSource();
  const known = memories.get(table.X);
  if (known && known.source === source) return known.memory;
  const memory = new TableMemory(instantiate("examples") as ExamplesExports | undefined, table);
  memories.set(table.X, { memory, source });
  return memory;
}
