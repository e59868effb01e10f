import { spell, steps, typed } from "../../protocol/index.ts";
import type { Values } from "../../protocol/index.ts";
import { zeros } from "../vector.ts";
import { decoupledDecay, epsilon, flag, learningRate, share, weightDecay } from "./descriptors.ts";
import { optimizer, totalSize } from "./optimizer.ts";

const hyperparameters = {
  learningRate: learningRate({
    meaning: "Step size: what multiplies the mean gradient divided by how far gradients stray from it.",
    default: 1e-3,
    unit: "θ",
  }),
  beta1: share({
    symbol: "β₁",
    label: "momentum",
    meaning: "Share of the running mean of ĝ that survives a step.",
    default: 0.9,
  }),
  beta2: share({
    symbol: "β₂",
    label: "belief",
    meaning: "Share of the running mean of (ĝ − m)² that survives a step.",
    default: 0.999,
  }),
  epsilon: epsilon({
    label: "floor of √ŝ",
    meaning: "Added to the root, and by the authors also to s at every step.",
    default: 1e-16,
    range: [1e-20, 1e-2],
  }),
  weightDecay: weightDecay({ meaning: "Takes ηλθ from θ itself, or adds λθ to the gradient.", default: 0 }),
  amsgrad: flag({
    symbol: "AMS",
    label: "AMSGrad",
    meaning: "Divides by the largest s so far; without effect where the step is rectified.",
  }),
  decoupledWeightDecay: { ...decoupledDecay, default: 1 },
  fixedDecay: flag({
    symbol: "fix",
    label: "decay without η",
    meaning: "Decoupled decay takes λθ from θ, whatever the learning rate.",
  }),
  rectify: flag({
    symbol: "R",
    label: "rectified",
    meaning: "Shrinks early steps by the variance that s still has, as RAdam does (Liu et al. 2020, arXiv:1908.03265).",
    default: 1,
  }),
  degenerateToSgd: flag({
    symbol: "SGD",
    label: "SGD at first",
    meaning: "Steps by the mean gradient while s cannot be rectified yet, instead of standing still.",
    default: 1,
  }),
  epsilonRoot: epsilon({
    symbol: "ε̄",
    label: "ε in s",
    meaning: "Added to s at every step in optax, where the authors add ε.",
    default: 0,
    range: [1e-20, 1e-2],
    unit: "ĝ²",
    arithmetic: true,
  }),
  nesterov: flag({
    symbol: "NAG",
    label: "Nesterov",
    meaning: "Mixes the newest gradient into the corrected mean once more; only optax has it.",
  }),
  arithmetic: {
    symbol: "lib",
    label: "what joins s",
    meaning: "What is added to s at every step: ε in the authors' code, a number of its own in optax.",
    default: 0,
    range: [0, 1],
    scale: "choice",
    choices: ["authors", "optax"],
    arithmetic: true,
  },
} as const;
type H = Values<typeof hyperparameters>;

