import type { Plugin } from "chart.js";
import type { Rule } from "../src/protocol/index.ts";
import { count, spell } from "../src/protocol/index.ts";
import type { Drawing, Trace } from "./marks/mark.ts";
import { cellOf } from "./map.ts";
import { nearestIndex } from "./nearest.ts";
import type { Place } from "./readings.ts";
import type { Theme } from "./theme.ts";
import type { Point } from "./thin.ts";
import type { Span } from "./ticks.ts";

/** A part of a chart: of x, and of the y of a heat map. */
export interface Box {
  readonly x: Span;
  readonly y?: Span;
}
/** What is drawn over the curves of one chart. */
export interface Overlay {
  readonly traces: readonly Trace[];
  readonly theme: Theme;
  readonly rules: readonly Rule[];
  /** Where the crosshair stands. */
  readonly at?: Place;
  /** What is being dragged over, to be zoomed into. */
  readonly drag?: Box;
  /** Printed after the last tick; absent where another chart below prints them. */
  readonly unit?: string;
  readonly tickLabels: boolean;
}

/** x as the axis prints it under the crosshair. */
export const spellX = (x: number): string => (Number.isInteger(x) ? count(x) : spell(x));

function printUnit({ ctx, chartArea: area, scales }: Drawing, { unit, theme }: Overlay): void {
  if (!unit) return;
  ctx.font = `11px ${theme.family}`;
  ctx.fillStyle = theme.colour("var(--muted)");
  ctx.textBaseline = "top";
  ctx.textAlign = "left";
  const last = scales.x?.ticks.at(-1);
  const end = last ? (scales.x?.getPixelForValue(last.value) ?? 0) + ctx.measureText(String(last.label)).width / 2 : 0;
  ctx.fillText(unit, Math.max(area.right, end) + 8, area.bottom + 7);
}
function drawRules(chart: Drawing, { rules, theme, traces }: Overlay): void {
  const { ctx, chartArea: area, scales } = chart;
  for (const rule of rules) {
    const x = Math.round(scales.x?.getPixelForValue(rule.x) ?? 0) + 0.5;
    if (x < area.left || x > area.right + 1) continue;
    ctx.strokeStyle = ctx.fillStyle = theme.colour("var(--bad)");
    ctx.setLineDash([2, 3]);
    ctx.beginPath();
    ctx.moveTo(x, area.top);
    ctx.lineTo(x, area.bottom);
    ctx.stroke();
    ctx.setLineDash([]);
    ctx.font = `600 11px ${theme.family}`;
    ctx.textBaseline = "top";
    // The words stand at the end of the rule that the measured line leaves free.
    const line = traces.find(({ dots }) => dots)?.dots;
    const high = line !== undefined && pointAt(chart, line, rule.x).y < (area.top + area.bottom) / 2;
    const y = high ? area.bottom - 16 : area.top + 2;
    const room = x + 6 + ctx.measureText(rule.text).width < area.right;
    ctx.textAlign = room ? "left" : "right";
    ctx.strokeStyle = theme.colour("var(--paper)");
    ctx.lineWidth = 3;
    ctx.strokeText(rule.text, room ? x + 6 : x - 6, y);
    ctx.lineWidth = 1;
    ctx.fillText(rule.text, room ? x + 6 : x - 6, y);
  }
}
function drawCrosshair(chart: Drawing, { at, traces, theme, tickLabels }: Overlay): void {
  const { ctx, chartArea: area, scales } = chart;
  if (at === undefined) return;
  const x = Math.round(scales.x?.getPixelForValue(at.x) ?? 0) + 0.5;
  if (x < area.left - 1 || x > area.right + 1) return;
  ctx.strokeStyle = theme.colour("color-mix(in srgb, var(--ink) 55%, transparent)");
  ctx.beginPath();
  ctx.moveTo(x, area.top);
  ctx.lineTo(x, area.bottom);
  if (at.y !== undefined) {
    const y = Math.round(scales.y?.getPixelForValue(at.y) ?? 0) + 0.5;
    ctx.moveTo(area.left, y);
    ctx.lineTo(area.right, y);
  }
  ctx.stroke();
  frameCell(chart, traces, at, theme);
  if (tickLabels) {
    const text = spellX(at.x);
    ctx.font = `600 11px ${theme.family}`;
    ctx.textAlign = "center";
    ctx.textBaseline = "top";
    const half = ctx.measureText(text).width / 2 + 14;
    ctx.fillStyle = theme.colour("var(--paper)");
    ctx.fillRect(x - half, area.bottom + 3, 2 * half, 18);
    ctx.fillStyle = theme.colour("var(--ink)");
    ctx.fillText(text, x, area.bottom + 7);
  }
  for (const { dots, dataset } of traces) {
    if (!dots) continue;
    const point = pointAt(chart, dots, at.x);
    // A point elsewhere is not what is read here.
    if (Math.abs(point.x - x) > Math.max(3, 0.02 * area.width)) continue;
    if (!(point.y >= area.top - 1 && point.y <= area.bottom + 1)) continue;
    ctx.fillStyle = dataset.borderColor as string;
    ctx.strokeStyle = theme.colour("var(--paper)");
    ctx.lineWidth = 2;
    ctx.beginPath();
    ctx.arc(point.x, point.y, 4, 0, 7);
    ctx.fill();
    ctx.stroke();
  }
}
/** A frame round the map's cell under the crosshair, of both tones: one of them shows on any shade. */
function frameCell({ ctx, scales }: Drawing, traces: readonly Trace[], { x, y }: Place, theme: Theme): void {
  const edges = traces.find((trace) => trace.edges)?.edges;
  if (!edges || y === undefined || !scales.x || !scales.y) return;
  const [k, row] = [cellOf(edges.x, x), cellOf(edges.y, y)];
  if (k < 0 || row < 0) return;
  const [left, right] = [edges.x[k], edges.x[k + 1]].map((at) => Math.round(scales.x!.getPixelForValue(at!)));
  const [low, high] = [edges.y[row], edges.y[row + 1]].map((at) => Math.round(scales.y!.getPixelForValue(at!)));
  [1.5, 0.5].forEach((out, i) => {
    ctx.strokeStyle = theme.colour(i ? "var(--ink)" : "var(--paper)");
    ctx.strokeRect(left! - out, high! - out, right! - left! + 2 * out, low! - high! + 2 * out);
  });
}
/** Where the line's point nearest to an x stands on the canvas; NaN where the axis cannot show it. */
function pointAt({ scales }: Drawing, { x, y }: NonNullable<Trace["dots"]>, at: number): Point {
  const k = nearestIndex(x, at, scales.x?.type === "logarithmic" ? "log" : "linear");
  return {
    x: scales.x?.getPixelForValue(x[k] ?? NaN) ?? NaN,
    y: scales.y?.getPixelForValue(y[k] ?? NaN) ?? NaN,
  };
}

/** Rules, the crosshair with its dots, the unit of x, the part being dragged over. */
export const overlay = (current: () => Overlay): Plugin<"line"> => ({
  id: "overlay",
  afterDatasetDraw(plain, { index }) {
    current().traces[index]?.paint?.(plain as Drawing);
  },
  afterDraw(plain) {
    const chart = plain as Drawing;
    const now = current();
    const { ctx, chartArea: area, scales } = chart;
    ctx.save();
    ctx.lineWidth = 1;
    printUnit(chart, now);
    drawRules(chart, now);
    ctx.lineWidth = 1;
    drawCrosshair(chart, now);
    if (now.drag && scales.x) {
      const [from, to] = now.drag.x.map((x) => scales.x!.getPixelForValue(x)) as [number, number];
      const [low, high] = now.drag.y?.map((y) => scales.y!.getPixelForValue(y)) ?? [area.bottom, area.top];
      ctx.fillStyle = now.theme.colour("color-mix(in srgb, var(--ink) 12%, transparent)");
      ctx.fillRect(Math.min(from, to), Math.min(low!, high!), Math.abs(to - from), Math.abs(high! - low!));
    }
    ctx.restore();
  },
});
