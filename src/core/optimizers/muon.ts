import { spell, steps, typed } from "../../protocol/index.ts";
import type { Note, Values } from "../../protocol/index.ts";
import { zeros } from "../vector.ts";
import type { Vector } from "../vector.ts";
import { muonHyperparameters } from "./muon/hyperparameters.ts";
import { newtonSchulz, newtonSchulzRoom } from "./muon/newtonSchulz.ts";
import type { Room } from "./muon/newtonSchulz.ts";
import { optimizer, sizeOf, totalSize } from "./optimizer.ts";
import type { Shape } from "./optimizer.ts";

export type MuonValues = Values<typeof muonHyperparameters>;
interface Matrix extends Room {
  readonly from: number;
  readonly rows: number;
  readonly columns: number;
}
/** A tensor that is no matrix, which Keras hands to AdamW, and its second moment. */
interface Other {
  readonly from: number;
  readonly v: Vector;
}
interface State {
  readonly matrices: readonly Matrix[];
  readonly others: readonly Other[];
  /** Momentum, of matrices and others. */
  readonly b: Vector;
}

/**
 * Muon: the momentum of each matrix made nearly orthogonal, all its singular values near 1. A step is as large in every
 * direction of the matrix, however unequal the gradient's singular values. It takes hundreds of times as long as Adam: an
 * iteration on m × n, m ≤ n, is 2 m²n + m³ multiplications, and five of them are made in a step.
 */
export const muon = optimizer({
  name: "Muon",
  source:
    "Jordan et al. 2024, kellerjordan.github.io/posts/muon; scale: Liu et al. 2025, arXiv:2502.16982; arithmetic of " +
    "torch.optim.Muon (PyTorch 2.9) or keras.optimizers.Muon, in float64 throughout",
  hyperparameters: muonHyperparameters,
  init(theta, shapes, { arithmetic }): State {
    const matrices: Matrix[] = [];
    const others: Other[] = [];
    let from = 0;
    for (const shape of shapes) {
      const size = sizeOf(shape);
      if (shape.length === 2)
        matrices.push({ from, rows: shape[0], columns: shape[1], ...newtonSchulzRoom(shape[0], shape[1]) });
      else if (arithmetic === 0) throw new Error(refusal(shape));
      else others.push({ from, v: zeros(size) });
      from += size;
    }
    return { matrices, others, b: zeros(theta.length) };
  },
  step(f, theta, { matrices, others, b }, t, h) {
    const g = f.gradient(theta).mean;
    const { momentum, learningRate, weightDecay, nesterov } = h;
    // PyTorch's buffer is a mean of gradients, Keras's a sum.
    const entering = h.arithmetic === 0 ? 1 - momentum : 1;
    const newest = nesterov === 0 ? 0 : entering;
    const buffered = nesterov === 0 ? 1 : momentum;
    const keep = 1 - learningRate * weightDecay;
    for (const matrix of matrices) {
      const { from, rows, columns, x } = matrix;
      const size = rows * columns;
      for (let k = 0, i = from; k < size; k++, i++) {
        b[i] = momentum * b[i] + entering * g[i];
        x[k] = newest * g[i] + buffered * b[i];
      }
      const o = newtonSchulz(matrix, rows, columns, h);
      const rate = learningRate * scaleOf(rows, columns, h);
      for (let k = 0, i = from; k < size; k++, i++) theta[i] = keep * theta[i] - rate * o[k];
    }
    for (const other of others) adamWStep(theta, g, b, other, t, h);
  },
  couples: true,
  effective: "|Δθ| / |ĝ|",
  stateSize: ({ arithmetic }, shapes) =>
    totalSize(shapes) + (arithmetic === 0 ? 0 : totalSize(shapes.filter(({ length }) => length !== 2))),
  annotate: notes,
});

const refusal = (shape: Shape): string =>
  `Muon steps matrices alone, and a tensor here has the shape [${shape.join(", ")}]: leave it to another optimizer, such as AdamW.`;

/** What the rate is multiplied by, of a matrix of these sides. */
function scaleOf(rows: number, columns: number, { arithmetic, adjustment, updateSize }: MuonValues): number {
  if (arithmetic === 0 && adjustment === 0) return Math.sqrt(Math.max(1, rows / columns));
  return arithmetic !== 0 && updateSize === 0 ? 1 : updateSize * Math.sqrt(Math.max(rows, columns));
}

/** AdamW as Keras computes it: decay first, ε beside the root that is not corrected yet. */
function adamWStep(theta: Vector, g: Vector, m: Vector, { from, v }: Other, t: number, h: MuonValues): void {
  const { learningRate, beta1, beta2, epsilon, adamRate, adamWeightDecay } = h;
  const keep = 1 - learningRate * adamWeightDecay; // its own decay, but the rate of the matrices
  const rate = (learningRate * adamRate * Math.sqrt(1 - beta2 ** t)) / (1 - beta1 ** t);
  for (let k = 0, i = from; k < v.length; k++, i++) {
    m[i] += (1 - beta1) * (g[i] - m[i]);
    v[k] += (1 - beta2) * (g[i] * g[i] - v[k]);
    theta[i] = keep * theta[i] - (rate * m[i]) / (Math.sqrt(v[k]) + epsilon);
  }
}

function notes(h: MuonValues, batchSize: number): Note[] {
  const { learningRate, momentum, weightDecay, iterations, epsilon, nesterov, arithmetic, adjustment, updateSize } = h;
  const matched = arithmetic !== 0 ? updateSize !== 0 : adjustment !== 0;
  const batch = batchSize > 1 ? ` (here B = ${typed(batchSize)})` : "";
  const all: Note[] = [
    {
      hyperparameter: "learningRate",
      text: matched
        ? `units of θ: RMS of about ${spell(learningRate * updateSize)} a step in a matrix of full rank, whatever its sides`
        : `units of θ: singular values of a step are about ${spell(learningRate)}${arithmetic === 0 ? ", times √(A/B) in a tall A × B matrix" : ""}`,
    },
    { hyperparameter: "learningRate", text: `batch × k where noise dominates: η × √k${batch}` },
    {
      hyperparameter: "epsilon",
      text:
        arithmetic === 0
          ? `units of ĝ: a matrix whose momentum has a norm below ${spell(epsilon)} moves less`
          : "units of ĝ: of AdamW, for tensors that are no matrices",
    },
  ];
  if (h.a > 1)
    all.push({
      hyperparameter: "iterations",
      text: `singular values under a^−k = ${spell(h.a ** -iterations)} of the momentum's norm do not reach 1`,
    });
  if (momentum > 0 && momentum < 1)
    all.push({
      hyperparameter: "momentum",
      text: `averages over N = 1/(1−μ) = ${steps(1 / (1 - momentum))} steps; not coupled to η, since its norm is divided out`,
    });
  if (nesterov !== 0 && momentum > 0)
    all.push({
      hyperparameter: "nesterov",
      text: `the newest gradient counts (1+μ)/μ² = ${spell((1 + momentum) / momentum ** 2)} times the one before`,
    });
  if (weightDecay > 0 && learningRate > 0) {
    const shrink = learningRate * weightDecay;
    all.push({
      hyperparameter: "weightDecay",
      text: `θ shrinks by ηλ = ${spell(shrink)} a step, e-fold in ${steps(1 / shrink)} steps`,
    });
  }
  return all;
}
