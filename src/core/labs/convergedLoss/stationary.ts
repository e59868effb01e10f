import { zeros, type Vector } from "../../vector.ts";
import { answer, finished, type Moments } from "./theory.ts";
import type { Rule } from "./rule.ts";

/** Excess loss after a long time at a constant rate, and E|ĝ|² of a batch there; Infinity where the second moment diverges. */
export interface Stationary {
  readonly excess: number;
  readonly square: number;
}
const none: Stationary = { excess: Infinity, square: Infinity };

function answers({ curvature, dimension: d }: Moments, rule: Rule): Vector | undefined {
  const out = zeros(d * d);
  for (let a = 0; a < d; a++)
    for (let b = a; b < d; b++) {
      const x = answer(rule, curvature[a], curvature[b]);
      if (x === undefined) return undefined;
      out[a * d + b] = out[b * d + a] = x;
    }
  return out;
}
const product = (x: Vector, y: Vector, by: number, out: Vector): void => {
  for (let p = 0; p < out.length; p++) out[p] = x[p] * y[p] * by;
};
const weighed = (M: Vector, curvature: Vector): number => {
  const d = curvature.length;
  let sum = 0;
  for (let a = 0; a < d; a++) sum += curvature[a] * M[a * d + a];
  return sum;
};
const most = 20_000;

/**
 * The stationary second moment as the series M = Σ Dₖ, D₀ = answer ∘ C/B, Dₖ₊₁ = answer ∘ spread(Dₖ)/B. Its terms come to
 * shrink by one factor; from there on the rest of the series is known.
 */
export function* stationarySteps(it: Moments, rule: Rule, batch: number): Generator<undefined, Stationary> {
  const { dimension: d, curvature, C } = it;
  const K = answers(it, rule);
  if (!K) return none;
  const D = zeros(d * d);
  const M = zeros(d * d);
  const next = zeros(d * d);
  product(K, C, 1 / batch, D);
  let size = weighed(D, curvature);
  let before = NaN;
  for (let k = 0; k < most; k++) {
    for (let p = 0; p < D.length; p++) M[p] += D[p];
    if (size <= 1e-16 * weighed(M, curvature)) break;
    if (d > 6 || k % 64 === 63) yield undefined;
    it.spread(D, next);
    product(K, next, 1 / batch, D);
    const then = weighed(D, curvature);
    const ratio = then / size;
    if (k > 8 && Math.abs(ratio - before) < 1e-14) {
      if (ratio >= 1) return none;
      for (let p = 0; p < D.length; p++) M[p] += D[p] / (1 - ratio);
      break;
    }
    before = ratio;
    size = then;
    if (!(size < 1e200)) return none;
  }
  if (before >= 1) return none;
  it.spread(M, next);
  let square = 0;
  for (let a = 0; a < d; a++)
    square += curvature[a] * curvature[a] * M[a * d + a] + (C[a * d + a] + next[a * d + a]) / batch;
  return { excess: 0.5 * weighed(M, curvature), square };
}

export const stationary = (it: Moments, rule: Rule, batch: number): Stationary =>
  finished(stationarySteps(it, rule, batch));

/** Factor by which a round of noise in, noise out grows: the second moment is finite where it is below 1. */
function* growth(it: Moments, rule: Rule, batch: number): Generator<undefined, number> {
  const { dimension: d, curvature } = it;
  const K = answers(it, rule);
  if (!K) return Infinity;
  const D = zeros(d * d);
  const next = zeros(d * d);
  for (let a = 0; a < d; a++) D[a * d + a] = 1 / curvature[a];
  let size = weighed(D, curvature);
  let before = NaN;
  for (let k = 0; k < most; k++) {
    if (d > 6 || k % 64 === 63) yield undefined;
    it.spread(D, next);
    product(K, next, 1 / batch, D);
    const then = weighed(D, curvature);
    const ratio = then / size;
    if (!(then > 0)) return 0;
    if (k > 8 && Math.abs(ratio - before) < 1e-13 * ratio) return ratio;
    before = ratio;
    for (let p = 0; p < D.length; p++) D[p] /= then;
    size = 1;
  }
  return before;
}

/** The least rate at which the second moment has no limit, by bisection; yields between its rounds. */
export function* largestStable(it: Moments, rule: Rule, batch: number): Generator<undefined, number> {
  const grows = function* (learningRate: number): Generator<undefined, boolean> {
    yield undefined;
    return (yield* growth(it, { ...rule, learningRate }, batch)) >= 1;
  };
  let low = 0;
  let high = 2 / it.curvature[it.dimension - 1];
  while (!(yield* grows(high))) high *= 2;
  for (let round = 0; round < 60 && high - low > 1e-12 * high; round++) {
    const middle = (low + high) / 2;
    if (yield* grows(middle)) high = middle;
    else low = middle;
  }
  return (low + high) / 2;
}

/** The rate up to which the mean gradient alone is stable along a direction: 2/h without momentum. */
export function classicalLimit(rule: Rule, h: number): number {
  const stable = (learningRate: number) => answer({ ...rule, learningRate }, h, h) !== undefined;
  let low = 0;
  let high = 4 / h;
  while (stable(high)) high *= 2;
  for (let round = 0; round < 60; round++) {
    const middle = (low + high) / 2;
    if (stable(middle)) low = middle;
    else high = middle;
  }
  return high;
}

/** Without momentum, excess = s₁η + s₂η² + …: s₂ = tr(E[HᵢM₁Hᵢ]/B + (1 − 1/B) HM₁H)/(4B) with HM₁ + M₁H = C. */
export function secondCoefficient(it: Moments, batch: number): number {
  const { dimension: d, curvature, C } = it;
  const M = zeros(d * d);
  const spread = zeros(d * d);
  for (let a = 0; a < d; a++) for (let b = 0; b < d; b++) M[a * d + b] = C[a * d + b] / (curvature[a] + curvature[b]);
  it.spread(M, spread);
  let sum = 0;
  for (let a = 0; a < d; a++) sum += spread[a * d + a] / batch + curvature[a] * curvature[a] * M[a * d + a];
  return sum / (4 * batch);
}
