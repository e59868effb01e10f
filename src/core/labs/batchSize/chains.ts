import { log } from "../../kernels/elementary.ts";
import type { Rng } from "../../rng.ts";
import { zeros, type Vector } from "../../vector.ts";
import { apply, lossAt, mapsOf, pairsOf, perPair, startOf, type Best, type Method, type Model } from "./quadratic.ts";

// Simulated runs beside the exact steps to target: ln L of their mean, fitted by a line round the step where it should pass.

/** Steps at which L is looked at. */
const looks = 9;
/** Runs longer than this are not simulated. */
const longest = 3000;
const leastBatch = 64;
const mostGroups = 64;

/** Coordinates' steps between two yields, and normals drawn at a time. */
const [breath, ahead] = [100_000, 8192];

/** Only for some batch sizes: 64, 256, 1024 … */
export const simulated = (B: number, steps: number): boolean =>
  B >= leastBatch && B < Infinity && Math.round(Math.log2(B)) % 2 === 0 && steps >= 2 && steps <= longest;
export const groupsOf = (chains: number): number => Math.min(mostGroups, chains);

/** From 0.8 to 1.2 of the steps to target. */
export function timesOf(steps: number): number[] {
  const all = Array.from({ length: looks }, (_, k) => Math.round(steps * (0.8 + (0.4 * k) / (looks - 1))));
  const apart = [...new Set(all)].filter((t) => t > 0);
  return apart.length > 1 ? apart : [apart[0], apart[0] + 1];
}
/** Where the line through ln L passes the target. */
export function passage(times: readonly number[], losses: ArrayLike<number>, target: number): number {
  const n = times.length;
  let [mx, my, xx, xy] = [0, 0, 0, 0];
  for (let k = 0; k < n; k++) {
    mx += times[k] / n;
    my += log(losses[k]) / n;
  }
  for (let k = 0; k < n; k++) {
    xx += (times[k] - mx) ** 2;
    xy += (times[k] - mx) * (log(losses[k]) - my);
  }
  return mx + ((log(target) - my) * xx) / xy;
}

/** Expected losses at these times. */
export function* exactLosses(model: Model, method: Method, B: number, best: Best, times: readonly number[]) {
  const maps = mapsOf(pairsOf(model, method, B, best.eta, best.gamma));
  let [now, next] = [startOf(model, method), zeros(3 * model.dimension)];
  const losses = zeros(times.length);
  const pause = Math.max(1, Math.floor(20_000 / model.dimension));
  for (let t = 1, k = 0; k < times.length; t++) {
    apply(maps, now, next);
    [now, next] = [next, now];
    if (t === times[k]) losses[k++] = lossAt(now, method);
    if (t % pause === 0) yield undefined;
  }
  return losses;
}
/** Of each group: chains, and Σ L at each of the times. */
export function* chainLosses(
  model: Model,
  method: Method,
  B: number,
  best: Best,
  { times, chains }: { readonly times: readonly number[]; readonly chains: number },
  rng: Rng,
): Generator<undefined, Vector> {
  const { dimension } = model;
  const pairs = pairsOf(model, method, B, best.eta, best.gamma);
  const groups = groupsOf(chains);
  const columns = 1 + times.length;
  const sums = zeros(groups * columns);
  for (let c = 0; c < chains; c++) sums[(c % groups) * columns]++;
  const n = chains * dimension;
  // Coordinates whose noise is drawn together.
  const together = Math.max(1, Math.min(dimension, Math.floor(ahead / chains)));
  const [x, y, noise] = [zeros(n).fill(1), zeros(n).fill(method === 2 ? 1 : 0), zeros(together * chains)];
  const seen = method === 2 ? y : x;
  let since = 0;
  for (let t = 1, k = 0; k < times.length; t++) {
    for (let i = 0, at = 0; i < dimension;) {
      const many = Math.min(dimension - i, together);
      rng.normals(noise, 0, many * chains);
      for (let j = 0; j < many; j++, i++, at += chains)
        advance(pairs, i * perPair, x, y, noise, j * chains, at, chains);
      since += many * chains;
      if (since < breath) continue;
      since = 0;
      yield undefined;
    }
    if (t === times[k]) {
      k++;
      for (let i = 1, at = 0; i <= dimension; i++)
        for (let c = 0; c < chains; c++, at++) sums[(c % groups) * columns + k] += (seen[at] * seen[at]) / (2 * i);
    }
  }
  return sums;
}
/** One step of one coordinate of `many` chains, which stand from `at` on and their noise from `drawn` on. */
function advance(
  pairs: Vector,
  p: number,
  x: Vector,
  y: Vector,
  noise: Vector,
  drawn: number,
  at: number,
  many: number,
): void {
  const a = pairs[p];
  const b = pairs[p + 1];
  const c = pairs[p + 2];
  const d = pairs[p + 3];
  const n = pairs[p + 4];
  const m = pairs[p + 5];
  for (let k = 0; k < many; k++) {
    const u = x[at + k];
    const v = y[at + k];
    const z = noise[drawn + k];
    x[at + k] = a * u + b * v + n * z;
    y[at + k] = c * u + d * v + m * z;
  }
}
