import { exp, log } from "../../kernels/elementary.ts";
import { zeros } from "../../vector.ts";

/** Two by two, by rows. */
export type Matrix = readonly [number, number, number, number];
export type Pair = readonly [number, number];

export const diagonal = (a: number, d: number): Matrix => [a, 0, 0, d];
export const times = ([a, b, c, d]: Matrix, [e, f, g, h]: Matrix): Matrix => [
  a * e + b * g,
  a * f + b * h,
  c * e + d * g,
  c * f + d * h,
];
const transposed = ([a, b, c, d]: Matrix): Matrix => [a, c, b, d];
/** A S Aᵀ */
const around = (A: Matrix, S: Matrix): Matrix => times(times(A, S), transposed(A));

/** x^p for x > 0. */
export const powerOf = (x: number, p: number): number =>
  p === 0 ? 1 : p === 1 ? x : p === 2 ? x * x : exp(p * log(x));

/** η_i = η (σ_g/σ_i)^p with σ_g = √(σ₁σ₂), or η/σ_i^p as printed. */
export function rates(eta: number, sigma: Pair, p: number, normalised = true): Pair {
  const scale = normalised ? powerOf(Math.sqrt(sigma[0] * sigma[1]), p) : 1;
  return [(eta * scale) / powerOf(sigma[0], p), (eta * scale) / powerOf(sigma[1], p)];
}
/** Σ^(−p/2) of a symmetric Σ, times det(Σ)^(p/4) where it is to keep the mean rate. */
export function inversePower(Sigma: Matrix, p: number, normalised = false): Matrix {
  const { high, low, cos, sin } = principal(Sigma[0], Sigma[3], Sigma[1]);
  const scale = normalised ? powerOf(high * low, p / 4) : 1;
  const [u, v] = [scale * powerOf(high, -p / 2), scale * powerOf(low, -p / 2)];
  const across = (u - v) * cos * sin;
  return [u * cos * cos + v * sin * sin, across, across, u * sin * sin + v * cos * cos];
}

/** Temperature of SGD on a quadratic at a finite rate: ησ²/(2 − ηh); at h = 0 that of the SDE, ησ²/2. */
export const temperature = (eta: number, sigma: number, h = 0): number => (eta * sigma * sigma) / (2 - eta * h);

/** E cos 2θ, θ the angle of (√h₁ x, √h₂ y), of independent normal coordinates. */
export const cosineOf = ([T1, T2]: Pair): number => (Math.sqrt(T1) - Math.sqrt(T2)) / (Math.sqrt(T1) + Math.sqrt(T2));

/** |ln(T₁/T₂)| up to which a law counts as Gibbs in L: four standard errors, and what a finite rate moves. */
export const gibbsBound = (standardError: number, fastest: number): number => 4 * standardError + fastest;

/** Eigenvalues of the symmetric [[a, c], [c, b]], and the direction (cos, sin) of the higher. */
export function principal(a: number, b: number, c: number) {
  const half = (a - b) / 2;
  const radius = Math.sqrt(half * half + c * c);
  const middle = (a + b) / 2;
  // Equal within rounding: every direction is principal.
  const [cos2, sin2] = radius > 1e-13 * Math.abs(middle) ? [half / radius, c / radius] : [1, 0];
  const cos = Math.sqrt((1 + cos2) / 2);
  const sin = Math.sqrt((1 - cos2) / 2) * (c < 0 ? -1 : 1);
  return { high: middle + radius, low: middle - radius, cos, sin, cos2, sin2 };
}

/**
 * Covariance of the diffusion dΦ = −R HΦ dt + R √Σ dW, R the matrix of rates: solves R H S + S (R H)ᵀ = R Σ Rᵀ. Of two
 * coordinates the solution is closed: S = (det A · Q + B Q Bᵀ) / (2 tr A det A) with A = R H and B = A − tr A.
 */
export function lyapunov(R: Matrix, H: Matrix, Sigma: Matrix): Matrix {
  const A = times(R, H);
  const Q = around(R, Sigma);
  const trace = A[0] + A[3];
  const determinant = A[0] * A[3] - A[1] * A[2];
  const turned = around([-A[3], A[1], A[2], -A[0]], Q);
  const scale = 1 / (2 * trace * determinant);
  const s = Q.map((q, i) => (determinant * q + turned[i]) * scale);
  return [s[0], s[1], s[2], s[3]];
}

/** CᵀSC with H = C Cᵀ: the temperatures of a normal law of covariance S in L = ½ΦᵀHΦ are its eigenvalues. */
export function heat(S: Matrix, H: Matrix): Matrix {
  const c11 = Math.sqrt(H[0]);
  const c21 = H[2] / c11;
  const C: Matrix = [c11, 0, c21, Math.sqrt(H[3] - c21 * c21)];
  return times(times(transposed(C), S), C);
}
/** From the lower. */
export function temperatures(S: Matrix, H: Matrix): Pair {
  const [a, c, , b] = heat(S, H);
  const { low, high } = principal(a, b, c);
  return [low, high];
}

