import type { Optimizer } from "../../../src/core/optimizers/index.ts";
import { zeros } from "../../../src/core/vector.ts";

// Update rules along gradients that are given beforehand, for tests against closed forms.

export type Changes = Readonly<Record<string, number>>;
export const valuesOf = (it: Optimizer, changes: Changes): Record<string, number> => ({
  ...Object.fromEntries(Object.entries(it.hyperparameters).map(([name, { default: standard }]) => [name, standard])),
  ...changes,
});
/** θ after each step along given gradients; `changes` may differ from step to step. */
export function along(
  it: Optimizer,
  gradients: readonly (readonly number[])[],
  changes: Changes | ((t: number) => Changes),
  start: readonly number[] = gradients[0].map(() => 0),
) {
  const at = (t: number) => valuesOf(it, typeof changes === "function" ? changes(t) : changes);
  const theta = Float64Array.from(start);
  const state = it.init(theta, [[theta.length]], at(1));
  const evaluated = zeros(theta.length);
  const path = gradients.map((g, k) => {
    const mean = Float64Array.from(g);
    const batch = { loss: () => NaN, gradient: () => ({ mean, meanSquare: mean.map((x) => x * x) }) };
    it.step(batch, theta, state, k + 1, at(k + 1));
    it.evaluated?.(state, theta, k + 1, at(k + 1), evaluated);
    return { theta: theta[0], all: [...theta], average: evaluated[0] };
  });
  return path;
}
export const one = (
  it: Optimizer,
  gradients: readonly number[],
  changes: Parameters<typeof along>[2],
  start = 0,
): number[] =>
  along(
    it,
    gradients.map((g) => [g]),
    changes,
    [start],
  ).map(({ theta }) => theta);
export const constant = (g: number, steps: number): number[] => Array.from({ length: steps }, () => g);
