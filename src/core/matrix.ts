import type { Vector } from "./vector.ts";

// Dense matrices, row-major in flat arrays, sizes beside them. Whoever calls owns the memory: nothing is allocated here.

/**
 * out (n × p) = A (n × m) B (m × p). `out` must not be A or B. Four rows of B at a time, since reading and writing `out` takes
 * longer than the products: less than half the time at 300 × 300.
 */
export function multiply(a: Vector, b: Vector, n: number, m: number, p: number, out: Vector): void {
  out.fill(0, 0, n * p);
  const fours = m - (m % 4);
  for (let i = 0; i < n; i++) {
    const at = i * p;
    for (let k = 0; k < fours; k += 4) {
      const r = i * m + k;
      const a0 = a[r];
      const a1 = a[r + 1];
      const a2 = a[r + 2];
      const a3 = a[r + 3];
      for (let j = 0, q = k * p; j < p; j++, q++)
        out[at + j] += a0 * b[q] + a1 * b[q + p] + a2 * b[q + 2 * p] + a3 * b[q + 3 * p];
    }
    for (let k = fours; k < m; k++) {
      const aik = a[i * m + k];
      for (let j = 0; j < p; j++) out[at + j] += aik * b[k * p + j];
    }
  }
}

/** Σ a[x + k] b[y + k], k below n. Four sums at a time, so that no addition waits for the one before. */
export function dotFrom(a: Vector, x: number, b: Vector, y: number, n: number): number {
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  let k = 0;
  for (const fours = n - 3; k < fours; k += 4) {
    s0 += a[x + k] * b[y + k];
    s1 += a[x + k + 1] * b[y + k + 1];
    s2 += a[x + k + 2] * b[y + k + 2];
    s3 += a[x + k + 3] * b[y + k + 3];
  }
  for (; k < n; k++) s0 += a[x + k] * b[y + k];
  return s0 + s1 + (s2 + s3);
}

/** out (n × n) = A Aᵀ of A (n × m). */
export function gram(a: Vector, n: number, m: number, out: Vector): void {
  for (let i = 0; i < n; i++)
    for (let j = 0; j <= i; j++) out[i * n + j] = out[j * n + i] = dotFrom(a, i * m, a, j * m, m);
}

/** out (m × n) = Aᵀ of A (n × m). `out` must not be A. */
export function transpose(a: Vector, n: number, m: number, out: Vector): void {
  for (let i = 0; i < n; i++) for (let j = 0; j < m; j++) out[j * n + i] = a[i * m + j];
}

/**
 * The reflection I − β v vᵀ that takes x, the row of `a` that begins at `start` from its column `from` on, to a multiple of
 * the first unit vector. v takes the place of x; β and that multiple are written down at `k`, β = 0 where x is 0
 * (Golub & Van Loan, Matrix Computations, §5.1).
 */
function reflect(a: Vector, start: number, from: number, n: number, betas: Vector, images: Vector, k: number): void {
  let largest = 0;
  for (let j = from; j < n; j++) largest = Math.max(largest, Math.abs(a[start + j])); // NaN stays
  betas[k] = images[k] = 0;
  if (largest === 0) return;
  let square = 0; // of x scaled, so that squares of tiny numbers do not vanish
  for (let j = from; j < n; j++) {
    const x = (a[start + j] /= largest);
    square += x * x;
  }
  const first = a[start + from];
  const length = Math.sqrt(square);
  const away = first < 0 ? -length : length; // x and its image on opposite sides: nothing cancels
  a[start + from] = first + away;
  betas[k] = 1 / (square + first * away);
  images[k] = -away * largest;
}

/** Row ← Row (I − β v vᵀ); the row begins at `start`, v at `at`, both counted over columns from … n − 1. */
function reflectRow(rows: Vector, start: number, a: Vector, at: number, from: number, n: number, beta: number): void {
  const s = beta * dotFrom(rows, start + from, a, at + from, n - from);
  for (let j = from; j < n; j++) rows[start + j] -= s * a[at + j];
}

/** out = Hₗ … H₁ H₀, the reflections in the rows of `a`; v of row k begins at column k + offset. */
function accumulate(a: Vector, betas: Vector, n: number, offset: number, out: Vector): void {
  out.fill(0, 0, n * n);
  for (let i = 0; i < n; i++) out[i * n + i] = 1;
  for (let k = n - 1 - offset; k >= 0; k--)
    for (let i = k + offset; i < n; i++) reflectRow(out, i * n, a, k * n, k + offset, n, betas[k]);
}

/**
 * Orthonormal rows that span, each with those before it, what the rows of A (n × n) span: the transposed Q of Aᵀ = Q R. By
 * reflections, so that rows are orthogonal where A is singular too. Signs are arbitrary. Destroys A; `work` holds 2n numbers.
 */
export function orthonormalRows(a: Vector, n: number, out: Vector, work: Vector): void {
  const betas = work.subarray(0, n);
  const images = work.subarray(n, 2 * n);
  for (let k = 0; k < n; k++) {
    reflect(a, k * n, k, n, betas, images, k);
    for (let i = k + 1; i < n; i++) reflectRow(a, i * n, a, k * n, k, n, betas[k]);
  }
  accumulate(a, betas, n, 0, out);
}

