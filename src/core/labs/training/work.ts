import type { Job } from "../lab.ts";
import { findProblem } from "../../problems/index.ts";
import type { Rng } from "../../rng.ts";
import { select } from "../../statistics.ts";
import { resolveGroups } from "../../train.ts";
import { zeros, type Vector } from "../../vector.ts";
import type { controls, Controls } from "./controls.ts";
import { rateLines } from "../rates.ts";
import { measured, type Reading } from "./measured.ts";
import { recordedSteps } from "../recordedSteps.ts";
import { lookedAt, seedsOf, seedsPerUnit } from "./seeds.ts";
import { settledLaw, type SettledLaw } from "./settled.ts";

/** A seed has diverged at the first step where its loss is no number or a million times what it was at its start. */
export const beyond = 1e6;
/** Steps whose losses are averaged into "where it settles": the last tenth; as many before them tell whether it still falls. */
export const settlingWindow = (steps: number): number => Math.max(1, Math.round(steps / 10));
/** Coordinates that the band over all of them looks at: all, or this many, evenly spaced. */
const sampled = 128;

/** Numbers of one unit between two record points; columns by record point, then seed. */
export interface Part {
  /** Index of the first record point in it, and how many there are. */
  readonly from: number;
  readonly count: number;
  readonly columns: Columns;
  /** With the unit's last part. */
  readonly end: End | undefined;
}
interface Columns {
  /** Loss above its minimum where that is known; +∞ once diverged; NaN at step 0 where only mini-batch losses are known. */
  readonly loss: Vector;
  /** Of a single seed: step and value of the lowest and of the highest loss since the last point, so that no spike is lost. */
  readonly extremes: Vector;
  /** Effective rate of each watched coordinate (by record point, looked-at seed, coordinate); NaN at step 0. */
  readonly watched: Vector;
  /** 10 % and 90 % of the effective rates of all coordinates. */
  readonly low: Vector;
  readonly high: Vector;
  /** Learning rate in force, of each line that follows the loss (by record point, seed, line); NaN at step 0. */
  readonly rates: Vector;
  /** By seed: the step at which it diverged, 0 while it has not. */
  readonly diverged: Vector;
}
/** By seed, but for what concerns all. */
export interface End {
  /** Mean loss over the last tenth, and over the tenth before it. */
  readonly settled: Vector;
  readonly before: Vector;
  readonly reading: Reading;
  /** Σ θ_i(0)² over the unit's seeds. */
  readonly startSquare: Vector;
  /** Of unit 0: what the loss should settle at. */
  readonly law?: SettledLaw;
}

/** What is remembered of the seeds on their way: a number of each. */
interface Runs {
  /** Loss after its last step, and what it must not exceed. */
  readonly loss: Vector;
  readonly limit: Vector;
  /** Of mini-batch losses since the last record point. */
  readonly sum: Vector;
  readonly summed: Vector;
  /** Step at which it diverged, 0 while it has not. */
  readonly diverged: Vector;
  /** Losses of the last tenth and of the tenth before it, summed. */
  readonly settled: Vector;
  readonly before: Vector;
}

