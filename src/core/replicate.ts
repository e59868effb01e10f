import type { Configuration } from "../protocol/index.ts";
import type { Objective } from "./problems/problem.ts";
import type { Rng } from "./rng.ts";
import { Trainer, type RunLength } from "./train.ts";

/** What every replicate of a run has in common. */
export interface Plan {
  readonly configuration: Configuration;
  readonly make: (rng: Rng) => Objective;
  readonly run: RunLength & { readonly batchSize: number };
}

/**
 * The streams of replicate number `index` of a run whose root stream is `root`: one for its problem, one for its draws, so
 * that it is the same whoever runs it, and whichever others run.
 */
export function replicateStreams(root: Rng, index: number): { readonly problem: Rng; readonly draws: Rng } {
  const own = root.split("seed", index);
  return { problem: own.split("problem"), draws: own.split("draws") };
}
/** Replicate number `index`, ready to run. */
export function replicate({ configuration, make, run }: Plan, root: Rng, index: number) {
  const { problem, draws } = replicateStreams(root, index);
  const objective = make(problem);
  return { objective, trainer: new Trainer(configuration, objective, draws, run) };
}
