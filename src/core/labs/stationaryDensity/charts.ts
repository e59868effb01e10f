import type { Chart, Configuration, ProblemConfiguration, Series } from "../../../protocol/index.ts";
import { alphaChart, lawsChart, leavingChart, ratesChart } from "./chartsAside.ts";
import type { Controls } from "./controls.ts";
import { itoLaw } from "./laws.ts";
import { setting, type Setting } from "./setting.ts";
import { gibbs, type Cells } from "./theory.ts";
import { validity } from "./validity.ts";

/** The law taken as the prediction, and the one set against it. */
export function alphas({ alpha }: Controls) {
  const half = { value: 0.5, text: "½" };
  const tenth = { value: 0.1, text: "1/10" };
  return alpha === 0 ? { shown: half, other: tenth } : { shown: tenth, other: half };
}

const nice = (x: number): number => {
  const unit = 10 ** Math.floor(Math.log10(x)) / 2;
  return Number((Math.ceil(x / unit - 1e-9) * unit).toPrecision(3));
};
/** Ends of the landscape's axis: from the lowest place to twice the barrier, or to what chains reach. */
export function landscapeSpan({ relief, landscape, temperature }: Setting): readonly [low: number, high: number] {
  const heights = relief.minima.map((x) => landscape.height(x));
  const bottom = Math.min(...heights);
  const rise =
    relief.saddle === undefined
      ? 10 * temperature
      : Math.max(2 * (landscape.height(relief.saddle) - Math.max(...heights)), Math.max(...heights) - bottom);
  const top = Math.max(...heights) + rise;
  if (bottom >= 0 && bottom < rise) return [0, nice(top)];
  return [bottom < 0 ? -nice(-bottom) : Math.floor(bottom / rise) * rise, top > 0 ? nice(top) : 0];
}

/** Where a density, followed from a minimum to one side, has come down to a height; the minimum itself if it never was above. */
function flank({ lo, width, mass }: Cells, from: number, side: 1 | -1, height: number): number {
  let i = Math.min(mass.length - 1, Math.max(0, Math.floor((from - lo) / width)));
  while (i > 0 && i < mass.length - 1 && mass[i] / width > height) i += side;
  return lo + (i + 0.5) * width;
}
const peak = ({ mass, width }: Cells): number => mass.reduce((a, b) => Math.max(a, b), 0) / width;

/** The loss, the density over it, which law their relation shows, how that goes with η, and how chains change wells. */
export function charts(configuration: Configuration, problem: ProblemConfiguration, controls: Controls): Chart[] {
  const it = setting(configuration, problem, controls);
  const { relief, domain } = it;
  const { text, broken } = validity(configuration, it);
  const x = { label: "θ", scale: "linear", min: domain.lo, max: domain.hi } as const;
  const [bottom, top] = landscapeSpan(it);
  const assumption = { text, ...(broken !== undefined && { broken }) };
  return [
    {
      id: "landscape",
      title: "Landscape",
      caption: `L(θ)${it.values["weightDecay"] > 0 ? " with weight decay" : ""}, ${relief.shape}`,
      x,
      y: { label: "L", scale: "linear", min: bottom, max: top },
      series: [{ label: "L", mark: "line", role: "given", unnamed: true }],
      size: "low",
      column: 0,
    },
    {
      id: "density",
      title: "Stationary density",
      caption: `of θ, histogram of ${(controls.chains * controls.samples).toLocaleString("en")} samples and their kernel density`,
      short: "histogram of θ",
      x,
      ...(it.spread ? spreadDensity(it) : gibbsDensity(it, controls)),
      size: "tall",
      column: 0,
      assumption,
    },
    ...(it.spread ? [lawsChart(it, controls)] : [alphaChart(it), ...(it.plain ? [ratesChart(it, controls)] : [])]),
    ...(relief.saddle === undefined ? [] : [leavingChart(it)]),
  ];
}

const estimate: Series = { label: "kernel density", mark: "line", role: "measured", colour: 1, unnamed: true };

function gibbsDensity(it: Setting, controls: Controls): Pick<Chart, "y" | "series"> {
  const { relief, domain, landscape, rate, variance } = it;
  const { shown, other } = alphas(controls);
  const [left, right] = [relief.minima[0], relief.minima[relief.minima.length - 1]];
  const on = { ...domain, cells: Math.max(72, domain.cells) };
  const density = gibbs(on, landscape, rate, variance, shown.value);
  const aside = gibbs(on, landscape, rate, variance, other.value);
  const likely = gibbs(on, landscape, rate, variance);
  const top = peak(likely);
  const two = relief.saddle !== undefined;
  return {
    y: { label: "p(θ)", scale: "linear", min: 0, max: nice(1.15 * top) },
    series: [
      {
        label: "measured",
        mark: "bars",
        role: "measured",
        colour: 1,
        nameAt: two ? flank(likely, left, 1, 0.35 * top) : flank(likely, left, -1, 0.6 * top),
        nameSide: two ? "right" : "left",
      },
      estimate,
      {
        label: `Gibbs, α = ${shown.text}`,
        mark: "line",
        role: "theory",
        nameAt: flank(density, right, 1, 0.75 * top),
        nameSide: "right",
      },
      {
        label: `α = ${other.text}`,
        mark: "line",
        role: "other",
        nameAt: two ? flank(aside, right, -1, 0.95 * top) : flank(aside, right, 1, 0.95 * top),
        nameSide: two ? "left" : "right",
      },
    ],
  };
}

function spreadDensity(it: Setting): Pick<Chart, "y" | "series"> {
  const { relief, domain, landscape, rate, noise } = it;
  const law = itoLaw({ ...domain, cells: 720 }, landscape, rate, noise);
  const [left, right] = [relief.minima[0], relief.minima[relief.minima.length - 1]];
  const top = peak(law);
  return {
    y: { label: "p(θ)", scale: "linear", min: 0, max: nice(1.15 * top) },
    series: [
      {
        label: "measured",
        mark: "bars",
        role: "measured",
        colour: 1,
        nameAt: flank(law, left, -1, 0.6 * top),
        nameSide: "left",
      },
      estimate,
      { label: "Itô", mark: "line", role: "theory", nameAt: flank(law, right, 1, 0.75 * top), nameSide: "right" },
      {
        label: "Gibbs, local σ²",
        mark: "line",
        role: "other",
        nameAt: flank(law, right, 1, 0.2 * top),
        nameSide: "right",
      },
    ],
  };
}
