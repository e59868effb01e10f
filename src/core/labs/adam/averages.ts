import { leastOf } from "../../goldenSection.ts";
import { exp, log, power } from "../../kernels/elementary.ts";
import { zeros, type Vector } from "../../vector.ts";

// Three ways to begin an average over N steps: none (from 0), the published division by 1 − βᵗ, and min(N, t), which is the plain
// mean until N inputs are in. Kingma & Ba 2015, arXiv:1412.6980, §3; McAllester, TTIC 31230, "Decoupled Versions".

export const corrections = ["min(N, t)", "published, 1/(1 − βᵗ)", "none"] as const;
export type Correction = 0 | 1 | 2;

/** Weight of the input j steps ago in the average of t inputs, j = 0 … t − 1. */
export function weights(correction: Correction, N: number, t: number): Vector {
  const beta = 1 - 1 / N;
  const out = zeros(t);
  for (let j = 0; j < t; j++) {
    const plain = power(beta, j) / N;
    if (correction === 2) out[j] = plain;
    else if (correction === 1) out[j] = plain / (1 - power(beta, t));
    else if (t <= N) out[j] = 1 / t;
    else out[j] = j < t - N ? plain : power(beta, t - N) / N;
  }
  return out;
}
/** Half the L1 distance of two lists of weights of mass 1. */
export function distance(a: Vector, b: Vector): number {
  let sum = 0;
  for (let j = 0; j < a.length; j++) sum += Math.abs(a[j] - b[j]);
  return sum / 2;
}
/** What all that comes to. */
export function tableOf(N: number, t: number) {
  const [kb, min, none] = [weights(1, N, t), weights(0, N, t), weights(2, N, t)];
  const sum = (f: (j: number) => number) => {
    let total = 0;
    for (let j = 0; j < t; j++) total += f(j);
    return total;
  };
  const ratios = kb.map((w, j) => w / min[j]);
  return {
    tv: distance(kb, min),
    ratio_max: ratios.reduce((a, b) => Math.max(a, b)),
    ratio_min: ratios.reduce((a, b) => Math.min(a, b)),
    none_mass: sum((j) => none[j]),
    ess_kb: 1 / sum((j) => kb[j] ** 2),
    ess_min: 1 / sum((j) => min[j] ** 2),
    mean_age_kb: sum((j) => j * kb[j]),
    mean_age_min: sum((j) => j * min[j]),
  };
}
/** The distance of the published weights to those of min(N, t) as N grows, at t = τN. */
export function distanceLimit(tau: number): number {
  if (tau <= 0) return 0;
  if (tau <= 1) {
    const kept = 1 - exp(-tau);
    return 1 / kept - 1 / tau - log(tau / kept) / tau;
  }
  return 1 / (exp(tau) - 1) + exp(1 - tau) * log(1 - exp(-tau));
}
/** Where it is largest, and how large. */
export function largestDistance(): { readonly tau: number; readonly tv: number } {
  const { at, value } = leastOf((tau) => -distanceLimit(tau), 1, 2, 80);
  return { tau: at, tv: -value };
}
/** At which t the weights of one N are farthest apart, and how far. */
export function farthest(N: number): { readonly t: number; readonly tv: number } {
  const of = (t: number) => distance(weights(1, N, t), weights(0, N, t));
  let t = Math.max(1, Math.round(largestDistance().tau * N));
  let tv = of(t);
  for (const step of [1, -1])
    for (let next = of(Math.max(1, t + step)); next > tv; next = of(Math.max(1, t + step))) [t, tv] = [t + step, next];
  return { t, tv };
}
