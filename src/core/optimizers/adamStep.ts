import { power } from "../kernels/elementary.ts";
import type { Hyperparameters, Values } from "../../protocol/index.ts";
import type { Batch } from "../problems/problem.ts";
import { zeros } from "../vector.ts";
import type { Vector } from "../vector.ts";
import { settledAt, type OptimizerRule } from "./optimizer.ts";
import type { adamArithmetic, adamFlags, adamHyperparameters } from "./adamHyperparameters.ts";

// The arithmetic of Adam and AdamW, Kingma & Ba 2015, Algorithm 1, in all the forms that libraries give it.

/** First moment, second moment, the largest second moment so far (AMSGrad's). */
export interface AdamState {
  readonly m: Vector;
  readonly v: Vector;
  readonly vMax: Vector;
}
type AdamHyperparameters = typeof adamHyperparameters & typeof adamFlags & typeof adamArithmetic & Hyperparameters;
/** AdamW has no `amsgradCorrected`. */
export type AdamValues = Values<AdamHyperparameters> & {
  readonly weightDecay: number;
  readonly amsgradCorrected?: number;
  /** Adam's switch; AdamW is that by definition. */
  readonly decoupledWeightDecay?: number;
};

const correctsLargest = ({ amsgradCorrected = 0 }: AdamValues): boolean => amsgradCorrected !== 0;

export const adamInit = (theta: Vector): AdamState => ({
  m: zeros(theta.length),
  v: zeros(theta.length),
  vMax: zeros(theta.length),
});

/** 1 − βᵗ, by which an average that starts at 0 falls short; 1 where the library leaves it so. */
const missing = (beta: number, t: number, corrected: number): number => (corrected === 0 ? 1 : 1 - power(beta, t));
/** The ε that stands beside √v̂: TensorFlow's stands beside √v, so that the correction divides it too. */
const floorOf = ({ epsilon, epsilonHat }: AdamValues, rootCorrection: number): number =>
  epsilonHat === 0 ? epsilon : epsilon * rootCorrection;

/** One update, the corrections taken out of the loop. Decay is added to the gradient, or taken from θ itself. */
export function adamStep(
  f: Batch,
  theta: Vector,
  state: AdamState,
  t: number,
  h: AdamValues,
  decoupled: boolean,
): void {
  const g = f.gradient(theta).mean;
  const { m, v } = state;
  const { learningRate, beta1, beta2, weightDecay } = h;
  const sign = h.maximize === 0 ? 1 : -1;
  const coupledDecay = decoupled ? 0 : weightDecay;
  const keep = decoupled ? 1 - learningRate * weightDecay : 1; // what decoupled decay leaves of θ
  const eta = h.decayAfterStep === 0 ? learningRate : keep * learningRate;
  const correction1 = missing(beta1, t, h.biasCorrection);
  const rootCorrection = 1 / Math.sqrt(missing(beta2, t, h.biasCorrection2)); // multiplied by: a division less for every coordinate
  const floor = floorOf(h, rootCorrection);
  const rate = eta / correction1;
  if (h.amsgrad === 0 && h.nesterov === 0 && h.epsilonRoot === 0) {
    for (let i = 0; i < theta.length; i++) {
      const d = sign * g[i] + coupledDecay * theta[i];
      m[i] += (1 - beta1) * (d - m[i]);
      v[i] = beta2 * v[i] + (1 - beta2) * d * d;
      theta[i] = keep * theta[i] - (rate * m[i]) / (Math.sqrt(v[i]) * rootCorrection + floor);
    }
    return;
  }
  const { vMax } = state;
  if (!correctsLargest(h) && h.nesterov === 0 && h.epsilonRoot === 0) {
    for (let i = 0; i < theta.length; i++) {
      const d = sign * g[i] + coupledDecay * theta[i];
      m[i] += (1 - beta1) * (d - m[i]);
      const second = beta2 * v[i] + (1 - beta2) * d * d;
      const largest = Math.max(vMax[i], second);
      v[i] = second;
      vMax[i] = largest;
      theta[i] = keep * theta[i] - (rate * m[i]) / (Math.sqrt(largest) * rootCorrection + floor);
    }
    return;
  }
  // Nesterov's form looks a step ahead: β₁ m / (1 − β₁^(t+1)) + (1 − β₁) ĝ / (1 − β₁^t), as optax computes it.
  const ofM = h.nesterov === 0 ? rate : (eta * beta1) / missing(beta1, t + 1, h.biasCorrection);
  const ofG = h.nesterov === 0 ? 0 : (eta * (1 - beta1)) / correction1;
  // PyTorch and Keras take the largest v before its correction, optax after it.
  const correction = rootCorrection * rootCorrection;
  const before = correctsLargest(h) ? correction : 1;
  const after = correctsLargest(h) ? 1 : correction;
  const largest = h.amsgrad === 0 ? undefined : vMax;
  const { epsilonRoot } = h;
  for (let i = 0; i < theta.length; i++) {
    const d = sign * g[i] + coupledDecay * theta[i];
    m[i] += (1 - beta1) * (d - m[i]);
    v[i] = beta2 * v[i] + (1 - beta2) * d * d;
    let second = before * v[i];
    if (largest) second = largest[i] = Math.max(largest[i], second);
    theta[i] = keep * theta[i] - (ofM * m[i] + ofG * d) / (Math.sqrt(after * second + epsilonRoot) + floor);
  }
}

/** The plainest of the forms above as a kernel. */
export const adamRule = (decoupledOf: (h: AdamValues) => boolean): OptimizerRule<AdamValues> => ({
  kernel: "adam",
  covers: (h) => h.amsgrad === 0 && h.nesterov === 0 && h.epsilonRoot === 0,
  row(t, h, row, at) {
    const { learningRate, beta1, beta2, weightDecay } = h;
    const decoupled = decoupledOf(h);
    const keep = decoupled ? 1 - learningRate * weightDecay : 1;
    const rootCorrection = 1 / Math.sqrt(missing(beta2, t, h.biasCorrection2));
    row[at] = h.maximize === 0 ? 1 : -1;
    row[at + 1] = decoupled ? 0 : weightDecay;
    row[at + 2] = keep;
    row[at + 3] = 1 - beta1;
    row[at + 4] = beta2;
    row[at + 5] = 1 - beta2;
    row[at + 6] = (h.decayAfterStep === 0 ? learningRate : keep * learningRate) / missing(beta1, t, h.biasCorrection);
    row[at + 7] = rootCorrection;
    row[at + 8] = floorOf(h, rootCorrection);
  },
  settled: ({ beta1, beta2 }) => settledAt(Math.max(beta1, beta2)),
  state: ([m, v]) => ({ m, v, vMax: v }),
});
/** What multiplies m̂ᵢ; decay apart. */
export function adamRate(state: AdamState, t: number, h: AdamValues, out: Vector): Vector {
  const rootCorrection = 1 / Math.sqrt(missing(h.beta2, t, h.biasCorrection2));
  const floor = floorOf(h, rootCorrection);
  const second = h.amsgrad === 0 ? state.v : state.vMax;
  const correction = h.amsgrad !== 0 && correctsLargest(h) ? 1 : rootCorrection * rootCorrection;
  const { learningRate, epsilonRoot } = h;
  for (let i = 0; i < out.length; i++)
    out[i] = learningRate / (Math.sqrt(correction * second[i] + epsilonRoot) + floor);
  return out;
}
