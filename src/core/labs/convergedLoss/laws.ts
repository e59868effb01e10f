import type { Vector } from "../../vector.ts";
import type { Model } from "./model.ts";

/** Slope of the converged loss at rate 0: ¼E|g|²/B with g the gradient of one example at the minimum. */
export function slopeAtZero({ C, dimension: d }: Pick<Model, "C" | "dimension">, batch: number): number {
  let trace = 0;
  for (let i = 0; i < d; i++) trace += C[i * d + i];
  return trace / (4 * batch);
}
/**
 * With a fresh permutation every epoch the excess averaged over its iterates is n tr(HC)/(12B²) · η² as η → 0: the noise of an
 * epoch sums to nothing, and what is left is a bridge over its n/B steps. So many steps bridge (1 − B²/n²) of that; divided by
 * the same at B = 1, which is left as it is printed.
 */
export function reshuffledCoefficient(
  { H, C, dimension: d, examples }: Pick<Model, "H" | "C" | "dimension" | "examples">,
  batch: number,
): number {
  let trace = 0;
  for (let i = 0; i < d; i++) for (let j = 0; j < d; j++) trace += H[i * d + j] * C[j * d + i];
  const n = examples.count;
  const bridged = batch === 1 ? 1 : Math.max(0, 1 - (batch / n) ** 2) / (1 - 1 / (n * n));
  return (bridged * n * trace) / (12 * batch * batch);
}

/**
 * Slope at rate 0 of reshuffled epochs: 0 where a batch divides n. Else the last batch of an epoch has r rows that count 1/r each
 * in place of 1/B, so that an epoch of m steps is left with the noise η²r(1/r − 1/B)²C.
 */
export function reshuffledSlope(model: Pick<Model, "C" | "dimension" | "examples">, batch: number): number {
  const n = model.examples.count;
  const rest = n % batch;
  if (rest === 0 || batch >= n) return 0;
  const uneven = 1 / rest - 1 / batch;
  return (slopeAtZero(model, 1) * rest * uneven * uneven * (n - rest)) / (n - 1) / Math.ceil(n / batch);
}

/**
 * Combinations of S(η) = excess/η at the smallest rates that estimate the slope at 0: their weights. The value at 0 of the
 * polynomial through S at one, two and three rates.
 */
export function combinationsOf(rates: ArrayLike<number>) {
  const names = ["plain", "Richardson", "three-point"] as const;
  const doubled = [1, 2].every((k) => Math.abs(rates[k] / rates[k - 1] - 2) < 1e-9);
  return names.map((name, more) => ({
    name,
    label: (doubled ? ofDoubled : ofOthers)[more],
    weights: Array.from({ length: more + 1 }, (_, i) => {
      let weight = 1;
      for (let j = 0; j <= more; j++) if (j !== i) weight *= rates[j] / (rates[j] - rates[i]);
      return weight;
    }),
    order: ["η", "η²", "η³"][more],
  }));
}
const ofDoubled = ["S(η)", "2S(η) − S(2η)", "(8S(η) − 6S(2η) + S(4η))/3"];
const ofOthers = ["S(η)", "line through S at two rates", "parabola through S at three rates"];
export const combine = (weights: readonly number[], S: ArrayLike<number>): number =>
  weights.reduce((sum, weight, k) => sum + weight * S[k], 0);
/** Standard error of that, where the S are independent. */
export const combinedError = (weights: readonly number[], errors: ArrayLike<number>): number =>
  Math.sqrt(weights.reduce((sum, weight, k) => sum + (weight * errors[k]) ** 2, 0));

/** Updates in which the excess of the flattest direction falls by a factor e: 1/(2ηλ). */
export const slowestRelaxation = ({ curvature }: { readonly curvature: Vector }, rate: number): number =>
  1 / (2 * rate * curvature[0]);
