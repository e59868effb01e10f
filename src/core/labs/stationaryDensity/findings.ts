import { spell, type Finding } from "../../../protocol/index.ts";
import type { Job } from "../lab.ts";
import { alphas, validity } from "./charts.ts";
import type { controls } from "./controls.ts";
import { exactMasses, gibbsMasses, measuredAlpha, perSample, predictedAlpha, type Counted } from "./estimate.ts";
import type { Setting } from "./setting.ts";
import { centre, samplingFloor, totalVariation } from "./theory.ts";
import { summed } from "./work.ts";

/** What the lab concludes, for its findings and its answer. */
export interface Conclusion {
  readonly alpha: { readonly alpha: number; readonly standardError: number };
  readonly next?: number;
  /** Mass right of the saddle; where there is one well, the variance of θ. */
  readonly share: { readonly mean: number; readonly standardError: number };
  readonly expectedShare?: number;
  readonly tv: number;
  readonly floor: number;
  /** What keeps the theory from holding in this run. */
  readonly broken?: string;
  /** Whether chains had the time to change wells. */
  readonly mixed: boolean;
}

export function conclude(job: Job<typeof controls>, it: Setting, counted: Counted, lost: number): Conclusion {
  const { shown } = alphas(job.controls);
  const law = gibbsMasses(it, shown.value);
  const inside = counted.total.reduce((a, b) => a + b, 0);
  const next = predictedAlpha(it, counted.samples);
  const two = it.well.saddle !== undefined;
  const expectedShare = two ? rightMass(it) : variance(it);
  const broken = validity(job.configuration, it).broken ?? brokenByRun(it, lost);
  const second = perSample(counted, summed.second);
  const first = perSample(counted, summed.first);
  return {
    alpha: measuredAlpha(it, counted),
    ...(next !== undefined && { next }),
    share: two
      ? perSample(counted, summed.right)
      : { mean: second.mean - first.mean ** 2, standardError: second.standardError },
    ...(expectedShare !== undefined && { expectedShare }),
    tv:
      inside > 0
        ? totalVariation(
            counted.total.map((n) => n / inside),
            law,
          )
        : NaN,
    floor: samplingFloor(law, Math.max(1, inside)),
    ...(broken !== undefined && { broken }),
    mixed: mixed(job.controls, it),
  };
}

/** Whether the run was long beside the time it takes to change wells. */
export function mixed({ samples }: { readonly samples: number }, it: Setting): boolean {
  return it.well.saddle === undefined || it.burnIn + (samples - 1) * it.gap >= it.mixing;
}
const tilted = ({ well }: Setting): boolean => well.saddle !== undefined && well.coefficients[1] !== 0;

/** What of a run keeps every prediction from holding. Between wells of equal depth the masses are right from the start. */
export function brokenByRun(it: Setting, lost: number): string | undefined {
  if (lost > 0) return "not here: chains have left for infinity";
  if (it.burnIn < 3 * it.relaxation) return "not here: chains have not settled in their wells";
  return tilted(it) && it.burnIn < 3 * it.mixing ? unmixed : undefined;
}
export const unmixed = "not here: chains have not mixed between the wells";

function rightMass(it: Setting): number | undefined {
  const law = exactMasses(it);
  const { well } = it;
  if (!law) return tilted(it) ? undefined : 0.5;
  let right = 0;
  law.mass.forEach((p, i) => {
    // Of the bin that the saddle divides, its share.
    const from = centre(law, i) - law.width / 2;
    right += p * Math.min(1, Math.max(0, (from + law.width - (well.saddle ?? 0)) / law.width));
  });
  return right;
}
/** Of one well; exact for the quadratic, with and without momentum (Mandt, Hoffman and Blei 2017, arXiv:1704.04289, to first order). */
function variance(it: Setting): number | undefined {
  const { well, values, plain, coefficients } = it;
  const { momentum, dampening, nesterov, learningRate } = values;
  if (!plain || (momentum !== 0 && (nesterov !== 0 || dampening !== 0))) return undefined;
  if (well.name === "single well") {
    const h = 2 * coefficients[2];
    return (
      (learningRate * it.variance * (1 + momentum)) / ((1 - momentum) * h * (2 * (1 + momentum) - learningRate * h))
    );
  }
  const law = exactMasses(it);
  if (!law) return undefined;
  let second = 0;
  law.mass.forEach((p, i) => (second += p * centre(law, i) ** 2));
  return second; // the mean is 0 by symmetry
}

export function findings(job: Job<typeof controls>, it: Setting, conclusion: Conclusion): Finding[] {
  const { shown } = alphas(job.controls);
  const { alpha, next, share, expectedShare, tv, floor, broken, mixed: areMixed } = conclusion;
  const two = it.well.saddle !== undefined;
  const assumption = "η L″ ≪ 1, normal noise of constant variance";
  const known = Number.isFinite(alpha.alpha);
  const why = broken?.replace("not here: ", "") ?? (known ? undefined : "too few bins are filled for a fit");
  const limit = compared("α, limit η → 0", alpha.alpha, alpha.standardError, shown.value, broken);
  const beside = shown.value === 0.5 ? "a finite η raises α" : "no derivation leads to 1/10";
  const limitReason = why ?? (limit.verdict === "off" ? beside : undefined);
  const nextReason = why ?? (next === undefined ? "with momentum the chain has two coordinates" : undefined);
  return [
    { ...limit, ...(limitReason !== undefined && { reason: limitReason }), assumption },
    {
      ...compared("α, next order in η", alpha.alpha, alpha.standardError, next, broken),
      ...(nextReason !== undefined && { reason: nextReason }),
      assumption,
    },
    {
      ...compared(
        two ? "Mass in the right well" : "Variance of θ",
        share.mean,
        share.standardError,
        expectedShare,
        areMixed ? broken : unmixed,
      ),
      ...(two && !areMixed && { reason: "chains keep to the well they started in" }),
    },
    {
      quantity: `Total variation to Gibbs ${shown.text}`,
      ...(Number.isFinite(tv) && { measured: tv }),
      verdict: broken === undefined ? "none" : "out of range",
      reason: Number.isFinite(tv) ? `sampling alone gives ${spell(floor)}` : "no chain is left",
    },
  ];
}

function compared(
  quantity: string,
  measured: number,
  se: number,
  predicted: number | undefined,
  broken: string | undefined,
): Finding {
  if (!Number.isFinite(measured))
    return {
      quantity,
      verdict: broken === undefined ? "none" : "out of range",
      ...(predicted !== undefined && { predicted }),
    };
  const known = Number.isFinite(se) && se > 0;
  const within = predicted !== undefined && Math.abs(measured - predicted) <= (known ? 2 * se : 0);
  return {
    quantity,
    measured,
    ...(known && { standardError: se }),
    ...(predicted !== undefined && { predicted }),
    verdict: broken !== undefined ? "out of range" : predicted === undefined ? "none" : within ? "agrees" : "off",
  };
}
