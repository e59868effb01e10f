import { spell, steps, typed } from "../../protocol/index.ts";
import { zeros } from "../vector.ts";
import { epsilon, flag, learningRate, share, weightDecay } from "./descriptors.ts";
import { optimizer, totalSize } from "./optimizer.ts";

/** Adan: Nesterov momentum from the running mean of gradient differences, normalized as Adam does. */
export const adan = optimizer({
  name: "Adan",
  source:
    "Xie et al. 2022, Algorithm 1, arXiv:2208.06677; arithmetic of the authors' adan.py; optax weighs differences by 1 − β₂",
  hyperparameters: {
    learningRate: learningRate({
      meaning: "Step size: how far a coordinate moves in a step while its gradient keeps its sign.",
      default: 1e-3,
      unit: "θ",
    }),
    beta1: share({
      symbol: "β₁",
      label: "momentum",
      meaning: "Share of the running mean of ĝ that survives a step.",
      default: 0.98,
    }),
    beta2: share({
      symbol: "β₂",
      label: "differences",
      meaning: "Share of the running mean of ĝₜ − ĝₜ₋₁ that survives a step, and its weight in the step.",
      default: 0.92,
    }),
    beta3: share({
      symbol: "β₃",
      label: "second moment",
      meaning: "Share of the running mean of squared extrapolated gradients that survives a step.",
      default: 0.99,
    }),
    epsilon: epsilon({
      label: "floor of √n̂",
      meaning: "Added to the root, so that a coordinate without gradient does not divide by zero.",
      default: 1e-8,
      unit: "ĝ",
    }),
    weightDecay: weightDecay({
      meaning: "Divides θ by 1 + ηλ after the step, or multiplies it by 1 − ηλ before it.",
      default: 0,
    }),
    maxGradientNorm: {
      symbol: "c",
      label: "largest norm",
      meaning: "Gradients are scaled down to this norm over all parameters; 0 leaves them alone.",
      default: 0,
      range: [1e-2, 100],
      scale: "log",
      unit: "ĝ",
      valid: { least: 0 },
    },
    noProximal: flag({
      symbol: "W",
      label: "decay as in AdamW",
      meaning: "Multiplies θ by 1 − ηλ before the step instead of dividing it by 1 + ηλ after it.",
    }),
    epsilonRoot: epsilon({
      symbol: "ε̄",
      label: "ε in the root",
      meaning: "Added to n̂ before the root is taken; only optax has it.",
      default: 0,
      unit: "ĝ²",
      arithmetic: true,
    }),
    arithmetic: {
      symbol: "lib",
      label: "weight of differences",
      meaning: "What multiplies a difference of gradients: β₂ in the authors' code, 1 − β₂ in optax.",
      default: 0,
      range: [0, 1],
      scale: "choice",
      choices: ["authors", "optax"],
      arithmetic: true,
    },
  },
  init: (theta) => ({
    m: zeros(theta.length),
    d: zeros(theta.length),
    n: zeros(theta.length),
    before: zeros(theta.length),
  }),
  step(f, theta, { m, d, n, before }, t, h) {
    const gradient = f.gradient(theta);
    const g = gradient.mean;
    const { learningRate, beta1, beta2, beta3, epsilon, epsilonRoot } = h;
    const scale = h.maxGradientNorm > 0 ? clipped(gradient.whole ?? g, h.maxGradientNorm, epsilon) : 1;
    const weight = h.arithmetic === 0 ? beta2 : 1 - beta2;
    const rate = learningRate / (1 - beta1 ** t);
    const rateOfDifference = (learningRate * weight) / (1 - beta2 ** t);
    const correction = 1 / (1 - beta3 ** t);
    const shrink = learningRate * h.weightDecay;
    const [keep, divide] = h.noProximal === 0 ? [1, 1 + shrink] : [1 - shrink, 1];
    // The first difference is 0.
    if (t === 1) for (let i = 0; i < theta.length; i++) before[i] = scale * g[i];
    for (let i = 0; i < theta.length; i++) {
      const now = scale * g[i];
      const difference = now - before[i];
      const ahead = now + weight * difference;
      before[i] = now;
      m[i] = beta1 * m[i] + (1 - beta1) * now;
      d[i] = beta2 * d[i] + (1 - beta2) * difference;
      n[i] = beta3 * n[i] + (1 - beta3) * ahead * ahead;
      const root = Math.sqrt(n[i] * correction + epsilonRoot) + epsilon;
      theta[i] = (keep * theta[i] - (rate * m[i] + rateOfDifference * d[i]) / root) / divide;
    }
  },
  effective: "η / (√n̂ + ε), what multiplies m̂ and the weighted mean of differences",
  effectiveLearningRate({ n }, t, { learningRate, beta3, epsilon, epsilonRoot }, out) {
    const correction = 1 / (1 - beta3 ** t);
    for (let i = 0; i < out.length; i++) out[i] = learningRate / (Math.sqrt(n[i] * correction + epsilonRoot) + epsilon);
    return out;
  },
  stateSize: (_h, shapes) => 4 * totalSize(shapes),
  annotate(
    { learningRate, beta1, beta2, beta3, epsilon, weightDecay, maxGradientNorm, noProximal, arithmetic },
    batchSize,
  ) {
    const notes = [
      {
        hyperparameter: "learningRate",
        text: `units of θ: about ${typed(learningRate)} a step in each coordinate, whatever the loss's scale`,
      },
      {
        hyperparameter: "learningRate",
        text: `batch × k where noise dominates: η × √k, every 1−β × k${batchSize > 1 ? ` (here B = ${typed(batchSize)})` : ""}`,
      },
      {
        hyperparameter: "beta1",
        text: `ĝ averaged over N = 1/(1−β₁) = ${steps(1 / (1 - beta1))} steps; these β are shares that survive, the paper's are 1 − β`,
      },
      {
        hyperparameter: "beta2",
        text: `differences averaged over N = 1/(1−β₂) = ${steps(1 / (1 - beta2))} steps and weighed by ${spell(arithmetic === 0 ? beta2 : 1 - beta2)}`,
      },
      { hyperparameter: "beta3", text: `n averaged over N = 1/(1−β₃) = ${steps(1 / (1 - beta3))} steps` },
    ];
    if (epsilon > 0)
      notes.push({
        hyperparameter: "epsilon",
        text: `units of ĝ; where √n̂ is below it, momentum SGD at rate η/ε = ${spell(learningRate / epsilon)}`,
      });
    if (maxGradientNorm > 0)
      notes.push({
        hyperparameter: "maxGradientNorm",
        text: "the clipped gradient enters every average; the factor is c/(‖ĝ‖ + ε), at most 1",
      });
    if (weightDecay > 0)
      notes.push({
        hyperparameter: "weightDecay",
        text: `coupled to η: θ shrinks by ηλ = ${spell(learningRate * weightDecay)} a step, ${noProximal === 0 ? "the step just made included" : "before the step"}`,
      });
    return notes;
  },
});

/** min(1, c / (‖g‖ + ε)). */
function clipped(g: ArrayLike<number>, largest: number, epsilon: number): number {
  let squares = 0;
  for (let i = 0; i < g.length; i++) squares += g[i] * g[i];
  return Math.min(1, largest / (Math.sqrt(squares) + epsilon));
}
