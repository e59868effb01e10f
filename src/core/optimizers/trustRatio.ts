import type { Vector } from "../vector.ts";
import { sizeOf, type Shape } from "./optimizer.ts";

// What LARS and LAMB share: norms of one tensor at a time.

/** Where each tensor begins, and the end of the last: tensor k is [edges[k], edges[k + 1]). */
export function edgesOf(shapes: readonly Shape[]): Uint32Array {
  const edges = new Uint32Array(shapes.length + 1);
  for (let k = 0; k < shapes.length; k++) edges[k + 1] = edges[k] + sizeOf(shapes[k]);
  return edges;
}

/** ‖a‖ between two coordinates. */
export function normWithin(a: Vector, from: number, to: number): number {
  let sum = 0;
  for (let i = from; i < to; i++) sum += a[i] * a[i];
  return Math.sqrt(sum);
}
