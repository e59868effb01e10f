import { spanOfCells } from "../map.ts";
import { tint } from "./mark.ts";
import type { Drawing, Pen, Trace } from "./mark.ts";
import type { Series } from "../../src/protocol/index.ts";

/** Cells between x edges and y edges, by row; the nearer to the scale's strong end the stronger the series' colour. */
export function heatmap(pen: Pen, [xs, ys, cells]: readonly Float64Array[]): Trace[] {
  if (!xs || !ys || !cells) return [];
  const series = pen.series as Series;
  const [low, high] = spanOfCells(series, cells);
  const shades = Array.from({ length: 33 }, (_, k) => tint(pen, (100 * k) / 32));
  if (series.cells?.strong === "least") shades.reverse();
  const paint = ({ ctx, chartArea: area, scales, currentDevicePixelRatio: dots }: Drawing): void => {
    const [across, up] = [scales.x, scales.y];
    if (!across || !up) return;
    // On whole dots of the screen: elsewhere the seams between cells would show.
    const whole = (pixel: number) => Math.round(pixel * dots) / dots;
    const left = Array.from(xs, (x) => whole(across.getPixelForValue(x)));
    const rows = Array.from(ys, (y) => whole(up.getPixelForValue(y)));
    ctx.save();
    ctx.beginPath();
    ctx.rect(area.left, area.top, area.width, area.height);
    ctx.clip();
    for (let row = 0; row + 1 < rows.length; row++)
      for (let k = 0; k + 1 < left.length; k++) {
        const value = cells[row * (left.length - 1) + k] ?? NaN;
        if (Number.isNaN(value)) continue;
        const share = (Math.min(Math.max(value, low), high) - low) / (high - low || 1);
        ctx.fillStyle = shades[Math.round(32 * share)]!;
        ctx.fillRect(left[k]!, rows[row + 1]!, left[k + 1]! - left[k]!, rows[row]! - rows[row + 1]!);
      }
    ctx.restore();
  };
  return [{ points: [], dataset: { data: [] }, paint, edges: { x: xs, y: ys } }];
}
