import type { Chart, Series } from "../../../protocol/index.ts";
import type { Controls } from "./controls.ts";
import { rivals } from "./laws.ts";
import { ratios, type Setting } from "./setting.ts";

// What stands beside the density: why it is as it is.

export const alphaChart = ({ relief }: Setting): Chart => ({
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
export const ratesShown = (it: Setting, controls: Controls): readonly [low: number, high: number] => {
  const all = ratios(it, controls).map((ratio) => ratio * it.values["learningRate"]);
  return [Math.min(...all) / 1.3, Math.max(...all) * 1.3];
};
export function ratesChart(it: Setting, controls: Controls): Chart {
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

export function lawsChart(it: Setting, controls: Controls): Chart {
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

export function leavingChart(it: Setting): Chart {
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
