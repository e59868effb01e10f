import type { Plugin } from "chart.js";
import type { Rule } from "../src/protocol/index.ts";
import { count, spell } from "../src/protocol/index.ts";
import type { Drawing, Trace } from "./marks/mark.ts";
import { nearestIndex } from "./nearest.ts";
import type { Theme } from "./theme.ts";
import type { Point } from "./thin.ts";

/** What is drawn over the curves of one chart. */
export interface Overlay {
  readonly traces: readonly Trace[];
  readonly theme: Theme;
  readonly rules: readonly Rule[];
  /** Where the crosshair stands on x. */
  readonly at?: number;
  /** The part of x that is being dragged over, to be zoomed into. */
  readonly drag?: readonly [from: number, to: number];
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
  const x = Math.round(scales.x?.getPixelForValue(at) ?? 0) + 0.5;
  if (x < area.left - 1 || x > area.right + 1) return;
  ctx.strokeStyle = theme.colour("color-mix(in srgb, var(--ink) 55%, transparent)");
  ctx.beginPath();
  ctx.moveTo(x, area.top);
  ctx.lineTo(x, area.bottom);
  ctx.stroke();
  if (tickLabels) {
    const text = spellX(at);
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
    const point = pointAt(chart, dots, at);
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
/** Where the line's point nearest to an x stands on the canvas; NaN where the axis cannot show it. */
function pointAt({ scales }: Drawing, { x, y }: NonNullable<Trace["dots"]>, at: number): Point {
  const k = nearestIndex(x, at);
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
      const [from, to] = now.drag.map((x) => scales.x!.getPixelForValue(x)) as [number, number];
      ctx.fillStyle = now.theme.colour("color-mix(in srgb, var(--ink) 12%, transparent)");
      ctx.fillRect(Math.min(from, to), area.top, Math.abs(to - from), area.height);
    }
    ctx.restore();
  },
});
