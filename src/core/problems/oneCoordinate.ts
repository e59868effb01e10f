import type { Hyperparameter } from "../../protocol/index.ts";
import type { Smooth } from "./normalNoise.ts";
import type { Watched } from "./problem.ts";
import type { Landscape } from "./survey.ts";

// What all losses of one coordinate with normal gradient noise have in common.

export const noise = {
  symbol: "σ²",
  label: "noise",
  meaning: "Variance of one draw of the gradient; a batch of B has that over B.",
  default: 2,
  range: [0.01, 100],
  scale: "log",
} as const satisfies Hyperparameter;

export const watched = (): readonly Watched[] => [{ index: 0, label: "θ" }];

/** Throws a sentence where σ² cannot be a variance. */
export function checkVariance(variance: number): void {
  if (!(variance >= 0))
    throw new Error(`The variance σ² of the noise cannot be negative; it was given as ${variance}.`);
}

/** A landscape as a loss of a vector of one. */
export const smoothOf = ({ height, slope, curvature }: Landscape): Smooth => ({
  loss: (theta) => height(theta[0]),
  gradient(theta, out) {
    out[0] = slope(theta[0]);
  },
  hessianVector(theta, v, out) {
    out[0] = curvature(theta[0]) * v[0];
  },
});
