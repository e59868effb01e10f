import type { Job } from "../lab.ts";
import { findProblem } from "../../problems/index.ts";
import type { Objective } from "../../problems/problem.ts";
import { replicate } from "../../replicate.ts";
import type { Rng } from "../../rng.ts";
import { select } from "../../statistics.ts";
import { resolveGroups, type Trainer } from "../../train.ts";
import { zeros, type Vector } from "../../vector.ts";
import type { controls, Controls } from "./controls.ts";
import { rateLines } from "../rates.ts";
import { measured, type Reading } from "./measured.ts";
import { recordedSteps } from "../recordedSteps.ts";
import { settledLaw, type SettledLaw } from "./settled.ts";

/** Seeds of one unit of work: enough to share what is prepared once, few enough to spread. */
export const seedsPerUnit = 4;
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
  /** Loss above its minimum where that is known; +∞ once diverged; NaN at step 0 where only mini-batch losses are known. */
  readonly loss: Vector;
  /** Effective rate of each watched coordinate (by record point, seed, coordinate); NaN at step 0. */
  readonly watched: Vector;
  /** 10 % and 90 % of the effective rates of all coordinates. */
  readonly low: Vector;
  readonly high: Vector;
  /** Learning rate in force, of each line that follows the loss (by record point, seed, line); NaN at step 0. */
  readonly rates: Vector;
  /** By seed: the step at which it diverged, 0 while it has not. */
  readonly diverged: Vector;
  /** With the unit's last part. */
  readonly end?: End;
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

/** One seed on its way. */
interface Run {
  readonly objective: Objective;
  readonly trainer: Trainer;
  readonly floor: number;
  limit: number;
  loss: number;
  /** Of mini-batch losses since the last record point. */
  sum: number;
  summed: number;
  diverged: number;
  settled: number;
  before: number;
}

export function* work(job: Job<typeof controls>, unit: number, rng: Rng): Generator<Part | undefined, void> {
  const { configuration, problem: asked, data } = job;
  const { steps, seeds, stepsPerEpoch, batchSize }: Controls = job.controls;
  const problem = findProblem(asked.name)!;
  const exact = problem.loss === "exact";
  const make = problem.prepare(asked.values ?? {}, data);
  const plan = { configuration, make, run: { steps, stepsPerEpoch, batchSize } };
  const first = unit * seedsPerUnit;
  const runs = Array.from({ length: Math.min(seedsPerUnit, seeds - first) }, (_, k): Run => {
    const { objective, trainer } = replicate(plan, rng, first + k);
    const floor = objective.minimum ?? 0;
    const loss = exact ? objective.loss(objective.start) - floor : NaN;
    return {
      objective,
      trainer,
      floor,
      loss,
      limit: exact ? beyond * (Math.abs(loss) + 1) : NaN,
      sum: 0,
      summed: 0,
      diverged: 0,
      settled: 0,
      before: 0,
    };
  });
  const { dimension, watched } = runs[0].objective;
  const followed = rateLines(configuration, job.controls).filter(({ followsLoss }) => followsLoss);
  const groups = resolveGroups(configuration, dimension, plan.run);
  const reader = measured(configuration, runs[0].objective, groups, plan.run, runs.length);
  const points = recordedSteps(steps);
  const window = settlingWindow(steps);
  // A part holds ten points; where a single step is costly, one, so that the first curve is not long in coming.
  const costly = !exact && dimension * batchSize > 20_000;
  const perPart = costly ? 1 : 10;
  const rates = zeros(dimension);
  const picked = zeros(Math.min(dimension, sampled));
  const fresh = (at: number) =>
    blank(at, Math.min(perPart, points.length - at), runs.length, watched.length, followed.length);
  let part = fresh(0);

  for (let t = 0, point = 0; t <= steps; t++) {
    if (t > 0 && t === points[point]) followed.forEach((line, j) => recordRates(part, point, line.group, j, t));
    for (let k = 0; t > 0 && k < runs.length; k++) {
      advance(runs[k], t, exact, steps, window);
      if (runs[k].diverged === 0) reader.after(k, t, runs[k].trainer);
      if (costly) yield undefined;
    }
    if (t !== points[point]) {
      yield undefined;
      continue;
    }
    const row = (point - part.from) * runs.length;
    for (let k = 0; k < runs.length; k++) record(part, row + k, runs[k], k);
    point++;
    if (point - part.from < part.count) {
      yield undefined;
      continue;
    }
    if (t < steps) yield part;
    if (t < steps) part = fresh(point);
  }

  const law =
    unit === 0 && reader.linear && followed.length === 0
      ? yield* settledLaw(runs[0].objective, groups, { steps, window, batchSize })
      : undefined;
  const startSquare = zeros(dimension);
  for (const { objective } of runs) for (let i = 0; i < dimension; i++) startSquare[i] += objective.start[i] ** 2;
  const end: End = {
    settled: Float64Array.from(runs, (run) => run.settled / window),
    before: Float64Array.from(runs, (run) => run.before / window),
    reading: reader.reading,
    startSquare,
    ...(law && { law }),
  };
  yield { ...part, end };

  /** Before the step: after it, a schedule that follows the loss may have gone on already. */
  function recordRates(into: Part, at: number, group: number, line: number, t: number): void {
    const row = (at - into.from) * runs.length;
    runs.forEach(({ trainer }, k) => {
      into.rates[(row + k) * followed.length + line] = trainer.values(group, t)["learningRate"];
    });
  }
  function record(into: Part, at: number, run: Run, k: number): void {
    into.loss[at] = run.diverged > 0 ? Infinity : exact || run.summed === 0 ? run.loss : run.sum / run.summed;
    run.sum = run.summed = 0;
    into.diverged[k] = run.diverged;
    if (run.trainer.t === 0) return;
    run.trainer.effectiveLearningRate(rates);
    for (let j = 0; j < watched.length; j++) into.watched[at * watched.length + j] = rates[watched[j].index];
    const n = picked.length;
    for (let j = 0; j < n; j++) {
      const rate = rates[Math.floor(((j + 0.5) * dimension) / n)];
      picked[j] = Number.isNaN(rate) ? Infinity : rate;
    }
    into.low[at] = select(picked, Math.floor(0.1 * (n - 1)));
    into.high[at] = select(picked, Math.ceil(0.9 * (n - 1)));
  }
}

/** Step t of one seed, its loss, and whether it has left for infinity. */
function advance(run: Run, t: number, exact: boolean, steps: number, window: number): void {
  if (run.diverged > 0) return;
  const { trainer, objective, floor } = run;
  if (exact) {
    trainer.step();
    run.loss = objective.loss(trainer.evaluated()) - floor;
  } else {
    run.loss = trainer.step(true) - floor;
    if (t === 1) run.limit = beyond * (Math.abs(run.loss) + 1);
    run.sum += run.loss;
    run.summed++;
  }
  if (!(run.loss <= run.limit && run.loss > -Infinity) || (t === steps && trainer.diverged)) run.diverged = t;
  if (t > steps - window) run.settled += run.loss;
  else if (t > steps - 2 * window) run.before += run.loss;
}

function blank(from: number, count: number, seeds: number, watched: number, followed: number): Part {
  const empty = (n: number) => zeros(n).fill(NaN);
  return {
    from,
    count,
    loss: empty(count * seeds),
    watched: empty(count * seeds * watched),
    low: empty(count * seeds),
    high: empty(count * seeds),
    rates: empty(count * seeds * followed),
    diverged: zeros(seeds),
  };
}
