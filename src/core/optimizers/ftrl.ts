import { spell, typed } from "../../protocol/index.ts";
import { zeros } from "../vector.ts";
import { learningRate, weightDecay } from "./descriptors.ts";
import { optimizer, totalSize } from "./optimizer.ts";

const strength = { default: 0, range: [1e-6, 1], scale: "log", valid: { least: 0 } } as const;

/**
 * Follow the regularized leader, proximal: θ is computed anew in each step from a sum z of gradients, so that an ℓ1 penalty
 * leaves exact zeros. Without penalties it is Adagrad, except that z starts as if θ had been 0.
 */
export const ftrl = optimizer({
  name: "Ftrl",
  source:
    "McMahan et al. 2013, KDD, Algorithm 1; shrinkage and power as in keras.optimizers.Ftrl (Keras 3) and TensorFlow 1",
  hyperparameters: {
    learningRate: learningRate({
      meaning: "Step size: what multiplies the gradient divided by nᵖ; it also scales θ itself.",
      default: 1e-3,
      unit: "θ",
      valid: { above: 0 },
    }),
    power: {
      symbol: "−p",
      label: "power of the rate",
      meaning: "The rate falls as n to this power: −0.5 is Adagrad's root, 0 a constant rate.",
      default: -0.5,
      range: [-1, 0],
      scale: "linear",
      valid: { most: 0 },
    },
    initialAccumulator: {
      symbol: "n₀",
      label: "start of n",
      meaning: "What the sum of squared gradients starts from.",
      default: 0.1,
      range: [1e-6, 1],
      scale: "log",
      unit: "ĝ²",
      valid: { least: 0 },
    },
    l1: { ...strength, symbol: "λ₁", label: "ℓ1 penalty", meaning: "Coordinates with |z| below this are exactly 0." },
    l2: { ...strength, symbol: "λ₂", label: "ℓ2 penalty", meaning: "Stabilizes: adds 2λ₂ to what z is divided by." },
    l2Shrinkage: {
      ...strength,
      symbol: "λs",
      label: "shrinkage",
      meaning: "Adds 2λsθ to the gradient in z, but not to its square in n.",
    },
    beta: {
      ...strength,
      symbol: "β",
      label: "start of the root",
      meaning: "Added to nᵖ, as if earlier gradients had been seen.",
      range: [1e-6, 10],
    },
    weightDecay: weightDecay({ meaning: "Takes ηλθ from θ itself before the step.", default: 0 }),
  },
  init: (theta, _shapes, { initialAccumulator }) => ({
    n: zeros(theta.length).fill(initialAccumulator),
    z: zeros(theta.length),
  }),
  step(f, theta, { n, z }, _t, { learningRate, power, l1, l2, l2Shrinkage, beta, weightDecay }) {
    const g = f.gradient(theta).mean;
    const keep = 1 - learningRate * weightDecay;
    const inverseRate = 1 / learningRate;
    const floor = 2 * l2 + beta * inverseRate;
    const root = power === -0.5;
    for (let i = 0; i < theta.length; i++) {
      const at = keep * theta[i];
      const before = root ? Math.sqrt(n[i]) : n[i] ** -power;
      n[i] += g[i] * g[i];
      const after = root ? Math.sqrt(n[i]) : n[i] ** -power;
      z[i] += g[i] + 2 * l2Shrinkage * at - (after - before) * inverseRate * at;
      theta[i] = (Math.min(Math.max(z[i], -l1), l1) - z[i]) / (after * inverseRate + floor);
    }
  },
  effective: "1 / ((nᵖ + β)/η + 2λ₂) where θ ≠ 0",
  effectiveLearningRate({ n }, _t, { learningRate, power, l2, beta }, out) {
    for (let i = 0; i < out.length; i++) out[i] = 1 / ((n[i] ** -power + beta) / learningRate + 2 * l2);
    return out;
  },
  stateSize: (_h, shapes) => 2 * totalSize(shapes),
  annotate({ learningRate, power, initialAccumulator, l1, l2, l2Shrinkage, weightDecay }, batchSize) {
    const notes = [
      {
        hyperparameter: "learningRate",
        text:
          power === -0.5
            ? `units of θ: with gradients of one size, ${typed(learningRate)}/√t in step t, as in Adagrad`
            : `units of θ·ĝ^${typed(-2 * power - 1)}: what multiplies ĝ is η/nᵖ, p = ${typed(-power)}`,
      },
      {
        hyperparameter: "learningRate",
        text: "θ is computed from z at every step: a schedule that lowers η scales θ itself towards 0",
      },
      {
        hyperparameter: "learningRate",
        text: `batch × k where noise dominates: η × √k${batchSize > 1 ? ` (here B = ${typed(batchSize)})` : ""}`,
      },
      {
        hyperparameter: "initialAccumulator",
        text: `z starts at 0: the first step forgets where θ started but for the part 1 − (n₀/n)^p, n₀ = ${typed(initialAccumulator)}`,
      },
    ];
    if (l1 > 0)
      notes.push({ hyperparameter: "l1", text: `units of a sum of ĝ: θ is exactly 0 while |z| ≤ ${typed(l1)}` });
    if (l2 > 0)
      notes.push({
        hyperparameter: "l2",
        text: `bounds the effective rate by 1/(2λ₂) = ${spell(1 / (2 * l2))}; draws θ to 0`,
      });
    if (l2Shrinkage > 0)
      notes.push({ hyperparameter: "l2Shrinkage", text: "as a penalty λs‖θ‖² on the loss, which n does not see" });
    if (weightDecay > 0)
      notes.push({
        hyperparameter: "weightDecay",
        text: "θ is computed from z again, so its shrinking counts only in proportion to the growth of n",
      });
    return notes;
  },
});
