import { power } from "../kernels/elementary.ts";
import { zeros } from "../vector.ts";
import type { Vector } from "../vector.ts";
import { optimizer, settledAt, sizeOf, totalSize } from "./optimizer.ts";
import { rmsPropHyperparameters } from "./rmsPropHyperparameters.ts";
import type { RmsPropValues } from "./rmsPropHyperparameters.ts";
import { rmsPropNotes } from "./rmsPropNotes.ts";

/** 1/(1 − β₂ᵗ) where the library corrects that averages start at 0; else 1. */
const correctionOf = ({ biasCorrection, beta2 }: RmsPropValues, t: number): number =>
  biasCorrection === 0 ? 1 : 1 / (1 - power(beta2, t));

/**
 * RMSProp. As PyTorch computes it v starts at 0 uncorrected, ε stands outside the root, and momentum averages what was
 * divided; TensorFlow's, timm's, Keras's and optax's forms are switches.
 */
export const rmsProp = optimizer({
  name: "RMSProp",
  source:
    "Tieleman & Hinton 2012, lecture 6.5; centered: Graves 2013, arXiv:1308.0850, eqs. 38–45; arithmetic of torch.optim.RMSprop (PyTorch 2)",
  hyperparameters: rmsPropHyperparameters,
  init: (theta, shapes, h) => ({
    v: zeros(theta.length).fill(h.initialSecondMoment),
    m: zeros(theta.length),
    b: zeros(theta.length),
    sizes: shapes.map(sizeOf),
    firstRate: h.learningRate,
  }),
  step(f, theta, { v, m, b, sizes, firstRate }, t, h) {
    const g = f.gradient(theta).mean;
    const { learningRate: eta, beta2, epsilon, momentum: mu } = h;
    const sign = h.maximize === 0 ? 1 : -1;
    const decoupled = h.decoupledWeightDecay !== 0;
    const decay = decoupled ? 0 : h.weightDecay;
    // θ shrinks before the step; the gradient was taken where θ stood.
    const lost = h.weightDecay * (h.correctedDecay === 0 ? eta : eta ** 2 / firstRate);
    if (decoupled && h.weightDecay !== 0) for (let i = 0; i < theta.length; i++) theta[i] *= 1 - lost;
    const correction = correctionOf(h, t);
    const within = h.epsilonInRoot === 0 ? 0 : epsilon;
    const beside = h.epsilonInRoot === 0 ? epsilon : 0;
    if (mu === 0 && h.centered === 0) {
      for (let i = 0; i < theta.length; i++) {
        const d = sign * g[i] + decay * theta[i];
        v[i] = beta2 * v[i] + (1 - beta2) * d * d;
        theta[i] -= (eta * d) / (Math.sqrt(correction * v[i] + within) + beside);
      }
      return;
    }
    const centered = h.centered !== 0;
    const inside = h.rateInMomentum === 0 ? 1 : eta;
    const outside = h.rateInMomentum === 0 ? eta : 1;
    const cautious = h.caution !== 0 && mu !== 0;
    const ofStep = h.nesterov === 0 || cautious ? 0 : outside;
    const ofBuffer = cautious ? 0 : h.nesterov === 0 ? outside : outside * mu;
    for (let i = 0; i < theta.length; i++) {
      const d = sign * g[i] + decay * theta[i];
      v[i] = beta2 * v[i] + (1 - beta2) * d * d;
      let variance = correction * v[i];
      if (centered) {
        m[i] += (1 - beta2) * (d - m[i]);
        const mean = correction * m[i];
        variance -= mean * mean;
      }
      const step = (inside * d) / (Math.sqrt(variance + within) + beside);
      b[i] = mu * b[i] + step;
      theta[i] -= ofStep * step + ofBuffer * b[i];
    }
    if (cautious) stepCautiously(theta, g, b, sizes, sign, decay, outside);
  },
  rule: {
    kernel: "rmsProp",
    covers: (h) => h.momentum === 0 && h.centered === 0 && h.initialSecondMoment === 0 && h.correctedDecay === 0,
    row(t, h, row, at) {
      const { learningRate: eta, beta2, epsilon } = h;
      const decoupled = h.decoupledWeightDecay !== 0;
      row[at] = h.maximize === 0 ? 1 : -1;
      row[at + 1] = decoupled ? 0 : h.weightDecay;
      row[at + 2] = decoupled ? 1 - h.weightDecay * eta : 1;
      row[at + 3] = beta2;
      row[at + 4] = 1 - beta2;
      row[at + 5] = eta;
      row[at + 6] = correctionOf(h, t);
      row[at + 7] = h.epsilonInRoot === 0 ? 0 : epsilon;
      row[at + 8] = h.epsilonInRoot === 0 ? epsilon : 0;
    },
    settled: ({ beta2, biasCorrection }) => (biasCorrection === 0 ? 1 : settledAt(beta2)),
    state: ([v]) => ({ v, m: zeros(v.length) }),
  },
  effective: "η / (√v + ε), centered η / (√(v − m²) + ε)",
  effectiveLearningRate({ v, m }, t, h, out) {
    const correction = correctionOf(h, t);
    const mean = h.centered === 0 ? 0 : correction;
    const within = h.epsilonInRoot === 0 ? 0 : h.epsilon;
    const beside = h.epsilonInRoot === 0 ? h.epsilon : 0;
    for (let i = 0; i < out.length; i++)
      out[i] = h.learningRate / (Math.sqrt(correction * v[i] - (mean * m[i]) ** 2 + within) + beside);
    return out;
  },
  stateSize: ({ momentum: mu, centered }, shapes) => (1 + Math.sign(mu) + centered) * totalSize(shapes),
  annotate: rmsPropNotes,
});

/** θ −= η b where b and the gradient agree, each tensor's step enlarged by how few do, at most a thousandfold. */
function stepCautiously(
  theta: Vector,
  g: Vector,
  b: Vector,
  sizes: readonly number[],
  sign: number,
  decay: number,
  rate: number,
): void {
  let from = 0;
  for (const size of sizes) {
    const to = from + size;
    let agreeing = 0;
    for (let i = from; i < to; i++) if (b[i] * (sign * g[i] + decay * theta[i]) > 0) agreeing++;
    const enlarged = rate / Math.max(agreeing / size, 1e-3);
    for (let i = from; i < to; i++) if (b[i] * (sign * g[i] + decay * theta[i]) > 0) theta[i] -= enlarged * b[i];
    from = to;
  }
}
