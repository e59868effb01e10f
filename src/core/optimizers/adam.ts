import { spell, steps, typed } from "../../protocol/index.ts";
import type { Hyperparameters, Note, Values } from "../../protocol/index.ts";
import type { Batch } from "../problems/problem.ts";
import { zeros } from "../vector.ts";
import type { Vector } from "../vector.ts";
import { optimizer, totalSize } from "./optimizer.ts";

/** What Adam and AdamW share, moments and flags; the decay between them is each one's own. */
export const adamHyperparameters = {
  learningRate: {
    symbol: "η",
    label: "learning rate",
    meaning: "Step size: how far a coordinate moves in a step while its gradient keeps its sign.",
    default: 1e-3,
    range: [1e-6, 1],
    scale: "log",
  },
  beta1: {
    symbol: "β₁",
    label: "momentum",
    meaning: "Share of the running mean of ĝ that survives a step.",
    default: 0.9,
    range: [0, 0.9999],
    scale: "decay",
  },
  beta2: {
    symbol: "β₂",
    label: "second moment",
    meaning: "Share of the running mean of ĝ² that survives a step.",
    default: 0.999,
    range: [0, 0.99999],
    scale: "decay",
  },
  epsilon: {
    symbol: "ε",
    label: "floor of √v̂",
    meaning:
      "Added to the root of the corrected second moment, so that a coordinate without gradient does not divide by zero.",
    default: 1e-8,
    range: [1e-12, 1e-2],
    scale: "log",
  },
} as const satisfies Hyperparameters;
export const adamFlags = {
  amsgrad: {
    symbol: "AMS",
    label: "AMSGrad",
    meaning:
      "Divides by the largest v so far (Reddi et al. 2018, arXiv:1904.09237), so that effective rates never grow.",
    default: 0,
    range: [0, 1],
    scale: "flag",
  },
  maximize: {
    symbol: "max",
    label: "maximize",
    meaning: "Climbs the objective instead of descending it.",
    default: 0,
    range: [0, 1],
    scale: "flag",
  },
} as const satisfies Hyperparameters;

/** First moment, second moment, the largest second moment so far (AMSGrad's). */
export interface AdamState {
  readonly m: Vector;
  readonly v: Vector;
  readonly vMax: Vector;
}
type AdamValues = Values<typeof adamHyperparameters & typeof adamFlags> & { readonly weightDecay: number };

export const adamInit = (theta: Vector): AdamState => ({
  m: zeros(theta.length),
  v: zeros(theta.length),
  vMax: zeros(theta.length),
});

/** Algorithm 1, the corrections taken out of the loop. Decay is added to the gradient, or taken from θ itself. */
export function adamStep(
  f: Batch,
  theta: Vector,
  state: AdamState,
  t: number,
  h: AdamValues,
  decoupled: boolean,
): void {
  const g = f.gradient(theta).mean;
  const { m, v, vMax } = state;
  const { learningRate, beta1, beta2, epsilon, weightDecay, amsgrad, maximize } = h;
  const sign = maximize === 0 ? 1 : -1;
  const coupledDecay = decoupled ? 0 : weightDecay;
  const keep = decoupled ? 1 - learningRate * weightDecay : 1;
  const rate = learningRate / (1 - beta1 ** t);
  const rootCorrection = 1 / Math.sqrt(1 - beta2 ** t); // multiplied by: a division less for every coordinate
  for (let i = 0; i < theta.length; i++) {
    const d = sign * g[i] + coupledDecay * theta[i];
    m[i] += (1 - beta1) * (d - m[i]);
    v[i] = beta2 * v[i] + (1 - beta2) * d * d;
    let second = v[i];
    // PyTorch takes the maximum of v before its correction.
    if (amsgrad !== 0) second = vMax[i] = Math.max(vMax[i], second);
    theta[i] = keep * theta[i] - (rate * m[i]) / (Math.sqrt(second) * rootCorrection + epsilon);
  }
}

/** What multiplies m̂ᵢ. */
export function adamRate(state: AdamState, t: number, h: AdamValues, out: Vector): Vector {
  const second = h.amsgrad === 0 ? state.v : state.vMax;
  const rootCorrection = Math.sqrt(1 - h.beta2 ** t);
  for (let i = 0; i < out.length; i++) out[i] = h.learningRate / (Math.sqrt(second[i]) / rootCorrection + h.epsilon);
  return out;
}

/** Remarks that hold for both; `decoupled` decides on the one about decay. */
export function adamNotes(h: AdamValues, batchSize: number, decoupled: boolean): Note[] {
  const { learningRate, beta1, beta2, epsilon, weightDecay, amsgrad } = h;
  const batch = batchSize > 1 ? ` (here B = ${typed(batchSize)})` : "";
  const notes: Note[] = [
    {
      hyperparameter: "learningRate",
      text: `units of θ: about ${typed(learningRate)} a step in each coordinate, whatever the loss's scale`,
    },
    {
      hyperparameter: "learningRate",
      text: `batch × k where noise dominates: η × √k, 1−β₁ and 1−β₂ × k${batch}`,
    },
    {
      hyperparameter: "beta1",
      text: `ĝ averaged over N = 1/(1−β₁) = ${steps(1 / (1 - beta1))} steps; not coupled to η`,
    },
    {
      hyperparameter: "beta2",
      text: `ĝ² averaged over N = 1/(1−β₂) = ${steps(1 / (1 - beta2))} steps, its start at 0 corrected`,
    },
    {
      hyperparameter: "epsilon",
      text: `units of ĝ; where √v̂ is below it, SGD at rate η/ε = ${spell(learningRate / epsilon)}`,
    },
  ];
  if (weightDecay > 0)
    notes.push({
      hyperparameter: "weightDecay",
      text: decoupled
        ? `θ shrinks by ηλ = ${spell(learningRate * weightDecay)} a step, e-fold in ${steps(1 / (learningRate * weightDecay))} steps`
        : "λθ joins ĝ and is divided by √v̂ with it: small gradients decay fastest",
    });
  if (amsgrad !== 0)
    notes.push({
      hyperparameter: "amsgrad",
      text: "one large gradient lowers the effective rate for the rest of the run",
    });
  return notes;
}

/** Adam; weight decay is an L2 penalty unless `decoupledWeightDecay` is set, as in PyTorch. */
export const adam = optimizer({
  name: "Adam",
  source: "Kingma & Ba 2015, Algorithm 1, arXiv:1412.6980; arithmetic of torch.optim.Adam (PyTorch 2)",
  hyperparameters: {
    ...adamHyperparameters,
    weightDecay: {
      symbol: "λ",
      label: "weight decay",
      meaning: "Adds λθ to the gradient, before both moments.",
      default: 0,
      range: [1e-5, 1],
      scale: "log",
    },
    ...adamFlags,
    decoupledWeightDecay: {
      symbol: "W",
      label: "decoupled decay",
      meaning: "Takes ηλθ from θ itself instead of adding λθ to the gradient, which makes it AdamW.",
      default: 0,
      range: [0, 1],
      scale: "flag",
    },
  },
  init: adamInit,
  step: (f, theta, state, t, h) => adamStep(f, theta, state, t, h, h.decoupledWeightDecay !== 0),
  effective: "η / (√v̂ + ε)",
  effectiveLearningRate: adamRate,
  stateSize: ({ amsgrad }, shapes) => (amsgrad === 0 ? 2 : 3) * totalSize(shapes),
  annotate: (h, batchSize) => adamNotes(h, batchSize, h.decoupledWeightDecay !== 0),
});
