import type { Rng } from "../../rng.ts";
import { zeros, type Vector } from "../../vector.ts";
import type { Job } from "../lab.ts";
import type { controls as knobs, Controls } from "./controls.ts";
import { block, ensemble } from "./ensemble.ts";
import { chainLawOf } from "./laws.ts";
import { leave, pace } from "./leaving.ts";
import { summed, type Part } from "./parts.ts";
import { mixes, ratios, setting, type Setting } from "./setting.ts";
import { acceptance, walk } from "./walk.ts";

/** Blocks of chains in one unit of work. */
const blocksPerUnit = 4;
/** Steps of a block between two yields: a fraction of a millisecond. */
const between = { fast: 250, slow: 50 };

/** Parts of a unit's samples, about: enough to see them come. */
const partsPerUnit = 25;

/** One unit of work. */
type Task =
  | { readonly kind: "samples"; readonly nth: number; readonly first: number }
  | { readonly kind: "leaving" | "walk"; readonly first: number }
  | { readonly kind: "law"; readonly nth: number }
  | { readonly kind: "pace" | "accepted" };

/** All units, what is asked first in front. */
export function tasks(controls: Controls, it: Setting): Task[] {
  const groups = (chains: number) => {
    const count = Math.ceil(chains / (block * blocksPerUnit));
    return Array.from({ length: count }, (_, k) => k * blocksPerUnit);
  };
  const at = (nth: number): Task[] => [
    { kind: "law", nth },
    ...groups(controls.chains).map((first) => ({ kind: "samples", nth, first }) as const),
  ];
  const walkers = it.spread ? 0 : controls.walkers;
  return [
    ...at(0),
    ...(it.leaving
      ? [{ kind: "pace" } as const, ...groups(controls.chains).map((first) => ({ kind: "leaving", first }) as const)]
      : []),
    ...ratios(it, controls).flatMap((_, nth) => (nth === 0 ? [] : at(nth))),
    ...(walkers > 0
      ? [{ kind: "accepted" } as const, ...groups(walkers).map((first) => ({ kind: "walk", first }) as const)]
      : []),
  ];
}

export function* work(job: Job<typeof knobs>, unit: number, rng: Rng): Generator<Part | undefined, void> {
  const { controls } = job;
  const it = setting(job.configuration, job.problem, controls);
  const task = tasks(controls, it)[unit];
  switch (task.kind) {
    case "law": {
      const law = chainLawOf(setting(job.configuration, job.problem, controls, task.nth));
      yield { kind: "law", nth: task.nth, ...(law && { law }) };
      break;
    }
    case "samples":
      yield* sample(job, task.nth, task.first, rng);
      break;
    case "pace":
      yield* pace(it);
      break;
    case "leaving":
      yield* leave(job, it, blocksOf(controls.chains, task.first), rng);
      break;
    case "accepted":
      yield { kind: "accepted", share: acceptance(it, controls.proposal) };
      break;
    case "walk":
      yield* walk(controls, it, blocksOf(controls.walkers, task.first), rng);
      break;
  }
}

/** Numbers and sizes of a unit's blocks. */
export interface Block {
  readonly index: number;
  readonly size: number;
}
const blocksOf = (chains: number, first: number): Block[] =>
  Array.from({ length: blocksPerUnit }, (_, b) => first + b)
    .filter((index) => index * block < chains)
    .map((index) => ({ index, size: Math.min(block, chains - index * block) }));

/**
 * Where chain number k starts: in the deepest place where there is time to find the wells' shares from there, and in the wells by
 * turns, as often as the limit law has it, where there is not; what is then measured is the wells' shapes.
 */
export function starts(it: Setting): (k: number) => number {
  const { minima, landscape } = it.relief;
  if (it.uneven && mixes(it)) {
    const deepest = minima.reduce((best, x) => (landscape.height(x) < landscape.height(best) ? x : best));
    return () => deepest;
  }
  return (k) => {
    // Fractions of multiples of the golden section fall evenly, however many are taken.
    const u = ((k + 0.5) * 0.6180339887498949) % 1;
    let sum = 0;
    for (let i = 0; i < minima.length - 1; i++) if (u < (sum += it.shares[i])) return minima[i];
    return minima[minima.length - 1];
  };
}

