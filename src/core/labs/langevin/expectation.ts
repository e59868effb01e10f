import { cos, exp } from "../../kernels/elementary.ts";
import { multiply, symmetricEigen } from "../../matrix.ts";
import { zeros, type Vector } from "../../vector.ts";

// E φ(x_N) of a chain x ← x − δ v(x) + s(x) ξ from a certain start, without random numbers: u ← E u(x − δ v(x) + s(x) ξ)
// on Chebyshev points, the normal ξ by Gauss and Hermite. One step is a matrix, the same for every step.

export interface Range {
  readonly lo: number;
  readonly hi: number;
}
const points = 96;
/** Quarters of an edge that the range is widened by, until the drift leads back. */
const most = 400;
const nodes = { wide: 20, narrow: 8 } as const;

/** Chebyshev points of the second kind in [−1, 1], from the right, and their barycentric weights (Berrut & Trefethen 2004). */
const chebyshev = Float64Array.from({ length: points }, (_, j) => cos((Math.PI * j) / (points - 1)));
const weights = Float64Array.from(
  { length: points },
  (_, j) => (j % 2 === 0 ? 1 : -1) * (j === 0 || j === points - 1 ? 0.5 : 1),
);
/** Made when first asked for: every thread and the editor load this file. */
let made: { readonly wide: Nodes; readonly narrow: Nodes } | undefined;
const making = () =>
  (made ??= {
    wide: gaussHermite(nodes.wide),
    narrow: gaussHermite(nodes.narrow),
  });
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

/** Of x and of x². */
export interface Means {
  readonly mean: number;
  readonly square: number;
}
export interface Chain {
  /** v, what is taken from x times δ. */
  readonly drift: (x: number) => number;
  readonly delta: number;
  /** Deviation of a step. */
  readonly spread: (x: number) => number;
  readonly steps: number;
  readonly law?: Law;
}

/**
 * Means of x and of x² after the chain's steps from x₀. Beyond the range, which is left hardly ever, the noise fades within `edge`
 * and the drift leads back: a bend where chains are held would show everywhere in a polynomial, by 1e-5 instead of 1e-9.
 */
export function* meansOf(
  { drift, delta, spread, steps, law: noise = "normal" }: Chain,
  x0: number,
  { lo, hi }: Range,
): Generator<undefined, Means> {
  const { wide, narrow } = making();
  // Few nodes do for noise that is small beside the range.
  const { at, weight } = noise === "signs" ? signs : spread(x0) < 0.05 * (hi - lo) ? narrow : wide;
  const widest = 8 * Math.max(spread(lo), spread(hi));
  const edge = Math.max(0.1 * (hi - lo), widest);
  let [left, right] = [lo - 0.75 * edge, hi + 0.75 * edge];
  for (let k = 0; k < most && drift(left) > 0; k++) left -= edge / 4;
  for (let k = 0; k < most && drift(right) < 0; k++) right += edge / 4;
  // Noise that leads across the edge, or a step from one end to beyond the other, bends the polynomials all the more.
  const fades = widest < 0.3 * (hi - lo) && left - delta * drift(left) < hi && right - delta * drift(right) > lo;
  if (!fades) [left, right] = [lo, hi];
  const middle = (left + right) / 2;
  const half = (right - left) / 2;
  const x = chebyshev.map((c) => middle + half * c);
  let power = zeros(points * points);
  let spare = zeros(points * points);
  const basis = zeros(points);
  for (let i = 0; i < points; i++) {
    if (i % 16 === 15) yield undefined;
    const mean = x[i] - delta * drift(x[i]);
    const inside = (half - Math.abs(x[i] - middle)) / (edge / 2);
    const s = spread(x[i]) * (fades ? 1 - exp(-inside * inside * inside * inside) : 1);
    for (let q = 0; q < at.length; q++) {
      const y = Math.min(right, Math.max(left, mean + s * at[q]));
      const share = weight[q];
      interpolation((y - middle) / half, basis);
      for (let j = 0, k = i * points; j < points; j++, k++) power[k] += share * basis[j];
    }
  }
  // Many equal steps by squaring the matrix of one, as long as that takes less than the steps it saves.
  let law = interpolation((x0 - middle) / half, zeros(points));
  let next = zeros(points);
  const apply = () => {
    multiply(law, power, 1, points, points, next);
    [law, next] = [next, law];
  };
  let open = steps;
  for (; open > 2 * points; open = Math.floor(open / 2)) {
    if (open % 2 === 1) apply();
    multiply(power, power, points, points, points, spare);
    [power, spare] = [spare, power];
    yield undefined;
  }
  for (; open > 0; open--) apply();
  let [mean, square] = [0, 0];
  for (let j = 0; j < points; j++) {
    mean += law[j] * x[j];
    square += law[j] * x[j] * x[j];
  }
  return { mean, square };
}

/** Values at c of the polynomials that are 1 at one Chebyshev point and 0 at the others. */
function interpolation(c: number, out: Vector): Vector {
  let sum = 0;
  for (let j = 0; j < points; j++) {
    const away = c - chebyshev[j];
    if (away === 0) {
      out.fill(0);
      out[j] = 1;
      return out;
    }
    sum += out[j] = weights[j] / away;
  }
  for (let j = 0; j < points; j++) out[j] /= sum;
  return out;
}

/** A loss in one coordinate, and the noise of its gradient. */
export interface Line {
  readonly slope: (x: number) => number;
  readonly curvature: (x: number) => number;
  /** Deviation of the gradient at x. */
  readonly noise: (x: number) => number;
}

/** SGD with normal noise or with signs, exactly: η, and T/η steps. */
export function sgdMeans(
  { slope, noise }: Line,
  eta: number,
  T: number,
  x0: number,
  range: Range,
  law: Law = "normal",
): Generator<undefined, Means> {
  const spread = (x: number) => eta * noise(x);
  return meansOf({ drift: slope, delta: eta, spread, steps: Math.round(T / eta), law }, x0, range);
}
/** Its SDE, dx = −L′ dt + √η σ dW; `corrected`: with the drift −(L + ηL′²/4)′ (Li, Tai and E 2017, arXiv:1511.06251). */
export function* sdeMeans(
  { slope, curvature, noise }: Line,
  eta: number,
  T: number,
  x0: number,
  range: Range,
  corrected = false,
): Generator<undefined, Means> {
  const drift = corrected ? (x: number) => slope(x) * (1 + (eta / 2) * curvature(x)) : slope;
  // Euler–Maruyama is wrong by a series in its step: of three steps, the first two terms go (Talay & Tubaro 1990).
  const least = Math.max(128, Math.round(64 * T));
  const found: Means[] = [];
  for (const steps of [least, 2 * least, 4 * least]) {
    const delta = T / steps;
    const root = Math.sqrt(delta * eta);
    found.push(yield* meansOf({ drift, delta, spread: (x) => root * noise(x), steps }, x0, range));
    yield undefined;
  }
  const [coarse, middle, fine] = found;
  const limit = (k: keyof Means) => (8 * fine[k] - 6 * middle[k] + coarse[k]) / 3;
  return { mean: limit("mean"), square: limit("square") };
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
