import { spell, steps } from "../../protocol/index.ts";
import type { Note } from "../../protocol/index.ts";
import { zeros, type Vector } from "../vector.ts";
import { decoupledDecay, flag, learningRate, maximize, momentum, weightDecay } from "./descriptors.ts";
import { optimizer, totalSize } from "./optimizer.ts";

/**
 * Stochastic gradient descent with heavy-ball or Nesterov momentum. As PyTorch, optax and TensorFlow 1 compute it, the buffer
 * holds no rate; Keras's holds it.
 */
export const sgd = optimizer({
  name: "SGD",
  source:
    "Robbins & Monro 1951; momentum: Polyak 1964 and Sutskever et al. 2013; arithmetic of torch.optim.SGD (PyTorch 2)",
  hyperparameters: {
    learningRate: learningRate({
      meaning: "Step size: what multiplies the gradient, or the momentum buffer.",
      default: 1e-3,
      unit: "θ²/loss",
    }),
    momentum: momentum({
      meaning: "Share of the buffer that survives a step; 0 is plain gradient descent.",
      default: 0,
    }),
    dampening: {
      symbol: "τ",
      label: "dampening",
      meaning: "Withholds this share of each gradient from the momentum buffer, the first gradient excepted.",
      default: 0,
      range: [0, 1],
      scale: "linear",
    },
    weightDecay: weightDecay({
      meaning: "Adds λθ to the gradient, as a penalty ½λ‖θ‖² on the loss does.",
      default: 0,
      unit: "loss/θ²",
    }),
    nesterov: flag({
      symbol: "NAG",
      label: "Nesterov",
      meaning: "Steps along the gradient plus μ times the buffer, which anticipates the next step.",
    }),
    maximize,
    rateInMomentum: flag({
      symbol: "η in b",
      label: "rate in the buffer",
      meaning:
        "Gradients enter the buffer times η (Keras): a changed rate does not change the steps that it remembers.",
      arithmetic: true,
    }),
    decoupledWeightDecay: { ...decoupledDecay, arithmetic: true },
  },
  init: (theta) => ({ b: zeros(theta.length), started: false }),
  step(f, theta, state, _t, h) {
    const g = f.gradient(theta).mean;
    const { b } = state;
    const { learningRate: eta, momentum: mu, dampening } = h;
    const sign = h.maximize === 0 ? 1 : -1;
    const decoupled = h.decoupledWeightDecay !== 0;
    const decay = decoupled ? 0 : h.weightDecay;
    // θ shrinks before the step; the gradient was taken where θ stood.
    if (decoupled && h.weightDecay !== 0) for (let i = 0; i < theta.length; i++) theta[i] *= 1 - eta * h.weightDecay;
    if (mu === 0) {
      descend(theta, g, eta, sign, decay);
      return;
    }
    // The first gradient enters the buffer whole, whatever the dampening.
    const kept = state.started ? mu : 0;
    const inside = h.rateInMomentum === 0 ? 1 : eta;
    const outside = h.rateInMomentum === 0 ? eta : 1;
    const entering = inside * (state.started ? 1 - dampening : 1);
    state.started = true;
    if (h.nesterov === 0) {
      for (let i = 0; i < theta.length; i++) {
        b[i] = kept * b[i] + entering * (sign * g[i] + decay * theta[i]);
        theta[i] -= outside * b[i];
      }
      return;
    }
    for (let i = 0; i < theta.length; i++) {
      const d = sign * g[i] + decay * theta[i];
      b[i] = kept * b[i] + entering * d;
      theta[i] -= outside * (inside * d + mu * b[i]);
    }
  },
  rule: {
    kernel: "sgd",
    covers: () => true,
    row(t, h, row, at) {
      const { learningRate: eta, momentum: mu, dampening } = h;
      const decoupled = h.decoupledWeightDecay !== 0;
      const inside = h.rateInMomentum === 0 ? 1 : eta;
      row[at] = h.maximize === 0 ? 1 : -1;
      row[at + 1] = decoupled ? 0 : h.weightDecay;
      row[at + 2] = decoupled ? 1 - eta * h.weightDecay : 1;
      row[at + 3] = t === 1 ? 0 : mu;
      row[at + 4] = mu === 0 ? 1 : inside * (t === 1 ? 1 : 1 - dampening);
      row[at + 5] = mu === 0 ? 1 : h.nesterov === 0 ? 0 : inside;
      row[at + 6] = mu === 0 ? 0 : h.nesterov === 0 ? 1 : mu;
      row[at + 7] = mu === 0 || h.rateInMomentum === 0 ? eta : 1;
    },
    settled: () => 1,
    state: ([b]) => ({ b, started: true }),
  },
  effective: "η",
  effectiveLearningRate: (_state, _t, { learningRate: eta }, out) => out.fill(eta),
  stateSize: ({ momentum: mu }, shapes) => (mu === 0 ? 0 : totalSize(shapes)),
  annotate(h, batchSize) {
    const { learningRate: eta, momentum: mu, dampening, nesterov, rateInMomentum } = h;
    const gain = (1 - dampening) / (1 - mu);
    const perBatch = batchSize > 1 ? `; per example η/B is ${spell(eta / batchSize)}` : "";
    const notes: Note[] = [
      {
        hyperparameter: "learningRate",
        text: "units of θ²/loss: rescale θ by c, and η must be rescaled by c²",
      },
      {
        hyperparameter: "learningRate",
        text: `batch × k: η × k keeps noise and progress per example${perBatch}`,
      },
    ];
    if (mu > 0 && mu < 1)
      notes.push({
        hyperparameter: "momentum",
        text:
          `averages over N = 1/(1−μ) = ${steps(1 / (1 - mu))} steps; coupled to η: ` +
          `${dampening === 0 ? "η/(1−μ)" : "η(1−τ)/(1−μ)"} = ${spell(eta * gain)} in the long run`,
      });
    if (dampening > 0 && mu > 0)
      notes.push({
        hyperparameter: "dampening",
        text: `the first gradient counts in full, later ones by ${spell(1 - dampening)}`,
      });
    if (nesterov !== 0 && mu > 0)
      notes.push({
        hyperparameter: "nesterov",
        text: `the newest gradient counts 1 + μ = ${spell(1 + mu)} times at once`,
      });
    if (rateInMomentum !== 0 && mu > 0)
      notes.push({
        hyperparameter: "rateInMomentum",
        text: "the buffer holds η: after a change of rate, old gradients still count at the rate of their day",
      });
    const shrink = shrinkage(h, gain);
    if (shrink > 0)
      notes.push({
        hyperparameter: "weightDecay",
        text: `coupled to η: θ shrinks by ${spell(shrink)} a step, e-fold in ${steps(1 / shrink)} steps`,
      });
    return notes;
  },
});

/** θ ← θ − η (±g + λθ). Four coordinates in a turn of the loop, which takes half as long. */
function descend(theta: Vector, g: Vector, eta: number, sign: number, decay: number): void {
  const one = (i: number): void => {
    theta[i] -= eta * (sign * g[i] + decay * theta[i]);
  };
  const fours = theta.length & ~3;
  for (let i = 0; i < fours; i += 4) {
    one(i);
    one(i + 1);
    one(i + 2);
    one(i + 3);
  }
  for (let i = fours; i < theta.length; i++) one(i);
}

/** What a step takes from θ in the long run: decay that goes through the buffer is multiplied as the gradient is. */
function shrinkage(
  h: { readonly [K in "learningRate" | "weightDecay" | "momentum" | "decoupledWeightDecay"]: number },
  gain: number,
): number {
  const throughBuffer = h.momentum > 0 && h.momentum < 1 && h.decoupledWeightDecay === 0;
  return h.learningRate * h.weightDecay * (throughBuffer ? gain : 1);
}
