import type { Rng } from "../rng.ts";
import type { Vector } from "../vector.ts";
import type { Room } from "./room.ts";
import { CompiledRoom } from "./compiledRoom.ts";

/** L′ = b₀ + b₁θ + b₂θ² + b₃θ³, the learning rate η and the noise's deviation σ. */
export interface WellStep {
  readonly slope: readonly [number, number, number, number];
  readonly rate: number;
  readonly sigma: number;
}
/** θ ← c₀ + c₁θ + c₂θ² + c₃θ³ − gain · z, which is θ ← θ − η(L′(θ) + σz). */
export type WellMap = readonly [c0: number, c1: number, c2: number, c3: number, gain: number];

const mapOf = ({ slope: [b0, b1, b2, b3], rate, sigma }: WellStep): WellMap => [
  -rate * b0,
  1 - rate * b1,
  -rate * b2,
  -rate * b3,
  rate * sigma,
];

/**
 * `steps` steps θ ← θ − η(L′(θ) + σz) of n chains in place, θ from 0 on; step k draws z from noise[from + k n] on. Both
 * vectors lie in the room.
 */
export function stepWell(room: Room, step: WellStep, theta: Vector, noise: Vector, from: number, steps: number): void {
  room.well(mapOf(step), theta, noise, from, steps);
}
/** The same plainly; src/kernels/well.ts does it two chains at a time. */
export function stepPlainly(map: WellMap, theta: Vector, noise: Vector, from: number, steps: number): void {
  const n = theta.length;
  const c0 = map[0]; // one by one: taken apart as a pattern they might be undefined to the engine, which then looks in every step
  const c1 = map[1];
  const c2 = map[2];
  const c3 = map[3];
  const gain = map[4];
  for (let k = from; k < from + steps * n; k += n)
    for (let c = 0; c < n; c++) {
      const x = theta[c];
      theta[c] = c0 + x * (c1 + x * (c2 + x * c3)) - gain * noise[k + c];
    }
}

/** Chain-steps of a call: about a millisecond's worth, so that a stop is seen between two. */
const atOnce = 2 ** 18;

/**
 * The same with the normals that `z` yields, steps times n of them. `noise` has space for the normals of one step at least, and is
 * left as it is where they are drawn in the kernel.
 */
export function drawWell(room: Room, step: WellStep, theta: Vector, z: Rng, noise: Vector, steps: number): void {
  const n = theta.length;
  const drawing = room instanceof CompiledRoom && n % 4 === 0 ? room : undefined;
  const lanes = drawing && z.lanes();
  const longest = Math.max(1, Math.floor((lanes ? atOnce : noise.length) / n));
  for (let done = 0; done < steps; done += longest) {
    const now = Math.min(longest, steps - done);
    if (drawing && lanes) drawing.wellDrawn(lanes, theta, now, mapOf(step));
    else {
      z.normals(noise, 0, now * n);
      stepWell(room, step, theta, noise, 0, now);
    }
  }
}
