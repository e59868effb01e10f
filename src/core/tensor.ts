import { dotFrom, multiply } from "./matrix.ts";
import type { Shape } from "./problems/problem.ts";
import type { Vector } from "./vector.ts";

// A tensor, row-major in a flat array, seen from one of its sides: T[o, i, n], where i runs along the side, o over all sides
// before it and n over all after it.

export interface Side {
  readonly outer: number;
  readonly length: number;
  readonly inner: number;
}
const product = (sides: Shape): number => sides.reduce((all, side) => all * side, 1);
export const sidesOf = (shape: Shape): Side[] =>
  shape.map((length, k) => ({ outer: product(shape.slice(0, k)), length, inner: product(shape.slice(k + 1)) }));

/** G (length × length) ← keep · G + weight · Σ over o and n of T[o, i, n] T[o, j, n]; G is symmetric before and after. */
export function addGramOfSide(t: Vector, side: Side, keep: number, weight: number, g: Vector): void {
  const { outer, length, inner } = side;
  for (let i = 0; i < g.length; i++) g[i] *= keep;
  for (let o = 0; o < outer; o++)
    for (let i = 0; i < length; i++) {
      const row = i * length;
      const at = o * length * inner;
      if (inner === 1) {
        const ti = weight * t[at + i];
        for (let j = 0; j <= i; j++) g[row + j] += ti * t[at + j];
      } else for (let j = 0; j <= i; j++) g[row + j] += weight * dotFrom(t, at + i * inner, t, at + j * inner, inner);
    }
  for (let i = 0; i < length; i++) for (let j = 0; j < i; j++) g[j * length + i] = g[i * length + j];
}

/** out[o, i, n] = Σ_j M[i, j] T[o, j, n]. `out` is not T. */
export function multiplySide(m: Vector, t: Vector, side: Side, out: Vector): void {
  const { outer, length, inner } = side;
  if (inner === 1)
    for (let o = 0; o < outer; o++)
      for (let i = 0; i < length; i++) out[o * length + i] = dotFrom(m, i * length, t, o * length, length);
  else if (outer === 1) multiply(m, t, length, length, inner, out);
  else
    for (let o = 0; o < outer; o++)
      for (let i = 0; i < length; i++) {
        const a = (o * length + i) * inner;
        out.fill(0, a, a + inner);
        for (let j = 0, b = o * length * inner; j < length; j++, b += inner) {
          const mij = m[i * length + j];
          for (let n = 0; n < inner; n++) out[a + n] += mij * t[b + n];
        }
      }
}

/** Eigenvectors take some nanoseconds times the cube of the length: seconds here. */
const longest = 1024;

/** Throws an Error, a sentence, where an optimizer would keep matrices of a side that is too long to be simulated. */
export function requireSide(optimizer: string, length: number, shape: Shape, remedy: string): void {
  if (length > longest)
    throw new Error(
      `${optimizer} would keep matrices of ${length} × ${length} numbers for a tensor of shape [${shape.join(", ")}], ` +
        `and sides are simulated up to ${longest}: ${remedy}.`,
    );
}
