import { spell, steps, typed } from "../../protocol/index.ts";
import { zeros } from "../vector.ts";
import { epsilon, learningRate, share, weightDecay } from "./descriptors.ts";
import { optimizer, totalSize } from "./optimizer.ts";

/** Yogi: Adam, but the second moment moves towards ĝ² by (1 − β₂)ĝ² at most, so that it cannot forget quickly. */
export const yogi = optimizer({
  name: "Yogi",
  source:
    "Zaheer et al. 2018, NeurIPS, Algorithm 2; bias corrections and start values of torch_optimizer.Yogi, which optax shares",
  hyperparameters: {
    learningRate: learningRate({
      meaning: "Step size: how far a coordinate moves in a step while its gradient keeps its sign.",
      default: 1e-2,
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
      label: "second moment",
      meaning: "1 − β₂ is the share of ĝ² by which v rises or falls in a step.",
      default: 0.999,
    }),
    epsilon: epsilon({
      label: "floor of √v̂",
      meaning: "Added to the root of the corrected second moment; the paper wants it large.",
      default: 1e-3,
      unit: "ĝ",
    }),
    initialAccumulator: {
      symbol: "v₀",
      label: "start of m and v",
      meaning: "What both moments start from, the mean of ĝ too.",
      default: 1e-6,
      range: [1e-12, 1],
      scale: "log",
      valid: { least: 0 },
    },
    weightDecay: weightDecay({ meaning: "Adds λθ to the gradient, before both moments.", default: 0 }),
  },
  init: (theta, _shapes, { initialAccumulator }) => ({
    m: zeros(theta.length).fill(initialAccumulator),
    v: zeros(theta.length).fill(initialAccumulator),
  }),
  step(f, theta, { m, v }, t, { learningRate, beta1, beta2, epsilon, weightDecay }) {
    const g = f.gradient(theta).mean;
    const rate = learningRate / (1 - beta1 ** t);
    const rootCorrection = 1 / Math.sqrt(1 - beta2 ** t);
    for (let i = 0; i < theta.length; i++) {
      const d = g[i] + weightDecay * theta[i];
      const square = d * d;
      m[i] = beta1 * m[i] + (1 - beta1) * d;
      v[i] -= (1 - beta2) * Math.sign(v[i] - square) * square;
      theta[i] -= (rate * m[i]) / (Math.sqrt(v[i]) * rootCorrection + epsilon);
    }
  },
  effective: "η / (√v̂ + ε)",
  effectiveLearningRate({ v }, t, { learningRate, beta2, epsilon }, out) {
    const rootCorrection = 1 / Math.sqrt(1 - beta2 ** t);
    for (let i = 0; i < out.length; i++) out[i] = learningRate / (Math.sqrt(v[i]) * rootCorrection + epsilon);
    return out;
  },
  stateSize: (_h, shapes) => 2 * totalSize(shapes),
  annotate({ learningRate, beta1, beta2, epsilon, initialAccumulator, weightDecay }, batchSize) {
    const notes = [
      {
        hyperparameter: "learningRate",
        text: `units of θ: about ${typed(learningRate)} a step in each coordinate where √v̂ is far above ε`,
      },
      {
        hyperparameter: "learningRate",
        text: `batch × k where noise dominates: η × √k, 1−β₁ and 1−β₂ × k${batchSize > 1 ? ` (here B = ${typed(batchSize)})` : ""}`,
      },
      {
        hyperparameter: "beta1",
        text: `ĝ averaged over N = 1/(1−β₁) = ${steps(1 / (1 - beta1))} steps; not coupled to η`,
      },
      {
        hyperparameter: "beta2",
        text: `v rises as in Adam, over N = 1/(1−β₂) = ${steps(1 / (1 - beta2))} steps, but falls only by ĝ²/N a step: once large, it stays so while gradients are small`,
      },
    ];
    if (epsilon > 0)
      notes.push({
        hyperparameter: "epsilon",
        text: `units of ĝ; where √v̂ is below it, SGD at rate η/ε = ${spell(learningRate / epsilon)}`,
      });
    if (initialAccumulator > 0)
      notes.push({
        hyperparameter: "initialAccumulator",
        text: `the corrections take both starts for 0: in the first step ĝ seems larger by ${spell((initialAccumulator * beta1) / (1 - beta1))}, ĝ² by ${spell(initialAccumulator / (1 - beta2))}`,
      });
    if (weightDecay > 0)
      notes.push({
        hyperparameter: "weightDecay",
        text: "λθ joins ĝ and is divided by √v̂ with it: small gradients decay fastest",
      });
    return notes;
  },
});
