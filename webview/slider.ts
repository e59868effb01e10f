import type { Hyperparameter } from "../src/protocol/index.ts";

/** β as the slider sees it: decades of 1 − β, so that 0.9, 0.99 and 0.999 lie evenly. The last 10⁻⁹ is its end. */
const decades = (beta: number): number => -Math.log10(Math.max(1 - beta, 1e-9));
const logarithmic = ({ scale, range: [low, high] }: Hyperparameter): boolean =>
  scale === "log" || (scale === "integer" && low >= 1 && high / low >= 100);
/** A logarithmic range that starts at 0 shows eight decades. */
const floor = ([low, high]: Hyperparameter["range"]): number => (low > 0 ? low : high * 1e-8);

/** Where a value lies on its slider, 0 to 1; beyond the range at its end. */
export function position(h: Hyperparameter, value: number): number {
  const [low, high] = h.range;
  const place = (x: number, from: number, to: number) =>
    to > from ? Math.min(Math.max((x - from) / (to - from), 0), 1) : 0;
  if (h.scale === "decay") return place(decades(value), decades(low), decades(high));
  if (logarithmic(h)) return value > 0 ? place(Math.log(value), Math.log(floor(h.range)), Math.log(high)) : 0;
  return place(value, low, high);
}

/** The value at a place of the slider, in three significant digits of what the scale is about. */
export function valueAt(h: Hyperparameter, at: number): number {
  const [low, high] = h.range;
  const three = (x: number) => Number(x.toPrecision(3));
  if (at <= 0) return low;
  if (at >= 1) return high;
  const between = (from: number, to: number) => from + at * (to - from);
  if (h.scale === "decay") {
    const rest = Number((10 ** -between(decades(low), decades(high))).toPrecision(2));
    return Number((1 - rest).toFixed(12));
  }
  const value = logarithmic(h) ? Math.exp(between(Math.log(floor(h.range)), Math.log(high))) : between(low, high);
  return h.scale === "integer" ? Math.round(three(value)) : three(value);
}

/** Says so where a typed value lies beyond the slider, or nothing. */
export function beyond(h: Hyperparameter, value: number, spelled: (x: number) => string): string | undefined {
  const [low, high] = h.range;
  if (value > high) return `beyond the slider’s ${spelled(high)}`;
  const off = value === 0 && h.scale === "log"; // the slider's lower end stands for none
  if (value < low && !off) return `below the slider’s ${spelled(low)}`;
  return undefined;
}
