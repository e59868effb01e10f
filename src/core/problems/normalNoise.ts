import type { Rng } from "../rng.ts";
import { zeros, type Vector } from "../vector.ts";
import { chiSquare } from "./chiSquare.ts";
import type { Batch, Gradient } from "./problem.ts";

/** What an objective with independent normal noise in every coordinate has to say of itself. */
export interface Smooth {
  loss(theta: Vector): number;
  /** ∇L(θ), written into `out`. */
  gradient(theta: Vector, out: Vector): void;
  /** ∇²L(θ) v, written into `out`. The noise is linear in θ and adds nothing to it. */
  hessianVector(theta: Vector, v: Vector, out: Vector): void;
}

/**
 * Draws of a loss whose example z adds s·z to the gradient and (s·z)·θ to the loss, z normal, s a standard deviation for each
 * coordinate. A batch of B averages B of them: only the average is drawn, and the spread about it when it is asked for.
 */
export function normalNoise(smooth: Smooth, deviation: Vector): (z: Rng, batchSize: number) => Batch {
  // Made with the first draw: of hundreds of replicates that a kernel advances, none ever draws here.
  let made: ((z: Rng, batchSize: number) => Batch) | undefined;
  return (z, batchSize) => (made ??= drawer(smooth, deviation))(z, batchSize);
}
function drawer(smooth: Smooth, deviation: Vector): (z: Rng, batchSize: number) => Batch {
  const d = deviation.length;
  const noise = zeros(d);
  const mean = zeros(d);
  const square = zeros(d);
  const scaled = zeros(d);
  let scaledFor = 0;
  let draws = 0;
  let stream: Rng | undefined;
  const gradient: Gradient = {
    mean,
    // (1/B) Σ g_b² = ĝ² + s² χ²_{B−1} / B, for the spread of normal examples is independent of their mean. It comes from a
    // stream of its own, named by the number of the draw, so that asking for it moves no other number and twice gives the same.
    get meanSquare() {
      const spread = stream?.split("spread", draws);
      for (let i = 0; i < d; i++) {
        const within = spread && scaledFor > 1 ? (deviation[i] ** 2 * chiSquare(spread, scaledFor - 1)) / scaledFor : 0;
        square[i] = mean[i] ** 2 + within;
      }
      return square;
    },
  };
  const batch: Batch = {
    loss(theta) {
      let tilt = 0;
      for (let i = 0; i < d; i++) tilt += noise[i] * theta[i];
      return smooth.loss(theta) + tilt;
    },
    gradient(theta) {
      smooth.gradient(theta, mean);
      for (let i = 0; i < d; i++) mean[i] += noise[i];
      return gradient;
    },
    hessianVector(theta, v, out) {
      smooth.hessianVector(theta, v, out);
      return out;
    },
  };
  return (z, batchSize) => {
    if (batchSize !== scaledFor) {
      scaledFor = batchSize;
      for (let i = 0; i < d; i++) scaled[i] = deviation[i] / Math.sqrt(batchSize);
    }
    draws++;
    stream = z;
    z.normals(noise);
    for (let i = 0; i < d; i++) noise[i] *= scaled[i];
    return batch;
  };
}
