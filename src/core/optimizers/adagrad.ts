import { spell, steps, typed } from "../../protocol/index.ts";
import { zeros } from "../vector.ts";
import { decoupledDecay, epsilon, flag, learningRate, maximize, weightDecay } from "./descriptors.ts";
import { optimizer, totalSize } from "./optimizer.ts";

/** Adagrad in its diagonal form: each coordinate is divided by the root of the sum of all its squared gradients. */
export const adagrad = optimizer({
  name: "Adagrad",
  source:
    "Duchi, Hazan & Singer 2011, JMLR 12, diagonal form of Figure 1; arithmetic of torch.optim.Adagrad (PyTorch 2), " +
    "with the start values and the ε of Keras 3, optax and TensorFlow 1",
  hyperparameters: {
    learningRate: learningRate({
      meaning: "Step size: what a coordinate's first step would be if its sum of squares started at 0.",
      default: 1e-2,
      unit: "θ",
    }),
    rateDecay: {
      symbol: "κ",
      label: "rate decay",
      meaning: "Divides the learning rate of step t by 1 + κ(t − 1); PyTorch calls it lr_decay.",
      default: 0,
      range: [1e-6, 1],
      scale: "log",
      unit: "1/step",
      valid: { least: 0 },
    },
    weightDecay: weightDecay({ meaning: "Adds λθ to the gradient, before it is squared and summed.", default: 0 }),
    initialAccumulator: {
      symbol: "v₀",
      label: "start of v",
      meaning: "What the sum of squared gradients starts from.",
      default: 0,
      range: [1e-6, 1],
      scale: "log",
      unit: "ĝ²",
      valid: { least: 0 },
    },
    epsilon: epsilon({
      label: "floor of √v",
      meaning: "Added to the root, so that a coordinate without gradient does not divide by zero.",
      default: 1e-10,
      unit: "ĝ",
    }),
    maximize,
    epsilonInRoot: flag({
      symbol: "√ε",
      label: "ε in the root",
      meaning: "Adds ε to v before the root is taken, as Keras and optax do, instead of to the root.",
      arithmetic: true,
    }),
    decoupledWeightDecay: { ...decoupledDecay, arithmetic: true },
  },
  init: (theta, _shapes, { initialAccumulator }) => ({ v: zeros(theta.length).fill(initialAccumulator) }),
  step(f, theta, { v }, t, h) {
    const g = f.gradient(theta).mean;
    const { epsilon } = h;
    const rate = h.learningRate / (1 + (t - 1) * h.rateDecay);
    const sign = h.maximize === 0 ? 1 : -1;
    const coupled = h.decoupledWeightDecay === 0 ? h.weightDecay : 0;
    const keep = h.decoupledWeightDecay === 0 ? 1 : 1 - h.learningRate * h.weightDecay;
    if (h.epsilonInRoot === 0)
      for (let i = 0; i < theta.length; i++) {
        const d = sign * g[i] + coupled * theta[i];
        v[i] += d * d;
        theta[i] = keep * theta[i] - (rate * d) / (Math.sqrt(v[i]) + epsilon);
      }
    else
      for (let i = 0; i < theta.length; i++) {
        const d = sign * g[i] + coupled * theta[i];
        v[i] += d * d;
        // Without any gradient so far, and without ε, a coordinate stands still, as in optax.
        if (v[i] > 0) theta[i] = keep * theta[i] - (rate * d) / Math.sqrt(v[i] + epsilon);
        else theta[i] *= keep;
      }
  },
  effective: "ηₜ / (√v + ε) with ηₜ = η / (1 + κ(t − 1)); ε inside the root: ηₜ / √(v + ε)",
  effectiveLearningRate({ v }, t, { learningRate, rateDecay, epsilon, epsilonInRoot }, out) {
    const rate = learningRate / (1 + (t - 1) * rateDecay);
    const [inside, outside] = epsilonInRoot === 0 ? [0, epsilon] : [epsilon, 0];
    for (let i = 0; i < out.length; i++) out[i] = rate / (Math.sqrt(v[i] + inside) + outside);
    return out;
  },
  stateSize: (_h, shapes) => totalSize(shapes),
  annotate({ learningRate, rateDecay, weightDecay, initialAccumulator, epsilon, ...h }, batchSize) {
    const root = h.epsilonInRoot === 0 ? "√v" : "v";
    const notes = [
      {
        hyperparameter: "learningRate",
        text: `units of θ: with gradients of one size, ${typed(learningRate)}/√t in step t and 2η√t in all, whatever the loss's scale`,
      },
      {
        hyperparameter: "learningRate",
        text: `batch × k where noise dominates: η × √k${batchSize > 1 ? ` (here B = ${typed(batchSize)})` : ""}`,
      },
      {
        hyperparameter: "initialAccumulator",
        text:
          initialAccumulator > 0
            ? `units of ĝ²: until Σĝ² exceeds it, SGD at rate η/√v₀ = ${spell(learningRate / Math.sqrt(initialAccumulator))}`
            : "v starts at 0, so the first step is η in every coordinate, however small its gradient",
      },
    ];
    if (epsilon > 0)
      notes.push({
        hyperparameter: "epsilon",
        text: `units of ${h.epsilonInRoot === 0 ? "ĝ" : "ĝ²"}; matters only where ${root} is not far above it`,
      });
    if (rateDecay > 0)
      notes.push({
        hyperparameter: "rateDecay",
        text: `on top of 1/√t: η is halved after 1/κ = ${steps(1 / rateDecay)} steps; gradients of one size carry a coordinate ηπ/√κ = ${spell((learningRate * Math.PI) / Math.sqrt(rateDecay))} at most`,
      });
    if (weightDecay > 0)
      notes.push({
        hyperparameter: "weightDecay",
        text:
          h.decoupledWeightDecay === 0
            ? "λθ joins ĝ, enters v and is divided by √v with it: small gradients decay fastest"
            : `θ shrinks by ηλ = ${spell(learningRate * weightDecay)} a step, which √v does not slow`,
      });
    return notes;
  },
});
