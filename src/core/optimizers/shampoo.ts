import { spell, steps, typed } from "../../protocol/index.ts";
import type { Note, Values } from "../../protocol/index.ts";
import { symmetricEigen } from "../matrix.ts";
import { addGramOfSide, multiplySide, requireSide, sidesOf } from "../tensor.ts";
import type { Side } from "../tensor.ts";
import { zeros } from "../vector.ts";
import type { Vector } from "../vector.ts";
import { epsilon, learningRate, momentum, weightDecay } from "./descriptors.ts";
import { optimizer, sizeOf, totalSize } from "./optimizer.ts";
import type { Shape } from "./optimizer.ts";

interface Preconditioner {
  readonly side: Side;
  /** εI + Σ G Gᵀ of this side's slices. */
  readonly statistic: Vector;
  /** Its power −1/order, as of the last refresh. */
  readonly root: Vector;
}
interface Tensor {
  readonly from: number;
  readonly size: number;
  readonly preconditioners: readonly Preconditioner[];
}
/** Room that a step works in: two tensors, two matrices and three vectors of the longest side. */
interface Room {
  readonly d: Vector;
  readonly product: Vector;
  readonly matrix: Vector;
  readonly vectors: Vector;
  readonly values: Vector;
  readonly work: Vector;
}
interface State {
  readonly tensors: readonly Tensor[];
  /** The last step before its rate: what momentum keeps. */
  readonly b: Vector;
  started: boolean;
  readonly room: Room;
}

const hyperparameters = {
  learningRate: learningRate({ meaning: "Step size: what multiplies the preconditioned gradient.", default: 0.1 }),
  momentum: momentum({
    meaning: "Share of the last step in what is preconditioned, the gradient having the rest.",
    default: 0,
  }),
  weightDecay: weightDecay({ meaning: "Adds λθ to the gradient before it is preconditioned.", default: 0 }),
  epsilon: epsilon({
    label: "start of the statistics",
    meaning: "Every side's statistic starts at ε times the identity, so that it can be inverted.",
    default: 1e-4,
    range: [1e-12, 1],
  }),
  refreshEvery: {
    symbol: "f",
    label: "refresh every",
    meaning: "Steps between computations of the inverse roots.",
    default: 1,
    range: [1, 100],
    scale: "integer",
    unit: "steps",
    valid: { least: 1 },
  },
} as const;

/**
 * Shampoo: each side of a tensor has a matrix of its own, by whose inverse root the gradient is multiplied. The sides go
 * one after the other, each statistic taken of what the sides before left, with the power −1/order where the paper has
 * −1/(2 order), and momentum keeps what was preconditioned: as torch_optimizer computes it. The
 * time of a step is that of the roots: some 10 n³ for a side of n, where Adam takes a few operations a coordinate.
 */
export const shampoo = optimizer({
  name: "Shampoo",
  source: "Gupta, Koren & Singer 2018, Algorithm 2, arXiv:1802.09568; arithmetic of torch_optimizer.Shampoo 0.3",
  hyperparameters,
  init(theta, shapes, h): State {
    let from = 0;
    const tensors = shapes.map((shape) => {
      const size = sizeOf(shape);
      const preconditioners = sidesOf(shape).map((side) => preconditioner(side, shape, h.epsilon));
      from += size;
      return { from: from - size, size, preconditioners };
    });
    const size = Math.max(0, ...tensors.map((it) => it.size));
    const side = Math.max(0, ...shapes.flat());
    const room = {
      ...{ d: zeros(size), product: zeros(size), matrix: zeros(side * side), vectors: zeros(side * side) },
      ...{ values: zeros(side), work: zeros(2 * side) },
    };
    return { tensors, b: zeros(theta.length), started: false, room };
  },
  step(f, theta, state, t, h) {
    const g = f.gradient(theta).mean;
    const { b } = state;
    if (!state.started) b.set(g);
    state.started = true;
    for (const tensor of state.tensors) {
      const { from, size } = tensor;
      let d = state.room.d;
      for (let k = 0, i = from; k < size; k++, i++)
        d[k] = (1 - h.momentum) * g[i] + h.momentum * b[i] + h.weightDecay * theta[i];
      d = precondition(tensor, state.room, (t - 1) % h.refreshEvery === 0);
      for (let k = 0, i = from; k < size; k++, i++) {
        b[i] = d[k];
        theta[i] -= h.learningRate * d[k];
      }
    }
  },
  couples: true,
  effective: "|Δθ| / |ĝ|",
  stateSize: (_h, shapes) => totalSize(shapes) + 2 * shapes.flat().reduce((sum, side) => sum + side * side, 0),
  annotate: notes,
});

