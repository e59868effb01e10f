import { log } from "../../kernels/elementary.ts";
import { jackknife } from "../../statistics.ts";
import type { Vector } from "../../vector.ts";
import type { Law } from "./laws.ts";
import type { Setting } from "./setting.ts";
import { heightOf, principal } from "./theory.ts";
import { summed } from "./work.ts";

export interface Measured {
  readonly value: number;
  readonly standardError: number;
}
/** What the time averages of independent chains say. */
export interface Heats {
  /** Of the two coordinates; with correlated noise of the two principal directions, the higher first. */
  readonly temperatures: readonly [Measured, Measured];
  readonly logRatio: Measured;
  readonly cosine: Measured;
}

/** Errors by the delta method, from the covariance of a, b, c over chains. */
export function heatsOf(sums: Vector, correlated: boolean): Heats {
  const n = sums[summed.n];
  const mean = (k: number) => sums[k] / n;
  /** Of two means. */
  const covariance = (product: number, j: number, k: number) =>
    Math.max(j === k ? 0 : -Infinity, mean(product) - mean(j) * mean(k)) / (n - 1);
  const { a, b, c, d } = summed;
  const [A, B] = [mean(a), mean(b)];
  const vaa = covariance(summed.aa, a, a);
  const vbb = covariance(summed.bb, b, b);
  const vcc = covariance(summed.cc, c, c);
  const vab = covariance(summed.ab, a, b);
  const vac = covariance(summed.ac, a, c);
  const vbc = covariance(summed.bc, b, c);
  const error = (p: number, q: number, r: number) =>
    Math.sqrt(Math.max(0, p * p * vaa + q * q * vbb + r * r * vcc + 2 * (p * q * vab + p * r * vac + q * r * vbc)));
  const cosine = { value: mean(d), standardError: Math.sqrt(covariance(summed.dd, d, d)) };
  // An eigenvalue moves with a, b, c by the squares and the product of its direction's entries.
  const turned = correlated ? principal(A, B, mean(c)) : { high: A, low: B, cos: 1, sin: 0 };
  const { high, low, cos, sin } = turned;
  const of = (u: number, v: number) => [u * u, v * v, 2 * u * v] as const;
  const [one, two] = [of(cos, sin), of(-sin, cos)];
  const ratio = one.map((x, i) => x / high - two[i] / low);
  return {
    temperatures: [
      { value: high, standardError: error(...one) },
      { value: low, standardError: error(...two) },
    ],
    logRatio: { value: log(high / low), standardError: error(ratio[0], ratio[1], ratio[2]) },
    cosine,
  };
}

/** L of each bin's centre, and its two parts: along the coordinates, or along the principal directions. */
export function levelsOf({ bowls, correlated }: Setting, { reach, turn: [cos, sin] }: Law, bins: number) {
  const first: number[] = [];
  const second: number[] = [];
  for (let row = 0; row < bins; row++)
    for (let column = 0; column < bins; column++) {
      const x = ((2 * column + 1) / bins - 1) * reach[0];
      const y = ((2 * row + 1) / bins - 1) * reach[1];
      const [u, v] = [Math.sqrt(bowls[0].h) * x, Math.sqrt(bowls[1].h) * y];
      const [w1, w2] = [cos * u + sin * v, cos * v - sin * u];
      first.push(correlated ? 0.5 * w1 * w1 : heightOf(bowls[0], x));
      second.push(correlated ? 0.5 * w2 * w2 : heightOf(bowls[1], y));
    }
  return { first: Float64Array.from(first), second: Float64Array.from(second) };
}
export type Levels = ReturnType<typeof levelsOf>;

export interface Regression {
  /** ln(β₂/β₁) of ln p = −β₁L₁ − β₂L₂ + const. */
  readonly logRatio: number;
  /** ln n where L is 0. */
  readonly origin: number;
  /** Share of the variance of ln p that L alone, and that L₁ and L₂ apart explain. */
  readonly single: number;
  readonly both: number;
  readonly bins: number;
}

/** ln n on L, and on L₁ and L₂, by least squares weighted with n, over bins with at least so many samples. */
export function regression({ first, second }: Levels, counts: Vector, least: number): Regression {
  let [bins, W, m1, m2, my] = [0, 0, 0, 0, 0];
  for (let i = 0; i < counts.length; i++) {
    const w = counts[i];
    if (w < least) continue;
    bins++;
    W += w;
    m1 += w * first[i];
    m2 += w * second[i];
    my += w * log(w);
  }
  [m1, m2, my] = [m1 / W, m2 / W, my / W];
  let [s11, s12, s22, s1y, s2y, syy] = [0, 0, 0, 0, 0, 0];
  for (let i = 0; i < counts.length; i++) {
    const w = counts[i];
    if (w < least) continue;
    const d1 = first[i] - m1;
    const d2 = second[i] - m2;
    const dy = log(w) - my;
    s11 += w * d1 * d1;
    s12 += w * d1 * d2;
    s22 += w * d2 * d2;
    s1y += w * d1 * dy;
    s2y += w * d2 * dy;
    syy += w * dy * dy;
  }
  const determinant = s11 * s22 - s12 * s12;
  const slope1 = (s22 * s1y - s12 * s2y) / determinant;
  const slope2 = (s11 * s2y - s12 * s1y) / determinant;
  const together = s1y + s2y;
  return {
    logRatio: log(slope2 / slope1),
    origin: my - slope1 * m1 - slope2 * m2,
    single: (together * together) / ((s11 + 2 * s12 + s22) * syy),
    both: (slope1 * s1y + slope2 * s2y) / syy,
    bins,
  };
}

/** The regression of all samples, ln(β₂/β₁) with its error by leaving out one group of chains after the other. */
export function regressed(levels: Levels, groups: readonly Vector[], least: number) {
  const cells = levels.first.length;
  const total = totalOf(groups, cells);
  const whole = regression(levels, total, least);
  const rest = new Float64Array(cells);
  const filled = groups.filter((counts) => counts.some((k) => k > 0));
  const without = filled.map((counts) => {
    for (let i = 0; i < cells; i++) rest[i] = total[i] - counts[i];
    // As many bins stay in as of all samples.
    return regression(levels, rest, least * (1 - 1 / filled.length)).logRatio;
  });
  return { ...whole, standardError: jackknife(without) };
}
export function totalOf(groups: readonly Vector[], cells: number): Vector {
  const total = new Float64Array(cells);
  for (const counts of groups) for (let i = 0; i < cells; i++) total[i] += counts[i];
  return total;
}
