import {
  Chart as ChartJs,
  Filler,
  LinearScale,
  LineController,
  LineElement,
  LogarithmicScale,
  PointElement,
} from "chart.js";
import type { ChartConfiguration, ScaleOptionsByType } from "chart.js";
import type { Axis, Chart, Rule, Series } from "../src/protocol/index.ts";
import { overlay } from "./crosshair.ts";
import type { Box } from "./crosshair.ts";
import { band } from "./marks/band.ts";
import { bars } from "./marks/bars.ts";
import { heatmap } from "./marks/heatmap.ts";
import { line } from "./marks/line.ts";
import type { Dataset, Drawing, Pen, Previous, Trace } from "./marks/mark.ts";
import { points } from "./marks/points.ts";
import { names } from "./names.ts";
import type { Place } from "./readings.ts";
import { key } from "./state.ts";
import type { Columns } from "./state.ts";
import type { Theme } from "./theme.ts";
import type { Across, Point } from "./thin.ts";
import { aired, spanOf, tickLabel, ticks, withoutDive, withoutFlight } from "./ticks.ts";
import type { Span } from "./ticks.ts";
import { rises } from "./values.ts";

ChartJs.register(LineController, LineElement, PointElement, LinearScale, LogarithmicScale, Filler);

const marks: Record<Series["mark"], (pen: Pen, columns: readonly Float64Array[]) => Trace[]> = {
  line,
  steps: line,
  points,
  band,
  bars,
  heatmap,
};
const yWidth = 44;

/** One chart as it shall look now. */
export interface View {
  readonly chart: Chart;
  readonly columns: Columns;
  readonly before: Columns;
  readonly rules: readonly Rule[];
  readonly theme: Theme;
  /** What is shown of x, and all of it; the part of y that a heat map is zoomed into. */
  readonly x: Span;
  readonly wholeX: Span;
  readonly y?: Span;
  /** The gutter at the right, where names stand; the same for all charts of one x. */
  readonly right: number;
  /** False where a chart of the same x stands right below. */
  readonly tickLabels: boolean;
  readonly narrow: boolean;
}

type Rows = readonly Float64Array[];
const rows = (chart: Chart, series: Series, columns: Columns): Rows => columns.get(key(chart.id, series.label)) ?? [];
const same = (a: Rows, b: Rows): boolean =>
  a.length === b.length &&
  a.every((column, k) => {
    const other = b[k]!;
    return column === other || (column.length === other.length && column.every((x, i) => x === other[i]));
  });
/** Whether two views of a chart are the same picture. Columns are not changed once they have arrived. */
function looksAlike(a: View, b: View): boolean {
  const words = ({ chart, rules, x, y, right, tickLabels, narrow }: View) =>
    JSON.stringify([chart, rules, x, y, right, tickLabels, narrow]);
  return (
    a.theme === b.theme &&
    words(a) === words(b) &&
    b.chart.series.every((series) => {
      const [now, next] = [rows(a.chart, series, a.columns), rows(b.chart, series, b.columns)];
      return (
        now.length === next.length &&
        now.every((column, k) => column === next[k]) &&
        same(rows(a.chart, series, a.before), rows(b.chart, series, b.before))
      );
    })
  );
}
/** What is drawn of a former run: its measured lines that differ from today's; of more than two, the first. */
export function former(chart: Chart, columns: Columns, before: Columns): Series[] {
  const changed = chart.series.filter((series) => {
    if (series.role !== "measured" || (series.mark !== "line" && series.mark !== "steps")) return false;
    const old = rows(chart, series, before);
    return old.length > 0 && !same(old, rows(chart, series, columns));
  });
  return changed.length > 2 ? changed.slice(0, 1) : changed;
}
/** The ends of a chart's x: as announced, or what its columns hold, with air round closed curves. */
export function spanOfX({ x, id, series }: Chart, columns: Columns): Span | undefined {
  if (x.min !== undefined && x.max !== undefined) return [x.min, x.max];
  const all = series.flatMap(({ label }) => columns.get(key(id, label))?.[0] ?? []);
  const tight = spanOf(all, x.scale);
  const closed = series.some(({ label, mark }) => {
    const at = columns.get(key(id, label))?.[0];
    return mark === "line" && at !== undefined && !rises(at);
  });
  const held = tight && closed && x.scale === "linear" ? aired(tight, "linear") : tight;
  return held && [x.min ?? held[0], x.max ?? held[1]];
}
/** All of y. */
export function spanOfY({ chart, columns, before, rules }: View): Span {
  const { y } = chart;
  if (y.min !== undefined && y.max !== undefined) return [y.min, y.max];
  const shown = chart.series.filter(({ role }) => role !== "other");
  const map = chart.series.some(({ mark }) => mark === "heatmap");
  const values = shown.flatMap((series) => rows(chart, series, columns).slice(1, map ? 2 : undefined));
  const old = former(chart, columns, before).flatMap((series) => rows(chart, series, before).slice(1));
  const held = spanOf([...values, ...old], y.scale);
  if (!held) return y.scale === "log" ? [y.min ?? 0.1, y.max ?? 1] : [y.min ?? 0, y.max ?? 1];
  const deep = y.scale === "log" && !map ? withoutDive(held, values) : held;
  const kept = y.scale === "log" && !map && rules.length > 0 ? withoutFlight(deep, values) : deep;
  const [low, high] = map ? held : aired(kept, y.scale);
  const span: Span = [y.min ?? low, y.max ?? high];
  return span[1] > span[0] ? span : aired([span[0], span[0]], y.scale);
}

