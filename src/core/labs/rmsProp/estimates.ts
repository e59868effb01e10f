import { findOptimizer } from "../../optimizers/index.ts";
import type { Batch } from "../../problems/problem.ts";
import type { Rng } from "../../rng.ts";
import { zeros, type Vector } from "../../vector.ts";
import type { Common } from "./rules.ts";

/** Chains of one unit, looks at each, and units whose chains are drawn one by one. */
export const chainsPerUnit = 64;
const looks = 60;
export const drawnUnits = 32;
/** Of one look: how many, Σs, Σs², Σ(s − m²), Σ(s − m²)². */
export const columns = 5;

/** Steps after which is looked: the first, and then evenly. */
export function looksOf(steps: number): number[] {
  const many = Math.min(looks, steps);
  return Array.from({ length: many }, (_, k) => (many === 1 ? steps : Math.round(1 + (k * (steps - 1)) / (many - 1))));
}
export interface EstimatesPart {
  readonly kind: "estimates";
  readonly sums: Vector;
  /** s by look and chain; none beyond the drawn units. */
  readonly s: Vector;
}
/** s and s − m² of many streams of normal gradients. */
export function* estimatesUnit(
  it: Pick<Common, "beta" | "correction" | "s0"> & {
    readonly mean: number;
    readonly deviation: number;
    readonly steps: number;
    readonly chains: number;
    readonly drawn: boolean;
  },
  rng: Rng,
): Generator<EstimatesPart | undefined> {
  const { beta, correction, chains, steps, mean, deviation } = it;
  const times = looksOf(steps);
  const sums = zeros(times.length * columns);
  const values = zeros(it.drawn ? times.length * chains : 0);
  const [s, m, z] = [zeros(chains).fill(it.s0), zeros(chains), zeros(chains)];
  let [k, mass] = [0, 0];
  for (let t = 1; t <= steps; t++) {
    rng.normals(z);
    const share = correction === 2 ? Math.max(1 - beta, 1 / t) : 1 - beta;
    mass += share * (1 - mass);
    for (let c = 0; c < chains; c++) {
      const g = mean + deviation * z[c];
      s[c] += share * (g * g - s[c]);
      m[c] += share * (g - m[c]);
    }
    if (t === times[k]) {
      const by = correction === 1 ? 1 / mass : 1;
      const row = k * columns;
      sums[row] = chains;
      for (let c = 0; c < chains; c++) {
        const own = by * s[c];
        const average = by * m[c];
        const v = own - average * average;
        sums[row + 1] += own;
        sums[row + 2] += own * own;
        sums[row + 3] += v;
        sums[row + 4] += v * v;
        if (it.drawn) values[k * chains + c] = own;
      }
      k++;
    }
    if (t % 256 === 0) yield undefined;
  }
  yield { kind: "estimates", sums, s: values };
}

export interface FirstPart {
  readonly kind: "first";
  /** Steps, and what each step is in units of η: plain and centered. */
  readonly t: Vector;
  readonly plain: Vector;
  readonly centered: Vector;
  /** Of the centered form, over all steps. */
  readonly least: number;
}
/** At which steps the multipliers are recorded: some 60 a decade, and those that findings name. */
export function recordedSteps(steps: number, N: number): Set<number> {
  const all = new Set<number>([1, 2, 10, 100, 500, Math.round(N), Math.round(4 * N), steps]);
  for (let t = 1; t <= steps; t = Math.max(t + 1, Math.round(t * 1.04))) all.add(t);
  return new Set([...all].filter((t) => t >= 1 && t <= steps));
}
/** |Δθ|/η under a constant gradient, by the optimizer's own code; 0 is where every step begins, so that nothing is lost to rounding. */
export function* firstSteps(it: Common, g: number, steps: number): Generator<FirstPart | undefined> {
  const decoupled = it.correction === 2;
  const optimizer = findOptimizer(decoupled ? "DecoupledRMSProp" : "RMSProp")!;
  const defaults = Object.fromEntries(Object.entries(optimizer.hyperparameters).map(([k, h]) => [k, h.default]));
  const own = {
    ...defaults,
    learningRate: 1,
    epsilon: it.epsilon,
    ...(decoupled
      ? { squareWindow: it.Ns, correction: 2 }
      : {
          beta2: it.beta,
          biasCorrection: it.correction,
          initialSecondMoment: it.s0,
          epsilonInRoot: it.inRoot ? 1 : 0,
        }),
  };
  const gradient = { mean: Float64Array.of(g), meanSquare: Float64Array.of(g * g) };
  const batch: Batch = { loss: () => NaN, gradient: () => gradient };
  const recorded = recordedSteps(steps, it.Ns);
  const t = Float64Array.from(recorded).sort();
  const out = [zeros(t.length), zeros(t.length)];
  let least = Infinity;
  for (const centered of [0, 1]) {
    const h = { ...own, centered };
    const theta = zeros(1);
    const state = optimizer.init(theta, [[1]], h);
    for (let step = 1, k = 0; step <= steps; step++) {
      theta[0] = 0;
      optimizer.step(batch, theta, state, step, h);
      const size = Math.abs(theta[0]);
      if (centered === 1 && size < least) least = size;
      if (step === t[k]) out[centered][k++] = size;
      if (step % 2000 === 0) yield undefined;
    }
  }
  yield { kind: "first", t, plain: out[0], centered: out[1], least };
}
