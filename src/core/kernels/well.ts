import type { Vector } from "../vector.ts";
import type { Room } from "./rooms.ts";

/** L′ = b₀ + b₁θ + b₂θ² + b₃θ³, the learning rate η and the noise's deviation σ. */
export interface WellStep {
  readonly slope: readonly [number, number, number, number];
  readonly rate: number;
  readonly sigma: number;
}

/**
 * `steps` steps θ ← θ − η(L′(θ) + σz) of n chains in place, θ from 0 on; step k draws z from noise[from + k n] on. Where a room is
 * given, both vectors lie in it and src/kernels/well.ts does the same to the last bit, two chains at a time.
 */
export function stepWell(
  room: Room | undefined,
  { slope: [b0, b1, b2, b3], rate, sigma }: WellStep,
  theta: Vector,
  noise: Vector,
  from: number,
  steps: number,
): void {
  const n = theta.length;
  if (room) {
    room.exports.well(theta.byteOffset, noise.byteOffset + 8 * from, n, steps, b0, b1, b2, b3, rate, sigma);
    return;
  }
  for (let k = from; k < from + steps * n; k += n)
    for (let c = 0; c < n; c++) {
      const x = theta[c];
      theta[c] = x - rate * (b0 + x * (b1 + x * (b2 + x * b3)) + sigma * noise[k + c]);
    }
}
