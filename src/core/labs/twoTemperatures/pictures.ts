import { cos } from "../../kernels/elementary.ts";
import { zeros, type Vector } from "../../vector.ts";
import type { Law } from "./laws.ts";
import type { Setting } from "./setting.ts";
import { reachOf } from "./theory.ts";

type Columns = [Vector, Vector];
const points = 121;

/**
 * The closed curve L₁/T₁ + L₂/T₂ = level, in coordinates or in the principal directions of the law: where both temperatures
 * are 1, a contour of the loss.
 */
export function contour(
  it: Setting,
  law: Pick<Law, "turn">,
  level: number,
  temperatures: readonly [number, number],
): Columns {
  const { bowls, correlated } = it;
  const [c, s] = law.turn;
  const x = zeros(points);
  const y = zeros(points);
  for (let k = 0; k < points; k++) {
    // From the top, clockwise.
    const angle = (2 * Math.PI * k) / (points - 1);
    const [across, up] = [cos(angle - Math.PI / 2), cos(angle)];
    const [L1, L2] = [level * temperatures[0] * across * across, level * temperatures[1] * up * up];
    if (correlated) {
      const [w1, w2] = [Math.sign(across) * Math.sqrt(2 * L1), Math.sign(up) * Math.sqrt(2 * L2)];
      x[k] = (c * w1 - s * w2) / Math.sqrt(bowls[0].h);
      y[k] = (s * w1 + c * w2) / Math.sqrt(bowls[1].h);
    } else {
      x[k] = Math.sign(across) * reachOf(bowls[0], L1);
      y[k] = Math.sign(up) * reachOf(bowls[1], L2);
    }
  }
  // Closed to the last bit.
  x[points - 1] = x[0];
  y[points - 1] = y[0];
  return [x, y];
}

/** Edges across, edges up, and the density of each cell, by row. */
export function map({ reach }: Law, counts: Vector, bins: number, samples: number): [Vector, Vector, Vector] {
  const edges = (end: number) => Float64Array.from({ length: bins + 1 }, (_, i) => ((2 * i) / bins - 1) * end);
  const area = (4 * reach[0] * reach[1]) / (bins * bins);
  return [edges(reach[0]), edges(reach[1]), counts.map((k) => k / (samples * area))];
}