/** Draws charts on one canvas: the only place that knows Chart.js. One instance lives as long as its canvas. */
export class Plot {
  readonly canvas: HTMLCanvasElement;
  at?: Place;
  drag?: Box;
  #drawing?: Drawing;
  #view?: View;
  #traces: Trace[] = [];

  constructor(canvas: HTMLCanvasElement) {
    this.canvas = canvas;
  }
  /** Brings the picture up to the view; nothing is drawn where it already shows that. */
  update(view: View): void {
    const former = this.#view;
    this.#view = view;
    if (this.#drawing && former && looksAlike(former, view)) return;
    const { data, options } = this.#described(view);
    if (this.#drawing) {
      this.#drawing.data.datasets = data.datasets;
      this.#drawing.options = options;
      this.#drawing.update("none");
    } else {
      const now = () => this.#now();
      this.#drawing = new ChartJs<"line", Point[]>(this.canvas, {
        type: "line",
        data,
        options,
        plugins: [names(now), overlay(now)],
      });
    }
  }
  /** Draws the overlay anew, nothing else: cheap enough for every move of the pointer. */
  redraw(): void {
    this.#drawing?.draw();
  }
  resize(): void {
    this.#drawing?.resize();
  }
  destroy(): void {
    this.#drawing?.destroy();
    this.#drawing = undefined;
  }
  /** The value on an axis under a place of the canvas in CSS pixels, kept within the axis. */
  valueAt(axis: "x" | "y", pixel: number): number | undefined {
    const scale = this.#drawing?.scales[axis];
    const value = scale?.getValueForPixel(pixel);
    return scale && value !== undefined ? Math.min(Math.max(value, scale.min), scale.max) : undefined;
  }

  #described(view: View) {
    const y = { scale: view.chart.y.scale, span: view.y ?? spanOfY(view) };
    this.#traces = this.#tracesOf(view, y);
    return this.#configuration(view, y);
  }
  /** Chart.js has taken on another size and will draw next: other points share a pixel column now. */
  #resized(): void {
    if (!this.#drawing || !this.#view) return;
    const { data, options } = this.#described(this.#view);
    this.#drawing.data.datasets = data.datasets;
    this.#drawing.options = options;
  }
  #now() {
    const { theme, rules, chart, tickLabels } = this.#view!;
    const unit = tickLabels ? chart.x.unit : undefined;
    return { traces: this.#traces, theme, rules, at: this.at, drag: this.drag, unit, tickLabels };
  }
  /** As Chart.js knows it: asking the page again would lay it out in the middle of a drawing. */
  #size(): { readonly width: number; readonly height: number } {
    if (this.#drawing) return this.#drawing;
    const box = this.canvas.parentElement;
    return { width: box?.clientWidth ?? 0, height: box?.clientHeight ?? 190 };
  }
  #tracesOf({ chart, columns, before, theme, x: span, right }: View, y: Pen["y"]): Trace[] {
    const width = Math.max(1, Math.round(this.#size().width - yWidth - right));
    const x: Across = { scale: chart.x.scale, span, width };
    const old = former(chart, columns, before).flatMap((series, k) => {
      const named = k === 0 && series.nameAt === undefined && !series.unnamed;
      const previous: Previous = { ...series, label: "before", role: "previous", nameAt: undefined, unnamed: !named };
      return line({ theme, x, y, series: previous }, rows(chart, series, before));
    });
    // Bands and bars lie beneath, the faint trace on them, lines above in the announced order.
    const beneath = (series: Series) => series.mark === "band" || series.mark === "heatmap" || series.mark === "bars";
    const drawn = (some: readonly Series[]) =>
      some.flatMap((series) => marks[series.mark]({ theme, x, y, series }, rows(chart, series, columns)));
    return [...drawn(chart.series.filter(beneath)), ...old, ...drawn(chart.series.filter((s) => !beneath(s)))];
  }
  #configuration(view: View, y: Pen["y"]): Pick<ChartConfiguration<"line", Point[]>, "data"> & { options: object } {
    const { theme } = view;
    // Chart.js draws a lower order later, on top; a dataset filled to the former one must follow it.
    const datasets: Dataset[] = this.#traces.map((trace, k) => ({ ...trace.dataset, order: this.#traces.length - k }));
    return {
      data: { datasets },
      options: {
        animation: false,
        parsing: false,
        normalized: true,
        responsive: true,
        onResize: () => this.#resized(),
        maintainAspectRatio: false,
        events: [],
        devicePixelRatio: window.devicePixelRatio,
        font: { family: theme.family, size: 11 },
        layout: { padding: { right: view.right, top: 6 } },
        elements: { line: { tension: 0 } },
        scales: { x: xAxis(view), y: yAxis(view, y.span, this.#size().height) },
      },
    };
  }
}

type Scale = Pick<ScaleOptionsByType<"linear" | "logarithmic">, "min" | "max"> & { readonly type: string };
const type = ({ scale }: Axis): string => (scale === "log" ? "logarithmic" : "linear");
function xAxis({ chart, x, theme, tickLabels, narrow }: View): Scale {
  const places = narrow && chart.x.scale === "linear" ? narrowTicks(x) : wideTicks(chart.x.scale, x);
  return {
    type: type(chart.x),
    min: x[0],
    max: x[1],
    border: { color: theme.colour("var(--hairline)") },
    grid: { display: false, drawTicks: false },
    afterBuildTicks: (scale: { ticks: unknown }) => (scale.ticks = places.map((value) => ({ value }))),
    ticks: {
      display: tickLabels,
      color: theme.colour("var(--muted)"),
      padding: 6,
      maxRotation: 0,
      autoSkip: false,
      font: { family: theme.family, size: 11 },
      callback: (value: number) => tickLabel(chart.x.scale, x, value),
    },
  } as Scale;
}
/** At most six, or seven where six would leave three: −1.5, −1 … 1.5 rather than −1, 0, 1. */
function wideTicks(scale: Axis["scale"], x: Span): number[] {
  const six = ticks(scale, x, 6);
  return six.length > 3 ? six : ticks(scale, x, 7);
}
/** Three ticks in a narrow panel: the ends and the middle, where they are round. */
function narrowTicks(x: Span): number[] {
  const half = (x[0] + x[1]) / 2;
  return Number.isInteger(half) && x[0] === 0 ? [x[0], half, x[1]] : ticks("linear", x, 4);
}
function yAxis({ chart, theme }: View, span: Span, height: number): Scale {
  const most = Math.min(Math.max(Math.floor(height / 30), 3), 6);
  return {
    type: type(chart.y),
    min: span[0],
    max: span[1],
    border: { display: false },
    grid: { color: theme.colour("var(--grid)"), drawTicks: false },
    afterBuildTicks: (scale: { ticks: unknown }) =>
      (scale.ticks = ticks(chart.y.scale, span, most).map((value) => ({ value }))),
    afterFit: (scale: { width: number }) => (scale.width = yWidth),
    ticks: {
      color: theme.colour("var(--muted)"),
      padding: 8,
      autoSkip: false,
      font: { family: theme.family, size: 11 },
      callback: (value: number) => tickLabel(chart.y.scale, span, value),
    },
  } as Scale;
}
