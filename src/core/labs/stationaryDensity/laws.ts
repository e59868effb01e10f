import { exp, log } from "../../kernels/elementary.ts";
import type { Vector } from "../../vector.ts";
import { chainLaw, leastVariance } from "./chain.ts";
import { mixes, type Setting } from "./setting.ts";
import {
  centre,
  coarsened,
  gibbs,
  lawOf,
  secondOrder,
  type Cells,
  type Domain,
  type Landscape,
  type Variance,
} from "./theory.ts";

// Laws that are set beside the chains, each as the masses of bins. Of each bin 20 places are averaged.

const places = 20;
const finer = (on: Domain): Domain => ({ ...on, cells: places * on.cells });

/** 2L′/(ησ²(θ)) summed from the left, at the centres of cells, by Simpson's rule between neighbours. */
function potential({ lo, hi, cells }: Domain, { height, slope }: Landscape, rate: number, noise: Variance) {
  const width = (hi - lo) / cells;
  if (typeof noise === "number") return (i: number) => (2 * height(centre({ lo, width }, i))) / (rate * noise);
  const force = (x: number) => (2 * slope(x)) / (rate * noise(x));
  const sums = new Float64Array(cells);
  for (let i = 1; i < cells; i++) {
    const [from, to] = [centre({ lo, width }, i - 1), centre({ lo, width }, i)];
    sums[i] = sums[i - 1] + (width / 6) * (force(from) + 4 * force((from + to) / 2) + force(to));
  }
  return (i: number) => sums[i];
}
/** p ∝ σ(θ)^(−2s) exp(−∫ 2L′/(ησ²)): Itô's law for s = 1, Stratonovich's for ½. */
function interpreted(on: Domain, landscape: Landscape, rate: number, noise: Variance, s: number): Cells {
  const sum = potential(on, landscape, rate, noise);
  const width = (on.hi - on.lo) / on.cells;
  return lawOf((x) => {
    const i = Math.round((x - on.lo) / width - 0.5);
    return -sum(i) - (typeof noise === "number" ? 0 : s * log(noise(x)));
  }, on);
}
/** The limit of SGD as η → 0: the stationary Fokker–Planck law in Itô's sense, Gibbs at ½ where the noise is constant. */
export const itoLaw = (on: Domain, landscape: Landscape, rate: number, noise: Variance): Cells =>
  interpreted(on, landscape, rate, noise, 1);

/** What the noise could be taken for where it depends on θ; none but the first is right. */
export const rivals = ["Itô", "Stratonovich", "Gibbs, local σ²", "Gibbs, frozen σ²"] as const;
export type Rival = (typeof rivals)[number];
export function rivalLaw(name: Rival, it: Pick<Setting, "landscape" | "rate" | "noise" | "relief">, on: Domain): Cells {
  const { landscape, rate, noise, relief } = it;
  const at = typeof noise === "number" ? () => noise : noise;
  switch (name) {
    case "Itô":
      return itoLaw(on, landscape, rate, noise);
    case "Stratonovich":
      return interpreted(on, landscape, rate, noise, 0.5);
    case "Gibbs, local σ²":
      return lawOf((x) => (-2 * landscape.height(x)) / (rate * at(x)), on);
    case "Gibbs, frozen σ²":
      return gibbs(on, landscape, rate, at(deepest(relief)));
  }
}

/** Share of the limit law that each minimum has about it, up to the maxima between them. */
export function basins(relief: Setting["relief"], domain: Domain, rate: number, noise: Variance): number[] {
  const { minima, landscape } = relief;
  const law = itoLaw({ ...domain, cells: 4000 }, landscape, rate, noise);
  const cuts = minima.slice(1).map((to, k) => {
    const from = minima[k];
    let top = from;
    for (let i = 1; i < 400; i++) {
      const x = from + (i * (to - from)) / 400;
      if (landscape.height(x) > landscape.height(top)) top = x;
    }
    return top;
  });
  const shares = minima.map(() => 0);
  law.mass.forEach((p, i) => {
    const x = centre(law, i);
    shares[cuts.filter((cut) => cut < x).length] += p;
  });
  return shares;
}
const deepest = ({ minima, landscape: { height } }: Setting["relief"]): number =>
  minima.reduce((best, x) => (height(x) < height(best) ? x : best));

/** Masses of the bins under a law given on any domain. */
export const binned = (it: Setting, law: (on: Domain) => Cells): Vector =>
  coarsened(law(finer(it.domain)), places).mass;
