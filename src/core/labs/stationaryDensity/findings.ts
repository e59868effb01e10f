import { spell, type Finding } from "../../../protocol/index.ts";
import { compare } from "../compared.ts";
import type { Job } from "../lab.ts";
import { alphas } from "./charts.ts";
import {
  alphaAt,
  alphaLimit,
  exponent,
  exponentLimit,
  leavingRate,
  rightShare,
  shownVariance,
  variance,
  virial,
} from "./conclude.ts";
import type { controls as knobs } from "./controls.ts";
import { distances, expectedVariation, ofCounts } from "./estimate.ts";
import { binned, gibbsMasses, rivalLaw, rivals } from "./laws.ts";
import { kramersRate, lookedAt } from "./leaving.ts";
import { looks } from "./parts.ts";
import { temperatureAt } from "./setting.ts";
import type { AtRate, Tally } from "./tally.ts";
import { coarsened, diffusionLaw, fokkerPlanck, samplingFloor, totalVariation } from "./theory.ts";
import { brokenByRun, mixed, steepness, unmixed, validity } from "./validity.ts";
import { ofGroups, type Measured } from "../groups.ts";

const assumption = "η L″ ≪ 1, normal noise of constant variance";
const nothing: Measured = { value: NaN, standardError: NaN };

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

/** Distances of the histogram to Gibbs. */
function ofHistogram(job: Job<typeof knobs>, main: AtRate, out: string | undefined): Finding[] {
  const { it, samples } = main;
  const law = main.law?.bins;
  const { shown, other } = alphas(job.controls);
  const inside = main.total.reduce((a, b) => a + b, 0);
  const measure = (f: (counts: Float64Array) => number) => (inside > 0 ? ofCounts(main, f) : nothing);
  const floor = (mass: AtRate["total"]) => samplingFloor(mass, Math.max(1, samples));
  const half = gibbsMasses(it, shown.value);
  const gone = inside > 0 ? undefined : "no chain is left";
  const variation = ({ value, text }: typeof shown): Finding => {
    const mass = gibbsMasses(it, value);
    const predicted = law && expectedVariation(law, mass, samples);
    return compare(`Total variation to Gibbs ${text}`, measure(distances.tv(mass)), predicted, {
      out,
      slack: law ? floor(law) : 0,
      reason: gone ?? `sampling alone gives ${spell(floor(mass))}`,
    });
  };
  const populated = law?.filter((p) => p * samples > 1).length ?? 0;
  return [
    variation(shown),
    variation(other),
    compare(`Kolmogorov–Smirnov to Gibbs ${shown.text}`, measure(distances.ks(half)), law && ksOf(law, half), {
      out,
      slack: 1.358 / Math.sqrt(Math.max(1, samples)),
      reason: gone ?? `sampling alone gives ${spell(0.8687 / Math.sqrt(Math.max(1, samples)))}`,
    }),
    compare(
      `Kullback–Leibler to Gibbs ${shown.text}`,
      measure(distances.kl(half)),
      law && klOf(law, half) + populated / (2 * samples),
      {
        out,
        slack: law ? (3 * Math.sqrt(populated / 2)) / samples : 0,
        reason: gone ?? "in nats, with what sampling adds",
      },
    ),
    ...(law
      ? [
          compare("Total variation to the chain's own law", measure(distances.tv(law)), floor(law), {
            out,
            slack: floor(law),
            reason: "what sampling alone gives",
          }),
        ]
      : []),
  ];
}
const ksOf = (law: AtRate["total"], other: AtRate["total"]): number => distances.ks(other)(law);
const klOf = (law: AtRate["total"], other: AtRate["total"]): number => distances.kl(other)(law);

/** The Fokker–Planck equation solved by finite volumes, against the law that it should leave alone. */
function solver({ controls: { cells } }: Job<typeof knobs>, { it }: AtRate): Finding {
  const { domain, landscape, rate, noise } = it;
  const on = { ...domain, cells };
  const solved = diffusionLaw(fokkerPlanck(on, landscape, temperatureAt(noise, rate)));
  const law = it.spread
    ? coarsened(rivalLaw("Itô", it, { ...on, cells: 5 * cells }), 5).mass
    : rivalLaw("Gibbs, local σ²", it, on).mass;
  return {
    quantity: `Fokker–Planck on ${cells} cells, total variation`,
    measured: totalVariation(solved.mass, law),
    verdict: "exact",
    reason: `to ${it.spread ? "Itô's law" : "Gibbs ½"}; falls with the square of the width`,
  };
}

/** How fast chains change wells, against the chain's own slowest rate, the diffusion's and Kramers'. */
function leaving(tally: Tally, out: string | undefined): Finding[] {
  const [{ it }] = tally.rates;
  const { pace, stayed } = tally;
  const steps = it.leaving?.steps ?? 0;
  const share = ofGroups(stayed, (sums) => sums[looks] / sums[0]);
  const measured = leavingRate(tally, lookedAt(steps)) ?? nothing;
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

function walkers({ rates: [{ it }], walked, moves, acceptance }: Tally): Finding[] {
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
