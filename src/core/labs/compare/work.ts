import { differences, type Differences } from "../../compare/differences.ts";
import { findProblem } from "../../problems/index.ts";
import type { Objective } from "../../problems/problem.ts";
import { replicate, type Plan } from "../../replicate.ts";
import type { Rng } from "../../rng.ts";
import type { Trainer } from "../../train.ts";
import { zeros, type Vector } from "../../vector.ts";
import { recordedSteps } from "../recordedSteps.ts";
import { workloadOf, type CompareJob, type Unit } from "./sides.ts";

/** Losses of some seeds of one side between record points, or what the steps of one comparison are. */
export type Part = LossPart | DifferencePart;
export interface LossPart {
  readonly kind: "loss";
  /** Index of the first record point in it, and how many there are. */
  readonly from: number;
  readonly count: number;
  /** By record point, then seed: above its minimum where that is known; +∞ once diverged; NaN where unknown. */
  readonly loss: Vector;
  /** By seed, with the last part: the mean loss of the last tenth. */
  readonly settled?: Vector;
}
export interface DifferencePart {
  readonly kind: "difference";
  readonly found: Differences;
}
/** A seed has diverged where its loss is no number or a million times what it was at the start. */
const beyond = 1e6;
/** Record points of one part. */
const perPart = 10;

export function* work(job: CompareJob, unit: number, rng: Rng): Generator<Part | undefined, void> {
  const it = workloadOf(job).units[unit];
  if (it.kind === "loss") {
    yield* losses(job, it, rng);
    return;
  }
  const found = yield* differences(planOf(job), planOf(job, it.configuration), rng, 0);
  yield { kind: "difference", found };
}
function planOf({ problem, data, controls, configuration: own }: CompareJob, configuration = own): Plan {
  const { steps, stepsPerEpoch, batchSize } = controls;
  const make = findProblem(problem.name)!.prepare(problem.values ?? {}, data);
  return { configuration, make, run: { steps, stepsPerEpoch, batchSize } };
}

/** One seed on its way. */
interface Run {
  readonly objective: Objective;
  readonly trainer: Trainer;
  readonly floor: number;
  loss: number;
  limit: number;
  /** Of mini-batch losses since the last record point. */
  sum: number;
  summed: number;
  settled: number;
}

/** Every side sees the same problems and the same draws, seed by seed. */
function* losses(
  job: CompareJob,
  { side, first, seeds }: Unit & { readonly kind: "loss" },
  rng: Rng,
): Generator<LossPart | undefined, void> {
  const { steps, batchSize } = job.controls;
  const exact = findProblem(job.problem.name)!.loss === "exact";
  const plan = planOf(job, workloadOf(job).sides[side].configuration);
  const runs = Array.from({ length: seeds }, (_, k): Run => {
    const { objective, trainer } = replicate(plan, rng, first + k);
    const floor = objective.minimum ?? 0;
    const loss = exact ? objective.loss(objective.start) - floor : NaN;
    return { objective, trainer, floor, loss, limit: beyond * (Math.abs(loss) + 1), sum: 0, summed: 0, settled: 0 };
  });
  const points = recordedSteps(steps);
  const window = Math.max(1, Math.round(steps / 10));
  const costly = runs[0].objective.dimension * batchSize > 20_000;
  const blank = (from: number) => {
    const count = Math.min(perPart, points.length - from);
    return { kind: "loss" as const, from, count, loss: zeros(count * seeds) };
  };
  let part = blank(0);
  for (let t = 0, point = 0; t <= steps; t++) {
    for (let k = 0; t > 0 && k < seeds; k++) {
      advance(runs[k], exact);
      if (t > steps - window) runs[k].settled += runs[k].loss / window;
      if (costly) yield undefined;
    }
    if (t === points[point]) {
      for (let k = 0; k < seeds; k++) part.loss[(point - part.from) * seeds + k] = reading(runs[k], exact);
      point++;
      if (point - part.from === part.count && t < steps) {
        yield part;
        part = blank(point);
      }
    } else yield undefined;
  }
  yield { ...part, settled: Float64Array.from(runs, ({ settled }) => settled) };
}
function advance(run: Run, exact: boolean): void {
  if (run.loss === Infinity) return;
  const { trainer, objective, floor } = run;
  if (exact) {
    trainer.step();
    run.loss = objective.loss(trainer.evaluated()) - floor;
  } else {
    run.loss = trainer.step(true) - floor;
    if (trainer.t === 1) run.limit = beyond * (Math.abs(run.loss) + 1);
    run.sum += run.loss;
    run.summed++;
  }
  if (!(run.loss <= run.limit && run.loss > -Infinity) || trainer.diverged) run.loss = Infinity;
}
function reading(run: Run, exact: boolean): number {
  const value = exact || run.summed === 0 || run.loss === Infinity ? run.loss : run.sum / run.summed;
  run.sum = run.summed = 0;
  return value;
}
