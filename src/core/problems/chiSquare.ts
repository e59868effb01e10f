import { log } from "../kernels/elementary.ts";
import type { Rng } from "../rng.ts";

/**
 * Chi-square with k ≥ 0 degrees of freedom: the spread of a batch of normal examples about their mean.
 * Few are summed; many come from the gamma law of Marsaglia and Tsang 2000, "A Simple Method for Generating Gamma Variables".
 */
export function chiSquare(z: Rng, k: number): number {
  if (k <= 8) {
    let sum = 0;
    for (let j = 0; j < k; j++) sum += z.normal() ** 2;
    return sum;
  }
  const d = k / 2 - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = z.normal();
    const v = (1 + c * x) ** 3;
    if (v > 0 && log(1 - z.uniform()) < x * x * 0.5 + d * (1 - v + log(v))) return 2 * d * v;
  }
}
