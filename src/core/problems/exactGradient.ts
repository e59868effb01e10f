import { zeros, type Vector } from "../vector.ts";
import type { Batch, Gradient } from "./problem.ts";

/** Draws of a loss without noise: every draw is the loss itself. `meanSquare` fills (1/n) Σ g_b² over its examples, else ĝ². */
export function exactGradient(
  dimension: number,
  loss: (theta: Vector) => number,
  gradientOf: (theta: Vector, out: Vector) => void,
  meanSquareOf?: (theta: Vector, out: Vector) => void,
): () => Batch {
  const mean = zeros(dimension);
  const square = zeros(dimension);
  const at = zeros(dimension);
  const gradient: Gradient = {
    mean,
    get meanSquare() {
      if (meanSquareOf) meanSquareOf(at, square);
      else for (let i = 0; i < dimension; i++) square[i] = mean[i] ** 2;
      return square;
    },
  };
  const batch: Batch = {
    loss,
    gradient(theta) {
      if (meanSquareOf) at.set(theta);
      gradientOf(theta, mean);
      return gradient;
    },
  };
  return () => batch;
}
