import { spell, steps } from "../../protocol/index.ts";
import { zeros } from "../vector.ts";
import { optimizer, totalSize } from "./optimizer.ts";

/** Stochastic gradient descent with heavy-ball or Nesterov momentum, as PyTorch computes it: the buffer holds no rate. */
export const sgd = optimizer({
  name: "SGD",
  source:
    "Robbins & Monro 1951; momentum: Polyak 1964 and Sutskever et al. 2013; arithmetic of torch.optim.SGD (PyTorch 2)",
  hyperparameters: {
    learningRate: {
      symbol: "η",
      label: "learning rate",
      meaning: "Step size: what multiplies the gradient, or the momentum buffer.",
      default: 1e-3,
      range: [1e-6, 1],
      scale: "log",
    },
    momentum: {
      symbol: "μ",
      label: "momentum",
      meaning: "Share of the buffer that survives a step; 0 is plain gradient descent.",
      default: 0,
      range: [0, 0.9999],
      scale: "decay",
    },
    dampening: {
      symbol: "τ",
      label: "dampening",
      meaning: "Withholds this share of each gradient from the momentum buffer, the first gradient excepted.",
      default: 0,
      range: [0, 1],
      scale: "linear",
    },
    weightDecay: {
      symbol: "λ",
      label: "weight decay",
      meaning: "Adds λθ to the gradient, as a penalty ½λ‖θ‖² on the loss does.",
      default: 0,
      range: [1e-5, 1],
      scale: "log",
    },
    nesterov: {
      symbol: "NAG",
      label: "Nesterov",
      meaning: "Steps along the gradient plus μ times the buffer, which anticipates the next step.",
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
  },
  init: (theta) => ({ b: zeros(theta.length), started: false }),
  step(f, theta, state, _t, { learningRate, momentum, dampening, weightDecay, nesterov, maximize }) {
    const g = f.gradient(theta).mean;
    const { b } = state;
    const sign = maximize === 0 ? 1 : -1;
    if (momentum === 0) {
      for (let i = 0; i < theta.length; i++) theta[i] -= learningRate * (sign * g[i] + weightDecay * theta[i]);
      return;
    }
    // The first gradient enters the buffer whole, whatever the dampening.
    const kept = state.started ? momentum : 0;
    const entering = state.started ? 1 - dampening : 1;
    state.started = true;
    for (let i = 0; i < theta.length; i++) {
      const d = sign * g[i] + weightDecay * theta[i];
      b[i] = kept * b[i] + entering * d;
      theta[i] -= learningRate * (nesterov === 0 ? b[i] : d + momentum * b[i]);
    }
  },
  effective: "η",
  effectiveLearningRate: (_state, _t, { learningRate }, out) => out.fill(learningRate),
  stateSize: ({ momentum }, shapes) => (momentum === 0 ? 0 : totalSize(shapes)),
  annotate({ learningRate, momentum, dampening, weightDecay, nesterov }, batchSize) {
    const gain = (1 - dampening) / (1 - momentum);
    const perBatch = batchSize > 1 ? `; per example η/B is ${spell(learningRate / batchSize)}` : "";
    const notes = [
      {
        hyperparameter: "learningRate",
        text: "units of θ²/loss: rescale θ by c, and η must be rescaled by c²",
      },
      {
        hyperparameter: "learningRate",
        text: `batch × k: η × k keeps noise and progress per example${perBatch}`,
      },
    ];
    if (momentum > 0 && momentum < 1)
      notes.push({
        hyperparameter: "momentum",
        text:
          `averages over N = 1/(1−μ) = ${steps(1 / (1 - momentum))} steps; coupled to η: ` +
          `${dampening === 0 ? "η/(1−μ)" : "η(1−τ)/(1−μ)"} = ${spell(learningRate * gain)} in the long run`,
      });
    if (dampening > 0 && momentum > 0)
      notes.push({
        hyperparameter: "dampening",
        text: `the first gradient counts in full, later ones by ${spell(1 - dampening)}`,
      });
    if (nesterov !== 0 && momentum > 0)
      notes.push({
        hyperparameter: "nesterov",
        text: `the newest gradient counts 1 + μ = ${spell(1 + momentum)} times at once`,
      });
    if (weightDecay > 0) {
      const shrink = learningRate * weightDecay * (momentum > 0 ? gain : 1);
      notes.push({
        hyperparameter: "weightDecay",
        text: `coupled to η: θ shrinks by ${spell(shrink)} a step, e-fold in ${steps(1 / shrink)} steps`,
      });
    }
    return notes;
  },
});
