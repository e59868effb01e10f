import type { Hyperparameters } from "../../protocol/index.ts";

/** What the schedules of transformers share: a rise from 0 before their own course, and where that course ends. */
export const warmUp = {
  warmup: {
    symbol: "T_w",
    label: "warm-up",
    meaning: "Counts in which the rate rises from 0 to its peak (num_warmup_steps).",
    default: 0,
    range: [0, 10_000],
    scale: "integer",
  },
  warmupFraction: {
    symbol: "w",
    label: "warm-up share",
    meaning: "Warm-up as a share of the length (warmup_ratio); used where the warm-up itself is 0.",
    default: 0,
    range: [0, 0.5],
    scale: "linear",
  },
} as const satisfies Hyperparameters;

export const trainingLength = {
  length: {
    symbol: "T",
    label: "length",
    meaning: "Counts of the whole run, warm-up included (num_training_steps); 0 is the length of the run.",
    default: 0,
    range: [0, 100_000],
    scale: "integer",
  },
} as const satisfies Hyperparameters;

/** Counts of the warm-up; a share is rounded up, as transformers' trainer does. */
export const warmUpCounts = (
  given: { readonly warmup: number; readonly warmupFraction: number },
  length: number,
): number => (given.warmup > 0 ? given.warmup : Math.ceil(given.warmupFraction * length));
