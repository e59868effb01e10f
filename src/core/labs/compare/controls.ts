import type { Configuration, Values } from "../../../protocol/index.ts";
import type { Problem } from "../../problems/problem.ts";
import { longestRun, runControls, suggestedRun, wrongWholeNumber } from "../runLength.ts";

/** Knobs of the comparison. */
export const controls = {
  steps: { ...runControls.steps, meaning: "Updates of the run, in every seed and every configuration." },
  seeds: {
    symbol: "n",
    label: "Seeds",
    meaning: "Independent runs of each configuration, the same draws for all; bands are over them.",
    default: 16,
    range: [1, 256],
    scale: "integer",
  },
  stepsPerEpoch: runControls.stepsPerEpoch,
  batchSize: {
    symbol: "B",
    label: "Batch size",
    meaning: "Examples averaged in one update.",
    default: 32,
    range: [1, 4096],
    scale: "integer",
  },
} as const;
export type Controls = Values<typeof controls>;

/** Updates of all seeds of one configuration that are suggested at most. */
const affordable = 16 * 4000;

/** A run as long as the code's own, of fewer seeds where it is long. */
export function suggest(
  configuration: Configuration,
  suggested: NonNullable<Problem["suggested"]> = {},
): Partial<Controls> {
  const { batchSize } = configuration;
  const run = suggestedRun(configuration, suggested.steps);
  const examples = (suggested.examples ?? Infinity) / 4 / Math.max(1, batchSize ?? controls.batchSize.default);
  const fewer = Math.max(4, Math.floor(Math.min(affordable, examples) / run.steps / 4) * 4);
  return {
    ...run,
    seeds: Math.min(controls.seeds.default, fewer),
    ...(batchSize !== undefined && batchSize >= 1 ? { batchSize: Math.round(batchSize) } : {}),
  };
}
const most = { ...longestRun, seeds: 10_000, batchSize: 1_000_000 };
/** A sentence where a control cannot be run with. */
export const wrongControl = (values: Controls): string | undefined => wrongWholeNumber(controls, values, most);
