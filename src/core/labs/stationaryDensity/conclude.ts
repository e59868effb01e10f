import { log } from "../../kernels/elementary.ts";
import { fitLine } from "../../statistics.ts";
import type { Vector } from "../../vector.ts";
import { ofGroups, type Measured } from "../groups.ts";
import { isQuadratic, measuredAlpha, ofCounts, perSample, predictedAlpha } from "./estimate.ts";
import { looks, summed } from "./parts.ts";
import type { Setting } from "./setting.ts";
import type { AtRate, Tally } from "./tally.ts";
import { settled } from "./validity.ts";

export interface Prediction {
  readonly measured: Measured;
  readonly predicted?: number;
}
const both = (measured: Measured, predicted: number | undefined): Prediction => ({
  measured,
  ...(predicted !== undefined && { predicted }),
});

/** α by the fit, and what the chain's own law says of it at this η. */
export const alphaAt = (at: AtRate): Prediction =>
  both(measuredAlpha(at.level, at), predictedAlpha(at.it, at.level, at.law?.bins, at.samples));

/** α as η → 0, from the rates at which it was measured: linear in η, or in η² too where there are four. */
export function alphaLimit(rates: readonly AtRate[]): Measured | undefined {
  const usable = rates.filter(({ samples, it }) => samples > 0 && settled(it) && it.rate * it.curvature <= 0.3);
  if (usable.length < 2) return undefined;
  const fits = usable.map((at) => measuredAlpha(at.level, at));
  if (fits.some(({ value, standardError }) => !Number.isFinite(value) || !(standardError > 0))) return undefined;
  const etas = usable.map(({ it }) => it.values["learningRate"]);
  const weights = fits.map(({ standardError }) => 1 / (standardError * standardError));
  const degree = usable.length >= 4 ? 2 : 1;
  const value = intercept(
    etas,
    fits.map((it) => it.value),
    weights,
    degree,
  );
  // Each rate has chains of its own: what one standard error of each moves, summed in squares.
  const variance = fits.reduce((sum, { standardError }, k) => {
    const moved = fits.map((it, j) => it.value + (j === k ? standardError : 0));
    return sum + (intercept(etas, moved, weights, degree) - value) ** 2;
  }, 0);
  return { value, standardError: Math.sqrt(variance) };
}
/** Of a weighted polynomial in x of the first or second degree, its value at 0. */
function intercept(x: readonly number[], y: readonly number[], weight: readonly number[], degree: 1 | 2): number {
  if (degree === 1) return fitLine(x, y, weight).intercept;
  // Normal equations of 1, x, x², by elimination; x is scaled so that they are well conditioned.
  const scale = Math.max(...x);
  const rows = [0, 1, 2].map((i) => [0, 1, 2, 3].map((j) => sumOver(x, y, weight, scale, i, j)));
  for (let i = 0; i < 3; i++)
    for (let r = i + 1; r < 3; r++) {
      const share = rows[r][i] / rows[i][i];
      for (let j = i; j < 4; j++) rows[r][j] -= share * rows[i][j];
    }
  const c2 = rows[2][3] / rows[2][2];
  const c1 = (rows[1][3] - rows[1][2] * c2) / rows[1][1];
  return (rows[0][3] - rows[0][1] * c1 - rows[0][2] * c2) / rows[0][0];
}
function sumOver(
  x: readonly number[],
  y: readonly number[],
  weight: readonly number[],
  scale: number,
  i: number,
  j: number,
): number {
  const power = (u: number, n: number) =>
    n === 0 ? 1 : n === 1 ? u : n === 2 ? u * u : n === 3 ? u * u * u : u * u * u * u;
  return x.reduce((sum, at, k) => sum + weight[k] * power(at / scale, j < 3 ? i + j : i) * (j < 3 ? 1 : y[k]), 0);
}

/** E[θL′]/(ησ²): T of the diffusion, over ησ² ½ as η → 0. */
export function virial(at: AtRate): Prediction {
  const { it, law } = at;
  const scale = it.rate * it.variance;
  const { value, standardError } = perSample(at, summed.virial);
  // About 0 the quadratic's is its curvature times its variance, which is known with momentum too.
  const [, a1, a2] = it.relief.coefficients ?? [0, 1, 0];
  const spread = a1 === 0 && isQuadratic(it.relief) ? varianceOf(at) : undefined;
  const predicted = spread !== undefined ? (2 * a2 * spread) / scale : law && law.virial / scale;
  return both({ value: value / scale, standardError: standardError / scale }, predicted);
}

/** Mass right of the saddle. */
export function rightShare(at: AtRate): Prediction {
  const { it, law } = at;
  const { domain } = it;
  const width = (domain.hi - domain.lo) / domain.cells;
  const cut = it.relief.saddle ?? 0;
  let right = it.uneven ? undefined : 0.5;
  if (law) {
    right = 0;
    // Of the bin that the saddle divides, its share.
    for (let i = 0; i < law.bins.length; i++)
      right += law.bins[i] * Math.min(1, Math.max(0, (domain.lo + (i + 1) * width - cut) / width));
  }
  return both(perSample(at, summed.right), right);
}

