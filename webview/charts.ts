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
const gutter = 62;
const most = 116;

/** The column of charts: two columns in a wide panel. */
export class Charts {
  readonly element = element("div", { class: "charts" });
  readonly #columns = [element("div", { class: "col" }), element("div", { class: "col" })] as const;
  readonly #figures = new Map<string, Figure>();
  readonly #zooms = new Map<string, Span>();
  #drawn?: Drawn;
  #theme?: Theme;
  readonly #measure = document.createElement("canvas").getContext("2d");
  readonly #pointing: Pointing = {
    point: (figure, at) => this.#same(figure).forEach((other) => other.point(at)),
    drag: (figure, range) => this.#same(figure).forEach((other) => other.drag(range)),
    zoom: (figure, range) => this.#zoom(figure, range),
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
    this.#draw(charts);
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
  #draw(charts: readonly Chart[]): void {
    const theme = this.#theme;
    if (!theme) return;
    const columns = this.#drawn?.columns ?? new Map<string, readonly Float64Array[]>();
    const before = this.#drawn?.before ?? new Map<string, readonly Float64Array[]>();
    for (const chart of charts) {
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
      series.filter(
        ({ unnamed, nameAt, mark }) => !unnamed && nameAt === undefined && mark !== "points" && mark !== "bars",
      ),
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
  /** Whether anything changed. */
  #zoom(figure: Figure, range: Span | undefined): boolean {
    const view = figure.view;
    if (!view) return false;
    const group = groupOf(view.chart);
    if (!range && !this.#zooms.has(group)) return false;
    if (range) this.#zooms.set(group, range);
    else this.#zooms.delete(group);
    this.#draw(this.figures.flatMap((other) => other.view?.chart ?? []));
    return true;
  }
}
