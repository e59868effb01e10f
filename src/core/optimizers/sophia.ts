import { spell, steps, typed } from "../../protocol/index.ts";
import { zeros } from "../vector.ts";
import { learningRate, maximize, share, weightDecay } from "./descriptors.ts";
import { optimizer, totalSize } from "./optimizer.ts";

/** Added where the step is divided by the Hessian; the authors' constant. */
const floor = 1e-15;

/** Momentum over a running mean of the Hessian's diagonal, no coordinate further than η a step. */
export const sophia = optimizer({
  name: "Sophia",
  source: "Liu et al. 2023, Algorithm 3, arXiv:2305.14342; arithmetic of the authors' SophiaG",
  hyperparameters: {
    learningRate: learningRate({
      meaning: "Step size: how far a coordinate moves in a step at most, and how far where its curvature is small.",
      default: 1e-4,
    }),
    beta1: share({
      symbol: "β₁",
      label: "momentum",
      meaning: "Share of the running mean of ĝ that survives a step; its start at 0 is not corrected.",
      default: 0.965,
    }),
    beta2: share({
      symbol: "β₂",
      label: "curvature's memory",
      meaning: "Share of the running mean of the Hessian's diagonal that survives a refresh.",
      default: 0.99,
    }),
    clipAt: {
      symbol: "ρ",
      label: "curvature's scale",
      meaning: "The step is m/(ρBh), cut at 1: a larger ρ lets fewer coordinates take the full step.",
      default: 0.04,
      range: [1e-3, 10],
      scale: "log",
      valid: { least: 0 },
    },
    weightDecay: weightDecay({ meaning: "Takes ηλθ from θ at every step.", default: 0.1 }),
    maximize,
    batchFactor: {
      symbol: "B",
      label: "batch factor",
      meaning:
        "Multiplies the estimate of the curvature: the number of examples (or tokens) a batch where that is a square of ĝ.",
      default: 5120,
      range: [1, 1e6],
      scale: "log",
      unit: "examples",
      valid: { least: 0 },
    },
    refreshEvery: {
      symbol: "k",
      label: "refresh",
      meaning: "The curvature is estimated before every k-th step, the first included.",
      default: 10,
      range: [1, 100],
      scale: "integer",
      unit: "steps",
      valid: { least: 1 },
    },
  },
  init: (theta) => ({ m: zeros(theta.length), h: zeros(theta.length) }),
  step(f, theta, { m, h }, t, it) {
    const { learningRate, beta1, beta2 } = it;
    if ((t - 1) % it.refreshEvery === 0) {
      const curvature = f.curvature?.(theta);
      if (!curvature) throw new Error("Sophia needs a problem with a second derivative.");
      for (let i = 0; i < h.length; i++) h[i] = beta2 * h[i] + (1 - beta2) * curvature[i];
    }
    const g = f.gradient(theta).mean;
    const entering = it.maximize === 0 ? 1 - beta1 : beta1 - 1;
    const keep = 1 - learningRate * it.weightDecay;
    const scale = it.clipAt * it.batchFactor;
    for (let i = 0; i < theta.length; i++) {
      m[i] = beta1 * m[i] + entering * g[i];
      // Where the curvature is negative the step is the full one, downhill.
      const step = m[i] / (scale * Math.max(h[i], 0) + floor);
      theta[i] = keep * theta[i] - learningRate * Math.min(Math.max(step, -1), 1);
    }
  },
  curvature: true,
  effective: "η min(1/(ρBh), 1/|m|)",
  effectiveLearningRate({ m, h }, _t, { learningRate, clipAt, batchFactor }, out) {
    const scale = clipAt * batchFactor;
    for (let i = 0; i < out.length; i++)
      out[i] = learningRate / Math.max(scale * Math.max(h[i], 0) + floor, Math.abs(m[i]));
    return out;
  },
  stateSize: (_, shapes) => 2 * totalSize(shapes),
  annotate({ learningRate, beta1, beta2, clipAt, weightDecay, batchFactor, refreshEvery }, batchSize) {
    const batch = batchSize > 1 ? ` (here a batch is ${typed(batchSize)})` : "";
    const notes = [
      {
        hyperparameter: "learningRate",
        text: `units of θ: at most ${typed(learningRate)} a step in each coordinate; where |m| < ρBh, Newton's step m/h times η/(ρB) = ${spell(learningRate / (clipAt * batchFactor))}`,
      },
      {
        hyperparameter: "learningRate",
        text: `batch × k: η × √k at most while steps are cut, as for sign methods${batch}`,
      },
      {
        hyperparameter: "beta1",
        text: `ĝ averaged over N = 1/(1−β₁) = ${steps(1 / (1 - beta1))} steps; its start at 0 is not corrected`,
      },
      {
        hyperparameter: "beta2",
        text: `curvature averaged over N = k/(1−β₂) = ${steps(refreshEvery / (1 - beta2))} steps; starts at 0, so the first steps are cut at η`,
      },
      {
        hyperparameter: "clipAt",
        text: `coupled to B: only ρB = ${spell(clipAt * batchFactor)} counts; a coordinate takes the full step where |m| > ρBh`,
      },
      {
        hyperparameter: "batchFactor",
        text: "for curvature estimated as a square of ĝ, which is B times too small; with an exact Hessian-vector product, as on these problems, the factor should be 1",
      },
      {
        hyperparameter: "refreshEvery",
        text: `an estimate costs one gradient or two: ${spell(100 / refreshEvery)} to ${spell(200 / refreshEvery)} % more work`,
      },
    ];
    if (weightDecay > 0)
      notes.push({
        hyperparameter: "weightDecay",
        text: `θ shrinks by ηλ = ${spell(learningRate * weightDecay)} a step, e-fold in ${steps(1 / (learningRate * weightDecay))} steps`,
      });
    return notes;
  },
});
