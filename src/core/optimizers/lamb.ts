import { spell, steps, typed } from "../../protocol/index.ts";
import type { Values } from "../../protocol/index.ts";
import { norm, zeros } from "../vector.ts";
import type { Vector } from "../vector.ts";
import { lambHyperparameters } from "./lambHyperparameters.ts";
import { optimizer, totalSize, type Shape } from "./optimizer.ts";
import { edgesOf } from "./trustRatio.ts";

type H = Values<typeof lambHyperparameters>;
interface State {
  readonly m: Vector;
  readonly v: Vector;
  /** The update before its trust ratio; nothing that a library would keep. */
  readonly u: Vector;
  readonly edges: Uint32Array;
  /** Trust ratio of each tensor. */
  readonly ratios: Vector;
  /** What the gradient of this step was divided by. */
  clip: number;
}

const init = (theta: Vector, shapes: readonly Shape[]): State => ({
  m: zeros(theta.length),
  v: zeros(theta.length),
  u: zeros(theta.length),
  edges: edgesOf(shapes),
  ratios: zeros(shapes.length).fill(1),
  clip: 1,
});
const corrections = (t: number, { biasCorrection, beta1, beta2 }: H) =>
  biasCorrection === 0 ? ([1, 1] as const) : ([1 - beta1 ** t, 1 - beta2 ** t] as const);

/**
 * Algorithm 2, a tensor at a time, after the gradient is divided by `clip`. Both norms must be known before anything moves:
 * three passes where Adam makes one.
 */
function move(g: Vector, theta: Vector, { m, v, u, edges, ratios, clip }: State, t: number, h: H): void {
  const { learningRate, beta1, beta2, epsilon, epsilonRoot, weightDecay } = h;
  const entering = h.gradientAveraging === 0 ? 1 : 1 - beta1;
  const [c1, c2] = corrections(t, h);
  const [scale, scale1, scale2] = [1 / clip, 1 / c1, 1 / c2];
  for (let i = 0; i < theta.length; i++) {
    const d = scale * g[i];
    m[i] = beta1 * m[i] + entering * d;
    v[i] = beta2 * v[i] + (1 - beta2) * d * d;
    u[i] = (scale1 * m[i]) / (Math.sqrt(scale2 * v[i] + epsilonRoot) + epsilon);
  }
  const decoupled = h.decoupledWeightDecay !== 0;
  const keep = decoupled ? 1 - learningRate * weightDecay : 1;
  const coupled = decoupled ? 0 : weightDecay;
  const adapts = weightDecay !== 0 || h.alwaysAdapt !== 0;
  for (let k = 0; k < ratios.length; k++) {
    const [from, to] = [edges[k], edges[k + 1]];
    if (h.cautious !== 0) beCautious(u, g, from, to);
    let [weights, update] = [0, 0];
    for (let i = from; i < to; i++) {
      const x = keep * theta[i];
      const y = u[i] + coupled * x;
      theta[i] = x;
      u[i] = y;
      weights += x * x;
      update += y * y;
    }
    ratios[k] = adapts ? trust(Math.sqrt(weights), Math.sqrt(update), h) : 1;
    const rate = learningRate * ratios[k];
    for (let i = from; i < to; i++) theta[i] -= rate * u[i];
  }
}
/** r = ‖θ‖/‖u‖, which is 1 where either norm is 0. */
function trust(weights: number, update: number, { trustClip }: H): number {
  const ratio = weights > 0 && update > 0 ? weights / update : 1;
  return trustClip === 0 ? ratio : Math.min(ratio, 1);
}
/** Coordinates that agree with the gradient share the whole tensor's update, but are enlarged at most a thousandfold. */
function beCautious(u: Vector, g: Vector, from: number, to: number): void {
  let agreeing = 0;
  for (let i = from; i < to; i++) if (u[i] * g[i] > 0) agreeing++;
  const scale = 1 / Math.max(agreeing / (to - from), 1e-3);
  for (let i = from; i < to; i++) u[i] *= u[i] * g[i] > 0 ? scale : 0;
}

/** Adam's update, each tensor's scaled to that tensor's own norm. */
export const lamb = optimizer({
  name: "LAMB",
  source:
    "You et al. 2020, Algorithm 2, arXiv:1904.00962; arithmetic of timm.optim.Lamb (timm 1.0), of which Keras's and optax's are settings",
  hyperparameters: lambHyperparameters,
  init,
  step(f, theta, state, t, h) {
    const { mean, whole = mean } = f.gradient(theta);
    const { maxGradientNorm } = h;
    state.clip = maxGradientNorm > 0 ? Math.max(1, norm(whole) / maxGradientNorm) : 1;
    move(mean, theta, state, t, h);
  },
  couples: true,
  effective: "η r / (√v̂ + ε), r = ‖θ‖/‖u‖ of each tensor, over what the gradient was clipped by",
  effectiveLearningRate({ v, edges, ratios, clip }, t, h, out) {
    const c2 = corrections(t, h)[1];
    for (let k = 0; k < ratios.length; k++) {
      const rate = (h.learningRate * ratios[k]) / clip;
      for (let i = edges[k]; i < edges[k + 1]; i++) out[i] = rate / (Math.sqrt(v[i] / c2 + h.epsilonRoot) + h.epsilon);
    }
    return out;
  },
  stateSize: (_, shapes) => 2 * totalSize(shapes),
  annotate(h, batchSize) {
    const { learningRate, beta1, beta2, epsilon, weightDecay, maxGradientNorm } = h;
    const adapts = weightDecay > 0 || h.alwaysAdapt !== 0;
    const notes = [
      {
        hyperparameter: "learningRate",
        text: adapts
          ? `a share of ‖θ‖: each tensor moves by ${spell(learningRate)} of its own norm a step, whatever the scales of loss and θ`
          : `units of θ: about ${typed(learningRate)} a step in each coordinate, as in Adam; the trust ratio acts only with weight decay`,
      },
      {
        hyperparameter: "learningRate",
        text: `batch × k: η × √k, with a longer warm-up, is the paper's rule${batchSize > 1 ? ` (here B = ${typed(batchSize)})` : ""}`,
      },
      {
        hyperparameter: "beta1",
        text: `ĝ averaged over N = 1/(1−β₁) = ${steps(1 / (1 - beta1))} steps; not coupled to η`,
      },
      { hyperparameter: "beta2", text: `ĝ² averaged over N = 1/(1−β₂) = ${steps(1 / (1 - beta2))} steps` },
      {
        hyperparameter: "epsilon",
        text: `units of ĝ, after the bound G: coordinates whose √v̂ is below ${spell(epsilon)} move less than the rest of their tensor`,
      },
    ];
    if (weightDecay > 0)
      notes.push({
        hyperparameter: "weightDecay",
        text:
          h.decoupledWeightDecay !== 0
            ? `θ shrinks by ηλ = ${spell(learningRate * weightDecay)} a step before the trust ratio is taken`
            : "λθ is part of the update whose norm the trust ratio divides by: a larger λ turns the step, it does not lengthen it",
      });
    if (maxGradientNorm > 0)
      notes.push({
        hyperparameter: "maxGradientNorm",
        text: `a gradient longer than ${spell(maxGradientNorm)} is scaled to it, all groups together, before both moments: one outlier weighs less in them`,
      });
    if (h.cautious !== 0)
      notes.push({
        hyperparameter: "cautious",
        text: "the effective rate is that of coordinates that are not left out",
      });
    return notes;
  },
});
