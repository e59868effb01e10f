import { findProblem } from "../../problems/index.ts";
import { rng as streams, type Rng } from "../../rng.ts";
import { zeros, type Vector } from "../../vector.ts";
import { chainLosses, exactLosses, simulated, timesOf } from "./chains.ts";
import { startsOf, type Controls } from "./controls.ts";
import { exactModel } from "./exact.ts";
import { blocksOf, modelUnit, replicasOf } from "./model.ts";
import { bestOf, methods, type Best, type Method, type Model } from "./quadratic.ts";
import { momentsAt, momentsUnit, type Moments } from "./rows.ts";
import { baseOf, momentumOf, runsOf, sizesOf, type BatchJob } from "./setting.ts";

export interface SumsPart {
  readonly kind: "model" | "moments" | "exact";
  readonly sums: Vector;
}
export interface StepsPart extends Best {
  readonly kind: "steps";
  /** Expected losses near the target, and the chains' by group; empty where none were run. */
  readonly losses: Vector;
  readonly sums: Vector;
}
export type Part = SumsPart | StepsPart;

/** Batch sizes whose steps to target are counted, and without noise at last. */
export const targetSizes = ({ largest }: Controls): number[] => [
  ...Array.from({ length: largest + 1 }, (_, k) => 2 ** k),
  Infinity,
];
/** Runs of the model: block by block of each batch size; moments; what SGD does exactly; steps, method by method. */
export function planOf({ configuration, controls }: Pick<BatchJob, "configuration" | "controls">) {
  const sizes = sizesOf(controls);
  const blocks = blocksOf(controls.replicas);
  const base = baseOf(configuration);
  const moments = sizes.length * blocks;
  const exact = moments + sizes.length;
  const steps = exact + (base.adaptive ? 0 : sizes.length);
  const targets = targetSizes(controls);
  return {
    base,
    sizes,
    blocks,
    targets,
    first: { moments, exact, steps },
    units: steps + methods.length * targets.length,
  };
}
export function modelOf({ configuration, controls }: Pick<BatchJob, "configuration" | "controls">): Model {
  const { dimension, target, exponent } = controls;
  return { dimension, target, exponent, momentum: momentumOf(configuration) };
}

const known = new WeakMap<Controls, Moments>();
/** The data's gradients at w: worked out once a thread. */
export function momentsOf({ problem: { name, values }, data, controls, lists }: BatchJob): Moments {
  const before = known.get(controls);
  if (before) return before;
  const objective = findProblem(name)!.prepare({ ridge: 0, ...values }, data)(streams(1));
  const w = zeros(objective.dimension);
  (lists?.["w"] ?? [controls.w1, controls.w2, controls.w3]).forEach((x, i) => {
    if (i < w.length) w[i] = x;
  });
  const made = momentsAt(objective.examples!, w);
  known.set(controls, made);
  return made;
}

export function* work(job: BatchJob, unit: number, rng: Rng): Generator<Part | undefined, void> {
  const { controls } = job;
  const { base, sizes, blocks, targets, first } = planOf(job);
  if (unit < first.moments) {
    const B = sizes[Math.floor(unit / blocks)];
    const block = unit % blocks;
    const own = rng.split("batch", B).split("block", block);
    yield* named(
      "model",
      modelUnit(
        controls,
        startsOf(controls, job.lists),
        runsOf(base, controls, B),
        B,
        replicasOf(controls.replicas, block),
        own,
      ),
    );
  } else if (unit < first.exact) {
    const B = sizes[unit - first.moments];
    yield* named("moments", momentsUnit(momentsOf(job), B, controls.draws, rng.split("draws", B)));
  } else if (unit < first.steps) {
    const B = sizes[unit - first.exact];
    yield* named("exact", exactModel(controls, startsOf(controls, job.lists), runsOf(base, controls, B), B));
  } else {
    const index = unit - first.steps;
    const method = Math.floor(index / targets.length) as Method;
    const B = targets[index % targets.length];
    const model = modelOf(job);
    const best = yield* bestOf(model, method, B);
    let [losses, sums] = [zeros(0), zeros(0)];
    if (simulated(B, best.steps)) {
      const times = timesOf(best.steps);
      losses = yield* exactLosses(model, method, B, best, times);
      const own = rng.split("target", method).split("batch", B);
      sums = yield* chainLosses(model, method, B, best, { times, chains: controls.chains }, own);
    }
    yield { kind: "steps", ...best, losses, sums };
  }
}
function* named(kind: SumsPart["kind"], it: Generator<Vector | undefined>): Generator<SumsPart | undefined, void> {
  for (const sums of it) yield sums && { kind, sums };
}