/** Variance of θ over all chains; Infinity where noise that grows with θ leaves none. */
export function variance(at: AtRate): Prediction {
  const measured = ofGroups(
    at.blocks.map(({ sums }) => sums),
    (sums) => {
      const n = sums[summed.finite];
      const mean = sums[summed.first] / n;
      return sums[summed.second] / n - mean * mean;
    },
  );
  return both(measured, varianceOf(at));
}
/** Exact for the quadratic, with and without momentum (Mandt, Hoffman and Blei 2017, arXiv:1704.04289, to first order), and with κ. */
function varianceOf({ it, law }: AtRate): number | undefined {
  const { relief, values, plain, variance: noise, spread } = it;
  const { momentum, dampening, nesterov, learningRate } = values;
  if (!plain || (momentum !== 0 && (nesterov !== 0 || dampening !== 0 || spread))) return undefined;
  if (isQuadratic(relief)) {
    const h = 2 * (relief.coefficients?.[2] ?? 0);
    if (!spread)
      return (learningRate * noise * (1 + momentum)) / ((1 - momentum) * h * (2 * (1 + momentum) - learningRate * h));
    if (spread.kappa !== undefined && relief.coefficients?.[1] === 0) {
      const left = 2 * h - learningRate * h * h - learningRate * spread.kappa * noise;
      return left > 0 ? (learningRate * noise) / left : Infinity;
    }
  }
  // Where noise grows with θ, tails reach beyond what is shown: see `shownVariance`.
  return law && !spread ? law.second - law.mean * law.mean : undefined;
}
/** Variance of what is in the bins: where tails are heavy, of the part that is shown. */
export function shownVariance(at: AtRate): Prediction {
  const { lo, hi, cells } = at.it.domain;
  const width = (hi - lo) / cells;
  const of = (weights: Vector): number => {
    let [sum, first, second] = [0, 0, 0];
    weights.forEach((n, i) => {
      const x = lo + (i + 0.5) * width;
      sum += n;
      first += n * x;
      second += n * x * x;
    });
    return second / sum - (first / sum) * (first / sum);
  };
  return both(ofCounts(at, of), at.law && of(at.law.bins));
}

/** The exponent m of p ∝ (1 + κθ²/η)^(−m), by a line through ln p weighted with the counts, and by the same line through the chain's law. */
export function exponent(at: AtRate): Prediction | undefined {
  const { it } = at;
  const kappa = it.spread?.kappa;
  if (kappa === undefined || !isQuadratic(it.relief)) return undefined;
  const width = (it.domain.hi - it.domain.lo) / it.domain.cells;
  const fit = (counts: Vector): number => {
    const x: number[] = [];
    const y: number[] = [];
    const weight: number[] = [];
    counts.forEach((n, i) => {
      if (n < 8) return;
      const theta = it.domain.lo + (i + 0.5) * width;
      x.push(log(1 + kappa * theta * theta));
      y.push(-log(n));
      weight.push(n);
    });
    return x.length < 5 ? NaN : fitLine(x, y, weight).slope;
  };
  return both(ofCounts(at, fit), at.law && fit(at.law.bins.map((p) => p * at.samples)));
}
/** What it is as η → 0: 1 + h/(σ²κ), κ in units of √η. */
export function exponentLimit({ spread, relief, variance: noise, values }: Setting): number {
  const h = 2 * (relief.coefficients?.[2] ?? 0);
  return 1 + h / (noise * (spread?.kappa ?? 0) * values["learningRate"]);
}

/** Of fewer chains that have left no rate is told. */
const fewest = 30;
/** Rate per unit of time at which the share of chains that stayed comes to rest, from the looks after the first. */
export function leavingRate({ rates: [main], stayed, pace }: Tally, times: readonly number[]): Measured | undefined {
  const gone = stayed.reduce((sum, it) => sum + it[0] - it[looks], 0);
  if (!pace || gone < fewest) return undefined;
  const t = times.map((step) => step * main.it.rate);
  const measured = ofGroups(stayed, (sums) => {
    const x: number[] = [];
    const y: number[] = [];
    const weight: number[] = [];
    for (let k = 0; k < looks; k++) {
      const above = (sums[1 + k] / sums[0] - pace.rest) / (1 - pace.rest);
      // Until chains have forgotten where in their well they began, and as long as anything is left to see.
      if (times[k] < 3 * main.it.relaxation || !(above > 0.05)) continue;
      x.push(t[k]);
      y.push(log(above));
      weight.push(above * above);
    }
    return x.length < 3 ? NaN : -fitLine(x, y, weight).slope;
  });
  return Number.isFinite(measured.value) ? measured : undefined;
}
