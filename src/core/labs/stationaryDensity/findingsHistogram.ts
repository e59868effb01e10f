import { spell, type Finding } from "../../../protocol/index.ts";
import { compare } from "../compared.ts";
import { unmeasured } from "../groups.ts";
import type { Vector } from "../../vector.ts";
import type { Job } from "../lab.ts";
import { alphas } from "./charts.ts";
import type { controls as knobs } from "./controls.ts";
import { distances, expectedVariation, ofCounts } from "./estimate.ts";
import { gibbsMasses, rivalLaw } from "./laws.ts";
import { temperatureAt } from "./setting.ts";
import type { AtRate } from "./tally.ts";
import {
  coarsened,
  diffusionLaw,
  divergence,
  fokkerPlanck,
  kolmogorov,
  samplingFloor,
  totalVariation,
} from "./theory.ts";

/** Distances of the histogram to Gibbs. */
export function ofHistogram(job: Job<typeof knobs>, main: AtRate, out: string | undefined): Finding[] {
  const { it, samples } = main;
  const law = main.law?.bins;
  const { shown, other } = alphas(job.controls);
  const inside = main.total.reduce((a, b) => a + b, 0);
  const measure = (f: (counts: Vector) => number) => (inside > 0 ? ofCounts(main, f) : unmeasured);
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
    compare(`Kolmogorov–Smirnov to Gibbs ${shown.text}`, measure(distances.ks(half)), law && kolmogorov(law, half), {
      out,
      slack: 1.358 / Math.sqrt(Math.max(1, samples)),
      reason: gone ?? `sampling alone gives ${spell(0.8687 / Math.sqrt(Math.max(1, samples)))}`,
    }),
    compare(
      `Kullback–Leibler to Gibbs ${shown.text}`,
      measure(distances.kl(half)),
      law && divergence(law, half) + populated / (2 * samples),
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

/** The Fokker–Planck equation solved by finite volumes, against the law that it should leave alone. */
export function solver({ controls: { cells } }: Job<typeof knobs>, { it }: AtRate): Finding {
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
