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

/** SGD of PyTorch on a polynomial well with normal gradient noise, σ its deviation; starts at, and moves, `theta`. */
export function sgdEnsemble(
  well: Well["coefficients"],
  { learningRate, momentum, dampening, nesterov }: Momentum,
  sigma: number,
  theta: Vector,
  z: Rng,
): Ensemble {
  const n = theta.length;
  const noise = zeros(n * ahead);
  const u = zeros(n);
  const [b0, b1, b2, b3] = [well[1], 2 * well[2], 3 * well[3], 4 * well[4]];
  let t = 0;
  return {
    theta,
    advance(steps) {
      for (let done = 0; done < steps; done += ahead) {
        const now = Math.min(ahead, steps - done);
        z.normals(noise, 0, now * n);
        if (momentum === 0) {
          for (let k = 0; k < now * n; k += n)
            for (let c = 0; c < n; c++) {
              const x = theta[c];
              theta[c] = x - learningRate * (b0 + x * (b1 + x * (b2 + x * b3)) + sigma * noise[k + c]);
            }
        } else {
          for (let s = 0; s < now; s++, t++) {
            const fresh = t === 0 ? 1 : 1 - dampening; // the first buffer is g itself
            for (let c = 0; c < n; c++) {
              const g = slopeOf(well, theta[c]) + sigma * noise[s * n + c];
              u[c] = momentum * u[c] + fresh * g;
              theta[c] -= learningRate * (nesterov ? g + momentum * u[c] : u[c]);
            }
          }
        }
      }
    },
  };
}