export function* work(job: Job<typeof controls>, unit: number, rng: Rng): Generator<Part | undefined, void> {
  const { configuration, problem: asked, data } = job;
  const { steps, seeds: all, stepsPerEpoch, batchSize }: Controls = job.controls;
  const problem = findProblem(asked.name)!;
  const exact = problem.loss === "exact";
  const make = problem.prepare(asked.values ?? {}, data);
  const plan = { configuration, make, run: { steps, stepsPerEpoch, batchSize } };
  const each = seedsPerUnit(all);
  const first = unit * each;
  const size = Math.min(each, all - first);
  const seeds = seedsOf(plan, rng, first, size, exact);
  const objectives = Array.from({ length: size }, (_, k) => seeds.replicate(k).objective);
  const [{ dimension, watched, minimum: floor = 0 }] = objectives;
  const runs: Runs = {
    loss: Float64Array.from(objectives, (objective) => (exact ? objective.loss(objective.start) - floor : NaN)),
    limit: zeros(size),
    ...{ sum: zeros(size), summed: zeros(size), diverged: zeros(size), settled: zeros(size), before: zeros(size) },
  };
  const { diverged } = runs;
  runs.limit.set(runs.loss.map(limitFrom));
  const groups = resolveGroups(configuration, dimension, plan.run);
  const followed = groups.some((group) => group.rates.observe !== undefined)
    ? rateLines(configuration, job.controls, "outline").filter(({ followsLoss }) => followsLoss)
    : [];
  const reader = measured(configuration, objectives[0], groups, plan.run, size);
  const points = recordedSteps(steps);
  const window = settlingWindow(steps);
  // A part holds ten points; where a single step is costly, one, so that the first curve is not long in coming.
  const costly = !exact && dimension * batchSize > 20_000;
  const perPart = costly ? 1 : 10;
  const longest = seeds.kind === "together" ? seeds.cohort.longest : 1;
  /** After each step of a stretch: by seed, then step. */
  const losses = seeds.kind === "together" ? seeds.cohort.losses : zeros(size);
  const looking = lookedAt(first, size);
  const rates = zeros(dimension);
  const picked = zeros(Math.min(dimension, sampled));
  const fresh = partsOf(points.length, perPart, {
    seeds: size,
    looking,
    watched: watched.length,
    followed: followed.length,
    single: all === 1 && exact,
  });
  let part = fresh(0);

  /** Where only losses are looked at, they can be read off afterwards; everything else is there at its step alone. */
  const passing = seeds.kind === "together" && looking === 0 && followed.length === 0;
  for (let t = 0, point = 0; ;) {
    if (t === points[point]) {
      record(point - part.from);
      point++;
      if (t === steps) break;
      if (point - part.from === part.count) {
        part.columns.diverged.set(diverged);
        yield part;
        part = fresh(point);
      }
    }
    const looks = reader.next(t);
    const now = Math.min(passing ? points[part.from + part.count - 1] - t : points[point] - t, looks - t, longest);
    // Before the step: after it, a schedule that follows the loss may have gone on already.
    if (t + now === points[point])
      followed.forEach((line, j) => recordRates(point - part.from, line.group, j, t + now));
    if (seeds.kind === "together") seeds.cohort.advance(now, true);
    else
      for (let k = 0; k < size; k++) {
        if (diverged[k] === 0) losses[k] = seeds.step(k);
        if (costly) yield undefined;
      }
    note(t, now, point - part.from);
    for (; points[point] < t + now; point++) recordPassing(point - part.from, t, points[point]);
    t += now;
    for (let k = 0; t === looks && k < size; k++) if (diverged[k] === 0) reader.after(k, t, seeds.replicate(k));
    yield undefined;
  }

  for (let k = 0; k < size; k++) {
    if (diverged[k] === 0 && !seeds.replicate(k).theta.every(Number.isFinite)) diverged[k] = steps;
    if (diverged[k] > 0) part.columns.loss[(part.count - 1) * size + k] = Infinity;
  }
  part.columns.diverged.set(diverged);
  const law =
    unit === 0 && reader.linear && followed.length === 0
      ? yield* settledLaw(objectives[0], groups, { steps, window, batchSize })
      : undefined;
  const startSquare = zeros(dimension);
  for (const { start } of objectives) for (let i = 0; i < dimension; i++) startSquare[i] += start[i] ** 2;
  const end: End = {
    settled: runs.settled.map((sum) => sum / window),
    before: runs.before.map((sum) => sum / window),
    reading: reader.reading,
    startSquare,
    ...(law && { law }),
  };
  // Written out: of a copy by spreading, the engine makes a new shape now and then, and all that reads parts is compiled anew.
  yield { from: part.from, count: part.count, columns: part.columns, end };

  /** The losses after the steps t + 1 … t + now, in `losses`; a seed that leaves for infinity is left alone. */
  function note(t: number, now: number, row: number): void {
    const { limit, loss, sum, summed, settled, before } = runs;
    const last = steps - window - t;
    const lastButOne = last - window;
    for (let k = 0; k < size; k++) {
      if (diverged[k] > 0) continue;
      const own = k * longest;
      if (!exact && t === 0) limit[k] = limitFrom(losses[own] - floor);
      const within = stepsWithin(losses, own, own + now, floor, limit[k]);
      const to = Math.min(within + 1, now); // the step by which it has left is its last
      if (within < now) diverged[k] = t + to;
      loss[k] = losses[own + to - 1] - floor;
      if (!exact) {
        sum[k] = plus(sum[k], losses, own, own + to, floor);
        summed[k] += to;
      }
      settled[k] = plus(settled[k], losses, own + Math.max(0, last), own + to, floor);
      before[k] = plus(before[k], losses, own + Math.max(0, lastButOne), own + Math.min(to, last), floor);
      if (part.columns.extremes.length === 0) continue;
      const extremes = part.columns.extremes.subarray(4 * row, 4 * row + 4);
      for (let j = 0; j < to; j++) widen(extremes, t + j + 1, losses[own + j] - floor);
    }
  }
  /** A step that was passed since t, of which only the loss is asked. */
  function recordPassing(row: number, t: number, at: number): void {
    const { loss } = part.columns;
    for (let k = 0, own = at - t - 1; k < size; k++, own += longest) {
      const gone = diverged[k] > 0 && diverged[k] <= at;
      loss[row * size + k] = gone ? Infinity : losses[own] - floor;
    }
  }
  function recordRates(row: number, group: number, line: number, t: number): void {
    for (let k = 0; k < size; k++)
      part.columns.rates[(row * size + k) * followed.length + line] = seeds.rate(group, t, k);
  }
  function record(row: number): void {
    const { loss } = part.columns;
    const own = row * size;
    if (exact) loss.set(runs.loss, own);
    else
      for (let k = 0; k < size; k++) loss[own + k] = runs.summed[k] === 0 ? runs.loss[k] : runs.sum[k] / runs.summed[k];
    for (let k = 0; k < size; k++) if (diverged[k] > 0) loss[own + k] = Infinity;
    runs.sum.fill(0);
    runs.summed.fill(0);
    if (part.from > 0 || row > 0) for (let k = 0; k < looking; k++) look(k, row);
  }
  /** At the effective rates of one seed. */
  function look(k: number, row: number): void {
    seeds.replicate(k).effectiveLearningRate(rates);
    const place = row * looking + k;
    for (let j = 0; j < watched.length; j++) part.columns.watched[place * watched.length + j] = rates[watched[j].index];
    const n = picked.length;
    for (let j = 0; j < n; j++) {
      const rate = rates[n === dimension ? j : Math.floor(((j + 0.5) * dimension) / n)];
      picked[j] = Number.isNaN(rate) ? Infinity : rate;
    }
    part.columns.low[place] = select(picked, Math.floor(0.1 * (n - 1)));
    part.columns.high[place] = select(picked, Math.ceil(0.9 * (n - 1)));
  }
}
const limitFrom = (loss: number): number => beyond * (Math.abs(loss) + 1);

