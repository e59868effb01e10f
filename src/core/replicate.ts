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
 * Replicate number `index` of a run whose root stream is `root`. Its problem and its draws have streams of their own, so it
 * is the same whoever runs it, and whichever others run.
 */
export function replicate({ configuration, make, run }: Plan, root: Rng, index: number) {
  const own = root.split("seed", index);
  const objective = make(own.split("problem"));
  return { objective, trainer: new Trainer(configuration, objective, own.split("draws"), run) };
}
