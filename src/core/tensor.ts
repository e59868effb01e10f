import type { Shape } from "./problems/problem.ts";
import type { Vector } from "./vector.ts";

// A tensor, row-major in a flat array, seen from one of its sides: T[o, i, n], where i runs along the side, o over all sides
// before it and n over all after it. `from` is where the tensor begins in its array.

export interface Side {
  readonly outer: number;
  readonly length: number;
  readonly inner: number;
}
const product = (sides: Shape): number => sides.reduce((all, side) => all * side, 1);
export const sidesOf = (shape: Shape): Side[] =>
  shape.map((length, k) => ({ outer: product(shape.slice(0, k)), length, inner: product(shape.slice(k + 1)) }));

/** G (length × length) ← keep · G + weight · Σ over o and n of T[o, i, n] T[o, j, n]. */
export function addGramOfSide(t: Vector, from: number, side: Side, keep: number, weight: number, g: Vector): void {
  const { outer, length, inner } = side;
  for (let i = 0; i < length; i++)
    for (let j = 0; j <= i; j++) {
      let sum = 0;
      for (let o = 0; o < outer; o++) {
        const start = from + o * length * inner;
        for (let n = 0, a = start + i * inner, b = start + j * inner; n < inner; n++) sum += t[a + n] * t[b + n];
      }
      g[i * length + j] = g[j * length + i] = keep * g[i * length + j] + weight * sum;
    }
}

/** out[o, i, n] = Σ_j M[i, j] T[o, j, n]; `out` holds the tensor alone, and is not T. */
export function multiplySide(m: Vector, t: Vector, from: number, side: Side, out: Vector): void {
  const { outer, length, inner } = side;
  if (inner === 1) {
    multiplyLastSide(m, t, from, outer, length, out);
    return;
  }
  out.fill(0, 0, outer * length * inner);
  for (let o = 0; o < outer; o++) {
    const at = o * length * inner;
    for (let i = 0; i < length; i++)
      for (let j = 0; j < length; j++) {
        const mij = m[i * length + j];
        const a = at + i * inner;
        const b = from + at + j * inner;
        for (let n = 0; n < inner; n++) out[a + n] += mij * t[b + n];
      }
  }
}

/** The same where nothing comes after the side: the innermost loop then runs along rows of M. */
function multiplyLastSide(m: Vector, t: Vector, from: number, outer: number, length: number, out: Vector): void {
  for (let o = 0; o < outer; o++)
    for (let i = 0; i < length; i++) {
      let sum = 0;
      for (let j = 0, b = from + o * length; j < length; j++) sum += m[i * length + j] * t[b + j];
      out[o * length + i] = sum;
    }
}

/** Eigenvectors of a longer side take minutes, and its matrices hundreds of megabytes. */
const longest = 2048;

/** Throws an Error, a sentence, where an optimizer would keep matrices of a side that is too long to be simulated. */
export function requireSide(optimizer: string, length: number, shape: Shape, remedy: string): void {
  if (length > longest)
    throw new Error(
      `${optimizer} would keep matrices of ${length} × ${length} numbers for a tensor of shape [${shape.join(", ")}], ` +
        `and sides are simulated up to ${longest}: ${remedy}.`,
    );
}
