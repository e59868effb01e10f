import { zeros } from "../vector.ts";
import type { Vector } from "../vector.ts";
import { adafactorHyperparameters, keras, optax, torch, transformers } from "./adafactor/hyperparameters.ts";
import type { AdafactorValues } from "./adafactor/hyperparameters.ts";
import { adafactorNotes } from "./adafactor/notes.ts";
import { lastSides, longestSides, numbersOf, observe, secondMoment } from "./adafactor/secondMoment.ts";
import type { SecondMoment, Sides } from "./adafactor/secondMoment.ts";
import { optimizer, sizeOf, totalSize } from "./optimizer.ts";
import type { Shape } from "./optimizer.ts";

interface State {
  readonly moments: readonly SecondMoment[];
  /** 1/√V̂ of the last step. */
  readonly inverseRoot: Vector;
  /** What each tensor's ρ ĝ/√V̂ was multiplied by: its size, over what it was clipped by. */
  readonly scale: Vector;
  /** Mean of steps; empty until β₁ is above 0. */
  m: Vector;
}

const sidesOf = (shape: Shape, h: AdafactorValues): Sides =>
  h.factored === 0 ? undefined : h.arithmetic === optax ? longestSides(shape, h.factoredFrom) : lastSides(shape);

/** ρ, the rate before it is made relative to θ. */
function relativeRate(t: number, { learningRate, relativeStep, warmupInit, arithmetic }: AdafactorValues): number {
  if (arithmetic === optax || (relativeStep === 0 && arithmetic !== keras)) return learningRate;
  const most = arithmetic !== transformers ? learningRate : warmupInit === 0 ? 1e-2 : 1e-6 * t;
  return Math.min(most, 1 / Math.sqrt(t));
}

/** Share of θ that decay takes in a step, of a tensor whose size its step is relative to. */
function decayShare(rate: number, size: number, { learningRate, weightDecay, arithmetic }: AdafactorValues): number {
  if (arithmetic === optax) return weightDecay;
  return weightDecay * (arithmetic === transformers ? rate * size : learningRate);
}

/**
 * Adafactor: steps relative to the size of each tensor, ĝ divided by a second moment that is factored into rows and columns.
 * Four libraries compute it in four ways; `arithmetic` says whose.
 */
export const adafactor = optimizer({
  name: "Adafactor",
  source:
    "Shazeer & Stern 2018, Algorithms 4 and 5, arXiv:1804.04235; arithmetic of torch.optim.Adafactor (PyTorch 2), " +
    "transformers.Adafactor, keras.optimizers.Adafactor or optax.adafactor",
  hyperparameters: adafactorHyperparameters,
  init(theta, shapes, h): State {
    let from = 0;
    const moments = shapes.map((shape) => {
      const moment = secondMoment(from, shape, sidesOf(shape, h));
      from += sizeOf(shape);
      return moment;
    });
    return { moments, inverseRoot: zeros(theta.length), scale: zeros(shapes.length), m: zeros(0) };
  },
  step(f, theta, state, t, h) {
    const g = f.gradient(theta).mean;
    const { moments, inverseRoot, scale } = state;
    const { epsilon1, epsilon2, clipThreshold, beta1, scaleParameter, arithmetic } = h;
    const share = (t - h.decayOffset) ** (arithmetic === optax ? -h.decayExponent : h.decayExponent);
    const floor = arithmetic === torch ? { added: 0, least: epsilon1 } : { added: epsilon1, least: 0 };
    const relative = scaleParameter !== 0 || arithmetic === keras;
    const clips = arithmetic !== optax || clipThreshold !== 0;
    const rate = relativeRate(t, h);
    if (beta1 > 0 && state.m.length === 0) state.m = zeros(theta.length);
    for (let k = 0; k < moments.length; k++) {
      const { from, size } = moments[k];
      const to = from + size;
      // Keras decays before it measures θ, the others after.
      const measured = arithmetic === keras ? Math.abs(1 - decayShare(rate, 1, h)) : 1;
      const length = relative ? Math.max(epsilon2, measured * rootMeanSquare(theta, from, to)) : 1;
      const updateSize = Math.sqrt(observe(moments[k], g, share, floor, inverseRoot));
      scale[k] = length / (clips ? Math.max(1, updateSize / clipThreshold) : 1);
      const keep = 1 - decayShare(rate, length, h);
      const signed = (h.maximize === 0 ? rate : -rate) * scale[k];
      if (beta1 > 0) averagedStep(theta, g, state, from, to, keep, signed, beta1);
      else for (let i = from; i < to; i++) theta[i] = keep * theta[i] - signed * inverseRoot[i] * g[i];
    }
  },
  couples: true,
  effective: "ρ max(ε₂, RMS(θ)) / (√V̂ · max(1, RMS(ĝ/√V̂)/d)), ρ = min(η, 1/√t)",
  effectiveLearningRate({ moments, inverseRoot, scale }, t, h, out) {
    const rate = relativeRate(t, h);
    moments.forEach(({ from, size }, k) => {
      for (let i = from; i < from + size; i++) out[i] = rate * scale[k] * inverseRoot[i];
    });
    return out;
  },
  // Keras keeps V̂ whole as well.
  stateSize: (h, shapes) =>
    shapes.reduce((sum, shape) => sum + numbersOf(shape, sidesOf(shape, h)), 0) +
    (h.arithmetic === keras ? shapes.reduce((sum, shape) => sum + (sidesOf(shape, h) ? sizeOf(shape) : 0), 0) : 0) +
    (h.beta1 > 0 ? totalSize(shapes) : 0),
  annotate: adafactorNotes,
});

function rootMeanSquare(a: Vector, from: number, to: number): number {
  let sum = 0;
  for (let i = from; i < to; i++) sum += a[i] * a[i];
  return Math.sqrt(sum / (to - from));
}

function averagedStep(
  theta: Vector,
  g: Vector,
  { m, inverseRoot }: State,
  from: number,
  to: number,
  keep: number,
  rate: number,
  beta1: number,
): void {
  for (let i = from; i < to; i++) {
    m[i] = beta1 * m[i] + (1 - beta1) * rate * inverseRoot[i] * g[i];
    theta[i] = keep * theta[i] - m[i];
  }
}