/** AdaBelief: Adam, but divided by how far the gradients stray from their mean instead of by their size. */
export const adaBelief = optimizer({
  name: "AdaBelief",
  source:
    "Zhuang et al. 2020, Algorithm 2, arXiv:2010.07468; arithmetic of the authors' adabelief-pytorch 0.2, and of optax",
  hyperparameters,
  init: (theta) => ({ m: zeros(theta.length), s: zeros(theta.length), sMax: zeros(theta.length) }),
  step(f, theta, { m, s, sMax }, t, h) {
    const g = f.gradient(theta).mean;
    const { learningRate, beta1, beta2, epsilon, weightDecay } = h;
    const decoupled = h.decoupledWeightDecay !== 0;
    const keep = decoupled ? 1 - (h.fixedDecay === 0 ? learningRate : 1) * weightDecay : 1;
    const coupled = decoupled ? 0 : weightDecay;
    const added = h.arithmetic === 0 ? epsilon : h.epsilonRoot;
    const { factor, rootFactor, divides, largest } = denominator(h, t);
    const correction = 1 - beta1 ** t;
    const rate = learningRate * factor;
    const ofMean = h.nesterov === 0 ? rate / correction : (rate * beta1) / (1 - beta1 ** (t + 1));
    const ofGradient = h.nesterov === 0 ? 0 : (rate * (1 - beta1)) / correction;
    for (let i = 0; i < theta.length; i++) {
      const d = g[i] + coupled * theta[i];
      m[i] = beta1 * m[i] + (1 - beta1) * d;
      const astray = d - m[i];
      let second = (s[i] = beta2 * s[i] + (1 - beta2) * astray * astray + added);
      if (largest) second = sMax[i] = Math.max(sMax[i], second);
      const below = divides ? Math.sqrt(second) * rootFactor + epsilon : 1;
      theta[i] = keep * theta[i] - (ofMean * m[i] + ofGradient * d) / below;
    }
  },
  effective: "η / (√ŝ + ε), rectified ηr√(1 − β₂ᵗ) / (√s + ε), and η at first",
  effectiveLearningRate({ s, sMax }, t, h, out) {
    const { factor, rootFactor, divides, largest } = denominator(h, t);
    const rate = h.learningRate * factor;
    if (!divides) return out.fill(rate);
    const second = largest ? sMax : s;
    for (let i = 0; i < out.length; i++) out[i] = rate / (Math.sqrt(second[i]) * rootFactor + h.epsilon);
    return out;
  },
  stateSize: ({ amsgrad }, shapes) => (amsgrad === 0 ? 2 : 3) * totalSize(shapes),
  annotate(h, batchSize) {
    const { learningRate, beta1, beta2, epsilon, weightDecay } = h;
    const first = firstRectified(beta2);
    const notes = [
      {
        hyperparameter: "learningRate",
        text: `units of θ: about ${typed(learningRate)} a step where gradients are as wide as their mean; more where they agree`,
      },
      {
        hyperparameter: "learningRate",
        text: `batch × k where noise dominates: η × √k, 1−β₁ and 1−β₂ × k${batchSize > 1 ? ` (here B = ${typed(batchSize)})` : ""}`,
      },
      {
        hyperparameter: "beta1",
        text: `ĝ averaged over N = 1/(1−β₁) = ${steps(1 / (1 - beta1))} steps; m holds the newest ĝ already, so (ĝ − m)² is β₁² = ${spell(beta1 ** 2)} of the square by which ĝ strayed from the mean before it`,
      },
      { hyperparameter: "beta2", text: `(ĝ − m)² averaged over N = 1/(1−β₂) = ${steps(1 / (1 - beta2))} steps` },
    ];
    if (epsilon > 0 && h.arithmetic === 0)
      notes.push({
        hyperparameter: "epsilon",
        text: `joins s at every step: without noise √ŝ settles at √(εN) = ${spell(Math.sqrt(epsilon / (1 - beta2)))}, a rate of ${spell(learningRate / Math.sqrt(epsilon / (1 - beta2)))}`,
      });
    if (h.rectify !== 0)
      notes.push({
        hyperparameter: "rectify",
        text:
          `${Number.isFinite(first) ? `from step ${typed(first)} on; until then` : "never, β₂ is too small:"} ` +
          (h.degenerateToSgd === 0 ? "θ stands still" : "SGD with momentum at rate η, in units of θ²/loss"),
      });
    if (weightDecay > 0)
      notes.push({
        hyperparameter: "weightDecay",
        text:
          h.decoupledWeightDecay === 0
            ? "λθ joins ĝ, and m with it: what stays the same from step to step leaves s alone"
            : h.fixedDecay === 0
              ? `θ shrinks by ηλ = ${spell(learningRate * weightDecay)} a step, e-fold in ${steps(1 / (learningRate * weightDecay))} steps`
              : `θ shrinks by λ = ${spell(weightDecay)} a step, not coupled to η`,
      });
    return notes;
  },
});

/** What multiplies m̂ beside η, and what the root of s, once for a step. */
function denominator(h: H, t: number) {
  const largest = h.amsgrad !== 0;
  if (h.rectify === 0) return { factor: 1, rootFactor: 1 / Math.sqrt(1 - h.beta2 ** t), divides: true, largest };
  const factor = rectification(h.beta2, t);
  if (factor > 0) return { factor, rootFactor: 1, divides: true, largest: false };
  return { factor: h.degenerateToSgd === 0 ? 0 : 1, rootFactor: 1, divides: false, largest: false };
}

/** RAdam's r times √(1 − β₂ᵗ), or 0 while the approximated length of the average is below 5. Liu et al. 2020, Algorithm 2. */
function rectification(beta2: number, t: number): number {
  const longest = 2 / (1 - beta2) - 1;
  const length = longest - (2 * t * beta2 ** t) / (1 - beta2 ** t);
  if (!(length >= 5)) return 0;
  const variance = ((length - 4) / (longest - 4)) * ((length - 2) / length) * (longest / (longest - 2));
  return Math.sqrt((1 - beta2 ** t) * variance);
}

/** First step that is rectified; infinite where none ever is. */
function firstRectified(beta2: number): number {
  if (2 / (1 - beta2) - 1 <= 5) return Infinity;
  let t = 1;
  while (rectification(beta2, t) === 0) t++;
  return t;
}
