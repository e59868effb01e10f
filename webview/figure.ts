import type { Chart } from "../src/protocol/index.ts";
import { post } from "./api.ts";
import { Plot } from "./chart.ts";
import type { View } from "./chart.ts";
import { element, glyphs } from "./element.ts";
import { layout } from "./layout.ts";
import { inkOf } from "./marks/mark.ts";
import { nearestIndex } from "./nearest.ts";
import { described, grid, readings } from "./readings.ts";
import { tableElement, tabulated, tsv } from "./table.ts";

const heights = {
  low: { narrow: 112, normal: 112, wide: 140 },
  middle: { narrow: 168, normal: 168, wide: 262 },
  tall: { narrow: 190, normal: 190, wide: 300 },
} as const;

/** What a figure tells the others that share its x. */
export interface Pointing {
  point(figure: Figure, at: number | undefined): void;
  drag(figure: Figure, range: readonly [number, number] | undefined): void;
  zoom(figure: Figure, range: readonly [number, number] | undefined): boolean;
}

/** A chart with its title, caption or readout, table and assumption. */
export class Figure {
  readonly element: HTMLElement;
  readonly plot: Plot;
  #view?: View;
  #dressed = "";
  readonly #pointing: Pointing;
  readonly #title: HTMLElement;
  readonly #note = element("span", { class: "muted note caption" });
  readonly #read = element("span", { class: "read", "aria-live": "off" });
  readonly #canvas: HTMLCanvasElement;
  readonly #box: HTMLElement;
  readonly #assumption = element("div", { class: "assume" });
  readonly #tableButton: HTMLButtonElement;
  readonly #copyButton: HTMLButtonElement;
  #table?: HTMLElement;
  #dragFrom?: number;

  constructor(chart: Chart, pointing: Pointing) {
    this.#pointing = pointing;
    const id = `chart-${chart.id}`;
    this.#title = element("b", { id });
    this.#canvas = element("canvas", {
      role: "img",
      tabindex: 0,
      keydown: (event: KeyboardEvent) => this.#key(event),
      blur: () => pointing.point(this, undefined),
      pointermove: (event: PointerEvent) => this.#move(event),
      pointerdown: (event: PointerEvent) => this.#down(event),
      pointerup: () => this.#up(),
      pointerleave: () => this.#dragFrom === undefined && pointing.point(this, undefined),
      dblclick: () => pointing.zoom(this, undefined),
    });
    this.#box = element("div", { class: "plot" }, this.#canvas);
    this.#tableButton = element(
      "button",
      { class: "icon", "aria-pressed": "false", title: "Table", click: () => this.#toggle() },
      glyphs.table(),
    );
    this.#copyButton = element("button", { class: "link note", hidden: true, click: () => this.#copy() }, "Copy");
    this.element = element(
      "figure",
      { "aria-labelledby": id, "data-chart": chart.id },
      element("figcaption", {}, this.#title, this.#note, this.#read),
      this.#box,
      element("div", { class: "tools" }, this.#copyButton, this.#tableButton),
      this.#assumption,
    );
    this.plot = new Plot(this.#canvas);
  }
  /** The chart as it is now. */
  get view(): View | undefined {
    return this.#view;
  }
  update(view: View, broken: string | undefined): void {
    const { chart, columns, before } = view;
    this.#view = view;
    this.#dress(chart, broken ?? chart.assumption?.broken);
    this.plot.update(view);
    this.#canvas.setAttribute("aria-label", described(chart, columns));
    if (this.plot.at !== undefined || this.#read.hasChildNodes()) this.#say();
    if (this.#table) this.#showTable(tableElement(tabulated(chart, columns, before), chart.title));
  }
  /** Where the crosshair stands, or nowhere. */
  point(at: number | undefined): void {
    if (this.plot.at === at) return;
    this.plot.at = at;
    this.plot.redraw();
    this.#say();
  }
  drag(range: readonly [number, number] | undefined): void {
    this.plot.drag = range;
    this.plot.redraw();
  }

  /** Only what differs: a canvas has the whole page styled anew when something in it has changed. */
  #dress(chart: Chart, broken: string | undefined): void {
    const now = JSON.stringify([chart, broken, layout()]);
    if (now === this.#dressed) return;
    this.#dressed = now;
    this.#title.textContent = chart.title;
    this.#note.textContent = layout() === "narrow" ? (chart.short ?? chart.caption) : chart.caption;
    this.#note.title = chart.caption;
    this.#tableButton.setAttribute("aria-label", `Show ${chart.title} as a table`);
    this.#box.style.height = `${heights[chart.size][layout()]}px`;
    this.#assume(chart, broken);
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
        // "h = 1", then "1/50": what names share is said once.
        const shared = /^.* = /.exec(said[k - 1]?.name ?? "")?.[0];
        const label = element("span", {}, shared && name.startsWith(shared) ? name.slice(shared.length) : name);
        if (measured && view) label.style.color = inkOf(view.theme, measured);
        return [element("span", { class: measured ? "reading" : "reading muted" }, label, ` ${text}`), " "];
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

  #x(event: PointerEvent): number | undefined {
    return this.plot.xAt(event.clientX - this.#canvas.getBoundingClientRect().left);
  }
  #move(event: PointerEvent): void {
    const x = this.#x(event);
    if (x === undefined || !this.#view) return;
    if (this.#dragFrom !== undefined) this.#pointing.drag(this, [this.#dragFrom, x]);
    const points = grid(this.#view.chart, this.#view.columns);
    this.#read.setAttribute("aria-live", "off");
    this.#pointing.point(this, points?.[nearestIndex(points, x)]);
  }
  #down(event: PointerEvent): void {
    if (!event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    this.#dragFrom = this.#x(event);
    this.#canvas.setPointerCapture(event.pointerId);
  }
  #up(): void {
    const range = this.plot.drag;
    this.#dragFrom = undefined;
    this.#pointing.drag(this, undefined);
    if (range && range[0] !== range[1]) this.#pointing.zoom(this, [Math.min(...range), Math.max(...range)]);
  }
  #key(event: KeyboardEvent): void {
    const view = this.#view;
    const points = view && grid(view.chart, view.columns);
    if (!view || !points?.length) return;
    const [low, high] = view.x;
    const inside = points.filter((x) => x >= low && x <= high);
    const now = this.plot.at === undefined ? -1 : nearestIndex(inside, this.plot.at);
    const far = event.shiftKey ? Math.max(1, Math.round(inside.length / 10)) : 1;
    const target = {
      ArrowRight: now + far,
      ArrowLeft: now < 0 ? inside.length - 1 : now - far,
      Home: 0,
      End: inside.length - 1,
    }[event.key];
    if (event.key === "Escape") {
      const had = this.plot.at !== undefined;
      this.#pointing.point(this, undefined);
      if (this.#pointing.zoom(this, undefined) || had) event.stopPropagation();
    }
    if (target === undefined) return;
    event.preventDefault();
    this.#read.setAttribute("aria-live", "polite");
    this.#pointing.point(this, inside[Math.min(Math.max(target, 0), inside.length - 1)]);
  }
}
