import type { Chart, Grid } from "../src/protocol/index.ts";
import { post } from "./api.ts";
import { Plot } from "./chart.ts";
import type { View } from "./chart.ts";
import type { Box } from "./crosshair.ts";
import { element, glyphs } from "./element.ts";
import { Gestures } from "./gestures.ts";
import { GridTable } from "./grid.ts";
import { layout } from "./layout.ts";
import { mapOf } from "./map.ts";
import { inkOf } from "./marks/mark.ts";
import { described, readings } from "./readings.ts";
import type { Place } from "./readings.ts";
import { scaleElement } from "./scale.ts";
import { tableElement, tabulated, tsv } from "./table.ts";
import type { Span } from "./ticks.ts";

const heights = {
  low: { narrow: 112, normal: 112, wide: 140 },
  middle: { narrow: 168, normal: 168, wide: 262 },
  tall: { narrow: 190, normal: 190, wide: 300 },
} as const;

/** Measures words without laying out the page. */
const pen = document.createElement("canvas").getContext("2d");

/** What a figure tells the others that share its x. */
export interface Pointing {
  point(figure: Figure, at: Place | undefined): void;
  drag(figure: Figure, box: Box | undefined): void;
  zoom(figure: Figure, x: Span | undefined, y: Span | undefined): boolean;
}

/** A chart with its title, caption or readout, table and assumption. */
export class Figure {
  readonly element: HTMLElement;
  readonly plot: Plot;
  #view?: View;
  #dressed = "";
  readonly #title: HTMLElement;
  readonly #note = element("span", { class: "muted note caption" });
  readonly #read = element("span", { class: "read", "aria-live": "off" });
  readonly #canvas: HTMLCanvasElement;
  readonly #box: HTMLElement;
  readonly #scale = element("div", { class: "scale", hidden: true });
  readonly #assumption = element("div", { class: "assume" });
  readonly #tableButton: HTMLButtonElement;
  readonly #copyButton: HTMLButtonElement;
  #table?: HTMLElement;
  #grid?: GridTable;
  /** The room of title and caption, as last laid out. */
  #width = Infinity;
  readonly #gestures: Gestures;

