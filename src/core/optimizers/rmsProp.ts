import { spell, steps, typed } from "../../protocol/index.ts";
import { zeros } from "../vector.ts";
import { optimizer, totalSize } from "./optimizer.ts";

/** RMSProp as PyTorch computes it: v starts at 0 uncorrected, ε stands outside the root, momentum after the division. */
export const rmsProp = optimizer({
  name: "RMSProp",
  source:
    "Tieleman & Hinton 2012, lecture 6.5; centered: Graves 2013, arXiv:1308.0850, eqs. 38–45; arithmetic of torch.optim.RMSprop (PyTorch 2)",
  hyperparameters: {
    learningRate: {
      symbol: "η",
      label: "learning rate",
      meaning: "Step size: what multiplies the gradient divided by its running root mean square.",
      default: 1e-2,
      range: [1e-6, 1],
      scale: "log",
    },
    beta2: {
      symbol: "β₂",
      label: "second moment",
      meaning: "Share of the running mean of ĝ² that survives a step; PyTorch calls it alpha.",
      default: 0.99,
      range: [0, 0.99999],
      scale: "decay",
    },
    epsilon: {
      symbol: "ε",
      label: "floor of √v",
      meaning: "Added to the root, so that a coordinate without gradient does not divide by zero.",
      default: 1e-8,
      range: [1e-12, 1e-2],
      scale: "log",
    },
    weightDecay: {
      symbol: "λ",
      label: "weight decay",
      meaning: "Adds λθ to the gradient, before it is divided by its root mean square.",
      default: 0,
      range: [1e-5, 1],
      scale: "log",
    },
    momentum: {
      symbol: "μ",
      label: "momentum",
      meaning: "Share of the buffer of divided gradients that survives a step.",
      default: 0,
      range: [0, 0.9999],
      scale: "decay",
    },
    centered: {
      symbol: "ctr",
      label: "centered",
      meaning: "Divides by the standard deviation of the gradient instead of its root mean square.",
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
  init: (theta) => ({ v: zeros(theta.length), m: zeros(theta.length), b: zeros(theta.length) }),
  step(f, theta, { v, m, b }, _t, { learningRate, beta2, epsilon, weightDecay, momentum, centered, maximize }) {
    const g = f.gradient(theta).mean;
    const sign = maximize === 0 ? 1 : -1;
    for (let i = 0; i < theta.length; i++) {
      const d = sign * g[i] + weightDecay * theta[i];
      v[i] = beta2 * v[i] + (1 - beta2) * d * d;
      let variance = v[i];
      if (centered !== 0) {
        m[i] += (1 - beta2) * (d - m[i]);
        variance -= m[i] * m[i];
      }
      const step = d / (Math.sqrt(variance) + epsilon);
      b[i] = momentum * b[i] + step;
      theta[i] -= learningRate * b[i];
    }
  },
  effective: "η / (√v + ε), centered η / (√(v − m²) + ε)",
  effectiveLearningRate({ v, m }, _t, { learningRate, epsilon, centered }, out) {
    const on = centered === 0 ? 0 : 1;
    for (let i = 0; i < out.length; i++) out[i] = learningRate / (Math.sqrt(v[i] - on * m[i] * m[i]) + epsilon);
    return out;
  },
  stateSize: ({ momentum, centered }, shapes) => (1 + Math.sign(momentum) + centered) * totalSize(shapes),
  annotate({ learningRate, beta2, epsilon, weightDecay, momentum, centered }, batchSize) {
    const window = 1 / (1 - beta2);
    const notes = [
      {
        hyperparameter: "learningRate",
        text: "units of θ: about η a step in each coordinate, whatever the loss's scale",
      },
      {
        hyperparameter: "learningRate",
        text: `batch × k where noise dominates: η × √k, 1−β₂ × k${batchSize > 1 ? ` (here B = ${typed(batchSize)})` : ""}`,
      },
      {
        hyperparameter: "beta2",
        text: `ĝ² averaged over N = 1/(1−β₂) = ${steps(window)} steps; starts at 0, so the first step is η√N = ${spell(learningRate * Math.sqrt(window))}`,
      },
      {
        hyperparameter: "epsilon",
        text: `units of ĝ; where √v is below it, SGD at rate η/ε = ${spell(learningRate / epsilon)}`,
      },
    ];
    if (momentum > 0 && momentum < 1)
      notes.push({
        hyperparameter: "momentum",
        text: `averages over N = 1/(1−μ) = ${steps(1 / (1 - momentum))} steps; coupled to η: η/(1−μ) = ${spell(learningRate / (1 - momentum))} in the long run`,
      });
    if (weightDecay > 0)
      notes.push({
        hyperparameter: "weightDecay",
        text: "λθ joins ĝ and is divided by √v with it: small gradients decay fastest",
      });
    if (centered !== 0)
      notes.push({
        hyperparameter: "centered",
        text: "where the gradient hardly varies, v − m² falls towards 0 and only ε bounds the step",
      });
    return notes;
  },
});
