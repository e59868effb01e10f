import { ensembleRoom } from "../../kernels/rooms.ts";
import { ruleShapes, type Block } from "../../kernels/rules.ts";
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
/** Steps whose noise is made at a time, and steps between two yields: a good tenth of a millisecond, one where it runs plainly. */
const [ahead, pause] = [16, 1024];

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
  const { width } = ruleShapes.sgd;
  const room = ensembleRoom(chains * (4 + ahead) + width + 8);
  const theta = room.zeros(chains);
  const noise = room.space(chains * ahead);
  const rows = room.zeros(width);
  rows.set([1, 0, 1, mu, 1, 0, 1, lr]); // nothing decays, and a step is the buffer's alone
  const block: Block = {
    ...{ n: chains, replicates: 1, theta, slots: [room.zeros(chains)], at: 0 },
    ...{ curvature: room.zeros(chains).fill(h), deviation: room.zeros(chains).fill(sigma), diagonalAt: 0 },
  };
  const stretch = {
    ...{ steps: 0, noise, noiseAt: 0, noiseOfStep: chains, noiseOfReplicate: 0 },
    ...{ rows, rowsAt: 0, rowsOfStep: 0 },
  };
  const burnIn = Math.ceil(12 / (eta * h)) + 20 * N;
  const gap = Math.ceil(2 / (eta * h)) + 2 * N;
  const looks = 8;
  const sums = zeros(3);
  let t = 0;
  for (let look = 0; look < looks; look++) {
    for (const target = burnIn + look * gap; t < target;) {
      const used = t % ahead;
      if (used === 0) {
        rng.normals(noise);
        if (t % pause === 0) yield undefined;
      }
      stretch.steps = Math.min(target - t, ahead - used);
      stretch.noiseAt = used * chains;
      room.rule("sgd", block, stretch);
      t += stretch.steps;
    }
    for (let c = 0; c < chains; c++) {
      sums[0]++;
      sums[1] += theta[c];
      sums[2] += theta[c] * theta[c];
    }
  }
  yield { kind: "momentum", sums };
}
