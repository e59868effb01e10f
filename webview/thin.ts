import type { Axis } from "../src/protocol/index.ts";
import type { Span } from "./ticks.ts";

export interface Point {
  readonly x: number;
  readonly y: number;
}
/** An x axis as far as it decides which points share a column of pixels. */
export interface Across {
  readonly scale: Axis["scale"];
  readonly span: Span;
  /** In CSS pixels: finer than that no line of ours can show anything. */
  readonly width: number;
}
/** What is left of a line, and over how many pixel columns. */
export interface Thinned {
  readonly points: Point[];
  readonly columns: number;
}

/**
 * The points of a line that can be told apart on the screen: of those that follow each other in one pixel column, the
 * least and the greatest, in their order. What the y axis cannot show is a gap, a point without y; a gap between two
 * points that are kept is kept. Beyond either end of x, where a zoom has cut the line, its first and last point remain,
 * so that it leaves the chart at its slope.
 */
export function thinned(x: Float64Array, y: Float64Array, across: Across, scale: Axis["scale"]): Thinned {
  const { width } = across;
  const [from, to] = across.span;
  const curved = across.scale === "log";
  const start = curved ? Math.log(from) : from;
  const perUnit = to > from ? width / ((curved ? Math.log(to) : to) - start) : 0;
  const floor = scale === "log" ? 0 : -Infinity;
  const points: Point[] = [];
  let columns = 0;
  // The column at hand: its number, where it begins and ends on x, its extremes and where they are.
  let column = NaN;
  let begin = NaN;
  let end = NaN;
  let lowest = NaN;
  let highest = NaN;
  let low = 0;
  let high = 0;
  // Gaps are counted: between two points with different counts there is one.
  let gaps = 0;
  let lowGaps = 0;
  let highGaps = 0;
  let lastGaps = 0;
  // Plain variables and no closure: a panel's first lines are thinned by code that nothing has compiled yet.
  for (let k = 0; k < x.length; k++) {
    const at = x[k]!;
    const value = y[k]!;
    if (!(value > floor && value < Infinity)) {
      gaps++;
      continue;
    }
    if (!(at >= begin && at < end)) {
      const inside = at >= from && at <= to;
      const place = ((curved ? Math.log(at) : at) - start) * perUnit;
      const here = inside ? Math.min(Math.floor(place), width - 1) : at < from ? -1 : width;
      if (here !== column) {
        if (columns++ > 0) lastGaps = put(points, x, y, low, lowGaps, high, highGaps, lastGaps);
        column = here;
        begin = start + here / perUnit;
        end = start + (here + 1) / perUnit;
        if (!inside) begin = end = NaN;
        else if (curved) [begin, end] = [Math.exp(begin), Math.exp(end)];
        lowest = highest = value;
        low = high = k;
        lowGaps = highGaps = gaps;
        continue;
      }
      if (!inside) {
        high = k;
        highGaps = gaps;
        continue;
      }
    }
    if (value > highest) {
      highest = value;
      high = k;
      highGaps = gaps;
    } else if (value < lowest) {
      lowest = value;
      low = k;
      lowGaps = gaps;
    }
  }
  if (columns > 0) put(points, x, y, low, lowGaps, high, highGaps, lastGaps);
  return { points, columns };
}
/** Adds a column's extremes in their order, and the gaps before them; how many gaps there were before the last. */
function put(
  points: Point[],
  x: Float64Array,
  y: Float64Array,
  low: number,
  lowGaps: number,
  high: number,
  highGaps: number,
  lastGaps: number,
): number {
  const rising = low <= high;
  const first = rising ? low : high;
  const second = rising ? high : low;
  const firstGaps = rising ? lowGaps : highGaps;
  const secondGaps = rising ? highGaps : lowGaps;
  if (firstGaps !== lastGaps) points.push({ x: x[first]!, y: NaN });
  points.push({ x: x[first]!, y: y[first]! });
  if (second === first) return firstGaps;
  if (secondGaps !== firstGaps) points.push({ x: x[second]!, y: NaN });
  points.push({ x: x[second]!, y: y[second]! });
  return secondGaps;
}
