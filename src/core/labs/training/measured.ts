import type { Configuration } from "../../../protocol/index.ts";
import type { Objective } from "../../problems/problem.ts";
import type { Replicate } from "../../cohort.ts";
import type { ResolvedGroup, RunLength } from "../../train.ts";
import { zeros, type Vector } from "../../vector.ts";

/** What is measured on the way, by seed; NaN where the configuration has no such thing. */
export interface Reading {
  /** |Δθ|/η in the first step, mean over the coordinates that moved; without the decoupled part of weight decay. */
  readonly firstStep: Vector;
  /** v̂ over the variance of the mini-batch's noise, mean over coordinates, at the last step of positive rate. */
  readonly noise: Vector;
}

/** What theory says of an optimizer's own quantities; undefined where it says nothing. */
export interface Expectation {
  readonly firstStep?: { readonly value: number; readonly reason: string };
  readonly noise?: { readonly quantity: string };
  /** Whether its steps are linear in θ, so that second moments can be followed exactly. */
  readonly linear: boolean;
}
export function expectation({ optimizer, clip }: Configuration, values: Readonly<Record<string, number>>): Expectation {
  if (values["maximize"] !== 0) return { linear: false };
  switch (optimizer) {
    case "Adam":
    case "AdamW":
      return {
        linear: false,
        firstStep: { value: 1, reason: "bias correction makes the first step a sign step" },
        ...(!clip && values["amsgrad"] === 0 && { noise: { quantity: "v̂ / noise variance" } }),
      };
    case "RMSProp": {
      const { beta2, centered } = values;
      const share = centered === 0 ? 1 - beta2 : (1 - beta2) * beta2;
      const reason = "without bias correction, v starts at a small share of ĝ²";
      return {
        linear: false,
        ...(share > 0 && { firstStep: { value: 1 / Math.sqrt(share), reason } }),
        ...(!clip && centered === 0 && { noise: { quantity: "v / noise variance" } }),
      };
    }
    case "SGD":
      return { linear: !clip };
    default:
      return { linear: false };
  }
}

/** Takes the readings of some seeds as they run. */
export function measured(
  configuration: Configuration,
  objective: Objective,
  groups: readonly ResolvedGroup[],
  { steps, batchSize }: RunLength & { readonly batchSize: number },
  seeds: number,
) {
  const expected = groups.map((group) => expectation(configuration, group.at(1)));
  const firstStep = zeros(seeds).fill(NaN);
  const noise = zeros(seeds).fill(NaN);
  const rates = zeros(objective.dimension);
  const lastPositive = groups.every((group) => group.at(steps)["learningRate"] > 0)
    ? steps
    : lastStep(steps, (t) => groups.every((group) => group.at(t)["learningRate"] > 0));
  return {
    reading: { firstStep, noise } satisfies Reading,
    linear: expected.every(({ linear }) => linear),
    /** The next step after t at which it looks; Infinity where there is none. */
    next: (t: number): number => (t < 1 ? 1 : t < lastPositive ? lastPositive : Infinity),
    after(seed: number, t: number, it: Replicate): void {
      if (t === 1 && expected.every(({ firstStep: says }) => says)) firstStep[seed] = first(configuration, groups, it);
      if (t === lastPositive && expected.every(({ noise: says }) => says) && objective.noiseVariance) {
        it.effectiveLearningRate(rates);
        noise[seed] = ratio(configuration, groups, rates, t, objective.noiseVariance, batchSize);
      }
    },
  };
}

function first(
  { optimizer }: Configuration,
  groups: readonly ResolvedGroup[],
  { theta, objective }: Replicate,
): number {
  let sum = 0;
  let moved = 0;
  for (const group of groups) {
    const { learningRate, weightDecay, decoupledWeightDecay } = group.at(1) as Readonly<
      Partial<Record<string, number>>
    >;
    if (!(learningRate !== undefined && learningRate > 0)) return NaN;
    const decoupled = optimizer === "AdamW" || (decoupledWeightDecay ?? 0) !== 0;
    const decay = decoupled ? learningRate * (weightDecay ?? 0) : 0;
    for (let i = group.from; i < group.to; i++) {
      const step = Math.abs(theta[i] - objective.start[i] * (1 - decay));
      // A coordinate without gradient stays where it is, or where rounding of its decay leaves it.
      if (step <= 1e-9 * learningRate) continue;
      sum += step / learningRate;
      moved++;
    }
  }
  return sum / moved;
}

function ratio(
  { optimizer }: Configuration,
  groups: readonly ResolvedGroup[],
  rates: Vector,
  t: number,
  variance: Vector,
  batchSize: number,
): number {
  let sum = 0;
  for (const group of groups) {
    const { learningRate, epsilon, beta2 } = group.at(t);
    const correction = optimizer === "RMSProp" ? 1 - beta2 ** t : 1;
    for (let i = group.from; i < group.to; i++) {
      const root = learningRate / rates[i] - epsilon;
      sum += root ** 2 / correction / (variance[i] / batchSize);
    }
  }
  return sum / rates.length;
}

function lastStep(steps: number, holds: (t: number) => boolean): number {
  let t = steps;
  while (t > 0 && !holds(t)) t--;
  return t;
}
