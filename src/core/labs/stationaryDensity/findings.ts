import { spell, type Finding } from "../../../protocol/index.ts";
import { compare } from "../compared.ts";
import type { Job } from "../lab.ts";
import { alphas } from "./charts.ts";
import {
  alphaAt,
  alphaLimit,
  exponent,
  exponentLimit,
  rightShare,
  shownVariance,
  variance,
  virial,
} from "./conclude.ts";
import type { controls as knobs } from "./controls.ts";
import { distances, expectedVariation, ofCounts } from "./estimate.ts";
import { binned, rivalLaw, rivals } from "./laws.ts";
import { ofHistogram, solver } from "./findingsHistogram.ts";
import { leaving, walkers } from "./findingsLeaving.ts";
import type { AtRate, Tally } from "./tally.ts";
import { samplingFloor, totalVariation } from "./theory.ts";
import { brokenByRun, mixed, steepness, unmixed, validity } from "./validity.ts";

const assumption = "η L″ ≪ 1, normal noise of constant variance";

export function findings(job: Job<typeof knobs>, tally: Tally): Finding[] {
  const [main] = tally.rates;
  const { it } = main;
  const lost = tally.lost.chains > 0;
  const out = validity(job.configuration, it).broken ?? brokenByRun(it, lost);
  const areMixed = mixed(job.controls, it);
  return [
    ...(it.spread ? ofSpread(main, out) : ofAlpha(job, tally, out)),
    ...place(main, areMixed ? out : (out ?? unmixed)),
    ...(it.spread ? [] : ofHistogram(job, main, out)),
    solver(job, main),
    ...(it.leaving ? leaving(tally, out) : []),
    ...walkers(tally),
  ];
}

function ofAlpha(job: Job<typeof knobs>, tally: Tally, out: string | undefined): Finding[] {
  const [main] = tally.rates;
  const { shown } = alphas(job.controls);
  const { measured, predicted } = alphaAt(main);
  const known = Number.isFinite(measured.value);
  const few = known ? undefined : "too few bins are filled for a fit";
  const extrapolated = alphaLimit(tally.rates.filter((_, nth) => !tally.lostAt(nth)));
  // From one rate alone nothing is extrapolated: what this η adds to ½ is allowed for.
  const raised = extrapolated || predicted === undefined ? 0 : Math.abs(predicted - 0.5);
  const limit = compare("α, limit η → 0", extrapolated ?? measured, shown.value, { out, slack: raised });
  const beside = shown.value === 0.5 ? undefined : "no derivation leads to 1/10";
  const second = virial(main);
  return [
    { ...limit, ...because(few ?? (limit.verdict === "off" ? beside : undefined)), assumption },
    {
      ...compare("α at this η", measured, predicted, {
        out,
        reason: few ?? (predicted === undefined ? "with momentum the chain has two coordinates" : undefined),
      }),
      assumption,
    },
    { ...compare("E[θ L′] / ησ², the virial", second.measured, second.predicted, { out }), assumption },
  ];
}
const because = (reason: string | undefined) => (reason === undefined ? {} : { reason });

/** Where the noise depends on θ: which of four laws the chain keeps to. */
function ofSpread(main: AtRate, out: string | undefined): Finding[] {
  const { it, law } = main;
  const power = exponent(main);
  const shown = shownVariance(main);
  return [
    ...rivals.map((name) => {
      const other = binned(it, (on) => rivalLaw(name, it, on));
      const predicted = law && expectedVariation(law.bins, other, main.samples);
      return compare(`Total variation to ${name}`, ofCounts(main, distances.tv(other)), predicted, {
        out,
        slack: (law ? samplingFloor(law.bins, main.samples) : 0) + (law?.limit ? 0.5 * it.rate * steepness(it) : 0),
        reason: law?.limit
          ? "η is small: the limit stands in for the chain's own law"
          : law
            ? `${spell(totalVariation(law.bins, other))} from the chain's own law`
            : undefined,
      });
    }),
    ...(power
      ? [
          compare("Exponent m of the tails", power.measured, power.predicted, {
            out,
            reason: `${spell(exponentLimit(it))} as η → 0`,
          }),
        ]
      : []),
    compare("Variance in the range shown", shown.measured, shown.predicted, { out }),
  ];
}

/** Where θ is: its wells' shares, its spread. */
function place(main: AtRate, out: string | undefined): Finding[] {
  const two = main.it.relief.saddle !== undefined;
  const spread = variance(main);
  const infinite = spread.predicted === Infinity;
  const finite = compare("Variance of θ", spread.measured, infinite ? undefined : spread.predicted, {
    out,
    reason: infinite ? "the law has no finite variance: tails are too heavy" : undefined,
  });
  if (!two) return [finite];
  const { measured, predicted } = rightShare(main);
  const share = compare("Mass in the right well", measured, predicted, { out });
  return [
    { ...share, ...(out === unmixed && { reason: "chains keep to the well they started in" }) },
    { ...finite, ...(out === unmixed && { reason: "chains keep to the well they started in" }) },
  ];
}
