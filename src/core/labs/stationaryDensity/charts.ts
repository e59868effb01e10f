import { spell, type Chart, type Configuration, type ProblemConfiguration } from "../../../protocol/index.ts";
import type { Controls } from "./controls.ts";
import { setting, type Setting } from "./setting.ts";
import { gibbs, type Cells } from "./theory.ts";

/** The law taken as the prediction, and the one set against it. */
export function alphas({ alpha }: Controls) {
  const half = { value: 0.5, text: "½" };
  const tenth = { value: 0.1, text: "1/10" };
  return alpha === 0 ? { shown: half, other: tenth } : { shown: tenth, other: half };
}

/** L″ at the bottom of the right well, or what takes its place where that is flat. */
export const steepness = ({ well, landscape, curvature }: Setting): number => {
  const bottom = landscape.curvature(well.minima[well.minima.length - 1]);
  return bottom > 1e-6 ? bottom : curvature;
};

/** Where Gibbs holds, and what is broken by the configuration itself. */
export function validity(configuration: Configuration, it: Setting) {
  const eta = it.values["learningRate"] * (1 - (it.plain && it.values["momentum"] !== 0 ? it.values["dampening"] : 0));
  const slowness = (it.plain ? eta : it.rate) * steepness(it);
  const text = `Holds for η L″ ≪ 1 (here ${spell(slowness, 1)}) and noise of constant variance.`;
  const broken = !it.plain
    ? configuration.clip
      ? "not here: gradients are clipped"
      : `not here: ${configuration.optimizer} gives θ a rate that answers to its own gradients`
    : slowness > 0.3
      ? `not here: η L″ is ${spell(slowness, 2)}`
      : undefined;
  return { slowness, text, ...(broken !== undefined && { broken }) };
}

const nice = (x: number): number => {
  const unit = 10 ** Math.floor(Math.log10(x)) / 2;
  return Number((Math.ceil(x / unit - 1e-9) * unit).toPrecision(3));
};
/** Top of the landscape's axis: twice the barrier, or what chains reach. */
export const landscapeTop = ({ well, landscape, temperature }: Setting): number => {
  const bottom = Math.min(...well.minima.map((x) => landscape.height(x)));
  return well.saddle === undefined
    ? nice(10 * temperature)
    : nice(bottom < 0 ? landscape.height(well.saddle) : 2 * landscape.height(well.saddle));
};

/** Where a density, followed from a minimum to one side, has come down to a height; the minimum itself if it never was above. */
function flank({ lo, width, mass }: Cells, from: number, side: 1 | -1, height: number): number {
  let i = Math.floor((from - lo) / width);
  while (i > 0 && i < mass.length - 1 && mass[i] / width > height) i += side;
  return lo + (i + 0.5) * width;
}

/** Three charts: the loss, the density over it, and which α their relation shows. */
export function charts(configuration: Configuration, problem: ProblemConfiguration, controls: Controls): Chart[] {
  const it = setting(configuration, problem, controls);
  const { well, domain, landscape } = it;
  const { shown, other } = alphas(controls);
  const { text, broken } = validity(configuration, it);
  const x = { label: "θ", scale: "linear", min: domain.lo, max: domain.hi } as const;
  const [left, right] = [well.minima[0], well.minima[well.minima.length - 1]];
  const density = gibbs(domain, landscape, it.rate, it.variance, shown.value);
  const aside = gibbs(domain, landscape, it.rate, it.variance, other.value);
  const likely = gibbs(domain, landscape, it.rate, it.variance);
  const top = likely.mass.reduce((a, b) => Math.max(a, b), 0) / likely.width;
  const two = well.saddle !== undefined;
  const lowest = Math.min(0, landscape.height(left));
  return [
    {
      id: "landscape",
      title: "Landscape",
      caption: `L(θ)${it.values["weightDecay"] > 0 ? " with weight decay" : ""}, ${well.shape}`,
      x,
      y: { label: "L", scale: "linear", min: lowest < 0 ? -nice(-lowest) : 0, max: landscapeTop(it) },
      series: [{ label: "L", mark: "line", role: "given", unnamed: true }],
      size: "low",
      column: 0,
    },
    {
      id: "density",
      title: "Stationary density",
      caption: `of θ, histogram of ${(controls.chains * controls.samples).toLocaleString("en")} samples`,
      short: "histogram of θ",
      x,
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
      size: "tall",
      column: 0,
      assumption: { text, ...(broken !== undefined && { broken }) },
    },
    {
      id: "alpha",
      title: "Which α?",
      caption: two
        ? "−ln p against L / ησ²; the slope is 1/α. ● right well ○ left"
        : "−ln p against L / ησ²; the slope is 1/α. ● right side ○ left",
      short: "the slope is 1/α",
      x: { label: "L / ησ²", scale: "linear", min: 0, max: 4 },
      y: { label: "−ln p", scale: "linear", min: 0, max: 8 },
      series: [
        { label: "right", mark: "points", role: "measured", colour: 1, unnamed: true },
        { label: "left", mark: "points", role: "measured", colour: 1, unnamed: true, hollow: true },
        named(shown.text, "theory"),
        named(other.text, "other"),
      ],
      size: "middle",
      column: 1,
    },
  ];
}
/** The steep line of 1/10 leaves through the top; its name stands beside it there. */
const named = (text: string, role: "theory" | "other") =>
  ({
    label: `α = ${text}`,
    mark: "line",
    role,
    ...(text === "1/10" && { nameAt: 0.76, nameSide: "right" as const }),
  }) as const;
