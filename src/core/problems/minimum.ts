import { solve } from "../matrix.ts";
import { zeros, type Vector } from "../vector.ts";
import { wholeGradient, wholeHessian } from "./examples.ts";
import type { Examples } from "./problem.ts";

/**
 * Where the mean loss of some examples is least: Newton's method from 0, each step halved until the loss does not rise. Throws
 * `otherwise` where it comes to no end.
 */
export function minimumOf(
  examples: Examples,
  d: number,
  otherwise = "This loss has no single minimum: two of its columns say the same. Leave one out, or add a ridge.",
): Vector {
  const theta = zeros(d);
  const next = zeros(d);
  const g = zeros(d);
  const H = zeros(d * d);
  let at = meanLoss(examples, theta);
  for (let round = 0; round < 60; round++) {
    wholeGradient(examples, theta, g);
    wholeHessian(examples, theta, H);
    if (!solve(H, g, d, 1) || !g.every((x) => Number.isFinite(x))) break;
    let share = 1;
    let then = NaN;
    for (let half = 0; half < 30; half++, share /= 2) {
      for (let i = 0; i < d; i++) next[i] = theta[i] - share * g[i];
      then = meanLoss(examples, next);
      if (then <= at + 1e-14 * Math.abs(at)) break;
    }
    theta.set(next);
    at = then;
    const moved = g.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
    const size = theta.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
    if (moved <= 1e-13 * (1 + size)) return theta;
  }
  throw new Error(otherwise);
}
function meanLoss(examples: Examples, theta: Vector): number {
  let sum = 0;
  for (let row = 0; row < examples.count; row++) sum += examples.loss(theta, row);
  return sum / examples.count;
}