/** How many of losses[from] … losses[to − 1] stay below the limit until the first that does not. */
function stepsWithin(losses: Vector, from: number, to: number, floor: number, limit: number): number {
  for (let j = from; j < to; j++) {
    const it = losses[j] - floor;
    if (!(it <= limit && it > -Infinity)) return j - from;
  }
  return to - from;
}
/** `sum`, and one after the other each of losses[from] … losses[to − 1] above the floor. */
function plus(sum: number, losses: Vector, from: number, to: number, floor: number): number {
  for (let j = from; j < to; j++) sum += losses[j] - floor;
  return sum;
}

/** Takes step t into [step of the lowest loss, the lowest, step of the highest, the highest]. */
function widen(extremes: Vector, t: number, loss: number): void {
  if (!(loss >= extremes[1])) {
    extremes[0] = t;
    extremes[1] = loss;
  }
  if (!(loss <= extremes[3])) {
    extremes[2] = t;
    extremes[3] = loss;
  }
}

interface Widths {
  readonly seeds: number;
  readonly looking: number;
  readonly watched: number;
  readonly followed: number;
  readonly single: boolean;
}
/**
 * The part that begins with a record point, of `most` of all points at most. Parts of that many share their arrays, since each is handed
 * over before the next is asked for; what is never written, as rates at step 0, is NaN.
 */
function partsOf(points: number, most: number, { seeds, looking, watched, followed, single }: Widths) {
  const columns = (rows: number): Columns => {
    const empty = (width: number) => zeros(rows * width).fill(NaN);
    return {
      loss: empty(seeds),
      extremes: empty(single ? 4 : 0),
      watched: empty(looking * watched),
      low: empty(looking),
      high: empty(looking),
      rates: empty(seeds * followed),
      diverged: zeros(seeds),
    };
  };
  const whole = columns(most);
  return (from: number): Part => {
    const count = Math.min(most, points - from);
    whole.extremes.fill(NaN);
    return { from, count, columns: count === most ? whole : columns(count), end: undefined };
  };
}
