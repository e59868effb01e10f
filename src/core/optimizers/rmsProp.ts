import { spell, steps, typed } from "../../protocol/index.ts";
import type { Note, Values } from "../../protocol/index.ts";
import { zeros } from "../vector.ts";
import { decayNotes } from "./adamNotes.ts";
import { optimizer, totalSize } from "./optimizer.ts";
import { rmsPropHyperparameters } from "./rmsPropHyperparameters.ts";

type RmsPropValues = Values<typeof rmsPropHyperparameters>;

/** 1/(1 − β₂ᵗ) where the library corrects that averages start at 0; else 1. */
const correctionOf = ({ biasCorrection, beta2 }: RmsPropValues, t: number): number =>
  biasCorrection === 0 ? 1 : 1 / (1 - beta2 ** t);

/**
 * RMSProp. As PyTorch computes it v starts at 0 uncorrected, ε stands outside the root, and momentum averages what was
 * divided; TensorFlow's, timm's, Keras's and optax's forms are switches.
 */
export const rmsProp = optimizer({
  name: "RMSProp",
  source:
    "Tieleman & Hinton 2012, lecture 6.5; centered: Graves 2013, arXiv:1308.0850, eqs. 38–45; arithmetic of torch.optim.RMSprop (PyTorch 2)",
  hyperparameters: rmsPropHyperparameters,
  init: (theta, _shapes, h) => ({
    v: zeros(theta.length).fill(h.initialSecondMoment),
    m: zeros(theta.length),
    b: zeros(theta.length),
  }),
  step(f, theta, { v, m, b }, t, h) {
    const g = f.gradient(theta).mean;
    const { learningRate: eta, beta2, epsilon, momentum: mu } = h;
    const sign = h.maximize === 0 ? 1 : -1;
    const decoupled = h.decoupledWeightDecay !== 0;
    const decay = decoupled ? 0 : h.weightDecay;
    // θ shrinks before the step; the gradient was taken where θ stood.
    if (decoupled && h.weightDecay !== 0) for (let i = 0; i < theta.length; i++) theta[i] *= 1 - eta * h.weightDecay;
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
    const ofStep = h.nesterov === 0 ? 0 : outside;
    const ofBuffer = h.nesterov === 0 ? outside : outside * mu;
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
  annotate: (h, batchSize) => notesOn(h, batchSize),
});

function notesOn(h: RmsPropValues, batchSize: number): Note[] {
  const { learningRate: eta, beta2, epsilon, momentum: mu } = h;
  const window = 1 / (1 - beta2);
  const averaged = `ĝ² averaged over N = 1/(1−β₂) = ${steps(window)} steps`;
  const start =
    h.biasCorrection !== 0
      ? ", its start corrected"
      : h.initialSecondMoment > 0
        ? `; starts at ${typed(h.initialSecondMoment)}, so where ĝ² is less the first steps are small`
        : `; starts at 0, so the first step is η√N = ${spell(eta * Math.sqrt(window))}`;
  const notes: Note[] = [
    {
      hyperparameter: "learningRate",
      text: "units of θ: about η a step in each coordinate, whatever the loss's scale",
    },
    {
      hyperparameter: "learningRate",
      text: `batch × k where noise dominates: η × √k, 1−β₂ × k${batchSize > 1 ? ` (here B = ${typed(batchSize)})` : ""}`,
    },
    { hyperparameter: "beta2", text: averaged + start },
    {
      hyperparameter: "epsilon",
      text:
        epsilon === 0
          ? "no floor: a coordinate that never had a gradient is divided by 0"
          : h.epsilonInRoot === 0
            ? `units of ĝ; where √v is below it, SGD at rate η/ε = ${spell(eta / epsilon)}`
            : `units of ĝ²; where v is below it, SGD at rate η/√ε = ${spell(eta / Math.sqrt(epsilon))}`,
    },
  ];
  if (mu > 0 && mu < 1)
    notes.push({
      hyperparameter: "momentum",
      text: `averages over N = 1/(1−μ) = ${steps(1 / (1 - mu))} steps; coupled to η: η/(1−μ) = ${spell(eta / (1 - mu))} in the long run`,
    });
  if (h.nesterov !== 0 && mu > 0)
    notes.push({
      hyperparameter: "nesterov",
      text: `the newest divided gradient counts 1 + μ = ${spell(1 + mu)} times at once`,
    });
  if (h.rateInMomentum !== 0 && mu > 0)
    notes.push({
      hyperparameter: "rateInMomentum",
      text: "the buffer holds η: after a change of rate, old gradients still count at the rate of their day",
    });
  notes.push(...decayNotes(eta, h.weightDecay, h.decoupledWeightDecay !== 0, "√v"));
  if (h.centered !== 0)
    notes.push({
      hyperparameter: "centered",
      text: "where the gradient hardly varies, v − m² falls towards 0 and only ε bounds the step",
    });
  return notes;
}