function preconditioner(side: Side, shape: Shape, start: number): Preconditioner {
  requireSide("Shampoo", side.length, shape, "give the problem shapes with shorter sides, or choose another optimizer");
  const { length } = side;
  const statistic = zeros(length * length);
  for (let i = 0; i < length; i++) statistic[i * length + i] = start;
  return { side, statistic, root: zeros(length * length) };
}

/** What `room.d` begins with, multiplied along each side in turn; where it lies afterwards. */
function precondition({ preconditioners }: Tensor, room: Room, refresh: boolean): Vector {
  let { d, product } = room;
  for (const { side, statistic, root } of preconditioners) {
    addGramOfSide(d, side, 1, 1, statistic);
    if (refresh) power(statistic, side.length, -1 / preconditioners.length, room, root);
    multiplySide(root, d, side, product);
    [d, product] = [product, d];
  }
  return d;
}

/** out = A^exponent of a symmetric A (n × n) without negative eigenvalues. */
function power(a: Vector, n: number, exponent: number, room: Room, out: Vector): void {
  const { matrix, vectors, values, work } = room;
  matrix.set(a);
  symmetricEigen(matrix, n, values, vectors, work);
  out.fill(0);
  for (let k = 0; k < n; k++) {
    // As singular values are: an eigenvalue that rounding makes negative counts by its size.
    const weight = Math.sign(values[k]) * Math.abs(values[k]) ** exponent;
    for (let i = 0; i < n; i++) {
      const vi = weight * vectors[k * n + i];
      for (let j = 0; j <= i; j++) out[i * n + j] += vi * vectors[k * n + j];
    }
  }
  for (let i = 0; i < n; i++) for (let j = 0; j < i; j++) out[j * n + i] = out[i * n + j];
}

function notes(h: Values<typeof hyperparameters>, batchSize: number): Note[] {
  const batch = batchSize > 1 ? ` (here B = ${typed(batchSize)})` : "";
  const all: Note[] = [
    {
      hyperparameter: "learningRate",
      text: "units of θ for a matrix, whatever the loss's scale; of θ·ĝ for a vector, whose gradient is divided out twice",
    },
    {
      hyperparameter: "learningRate",
      text: `statistics sum over the whole run: steps fall about as 1/√t in a matrix, 1/t in a vector`,
    },
    {
      hyperparameter: "learningRate",
      text: `batch × k where noise dominates: η × √k in a matrix, η as it is in a vector${batch}`,
    },
    {
      hyperparameter: "epsilon",
      text: `units of ĝ²: in directions where ĝ² has summed to less than ${spell(h.epsilon)}, steps still grow with ĝ`,
    },
  ];
  if (h.refreshEvery > 1)
    all.push({
      hyperparameter: "refreshEvery",
      text: `inverse roots are up to ${typed(h.refreshEvery - 1)} steps old, statistics are not`,
    });
  if (h.momentum > 0 && h.momentum < 1)
    all.push({
      hyperparameter: "momentum",
      text: `mixes the last preconditioned step, which has other units, with ĝ; over N = 1/(1−μ) = ${steps(1 / (1 - h.momentum))} steps`,
    });
  if (h.weightDecay > 0)
    all.push({
      hyperparameter: "weightDecay",
      text: "λθ joins ĝ and its statistics: where gradients are small it decays fastest",
    });
  return all;
}
