import { log } from "../../kernels/elementary.ts";
import { fitLine, jackknife, mean, standardError } from "../../statistics.ts";
import { zeros, type Vector } from "../../vector.ts";
import type { Setting } from "./setting.ts";
import { centre, chainLaw, coarsened, gibbs, secondOrder, type Cells } from "./theory.ts";
import { summed } from "./work.ts";

/** Counts of every block, and their sums by block. */
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
  const { landscape, rate, variance, domain, well } = it;
  const width = (domain.hi - domain.lo) / domain.cells;
  const fine = gibbs({ ...domain, cells: 20 * domain.cells }, landscape, rate, variance);
  const bottom = Math.min(...well.minima.map(landscape.height));
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
export function measuredAlpha(it: Setting, { blocks, total }: Counted) {
  const level = levels(it);
  const { alpha } = fitAlpha(level, total);
  const rest = zeros(total.length);
  const without = blocks.map(({ counts }) => {
    for (let i = 0; i < rest.length; i++) rest[i] = total[i] - counts[i];
    return fitAlpha(level, rest).alpha;
  });
  return { alpha, standardError: jackknife(without) };
}

/**
 * Mass of each bin under the chain itself: from its transitions where cells of ησ/5 are few enough, from the next order in η
 * where they are not, for then η is small. Undefined with momentum: that chain has two coordinates.
 */
export function exactMasses(it: Setting): Cells | undefined {
  const { domain, landscape, rate, variance, values, plain } = it;
  if (!plain || values["momentum"] !== 0) return undefined;
  const width = (domain.hi - domain.lo) / domain.cells;
  const split = Math.max(1, Math.ceil(width / ((rate * Math.sqrt(variance)) / 5)));
  const chain =
    split * domain.cells <= 1200
      ? chainLaw({ ...domain, cells: split * domain.cells }, landscape, rate, variance)
      : undefined;
  return chain
    ? coarsened(chain, split)
    : coarsened(secondOrder({ ...domain, cells: 20 * domain.cells }, landscape, rate, variance), 20);
}

/** α at this η by the same fit on expected counts; with momentum known for the quadratic alone. */
export function predictedAlpha(it: Setting, samples: number): number | undefined {
  const { plain, values, well, curvature } = it;
  const exact = exactMasses(it);
  if (exact) {
    const { alpha } = fitAlpha(
      levels(it),
      exact.mass.map((p) => p * samples),
    );
    return Number.isFinite(alpha) ? alpha : undefined;
  }
  const { momentum, dampening, learningRate, nesterov } = values;
  if (!plain || nesterov !== 0 || well.name !== "single well") return undefined;
  const eta = learningRate * (1 - dampening);
  return (1 + momentum) / (2 * (1 + momentum) - (eta * Math.round(curvature * 1e6)) / 1e6);
}

/** Bin masses of Gibbs, each averaged over 20 places in the bin. */
export const gibbsMasses = ({ domain, landscape, rate, variance }: Setting, alpha: number): Vector =>
  coarsened(gibbs({ ...domain, cells: 20 * domain.cells }, landscape, rate, variance, alpha), 20).mass;

/** Mean over blocks of a column of sums per finite sample, with its standard error. */
export function perSample({ blocks }: Counted, column: number) {
  const shares = blocks
    .filter(({ sums }) => sums[summed.finite] > 0)
    .map(({ sums }) => sums[column] / sums[summed.finite]);
  return { mean: mean(shares), standardError: standardError(shares) };
}
