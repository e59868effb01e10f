import type { Rng } from "../../rng.ts";
import { zeros, type Vector } from "../../vector.ts";
import { atOnce, type Flow } from "./flow.ts";
import { advance, type Rule } from "./rule.ts";
import type { System } from "./system.ts";

/** Runs that step together, and how far each of them has been from the flow. */
export interface Chains {
  readonly theta: Vector;
  /** Largest distance so far of each; infinite once it has left. */
  readonly largest: Vector;
  /** Squared distance at the last step. */
  readonly last: Vector;
  /** The step by which the first one left; 0 while none has. */
  lostAt: number;
}
export interface Pace {
  /** The rate of step k, from 0. */
  readonly rate: (k: number) => number;
  readonly steps: number;
  /** Flow time at each rate: η times the rule's gain. */
  readonly gain: number;
}
/** Beyond this a run does not come back. */
const gone = 1e6;

/**
 * `n` runs from the start; without a stream, gradient descent. `record` is called after every step (and before the first)
 * with the time and the runs. Steps of one update are drawn run after run from the one stream.
 */
export function* runChains(
  system: System,
  rule: Rule,
  { rate, steps, gain }: Pace,
  flow: Flow,
  n: number,
  noise: { readonly z: Rng; readonly batch: number } | undefined,
  record: (k: number, t: number, theta: Vector) => void = () => undefined,
): Generator<undefined, Chains> {
  const d = system.dimension;
  const theta = zeros(n * d);
  const views = Array.from({ length: n }, (_, c) => theta.subarray(c * d, (c + 1) * d));
  for (const view of views) view.set(system.start);
  const buffer = zeros(rule.momentum === 0 ? 0 : n * d);
  const chains: Chains = { theta, largest: zeros(n), last: zeros(n), lostAt: 0 };
  const gradient = gradientOf(system, noise, n);
  const perRun = !noise ? system.cost : system.noise.kind === "rows" ? 4 * d * noise.batch : 8 * d;
  const phi = zeros(d);
  let t = 0;
  let spent = 0;
  record(0, 0, theta);
  for (let k = 0; k < steps; k++) {
    const eta = rate(k);
    t += eta * gain;
    flow.at(t, phi);
    gradient.draw();
    for (let c = 0; c < n; c++) {
      if (chains.largest[c] === Infinity) continue;
      const g = gradient.at(views[c], c);
      advance(rule, theta, buffer, c * d, g, eta, k === 0);
      let square = 0;
      for (let i = 0; i < d; i++) {
        const apart = theta[c * d + i] - phi[i];
        square += apart * apart;
      }
      chains.last[c] = square;
      const distance = Math.sqrt(square);
      if (!(distance < gone)) {
        chains.largest[c] = Infinity;
        chains.last[c] = Infinity;
        if (chains.lostAt === 0) chains.lostAt = k + 1;
      } else if (distance > chains.largest[c]) chains.largest[c] = distance;
      spent += perRun;
      if (spent > atOnce) {
        spent = 0;
        yield undefined;
      }
    }
    record(k + 1, t, theta);
  }
  return chains;
}

/** The gradient of a run's step, drawn or exact. */
function gradientOf(system: System, noise: { readonly z: Rng; readonly batch: number } | undefined, n: number) {
  const d = system.dimension;
  const g = zeros(d);
  if (!noise)
    return {
      draw: () => undefined,
      at(theta: Vector) {
        system.gradient(theta, g);
        return g;
      },
    };
  const { z, batch } = noise;
  if (system.noise.kind === "normal") {
    const normals = zeros(n * d);
    const scaled = system.noise.deviation.map((s) => s / Math.sqrt(batch));
    return {
      draw: () => z.normals(normals),
      at(theta: Vector, c: number) {
        system.gradient(theta, g);
        for (let i = 0; i < d; i++) g[i] += scaled[i] * normals[c * d + i];
        return g;
      },
    };
  }
  const { examples, decay } = system.noise;
  const one = zeros(d);
  return {
    draw: () => undefined,
    at(theta: Vector) {
      g.fill(0);
      for (let b = 0; b < batch; b++) {
        examples.gradient(theta, z.integer(examples.count), one);
        for (let i = 0; i < d; i++) g[i] += one[i];
      }
      for (let i = 0; i < d; i++) g[i] = g[i] / batch + decay * theta[i];
      return g;
    },
  };
}
