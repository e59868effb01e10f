import type { Chart, Configuration, ProblemConfiguration, Series } from "../../../protocol/index.ts";
import type { Controls } from "./controls.ts";
import { itoLaw, rivals } from "./laws.ts";
import { ratios, setting, type Setting } from "./setting.ts";
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
    ...(it.spread ? [lawsChart(it, controls)] : [alphaChart(it), ratesChart(it, controls)]),
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

const alphaChart = ({ relief }: Setting): Chart => ({
  id: "alpha",
  title: "Which α?",
  caption:
    relief.saddle !== undefined
      ? "−ln p against L / ησ²; the slope is 1/α. ● right well ○ left"
      : "−ln p against L / ησ²; the slope is 1/α. ● right side ○ left",
  short: "the slope is 1/α",
  x: { label: "L / ησ²", scale: "linear", min: 0, max: 4 },
  y: { label: "−ln p", scale: "linear", min: 0, max: 8 },
  series: [
    { label: "right", mark: "points", role: "measured", colour: 1, unnamed: true },
    { label: "left", mark: "points", role: "measured", colour: 1, unnamed: true, hollow: true },
    steep("½", "theory"),
    steep("1/10", "other"),
  ],
  size: "middle",
  column: 1,
});
/** The steep line of 1/10 leaves through the top; its name stands beside it there. */
const steep = (text: string, role: "theory" | "other"): Series => ({
  label: `α = ${text}`,
  mark: "line",
  role,
  ...(text === "1/10" && { nameAt: 0.76, nameSide: "right" }),
});

/** Rates that α is drawn over: those measured, and a little beyond. */
export const ratesShown = (it: Setting, { rates }: Controls): readonly [low: number, high: number] => {
  const all = ratios(it, rates).map((ratio) => ratio * it.values["learningRate"]);
  return [Math.min(...all) / 1.3, Math.max(...all) * 1.3];
};
function ratesChart(it: Setting, controls: Controls): Chart {
  const [min, max] = ratesShown(it, controls);
  return {
    id: "rates",
    title: "α against η",
    caption: "fitted, with two standard errors; dashed: the chain's own law",
    short: "fitted, and the chain's law",
    x: { label: "η", scale: "log", min, max, unit: "η" },
    y: { label: "α", scale: "linear", min: 0, max: 0.7 },
    series: [
      { label: "two standard errors", mark: "band", role: "measured", colour: 1, unnamed: true },
      { label: "fitted", mark: "points", role: "measured", colour: 1, unnamed: true },
      { label: "at this η", mark: "line", role: "theory", unnamed: true },
      { label: "½", mark: "line", role: "other", nameAt: min * 1.05, nameSide: "below" },
      { label: "1/10", mark: "line", role: "other", nameAt: min * 1.05, nameSide: "above" },
    ],
    size: "middle",
    column: 1,
    assumption: { text: "α → ½ as η → 0, whatever the loss and the law of the noise; on a quadratic α = 1/(2 − ηh)." },
  };
}

function lawsChart(it: Setting, controls: Controls): Chart {
  const colours = [1, 2, 3, 4] as const;
  const [min, max] = ratesShown(it, controls);
  // At the smallest rate the laws lie farthest apart.
  const sides = ["above", "above", "above", "below"] as const;
  return {
    id: "laws",
    title: "Which law?",
    caption: "total variation from the chain to four laws, by η; ● measured",
    short: "distance by η",
    x: { label: "η", scale: "log", min, max, unit: "η" },
    y: { label: "total variation", scale: "log", min: 1e-3, max: 1 },
    series: rivals.flatMap((name, k): Series[] => [
      { label: name, mark: "line", role: "theory", nameAt: min * 1.35, nameSide: sides[k] },
      { label: `${name}, measured`, mark: "points", role: "measured", colour: colours[k], unnamed: true },
    ]),
    size: "middle",
    column: 1,
    assumption: {
      text: "With κ in units of √η only Itô's law is approached as η → 0; measured distances include what sampling adds.",
    },
  };
}

function leavingChart(it: Setting): Chart {
  const side = it.leaving && it.relief.saddle !== undefined && it.leaving.from < it.relief.saddle ? "left" : "right";
  return {
    id: "leaving",
    title: "Leaving a well",
    caption: `share of chains on the ${side} of the saddle, all having started there`,
    short: `share on the ${side}`,
    x: { label: "step", scale: "linear", min: 0, max: it.leaving?.steps ?? 1, unit: "steps" },
    y: { label: "share", scale: "linear", min: 0, max: 1 },
    series: [
      { label: "two standard errors", mark: "band", role: "measured", colour: 1, unnamed: true },
      { label: "measured", mark: "points", role: "measured", colour: 1, unnamed: true },
      { label: it.plain ? "the chain's law" : "diffusion", mark: "line", role: "theory" },
      ...(it.spread ? [] : [{ label: "Kramers", mark: "line", role: "other" } as const]),
    ],
    size: "middle",
    column: 1,
    assumption: {
      text: "The slowest difference decays at the rate λ₂; Kramers' formula is its leading order for a barrier of many T.",
      ...(it.plain ? {} : { broken: "not here: the rate of θ answers to its own gradients" }),
    },
  };
}
