import { spanOfY } from "./chart.ts";
import type { Plot, View } from "./chart.ts";
import type { Box } from "./crosshair.ts";
import { mapOf, peakOf } from "./map.ts";
import type { HeatMap } from "./map.ts";
import { nearestIndex } from "./nearest.ts";
import { grid } from "./readings.ts";
import type { Place } from "./readings.ts";
import type { Span } from "./ticks.ts";
import { following, middle, panned, stretched } from "./zoom.ts";

/** What pointer and keys ask of a figure. */
export interface Moved {
  readonly plot: Plot;
  readonly view: View | undefined;
  /** `spoken`: by keys, so that a reader who does not see the chart is told. */
  point(at: Place | undefined, spoken: boolean): void;
  select(box: Box | undefined): void;
  zoom(x: Span | undefined, y: Span | undefined): boolean;
}
/** A shorter way of the pointer, in pixels, is none. */
const least = 4;
/** No part of an axis is made shorter than this part of it. */
const finest = 1e-4;

const zoomed = ({ x, wholeX, y }: View): boolean => y !== undefined || x[0] !== wholeX[0] || x[1] !== wholeX[1];
const ordered = (a: number, b: number): Span => [Math.min(a, b), Math.max(a, b)];

/** Crosshair, zoom and pan on one canvas: shift and drag to zoom, drag to pan, arrows, + and −, Esc or a double click. */
export class Gestures {
  readonly #canvas: HTMLCanvasElement;
  readonly #figure: Moved;
  #held?: { readonly how: "select" | "pan"; readonly from: Place; readonly pixel: readonly [number, number] };

