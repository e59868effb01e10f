import { exp, expm1, log } from "../../kernels/elementary.ts";
import type { Landscape } from "../../problems/survey.ts";
import { fitLine } from "../../statistics.ts";
import { zeros, type Vector } from "../../vector.ts";

export type { Landscape } from "../../problems/survey.ts";

// Stationary laws of one coordinate under x ← x − η (L′(x) + σξ), and the distances between laws. Temperature T = ησ²/2.

/** A law on equal cells: the mass of each; they sum to 1. */
export interface Cells {
  readonly lo: number;
  readonly width: number;
  readonly mass: Vector;
}
export interface Domain {
  readonly lo: number;
  readonly hi: number;
  readonly cells: number;
}
export const centre = ({ lo, width }: Pick<Cells, "lo" | "width">, i: number): number => lo + (i + 0.5) * width;

/** The law whose logarithm is given up to a constant, taken at the centres of the cells. */
export function lawOf(exponent: (x: number) => number, { lo, hi, cells }: Domain): Cells {
  const width = (hi - lo) / cells;
  const mass = zeros(cells);
  let top = -Infinity;
  for (let i = 0; i < cells; i++) top = Math.max(top, (mass[i] = exponent(centre({ lo, width }, i))));
  for (let i = 0; i < cells; i++) mass[i] = exp(mass[i] - top);
  return { lo, width, mass: normalised(mass) };
}
/** p ∝ exp(−L / (α ησ²)): Gibbs at the temperature T = ησ²/2 where α is ½. */
export const gibbs = (on: Domain, { height }: Landscape, eta: number, variance: number, alpha = 0.5): Cells =>
  lawOf((x) => -height(x) / (alpha * eta * variance), on);

/** The next order in η for normal noise: ln p = −2L/(ησ²) + L′²/(2σ²) − ηL″/2 + const. */
export const secondOrder = (on: Domain, it: Landscape, eta: number, variance: number): Cells =>
  lawOf(
    (x) => (-2 * it.height(x)) / (eta * variance) + it.slope(x) ** 2 / (2 * variance) - (eta * it.curvature(x)) / 2,
    on,
  );

/** σ², the same everywhere or of the place. */
export type Variance = number | ((x: number) => number);

/**
 * Rates between neighbouring cells of the diffusion dx = −L′ dt + √(2T) dW, T of the place in Itô's sense, by finite volumes with
 * exponential fitting of Tp (Scharfetter and Gummel 1969): up[i] from i to i + 1, down[i] from i + 1 to i; nothing leaves the domain.
 */
export function fokkerPlanck({ lo, hi, cells }: Domain, { slope }: Landscape, temperature: Variance) {
  const width = (hi - lo) / cells;
  const bernoulli = (z: number) => (Math.abs(z) < 1e-9 ? 1 - z / 2 : z / expm1(z));
  const at = typeof temperature === "number" ? () => temperature : temperature;
  const up = zeros(cells - 1);
  const down = zeros(cells - 1);
  for (let i = 0; i + 1 < cells; i++) {
    const face = lo + (i + 1) * width;
    const peclet = (-slope(face) * width) / at(face);
    up[i] = (at(face - width / 2) / width ** 2) * bernoulli(-peclet);
    down[i] = (at(face + width / 2) / width ** 2) * bernoulli(peclet);
  }
  return { lo, width, up, down };
}
export type Diffusion = ReturnType<typeof fokkerPlanck>;

/** The law those rates leave alone: no flow between any two neighbours. */
export function diffusionLaw({ lo, width, up, down }: Diffusion): Cells {
  const minusPotential = zeros(up.length + 1);
  for (let i = 0; i < up.length; i++) minusPotential[i + 1] = minusPotential[i] + log(up[i] / down[i]);
  const top = minusPotential.reduce((a, b) => Math.max(a, b), -Infinity);
  return { lo, width, mass: normalised(minusPotential.map((x) => exp(x - top))) };
}

/** Smallest non-zero decay rate of the diffusion, by bisection on the signs of its symmetric tridiagonal form (Sturm). */
export function diffusionRate({ up, down }: Diffusion): number {
  const n = up.length + 1;
  const below = (lambda: number): number => {
    let count = 0;
    let pivot = 1;
    for (let i = 0; i < n; i++) {
      const diagonal = (i < n - 1 ? up[i] : 0) + (i > 0 ? down[i - 1] : 0) - lambda;
      pivot = diagonal - (i > 0 ? (up[i - 1] * down[i - 1]) / pivot : 0);
      if (pivot === 0) pivot = 1e-300;
      if (pivot < 0) count++;
    }
    return count;
  };
  let low = 0;
  let high = 2 * (up[0] + down[0]) + 2 * (up[n - 2] + down[n - 2]);
  for (let round = 0; round < 200 && high - low > 1e-12 * high; round++) {
    const middle = (low + high) / 2;
    if (below(middle) >= 2) high = middle;
    else low = middle;
  }
  return (low + high) / 2;
}

/** Kramers 1940: rate of leaving a minimum over a saddle, to leading order in T over the barrier. */
export const kramers = (it: Landscape, minimum: number, saddle: number, temperature: number): number =>
  (Math.sqrt(Math.abs(it.curvature(minimum) * it.curvature(saddle))) / (2 * Math.PI)) *
  exp(-(it.height(saddle) - it.height(minimum)) / temperature);

/** α of p ∝ exp(−L/(α ησ²)): one over the slope of −ln p on L/(ησ²), weighted by p, where p exceeds a millionth of its peak. */
export function alphaOf(law: Cells, { height }: Landscape, eta: number, variance: number) {
  const top = law.mass.reduce((a, b) => Math.max(a, b), 0);
  const x: number[] = [];
  const y: number[] = [];
  const weight: number[] = [];
  law.mass.forEach((p, i) => {
    if (p <= 1e-6 * top) return;
    x.push(height(centre(law, i)) / (eta * variance));
    y.push(-log(p));
    weight.push(p);
  });
  const { slope, R2 } = fitLine(x, y, weight);
  return { alpha: 1 / slope, R2 };
}

/** Sums each `k` neighbouring cells. */
export function coarsened({ lo, width, mass }: Cells, k: number): Cells {
  const sums = zeros(Math.floor(mass.length / k));
  for (let i = 0; i < sums.length * k; i++) sums[Math.floor(i / k)] += mass[i];
  return { lo, width: width * k, mass: sums };
}

/** Half the sum of absolute differences. */
export const totalVariation = (p: Vector, q: Vector): number =>
  p.reduce((sum, x, i) => sum + Math.abs(x - q[i]), 0) / 2;
/** Largest difference of the distribution functions, at the edges of cells. */
export function kolmogorov(p: Vector, q: Vector): number {
  let difference = 0;
  let largest = 0;
  for (let i = 0; i < p.length; i++) largest = Math.max(largest, Math.abs((difference += p[i] - q[i])));
  return largest;
}
/** Σ p ln(p/q), in nats. */
export const divergence = (p: Vector, q: Vector): number =>
  p.reduce((sum, x, i) => sum + (x > 0 ? x * log(x / q[i]) : 0), 0);

/** Total variation between a law and the histogram of n independent samples of it, in the mean: what sampling alone gives. */
export const samplingFloor = (mass: Vector, n: number): number =>
  mass.reduce((sum, p) => sum + Math.sqrt((2 * p * (1 - p)) / (Math.PI * n)), 0) / 2;

/** Masses in proportion, so that they sum to 1. */
export function normalised(mass: Vector): Vector {
  const sum = mass.reduce((a, b) => a + b, 0);
  return mass.map((x) => x / sum);
}
