import { adam } from "../optimizers/adam.ts";
import type { AdamState, AdamValues } from "../optimizers/adamStep.ts";
import { adamW } from "../optimizers/adamW.ts";
import type { Vector } from "../vector.ts";
import { adjoint, type Bars } from "./adjoint.ts";

interface AdamBefore {
  readonly t: number;
  readonly h: AdamValues;
  readonly theta: Vector;
  readonly gradient: Vector;
  readonly state: AdamState;
}

const by = () => ["learningRate", "beta1", "beta2", "epsilon", "epsilonRoot", "weightDecay"];
const vectors = ({ m, v, vMax }: AdamState): readonly Vector[] => [m, v, vMax];

/** Adam, its decay in the gradient or decoupled, in every library's form. */
export const adamAdjoint = adjoint(adam, {
  by,
  vectors,
  back: (before, bars) => adamBack(before, bars, before.h.decoupledWeightDecay !== 0),
});
export const adamWAdjoint = adjoint(adamW, { by, vectors, back: (before, bars) => adamBack(before, bars, true) });

/** What the coordinates of a step have in common, and t. */
function factors(t: number, h: AdamValues, decoupled: boolean) {
  const { learningRate, beta1, beta2, epsilon, weightDecay } = h;
  const keep = decoupled ? 1 - learningRate * weightDecay : 1;
  const eta = h.decayAfterStep === 0 ? learningRate : keep * learningRate;
  const corrected = (beta: number, at: number, on: number) => (on === 0 ? 1 : 1 - beta ** at);
  const c1 = corrected(beta1, t, h.biasCorrection);
  const next = corrected(beta1, t + 1, h.biasCorrection);
  const c2 = corrected(beta2, t, h.biasCorrection2);
  const nesterov = h.nesterov !== 0;
  const floor = h.epsilonHat === 0 ? epsilon : epsilon / Math.sqrt(c2);
  return {
    keep,
    eta,
    c1,
    next,
    c2,
    floor,
    /** The step before its division is η (ofM m₁ + ofG d). */
    ofM: nesterov ? beta1 / next : 1 / c1,
    ofG: nesterov ? (1 - beta1) / c1 : 0,
  };
}

/** Sums over the coordinates: the bars of what they have in common. */
interface Common {
  keep: number;
  decay: number;
  ofM: number;
  ofG: number;
  inverse2: number;
  root: number;
  floor: number;
  beta1: number;
  beta2: number;
}

/**
 * θ₁ = c θ − p/q with p = η (ofM m₁ + ofG d), q = √(w + ε_r) + floor, w = v₁/c₂ or the largest so far, m₁ and v₁ the
 * moments of d = ±ĝ + λθ.
 */
