import type { Axis, Series } from "../src/protocol/index.ts";
import { nearestIndex } from "./nearest.ts";
import type { Span } from "./ticks.ts";
import { stand } from "./zoom.ts";

/** The axes that a value is read on: y decides what lies between two points of a line. */
export interface Axes {
  readonly x: Axis["scale"];
  readonly y: Axis["scale"];
  readonly span: Span;
}
/** A point within this part of the axis stands for an x between the points of its series. */
const slack = 0.02;

const orders = new WeakMap<Float64Array, boolean>();
/** Whether x never falls: a closed curve has no value at an x. */
export function rises(x: Float64Array): boolean {
  let found = orders.get(x);
  if (found === undefined) orders.set(x, (found = x.every((value, k) => k === 0 || value >= x[k - 1]!)));
  return found;
}
const distinct = new WeakMap<Float64Array, Float64Array>();
/** The column's values in order, each once: what the crosshair steps through. */
export function stepsOf(x: Float64Array): Float64Array {
  if (x.every((value, k) => k === 0 || value > x[k - 1]!)) return x;
  let found = distinct.get(x);
  if (!found) distinct.set(x, (found = Float64Array.from(new Set(x)).sort()));
  return found;
}

function near(a: number, b: number, { x, span }: Axes): boolean {
  const length = stand(x, span[1]) - stand(x, span[0]);
  return Math.abs(stand(x, a) - stand(x, b)) <= slack * length;
}
/** What a line shows between two of its points. */
function between(x: Float64Array, y: Float64Array, at: number, axes: Axes): number {
  const k = x.findIndex((value) => value >= at);
  if (k < 0) return NaN;
  const [b, high] = [x[k]!, y[k]!];
  if (k === 0 || b === at) return b === at ? high : NaN;
  const [a, low] = [x[k - 1]!, y[k - 1]!];
  const share = (stand(axes.x, at) - stand(axes.x, a)) / (stand(axes.x, b) - stand(axes.x, a));
  const curved = axes.y === "log" && low > 0 && high > 0;
  return curved ? low * Math.pow(high / low, share) : low + share * (high - low);
}
/**
 * What one column of a series shows at an x: the least and the greatest where several points share it. A measured line is
 * read at its points where they are dense enough, a theory between its points too; nothing is read beyond either end.
 */
export function valuesAt(
  { mark, role }: Series,
  x: Float64Array,
  y: Float64Array,
  at: number,
  axes: Axes,
): readonly [number, number] | undefined {
  const one = (value = NaN) => (Number.isNaN(value) ? undefined : ([value, value] as const));
  const k = nearestIndex(x, at, axes.x);
  if (k < 0) return undefined;
  const close = near(x[k]!, at, axes);
  switch (mark) {
    case "heatmap":
      return undefined;
    case "points": {
      if (!close) return undefined;
      const same = y.filter((_, i) => x[i] === x[k]);
      const real = same.filter((value) => !Number.isNaN(value));
      return real.length ? [Math.min(...real), Math.max(...real)] : undefined;
    }
    case "bars": {
      const half = x.length > 1 ? Math.abs(x[1]! - x[0]!) / 2 : 0;
      return close || Math.abs(x[k]! - at) <= half * (1 + 1e-9) ? one(y[k]) : undefined;
    }
    case "steps": {
      // Each value holds until the next.
      const next = x.findIndex((value) => value > at);
      if (next === 0 || (next < 0 && !close)) return close ? one(y[k]) : undefined;
      return one(y[(next < 0 ? x.length : next) - 1]);
    }
    case "band":
    case "line":
      if (!rises(x)) return undefined;
      if (x[k] === at || (role === "measured" && close)) return one(y[k]);
      return one(between(x, y, at, axes));
    default:
      return mark satisfies never;
  }
}
