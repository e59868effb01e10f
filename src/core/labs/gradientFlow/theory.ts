import { exp, log, power } from "../../kernels/elementary.ts";
import { fitLine } from "../../statistics.ts";
import { zeros, type Vector } from "../../vector.ts";

// On ½hx² everything has a closed form. `eta` is the rate, t = kη the time.

/** The flow from x₀ after time t. */
export const quadraticFlow = (h: number, x0: number, t: number): number => x0 * exp(-h * t);

/** max over k ≤ T/η of |x₀| |(1−ηh)^k − e^(−hηk)|: gradient descent without noise. */
export function supDistance(h: number, x0: number, eta: number, time: number): number {
  const steps = Math.round(time / eta);
  let x = x0;
  let largest = 0;
  for (let k = 1; k <= steps; k++) {
    x *= 1 - eta * h;
    largest = Math.max(largest, Math.abs(x - quadraticFlow(h, x0, eta * k)));
  }
  return largest;
}
/** Its first term: |x₀| ηh/(2e), where t = 1/h lies within T. */
export function leadingTerm(h: number, x0: number, eta: number, time = Infinity): number {
  const t = Math.min(time, 1 / h);
  return (Math.abs(x0) * eta * h * h * t * exp(-h * t)) / 2;
}

/** Variance of x_k where every step adds noise of the variance η²σ²: η²σ²(1−q^2k)/(1−q²), q = 1−ηh. */
export function noiseVariance(h: number, variance: number, eta: number, steps: number): number {
  const q2 = (1 - eta * h) * (1 - eta * h);
  const share = q2 === 1 ? steps : (1 - power(q2, steps)) / (1 - q2);
  return eta * eta * variance * share;
}
/** Root mean square of the distance between SGD and the flow at the time T, bias and noise. */
export function rmsAtEnd(h: number, x0: number, variance: number, eta: number, time: number): number {
  const steps = Math.round(time / eta);
  const bias = x0 * power(1 - eta * h, steps) - quadraticFlow(h, x0, eta * steps);
  return Math.sqrt(bias * bias + noiseVariance(h, variance, eta, steps));
}

/** Where descent with these rates ends: x₀ Π(1 − η_k h). */
export function endPoint(h: number, x0: number, rates: Vector): number {
  let x = x0;
  for (let k = 0; k < rates.length; k++) x *= 1 - rates[k] * h;
  return x;
}
/** Its second order: x₀ exp(−h Σ η − ½h² Σ η²). */
export function endSecondOrder(h: number, x0: number, rates: Vector): number {
  let [sum, squares] = [0, 0];
  for (let k = 0; k < rates.length; k++) {
    sum += rates[k];
    squares += rates[k] * rates[k];
  }
  return x0 * exp(-h * sum - 0.5 * h * h * squares);
}

/** Root mean square over √N blocks of √N steps of a block's mean gradient: σ N^(−1/4). */
export const blockMean = (sigma: number, N: number): number => sigma / Math.sqrt(Math.sqrt(N));
/** Root mean square of what N steps of the rate t/N add up to: tσ N^(−1/2). */
export const displacement = (sigma: number, time: number, N: number): number => (time * sigma) / Math.sqrt(N);

export interface Order {
  readonly order: number;
  /** NaN where no errors of the distances are given. */
  readonly standardError: number;
}
/** Least-squares slope of ln D on ln x; its standard error from independent ones of the distances. */
export function fitOrder(x: ArrayLike<number>, distance: ArrayLike<number>, errors?: ArrayLike<number>): Order {
  const n = x.length;
  const [u, v, one] = [zeros(n), zeros(n), zeros(n).fill(1)];
  let middle = 0;
  for (let i = 0; i < n; i++) {
    u[i] = log(x[i]);
    v[i] = log(distance[i]);
    middle += u[i] / n;
  }
  let [spread, variance] = [0, 0];
  for (let i = 0; i < n; i++) spread += (u[i] - middle) * (u[i] - middle);
  for (let i = 0; i < n; i++) {
    const weight = ((u[i] - middle) / spread) * ((errors?.[i] ?? NaN) / distance[i]);
    variance += weight * weight;
  }
  return { order: n < 2 ? NaN : fitLine(u, v, one).slope, standardError: Math.sqrt(variance) };
}

/**
 * Order as η → 0 from distances at falling rates, halvings where none are given: the slope between two neighbours errs in
 * proportion to their logarithmic mean, which the last two cancel; the three before tell how far that can be trusted.
 */
export function limitOrder(distance: ArrayLike<number>, eta?: ArrayLike<number>): Order {
  const n = distance.length;
  const at = (i: number) => eta?.[i] ?? 1 / 2 ** i;
  const step = (i: number) => log(at(i) / at(i + 1));
  const slope = (i: number) => log(distance[i] / distance[i + 1]) / step(i);
  const middle = (i: number) => (at(i) - at(i + 1)) / step(i);
  if (n < 3) return { order: NaN, standardError: NaN };
  const limit = (i: number) => slope(i + 1) + ((slope(i + 1) - slope(i)) * middle(i + 1)) / (middle(i) - middle(i + 1));
  const order = limit(n - 3);
  const before = n > 3 ? limit(n - 4) : slope(n - 2);
  return { order, standardError: Math.abs(order - before) };
}

/**
 * By how much the largest of a path seen at steps alone falls short of the path's own, in deviations of a step: −ζ(½)/√(2π)
 * for normal steps (Chernoff 1965; Asmussen, Glynn and Pitman 1995, Ann. Appl. Probab. 5:875). For others, by Spitzer's identity with the next term of
 * Edgeworth's series, ζ(3/2)/(24√(2π)) (κ₄ − κ₃²) more.
 */
export const betweenSteps = (skewness: number, kurtosis: number): number =>
  0.5825971579 + 0.04342413 * (kurtosis - skewness * skewness);

/**
 * The order that mean largest distances show over a finite range of rates. As η → 0 they are κ√η; at a finite η the noise
 * is `noise` in place of √η, peaks between steps are `missed`, and the bias adds in squares. κ is
 * the one number that fits the measured ones.
 */
export function expectedOrder(
  eta: ArrayLike<number>,
  measured: ArrayLike<number>,
  noise: ArrayLike<number>,
  missed: ArrayLike<number>,
  bias: ArrayLike<number>,
): { readonly order: number; readonly at: Vector } {
  const n = eta.length;
  const at = zeros(n);
  const fill = (kappa: number): number => {
    let sum = 0;
    for (let i = 0; i < n; i++) {
      const peak = Math.max(1e-300, kappa * noise[i] - missed[i]);
      at[i] = Math.sqrt(peak * peak + bias[i] * bias[i]);
      sum += log(at[i] / measured[i]);
    }
    return sum;
  };
  let [low, high] = [0, 100];
  for (let round = 0; round < 60; round++) {
    const middle = (low + high) / 2;
    if (fill(middle) > 0) high = middle;
    else low = middle;
  }
  fill((low + high) / 2);
  return { order: fitOrder(eta, at).order, at };
}
