import type { Rng } from "../../rng.ts";
import { zeros, type Vector } from "../../vector.ts";

// SGD with momentum on h/2 θ² with noise: v = μv + g, θ −= lr·v. Decoupled it is v = (1 − 1/N)v + g/N, θ −= ηv: μ = 1 − 1/N and
// lr = η/N, the same sequence. With lr = η held instead, the noise that is kept grows with N.

/** Chains of one unit, and units of one window in one form. */
export const chainsPerUnit = 64;
export const unitsOf = (chains: number): number => Math.ceil(chains / chainsPerUnit);

/** Variance of θ after a long time (exact). */
export function stationaryVariance(lr: number, mu: number, h: number, variance: number): number {
  return (lr * variance * (1 + mu)) / ((1 - mu) * h * (2 * (1 + mu) - lr * h));
}
export interface MomentumPart {
  readonly kind: "momentum";
  /** How many, Σθ, Σθ². */
  readonly sums: Vector;
}
/** Chains of one window: decoupled, or with lr = η. */
export function* momentumUnit(
  {
    N,
    eta,
    coupled,
    chains,
    h,
    sigma,
  }: {
    readonly N: number;
    readonly eta: number;
    readonly coupled: boolean;
    readonly chains: number;
    readonly h: number;
    readonly sigma: number;
  },
  rng: Rng,
): Generator<MomentumPart | undefined> {
  const mu = 1 - 1 / N;
  const lr = coupled ? eta : eta / N;
  const theta = zeros(chains);
  const v = zeros(chains);
  const z = zeros(chains);
  const burnIn = Math.ceil(12 / (eta * h)) + 20 * N;
  const gap = Math.ceil(2 / (eta * h)) + 2 * N;
  const looks = 8;
  const sums = zeros(3);
  let t = 0;
  for (let look = 0; look < looks; look++) {
    for (const target = burnIn + look * gap; t < target; t++) {
      rng.normals(z);
      for (let c = 0; c < chains; c++) {
        v[c] = mu * v[c] + h * theta[c] + sigma * z[c];
        theta[c] -= lr * v[c];
      }
      if (t % 8 === 0) yield undefined;
    }
    for (let c = 0; c < chains; c++) {
      sums[0]++;
      sums[1] += theta[c];
      sums[2] += theta[c] * theta[c];
    }
  }
  yield { kind: "momentum", sums };
}
