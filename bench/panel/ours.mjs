// The panel's own code: the chart alone, and the figure around it from the message to the picture.
import { Plot, spanOfX } from "../../webview/chart.ts";
import { Charts } from "../../webview/charts.ts";
import { gathered, nothing, receive } from "../../webview/state.ts";
import { readTheme } from "../../webview/theme.ts";

const chart = {
  id: "loss",
  title: "Loss",
  caption: "of four runs",
  x: { label: "step", scale: "linear", unit: "steps" },
  y: { label: "L(θ)", scale: "linear" },
  series: [1, 2, 3, 4].map((colour) => ({ label: `line ${colour}`, mark: "line", role: "measured", colour })),
  size: "tall",
  column: 0,
};
const framesOf = (data) =>
  data.map((columns, k) => ({ chart: chart.id, series: `line ${k + 1}`, mode: "replace", columns }));

export function chartAlone() {
  let plot;
  const view = (data) => {
    const columns = gathered(new Map(), framesOf(data));
    const x = spanOfX(chart, columns);
    return { chart, columns, before: new Map(), rules: [], theme, x, right: 62, tickLabels: true, narrow: false };
  };
  const theme = readTheme(false);
  return {
    draw(data) {
      const box = document.createElement("div");
      box.style.cssText = "position: relative; width: 900px; height: 400px";
      plot = new Plot(box.appendChild(document.createElement("canvas")));
      document.body.replaceChildren(box);
      plot.update(view(data));
    },
    update: (data) => plot.update(view(data)),
  };
}

export function wholeFigure() {
  const charts = new Charts(document.createElement("section"));
  const theme = readTheme(false);
  const show = { type: "show", run: 1, lab: "bench", charts: [chart], changes: [] };
  const report = { answer: "", status: "", rules: [] };
  const progress = { done: 1, total: 2, unit: "steps" };
  let state = receive(nothing, show);
  const hear = (data) => {
    state = receive(state, { type: "frames", run: 1, frames: framesOf(data), report, progress });
    charts.update(state, theme);
  };
  return {
    draw(data) {
      const style = document.createElement("style");
      style.textContent = ".plot { width: 900px !important; height: 400px !important }";
      document.head.append(style);
      document.body.replaceChildren(charts.element);
      hear(data);
    },
    update: hear,
  };
}
