import { readFileSync } from "node:fs";
import path from "node:path";
import { digits } from "../../src/core/problems/digits.ts";
import type { Table } from "../../src/core/problems/exampleTable.ts";

// The tables that the recorded trainings and derivatives are of, their models in an experiment file's words, and what else
// those records have in common.

const root = path.join(import.meta.dirname, "../..");
/** A recorded file of test/reference. */
export const reference = (file: string): unknown =>
  JSON.parse(readFileSync(path.join(root, "test/reference", file), "utf8"));

/** Element k, from 0, is a sin(bk + c) or a cos(bk + c). */
export type Rule =
  "zeros" | { readonly rule: "sin" | "cos"; readonly a: number; readonly b: number; readonly c: number };
export const ruled = (rule: Rule, length: number): Float64Array =>
  Float64Array.from({ length }, (_, k) => (rule === "zeros" ? 0 : rule.a * Math[rule.rule](rule.b * k + rule.c)));

export interface ModelOf {
  readonly data: "digits" | "iris" | "breast_cancer";
  readonly features: "divide16" | "standardise";
  readonly model:
    | { readonly kind: "softmax" | "logistic"; readonly in: number }
    | { readonly kind: "mlp"; readonly sizes: readonly number[] };
  readonly l2?: number;
}

/** Features divided by 16, or with mean 0 and population deviation 1; all rows. */
export function tableOf({ data, features }: ModelOf): Pick<Table, "rows" | "inputs" | "X" | "y"> {
  if (data === "digits") return digits({ dataset: new Uint8Array(readFileSync(path.join(root, "data/digits.bin"))) });
  const lines = readFileSync(path.join(root, `test/reference/data/${data}.csv`), "utf8")
    .trim()
    .split(/\r?\n/)
    .slice(1);
  const cells = lines.map((line) => line.split(",").map(Number));
  const inputs = cells[0].length - 1;
  const X = Float64Array.from(cells.flatMap((row) => row.slice(0, inputs)));
  if (features !== "standardise") throw new Error(features);
  for (let i = 0; i < inputs; i++) {
    const column = cells.map((row) => row[i]);
    const mean = column.reduce((sum, x) => sum + x, 0) / column.length;
    const deviation = Math.sqrt(column.reduce((sum, x) => sum + (x - mean) ** 2, 0) / column.length);
    for (let row = 0; row < cells.length; row++) X[row * inputs + i] = (column[row] - mean) / deviation;
  }
  return { rows: cells.length, inputs, X, y: Uint8Array.from(cells, (row) => row[inputs]) };
}

const names = { softmax: "softmax regression", logistic: "logistic regression", mlp: "network" } as const;
/** The problem as an experiment file gives it, on some of the rows. */
export function problemOf(it: ModelOf, rows: (row: number) => boolean = () => true) {
  const { X, y, inputs } = tableOf(it);
  const chosen = [...y.keys()].filter(rows);
  return {
    name: names[it.model.kind],
    X: chosen.map((row) => [...X.subarray(row * inputs, (row + 1) * inputs)]),
    y: chosen.map((row) => y[row]),
    ...("sizes" in it.model && { sizes: it.model.sizes }),
    l2: it.l2 ?? 0,
  };
}

/** By how much the worst number misses `rel` of itself and `abs`; 0 or less is within. */
export const excess = (got: ArrayLike<number>, want: ArrayLike<number>, rel = 1e-10, abs = 1e-12): number => {
  if (got.length !== want.length) return Infinity;
  let most = -Infinity;
  for (let i = 0; i < want.length; i++) {
    const over = Math.abs(got[i] - want[i]) - (abs + rel * Math.abs(want[i]));
    if (!(over <= most)) most = over; // NaN stays
  }
  return most;
};

/** Eigenvalues of a symmetric matrix, the largest first, by Jacobi's rotations. */
export function eigenvalues(rows: readonly Float64Array[]): number[] {
  const a = rows.map((row) => Float64Array.from(row));
  const n = a.length;
  for (let sweep = 0; sweep < 60; sweep++) {
    let off = 0;
    for (let p = 0; p < n; p++)
      for (let q = 0; q < p; q++) {
        off = Math.max(off, Math.abs(a[p][q]));
        if (a[p][q] === 0) continue;
        const tau = (a[q][q] - a[p][p]) / (2 * a[p][q]);
        const t = (tau < 0 ? -1 : 1) / (Math.abs(tau) + Math.hypot(1, tau));
        const c = 1 / Math.hypot(1, t);
        const s = t * c;
        for (let k = 0; k < n; k++) [a[k][p], a[k][q]] = [c * a[k][p] - s * a[k][q], s * a[k][p] + c * a[k][q]];
        for (let k = 0; k < n; k++) [a[p][k], a[q][k]] = [c * a[p][k] - s * a[q][k], s * a[p][k] + c * a[q][k]];
      }
    if (off < 1e-15) break;
  }
  return a.map((row, i) => row[i]).sort((x, y) => y - x);
}
