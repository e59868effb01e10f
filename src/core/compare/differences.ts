import { replicate, type Plan } from "../replicate.ts";
import type { Rng } from "../rng.ts";
import { zeros, type Vector } from "../vector.ts";

/** How far the steps of two configurations lie apart, from the same weights and with the same mini-batches. */
export interface Differences {
  /**
   * max_i |Δaᵢ − Δbᵢ| / max_i max(|Δaᵢ|, |Δbᵢ|) of step t at index t − 1: from 0 to 2, and 0 where neither moves. NaN from
   * the step on in which one of them left for infinity.
   */
  readonly relative: Vector;
  /** Where it is largest; step 0 where no step was compared. */
  readonly largest: Largest;
  /** No step differs by more than the rounding of float64 numbers. */
  readonly same: boolean;
}
export interface Largest {
  readonly difference: number;
  /** From 1. */
  readonly step: number;
  /** From 0. */
  readonly coordinate: number;
}
/** Units in the last place that a different order of the same operations may cost. */
const roundings = 16;
/** Coordinates stepped between two yields. */
const pause = 20_000;

/**
 * Two configurations on one replicate of a problem. The first walks; at every step the second starts from the first's
 * weights and sees the same mini-batch, but keeps its own moments, counters and schedule: what differs is the step, not
 * where earlier differences have led. Yields every so often, and is the same however it is driven.
 */
export function* differences(a: Plan, b: Plan, root: Rng, index: number): Generator<undefined, Differences> {
  const { steps } = a.run;
  const first = replicate(a, root, index).trainer;
  const second = replicate(b, root, index).trainer;
  const dimension = first.theta.length;
  const before = zeros(dimension);
  const relative = zeros(steps).fill(NaN);
  let largest: Largest = { difference: 0, step: 0, coordinate: 0 };
  let same = true;
  for (let t = 1; t <= steps; t++) {
    before.set(first.theta);
    second.theta.set(before);
    first.step();
    second.step();
    let apart = 0;
    let moved = 0;
    let size = 0;
    let coordinate = 0;
    for (let i = 0; i < dimension; i++) {
      const own = Math.abs(first.theta[i] - before[i]);
      const other = Math.abs(second.theta[i] - before[i]);
      const gap = Math.abs(first.theta[i] - second.theta[i]);
      if (own > moved || other > moved) moved = Math.max(own, other);
      if (Math.abs(before[i]) > size) size = Math.abs(before[i]);
      if (gap > apart) {
        apart = gap;
        coordinate = i;
      }
    }
    if (first.diverged || second.diverged) break;
    const difference = moved > 0 ? apart / moved : 0;
    relative[t - 1] = difference;
    if (largest.step === 0 || difference > largest.difference) largest = { difference, step: t, coordinate };
    if (apart > roundings * 2 ** -52 * (size + moved)) same = false;
    if ((t * dimension * a.run.batchSize) % pause < dimension * a.run.batchSize) yield undefined;
  }
  return { relative, largest, same };
}

/** Below which power of ten the differences stay in the end, and after which step. */
export interface Tail {
  readonly below: number;
  /** The last step that is above it; 0 where none is. */
  readonly after: number;
}
/**
 * The tail of a series of differences: the power of ten that its last tenth stays under, at least a hundredth of the
 * largest; undefined where it does not fall that far, or did not get to its end.
 */
export function tailOf({ relative, largest }: Differences): Tail | undefined {
  const n = relative.length;
  const from = n - Math.max(1, Math.round(n / 10));
  let high = 0;
  for (let k = from; k < n; k++) {
    if (Number.isNaN(relative[k])) return undefined;
    high = Math.max(high, relative[k]);
  }
  const below = Number(`1e${Math.max(-16, Math.floor(Math.log10(high)) + 1)}`); // 10 ** −5 is off by a bit
  if (!(below <= largest.difference / 100)) return undefined;
  let after = n;
  while (after > 0 && relative[after - 1] < below) after--;
  return { below, after };
}
