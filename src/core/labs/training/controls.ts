import type { Configuration, Values } from "../../../protocol/index.ts";
import type { Problem } from "../../problems/problem.ts";
import { longestRun, runControls, suggestedRun, wrongWholeNumber } from "../runLength.ts";

/** Knobs of the simulation. */
export const controls = {
  steps: { ...runControls.steps, meaning: "Updates of the run, in every seed." },
  seeds: {
    symbol: "n",
    label: "Seeds",
    meaning: "Independent runs; bands and standard errors are over them.",
    default: 64,
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

/** Updates of all seeds together that are suggested at most: about a second's worth. */
const affordable = 64 * 4000;

/** A run as long as the code's own, of as many seeds as take about a second. */
export function suggest(
  configuration: Configuration,
  suggested: NonNullable<Problem["suggested"]> = {},
): Partial<Controls> {
  const { batchSize } = configuration;
  const run = suggestedRun(configuration, suggested.steps);
  const seeds = suggested.seeds ?? controls.seeds.default;
  const examples = (suggested.examples ?? Infinity) / Math.max(1, batchSize ?? controls.batchSize.default);
  const fewer = Math.max(4, Math.floor(Math.min(affordable, examples) / run.steps / 4) * 4);
  return {
    ...run,
    ...(suggested.seeds !== undefined || fewer < seeds ? { seeds: Math.min(seeds, fewer) } : {}),
    ...(batchSize !== undefined && batchSize >= 1 ? { batchSize: Math.round(batchSize) } : {}),
  };
}

const most = { ...longestRun, seeds: 10_000, batchSize: 1_000_000 };
/** A sentence where a control cannot be run with. */
export const wrongControl = (values: Controls): string | undefined => wrongWholeNumber(controls, values, most);
