import { spell, steps } from "../../protocol/index.ts";
import type { Note } from "../../protocol/index.ts";
import { zeros } from "../vector.ts";
import { adamHyperparameters } from "./adamHyperparameters.ts";
import { decayNotes, epsilonNote, momentNotes } from "./adamNotes.ts";
import { decoupledDecay, epsilon, flag, maximize, share, weightDecay } from "./descriptors.ts";
import { optimizer, totalSize } from "./optimizer.ts";

/** Adam with the largest recent |ĝ| in place of its root mean square; u needs no correction of its start. */
export const adamax = optimizer({
  name: "Adamax",
  source: "Kingma & Ba 2015, Algorithm 2, arXiv:1412.6980; arithmetic of torch.optim.Adamax (PyTorch 2)",
  hyperparameters: {
    learningRate: { ...adamHyperparameters.learningRate, default: 2e-3 },
    beta1: adamHyperparameters.beta1,
    beta2: share({
      symbol: "β₂",
      label: "fading of u",
      meaning: "Share of the largest |ĝ| that survives a step, until a larger one comes.",
      default: 0.999,
    }),
    epsilon: epsilon({
      label: "floor of u",
      meaning:
        "Added to |ĝ| before it is compared with u, so that a coordinate without gradient does not divide by zero.",
      default: 1e-8,
      unit: "ĝ",
    }),
    weightDecay: weightDecay({ meaning: "Adds λθ to the gradient, before m and u.", default: 0, unit: "ĝ/θ" }),
    maximize,
    epsilonOutside: flag({
      symbol: "u+ε",
      label: "ε beside u",
      meaning: "Adds ε to u where it divides instead of to |ĝ| where they are compared (Keras).",
      arithmetic: true,
    }),
    decoupledWeightDecay: { ...decoupledDecay, arithmetic: true },
  },
  init: (theta) => ({ m: zeros(theta.length), u: zeros(theta.length) }),
  step(f, theta, { m, u }, t, h) {
    const g = f.gradient(theta).mean;
    const { learningRate, beta1, beta2 } = h;
    const sign = h.maximize === 0 ? 1 : -1;
    const decoupled = h.decoupledWeightDecay !== 0;
    const decay = decoupled ? 0 : h.weightDecay;
    const keep = decoupled ? 1 - learningRate * h.weightDecay : 1;
    const rate = learningRate / (1 - beta1 ** t);
    const within = h.epsilonOutside === 0 ? h.epsilon : 0;
    const beside = h.epsilonOutside === 0 ? 0 : h.epsilon;
    for (let i = 0; i < theta.length; i++) {
      const d = sign * g[i] + decay * theta[i];
      m[i] += (1 - beta1) * (d - m[i]);
      u[i] = Math.max(beta2 * u[i], Math.abs(d) + within);
      theta[i] = keep * theta[i] - (rate * m[i]) / (u[i] + beside);
    }
  },
  effective: "η / u",
  effectiveLearningRate({ u }, _t, h, out) {
    const beside = h.epsilonOutside === 0 ? 0 : h.epsilon;
    for (let i = 0; i < out.length; i++) out[i] = h.learningRate / (u[i] + beside);
    return out;
  },
  stateSize: (_h, shapes) => 2 * totalSize(shapes),
  annotate(h, batchSize): Note[] {
    const [units, batch, beta1] = momentNotes(h, batchSize);
    return [
      units,
      batch,
      beta1,
      {
        hyperparameter: "beta2",
        text: `one large gradient is remembered over N = 1/(1−β₂) = ${steps(1 / (1 - h.beta2))} steps; no step exceeds η by more than m̂ exceeds u`,
      },
      h.epsilonOutside === 0 && h.epsilon > 0
        ? {
            hyperparameter: "epsilon",
            text: `units of ĝ; u is never below it, so rates are at most η/ε = ${spell(h.learningRate / h.epsilon)}`,
          }
        : epsilonNote(h.learningRate, h.epsilon, "u"),
      ...decayNotes(h.learningRate, h.weightDecay, h.decoupledWeightDecay !== 0, "u"),
    ];
  },
});
