import { ensembleRoom } from "../../kernels/rooms.ts";
import { stepWell } from "../../kernels/well.ts";
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
/** What a step takes beside its arithmetic, in multiplications. */
const perStep = 50;
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
  if (noise && system.slope && rule.momentum === 0)
    return yield* runsInWell(system.slope, system, { rate, steps, gain }, flow, n, noise, record);
  const d = system.dimension;
  const theta = zeros(n * d);
  const views = Array.from({ length: n }, (_, c) => theta.subarray(c * d, (c + 1) * d));
  for (const view of views) view.set(system.start);
  const buffer = zeros(rule.momentum === 0 ? 0 : n * d);
  const chains: Chains = { theta, largest: zeros(n), last: zeros(n), lostAt: 0 };
  const gradient = gradientOf(system, noise, n);
  const perRun = perStep + (!noise ? system.cost : system.noise.kind === "rows" ? 4 * d * noise.batch : 8 * d);
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

/** Steps' worth of noise made at a time. */
const ahead = 16;

/** The same in the kernel, where there is one coordinate and no momentum. */
function* runsInWell(
  slope: NonNullable<System["slope"]>,
  { noise: own, start }: System,
  { rate, steps, gain }: Pace,
  flow: Flow,
  n: number,
  { z, batch }: { readonly z: Rng; readonly batch: number },
  record: (k: number, t: number, theta: Vector) => void,
): Generator<undefined, Chains> {
  const room = ensembleRoom(n * (1 + ahead) + 2);
  const theta = room.zeros(n).fill(start[0]);
  const normals = room.space(n * ahead);
  const left = zeros(n);
  const chains: Chains = { theta, largest: zeros(n), last: zeros(n), lostAt: 0 };
  const { largest, last } = chains;
  const sigma = own.kind === "normal" ? own.deviation[0] / Math.sqrt(batch) : 0;
  let step = { slope, rate: NaN, sigma };
  const phi = zeros(1);
  let t = 0;
  let spent = 0;
  record(0, 0, theta);
  for (let k = 0; k < steps; k++) {
    const eta = rate(k);
    if (eta !== step.rate) step = { slope, rate: eta, sigma };
    t += eta * gain;
    flow.at(t, phi);
    const used = k % ahead;
    if (used === 0) z.normals(normals, 0, n * Math.min(ahead, steps - k));
    stepWell(room, step, theta, normals, used * n, 1);
    const middle = phi[0];
    for (let c = 0; c < n; c++) {
      if (largest[c] === Infinity) {
        theta[c] = left[c];
        continue;
      }
      const distance = Math.abs(theta[c] - middle);
      last[c] = distance * distance;
      if (!(distance < gone)) {
        largest[c] = last[c] = Infinity;
        left[c] = theta[c];
        if (chains.lostAt === 0) chains.lostAt = k + 1;
      } else if (distance > largest[c]) largest[c] = distance;
    }
    record(k + 1, t, theta);
    spent += perStep + 4 * n;
    if (spent > atOnce) {
      spent = 0;
      yield undefined;
    }
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
