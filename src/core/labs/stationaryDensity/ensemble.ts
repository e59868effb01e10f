import { ensembleRoom } from "../../kernels/rooms.ts";
import { stepWell } from "../../kernels/well.ts";
import type { Rng } from "../../rng.ts";
import { slopeOf, type Well } from "../../problems/wells.ts";
import { zeros, type Vector } from "../../vector.ts";

/** Chains advanced together. */
export interface Ensemble {
  readonly theta: Vector;
  advance(steps: number): void;
}
/** Chains of one block: few enough to stay in the nearest cache, enough that no step waits for the one before it. */
export const block = 64;
/** Steps' worth of noise made at a time. */
const ahead = 16;

export interface Momentum {
  readonly learningRate: number;
  readonly momentum: number;
  readonly dampening: number;
  readonly nesterov: boolean;
}

/** SGD of PyTorch on a polynomial well with normal gradient noise, σ its deviation; starts where `start` is. */
export function sgdEnsemble(
  well: Well["coefficients"],
  { learningRate, momentum, dampening, nesterov }: Momentum,
  sigma: number,
  start: Vector,
  z: Rng,
): Ensemble {
  const n = start.length;
  const room = ensembleRoom(n + (n & 1) + n * ahead);
  const theta = room?.zeros(n) ?? zeros(n);
  const noise = room?.zeros(n * ahead) ?? zeros(n * ahead);
  theta.set(start);
  const slope = [well[1], 2 * well[2], 3 * well[3], 4 * well[4]] as const;
  const step = { slope, rate: learningRate, sigma };
  const buffer = zeros(n);
  let t = 0;
  /** Steps whose noise is drawn and not used yet: whole blocks of the stream, wherever one stops to look. */
  let left = 0;
  /** θ ← θ − η u with the buffer u, of `now` steps. */
  const withMomentum = (from: number, now: number) => {
    for (let s = 0; s < now; s++, t++) {
      const fresh = t === 0 ? 1 : 1 - dampening; // the first buffer is g itself
      for (let c = 0; c < n; c++) {
        const g = slopeOf(well, theta[c]) + sigma * noise[from + s * n + c];
        buffer[c] = momentum * buffer[c] + fresh * g;
        theta[c] -= learningRate * (nesterov ? g + momentum * buffer[c] : buffer[c]);
      }
    }
  };
  return {
    theta,
    advance(steps) {
      for (let done = 0; done < steps;) {
        if (left === 0) {
          z.normals(noise);
          left = ahead;
        }
        const now = Math.min(left, steps - done);
        const from = (ahead - left) * n;
        if (momentum === 0) stepWell(room, step, theta, noise, from, now);
        else withMomentum(from, now);
        left -= now;
        done += now;
      }
    },
  };
}
