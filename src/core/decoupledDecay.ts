import type { Batch } from "./problems/problem.ts";
import type { Optimizer } from "./optimizers/index.ts";
import { zeros } from "./vector.ts";

/** η and λ of the trial, and by what θ then shrinks in a step: 1 − ηλ, far enough from 1 for rounding not to count. */
const trial = { learningRate: 0.01, weightDecay: 0.1 };
const steps = 3;

/**
 * Whether weight decay takes exactly ηλθ from θ in every step, whatever the gradient's size: tried out where the gradient
 * is 0, for a few steps, since a momentum or a second moment shows only from the second on.
 */
export function decaysByRate(optimizer: Optimizer, h: Readonly<Record<string, number>>): boolean {
  if (!("weightDecay" in optimizer.hyperparameters)) return false;
  const values: Record<string, number> = { ...h, ...trial };
  // Where ε is 0, a gradient of 0 has no direction.
  for (const name of Object.keys(values)) if (/^epsilon\d*$/.test(name) && values[name] === 0) values[name] = 1e-8;
  const theta = Float64Array.of(1, -2);
  try {
    const state = optimizer.init(theta, [[2]], values);
    for (let t = 1; t <= steps; t++) {
      const before = theta[0];
      optimizer.step(flat, theta, state, t, values);
      const expected = before * (1 - trial.learningRate * trial.weightDecay);
      if (!(Math.abs(theta[0] - expected) <= 1e-12)) return false;
    }
    return true;
  } catch {
    return false; // it needs more of a loss than this one has
  }
}
/** A loss that is 0 everywhere. */
const flat: Batch = {
  loss: () => 0,
  gradient: () => ({ mean: zeros(2), meanSquare: zeros(2) }),
  hessianVector: (_theta, _v, out) => out.fill(0),
  curvature: () => zeros(2),
};
