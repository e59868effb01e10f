import { spell, type Chart, type Configuration } from "../../../protocol/index.ts";
import { corrections } from "./averages.ts";
import { rowsOf, type Controls } from "./controls.ts";
import { windows } from "./momentum.ts";
import { windowsOf } from "./work.ts";

/** Drawn of both coordinates, in decades. */
export const shown = { eta: [-4, 4], eta0: [-4, 4] } as const;
/** Nats above the best that a map tells apart. */
export const depth = 8;

export function charts(configuration: Configuration, controls: Controls): Chart[] {
  const { Ng, Ns } = windowsOf(configuration);
  const rows = rowsOf(controls);
  const half = 0.5 / controls.perDecade;
  const x = {
    label: "ε",
    scale: "log",
    unit: "ε",
    min: 10 ** (rows[0] - half),
    max: 10 ** (rows[rows.length - 1] + half),
  } as const;
  const map = (
    id: string,
    title: string,
    caption: string,
    short: string,
    symbol: string,
    range: readonly [number, number],
  ): Chart => ({
    id,
    title,
    caption,
    short,
    x,
    y: { label: symbol, scale: "log", min: 10 ** range[0], max: 10 ** range[1] },
    series: [
      {
        label: "loss",
        mark: "heatmap",
        role: "measured",
        colour: 1,
        unnamed: true,
        cells: { label: "nats above the least", max: depth, strong: "least" },
      },
      { label: "best", mark: "points", role: "measured", colour: 2, unnamed: true },
    ],
    size: "tall",
    column: 0,
  });
  const averages = { label: "steps ago / N", scale: "linear", min: 0, max: 1.3, unit: "j/N" } as const;
  return [
    {
      ...map(
        "raw",
        "Loss over ε and η",
        "the stronger the colour the better; points: best η",
        "points: best η",
        "η",
        shown.eta,
      ),
      assumption: {
        text: `Adam with windows of ${spell(Ng)} and ${spell(Ns)} steps, ${corrections[controls.correction]}; batches in file order.`,
      },
    },
    map(
      "decoupled",
      "Loss over ε and η₀ = η/ε",
      "the same runs; level: one η₀ for every ε",
      "level: one η₀ for all",
      "η₀",
      shown.eta0,
    ),
    {
      id: "weights",
      title: "What an average remembers",
      caption: `weight of the gradient so many steps ago at t = 1.3 N, N = ${spell(Ns)}, times N`,
      short: "weights at t = 1.3 N",
      x: averages,
      y: { label: "N · weight", scale: "linear", min: 0 },
      series: [
        { label: "min(N, t)", mark: "line", role: "measured", colour: 1 },
        { label: "published", mark: "line", role: "measured", colour: 2 },
        { label: "none", mark: "line", role: "measured", colour: 3 },
      ],
      size: "middle",
      column: 1,
    },
    {
      id: "distance",
      title: "How different are the corrections?",
      caption: "half the L1 distance of the weights by t/N, and how far s differs on the data's gradients",
      short: "of weights, and of s",
      x: { label: "t / N", scale: "linear", min: 0, max: 5, unit: "t/N" },
      y: { label: "difference", scale: "linear", min: 0 },
      series: [
        { label: "s on the data", mark: "line", role: "measured", colour: 1 },
        { label: "weights", mark: "line", role: "measured", colour: 2 },
        { label: "N → ∞", mark: "line", role: "theory" },
      ],
      size: "middle",
      column: 1,
    },
    {
      id: "momentum",
      title: "Momentum couples to the rate",
      caption: `variance of θ at rest on θ²/2, η ${spell(controls.coupledRate)}, by the window N; dashed: exact`,
      short: "variance of θ by N",
      x: { label: "N = 1/(1 − μ)", scale: "log", min: 0.9, max: 1.15 * windows[windows.length - 1], unit: "N" },
      y: { label: "Var θ", scale: "log" },
      series: [
        { label: "decoupled", mark: "points", role: "measured", colour: 1, unnamed: true },
        { label: "coupled", mark: "points", role: "measured", colour: 2, unnamed: true },
        { label: "lr = η/N", mark: "line", role: "theory", nameAt: 3.2, nameSide: "above" },
        { label: "lr = η", mark: "line", role: "theory", nameAt: 7, nameSide: "left" },
      ],
      size: "middle",
      column: 1,
    },
  ];
}
