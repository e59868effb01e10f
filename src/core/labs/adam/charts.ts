import { spell, type Chart, type Configuration, type Lists } from "../../../protocol/index.ts";
import { corrections } from "./averages.ts";
import { edgesOf, rowsOf, windowsOfMomentum, type Controls } from "./controls.ts";
import { windowsOf } from "./work.ts";

/** Drawn of both coordinates, in decades. */
export const shown = { eta: [-4, 4], eta0: [-4, 4] } as const;
/** Nats above the best that a map tells apart. */
export const depth = 8;

export function charts(configuration: Configuration, controls: Controls, lists?: Lists): Chart[] {
  const { Ng, Ns } = windowsOf(configuration);
  const edges = edgesOf(rowsOf(controls, lists));
  const windows = windowsOfMomentum(lists);
  const x = {
    label: "ε",
    scale: "log",
    unit: "ε",
    min: 10 ** edges[0],
    max: 10 ** edges[edges.length - 1],
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
      caption: `variance of θ at rest on ½hθ², η ${spell(controls.coupledRate)}, by the window N; dashed: exact`,
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
    {
      id: "slopes",
      title: "How the best η follows ε",
      caption: "d ln η* / d ln ε between neighbouring ε: 0 where η is decoupled, 1 where η₀ = η/ε is",
      short: "d ln η*/d ln ε by ε",
      x,
      y: { label: "slope", scale: "linear" },
      series: [
        { label: "slope", mark: "line", role: "measured", colour: 1, unnamed: true },
        { label: "½", mark: "line", role: "theory" },
      ],
      size: "low",
      column: 0,
    },
    {
      id: "least",
      title: "Loss at the best η",
      caption: "mean excess over the last steps, at the best η of each ε",
      short: "excess by ε",
      x,
      y: { label: "L − L*", scale: "log" },
      series: [{ label: "excess", mark: "points", role: "measured", colour: 1, unnamed: true }],
      size: "low",
      column: 0,
    },
    {
      id: "shares",
      title: "Which inputs count",
      caption: `published weight over that of min(N, t), of the newest and oldest input, N = ${spell(Ns)}; the weight of all without correction`,
      short: "ratio of weights by t/N",
      x: { label: "t / N", scale: "linear", min: 0, unit: "t/N" },
      y: { label: "ratio", scale: "linear", min: 0 },
      series: [
        { label: "largest", mark: "line", role: "measured", colour: 1 },
        { label: "smallest", mark: "line", role: "measured", colour: 2 },
        { label: "mass, none", mark: "line", role: "measured", colour: 3 },
      ],
      size: "low",
      column: 1,
    },
    {
      id: "memory",
      title: "How many inputs, how old",
      caption: "1/Σ w², the inputs that count, and their mean age in steps",
      short: "inputs that count; mean age",
      x: { label: "t / N", scale: "linear", min: 0, unit: "t/N" },
      y: { label: "steps", scale: "linear", min: 0 },
      series: [
        { label: "count, published", mark: "line", role: "measured", colour: 2 },
        { label: "count, min(N, t)", mark: "line", role: "measured", colour: 1 },
        { label: "age, published", mark: "line", role: "measured", colour: 4 },
        { label: "age, min(N, t)", mark: "line", role: "measured", colour: 3 },
      ],
      size: "low",
      column: 1,
    },
  ];
}
