import { spell, type Configuration } from "../../../protocol/index.ts";
import { mixes, type Setting } from "./setting.ts";

/** L″ at the bottom of the right well, or what takes its place where that is flat. */
export const steepness = ({ relief, landscape, curvature }: Setting): number => {
  const bottom = landscape.curvature(relief.minima[relief.minima.length - 1]);
  return bottom > 1e-6 ? bottom : curvature;
};

/** Where theory holds, and what is broken by the configuration itself. */
export function validity(configuration: Configuration, it: Setting) {
  const eta = it.values["learningRate"] * (1 - (it.plain && it.values["momentum"] !== 0 ? it.values["dampening"] : 0));
  const slowness = (it.plain ? eta : it.rate) * steepness(it);
  const text = it.spread
    ? `Itô's law is the limit for η L″ ≪ 1 (here ${spell(slowness, 1)}); Gibbs would need noise of constant variance.`
    : `Holds for η L″ ≪ 1 (here ${spell(slowness, 1)}) and noise of constant variance.`;
  const broken = !it.plain
    ? configuration.clip
      ? "not here: gradients are clipped"
      : `not here: ${configuration.optimizer} gives θ a rate that answers to its own gradients`
    : slowness > 0.3
      ? `not here: η L″ is ${spell(slowness, 2)}`
      : undefined;
  return { slowness, text, ...(broken !== undefined && { broken }) };
}

/** Whether the run was long beside the time it takes to change wells, so that their shares are a measurement. */
export function mixed({ samples }: { readonly samples: number }, it: Setting): boolean {
  return it.relief.saddle === undefined || (mixes(it) && it.burnIn + (samples - 1) * it.gap >= it.mixing);
}

/** What of a run keeps every prediction from holding. The shares of the wells are another matter: see `mixed`. */
export function brokenByRun(it: Setting, lost: boolean): string | undefined {
  if (lost) return "not here: chains have left for infinity";
  return settled(it) ? undefined : "not here: chains have not settled in their wells";
}
/** Whether chains are looked at only after they have forgotten where in their well they began. */
export const settled = ({ burnIn, relaxation }: Setting): boolean => burnIn >= 3 * relaxation;
export const unmixed = "not here: chains have not mixed between the wells";
