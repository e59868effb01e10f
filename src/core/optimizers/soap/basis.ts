import { multiply, orthonormalRows, symmetricEigen, transpose } from "../../matrix.ts";
import { addGramOfSide, multiplySide } from "../../tensor.ts";
import type { Side } from "../../tensor.ts";
import { zeros } from "../../vector.ts";
import type { Vector } from "../../vector.ts";

/** The eigenbasis of one side of a tensor: Q_L or Q_R of the paper. */
export interface Basis {
  readonly side: Side;
  /** Mean of G Gᵀ over the side's slices: L or R. */
  readonly statistic: Vector;
  /** Qᵀ, eigenvectors in rows, the largest eigenvalue's first. */
  readonly rows: Vector;
}
/** Room for the longest side (two matrices, three vectors) and for the largest tensor. */
export interface Room {
  readonly a: Vector;
  readonly b: Vector;
  readonly values: Vector;
  readonly work: Vector;
  readonly x: Vector;
}
export const basisOf = (side: Side): Basis => ({
  side,
  statistic: zeros(side.length ** 2),
  rows: zeros(side.length ** 2),
});
export const roomFor = (size: number, side: number): Room => ({
  ...{ a: zeros(side * side), b: zeros(side * side), values: zeros(side), work: zeros(2 * side) },
  x: zeros(size),
});

/** L ← β L + (1−β) G Gᵀ on every side. */
export function observe(bases: readonly Basis[], g: Vector, beta: number): void {
  for (const { side, statistic } of bases) addGramOfSide(g, side, beta, 1 - beta, statistic);
}

/** T in the eigenbases, or back from them; T is overwritten with it. */
export function project(bases: readonly Basis[], t: Vector, back: boolean, { a, x }: Room): void {
  for (const { side, rows } of bases) {
    if (back) transpose(rows, side.length, side.length, a);
    multiplySide(back ? a : rows, t, side, x);
    for (let i = 0; i < t.length; i++) t[i] = x[i];
  }
}

/**
 * Eigenvectors from scratch. Those of equal eigenvalues are arbitrary: where the first gradient leaves several at 0 (a side much
 * longer than the others, a vector), the authors' code goes on from its own rounding, and so does this.
 */
export function decompose(bases: readonly Basis[], { a, b, values, work }: Room): void {
  for (const { side, statistic, rows } of bases) {
    const n = side.length;
    a.set(statistic);
    symmetricEigen(a, n, values, b, work);
    descending(values, n).forEach((k, i) => {
      copyRow(b, k, rows, i, n);
    });
  }
}

/**
 * One round of orthogonal iteration: vectors sorted by qᵀ L q, each taken to L q, the whole made orthonormal again. `v` is in
 * the eigenbases; its entries move with the vectors they belong to.
 */
export function refresh(bases: readonly Basis[], v: Vector, { a, b, values, work, x }: Room): void {
  for (const { side, statistic, rows } of bases) {
    const { outer, length: n, inner } = side;
    multiply(rows, statistic, n, n, n, b); // L is symmetric: row k is L qₖ
    for (let k = 0; k < n; k++) {
      values[k] = 0;
      for (let j = 0; j < n; j++) values[k] += rows[k * n + j] * b[k * n + j];
    }
    const order = descending(values, n);
    for (let i = 0; i < n; i++) copyRow(b, order[i], a, i, n);
    orthonormalRows(a, n, rows, work);
    for (let i = 0; i < v.length; i++) x[i] = v[i];
    for (let o = 0; o < outer; o++)
      for (let i = 0; i < n; i++)
        for (let p = 0; p < inner; p++) v[(o * n + i) * inner + p] = x[(o * n + order[i]) * inner + p];
  }
}

const descending = (values: Vector, n: number): number[] =>
  Array.from({ length: n }, (_, k) => k).sort((i, j) => values[j] - values[i]);

function copyRow(from: Vector, k: number, to: Vector, i: number, n: number): void {
  for (let j = 0; j < n; j++) to[i * n + j] = from[k * n + j];
}
