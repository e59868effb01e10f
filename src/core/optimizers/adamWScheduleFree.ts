import { spell, steps, typed } from "../../protocol/index.ts";
import { zeros } from "../vector.ts";
import { decoupledDecay, epsilon, learningRate, share, weightDecay } from "./descriptors.ts";
import { optimizer, totalSize } from "./optimizer.ts";
import { averaging, averagingNotes, entering, meanOf, scheduleFree, warmed } from "./scheduleFree.ts";

/** Schedule-free steps along ĝ/√v̂: the interpolation between z and its mean x stands in for Adam's momentum. */
export const adamWScheduleFree = optimizer({
  name: "AdamWScheduleFree",
  source:
    "Defazio et al. 2024, The Road Less Scheduled, Algorithm 1, arXiv:2405.15682; arithmetic of schedulefree.AdamWScheduleFree (schedulefree 1.4)",
  hyperparameters: {
    learningRate: learningRate({
      meaning: "Step size of z: how far a coordinate moves in a step while its gradient keeps its sign.",
      default: 2.5e-3,
    }),
    beta1: share({
      symbol: "β₁",
      label: "interpolation",
      meaning: "Share of the mean x, against z, in the point y where gradients are taken.",
      default: 0.9,
      range: [0.1, 0.999],
      valid: { above: 0, below: 1 },
    }),
    beta2: share({
      symbol: "β₂",
      label: "second moment",
      meaning: "Share of the running mean of ĝ² that survives a step.",
      default: 0.999,
    }),
    epsilon: epsilon({
      label: "floor of √v̂",
      meaning: "Added to the root of the corrected second moment.",
      default: 1e-8,
    }),
    weightDecay: weightDecay({
      meaning: "Adds λy to the step after its division by √v̂, in y and z alike.",
      default: 0,
    }),
    ...averaging,
    innerMomentum: share({
      symbol: "μ",
      label: "inner momentum",
      meaning: "Share of a running mean of ĝ that survives a step and takes the place of ĝ; 0 does without.",
      default: 0,
    }),
    decoupledWeightDecay: {
      ...decoupledDecay,
      meaning: "Shrinks y alone by 1 − ηλ before the step, as Keras does, instead of adding λy to the step of y and z.",
      arithmetic: true,
    },
  },
  init: (theta) => ({ ...scheduleFree(theta), v: zeros(theta.length), m: zeros(theta.length) }),
  step(f, y, state, t, h) {
    const g = f.gradient(y).mean;
    const { z, v, m } = state;
    const { beta1, beta2, epsilon, weightDecay, innerMomentum } = h;
    const rate = warmed(t, h);
    const c = entering(state, t, rate, h);
    const along = rate * (beta1 * (1 - c) - 1);
    const rootCorrection = 1 / Math.sqrt(1 - beta2 ** t);
    const entry = 1 - innerMomentum;
    const correction = 1 - innerMomentum ** t;
    const decoupled = h.decoupledWeightDecay !== 0;
    const keep = decoupled ? 1 - h.learningRate * weightDecay : 1;
    const coupled = decoupled ? 0 : weightDecay;
    for (let i = 0; i < y.length; i++) {
      v[i] = beta2 * v[i] + (1 - beta2) * g[i] * g[i];
      m[i] = innerMomentum * m[i] + entry * g[i];
      const at = keep * y[i];
      const d = m[i] / correction / (Math.sqrt(v[i]) * rootCorrection + epsilon) + coupled * at;
      y[i] = at + c * (z[i] - at) + along * d;
      z[i] -= rate * d;
    }
  },
  effective: "η / (√v̂ + ε), rising over the warm-up: what moves z",
  effectiveLearningRate({ v }, t, h, out) {
    const rate = warmed(t, h);
    const rootCorrection = Math.sqrt(1 - h.beta2 ** t);
    for (let i = 0; i < out.length; i++) out[i] = rate / (Math.sqrt(v[i]) / rootCorrection + h.epsilon);
    return out;
  },
  evaluated: (state, y, _t, { beta1 }, out) => meanOf(state, y, beta1, out),
  stateSize: ({ innerMomentum }, shapes) => (innerMomentum === 0 ? 2 : 3) * totalSize(shapes),
  annotate(h, batchSize) {
    const { learningRate, beta2, epsilon, weightDecay, innerMomentum } = h;
    const batch = batchSize > 1 ? ` (here B = ${typed(batchSize)})` : "";
    const notes = [
      {
        hyperparameter: "learningRate",
        text: `units of θ: z moves about ${typed(learningRate)} a step in each coordinate, whatever the loss's scale`,
      },
      { hyperparameter: "learningRate", text: `batch × k where noise dominates: η × √k, 1−β₂ × k${batch}` },
      ...averagingNotes("beta1", h.beta1, h),
      {
        hyperparameter: "beta2",
        text: `ĝ² averaged over N = 1/(1−β₂) = ${steps(1 / (1 - beta2))} steps, its start at 0 corrected`,
      },
      {
        hyperparameter: "epsilon",
        text: `units of ĝ; where √v̂ is below it, schedule-free SGD at rate η/ε = ${spell(learningRate / epsilon)}`,
      },
    ];
    if (weightDecay > 0)
      notes.push({
        hyperparameter: "weightDecay",
        text: `coupled to η: ηλ = ${spell(learningRate * weightDecay)} of y a step`,
      });
    if (innerMomentum > 0)
      notes.push({
        hyperparameter: "innerMomentum",
        text: `ĝ averaged over N = 1/(1−μ) = ${steps(1 / (1 - innerMomentum))} steps before it moves anything`,
      });
    return notes;
  },
});
