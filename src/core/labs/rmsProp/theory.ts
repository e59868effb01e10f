import { power } from "../../kernels/elementary.ts";
import type { Common } from "./rules.ts";

// s ← s + (ĝ² − s)/N from s₀, and m likewise, fed with independent normal gradients of mean μ and deviation σ.

/** E s, Var s and E(s − m²) at rest. */
export function atRest(mu: number, sigma: number, N: number) {
  const variance = sigma * sigma;
  return {
    mean: mu * mu + variance,
    variance: (2 * variance * variance + 4 * mu * mu * variance) / (2 * N - 1),
    centered: variance * (1 - 1 / (2 * N - 1)),
  };
}
export interface Moments {
  readonly mean: number;
  readonly variance: number;
  readonly centered: number;
}
type Averaging = Pick<Common, "beta" | "correction" | "s0">;

/** The same after t steps, exactly, at each of these t (ascending). `t` may be long: one multiplication a step. */
export function momentsAt(mu: number, sigma: number, it: Averaging, times: ArrayLike<number>): Moments[] {
  const { beta, correction, s0 } = it;
  const share = 1 - beta;
  // What the weights of the gradients sum to, what their squares do, and what is left of s₀.
  let [mass, squares, left, k] = [0, 0, 1, 0];
  const second = mu * mu + sigma * sigma;
  const spread = 2 * power(sigma, 4) + 4 * mu * mu * sigma * sigma;
  const out: Moments[] = [];
  for (let t = 1; k < times.length; t++) {
    const a = correction === 2 ? Math.max(share, 1 / t) : share;
    mass += a * (1 - mass);
    squares = (1 - a) * (1 - a) * squares + a * a;
    left *= 1 - a;
    if (t !== times[k]) continue;
    const by = correction === 1 ? mass : 1;
    const mean = (mass * second + left * s0) / by;
    out.push({
      mean,
      variance: (squares * spread) / (by * by),
      centered: mean - (mass * mass * mu * mu + squares * sigma * sigma) / (by * by),
    });
    k++;
  }
  return out;
}

/** What a step is in units of η after t steps of a constant gradient g: plain, and centered. ε as the library has it. */
export function multiplier(
  g: number,
  { beta, correction, s0, epsilon, inRoot }: Averaging & Pick<Common, "epsilon" | "inRoot">,
  t: number,
  centered: boolean,
): number {
  const kept = correction === 2 ? 0 : power(beta, t);
  const by = correction === 1 ? 1 - kept : 1;
  const s = (g * g * (1 - kept) + kept * s0) / by;
  const m = (g * (1 - kept)) / by;
  // Exactly, where s starts at 0: βᵗ(1 − βᵗ) g².
  const v = !centered ? s : s0 === 0 && correction === 0 ? g * g * kept * (1 - kept) : Math.max(0, s - m * m);
  return Math.abs(g) / (inRoot ? Math.sqrt(v + epsilon) : Math.sqrt(v) + epsilon);
}
