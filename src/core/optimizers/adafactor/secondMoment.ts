import { zeros } from "../../vector.ts";
import type { Vector } from "../../vector.ts";
import { sizeOf } from "../optimizer.ts";
import type { Shape } from "../optimizer.ts";

// The second moment of one tensor, kept whole or by its row and column means: V ≈ R Cᵀ / mean(R) (Shazeer & Stern 2018,
// Algorithms 2 and 4). A tensor of more than two sides is a stack of matrices, one for each index of its other sides.

/** `from` is where the tensor begins. */
export type SecondMoment = Whole | Factored;
interface Whole {
  readonly from: number;
  readonly size: number;
  readonly v: Vector;
}
interface Factored {
  readonly from: number;
  readonly size: number;
  /** Where each matrix of the stack begins; entry (a, b) lies a · rowStride + b · columnStride further on. */
  readonly starts: Int32Array;
  readonly rows: number;
  readonly columns: number;
  readonly rowStride: number;
  readonly columnStride: number;
  /** Mean of g² over each row, matrix after matrix: starts.length × rows. */
  readonly r: Vector;
  /** And over each column: starts.length × columns. */
  readonly c: Vector;
}

/** Sides that are factored. Absent: the whole second moment is kept. */
export type Sides = readonly [row: number, column: number] | undefined;
/** The last two, as PyTorch, Transformers and Keras have it. */
export const lastSides = (shape: Shape): Sides => (shape.length < 2 ? undefined : [shape.length - 2, shape.length - 1]);
/** The two longest, the later ones among equals, if the second longest is at least `least`: as optax has it. */
export function longestSides(shape: Shape, least: number): Sides {
  if (shape.length < 2) return undefined;
  const [second, first] = shape
    .map((_, k) => k)
    .sort((i, j) => shape[i] - shape[j] || i - j)
    .slice(-2);
  return shape[second] < least ? undefined : [Math.min(second, first), Math.max(second, first)];
}

export function secondMoment(from: number, shape: Shape, sides: Sides): SecondMoment {
  const size = sizeOf(shape);
  if (!sides) return { from, size, v: zeros(size) };
  const [row, column] = sides;
  const strides = shape.map((_, k) => sizeOf(shape.slice(k + 1)));
  let starts = [from];
  shape.forEach((length, k) => {
    if (k === row || k === column) return;
    starts = starts.flatMap((start) => Array.from({ length }, (_, i) => start + i * strides[k]));
  });
  const [rows, columns] = [shape[row], shape[column]];
  return {
    ...{ from, size, starts: Int32Array.from(starts), rows, columns },
    ...{ rowStride: strides[row], columnStride: strides[column] },
    ...{ r: zeros(starts.length * rows), c: zeros(starts.length * columns) },
  };
}
/** Numbers kept. */
export const numbersOf = (shape: Shape, sides: Sides): number =>
  sides ? sizeOf(shape) / shape[sides[0]] + sizeOf(shape) / shape[sides[1]] : sizeOf(shape);

/** What keeps V from zero: added to g² (as printed), or the least that mean(R) and √V may be (PyTorch). */
export interface Floor {
  readonly added: number;
  readonly least: number;
}

/**
 * Averages g² into the moment, weighted by `share`, and writes 1/√V for each coordinate into `out`. Returns the mean square of
 * g/√V over the tensor.
 */
export function observe(moment: SecondMoment, g: Vector, share: number, floor: Floor, out: Vector): number {
  return "v" in moment ? observeWhole(moment, g, share, floor, out) : observeFactored(moment, g, share, floor, out);
}

function observeWhole({ from, size, v }: Whole, g: Vector, share: number, floor: Floor, out: Vector): number {
  const { added, least } = floor;
  const leastSquare = least * least;
  let squares = 0;
  for (let k = 0, i = from; k < size; k++, i++) {
    v[k] = (1 - share) * v[k] + share * (g[i] * g[i] + added);
    out[i] = 1 / Math.sqrt(v[k] < leastSquare ? leastSquare : v[k]);
    squares += out[i] * g[i] * (out[i] * g[i]);
  }
  return squares / size;
}

function observeFactored(moment: Factored, g: Vector, share: number, floor: Floor, out: Vector): number {
  const { starts, rows, columns, rowStride, columnStride, r, c } = moment;
  const { added, least } = floor;
  const leastSquare = least * least;
  const keep = 1 - share;
  let squares = 0;
  for (let k = 0; k < starts.length; k++) {
    const [row, column] = [k * rows, k * columns];
    for (let b = 0; b < columns; b++) c[column + b] = keep * c[column + b] + share * added;
    let mean = 0;
    for (let a = 0; a < rows; a++) {
      let sum = 0;
      for (let b = 0, i = starts[k] + a * rowStride; b < columns; b++, i += columnStride) {
        const square = g[i] * g[i];
        sum += square;
        c[column + b] += (share * square) / rows;
      }
      r[row + a] = keep * r[row + a] + share * (sum / columns + added);
      mean += r[row + a] / rows;
    }
    if (mean < least) mean = least;
    for (let a = 0; a < rows; a++) {
      const ratio = r[row + a] / mean;
      for (let b = 0, i = starts[k] + a * rowStride; b < columns; b++, i += columnStride) {
        const v = ratio * c[column + b];
        out[i] = 1 / Math.sqrt(v < leastSquare ? leastSquare : v);
        squares += out[i] * g[i] * (out[i] * g[i]);
      }
    }
  }
  return squares / moment.size;
}
