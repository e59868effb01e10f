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
 * epoch sums to nothing, and what is left is a bridge over its n/B steps.
 */
export function reshuffledCoefficient(
  { H, C, dimension: d, examples }: Pick<Model, "H" | "C" | "dimension" | "examples">,
  batch: number,
): number {
  let trace = 0;
  for (let i = 0; i < d; i++) for (let j = 0; j < d; j++) trace += H[i * d + j] * C[j * d + i];
  return (examples.count * trace) / (12 * batch * batch);
}

/** Combinations of S(η) = excess/η at the rates e, 2e, 4e that estimate the slope at 0: their weights. */
export const combinations = [
  { name: "plain", label: "S(η)", weights: [1], order: "η" },
  { name: "Richardson", label: "2S(η) − S(2η)", weights: [2, -1], order: "η²" },
  { name: "three-point", label: "(8S(η) − 6S(2η) + S(4η))/3", weights: [8 / 3, -2, 1 / 3], order: "η³" },
] as const;
export const combine = (weights: readonly number[], S: ArrayLike<number>): number =>
  weights.reduce((sum, weight, k) => sum + weight * S[k], 0);
/** Standard error of that, where the S are independent. */
export const combinedError = (weights: readonly number[], errors: ArrayLike<number>): number =>
  Math.sqrt(weights.reduce((sum, weight, k) => sum + (weight * errors[k]) ** 2, 0));

/** Updates in which the excess of the flattest direction falls by a factor e: 1/(2ηλ). */
export const slowestRelaxation = ({ curvature }: { readonly curvature: Vector }, rate: number): number =>
  1 / (2 * rate * curvature[0]);
