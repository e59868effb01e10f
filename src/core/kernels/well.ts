import type { Rng } from "../rng.ts";
import type { Vector } from "../vector.ts";
import { finish, leaveLane, takeLane, ziggurat, type Lanes } from "./normals.ts";
import type { Room } from "./room.ts";

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

/**
 * The same plainly with the normals of a generator, which are drawn as in normals.ts; n is a multiple of four. A loop that draws and one that
 * steps take a fifth longer where the processor is shared, since each waits for other parts of it.
 */
export function plainDrawnWell(
  memory: Vector,
): (map: WellMap, theta: number, n: number, lanes: Lanes, steps: number) => void {
  const { widths, bounds } = ziggurat();
  const coefficients = new Float64Array(5);
  /** Of the lane: its words a, b, c, d, the draw that missed the fast test, and the chain and the steps of chains that are left then. */
  const state = new Int32Array(7);

  /** Steps the lane's chains, the places from `first` to `end`, until a draw misses the fast test. */
  const advance = (first: number, end: number): void => {
    const c0 = coefficients[0];
    const c1 = coefficients[1];
    const c2 = coefficients[2];
    const c3 = coefficients[3];
    const gain = coefficients[4];
    let a = state[0];
    let b = state[1];
    let c = state[2];
    let d = state[3];
    let k = state[5];
    let left = state[6];
    for (; left > 0; left--) {
      const sum = (a + d) | 0;
      const u = (((sum << 7) | (sum >>> 25)) + a) | 0;
      const shifted = b << 9;
      c ^= a;
      d ^= b;
      b ^= c;
      a ^= d;
      c ^= shifted;
      d = (d << 11) | (d >>> 21);
      const layer = u >>> 22;
      const place = (u << 10) | 512;
      if ((place ^ (place >> 31)) >= bounds[layer]) {
        state[4] = u;
        break;
      }
      const x = memory[k];
      memory[k] = c0 + x * (c1 + x * (c2 + x * c3)) - gain * (place * widths[layer]);
      k += 4;
      if (k >= end) k = first;
    }
    state[0] = a;
    state[1] = b;
    state[2] = c;
    state[3] = d;
    state[5] = k;
    state[6] = left;
  };
  return (map, theta, n, lanes, steps) => {
    for (let i = 0; i < 5; i++) coefficients[i] = map[i];
    const [c0, c1, c2, c3, gain] = map;
    for (let lane = 0; lane < 4; lane++) {
      takeLane(lanes, lane, state);
      const first = theta + lane;
      const end = theta + n;
      state[5] = first;
      state[6] = (steps * n) / 4;
      advance(first, end);
      while (state[6] > 0) {
        const k = state[5];
        const x = memory[k];
        memory[k] = c0 + x * (c1 + x * (c2 + x * c3)) - gain * finish(state);
        state[5] = k + 4 < end ? k + 4 : first;
        state[6]--;
        advance(first, end);
      }
      leaveLane(lanes, lane, state);
    }
  };
}

/** Chain-steps of a call: about a millisecond's worth, so that a stop is seen between two. */
const atOnce = 2 ** 18;

/**
 * The same with the normals that `z` yields, steps times n of them. `noise` has space for the normals of one step at least, and is
 * left as it is where they are drawn in the kernel.
 */
export function drawWell(room: Room, step: WellStep, theta: Vector, z: Rng, noise: Vector, steps: number): void {
  const n = theta.length;
  const lanes = n % 4 === 0 ? z.lanes() : undefined;
  const longest = Math.max(1, Math.floor((lanes ? atOnce : noise.length) / n));
  for (let done = 0; done < steps; done += longest) {
    const now = Math.min(longest, steps - done);
    if (lanes) room.wellDrawn(mapOf(step), theta, lanes, now);
    else {
      z.normals(noise, 0, now * n);
      stepWell(room, step, theta, noise, 0, now);
    }
  }
}
