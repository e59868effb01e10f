import type { Chart } from "../src/protocol/index.ts";
import { spanOfX } from "./chart.ts";
import { element } from "./element.ts";
import { Figure } from "./figure.ts";
import type { Pointing } from "./figure.ts";
import { layout } from "./layout.ts";
import type { Drawn, State } from "./state.ts";
import type { Theme } from "./theme.ts";
import type { Span } from "./ticks.ts";

/** Charts of one group share the crosshair, the zoom and both edges. */
const groupOf = ({ x }: Chart): string => `${x.label}\n${x.unit ?? ""}\n${x.scale}`;
const yOf = ({ id }: Chart): string => `y of ${id}`;
/** Milliseconds of a frame that charts take: after these, those that are left wait for the next one. */
const share = 6;
const gutter = 62;
const most = 116;

/** The column of charts: two columns in a wide panel. */
export class Charts {
  readonly element = element("div", { class: "charts" });
  readonly #columns = [element("div", { class: "col" }), element("div", { class: "col" })] as const;
  readonly #figures = new Map<string, Figure>();
  /** Parts of x by group, and of y by chart. */
  readonly #zooms = new Map<string, Span>();
  #drawn?: Drawn;
  #theme?: Theme;
  /** The frame in which the charts that are left will be drawn. */
  #rest?: number;
  readonly #measure = document.createElement("canvas").getContext("2d");
  readonly #pointing: Pointing = {
    // What stands on a map's y says nothing to the others.
    point: (figure, at) =>
      this.#same(figure).forEach((other) => other.point(at && other !== figure ? { x: at.x } : at)),
    drag: (figure, box) =>
      this.#same(figure).forEach((other) => other.drag(box && other !== figure ? { x: box.x } : box)),
    zoom: (figure, x, y) => this.#zoom(figure, x, y),
  };

  constructor(findings: HTMLElement) {
    this.element.append(...this.#columns);
    this.#columns[1].append(findings);
  }
  /** In the order they are read. */
  get figures(): readonly Figure[] {
    return [...this.#figures.values()];
  }
  /** Draws the state's charts: announced ones keep their room, empty, until their first numbers come. */
  update(state: State, theme: Theme): void {
    const charts = state.drawn?.charts ?? state.show?.charts ?? [];
    this.#drawn = state.drawn;
    this.#theme = theme;
    this.#arrange(charts);
    // New ones at once, for each takes its room; and all, where the last time some were left, or those at the end would never be drawn.
    const known = charts.every(({ id }) => this.#figures.get(id)?.view);
    this.#draw(charts, 0, known && this.#rest === undefined ? share : Infinity);
    // Room is kept for curves that will come; there is none for those that will not.
    const coming = state.phase === "waiting" || state.phase === "running";
    this.element.classList.toggle("blank", !state.drawn);
    this.element.hidden = !state.drawn && !coming;
  }

  #arrange(charts: readonly Chart[]): void {
    const ids = charts.map(({ id }) => id);
    if (ids.join("\n") === [...this.#figures.keys()].join("\n")) return;
    for (const figure of this.#figures.values()) {
      figure.plot.destroy();
      figure.element.remove();
    }
    this.#figures.clear();
    this.#zooms.clear();
    const findings = this.#columns[1].lastElementChild;
    for (const chart of charts) {
      const figure = new Figure(chart, this.#pointing);
      this.#figures.set(chart.id, figure);
      if (chart.column === 0) this.#columns[0].append(figure.element);
      else this.#columns[1].insertBefore(figure.element, findings);
    }
  }
  /** From chart `from` on; those that `budget` ms do not suffice for come with the next frame: the first is what one looks at. */
  #draw(charts: readonly Chart[], from = 0, budget = Infinity): void {
    const theme = this.#theme;
    if (this.#rest !== undefined) cancelAnimationFrame(this.#rest);
    this.#rest = undefined;
    if (!theme) return;
    const until = performance.now() + budget;
    const columns = this.#drawn?.columns ?? new Map<string, readonly Float64Array[]>();
    const before = this.#drawn?.before ?? new Map<string, readonly Float64Array[]>();
    for (const [k, chart] of charts.entries()) {
      if (k < from) continue;
      if (k > from && performance.now() > until) {
        this.#rest = requestAnimationFrame(() => this.#draw(charts, k, budget));
        return;
      }
      const group = charts.filter((other) => groupOf(other) === groupOf(chart));
      const spans = group.flatMap((other) => [spanOfX(other, columns)]).filter((span) => span !== undefined);
      const whole: Span = spans.length
        ? [Math.min(...spans.map(([low]) => low)), Math.max(...spans.map(([, high]) => high))]
        : [chart.x.scale === "log" ? 1e-3 : 0, 1];
      const beside = charts.filter(({ column }) => column === chart.column);
      const next = beside[beside.indexOf(chart) + 1];
      this.#figures.get(chart.id)?.update(
        {
          chart,
          columns,
          before,
          theme,
          x: this.#zooms.get(groupOf(chart)) ?? whole,
          wholeX: whole,
          y: this.#zooms.get(yOf(chart)),
          rules: this.#drawn?.rules.filter((rule) => rule.chart === chart.id) ?? [],
          right: this.#gutter(group, theme),
          tickLabels: !next || groupOf(next) !== groupOf(chart),
          narrow: layout() === "narrow",
        },
        this.#drawn?.broken[chart.id],
      );
    }
  }
  /** Room for the longest name at a line's end; little where there is none. */
  #gutter(group: readonly Chart[], theme: Theme): number {
    const named = group.flatMap(({ series }) =>
      series.filter(({ unnamed, nameAt, mark }) => !unnamed && nameAt === undefined && mark !== "bars"),
    );
    if (!named.length && !group.some(({ x }) => x.unit)) return 14;
    if (!this.#measure) return gutter;
    this.#measure.font = `600 11px ${theme.family}`;
    const widths = named.map(({ label }) => this.#measure?.measureText(label).width ?? 0);
    return Math.min(Math.max(gutter, Math.max(0, ...widths) + 12), most);
  }
  #same(figure: Figure): Figure[] {
    const chart = figure.view?.chart;
    return chart ? this.figures.filter(({ view }) => view && groupOf(view.chart) === groupOf(chart)) : [];
  }
  /** To a part of x, and of a map's y; without either to all there is. Whether anything changed. */
  #zoom(figure: Figure, x: Span | undefined, y: Span | undefined): boolean {
    const view = figure.view;
    if (!view) return false;
    const keys = [
      groupOf(view.chart),
      ...this.#same(figure).flatMap((other) => (other.view ? yOf(other.view.chart) : [])),
    ];
    if (!x && !y && !keys.some((key) => this.#zooms.has(key))) return false;
    const set = (key: string, span: Span | undefined) => (span ? this.#zooms.set(key, span) : this.#zooms.delete(key));
    set(groupOf(view.chart), x);
    if (x || y) set(yOf(view.chart), y);
    else for (const key of keys) this.#zooms.delete(key);
    this.#draw(this.figures.flatMap((other) => other.view?.chart ?? []));
    return true;
  }
}
