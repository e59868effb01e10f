import { spell, type Finding } from "../../../protocol/index.ts";
import { compare } from "../compared.ts";
import { ofGroups, unmeasured } from "../groups.ts";
import { leavingRate } from "./conclude.ts";
import { gibbsMasses } from "./laws.ts";
import { kramersRate, lookedAt } from "./leaving.ts";
import { looks } from "./parts.ts";
import type { AtRate, Tally } from "./tally.ts";
import { samplingFloor, totalVariation } from "./theory.ts";
import { steepness } from "./validity.ts";

/** How fast chains change wells, against the chain's own slowest rate, the diffusion's and Kramers'. */
export function leaving(tally: Tally, out: string | undefined): Finding[] {
  const [{ it }] = tally.rates;
  const { pace, stayed } = tally;
  const steps = it.leaving?.steps ?? 0;
  const share = ofGroups(stayed, (sums) => sums[looks] / sums[0]);
  const measured = leavingRate(tally, lookedAt(steps)) ?? unmeasured;
  const chain = pace && Number.isFinite(pace.chain) ? pace.chain : undefined;
  const quiet = Number.isFinite(measured.value) ? undefined : "too few chains have left in this time";
  const formula = kramersRate(it);
  const barrier = (it.landscape.height(it.relief.saddle ?? 0) - highestOf(it)) / it.temperature;
  return [
    compare(
      `Share that stayed for ${steps.toLocaleString("en")} steps`,
      share,
      chain === undefined ? undefined : pace?.stayed[looks - 1],
      { out },
    ),
    compare("Rate of changing wells", measured, chain, {
      out,
      reason: quiet ?? "per unit of time ηk: both ways together",
    }),
    compare("… by Fokker–Planck", measured, pace?.diffusion, {
      out,
      slack: (pace?.diffusion ?? 0) * it.rate * steepness(it),
      reason: quiet ?? "the limit η → 0; right to a share of η L″",
    }),
    ...(formula === undefined
      ? []
      : [
          compare("… by Kramers' formula", measured, formula, {
            out,
            slack: formula / barrier,
            reason:
              quiet ??
              `leading order, right to a share of T/ΔL, ΔL being ${spell(barrier, 2)} T; α = 1/10 would make it ${spell(kramersRate(it, 0.1) ?? 0)}`,
          }),
        ]),
  ];
}
const highestOf = ({ relief: { minima }, landscape: { height } }: AtRate["it"]): number =>
  Math.max(...minima.map(height));

export function walkers({ rates: [{ it }], walked, moves, acceptance }: Tally): Finding[] {
  if (moves.steps === 0) return [];
  const n = walked.reduce((a, b) => a + b, 0);
  const law = gibbsMasses(it, 0.5);
  return [
    {
      quantity: "Metropolis, total variation to Gibbs ½",
      measured: totalVariation(
        walked.map((k) => k / n),
        law,
      ),
      predicted: samplingFloor(law, n),
      verdict: "none",
      reason: "predicted for independent samples",
    },
    compare("Metropolis, share accepted", { value: moves.accepted / moves.steps, standardError: NaN }, acceptance, {
      slack: 0.01,
    }),
  ];
}
