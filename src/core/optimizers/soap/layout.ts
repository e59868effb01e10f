import { sizeOf } from "../optimizer.ts";
import type { Shape } from "../optimizer.ts";

/** How a tensor is seen before its sides are preconditioned. */
export interface Layout {
  readonly shape: Shape;
  /** Which coordinate of the tensor stands where, if not each in its place. */
  readonly order: Int32Array | undefined;
  /** Which sides have a basis of their own. */
  readonly preconditioned: readonly boolean[];
}
interface Choices {
  readonly largestSide: number;
  readonly mergeSides: number;
  readonly preconditionVectors: number;
  readonly channelsLast: number;
}

export function layoutOf(shape: Shape, h: Choices): Layout {
  const fits = (side: number) => side <= h.largestSide;
  if (shape.length === 1)
    return { shape, order: undefined, preconditioned: [h.preconditionVectors !== 0 && fits(shape[0])] };
  const last = h.mergeSides !== 0 && h.channelsLast !== 0 && shape.length === 4;
  const first = last ? [shape[0], shape[3], shape[1], shape[2]] : shape;
  const merged = h.mergeSides === 0 ? shape : mergedSides(first, h.largestSide);
  return { shape: merged, order: last ? channelsFirst(shape) : undefined, preconditioned: merged.map(fits) };
}

/** Neighbouring sides taken together from the first on, as long as their product is at most `largest`. */
export function mergedSides(shape: Shape, largest: number): number[] {
  const merged: number[] = [];
  let open = 1;
  for (const side of shape) {
    if (open * side <= largest) {
      open *= side;
      continue;
    }
    merged.push(open > 1 ? open : side);
    open = open > 1 ? side : 1;
  }
  if (open > 1 || merged.length === 0) merged.push(open);
  return merged;
}

/** Of a kernel [out, height, width, in], read as [out, in, height, width]. */
function channelsFirst([out, height, width, into]: Shape): Int32Array {
  const order = new Int32Array(sizeOf([out, height, width, into]));
  let at = 0;
  for (let o = 0; o < out; o++)
    for (let i = 0; i < into; i++)
      for (let p = 0; p < height * width; p++) order[at++] = (o * height * width + p) * into + i;
  return order;
}
