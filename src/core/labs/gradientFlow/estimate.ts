import { mean, standardError } from "../../statistics.ts";
import { zeros, type Vector } from "../../vector.ts";
import { unmeasured, type Measured } from "../groups.ts";
import type { BlocksPart } from "./blocks.ts";
import { displacement, blockMean, expectedOrder, fitOrder, limitOrder } from "./theory.ts";
import type { ExactPart, RunsPart } from "./work.ts";

/** What runs at one rate have come to so far. */
export interface AtRate {
  readonly eta: number;
  readonly runs: number;
  /** Runs that left for infinity. */
  readonly lost: number;
  readonly sup: Measured;
  readonly rms: Measured;
}

/** Mean largest distance, and root mean square at T, of the runs that have come in; infinite where one has left. */
export function atRate(eta: number, largest: Vector, last: Vector): AtRate {
  const here: number[] = [];
  for (let c = 0; c < largest.length; c++) if (!Number.isNaN(largest[c])) here.push(c);
  if (here.length === 0) return { eta, runs: 0, lost: 0, sup: unmeasured, rms: unmeasured };
  const sups = Float64Array.from(here, (c) => largest[c]);
  const lost = sups.reduce((sum, x) => sum + (x === Infinity ? 1 : 0), 0);
  const gone = { value: Infinity, standardError: NaN };
  if (lost > 0) return { eta, runs: here.length, lost, sup: gone, rms: gone };
  const squares = Float64Array.from(here, (c) => last[c]);
  const rms = Math.sqrt(mean(squares));
  return {
    eta,
    runs: here.length,
    lost,
    sup: { value: mean(sups), standardError: standardError(sups) },
    rms: { value: rms, standardError: standardError(squares) / (2 * rms) },
  };
}

/** Orders over the rates at which nothing has left; `at` is what is expected of the mean largest distances, on those rates. */
export function orders(rates: readonly AtRate[], exact: ExactPart | undefined) {
  const used = rates.map((_, i) => i).filter((i) => rates[i].runs > 1 && rates[i].lost === 0 && rates[i].sup.value > 0);
  const pick = (of: (i: number) => number) => Float64Array.from(used, of);
  const eta = pick((i) => rates[i].eta);
  const sup = pick((i) => rates[i].sup.value);
  const sgd =
    used.length < 2
      ? undefined
      : fitOrder(
          eta,
          sup,
          pick((i) => rates[i].sup.standardError),
        );
  const known = exact !== undefined && exact.atEnd.length > 0 && used.length >= 2;
  const expected = known
    ? expectedOrder(
        eta,
        sup,
        pick((i) => Math.sqrt(exact.largest[i])),
        pick((i) => exact.missed[i]),
        pick((i) => exact.descent[i]),
      )
    : undefined;
  return { used, eta, sgd, expected };
}

/** Orders of gradient descent over the rates at which it stays. */
export function descentOrders(eta: Vector, exact: ExactPart) {
  const from = exact.descent.findIndex(
    (x, i) => x > 0 && exact.descent.subarray(i).every((y) => y > 0 && y < Infinity),
  );
  if (from < 0 || exact.descent.length - from < 2) return undefined;
  const distance = exact.descent.subarray(from);
  return {
    from,
    fitted: fitOrder(eta.subarray(from), distance).order,
    limit: limitOrder(distance, eta.subarray(from)),
  };
}

/** Blocks of each N: measured, and what theory says at this σ. */
export function blocksOf(parts: readonly (readonly BlocksPart[])[], lengths: readonly number[], time: number) {
  const rows = lengths.flatMap((length, j) => {
    const own = [...parts[j]].sort((a, b) => a.first - b.first);
    if (own.length === 0) return [];
    const all = (of: (part: BlocksPart) => Vector) => Float64Array.from(own.flatMap((part) => [...of(part)]));
    const sigma = Math.sqrt(own[0].variance);
    const N = length * length;
    return [
      {
        N,
        means: root(all(({ means }) => means)),
        displacement: root(all(({ displacements }) => displacements)),
        meansTheory: blockMean(sigma, N),
        displacementTheory: displacement(sigma, time, N),
      },
    ];
  });
  const N = Float64Array.from(rows, (row) => row.N);
  const slope = (of: (row: (typeof rows)[number]) => Measured) =>
    fitOrder(
      N,
      rows.map((row) => of(row).value),
      rows.map((row) => of(row).standardError),
    );
  return { rows, N, means: slope((row) => row.means), displacement: slope((row) => row.displacement) };
}
function root(squares: Vector): Measured {
  const value = Math.sqrt(mean(squares));
  return { value, standardError: standardError(squares) / (2 * value) };
}

/** Room for what runs hand in, NaN until then. */
export const awaited = (runs: number): Vector => zeros(runs).fill(NaN);
export const placed = (into: Vector, { first }: RunsPart, values: Vector): void => into.set(values, first);
