import { ensembleRoom } from "../../kernels/rooms.ts";
import type { Rng } from "../../rng.ts";
import { zeros, type Vector } from "../../vector.ts";
import { gone, schemeStepper } from "./schemes.ts";
import type { LineSetting } from "./setting.ts";

// How wrong each scheme is, by the size of its step: every scheme at every step size, and Heun's with far smaller steps in place
// of the solution, are driven by the same Brownian path. Heun's, for where noise is small its error falls below that of the others'
// smallest steps.

export const compared = [0, 1, 2, 3] as const;
/** Steps of the coarsest, halved so often; the solution's steps are so many times smaller than the finest. */
export const coarsest = 8;
export const levels = 5;
const beyond = 8;
const finestScheme = 2;
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
  const root = Math.sqrt(T / finest);
  // Increments of all paths: of the solution's steps, and of every level's, the coarsest first.
  const rows = Array.from({ length: levels }, (_, level) => coarsest * 2 ** level);
  const room = ensembleRoom(together * (finest + 2 + rows.reduce((a, b) => a + b)));
  const z = room.space(finest * together);
  const coarse = rows.map((steps) => room.space(steps * together));
  const [X, x] = [room.zeros(together), room.zeros(together)];
  const solve = schemeStepper(it, finestScheme, T / finest, root, room);
  const schemes = compared.map((scheme) => rows.map((steps) => schemeStepper(it, scheme, T / steps, root, room)));
  const sums = zeros(compared.length * levels);
  let count = 0;
  for (let round = 0; round < rounds; round++) {
    rng.normals(z);
    X.fill(it.x0);
    solve(X, z, 0, finest);
    for (let level = levels - 1; level >= 0; level--) joined(coarse.at(level + 1) ?? z, coarse[level]);
    for (let p = 0; p < together; p++) if (Math.abs(X[p]) < gone) count++;
    yield undefined;
    for (const [k, ofLevel] of schemes.entries())
      for (const [level, advance] of ofLevel.entries()) {
        x.fill(it.x0);
        advance(x, coarse[level], 0, rows[level]);
        for (let p = 0; p < together; p++)
          if (Math.abs(X[p]) < gone) sums[k * levels + level] += (x[p] - X[p]) * (x[p] - X[p]);
      }
    yield undefined;
  }
  yield { kind: "paths", sums, count };
}
/** Increments over longer steps: sums of as many as come to one. */
function joined(fine: Vector, out: Vector): void {
  out.fill(0);
  const stride = fine.length / out.length;
  for (let k = 0, at = 0; at < out.length; at += together)
    for (let s = 0; s < stride; s++, k += together) for (let p = 0; p < together; p++) out[at + p] += fine[k + p];
}
