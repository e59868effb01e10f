import { exp, power } from "../../kernels/elementary.ts";
import { zeros, type Vector } from "../../vector.ts";
import type { Controls } from "./controls.ts";
import { perRun } from "./model.ts";
import { apply, mapsOf } from "./quadratic.ts";
import type { Run } from "./setting.ts";

// What SGD on the model does on average, without chance: E x by a matrix, E x² by another. Written as one replica's sums would be.

export function* exactModel(
  controls: Controls,
  [first, second]: readonly [number, number],
  runs: readonly Pick<Run, "eta" | "Ng">[],
  B: number,
): Generator<Vector | undefined> {
  const { examples, curvature1, curvature2, noise1, noise2 } = controls;
  const steps = Math.floor(examples / B);
  const from = Math.floor((7 * steps) / 8);
  const out = zeros(perRun * runs.length);
  for (const [r, { eta, Ng }] of runs.entries()) {
    const a = 1 / Ng;
    const pair = (h: number, sigma: number) => {
      const noise = (a * sigma) / Math.sqrt(B);
      return [1 - eta * a * h, -eta * (1 - a), a * h, 1 - a, -eta * noise, noise];
    };
    const pairs = Float64Array.from([...pair(curvature1, noise1), ...pair(curvature2, noise2)]);
    const maps = mapsOf(pairs);
    let [now, next]: [Vector, Vector] = [Float64Array.of(first ** 2, 0, 0, second ** 2, 0, 0), zeros(6)];
    const means = Float64Array.of(first, 0, second, 0);
    let loss = 0;
    for (let t = 1; t <= steps; t++) {
      apply(maps, now, next);
      [now, next] = [next, now];
      for (let i = 0; i < 2; i++) {
        const [x, m] = [means[2 * i], means[2 * i + 1]];
        means[2 * i] = pairs[6 * i] * x + pairs[6 * i + 1] * m;
        means[2 * i + 1] = pairs[6 * i + 2] * x + pairs[6 * i + 3] * m;
      }
      if (t > from) loss += (curvature1 * now[0] + curvature2 * now[3]) / 2;
      if (t % 4096 === 0) yield undefined;
    }
    out.set([1, loss / (steps - from), means[0], now[0], means[2], now[3]], perRun * r);
    yield undefined;
  }
  yield out;
}

/** SGD without momentum on h/2 x² at η = B η₀ after so many examples: what is left of the start, and the variance. */
export function linearScaling(h: number, sigma: number, eta0: number, B: number, examples: number) {
  const eta = B * eta0;
  const kept = power(1 - eta * h, Math.floor(examples / B));
  return { mean_factor: kept, variance: (1 - kept * kept) * ((eta * sigma * sigma) / (B * h * (2 - eta * h))) };
}
/** The same for η₀ → 0 at η₀ times the examples held. */
export function linearLimit(h: number, sigma: number, eta0: number, examples: number) {
  const kept = exp(-h * eta0 * examples);
  return { mean_factor: kept, variance: ((eta0 * sigma * sigma) / (2 * h)) * (1 - kept * kept) };
}