/** What SGD of PyTorch, or Adam with its second moment held, does to one coordinate of a gradient. */
export interface Update {
  readonly rate: number;
  readonly momentum: number;
  /** Share of a gradient that enters the buffer. */
  readonly entering: number;
  readonly nesterov: boolean;
  /** Taken from θ itself before the step: decoupled weight decay. */
  readonly shrink: number;
}
/**
 * Exact covariance of θ of the chain b ← μb + eu, θ ← (1 − shrink)θ − rate (u with Nesterov) − rate·(b, or μb), u = P(HΦ + ξ),
 * by doubling: S ← S + A S Aᵀ, A ← A². Undefined where the chain is not stable.
 */
export function chainCovariance(updates: readonly [Update, Update], P: Matrix, h: Pair, Sigma: Matrix) {
  const drift = times(P, diagonal(h[0], h[1]));
  const noise = around(P, Sigma);
  // The state is θ₁, θ₂, b₁, b₂: `direct` is what u adds to each, by its coordinate.
  const n = 4;
  let A = zeros(n * n);
  const direct = zeros(n);
  updates.forEach(({ rate, momentum, entering, nesterov, shrink }, i) => {
    const through = nesterov ? momentum : 1;
    direct[i] = -rate * ((nesterov ? 1 : 0) + through * entering);
    direct[i + 2] = entering;
    A[i * n + i] = 1 - shrink;
    A[i * n + i + 2] = -rate * through * momentum;
    A[(i + 2) * n + i + 2] = momentum;
  });
  let S = zeros(n * n);
  for (let i = 0; i < n; i++)
    for (let j = 0; j < n; j++) {
      if (j < 2) A[i * n + j] += direct[i] * drift[2 * (i % 2) + j];
      S[i * n + j] = direct[i] * direct[j] * noise[2 * (i % 2) + (j % 2)];
    }
  for (let round = 0; round < 64; round++) {
    const size = A.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
    if (size < 1e-17) return [S[0], S[1], S[4], S[5]] as Matrix;
    if (!(size < 1e60)) return undefined;
    const moved = product(product(A, S), flipped(A));
    S = S.map((s, i) => s + moved[i]);
    A = product(A, A);
  }
  return undefined;

  function product(X: Float64Array, Y: Float64Array): Float64Array {
    const Z = zeros(n * n);
    for (let i = 0; i < n; i++)
      for (let k = 0; k < n; k++) for (let j = 0; j < n; j++) Z[i * n + j] += X[i * n + k] * Y[k * n + j];
    return Z;
  }
  function flipped(X: Float64Array): Float64Array {
    return X.map((_, i) => X[(i % n) * n + Math.floor(i / n)]);
  }
}

/** A loss of one coordinate, hx²/2 + bx⁴/4. */
export interface Bowl {
  readonly h: number;
  readonly b: number;
}
export const heightOf = ({ h, b }: Bowl, x: number): number => 0.5 * h * x * x + 0.25 * b * x * x * x * x;
/** Where on the right of the bottom it has the height L. */
export const reachOf = ({ h, b }: Bowl, L: number): number =>
  b === 0 ? Math.sqrt((2 * L) / h) : Math.sqrt((Math.sqrt(h * h + 4 * b * L) - h) / b);

/**
 * Means over the stationary law of one coordinate at temperature ησ²/2: E xL′ (the temperature that is measured), E L′² and
 * E L″. The next order in η is ln p = −2L/(ησ²) + L′²/(2σ²) − ηL″/2; without it the law is Gibbs.
 */
export function bowlMeans(bowl: Bowl, eta: number, sigma: number, nextOrder: boolean) {
  const { h, b } = bowl;
  const variance = sigma * sigma;
  const cells = 400;
  // Beyond 16 temperatures there is no mass, and the next order turns up again.
  const width = reachOf(bowl, 8 * eta * variance) / cells;
  let [mass, virial, square, curvature] = [0, 0, 0, 0];
  for (let i = 0; i < cells; i++) {
    const x = (i + 0.5) * width;
    const slope = x * (h + b * x * x);
    const bend = h + 3 * b * x * x;
    const beyond = nextOrder ? (slope * slope) / (2 * variance) - (eta * bend) / 2 : 0;
    const p = exp((-2 * heightOf(bowl, x)) / (eta * variance) + beyond);
    mass += p;
    virial += p * x * slope;
    square += p * slope * slope;
    curvature += p * bend;
  }
  return { temperature: virial / mass, square: square / mass, curvature: curvature / mass };
}
