// A chart with a heat map and one of the same x, for the checks of both.
import * as its from "./messages.mjs";

const xEdges = [1e-3, 1e-2, 1e-1, 1, 10].map((x) => x / Math.sqrt(10));
const yEdges = [0, 1, 2, 3];
/** By row from below: least in the second column of the middle row. */
export const cells = [5, 4, 3, 2, 1, 0.5, 2, 3, 8, 8, 6, 5];
export const numbers = (run, some) => ({
  type: "frames",
  run,
  frames: [
    { chart: "map", series: "loss", mode: "replace", columns: [xEdges, yEdges, some] },
    {
      chart: "map",
      series: "best",
      mode: "replace",
      columns: [
        [1e-3, 1e-2, 0.1, 1],
        [1.5, 1.5, 1.5, 0.5],
      ],
    },
    {
      chart: "slope",
      series: "exact",
      mode: "replace",
      columns: [
        [1e-3, 1],
        [1, 1000],
      ],
    },
    {
      chart: "slope",
      series: "held",
      mode: "replace",
      columns: [
        [1e-3, 0.1],
        [7, 9],
      ],
    },
    {
      chart: "slope",
      series: "measured",
      mode: "replace",
      columns: [
        [1e-3, 1],
        [1.1, 990],
      ],
    },
  ],
  report: { answer: "A map.", status: "A model.", rules: [] },
  progress: { done: 1, total: 1, unit: "steps" },
});
const x = { label: "ε", scale: "log", min: xEdges[0], max: xEdges[4] };
export const charts = [
  {
    id: "map",
    title: "Map",
    caption: "loss by ε and η",
    x,
    y: { label: "η", scale: "linear", min: 0, max: 3 },
    series: [
      {
        label: "loss",
        mark: "heatmap",
        role: "measured",
        colour: 1,
        unnamed: true,
        cells: { label: "nats", max: 8, strong: "least" },
      },
      { label: "best", mark: "points", role: "measured", colour: 2, unnamed: true },
    ],
    size: "tall",
    column: 0,
  },
  {
    id: "slope",
    title: "Slope",
    caption: "by ε",
    x,
    y: { label: "s", scale: "log" },
    series: [
      { label: "measured", mark: "points", role: "measured", colour: 1, unnamed: true },
      { label: "held", mark: "steps", role: "other", unnamed: true },
      { label: "exact", mark: "line", role: "theory", unnamed: true },
    ],
    size: "middle",
    column: 0,
  },
];
export const show = (run, more = {}) => its.showTraining(run, { charts, before: undefined, changes: [], ...more });
export const map = (run, some = cells, more = {}) => [show(run, more), numbers(run, some)];
export const opened = async (house, options, messages = map(1)) => {
  const panel = await house.open(options);
  await panel.send(...messages);
  return panel;
};
export const read = (panel, id = "map") => panel.text(`figure[data-chart="${id}"] .read`);
/** The middle of a cell on the canvas, counted from the lower left. */
export async function place(panel, column, row) {
  const { x: left, y: top, width, height } = await panel.chart("map").locator("canvas").boundingBox();
  const [area, high] = [width - 44 - 14, height - 6];
  return [left + 44 + ((column + 0.5) / 4) * area, top + 6 + (1 - (row + 0.5) / 3) * high];
}