  constructor(chart: Chart, pointing: Pointing) {
    const id = `chart-${chart.id}`;
    this.#title = element("b", { id });
    this.#canvas = element("canvas", {
      role: "img",
      tabindex: 0,
    });
    this.#box = element("div", { class: "plot" }, this.#canvas);
    this.#tableButton = element(
      "button",
      { class: "icon", "aria-pressed": "false", title: "Table", click: () => this.#toggle() },
      glyphs.table(),
    );
    this.#copyButton = element("button", { class: "link note", hidden: true, click: () => this.#copy() }, "Copy");
    const head = element("figcaption", {}, this.#title, this.#note, this.#read);
    new ResizeObserver(([entry]) => {
      this.#width = entry?.contentRect.width ?? Infinity;
      this.#caption();
    }).observe(head);
    this.element = element(
      "figure",
      { "aria-labelledby": id, "data-chart": chart.id },
      head,
      this.#box,
      element("div", { class: "tools" }, this.#copyButton, this.#tableButton),
      this.#scale,
      this.#assumption,
    );
    const plot = (this.plot = new Plot(this.#canvas));
    const now = () => this.#view;
    this.#gestures = new Gestures(this.#canvas, {
      plot,
      get view() {
        return now();
      },
      point: (at, spoken) => {
        this.#read.setAttribute("aria-live", spoken ? "polite" : "off");
        pointing.point(this, at);
      },
      select: (box) => pointing.drag(this, box),
      zoom: (x, y) => pointing.zoom(this, x, y),
    });
  }
  /** The chart as it is now. */
  get view(): View | undefined {
    return this.#view;
  }
  update(view: View, broken: string | undefined): void {
    const { chart, columns, before } = view;
    const other = this.#view?.theme !== view.theme;
    this.#view = view;
    if (other) this.#caption(); // in another font it may fit
    this.#dress(chart, broken ?? chart.assumption?.broken);
    if (chart.grid) {
      this.#showGrid(view, chart.grid);
      return;
    }
    this.plot.update(view);
    this.#gestures.dress(view);
    this.#showScale(view);
    this.#canvas.setAttribute("aria-label", described(chart, columns));
    if (this.plot.at !== undefined || this.#read.hasChildNodes()) this.#say();
    if (this.#table) this.#showTable(tableElement(tabulated(chart, columns, before), chart.title));
  }
  /** A table that is clicked has no canvas and needs no other table. */
  #showGrid({ chart, columns }: View, grid: Grid): void {
    if (!this.#grid) {
      this.#grid = new GridTable();
      this.#canvas.hidden = true;
      this.#tableButton.hidden = true;
      this.#copyButton.hidden = false;
      this.#box.style.height = "auto";
      this.#box.append(this.#grid.element);
    }
    this.#grid.update(chart.title, grid, mapOf(chart, columns)?.cells);
  }
  /** Where the crosshair stands, or nowhere. */
  point(at: Place | undefined): void {
    if (this.plot.at?.x === at?.x && this.plot.at?.y === at?.y) return;
    this.plot.at = at;
    this.plot.redraw();
    this.#say();
  }
  drag(box: Box | undefined): void {
    if (!this.plot.drag && !box) return;
    this.plot.drag = box;
    this.plot.redraw();
  }

  /** Only what differs: a canvas has the whole page styled anew when something in it has changed. */
  #dress(chart: Chart, broken: string | undefined): void {
    const now = JSON.stringify([chart, broken, layout()]);
    if (now === this.#dressed) return;
    this.#dressed = now;
    this.#title.textContent = chart.title;
    this.#caption();
    this.#note.title = chart.caption;
    this.#tableButton.setAttribute("aria-label", `Show ${chart.title} as a table`);
    this.#box.style.height = chart.grid ? "auto" : `${heights[chart.size][layout()]}px`;
    this.#assume(chart, broken);
  }
  /** The short caption where the panel is narrow, or where the long one has no room. */
  #caption(): void {
    if (!this.#view || !pen) return;
    const { chart, theme } = this.#view;
    pen.font = `600 13px ${theme.family}`;
    const room = this.#width - pen.measureText(chart.title).width - 8;
    pen.font = `12px ${theme.family}`;
    const fits = layout() !== "narrow" && pen.measureText(chart.caption).width <= room;
    const text = fits ? chart.caption : (chart.short ?? chart.caption);
    if (this.#note.textContent !== text) this.#note.textContent = text;
  }
  /** What the shades of a map mean, beneath it; its room is kept until the numbers come. */
  #showScale({ chart, columns }: View): void {
    const scale = scaleElement(chart, columns);
    this.#scale.hidden = !scale;
    if (scale && this.#scale.dataset.says !== scale.says) {
      this.#scale.dataset.says = scale.says;
      this.#scale.replaceChildren(...scale.children);
    }
  }
  #assume({ assumption }: Chart, broken: string | undefined): void {
    const text = assumption?.text ?? "";
    const children = broken ? [element("s", {}, text), ` not here: ${broken.replace(/^not here: /, "")}`] : [text];
    this.#assumption.replaceChildren(...children);
    this.#assumption.hidden = text === "" && !broken;
  }
  /** The values under the crosshair take the caption's place. */
  #say(): void {
    const { at } = this.plot;
    const view = this.#view;
    const said = at === undefined || !view ? [] : readings(view.chart, view.columns, view.before, at);
    this.#note.hidden = said.length > 0;
    this.#read.hidden = said.length === 0;
    this.#read.replaceChildren(
      ...said.flatMap(({ name, text, series }, k) => {
        const measured = series?.role === "measured" && series.mark !== "band" ? series : undefined;
        const map = series?.mark === "heatmap";
        // "h = 1", then "1/50": what names share is said once.
        const shared = /^.* = /.exec(said[k - 1]?.name ?? "")?.[0];
        const label = element("span", {}, shared && name.startsWith(shared) ? name.slice(shared.length) : name);
        if (measured && view) label.style.color = inkOf(view.theme, measured);
        return [element("span", { class: measured || map ? "reading" : "reading muted" }, label, ` ${text}`), " "];
      }),
    );
    // What is muted goes whole where there is no room: the measured values come first.
    const read = this.#read;
    for (let last = read.lastElementChild; last?.classList.contains("muted"); last = read.lastElementChild) {
      if (read.scrollWidth <= read.clientWidth) break;
      last.remove();
    }
  }
  #toggle(): void {
    const on = !this.#table;
    this.#tableButton.setAttribute("aria-pressed", String(on));
    this.#copyButton.hidden = !on;
    this.#canvas.hidden = on;
    if (!on) {
      this.#table?.remove();
      this.#table = undefined;
      this.plot.resize();
    } else if (this.#view) {
      const { chart, columns, before } = this.#view;
      this.#showTable(tableElement(tabulated(chart, columns, before), chart.title));
    }
  }
  #showTable(table: HTMLElement): void {
    const top = this.#table?.scrollTop ?? 0;
    this.#table?.remove();
    this.#table = table;
    this.#box.append(table);
    table.scrollTop = top;
  }
  #copy(): void {
    if (!this.#view) return;
    const { chart, columns, before } = this.#view;
    post({ type: "copy", text: tsv(tabulated(chart, columns, before)) });
  }
}
