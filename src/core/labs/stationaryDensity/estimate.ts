import { exp, log } from "../../kernels/elementary.ts";
import { fitLine, jackknife } from "../../statistics.ts";
import { zeros, type Vector } from "../../vector.ts";
import { ofGroups, type Measured } from "../groups.ts";
import { gibbsMasses } from "./laws.ts";
import { summed } from "./parts.ts";
import type { Setting } from "./setting.ts";
import { centre, divergence, gibbs, kolmogorov, totalVariation } from "./theory.ts";

/** Counts of every block at one rate, and their sums by block. */
export interface Counted {
  readonly blocks: readonly { readonly counts: Vector; readonly sums: Vector }[];
  readonly total: Vector;
  /** Finite samples, in the domain or not. */
  readonly samples: number;
}
/** Bins with fewer counts are left out of the fit: the logarithm of a small count is biased. */
const enough = 8;

export interface AlphaFit {
  /** NaN where too few bins are filled. */
  readonly alpha: number;
  /** −ln p where L is at its lowest. */
  readonly origin: number;
}
/**
 * L/(ησ²) of each bin above its lowest, as Gibbs at ½ averages it over the bin: −½ ln of its mass there. Bins may then be
 * as wide as they like; in narrow ones it is L/(ησ²) at the centre. Infinite where that mass is below every number.
 */
export function levels(it: Setting): Vector {
  const mass = gibbsMasses(it, 0.5);
  const { landscape, rate, variance, domain, relief } = it;
  const width = (domain.hi - domain.lo) / domain.cells;
  const fine = gibbs({ ...domain, cells: 20 * domain.cells }, landscape, rate, variance);
  const bottom = Math.min(...relief.minima.map(landscape.height));
  // The mass that a bin would have if L were at its lowest all over it.
  const i = fine.mass.indexOf(fine.mass.reduce((a, b) => Math.max(a, b), 0));
  const highest = log((fine.mass[i] * width) / fine.width);
  const above = (2 * (landscape.height(centre(fine, i)) - bottom)) / (rate * variance);
  return mass.map((p) => -0.5 * (log(p) - highest - above));
}
/** α from counts: −ln n on `levels` by least squares weighted with n; its slope is 1/α. */
export function fitAlpha(level: Vector, counts: Vector): AlphaFit {
  const x: number[] = [];
  const y: number[] = [];
  const weight: number[] = [];
  for (let i = 0; i < counts.length; i++) {
    if (counts[i] < enough || !Number.isFinite(level[i])) continue;
    x.push(level[i]);
    y.push(-log(counts[i]));
    weight.push(counts[i]);
  }
  if (x.length < 5) return { alpha: NaN, origin: NaN };
  const { slope, intercept } = fitLine(x, y, weight);
  return { alpha: 1 / slope, origin: intercept };
}

/** α with its standard error, by leaving out one block of chains after the other. */
export const measuredAlpha = (level: Vector, counted: Counted): Measured =>
  ofCounts(counted, (counts) => fitAlpha(level, counts).alpha);

/** α at this η by the same fit on expected counts; with momentum known for the quadratic alone. */
export function predictedAlpha(
  it: Setting,
  level: Vector,
  law: Vector | undefined,
  samples: number,
): number | undefined {
  const { plain, values, relief, curvature } = it;
  if (law) {
    const { alpha } = fitAlpha(
      level,
      law.map((p) => p * samples),
    );
    return Number.isFinite(alpha) ? alpha : undefined;
  }
  const { momentum, dampening, learningRate, nesterov } = values;
  if (!plain || nesterov !== 0 || !isQuadratic(relief)) return undefined;
  const eta = learningRate * (1 - dampening);
  return (1 + momentum) / (2 * (1 + momentum) - (eta * Math.round(curvature * 1e6)) / 1e6);
}
export const isQuadratic = ({ coefficients }: Setting["relief"]): boolean =>
  coefficients !== undefined && coefficients[3] === 0 && coefficients[4] === 0 && coefficients[2] > 0;

/** A statistic of all counts, and its standard error by leaving out one block of chains after the other. */
export function ofCounts({ blocks, total }: Counted, f: (counts: Vector) => number): Measured {
  const filled = blocks.filter(({ counts }) => counts.some((n) => n > 0));
  const rest = zeros(total.length);
  const without = filled.map(({ counts }) => {
    for (let i = 0; i < rest.length; i++) rest[i] = total[i] - counts[i];
    return f(rest);
  });
  return { value: f(total), standardError: jackknife(without) };
}
/** A column of sums per finite sample. */
export const perSample = ({ blocks }: Counted, column: number): Measured =>
  ofGroups(
    blocks.map(({ sums }) => sums),
    (sums) => sums[column] / sums[summed.finite],
  );

/** Of all samples within the domain, their shares. */
function shares(counts: Vector): Vector {
  const inside = counts.reduce((a, b) => a + b, 0);
  return counts.map((n) => n / inside);
}
/** Distances of a histogram to a law. */
export const distances = {
  tv: (law: Vector) => (counts: Vector) => totalVariation(shares(counts), law),
  ks: (law: Vector) => (counts: Vector) => kolmogorov(shares(counts), law),
  /** Without what sampling alone adds in the mean where every bin has several counts, (K − 1)/2N. */
  kl: (law: Vector) => (counts: Vector) => divergence(shares(counts), law),
};

/**
 * What the total variation of n independent samples of one law to another is in the mean: of each bin, the mean of |X| for X
 * normal with the difference of the masses as mean and √(p(1 − p)/n) as deviation.
 */
export function expectedVariation(own: Vector, other: Vector, n: number): number {
  let sum = 0;
  for (let i = 0; i < own.length; i++) {
    const shift = own[i] - other[i];
    const deviation = Math.sqrt((own[i] * (1 - own[i])) / n);
    sum += deviation > 0 ? meanOfAbsolute(shift, deviation) : Math.abs(shift);
  }
  return sum / 2;
}
/** E|X| of X normal: s √(2/π) e^(−m²/2s²) + m erf(m / s√2). */
function meanOfAbsolute(m: number, s: number): number {
  const z = Math.abs(m) / s;
  return s * Math.sqrt(2 / Math.PI) * exp(-0.5 * z * z) + Math.abs(m) * (1 - 2 * normalTail(z));
}
/** P(Z > z), z ≥ 0, off by at most 7.5e-8 (Abramowitz and Stegun 26.2.17). */
function normalTail(z: number): number {
  const t = 1 / (1 + 0.2316419 * z);
  const series = t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  return (exp(-0.5 * z * z) / Math.sqrt(2 * Math.PI)) * series;
}
