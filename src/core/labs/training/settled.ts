import type { Objective } from "../../problems/problem.ts";
import type { ResolvedGroup } from "../../train.ts";
import { zeros, type Vector } from "../../vector.ts";

/** Mean excess loss over the last steps of SGD, as Σ weight_i θ_i(0)² + constant. */
export interface SettledLaw {
  readonly weight: Vector;
  readonly constant: number;
}

/**
 * Exact second moments of SGD with momentum on a diagonal quadratic with independent noise of constant variance, whatever
 * the schedule: E θ², E θu, E u² of each coordinate step by step (u the momentum buffer), once from θ² = 1 without noise and
 * once from 0 with it. Yields every so often; undefined where curvature or noise are not known.
 */
export function* settledLaw(
  objective: Objective,
  groups: readonly ResolvedGroup[],
  { steps, window, batchSize }: { readonly steps: number; readonly window: number; readonly batchSize: number },
): Generator<undefined, SettledLaw | undefined> {
  const { curvature, noiseVariance, dimension } = objective;
  if (!curvature || !noiseVariance) return undefined;
  const weight = zeros(dimension);
  let constant = 0;
  for (const fromNoise of [false, true]) {
    const A = new Float64Array(dimension).fill(fromNoise ? 0 : 1);
    const C = zeros(dimension);
    const U = zeros(dimension);
    for (let t = 1; t <= steps; t++) {
      for (const group of groups) {
        const { learningRate: eta, momentum, dampening, weightDecay, nesterov } = group.at(t);
        const k = t === 1 ? 0 : momentum; // the first gradient enters the buffer whole
        const e = momentum === 0 || t === 1 ? 1 : 1 - dampening;
        const straight = momentum !== 0 && nesterov !== 0 ? 1 : 0;
        const through = straight === 1 ? momentum : 1;
        // u′ = k u + e (aθ + ξ);  θ′ = θ − η (straight (aθ + ξ) + through u′)
        const r = -eta * (straight + through * e);
        const q = -eta * through * k;
        for (let i = group.from; i < group.to; i++) {
          const a = curvature[i] + weightDecay;
          const s2 = fromNoise ? noiseVariance[i] / batchSize : 0;
          const p = 1 + r * a;
          const ea = e * a;
          const [A0, C0, U0] = [A[i], C[i], U[i]];
          A[i] = p * p * A0 + 2 * p * q * C0 + q * q * U0 + r * r * s2;
          C[i] = p * ea * A0 + (p * k + q * ea) * C0 + q * k * U0 + r * e * s2;
          U[i] = ea * ea * A0 + 2 * ea * k * C0 + k * k * U0 + e * e * s2;
        }
      }
      if (t > steps - window)
        for (let i = 0; i < dimension; i++) {
          const share = (curvature[i] * A[i]) / (2 * window);
          if (fromNoise) constant += share;
          else weight[i] += share;
        }
      if ((t * dimension) % 50_000 < dimension) yield undefined;
    }
  }
  return { weight, constant };
}
