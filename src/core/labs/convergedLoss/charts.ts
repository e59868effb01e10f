import {
  spell,
  type Chart,
  type Configuration,
  type ProblemConfiguration,
  type Series,
} from "../../../protocol/index.ts";
import type { Controls } from "./controls.ts";
import type { Beside } from "../lab.ts";
import { gainOf, ratesOf, ruleOf } from "./rule.ts";

/** What the chart calls the rate that counts: with momentum it is what multiplies a lasting gradient. */
export function rateName(configuration: Configuration): string {
  const { rule } = ruleOf(configuration);
  if (rule.momentum === 0) return "η";
  return rule.dampening === 0 ? "η/(1−μ)" : "η(1−τ)/(1−μ)";
}
/** ¼E|g|²/B, without the B where it is 1. */
export const slopeName = ({ batchSize }: Pick<Controls, "batchSize">): string =>
  batchSize === 1 ? "¼E|g|²" : "¼E|g|²/B";
/** Closed forms at every rate are those of least squares. */
export const exactly = (problem: ProblemConfiguration): boolean => problem.name === "least squares";

const drawn = { role: "measured", colour: 1 } as const;
const shuffled = { role: "measured", colour: 2 } as const;
const quiet = { unnamed: true } as const;

export function charts(
  configuration: Configuration,
  problem: ProblemConfiguration,
  controls: Controls,
  { lists }: Beside = {},
): Chart[] {
  const { rule } = ruleOf(configuration);
  const top = ratesOf(rule.learningRate, controls.rates, lists)[controls.rates - 1] * gainOf(rule);
  const name = rateName(configuration);
  const exact = exactly(problem);
  const slope = slopeName(controls);
  const rate = { label: name, scale: "linear", min: 0, max: top } as const;
  const effective = name === "η" ? "" : `, against ${name}`;
  const assumption = {
    text: exact
      ? "The exact law holds at every stable rate, the tangent as η → 0; both for rows drawn with replacement."
      : "The tangent holds as η → 0, for rows drawn with replacement at a minimum with curvature in every direction.",
  };
  return [
    {
      id: "loss",
      title: "Converged loss",
      caption: `after settling${effective}; rows drawn with replacement, or reshuffled every epoch`,
      short: "full loss after settling",
      x: rate,
      y: { label: "L", scale: "linear" },
      series: [
        { label: "drawn, ±2 se", mark: "band", ...drawn, ...quiet },
        { label: "reshuffled, ±2 se", mark: "band", ...shuffled, ...quiet },
        { label: "drawn", mark: "points", ...drawn, nameAt: top, nameSide: "left" },
        { label: "reshuffled", mark: "points", ...shuffled },
        { label: "tangent", mark: "line", role: "theory" },
        ...only(exact, { label: "exact", mark: "line", role: "theory", nameAt: 0.7 * top, nameSide: "above" }),
      ],
      size: "tall",
      column: 0,
      assumption,
    },
    {
      id: "curve",
      title: "Drops of the rate",
      caption: `mean excess of ${controls.chains.toLocaleString("en")} chains; ${controls.drops === 1 ? "one drop" : `${controls.drops} drops`} of η, ÷ ${controls.drop}`,
      short: "mean excess loss",
      x: { label: "step", scale: "linear", min: 0, unit: "steps" },
      y: { label: "L − L(0)", scale: "log" },
      series: [
        { label: "measured, ±2 se", mark: "band", ...drawn, ...quiet },
        { label: "measured", mark: "line", ...drawn },
        { label: "plateaus", mark: "steps", role: "theory" },
      ],
      size: "middle",
      column: 0,
      assumption: {
        text: exact
          ? "Plateaus are exact; a run that is dropped too early has not reached its own."
          : "Plateaus are those of the tangent, exact as η → 0.",
      },
    },
    {
      id: "order",
      title: "Order in the rate",
      caption: "excess; ● by the full loss ○ by (η/4)|ĝ|²",
      short: "● full loss ○ |ĝ|²",
      x: { label: name, scale: "log" },
      y: { label: "L − L(0)", scale: "log" },
      series: [
        { label: "drawn", mark: "points", ...drawn, ...quiet },
        { label: "drawn, |ĝ|²", mark: "points", ...drawn, ...quiet, hollow: true },
        { label: "reshuffled", mark: "points", ...shuffled, ...quiet },
        { label: exact ? "exact" : "∝ η", mark: "line", role: "theory" },
        { label: "∝ η²", mark: "line", role: "theory" },
      ],
      size: "middle",
      column: 1,
      assumption: { text: "Reshuffled epochs follow η² where η n λ / B ≪ 1, λ the largest curvature." },
    },
    {
      id: "slope",
      title: "Slope at 0",
      caption: "excess over η; ● by the full loss ○ by |ĝ|²; at 0, extrapolated",
      short: "excess over η",
      x: rate,
      y: { label: "S", scale: "linear" },
      series: [
        { label: "full loss, ±2 se", mark: "band", ...drawn, ...quiet },
        { label: "full loss", mark: "points", ...drawn, ...quiet },
        { label: "|ĝ|²", mark: "points", ...drawn, ...quiet, hollow: true },
        { label: "extrapolated", mark: "points", role: "measured", colour: 3, ...quiet },
        { label: slope, mark: "line", role: "theory" },
        ...only(exact, { label: "exact", mark: "line", role: "theory" }),
      ],
      size: "middle",
      column: 1,
    },
  ];
}
const only = (wanted: boolean, series: Series): Series[] => (wanted ? [series] : []);

/** "η/(1−μ) 0.5" */
export const spelledRate = (configuration: Configuration, rate: number): string =>
  `${rateName(configuration)} **${spell(rate)}**`;
