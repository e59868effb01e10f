import type { Vector } from "../vector.ts";

/**
 * Derivative of δ = p − e_y where the logits change by `tangent`: p ⊙ (t − p·t), in place of `tangent`, which has `classes`
 * numbers from 0 on; δ has them from `from` on.
 */
export function crossEntropyTangent(
  delta: Vector,
  from: number,
  classes: number,
  label: number,
  tangent: Vector,
): void {
  let mean = tangent[label];
  for (let k = 0; k < classes; k++) mean += delta[from + k] * tangent[k];
  for (let k = 0; k < classes; k++) tangent[k] = (delta[from + k] + (k === label ? 1 : 0)) * (tangent[k] - mean);
}

/** Whether the label is the likeliest class, the first among equals, for δ = p − e_y. */
export function isLikeliest(delta: Vector, from: number, classes: number, label: number): boolean {
  const own = delta[from + label] + 1;
  for (let k = 0; k < classes; k++)
    if (k !== label && (delta[from + k] > own || (k < label && delta[from + k] === own))) return false;
  return true;
}
