import type { Rng } from "../../rng.ts";
import { zeros, type Vector } from "../../vector.ts";
import { schemeStep } from "./line.ts";
import type { LineSetting } from "./setting.ts";

// How wrong each scheme is, by the size of its step: every scheme at every step size, and Milstein's with far smaller steps in
// place of the solution, are driven by the same Brownian path.

export const compared = [0, 1, 2, 3] as const;
/** Steps of the coarsest, halved so often; the solution's steps are so many times smaller than the finest. */
export const coarsest = 8;
export const levels = 5;
const beyond = 8;
const finest = coarsest * 2 ** (levels - 1) * beyond;

/** Units, and Brownian paths in one. */
export const pathUnits = 16;
const together = 32;
const rounds = 4;
export const pathsPerUnit = together * rounds;

export interface PathPart {
  readonly kind: "paths";
  /** Σ (x − X)², by scheme and level. */
  readonly sums: Vector;
  readonly count: number;
}
/** Time over which schemes are compared. */
export const pathTime = ({ T }: LineSetting): number => Math.min(T, 1);

export function* pathUnit(it: LineSetting, rng: Rng): Generator<PathPart | undefined> {
  const T = pathTime(it);
  const h = T / finest;
  const root = Math.sqrt(h);
  const z = zeros(finest);
  const path = zeros(finest + 1);
  const sums = zeros(compared.length * levels);
  let count = 0;
  for (let round = 0; round < rounds; round++) {
    for (let p = 0; p < together; p++) {
      rng.normals(z);
      let X = it.x0;
      for (let k = 0; k < finest; k++) {
        const dW = root * z[k];
        path[k + 1] = path[k] + dW;
        X = schemeStep(it, 1, X, h, dW);
      }
      if (!(Math.abs(X) < 1e6)) continue;
      count++;
      for (const scheme of compared)
        for (let level = 0; level < levels; level++) {
          const steps = coarsest * 2 ** level;
          const stride = finest / steps;
          let x = it.x0;
          for (let k = 0; k < finest; k += stride) x = schemeStep(it, scheme, x, T / steps, path[k + stride] - path[k]);
          sums[scheme * levels + level] += (x - X) * (x - X);
        }
    }
    yield undefined;
  }
  yield { kind: "paths", sums, count };
}