function* sample(
  { configuration, problem, controls }: Job<typeof knobs>,
  nth: number,
  first: number,
  rng: Rng,
): Generator<Part | undefined, void> {
  const { chains, samples } = controls;
  const it = setting(configuration, problem, controls, nth);
  const { domain, fine, burnIn, gap, relief } = it;
  const cells = domain.cells * fine;
  const width = (domain.hi - domain.lo) / cells;
  const from = starts(it);
  const cut = relief.saddle ?? relief.minima[0];
  const pause = it.plain && relief.coefficients ? between.fast : between.slow;
  const blocks = blocksOf(chains, first).map(({ index, size: n }) => {
    const theta = zeros(n);
    for (let c = 0; c < n; c++) theta[c] = from(index * block + c);
    return ensemble(configuration, it, theta, rng.split(nth === 0 ? "block" : `block at rate ${nth}`, index));
  });
  const size = blocks.reduce((sum, { theta }) => sum + theta.length, 0);
  const fresh = () => ({
    counts: zeros(blocks.length * domain.cells),
    fine: zeros(cells),
    sums: zeros(blocks.length * summed.columns),
    taken: 0,
  });
  const looksPerPart = Math.max(1, Math.floor(samples / partsPerUnit));
  let part = fresh();
  let lostAt = 0;
  let t = 0;
  let worked = 0;
  for (let look = 1; look <= samples; look++) {
    const target = burnIn + (look - 1) * gap;
    while (t < target) {
      const steps = Math.min(pause, target - t);
      for (const each of blocks) {
        each.advance(steps);
        if ((worked += steps) < pause) continue;
        worked = 0;
        yield undefined;
      }
      t += steps;
      if (lostAt === 0 && blocks.some(({ theta }) => anyLost(theta))) lostAt = t;
    }
    const { counts, fine: all, sums } = part;
    let lost = 0;
    blocks.forEach(({ theta }, b) => {
      const finite = tally(theta, it.landscape.slope, cut, sums, b * summed.columns);
      bin(theta, domain.lo, width, all, counts.subarray(b * domain.cells), fine);
      lost += theta.length - finite;
    });
    part.taken += size;
    if (look % looksPerPart > 0 && look < samples) continue;
    yield { kind: "samples", nth, first, ...part, lost, lostAt };
    part = fresh();
  }
}

/** Beyond this a chain does not come back. */
const gone = 1e6;

// Two loops with what they need in locals: as one within the generator they took three times as long.

/** Adds the sums of a look at chains to their row; returns how many of them are finite. */
function tally(theta: Vector, slope: (x: number) => number, cut: number, sums: Vector, row: number): number {
  let finite = 0;
  let first = 0;
  let second = 0;
  let virial = 0;
  let right = 0;
  for (let c = 0; c < theta.length; c++) {
    const x = theta[c];
    if (!(Math.abs(x) < gone)) continue;
    finite++;
    first += x;
    second += x * x;
    virial += x * slope(x);
    if (x > cut) right++;
  }
  sums[row + summed.finite] += finite;
  sums[row + summed.first] += first;
  sums[row + summed.second] += second;
  sums[row + summed.virial] += virial;
  sums[row + summed.right] += right;
  return finite;
}
/** Counts chains by cell from `lo` on, and by bin of `fine` cells. */
function bin(theta: Vector, lo: number, width: number, cells: Vector, bins: Vector, fine: number): void {
  for (let c = 0; c < theta.length; c++) {
    const cell = Math.floor((theta[c] - lo) / width);
    if (!(cell >= 0 && cell < cells.length)) continue;
    cells[cell]++;
    bins[Math.floor(cell / fine)]++;
  }
}
function anyLost(theta: Vector): boolean {
  for (let c = 0; c < theta.length; c++) if (!(Math.abs(theta[c]) < gone)) return true;
  return false;
}
