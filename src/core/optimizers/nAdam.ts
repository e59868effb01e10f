import { spell } from "../../protocol/index.ts";
import type { Note, Values } from "../../protocol/index.ts";
import { zeros } from "../vector.ts";
import type { Vector } from "../vector.ts";
import { adamHyperparameters } from "./adamHyperparameters.ts";
import { decayNotes, epsilonNote, momentNotes } from "./adamNotes.ts";
import { decoupledDecay, flag, maximize, weightDecay } from "./descriptors.ts";
import { optimizer, totalSize } from "./optimizer.ts";

const hyperparameters = {
  ...adamHyperparameters,
  learningRate: { ...adamHyperparameters.learningRate, default: 2e-3 },
  weightDecay: weightDecay({ meaning: "Adds λθ to the gradient, before both moments.", default: 0, unit: "ĝ/θ" }),
  momentumDecay: {
    symbol: "ψ",
    label: "momentum warm-up",
    meaning: "How fast the momentum μ_t = β₁(1 − ½·0.96^(tψ)) rises from half of β₁ to β₁.",
    default: 4e-3,
    range: [1e-4, 1],
    scale: "log",
    valid: { least: 0 },
  },
  decoupledWeightDecay: decoupledDecay,
  maximize,
  squaredProduct: flag({
    symbol: "∏μ²",
    label: "μ counted twice",
    meaning: "Multiplies μ_t twice into the product that corrects the next step, as PyTorch 1 did.",
    arithmetic: true,
  }),
} as const;

/** Dozat's μ_t. */
const momentumAt = (t: number, { beta1, momentumDecay }: Values<typeof hyperparameters>): number =>
  beta1 * (1 - 0.5 * 0.96 ** (t * momentumDecay));

/** First and second moment; the product of all μ so far. */
interface NAdamState {
  readonly m: Vector;
  readonly v: Vector;
  product: number;
}

/** Adam that looks a step ahead along its momentum, which itself warms up. */
export const nAdam = optimizer({
  name: "NAdam",
  source:
    "Dozat 2016, Incorporating Nesterov Momentum into Adam, Algorithm 2, v̂ without its factor β₂; arithmetic of torch.optim.NAdam (PyTorch 2)",
  hyperparameters,
  init: (theta): NAdamState => ({ m: zeros(theta.length), v: zeros(theta.length), product: 1 }),
  step(f, theta, state, t, h) {
    const g = f.gradient(theta).mean;
    const { m, v } = state;
    const { learningRate, beta1, beta2, epsilon } = h;
    const sign = h.maximize === 0 ? 1 : -1;
    const decoupled = h.decoupledWeightDecay !== 0;
    const decay = decoupled ? 0 : h.weightDecay;
    const keep = decoupled ? 1 - learningRate * h.weightDecay : 1;
    const now = momentumAt(t, h);
    const next = momentumAt(t + 1, h);
    state.product *= now;
    const productNext = state.product * next * (h.squaredProduct === 0 ? 1 : now);
    const ofG = (learningRate * (1 - now)) / (1 - state.product);
    const ofM = (learningRate * next) / (1 - productNext);
    const rootCorrection = 1 / Math.sqrt(1 - beta2 ** t);
    for (let i = 0; i < theta.length; i++) {
      const d = sign * g[i] + decay * theta[i];
      m[i] += (1 - beta1) * (d - m[i]);
      v[i] = beta2 * v[i] + (1 - beta2) * d * d;
      theta[i] = keep * theta[i] - (ofM * m[i] + ofG * d) / (Math.sqrt(v[i]) * rootCorrection + epsilon);
    }
  },
  effective: "η / (√v̂ + ε)",
  effectiveLearningRate({ v }, t, { learningRate, beta2, epsilon }, out) {
    const rootCorrection = 1 / Math.sqrt(1 - beta2 ** t);
    for (let i = 0; i < out.length; i++) out[i] = learningRate / (Math.sqrt(v[i]) * rootCorrection + epsilon);
    return out;
  },
  stateSize: (_h, shapes) => 2 * totalSize(shapes),
  annotate(h, batchSize): Note[] {
    const halfway = Math.log(0.5) / Math.log(0.96) / h.momentumDecay; // 0.96^(tψ) = ½
    return [
      ...momentNotes(h, batchSize),
      epsilonNote(h.learningRate, h.epsilon),
      {
        hyperparameter: "momentumDecay",
        text:
          `μ starts at ${spell(momentumAt(1, h))}` +
          (h.momentumDecay > 0 ? ` and is halfway to β₁ after ${spell(halfway)} steps` : " and stays there"),
      },
      ...decayNotes(h.learningRate, h.weightDecay, h.decoupledWeightDecay !== 0),
    ];
  },
});
