import type { Optimizer } from "../../optimizers/index.ts";
import { rng } from "../../rng.ts";
import { mean } from "../../statistics.ts";
import { zeros } from "../../vector.ts";
import type { Base } from "./laws.ts";
import type { CoordinateValues } from "./setting.ts";
import { bowlMeans, temperature, type Pair, type Update } from "./theory.ts";

// What an adaptive optimizer's rates come to when its second moments are held where they settle.

type Values = Readonly<Partial<Record<string, number>>>;

/** Rates of the two coordinates under nothing but the noise: η/(σ + ε) where the optimizer divides by √v. */
export function heldRates(optimizer: Optimizer, values: readonly CoordinateValues[], sigma: Pair): Pair {
  const of = (i: 0 | 1): number => {
    const { learningRate = 0, epsilon = 0 } = values[i] as Values;
    return dividing.includes(optimizer.name)
      ? learningRate / (sigma[i] + epsilon)
      : rateUnderNoise(optimizer, values[i], sigma[i]);
  };
  return [of(0), of(1)];
}
/** Whose step is η m̂/(√v + ε). */
const dividing = ["RMSProp", "Adam", "AdamW"];

/**
 * What a window of N_s steps makes of RMSProp's temperature: 1 − 3/(8N_s) to first order. v scatters by σ⁴/N_s and holds the
 * gradient it divides, so that the noise comes out smaller by 1/N_s and the drift by 5/(8N_s); the temperature is their quotient.
 */
export const windowFactor = ({ optimizer, values }: Base): Pair =>
  optimizer.name === "RMSProp"
    ? [1 - (3 / 8) * (1 - values[0]["beta2"]), 1 - (3 / 8) * (1 - values[1]["beta2"])]
    : [1, 1];

/**
 * The optimizer as a chain linear in the gradient: √v held at √(σ² + E L′²), where it settles as its window grows. Undefined for
 * optimizers, or switches of them, that this does not describe.
 */
export function heldUpdates({ optimizer, values, sigma, bowls, quadratic }: Base): [Update, Update] | undefined {
  if (!dividing.includes(optimizer.name)) return undefined;
  const adam = optimizer.name !== "RMSProp";
  const updates: Update[] = [];
  for (const i of [0, 1] as const) {
    const it = values[i] as Values;
    const { learningRate = 0, epsilon = 0, beta1 = 0, weightDecay = 0 } = it;
    const others = ["amsgrad", "centered", "momentum", "nesterov", "caution", "epsilonInRoot", "correctedDecay"];
    if (others.some((name) => (it[name] ?? 0) !== 0)) return undefined;
    const decoupled = optimizer.name === "AdamW" || (it["decoupledWeightDecay"] ?? 0) !== 0;
    const variance = sigma[i] * sigma[i];
    let rate = learningRate / (sigma[i] + epsilon);
    for (let round = 0; round < 60; round++) {
      const { h } = bowls[i];
      const square =
        i === 0 || quadratic
          ? Math.max(0, rate * h < 2 ? h * temperature(rate, sigma[i], adam ? 0 : h) : 0)
          : bowlMeans(bowls[i], rate, sigma[i], false).square;
      const next = learningRate / (Math.sqrt(variance + square) + epsilon);
      if (Math.abs(next - rate) <= 1e-13 * rate) break;
      rate = next;
    }
    updates.push({
      rate,
      momentum: adam ? beta1 : 0,
      entering: adam ? 1 - beta1 : 1,
      nesterov: false,
      shrink: decoupled ? learningRate * weightDecay : 0,
    });
  }
  return [updates[0], updates[1]];
}

/** Mean effective rate of an optimizer fed with nothing but the noise, once it is used to it. */
function rateUnderNoise(optimizer: Optimizer, values: CoordinateValues, sigma: number): number {
  const theta = zeros(16);
  const state = optimizer.init(theta, [[theta.length]], values);
  const g = zeros(theta.length);
  const gradient = { mean: g, meanSquare: zeros(theta.length).fill(sigma * sigma) };
  const z = rng(1).split("noise alone");
  const steps = 1000;
  for (let t = 1; t <= steps; t++) {
    z.normals(g);
    for (let i = 0; i < g.length; i++) g[i] *= sigma;
    theta.fill(0);
    optimizer.step({ loss: () => 0, gradient: () => gradient }, theta, state, t, values);
  }
  return mean(optimizer.effectiveLearningRate?.(state, steps, values, zeros(theta.length)) ?? Float64Array.of(NaN));
}
