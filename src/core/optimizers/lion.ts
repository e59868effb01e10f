import { spell, steps, typed } from "../../protocol/index.ts";
import { zeros } from "../vector.ts";
import { learningRate, share, weightDecay } from "./descriptors.ts";
import { optimizer, totalSize } from "./optimizer.ts";

/** Lion: the sign of a mixture of momentum and gradient. The authors, Keras and optax compute the same, but for rounding. */
export const lion = optimizer({
  name: "Lion",
  source: "Chen et al. 2023, Algorithm 2, arXiv:2302.06675; arithmetic of the authors' lion_pytorch.py",
  hyperparameters: {
    learningRate: learningRate({
      meaning: "Step size: every coordinate moves by exactly this, whatever its gradient.",
      default: 1e-4,
      unit: "θ",
    }),
    beta1: share({
      symbol: "β₁",
      label: "mixture",
      meaning: "Share of the momentum in the mixture whose sign is the step; the rest is the newest gradient.",
      default: 0.9,
    }),
    beta2: share({
      symbol: "β₂",
      label: "momentum",
      meaning: "Share of the momentum that survives a step.",
      default: 0.99,
    }),
    weightDecay: weightDecay({ meaning: "Takes ηλθ from θ itself before the step.", default: 0 }),
  },
  init: (theta) => ({ m: zeros(theta.length) }),
  step(f, theta, { m }, _t, { learningRate, beta1, beta2, weightDecay }) {
    const g = f.gradient(theta).mean;
    const keep = 1 - learningRate * weightDecay;
    for (let i = 0; i < theta.length; i++) {
      theta[i] = keep * theta[i] - learningRate * Math.sign(beta1 * m[i] + (1 - beta1) * g[i]);
      m[i] = beta2 * m[i] + (1 - beta2) * g[i];
    }
  },
  effective: "|Δθ| / |ĝ|: a sign has no factor of ĝ",
  stateSize: (_h, shapes) => totalSize(shapes),
  annotate({ learningRate, beta1, beta2, weightDecay }, batchSize) {
    const notes = [
      {
        hyperparameter: "learningRate",
        text: `units of θ: exactly ${typed(learningRate)} a step in each coordinate; a third to a tenth of AdamW's rate`,
      },
      {
        hyperparameter: "learningRate",
        text: `batch × k where noise dominates: η × √k${batchSize > 1 ? ` (here B = ${typed(batchSize)})` : ""}`,
      },
      {
        hyperparameter: "beta1",
        text: `the newest gradient counts 1−β₁ = ${spell(1 - beta1)}, ${spell((1 - beta1) / (1 - beta2))} times its weight in the momentum`,
      },
      {
        hyperparameter: "beta2",
        text: `ĝ averaged over N = 1/(1−β₂) = ${steps(1 / (1 - beta2))} steps, its start at 0 uncorrected: the first step is −η sign ĝ`,
      },
    ];
    if (weightDecay > 0)
      notes.push({
        hyperparameter: "weightDecay",
        text: `coupled to η: θ shrinks by ηλ = ${spell(learningRate * weightDecay)} a step and is drawn within ±1/λ = ${spell(1 / weightDecay)}`,
      });
    return notes;
  },
});
