import { cos, exp } from "../../kernels/elementary.ts";
import { multiply, symmetricEigen } from "../../matrix.ts";
import { zeros, type Vector } from "../../vector.ts";

// E φ(x_N) of a chain x ← x − δ v(x) + s(x) ξ from a certain start, without random numbers: u ← E u(x − δ v(x) + s(x) ξ)
// backwards from φ, on Chebyshev points, the normal ξ by Gauss and Hermite. One step is a matrix, the same for every step.

export interface Range {
  readonly lo: number;
  readonly hi: number;
}
const points = 96;
const nodes = 20;

/** Chebyshev points of the second kind in [−1, 1], from the right, and their barycentric weights (Berrut & Trefethen 2004). */
const chebyshev = Float64Array.from({ length: points }, (_, j) => cos((Math.PI * j) / (points - 1)));
const weights = Float64Array.from(
  { length: points },
  (_, j) => (j % 2 === 0 ? 1 : -1) * (j === 0 || j === points - 1 ? 0.5 : 1),
);
/** Made when first asked for: every thread and the editor load this file. */
let normal: Nodes | undefined;
interface Nodes {
  readonly at: Vector;
  readonly weight: Vector;
}

/** Nodes and weights for E f(ξ), ξ standard normal: eigenvalues of the Jacobi matrix (Golub & Welsch 1969). */
function gaussHermite(n: number): Nodes {
  const jacobi = zeros(n * n);
  for (let k = 1; k < n; k++) jacobi[k * n + k - 1] = jacobi[(k - 1) * n + k] = Math.sqrt(k);
  const at = zeros(n);
  const vectors = zeros(n * n);
  symmetricEigen(jacobi, n, at, vectors, zeros(2 * n));
  return { at, weight: at.map((_, k) => vectors[k * n] ** 2) };
}

const signs: Nodes = { at: Float64Array.of(-1, 1), weight: Float64Array.of(0.5, 0.5) };
/** Of a step's noise. */
export type Law = "normal" | "signs";

export interface Chain {
  /** v, what is taken from x times δ. */
  readonly drift: (x: number) => number;
  readonly delta: number;
  /** Deviation of a step. */
  readonly spread: (x: number) => number;
  readonly steps: number;
  readonly law?: Law;
}

/** Means of x and of x² after the chain's steps from x₀. What leaves the range is held at its edge. */
export function meansOf(
  { drift, delta, spread, steps, law = "normal" }: Chain,
  x0: number,
  { lo, hi }: Range,
): [number, number] {
  const { at, weight } = law === "signs" ? signs : (normal ??= gaussHermite(nodes));
  const middle = (lo + hi) / 2;
  const half = (hi - lo) / 2;
  const x = chebyshev.map((c) => middle + half * c);
  const step = zeros(points * points);
  const basis = zeros(points);
  for (let i = 0; i < points; i++) {
    const mean = x[i] - delta * drift(x[i]);
    const s = spread(x[i]);
    for (let q = 0; q < at.length; q++) {
      const y = Math.min(hi, Math.max(lo, mean + s * at[q]));
      interpolation((y - middle) / half, basis);
      for (let j = 0; j < points; j++) step[i * points + j] += weight[q] * basis[j];
    }
  }
  let first: Vector = x.slice();
  let second: Vector = x.map((place) => place * place);
  let power = step;
  let spare = zeros(points * points);
  let applied = zeros(points);
  const through = (u: Vector): Vector => {
    multiply(power, u, points, points, 1, applied);
    const next = applied;
    applied = u;
    return next;
  };
  // Many equal steps by squaring the matrix of one.
  for (let left = steps; left > 0; left = Math.floor(left / 2)) {
    if (left % 2 === 1) {
      first = through(first);
      second = through(second);
    }
    if (left === 1) break;
    multiply(power, power, points, points, points, spare);
    [power, spare] = [spare, power];
  }
  interpolation((x0 - middle) / half, basis);
  let [mean, square] = [0, 0];
  for (let j = 0; j < points; j++) {
    mean += basis[j] * first[j];
    square += basis[j] * second[j];
  }
  return [mean, square];
}

