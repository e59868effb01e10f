import type { Hyperparameters } from "../../protocol/index.ts";
import { counts, length, rate, share } from "./shared.ts";

export const source = (name: string) => `transformers.optimization.${name} (transformers 5)`;
/** Factor at a count of the warm-up. */
export const rising = (count: number, warmup: number): number => count / Math.max(1, warmup);

/** What the schedules of transformers share: a rise from 0 before their own course, and where that course ends. */
export const warmUp = {
  warmup: counts({
    symbol: "T_w",
    label: "warm-up",
    meaning: "Counts in which the rate rises from 0 to its peak (num_warmup_steps).",
    default: 0,
  }),
  warmupFraction: share({
    symbol: "w",
    label: "warm-up share",
    meaning: "Warm-up as a share of the length (warmup_ratio); used where the warm-up itself is 0.",
    default: 0,
    range: [0, 0.5],
  }),
} as const satisfies Hyperparameters;

export const trainingLength = {
  length: length({
    meaning: "Counts of the whole run, warm-up included (num_training_steps); 0 is the length of the run.",
  }),
} as const satisfies Hyperparameters;

/** What a lowest rate is divided by: transformers asks the optimizer, not the group. */
export const givenRate = {
  ...rate({
    symbol: "η_opt",
    label: "optimizer's rate",
    meaning: "The rate that the optimizer itself was given, where a group has its own; 0 is the group's.",
  }),
  arithmetic: true,
} as const;

/** Counts of the warm-up; a share is rounded up, as transformers' trainer does. */
export const warmUpCounts = (
  given: { readonly warmup: number; readonly warmupFraction: number },
  whole: number,
): number => (given.warmup > 0 ? given.warmup : Math.ceil(given.warmupFraction * whole));