  constructor(canvas: HTMLCanvasElement, figure: Moved) {
    this.#canvas = canvas;
    this.#figure = figure;
    canvas.addEventListener("keydown", (event) => this.#key(event));
    canvas.addEventListener("blur", () => figure.point(undefined, false));
    canvas.addEventListener("pointermove", (event) => this.#move(event));
    canvas.addEventListener("pointerdown", (event) => this.#down(event));
    canvas.addEventListener("pointerup", (event) => this.#up(event));
    canvas.addEventListener("pointercancel", () => this.#drop());
    canvas.addEventListener("pointerleave", () => !this.#held && figure.point(undefined, false));
    canvas.addEventListener("dblclick", () => figure.zoom(undefined, undefined));
  }
  /** The pointer's look says whether there is anything to pan. */
  dress(view: View): void {
    const cursor = zoomed(view) ? "grab" : "";
    if (this.#canvas.style.cursor !== cursor) this.#canvas.style.cursor = cursor;
  }

  #map(view: View): HeatMap | undefined {
    return mapOf(view.chart, view.columns);
  }
  #place(event: PointerEvent): Place | undefined {
    const { left, top } = this.#canvas.getBoundingClientRect();
    const x = this.#figure.plot.valueAt("x", event.clientX - left);
    return x === undefined ? undefined : { x, y: this.#figure.plot.valueAt("y", event.clientY - top) };
  }
  #move(event: PointerEvent): void {
    const { view } = this.#figure;
    const here = this.#place(event);
    if (!view || !here) return;
    const map = this.#map(view);
    if (this.#held?.how === "pan") {
      this.#pan(view, this.#held.from, here);
      return;
    }
    if (this.#held) this.#figure.select(this.#box(event));
    const points = grid(view.chart, view.columns);
    const x = points?.[nearestIndex(points, here.x, view.chart.x.scale)];
    const y = map && here.y !== undefined ? map.ys[nearestIndex(map.ys, here.y, view.chart.y.scale)] : undefined;
    this.#figure.point(x === undefined ? undefined : { x, y }, false);
  }
  #down(event: PointerEvent): void {
    const { view } = this.#figure;
    const from = this.#place(event);
    if (!view || !from || event.button !== 0 || (!event.shiftKey && !zoomed(view))) return;
    if (event.shiftKey) event.preventDefault();
    this.#held = { how: event.shiftKey ? "select" : "pan", from, pixel: [event.clientX, event.clientY] };
    this.#canvas.setPointerCapture(event.pointerId);
  }
  #up(event: PointerEvent): void {
    const { view } = this.#figure;
    const box = this.#held?.how === "select" ? this.#box(event) : undefined;
    this.#drop();
    if (view && box) this.#figure.zoom(box.x, box.y ?? view.y);
  }
  #drop(): void {
    this.#held = undefined;
    this.#figure.select(undefined);
  }
  /** What has been dragged over: of x, on a map of y too; the whole length where the pointer hardly moved along. */
  #box(event: PointerEvent): Box | undefined {
    const { view } = this.#figure;
    const here = this.#place(event);
    if (!view || !here || !this.#held) return undefined;
    const { from, pixel } = this.#held;
    const across = Math.abs(event.clientX - pixel[0]) >= least && here.x !== from.x;
    const up = this.#map(view) !== undefined && Math.abs(event.clientY - pixel[1]) >= least;
    if (!across && !up) return undefined;
    return {
      x: across ? ordered(from.x, here.x) : view.x,
      ...(up && from.y !== undefined && here.y !== undefined && { y: ordered(from.y, here.y) }),
    };
  }
  #pan(view: View, from: Place, to: Place): void {
    const { chart, wholeX } = view;
    const x = panned(chart.x.scale, view.x, from.x, to.x, wholeX);
    const along = view.y && from.y !== undefined && to.y !== undefined;
    const y = along ? panned(chart.y.scale, view.y, from.y, to.y, spanOfY(view)) : view.y;
    this.#figure.point(undefined, false);
    this.#figure.zoom(x, y);
  }

  #key(event: KeyboardEvent): void {
    const { view, plot } = this.#figure;
    if (!view || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape") {
      const had = plot.at !== undefined;
      this.#figure.point(undefined, false);
      if (this.#figure.zoom(undefined, undefined) || had) event.stopPropagation();
      return;
    }
    const factor = { "+": 0.5, "=": 0.5, "-": 2, "−": 2 }[event.key];
    const next = factor === undefined ? this.#next(event, view) : undefined;
    if (factor !== undefined) this.#stretch(view, factor);
    if (next) {
      // What lies beyond a part zoomed into is brought into view.
      const { chart, wholeX } = view;
      const x = following(chart.x.scale, view.x, next.x, wholeX);
      const y = view.y && next.y !== undefined ? following(chart.y.scale, view.y, next.y, spanOfY(view)) : view.y;
      if (x !== view.x || y !== view.y) this.#figure.zoom(x, y);
      this.#figure.point(next, true);
    }
    if (factor !== undefined || next) event.preventDefault();
  }
  #stretch(view: View, factor: number): void {
    const { chart, wholeX } = view;
    const at = this.#figure.plot.at;
    const long = (part: Span, whole: Span) => part[1] - part[0] > finest * (whole[1] - whole[0]) || factor > 1;
    if (!long(view.x, wholeX)) return;
    const x = stretched(chart.x.scale, view.x, at?.x ?? middle(chart.x.scale, view.x), factor, wholeX);
    if (!this.#map(view)) {
      this.#figure.zoom(x, undefined);
      return;
    }
    const wholeY = spanOfY(view);
    const spanY = view.y ?? wholeY;
    const y = stretched(chart.y.scale, spanY, at?.y ?? middle(chart.y.scale, spanY), factor, wholeY);
    this.#figure.zoom(x, y);
  }
  /** Where an arrow, Home or End leads the crosshair. */
  #next({ key, shiftKey }: KeyboardEvent, view: View): Place | undefined {
    const { at } = this.#figure.plot;
    const points = grid(view.chart, view.columns);
    if (!points?.length) return undefined;
    const map = this.#map(view);
    const along = { ArrowRight: 1, ArrowLeft: -1 }[key] ?? 0;
    const up = map ? ({ ArrowUp: 1, ArrowDown: -1 }[key] ?? 0) : 0;
    if (!along && !up && key !== "Home" && key !== "End") return undefined;
    const [low, high] = view.x;
    const inside = points.filter((x) => x >= low && x <= high);
    const far = (length: number) => (shiftKey ? Math.max(1, Math.round(length / 10)) : 1);
    const kept = (k: number, length: number) => Math.min(Math.max(k, 0), length - 1);
    // A map begins where it is strongest.
    const peak = map && peakOf(map);
    const row = !map ? -1 : at?.y === undefined ? (peak?.row ?? 0) : nearestIndex(map.ys, at.y, view.chart.y.scale);
    const y = map && map.ys[kept(row + (at?.y === undefined ? 0 : up * far(map.ys.length)), map.ys.length)];
    if (key === "Home" || key === "End") {
      const x = key === "Home" ? inside[0] : inside.at(-1);
      return x === undefined ? undefined : { x, y };
    }
    if (!at || (map && at.y === undefined)) {
      const x = map ? points[peak?.column ?? 0] : along > 0 ? inside[0] : inside.at(-1);
      return x === undefined ? undefined : { x, y };
    }
    const now = nearestIndex(points, at.x, view.chart.x.scale);
    return { x: points[kept(now + along * far(inside.length), points.length)]!, y };
  }
}
