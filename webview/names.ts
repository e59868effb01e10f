import type { Plugin } from "chart.js";
import type { Drawing, Name, Trace } from "./marks/mark.ts";
import type { Theme } from "./theme.ts";
import type { Point } from "./thin.ts";

interface Placed {
  readonly name: Name;
  readonly end: boolean;
  readonly align: CanvasTextAlign;
  readonly x: number;
  y: number;
  /** Where its line is. */
  readonly from: number;
}
const gap = 13;

/** The height of a line at an x between its points, on the canvas. */
function heightAt(line: readonly Point[], x: number): number {
  const k = line.findIndex((point, i) => i > 0 && point.x >= x && line[i - 1]!.x <= x);
  const [a, b] = [line[k - 1], line[k]];
  if (!a || !b) return NaN;
  return b.x === a.x ? b.y : a.y + ((x - a.x) / (b.x - a.x)) * (b.y - a.y);
}
/** Where a name stands: at its line's last visible point, or beside the place at `name.at`. */
function place(
  chart: Drawing,
  name: Name,
  {
    points: line,
    joined,
    onMap,
  }: { readonly points: readonly Point[]; readonly joined: boolean; readonly onMap: boolean },
  width: number,
): Placed | undefined {
  const { chartArea: area, scales } = chart;
  const pixelOf = ({ x, y }: Point): Point => ({
    x: scales.x?.getPixelForValue(x) ?? NaN,
    y: scales.y?.getPixelForValue(y) ?? NaN,
  });
  const visible = ({ x, y }: Point) =>
    x >= area.left - 1 && x <= area.right + 1 && y >= area.top - 1 && y <= area.bottom + 1;
  let last: Point | undefined;
  for (let k = line.length - 1; k >= 0 && !last; k--) {
    const point = pixelOf(line[k]!);
    if (visible(point)) last = point;
  }
  if (!last) return undefined;
  if (name.at === undefined) {
    // A line that is still being drawn carries its name along; on a map no name would be read.
    const end = onMap || last.x > area.right - Math.max(24, 0.11 * area.width);
    return { name, end, align: "left", x: (end ? area.right : last.x) + 8, y: last.y, from: last.y };
  }
  const all = line.map(pixelOf);
  const points = all.filter(visible);
  const wanted = scales.x?.getPixelForValue(name.at) ?? last.x;
  let near = 0;
  for (let k = 1; k < points.length; k++)
    if (Math.abs(points[k]!.x - wanted) < Math.abs(points[near]!.x - wanted)) near = k;
  // A straight line may have no point near there.
  const on = { x: wanted, y: joined ? heightAt(all, wanted) : NaN };
  const p = visible(on) ? on : points[near]!;
  // What the line does over the width of the name, which must clear all of it.
  const beside = (from: number, to: number) => points.filter(({ x }) => x >= from && x <= to).map(({ y }) => y);
  const far = joined ? heightAt(all, p.x + width) : NaN;
  const over = [p.y, ...beside(p.x, p.x + width), ...(Number.isNaN(far) ? [] : [far])];
  const next = points.find(({ x }) => x >= p.x + 8) ?? last;
  const placed = { name, end: false, align: "left" as const, from: p.y };
  switch (name.side ?? "above") {
    case "above":
    case "below": {
      const above = Math.min(...over) - 9;
      const room = above >= area.top + 6;
      return { ...placed, x: p.x, y: name.side !== "below" && room ? above : Math.max(...over) + 10 };
    }
    case "right":
      return {
        ...placed,
        x: p.x + 8,
        y: next.y >= p.y ? Math.min(p.y - 2, next.y - 8) : Math.max(p.y - 2, next.y + 8),
      };
    case "left":
      return { ...placed, align: "right", x: p.x - 10, y: p.y - 2 };
  }
}
/** Names at line ends, in order and at least `gap` apart, within the chart. */
function spread(ends: Placed[], top: number, bottom: number): void {
  ends.sort((a, b) => a.y - b.y);
  for (let pass = 0; pass < 30; pass++)
    for (let k = 1; k < ends.length; k++) {
      const over = gap - (ends[k]!.y - ends[k - 1]!.y);
      if (over > 0.01) {
        ends[k]!.y += over / 2;
        ends[k - 1]!.y -= over / 2;
      }
    }
  const low = (ends.at(-1)?.y ?? 0) - bottom;
  if (low > 0) for (const end of ends) end.y -= low;
  const high = top - (ends[0]?.y ?? top);
  if (high > 0) for (const end of ends) end.y += high;
}