/**
 * Eigenvalues of a symmetric A (n × n) and orthonormal eigenvectors, the k-th in ROW k; order and signs are arbitrary.
 * Reflections to tridiagonal form, then implicit QR steps with Wilkinson's shift (Golub & Van Loan, §8.3): errors of the
 * order of rounding times the largest eigenvalue. Destroys A; `work` holds 2n numbers. A NaN in A becomes NaN values.
 */
export function symmetricEigen(a: Vector, n: number, values: Vector, vectors: Vector, work: Vector): void {
  const betas = work.subarray(0, n);
  const off = work.subarray(n, 2 * n);
  for (let k = 0; k < n - 1; k++) {
    reflect(a, k * n, k + 1, n, betas, off, k);
    reflectBothSides(a, n, k, betas[k], values);
  }
  accumulate(a, betas, n, 1, vectors);
  for (let k = 0; k < n; k++) values[k] = a[k * n + k];
  diagonalize(values, off, n, vectors);
}

/** B ← H B H of the symmetric block B that lies beyond row and column k, as B − v wᵀ − w vᵀ; `w` is room for n numbers. */
function reflectBothSides(a: Vector, n: number, k: number, beta: number, w: Vector): void {
  const v = k * n;
  let along = 0;
  for (let i = k + 1; i < n; i++) {
    w[i] = beta * dotFrom(a, i * n + k + 1, a, v + k + 1, n - k - 1);
    along += w[i] * a[v + i];
  }
  for (let i = k + 1; i < n; i++) w[i] -= 0.5 * beta * along * a[v + i];
  for (let i = k + 1; i < n; i++) {
    const vi = a[v + i];
    const wi = w[i];
    for (let j = k + 1; j < n; j++) a[i * n + j] -= vi * w[j] + wi * a[v + j];
  }
}

/** Far below any gradient squared, so that a block of denormal numbers counts as diagonal. */
const nothing = 1e-300;

/** Rotates a tridiagonal matrix, diagonal d and off-diagonal e, until e is negligible; the rows of `vectors` turn with it. */
function diagonalize(d: Vector, e: Vector, n: number, vectors: Vector): void {
  let hi = n - 1;
  while (hi > 0) {
    let lo = hi;
    while (lo > 0 && Math.abs(e[lo - 1]) > nothing + Number.EPSILON * (Math.abs(d[lo - 1]) + Math.abs(d[lo]))) lo--;
    if (lo === hi) hi--;
    else qrStep(d, e, lo, hi, n, vectors);
  }
}

/** One implicit QR step on the block lo … hi, its shift the eigenvalue of the last 2 × 2 that is nearer to its corner. */
function qrStep(d: Vector, e: Vector, lo: number, hi: number, n: number, vectors: Vector): void {
  const half = (d[hi - 1] - d[hi]) / 2;
  const root = Math.hypot(half, e[hi - 1]);
  const shift = d[hi] - e[hi - 1] * (e[hi - 1] / (half < 0 ? half - root : half + root));
  let x = d[lo] - shift;
  let z = e[lo];
  for (let k = lo; k < hi; k++) {
    const r = Math.hypot(x, z);
    const c = r === 0 ? 1 : x / r;
    const s = r === 0 ? 0 : z / r;
    if (k > lo) e[k - 1] = r;
    const p = d[k];
    const q = d[k + 1];
    const o = e[k];
    d[k] = c * c * p + 2 * c * s * o + s * s * q;
    d[k + 1] = s * s * p - 2 * c * s * o + c * c * q;
    e[k] = c * s * (q - p) + (c * c - s * s) * o;
    if (k + 1 < hi) {
      x = e[k];
      z = s * e[k + 1]; // the bulge that the next rotation chases
      e[k + 1] *= c;
    }
    for (let i = k * n, j = i + n; i < (k + 1) * n; i++, j++) {
      const above = vectors[i];
      vectors[i] = c * above + s * vectors[j];
      vectors[j] = c * vectors[j] - s * above;
    }
  }
}

/**
 * X of A X = B (A n × n, B n × columns), written over B; elimination with row exchanges, so that A need not be symmetric.
 * Destroys A. False where A is singular to rounding; B is then of no use.
 */
export function solve(a: Vector, b: Vector, n: number, columns: number): boolean {
  for (let k = 0; k < n; k++) {
    let pivot = k;
    for (let i = k + 1; i < n; i++) if (Math.abs(a[i * n + k]) > Math.abs(a[pivot * n + k])) pivot = i;
    if (!(Math.abs(a[pivot * n + k]) > nothing)) return false;
    if (pivot !== k) {
      exchange(a, k * n, pivot * n, n);
      exchange(b, k * columns, pivot * columns, columns);
    }
    for (let i = k + 1; i < n; i++) {
      const factor = a[i * n + k] / a[k * n + k];
      if (factor === 0) continue;
      for (let j = k + 1; j < n; j++) a[i * n + j] -= factor * a[k * n + j];
      for (let j = 0; j < columns; j++) b[i * columns + j] -= factor * b[k * columns + j];
    }
  }
  for (let i = n - 1; i >= 0; i--)
    for (let j = 0; j < columns; j++) {
      let sum = b[i * columns + j];
      for (let k = i + 1; k < n; k++) sum -= a[i * n + k] * b[k * columns + j];
      b[i * columns + j] = sum / a[i * n + i];
    }
  return true;
}
function exchange(v: Vector, x: number, y: number, n: number): void {
  for (let j = 0; j < n; j++) {
    const held = v[x + j];
    v[x + j] = v[y + j];
    v[y + j] = held;
  }
}
