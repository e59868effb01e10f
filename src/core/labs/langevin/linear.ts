import { exp } from "../../kernels/elementary.ts";
import { solve, symmetricEigen } from "../../matrix.ts";
import type { Examples } from "../../problems/problem.ts";
import { zeros, type Vector } from "../../vector.ts";

// Linear drift −H(θ − θ*) with H symmetric: what SGD, its SDE and Euler–Maruyama have as means and covariances. Matrices are
// d × d, row-major. Mandt, Hoffman and Blei 2017, arXiv:1704.04289, §3; Gardiner, Stochastic Methods, §4.5.6.

/** H = V diag(h) Vᵀ; eigenvectors in the rows of `vectors`. */
export interface Spectrum {
  readonly d: number;
  readonly values: Vector;
  readonly vectors: Vector;
}
export function spectrumOf(H: Vector, d: number): Spectrum {
  const values = zeros(d);
  const vectors = zeros(d * d);
  symmetricEigen(H.slice(), d, values, vectors, zeros(2 * d));
  return { d, values, vectors };
}

/** V f(h_i, h_j) ∘ (Vᵀ C V) Vᵀ: the way every solution below is written. */
export function inBasis({ d, values, vectors }: Spectrum, C: Vector, f: (a: number, b: number) => number): Vector {
  const turned = zeros(d * d);
  for (let a = 0; a < d; a++)
    for (let b = 0; b < d; b++) {
      let sum = 0;
      for (let i = 0; i < d; i++)
        for (let j = 0; j < d; j++) sum += vectors[a * d + i] * C[i * d + j] * vectors[b * d + j];
      turned[a * d + b] = sum * f(values[a], values[b]);
    }
  const out = zeros(d * d);
  for (let i = 0; i < d; i++)
    for (let j = 0; j < d; j++) {
      let sum = 0;
      for (let a = 0; a < d; a++)
        for (let b = 0; b < d; b++) sum += vectors[a * d + i] * turned[a * d + b] * vectors[b * d + j];
      out[i * d + j] = sum;
    }
  return out;
}

/** Stationary covariance of dθ = −Hθ dt + √(ηΣ) dW: HS + SH = ηΣ. */
export const sdeCovariance = (it: Spectrum, sigma: Vector, eta: number): Vector =>
  inBasis(it, sigma, (a, b) => eta / (a + b));
/** Of its Euler–Maruyama scheme with step δ: HS + SH − δHSH = ηΣ; δ = η is SGD with additive noise. */
export const schemeCovariance = (it: Spectrum, sigma: Vector, eta: number, delta: number): Vector =>
  inBasis(it, sigma, (a, b) => eta / (a + b - delta * a * b));

/** e^{−Ht} x. */
export function decayed({ d, values, vectors }: Spectrum, x: Vector, t: number): Vector {
  const out = zeros(d);
  for (let a = 0; a < d; a++) {
    let along = 0;
    for (let i = 0; i < d; i++) along += vectors[a * d + i] * x[i];
    along *= exp(-values[a] * t);
    for (let i = 0; i < d; i++) out[i] += along * vectors[a * d + i];
  }
  return out;
}
/** e^{−Ht}, or any other function of H. */
export function functionOf({ d, values, vectors }: Spectrum, f: (h: number) => number): Vector {
  const out = zeros(d * d);
  for (let a = 0; a < d; a++) {
    const value = f(values[a]);
    for (let i = 0; i < d; i++)
      for (let j = 0; j < d; j++) out[i * d + j] += value * vectors[a * d + i] * vectors[a * d + j];
  }
  return out;
}
/** Covariance at time t from a certain start: S − e^{−Ht} S e^{−Ht}. */
export const sdeCovarianceAt = (it: Spectrum, sigma: Vector, eta: number, t: number): Vector =>
  inBasis(it, sigma, (a, b) => (eta / (a + b)) * (1 - exp(-(a + b) * t)));

/** HS − ηΣ/2: antisymmetric, and not 0 where H and Σ do not commute; probability then circles. */
export function currentOf(H: Vector, S: Vector, sigma: Vector, eta: number, d: number): Vector {
  const out = zeros(d * d);
  for (let i = 0; i < d; i++)
    for (let j = 0; j < d; j++) {
      let sum = 0;
      for (let k = 0; k < d; k++) sum += H[i * d + k] * S[k * d + j];
      out[i * d + j] = sum - (eta / 2) * sigma[i * d + j];
    }
  return out;
}
/** ½ tr(HM), the mean excess loss of a second moment M about the minimum. */
export function excessOf(H: Vector, M: Vector, d: number): number {
  let sum = 0;
  for (let i = 0; i < d; i++) for (let j = 0; j < d; j++) sum += H[i * d + j] * M[j * d + i];
  return sum / 2;
}

/**
 * Second moment of SGD on least squares about its minimum, rows drawn one by one: HM + MH − η E[H_i M H_i] = ηC, as a system of
 * d² equations. Undefined where it is singular, which is where η is beyond stability.
 */
export function leastSquaresCovariance(examples: Examples, H: Vector, C: Vector, eta: number): Vector | undefined {
  const { X, ridge } = examples.squares!;
  const d = Math.round(Math.sqrt(H.length));
  const n = d * d;
  const A = zeros(n * n);
  for (let i = 0; i < d; i++)
    for (let j = 0; j < d; j++)
      for (let k = 0; k < d; k++) {
        A[(i * d + j) * n + k * d + j] += H[i * d + k];
        A[(i * d + j) * n + i * d + k] += H[k * d + j];
      }
  const one = zeros(n);
  for (let row = 0; row < examples.count; row++) {
    for (let i = 0; i < d; i++)
      for (let j = 0; j < d; j++) one[i * d + j] = X[row * d + i] * X[row * d + j] + (i === j ? ridge : 0);
    for (let i = 0; i < d; i++)
      for (let j = 0; j < d; j++)
        for (let k = 0; k < d; k++)
          for (let l = 0; l < d; l++)
            A[(i * d + j) * n + k * d + l] -= (eta * one[i * d + k] * one[l * d + j]) / examples.count;
  }
  const M = C.map((c) => eta * c);
  return solve(A, M, n, 1) ? M : undefined;
}
