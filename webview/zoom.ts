import type { Axis } from "../src/protocol/index.ts";
import type { Span } from "./ticks.ts";

// Zooming and panning are even where an axis is: in its logarithm on a logarithmic one.
type Scale = Axis["scale"];
/** Where a value stands on its axis, up to stretching. */
export const stand = (scale: Scale, x: number): number => (scale === "log" ? Math.log(x) : x);
const back = (scale: Scale, at: number): number => (scale === "log" ? Math.exp(at) : at);
const placed = (scale: Scale, [low, high]: Span): Span => [stand(scale, low), stand(scale, high)];

/** Moved along its axis by the way between two values, within the whole. */
export function panned(scale: Scale, span: Span, from: number, to: number, whole: Span): Span {
  const [[low, high], [first, last]] = [placed(scale, span), placed(scale, whole)];
  const way = Math.min(Math.max(stand(scale, from) - stand(scale, to), first - low), last - high);
  // Where it meets an end of the whole, that end to the last bit.
  return [
    low + way <= first ? whole[0] : back(scale, low + way),
    high + way >= last ? whole[1] : back(scale, high + way),
  ];
}
/** Moved no further than needed to hold a value. */
export function following(scale: Scale, span: Span, x: number, whole: Span): Span {
  if (x < span[0]) return panned(scale, span, x, span[0], whole);
  return x > span[1] ? panned(scale, span, x, span[1], whole) : span;
}
/** `factor` times as long about a value, within the whole; undefined where that is all of it. */
export function stretched(scale: Scale, span: Span, about: number, factor: number, whole: Span): Span | undefined {
  const [[low, high], [first, last], at] = [placed(scale, span), placed(scale, whole), stand(scale, about)];
  const length = (high - low) * factor;
  if (length > 0.999 * (last - first)) return undefined;
  const from = Math.min(Math.max(at - (at - low) * factor, first), last - length);
  return [back(scale, from), back(scale, from + length)];
}
/** Half-way along an axis. */
export const middle = (scale: Scale, [low, high]: Span): number =>
  back(scale, (stand(scale, low) + stand(scale, high)) / 2);
