import { zeros, type Vector } from "../vector.ts";
import type { Batch, Gradient } from "./problem.ts";

/** What a loss without noise has to say of itself. */
export interface Exact {
  loss(theta: Vector): number;
  /** ∇L(θ), written into `out`. */
  gradient(theta: Vector, out: Vector): void;
  /** ∇²L(θ) v, written into `out`. */
  hessianVector(theta: Vector, v: Vector, out: Vector): void;
  /** (1/n) Σ g_b² over its n examples, written into `out`; ĝ² where it has none. */
  meanSquare?(theta: Vector, out: Vector): void;
}

/** Draws of a loss without noise: every draw is the loss itself. */
export function exactGradient(dimension: number, it: Exact): () => Batch {
  const mean = zeros(dimension);
  const square = zeros(dimension);
  const at = zeros(dimension);
  const gradient: Gradient = {
    mean,
    get meanSquare() {
      if (it.meanSquare) it.meanSquare(at, square);
      else for (let i = 0; i < dimension; i++) square[i] = mean[i] ** 2;
      return square;
    },
  };
  const batch: Batch = {
    loss: (theta) => it.loss(theta),
    gradient(theta) {
      if (it.meanSquare) at.set(theta);
      it.gradient(theta, mean);
      return gradient;
    },
    hessianVector(theta, v, out) {
      it.hessianVector(theta, v, out);
      return out;
    },
  };
  return () => batch;
}
