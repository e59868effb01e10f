import { mean, standardError } from "../../statistics.ts";
import type { Gathered } from "./gathering.ts";

/** Where the loss of the seeds settles: its mean over the last tenth of the steps, and whether it was still on its way. */
export interface Settlement {
  readonly mean: number;
  /** NaN for one seed. */
  readonly standardError: number;
  /** Lower than over the tenth before by more than 2 standard errors and 3 %. */
  readonly falling: boolean;
}
/** Undefined before the end, and where a seed diverged. */
export function settlement({ ends, diverged }: Gathered): Settlement | undefined {
  if (ends.length === 0 || diverged.some((t) => t > 0)) return undefined;
  const settled = ends.flatMap((end) => [...end.settled]);
  const fall = ends.flatMap((end) => [...end.before].map((before, k) => before - end.settled[k]));
  const m = mean(settled);
  const se = standardError(fall);
  const falling = mean(fall) > 0.03 * Math.abs(m) && !(mean(fall) <= 2 * se);
  return { mean: m, standardError: standardError(settled), falling };
}
