import type { Chart, Configuration, ProblemConfiguration, Series } from "../../../protocol/index.ts";
import { findProblem } from "../../problems/index.ts";
import type { Beside } from "../lab.ts";
import type { Controls } from "./controls.ts";
import { rateLines, sidesOf, type RateLine } from "./sides.ts";

const colours = [1, 2, 3, 4] as const;
/** Each side keeps its colour in every chart. */
const colourOf = (side: number) => colours[side % colours.length];
/** Name of the band around a side's losses; of a single side, as in any other lab. */
export const bandOf = (label: string): string => `10–90 %, ${label}`;
/** Smallest difference that is drawn: below it is rounding. */
export const smallest = 1e-17;

/** The rates, the losses they lead to, and how far the steps lie apart. */
export function charts(
  configuration: Configuration,
  asked: ProblemConfiguration,
  controls: Controls,
  beside: Beside = {},
): Chart[] {
  const { steps, seeds } = controls;
  const problem = findProblem(asked.name)!;
  const sides = sidesOf(configuration, beside);
  const x = { label: "step", scale: "linear", min: 0, max: steps, unit: "steps" } as const;
  const exact = problem.loss === "exact";
  const over = seeds === 1 ? "one seed" : `medians, 10–90 % of ${seeds} seeds`;
  const loss = exact ? (problem.unbounded ? "L(θ)" : "L(θ) above its minimum") : "of mini-batches";
  return [
    {
      id: "rate",
      title: "Learning rate",
      caption: "exact, at every step",
      x,
      y: { label: "η", scale: "linear" },
      series: rateSeries(rateLines(sides, controls), steps),
      size: "low",
      column: 0,
    },
    {
      id: "loss",
      title: "Loss",
      caption: `${loss}; ${over}`,
      short: over,
      x,
      y: { label: exact ? "L(θ)" : "mini-batch loss", scale: problem.unbounded ? "linear" : "log" },
      series: [
        ...(seeds > 1
          ? sides.map(({ label }, side): Series => ({
              label: bandOf(label),
              mark: "band",
              role: "measured",
              colour: colourOf(side),
              unnamed: true,
            }))
          : []),
        ...sides.map(({ label }, side): Series => ({
          label,
          mark: "line",
          role: "measured",
          colour: colourOf(side),
          ...namedApart(side, sides.length, steps),
        })),
      ],
      size: "tall",
      column: 0,
      assumption: { text: problem.carriesOver },
    },
    ...(sides.length > 1 ? [differenceChart()] : []),
  ];

  function differenceChart(): Chart {
    const own = sides[0].label;
    return {
      id: "difference",
      title: "Difference of the steps",
      caption: "largest |Δθ − Δθ′| over the largest |Δθ|",
      short: "relative to the step",
      x,
      y: { label: "difference", scale: "log" },
      series: sides.slice(1).map(({ label }, k): Series => ({
        label,
        mark: "line",
        role: "measured",
        colour: colourOf(k + 1),
        ...namedApart(k, sides.length - 1, steps),
      })),
      size: "middle",
      column: 1,
      assumption: {
        text: `From the weights of ${own} and with its mini-batch in every step; the most since the last point.`,
      },
    };
  }
}

/** Where there are several lines, names stand on them, each at a place of its own. */
function namedApart(index: number, among: number, steps: number): Partial<Series> {
  if (among < 2) return {};
  const nameAt = (0.2 + (0.6 * (index + 0.5)) / among) * steps;
  return { nameAt, nameSide: index % 2 === 0 ? "above" : "below" };
}
const rateSeries = (lines: readonly RateLine[], steps: number): Series[] =>
  lines.map(({ label, side }, k) => ({
    label,
    mark: "line",
    role: "measured",
    colour: colourOf(side ?? k),
    ...namedApart(k, lines.length, steps),
  }));