function adamBack(before: AdamBefore, bars: Bars, decoupled: boolean): void {
  const { t, h, theta, gradient: g, state } = before;
  const { beta1, beta2 } = h;
  const sign = h.maximize === 0 ? 1 : -1;
  const decay = decoupled ? 0 : h.weightDecay;
  const it = factors(t, h, decoupled);
  const { keep, eta, ofM, ofG, floor } = it;
  const late = (h.amsgradCorrected ?? 0) === 0 ? 1 / it.c2 : 1; // v₁ is corrected after the maximum, or before it
  const early = (h.amsgradCorrected ?? 0) === 0 ? 1 : 1 / it.c2;
  const amsgrad = h.amsgrad !== 0;
  const { m, v, vMax } = state;
  const [mBar, vBar, vMaxBar] = bars.state;
  const { theta: thetaBar, gradient: gBar } = bars;
  const sum: Common = { keep: 0, decay: 0, ofM: 0, ofG: 0, inverse2: 0, root: 0, floor: 0, beta1: 0, beta2: 0 };
  for (let i = 0; i < theta.length; i++) {
    const d = sign * g[i] + decay * theta[i];
    const m1 = beta1 * m[i] + (1 - beta1) * d;
    const v1 = beta2 * v[i] + (1 - beta2) * d * d;
    const rises = !amsgrad || early * v1 >= vMax[i];
    const largest = rises ? early * v1 : vMax[i];
    const root = Math.sqrt(late * largest + h.epsilonRoot);
    const q = root + floor;
    const p = eta * (ofM * m1 + ofG * d);
    const pBar = -thetaBar[i] / q;
    const qBar = (thetaBar[i] * p) / (q * q);
    sum.keep += theta[i] * thetaBar[i];
    sum.ofM += pBar * m1;
    sum.ofG += pBar * d;
    sum.floor += qBar;
    const rootBar = root > 0 ? qBar / (2 * root) : 0; // where root is 0, so are m₁ and p: only p's slope counts
    sum.root += rootBar;
    const largestBar = late * rootBar + (amsgrad ? vMaxBar[i] : 0);
    if (amsgrad) vMaxBar[i] = rises ? 0 : largestBar;
    const v1Bar = vBar[i] + (rises ? early * largestBar : 0);
    sum.inverse2 += (h.amsgradCorrected ?? 0) === 0 ? largest * rootBar : rises ? v1 * largestBar : 0;
    const m1Bar = mBar[i] + eta * ofM * pBar;
    sum.beta1 += m1Bar * (m[i] - d);
    sum.beta2 += v1Bar * (v[i] - d * d);
    const dBar = eta * ofG * pBar + (1 - beta1) * m1Bar + 2 * (1 - beta2) * d * v1Bar;
    mBar[i] = beta1 * m1Bar;
    vBar[i] = beta2 * v1Bar;
    gBar[i] = sign * dBar;
    sum.decay += theta[i] * dBar;
    thetaBar[i] = keep * thetaBar[i] + decay * dBar;
  }
  spread(t, h, decoupled, it, sum, bars.values);
}

/** From the bars of what the coordinates have in common to those of the hyperparameters. */
function spread(
  t: number,
  h: AdamValues,
  decoupled: boolean,
  { keep, eta, c1, next, c2, ofM, ofG }: ReturnType<typeof factors>,
  sum: Common,
  values: Record<string, number>,
): void {
  const { learningRate, beta1, beta2, epsilon, weightDecay } = h;
  const etaBar = ofM * sum.ofM + ofG * sum.ofG;
  const ofMBar = eta * sum.ofM;
  const ofGBar = eta * sum.ofG;
  let beta1Bar = sum.beta1;
  const ahead = h.nesterov !== 0; // ofM = β₁/next and ofG = (1 − β₁)/c₁, not 1/c₁ and 0
  if (ahead) beta1Bar += ofMBar / next - ofGBar / c1;
  const c1Bar = -(ahead ? ofGBar * (1 - beta1) : ofMBar) / c1 ** 2;
  const nextBar = ahead ? (-ofMBar * beta1) / next ** 2 : 0;
  if (h.biasCorrection !== 0) beta1Bar -= c1Bar * t * beta1 ** (t - 1) + nextBar * (t + 1) * beta1 ** t;
  const hat = h.epsilonHat !== 0;
  const c2Bar = -sum.inverse2 / c2 ** 2 - (hat ? (sum.floor * epsilon) / (2 * c2 ** 1.5) : 0);
  const keepBar = sum.keep + (h.decayAfterStep === 0 ? 0 : etaBar * learningRate);
  values["learningRate"] = etaBar * (h.decayAfterStep === 0 ? 1 : keep) - (decoupled ? weightDecay * keepBar : 0);
  values["beta1"] = beta1Bar;
  values["beta2"] = sum.beta2 - (h.biasCorrection2 === 0 ? 0 : c2Bar * t * beta2 ** (t - 1));
  values["epsilon"] = sum.floor / (hat ? Math.sqrt(c2) : 1);
  values["epsilonRoot"] = sum.root;
  values["weightDecay"] = decoupled ? -learningRate * keepBar : sum.decay;
}
