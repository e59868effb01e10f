import { spell, steps, typed } from "../../protocol/index.ts";
import { zeros } from "../vector.ts";
import { decoupledDecay, epsilon, learningRate, maximize, share, weightDecay } from "./descriptors.ts";
import { optimizer, totalSize } from "./optimizer.ts";

/** Adadelta: the running size of past steps over the running size of gradients stands where others have a rate. */
export const adadelta = optimizer({
  name: "Adadelta",
  source: "Zeiler 2012, Algorithm 1, arXiv:1212.5701; arithmetic of torch.optim.Adadelta (PyTorch 2)",
  hyperparameters: {
    learningRate: learningRate({
      meaning: "Multiplies the step, which has the units of θ already; 1 in the paper.",
      default: 1,
      range: [1e-4, 10],
    }),
    beta2: share({
      symbol: "ρ",
      label: "second moments",
      meaning: "Share of the running means of ĝ² and of Δθ² that survives a step.",
      default: 0.9,
    }),
    epsilon: epsilon({
      label: "start of the steps",
      meaning: "Added under both roots: it lets the first step be other than 0, and bounds the division.",
      default: 1e-6,
    }),
    weightDecay: weightDecay({ meaning: "Adds λθ to the gradient, before both running means.", default: 0 }),
    maximize,
    decoupledWeightDecay: { ...decoupledDecay, arithmetic: true },
  },
  // `ratio` is what multiplied the gradient in the last step; the running means alone do not tell it any more.
  init: (theta) => ({ v: zeros(theta.length), u: zeros(theta.length), ratio: zeros(theta.length) }),
  step(f, theta, { v, u, ratio }, _t, h) {
    const g = f.gradient(theta).mean;
    const { learningRate, beta2, epsilon } = h;
    const sign = h.maximize === 0 ? 1 : -1;
    const coupled = h.decoupledWeightDecay === 0 ? h.weightDecay : 0;
    const keep = h.decoupledWeightDecay === 0 ? 1 : 1 - learningRate * h.weightDecay;
    for (let i = 0; i < theta.length; i++) {
      const d = sign * g[i] + coupled * theta[i];
      v[i] = beta2 * v[i] + (1 - beta2) * d * d;
      ratio[i] = Math.sqrt((u[i] + epsilon) / (v[i] + epsilon)); // one root for the two
      const delta = ratio[i] * d;
      u[i] = beta2 * u[i] + (1 - beta2) * delta * delta;
      theta[i] = keep * theta[i] - learningRate * delta;
    }
  },
  effective: "η √(u + ε) / √(v + ε), u the running mean of Δ² before the step",
  effectiveLearningRate({ ratio }, _t, { learningRate }, out) {
    for (let i = 0; i < out.length; i++) out[i] = learningRate * ratio[i];
    return out;
  },
  stateSize: (_h, shapes) => 2 * totalSize(shapes),
  annotate({ learningRate, beta2, epsilon, weightDecay, decoupledWeightDecay }, batchSize) {
    const first = learningRate * Math.sqrt(epsilon / (1 - beta2));
    const notes = [
      { hyperparameter: "learningRate", text: "no units: Δ is in units of θ by itself, whatever the loss's scale" },
      {
        hyperparameter: "learningRate",
        text: "η multiplies the step after Δ² is averaged, so it does not feed back into later steps",
      },
      {
        hyperparameter: "learningRate",
        text: `batch × k where noise dominates: η × √k, 1−ρ × k${batchSize > 1 ? ` (here B = ${typed(batchSize)})` : ""}`,
      },
      {
        hyperparameter: "beta2",
        text: `ĝ² and Δ² averaged over N = 1/(1−ρ) = ${steps(1 / (1 - beta2))} steps; neither start at 0 is corrected`,
      },
      {
        hyperparameter: "epsilon",
        text: `sets the pace: the first step is at most η√(εN) = ${spell(first)}, and steps grow from there; under the one root in units of θ², under the other of ĝ²`,
      },
    ];
    if (weightDecay > 0)
      notes.push({
        hyperparameter: "weightDecay",
        text:
          decoupledWeightDecay === 0
            ? "λθ joins ĝ and is divided by √v with it: small gradients decay fastest"
            : `θ shrinks by ηλ = ${spell(learningRate * weightDecay)} a step`,
      });
    return notes;
  },
});
