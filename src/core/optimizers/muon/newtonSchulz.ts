import { gram, multiply, transpose } from "../../matrix.ts";
import { norm, zeros } from "../../vector.ts";
import type { Vector } from "../../vector.ts";

/** Room for the iteration on one matrix: two of its size, two squares of its shorter side. */
export interface Room {
  /** What goes in; overwritten. */
  readonly x: Vector;
  readonly y: Vector;
  readonly square: Vector;
  readonly fourth: Vector;
}
export function newtonSchulzRoom(rows: number, columns: number): Room {
  const short = Math.min(rows, columns);
  const [size, square] = [rows * columns, short * short];
  return { x: zeros(size), y: zeros(size), square: zeros(square), fourth: zeros(square) };
}
interface Coefficients {
  readonly a: number;
  readonly b: number;
  readonly c: number;
  readonly iterations: number;
  readonly epsilon: number;
  readonly arithmetic: number;
}
/** Keras adds it to the norm; its `epsilon` is of AdamW alone. */
const kerasFloor = 1e-7;

/**
 * U S′ Vᵀ for X = U S Vᵀ, each singular value s divided by the norm and put through s ← as + bs³ + cs⁵ as often as
 * `iterations` says (Jordan et al. 2024): S′ is near 1, and not exactly 1 by choice of a, b, c. Rows × columns, row-major.
 */
export function newtonSchulz(room: Room, rows: number, columns: number, h: Coefficients): Vector {
  const { square, fourth } = room;
  const { a, b, c, iterations, epsilon, arithmetic } = h;
  let { x, y } = room;
  const tall = rows > columns;
  const size = norm(x);
  const divisor = arithmetic === 0 ? Math.max(size, epsilon) : size + kerasFloor;
  for (let i = 0; i < x.length; i++) x[i] /= divisor;
  if (tall) {
    transpose(x, rows, columns, y); // X Xᵀ is then the smaller product
    [x, y] = [y, x];
  }
  const n = Math.min(rows, columns);
  const m = Math.max(rows, columns);
  for (let k = 0; k < iterations; k++) {
    gram(x, n, m, square);
    multiply(square, square, n, n, n, fourth);
    for (let i = 0; i < fourth.length; i++) fourth[i] = b * square[i] + c * fourth[i];
    multiply(fourth, x, n, n, m, y);
    for (let i = 0; i < y.length; i++) y[i] += a * x[i];
    [x, y] = [y, x];
  }
  if (!tall) return x;
  transpose(x, n, m, y);
  return y;
}
