import type { Configuration, Hyperparameters, Values } from "../../protocol/index.ts";
import { scheduleLength } from "../scheduleLength.ts";

/** Knobs of every lab that follows a run from its first step to its last. */
export const runControls = {
  steps: {
    symbol: "T",
    label: "Steps",
    meaning: "Updates of the run.",
    default: 2000,
    range: [10, 20_000],
    scale: "integer",
  },
  stepsPerEpoch: {
    symbol: "T/epoch",
    label: "Steps per epoch",
    meaning: "Updates that make one epoch of the code, for schedules and runs counted in epochs.",
    default: 100,
    range: [1, 10_000],
    scale: "integer",
  },
} as const satisfies Hyperparameters;
export type RunControls = Values<typeof runControls>;

/** Longest run that is suggested: where epochs are counted, and where updates are. */
const longest = { epochs: 20_000, steps: 100_000 };

/**
 * A run as long as the code's own. Where it says updates, those; where it says epochs, as many epochs, with steps per
 * epoch lowered until the run is affordable and raised until a warm-up counted in updates has a quarter of it; where it says
 * neither, `standard` updates.
 */
export function suggestedRun(
  configuration: Configuration,
  standard: number = runControls.steps.default,
): Partial<RunControls> & Pick<RunControls, "steps"> {
  const length = scheduleLength(configuration);
  const { steps: written, epochs, stepsPerEpoch: told } = configuration;
  if (told !== undefined && told >= 1) {
    const whole = written ?? (epochs !== undefined ? epochs * told : (length.step ?? (length.epoch ?? 0) * told));
    const steps = Math.ceil(whole >= 1 ? whole : Math.max(standard, length.least.step, length.least.epoch * told));
    return { steps: Math.min(steps, longest.steps), stepsPerEpoch: Math.round(told) };
  }
  const total = written ?? length.step;
  const periods = epochs ?? length.epoch ?? (length.least.epoch >= 1 ? length.least.epoch : undefined);
  if (total !== undefined && total >= 1) {
    const steps = Math.min(Math.ceil(total), longest.steps);
    return periods === undefined ? { steps } : { steps, stepsPerEpoch: Math.max(1, Math.round(steps / periods)) };
  }
  if (periods !== undefined && periods >= 1) {
    const wished = Math.max(runControls.stepsPerEpoch.default, Math.ceil(length.least.step / periods));
    const stepsPerEpoch = Math.max(1, Math.min(wished, Math.floor(longest.epochs / periods)));
    return { steps: Math.max(1, Math.round(Math.min(periods, longest.epochs) * stepsPerEpoch)), stepsPerEpoch };
  }
  return { steps: Math.min(Math.ceil(Math.max(standard, length.least.step)), longest.steps) };
}

/** A sentence where a control cannot be run with: each that has limits must be a whole number within them, from 1 where only the most is given. */
export function wrongWholeNumber<Name extends string>(
  knobs: Readonly<Record<NoInfer<Name>, { readonly label: string }>>,
  values: Readonly<Record<NoInfer<Name>, number>>,
  limits: Readonly<Record<Name, number | readonly [least: number, most: number]>>,
): string | undefined {
  for (const name of Object.keys(limits) as Name[]) {
    const limit = limits[name];
    const [least, most] = typeof limit === "number" ? [1, limit] : limit;
    if (!Number.isInteger(values[name]) || values[name] < least || values[name] > most)
      return `${knobs[name].label} must be a whole number from ${least} to ${most.toLocaleString("en")}, not ${values[name]}.`;
  }
  return undefined;
}
/** Longest run, and most steps of an epoch, that are carried out. */
export const longestRun = { steps: 1_000_000, stepsPerEpoch: 10_000_000 } as const;