/** Of Gibbs with a given α. */
export const gibbsMasses = (it: Setting, alpha: number): Vector =>
  binned(it, (on) => gibbs(on, it.landscape, it.rate, it.variance, alpha));
/** What the chain's own law says: the mass of each bin, and moments that bins are too wide for. */
export interface ChainLaw {
  readonly bins: Vector;
  readonly mean: number;
  readonly second: number;
  /** E[θL′] */
  readonly virial: number;
  /** Itô's law stands in for it: right but for a share of η L″. */
  readonly limit?: true;
}
/**
 * The law of the chain itself: from its transitions where cells of ησ/5 are few enough, from the next order in η where they are
 * not, for then η is small. Undefined with momentum: that chain has two coordinates.
 */
export function chainLawOf(it: Setting): ChainLaw | undefined {
  const { domain, landscape, rate, variance, noise, values, plain } = it;
  if (!plain || values["momentum"] !== 0) return undefined;
  const on = onCells(it);
  const chain = fewEnough(on.cells, noise) ? chainLaw(on, landscape, rate, noise) : undefined;
  const law = asStarted(
    it,
    chain ??
      (typeof noise === "number"
        ? secondOrder(finer(domain), landscape, rate, variance)
        : itoLaw(finer(domain), landscape, rate, noise)),
  );
  const meanOf = (f: (x: number) => number) => law.mass.reduce((sum, p, i) => sum + p * f(centre(law, i)), 0);
  return {
    bins: coarsened(law, law.mass.length / domain.cells).mass,
    mean: meanOf((x) => x),
    second: meanOf((x) => x * x),
    virial: meanOf((x) => x * landscape.slope(x)),
    ...(!chain && typeof noise !== "number" && { limit: true }),
  };
}
/** Where chains keep to the side they started on, the law of each side with the share that started there. */
function asStarted(it: Setting, law: Cells): Cells {
  const { relief, shares } = it;
  const { saddle, minima } = relief;
  if (saddle === undefined || mixes(it)) return law;
  const right = minima.reduce((sum, x, k) => sum + (x > saddle ? shares[k] : 0), 0);
  const own = law.mass.reduce((sum, p, i) => sum + (centre(law, i) > saddle ? p : 0), 0);
  const mass = law.mass.map((p, i) => p * (centre(law, i) > saddle ? right / own : (1 - right) / (1 - own)));
  return { ...law, mass };
}
/** Beyond this many cells the chain's law takes longer than it is worth; where noise is constant, the next order in η is as good. */
export const fewEnough = (cells: number, noise: Variance): boolean =>
  cells <= (typeof noise === "number" ? 1200 : 1600);
/** So many cells that none is wider than a fifth of a step's noise, a whole number to a bin. */
function chainCells({ domain, rate, noise }: Setting): number {
  const width = (domain.hi - domain.lo) / domain.cells;
  return domain.cells * Math.max(1, Math.ceil(width / ((rate * Math.sqrt(leastVariance(domain, noise))) / 5)));
}
/** The chain's own cells. */
export const onCells = (it: Setting): Domain => ({ ...it.domain, cells: chainCells(it) });

/** A Gaussian kernel density of fine counts, by Silverman's rule for the spread within a well. */
export function kernelDensity(
  { lo, width }: Pick<Cells, "lo" | "width">,
  counts: Vector,
  deviation: number,
): readonly [x: Vector, p: Vector] {
  const n = counts.reduce((a, b) => a + b, 0);
  const bandwidth = Math.max(width, 1.06 * deviation * exp(-0.2 * log(Math.max(2, n))));
  const reach = Math.min(counts.length, Math.ceil((4 * bandwidth) / width));
  const kernel = Float64Array.from({ length: 2 * reach + 1 }, (_, k) =>
    exp(-0.5 * (((k - reach) * width) / bandwidth) ** 2),
  );
  const total = kernel.reduce((sum, k) => sum + k, 0) * n * width;
  const p = new Float64Array(counts.length);
  counts.forEach((count, i) => {
    if (count === 0) return;
    const end = Math.min(p.length, i + reach + 1);
    for (let j = Math.max(0, i - reach), k = j - i + reach; j < end; j++, k++) p[j] += count * kernel[k];
  });
  for (let i = 0; i < p.length; i++) p[i] /= total;
  return [p.map((_, i) => centre({ lo, width }, i)), p];
}