/** Values at c of the polynomials that are 1 at one Chebyshev point and 0 at the others. */
function interpolation(c: number, out: Vector): void {
  let sum = 0;
  for (let j = 0; j < points; j++) {
    const away = c - chebyshev[j];
    if (away === 0) {
      out.fill(0);
      out[j] = 1;
      return;
    }
    sum += out[j] = weights[j] / away;
  }
  for (let j = 0; j < points; j++) out[j] /= sum;
}

/** A loss in one coordinate, and the noise of its gradient. */
export interface Line {
  readonly slope: (x: number) => number;
  readonly curvature: (x: number) => number;
  /** Deviation of the gradient at x. */
  readonly noise: (x: number) => number;
}
export interface Means {
  readonly mean: number;
  readonly square: number;
}

/** SGD with normal noise or with signs, exactly: η, and T/η steps. */
export function sgdMeans(
  { slope, noise }: Line,
  eta: number,
  T: number,
  x0: number,
  range: Range,
  law: Law = "normal",
): Means {
  const spread = (x: number) => eta * noise(x);
  const [mean, square] = meansOf({ drift: slope, delta: eta, spread, steps: Math.round(T / eta), law }, x0, range);
  return { mean, square };
}
/** Its SDE, dx = −L′ dt + √η σ dW; `corrected`: with the drift −(L + ηL′²/4)′ (Li, Tai and E 2017, arXiv:1511.06251). */
export function sdeMeans(
  { slope, curvature, noise }: Line,
  eta: number,
  T: number,
  x0: number,
  range: Range,
  corrected = false,
): Means {
  const drift = corrected ? (x: number) => slope(x) * (1 + (eta / 2) * curvature(x)) : slope;
  const root = Math.sqrt(eta);
  const of = (steps: number) => {
    const delta = T / steps;
    return meansOf({ drift, delta, spread: (x) => Math.sqrt(delta) * root * noise(x), steps }, x0, range);
  };
  // Euler–Maruyama is wrong by a series in its step: of three steps, the first two terms go (Talay & Tubaro 1990).
  const least = Math.max(64, Math.round((8 * T) / eta));
  const [coarse, middle, fine] = [of(least), of(2 * least), of(4 * least)];
  const [mean, square] = [0, 1].map((k) => (8 * fine[k] - 6 * middle[k] + coarse[k]) / 3);
  return { mean, square };
}
/** The gradient flow's end from x₀, by Runge and Kutta's fourth order. */
export function flowEnd({ slope }: Pick<Line, "slope">, T: number, x0: number, steps = 2000): number {
  const h = T / steps;
  let x = x0;
  for (let k = 0; k < steps; k++) {
    const a = -slope(x);
    const b = -slope(x + (h / 2) * a);
    const c = -slope(x + (h / 2) * b);
    const d = -slope(x + h * c);
    x += (h / 6) * (a + 2 * b + 2 * c + d);
  }
  return x;
}

/** Second moment of a scalar quadratic h/2 x² with noise σ²(1 + κx²): of SGD after k steps, and of the SDE at time t. */
export const sgdSecond = (h: number, variance: number, kappa: number, eta: number, x0: number, k: number): number => {
  const keep = (1 - eta * h) ** 2 + eta * eta * variance * kappa;
  let m = x0 * x0;
  for (let s = 0; s < k; s++) m = keep * m + eta * eta * variance;
  return m;
};
export const sdeSecond = (h: number, variance: number, kappa: number, eta: number, x0: number, t: number): number => {
  const rate = 2 * h - eta * variance * kappa;
  if (rate === 0) return x0 * x0 + eta * variance * t;
  const rest = (eta * variance) / rate;
  return rest + (x0 * x0 - rest) * exp(-rate * t);
};
