import { cohort, type Cohort, type Replicate } from "../../cohort.ts";
import { replicate, type Plan } from "../../replicate.ts";
import type { Rng } from "../../rng.ts";

/** The seeds of one unit: advanced together where a kernel serves, a step of each in turn otherwise. */
export type Seeds = Together | Each;
interface Common {
  readonly first: number;
  readonly size: number;
  readonly replicate: (k: number) => Replicate;
  /** Learning rate of a group in step t, in seed k. */
  readonly rate: (group: number, t: number, k: number) => number;
}
interface Together extends Common {
  readonly kind: "together";
  readonly cohort: Cohort;
}
interface Each extends Common {
  readonly kind: "each";
  /** One step of seed k; its loss after it where the exact one is asked for, of its mini-batch before it otherwise. */
  readonly step: (k: number) => number;
}

/** Seeds that share what is prepared once and are advanced together: sixteen units' worth, or more where there are many. */
export const seedsPerUnit = (seeds: number): number => Math.max(1, Math.min(32, Math.ceil(seeds / 16)));

/** Seeds whose effective rates are looked at: medians over more would cost more than the steps themselves. */
const looked = 16;
/** How many of the seeds from `first` on are among those. */
export const lookedAt = (first: number, size: number): number => Math.max(0, Math.min(size, looked - first));

export function seedsOf(plan: Plan, root: Rng, first: number, size: number, exact: boolean): Seeds {
  const together = exact ? cohort(plan, root, first, size) : undefined;
  if (together)
    return {
      kind: "together",
      first,
      size,
      cohort: together,
      replicate: (k) => together.replicate(k),
      rate: (group, t) => together.values(group, t)["learningRate"],
    };
  const runs = Array.from({ length: size }, (_, k) => replicate(plan, root, first + k));
  return {
    kind: "each",
    first,
    size,
    replicate: (k) => runs[k].trainer,
    rate: (group, t, k) => runs[k].trainer.values(group, t)["learningRate"],
    step(k) {
      const { trainer, objective } = runs[k];
      if (!exact) return trainer.step(true);
      trainer.step();
      return objective.loss(trainer.evaluated());
    },
  };
}
