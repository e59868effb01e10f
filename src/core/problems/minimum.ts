import { solve } from "../matrix.ts";
import { wholeGradient, wholeHessian } from "./examples.ts";
import type { Examples } from "./problem.ts";
import { zeros, type Vector } from "../vector.ts";

/** Where the mean loss of some examples is least, by Newton's method from 0. Throws where H is singular on the way. */
export function minimumOf(examples: Examples, d: number): Vector {
  const theta = zeros(d);
  const H = zeros(d * d);
  const step = zeros(d);
  for (let k = 0; k < 50; k++) {
    wholeGradient(examples, theta, step);
    wholeHessian(examples, theta, H);
    if (!solve(H, step, d, 1))
      throw new Error(
        "This loss has no single minimum: two of its columns say the same. Leave one out, or add a ridge.",
      );
    let moved = 0;
    for (let i = 0; i < d; i++) {
      theta[i] -= step[i];
      moved = Math.max(moved, Math.abs(step[i]));
    }
    if (moved < 1e-13) break;
  }
  return theta;
}
