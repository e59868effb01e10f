import { spell, steps, typed } from "../../protocol/index.ts";
import { zeros } from "../vector.ts";
import { learningRate, maximize, weightDecay } from "./descriptors.ts";
import { optimizer, totalSize } from "./optimizer.ts";

/**
 * Averaged SGD: plain steps at a rate that falls as (1 + ληt)^−α, and the running mean of θ beside them. As in PyTorch,
 * each step leaves the rate and the weight of the next one: a changed learning rate is felt one step late.
 */
export const asgd = optimizer({
  name: "ASGD",
  source:
    "Polyak & Juditsky 1992, SIAM J. Control Optim. 30; the falling rate: Bottou 2010 and Xu 2011, arXiv:1107.2490; " +
    "arithmetic of torch.optim.ASGD (PyTorch 2)",
  hyperparameters: {
    learningRate: learningRate({
      meaning: "Rate of the first step, from which it falls.",
      default: 1e-2,
      unit: "θ²/loss",
    }),
    decay: {
      symbol: "λ",
      label: "decay",
      meaning: "Shrinks θ by ηλ a step, and sets how fast the rate falls; PyTorch calls it lambd.",
      default: 1e-4,
      range: [1e-6, 1],
      scale: "log",
      unit: "loss/θ²",
      valid: { least: 0 },
    },
    power: {
      symbol: "α",
      label: "power of the rate",
      meaning: "The rate falls as 1/(1 + ληt) to this power.",
      default: 0.75,
      range: [0, 1],
      scale: "linear",
    },
    averageFrom: {
      symbol: "t₀",
      label: "averaging starts",
      meaning: "Step from which θ is averaged; until then the average is θ itself.",
      default: 1e6,
      range: [1, 1e9],
      scale: "log",
      unit: "steps",
    },
    weightDecay: weightDecay({ symbol: "λ₂", meaning: "Adds λ₂θ to the gradient, beside the decay λ.", default: 0 }),
    maximize,
  },
  init: (theta, _shapes, { learningRate }) => ({
    average: zeros(theta.length),
    rate: learningRate,
    nextRate: learningRate,
    nextWeight: 1,
  }),
  step(f, theta, state, t, h) {
    const g = f.gradient(theta).mean;
    const { average, nextRate: rate, nextWeight: weight } = state;
    const sign = h.maximize === 0 ? 1 : -1;
    const keep = 1 - h.decay * rate;
    for (let i = 0; i < theta.length; i++) {
      const d = sign * g[i] + h.weightDecay * theta[i];
      theta[i] = keep * theta[i] - rate * d;
    }
    if (weight === 1) average.set(theta);
    else for (let i = 0; i < theta.length; i++) average[i] += weight * (theta[i] - average[i]);
    state.rate = rate;
    state.nextRate = h.learningRate / (1 + h.decay * h.learningRate * t) ** h.power;
    state.nextWeight = 1 / Math.max(1, t - h.averageFrom);
  },
  effective: "ηₜ = η / (1 + λη(t − 1))^α",
  effectiveLearningRate: ({ rate }, _t, _h, out) => out.fill(rate),
  evaluated(state, _theta, _t, _h, out) {
    out.set(state.average);
    return out;
  },
  stateSize: (_h, shapes) => totalSize(shapes) + 2 * shapes.length,
  annotate({ learningRate, decay, power, averageFrom, weightDecay }, batchSize) {
    const perBatch = batchSize > 1 ? `; per example η/B is ${spell(learningRate / batchSize)}` : "";
    const notes = [
      { hyperparameter: "learningRate", text: "units of θ²/loss: rescale θ by c, and η must be rescaled by c²" },
      {
        hyperparameter: "learningRate",
        text: `batch × k: η × k keeps noise and progress per example${perBatch}`,
      },
      {
        hyperparameter: "learningRate",
        text: "a schedule is felt one step late: each step computes the rate of the next",
      },
      {
        hyperparameter: "averageFrom",
        text:
          averageFrom > 1e5
            ? `no average before step ${typed(averageFrom)}: a shorter run evaluates θ itself`
            : `evaluated is the mean of θ since step ${typed(averageFrom)}; its noise falls as 1/(t − t₀)`,
      },
    ];
    if (decay > 0 && learningRate > 0)
      notes.push({
        hyperparameter: "decay",
        text: `coupled to η: θ shrinks by ηλ = ${spell(learningRate * decay)} a step, and the rate falls after 1/(ηλ) = ${steps(1 / (learningRate * decay))} steps, as t^−${typed(power)}`,
      });
    if (weightDecay > 0)
      notes.push({
        hyperparameter: "weightDecay",
        text: "adds to the decay λ, but leaves the rate's fall alone",
      });
    return notes;
  },
});