/** Of several names at one place on x, the highest line's stands above it, the lowest's below, others where there is room. */
function sided(asked: readonly { name: Name; at: (name: Name) => Placed | undefined }[]): Placed[] {
  const placed = asked.map(({ name, at }) => ({ name, at, now: at(name) }));
  return placed.flatMap(({ name, at, now }) => {
    if (!now) return [];
    const vertical = name.at !== undefined && (name.side ?? "above") !== "left" && name.side !== "right";
    const rivals = placed.flatMap((other) => (other.name.at === name.at && other.now ? [other.now.from] : []));
    if (!vertical || rivals.length < 2) return [now];
    const room = (distances: number[]) => Math.min(Infinity, ...distances.filter((distance) => distance > 0));
    const over = room(rivals.map((y) => now.from - y));
    const under = room(rivals.map((y) => y - now.from));
    const side: "above" | "below" = over >= under && !(under === Infinity && over === Infinity) ? "above" : "below";
    return at({ ...name, side }) ?? [];
  });
}

/** Names on lines move apart where two would touch, and stay within the chart. */
function part(
  inside: Placed[],
  widthOf: (name: Name) => number,
  { top, bottom }: { top: number; bottom: number },
): void {
  inside.sort((a, b) => a.y - b.y);
  const left = ({ align, x, name }: Placed) => (align === "right" ? x - widthOf(name) : x);
  const beside = (a: Placed, b: Placed) => left(a) > left(b) + widthOf(b.name) || left(b) > left(a) + widthOf(a.name);
  inside.forEach((lower, k) => {
    for (const upper of inside.slice(0, k)) {
      if (!beside(lower, upper)) lower.y = Math.max(lower.y, upper.y + gap);
    }
    lower.y = Math.max(lower.y, top + 6);
  });
  // Those that were pushed out of the chart push back.
  for (let k = inside.length - 1; k >= 0; k--) {
    const upper = inside[k]!;
    const lower = inside.slice(k + 1).filter((other) => !beside(upper, other));
    upper.y = Math.min(upper.y, bottom - 7, ...lower.map(({ y }) => y - gap));
  }
}

/** Every line's name beside it: pushed apart at the ends with leaders, with a halo of the background on the line. */
export const names = (current: () => { readonly traces: readonly Trace[]; readonly theme: Theme }): Plugin<"line"> => ({
  id: "names",
  afterDatasetsDraw(plain) {
    const chart = plain as Drawing;
    const { traces, theme } = current();
    const { ctx, chartArea: area } = chart;
    const font = ({ bold }: Name) => `${bold ? 600 : 400} 11px ${theme.family}`;
    const widthOf = (name: Name) => {
      ctx.font = font(name);
      return ctx.measureText(name.text).width;
    };
    const onMap = traces.some(({ edges }) => edges);
    const all = sided(
      traces.flatMap(({ name, points, dataset }) => {
        const line = { points, joined: dataset.showLine !== false, onMap };
        const at = (one: Name) => place(chart, one, line, widthOf(one));
        return name ? [{ name, at }] : [];
      }),
    );
    const ends = all.filter((placed) => placed.end);
    spread(ends, area.top + 2, area.bottom - 3);
    part(
      all.filter((placed) => !placed.end),
      widthOf,
      area,
    );
    ctx.save();
    ctx.textBaseline = "middle";
    ctx.lineJoin = "round";
    for (const { name, end, x, y, from, align } of all) {
      if (end && Math.abs(y - from) > 5) {
        ctx.strokeStyle = name.ink;
        ctx.globalAlpha = 0.45;
        ctx.lineWidth = 1;
        ctx.beginPath();
        ctx.moveTo(area.right + 1, from);
        ctx.lineTo(area.right + 6, y);
        ctx.stroke();
        ctx.globalAlpha = 1;
      }
      const width = widthOf(name);
      // A name that would leave the picture moves in.
      const left = align === "right" ? x - width : Math.min(x, chart.width - width - 1);
      ctx.textAlign = "left";
      if (!end) {
        ctx.strokeStyle = theme.colour("var(--paper)");
        ctx.lineWidth = theme.patterns ? 7 : 3; // hatching beside letters makes others of them
        ctx.strokeText(name.text, left, y);
      }
      ctx.fillStyle = name.ink;
      ctx.fillText(name.text, left, y);
    }
    ctx.restore();
  },
});
