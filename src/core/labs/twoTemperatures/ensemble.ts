import type { Configuration } from "../../../protocol/index.ts";
import { findOptimizer } from "../../optimizers/index.ts";
import type { Batch } from "../../problems/problem.ts";
import type { Rng } from "../../rng.ts";
import { zeros, type Vector } from "../../vector.ts";
import { inColumns } from "./columns.ts";
import type { Law } from "./laws.ts";
import { settledSteps, type Setting } from "./setting.ts";

/** Chains advanced together; the two coordinates of all of them. */
export interface Ensemble {
  readonly x: Vector;
  readonly y: Vector;
  /** Steps of every chain. */
  advance(steps: number): void;
}
/** Steps' worth of noise made at a time. */
const ahead = 8;
/** n chains of one law from where `start` puts them. */
export function ensemble(
  it: Setting,
  law: Law,
  clip: Configuration["clip"],
  batchSize: number,
  n: number,
  start: (x: Vector, y: Vector) => void,
  z: Rng,
): Ensemble {
  return inColumns(it, law, clip, n, start, z) ?? plainly(it, law, clip, batchSize, n, start, z);
}
/** Noises that are correlated, quartic losses, clipping, optimizers without a kernel. */
export function plainly(
  it: Setting,
  law: Law,
  clip: Configuration["clip"],
  batchSize: number,
  n: number,
  start: (x: Vector, y: Vector) => void,
  z: Rng,
): Ensemble {
  const [x, y] = [zeros(n), zeros(n)];
  start(x, y);
  const [{ h: h1 }, { h: h2, b }] = it.bowls;
  const [s11, s12, , s22] = it.Sigma;
  const n1 = Math.sqrt(s11);
  const n21 = s12 / n1;
  const n2 = Math.sqrt(Math.max(0, s22 - n21 * n21));
  const noise = zeros(2 * n * ahead);
  const g1 = zeros(n);
  const g2 = zeros(n);
  let row = ahead;
  const gradient = () => {
    if (row === ahead) {
      z.normals(noise);
      row = 0;
    }
    const at = 2 * n * row++;
    for (let c = 0; c < n; c++) {
      const z1 = noise[at + c];
      const y1 = y[c];
      g1[c] = h1 * x[c] + n1 * z1;
      g2[c] = y1 * (h2 + b * y1 * y1) + n21 * z1 + n2 * noise[at + n + c];
    }
    if (clip) clipped(clip, g1, g2);
  };
  const { updates } = law;
  if (updates) {
    const [p11, p12, p21, p22] = law.P;
    const [first, second] = updates;
    const [eta1, eta2] = [first.rate, second.rate];
    const [keep1, keep2] = [1 - first.shrink, 1 - second.shrink];
    if (first.momentum === 0 && second.momentum === 0)
      return stepping(() => {
        for (let c = 0; c < n; c++) {
          const u = g1[c];
          const v = g2[c];
          x[c] = keep1 * x[c] - eta1 * (p11 * u + p12 * v);
          y[c] = keep2 * y[c] - eta2 * (p21 * u + p22 * v);
        }
      });
    const buffers = [zeros(n), zeros(n)] as const;
    return stepping(() => {
      for (let c = 0; c < n; c++) {
        const u = g1[c];
        const v = g2[c];
        g1[c] = p11 * u + p12 * v;
        g2[c] = p21 * u + p22 * v;
      }
      withMomentum(first, x, g1, buffers[0]);
      withMomentum(second, y, g2, buffers[1]);
    });
  }
  const optimizer = findOptimizer(it.optimizer.name)!;
  const own = [
    { theta: x, g: g1, h: it.values[0], variance: s11 },
    { theta: y, g: g2, h: it.values[1], variance: s22 },
  ].map(({ theta, g, h, variance }) => {
    const state = optimizer.init(theta, [[n]], h);
    const from = settledSteps(optimizer);
    if (from > 0) (state as { readonly v: Vector }).v.fill(variance);
    return { theta, h, state, from, batch: batchOf(g, (batchSize - 1) * variance) };
  });
  let t = 0;
  return stepping(() => {
    t++;
    for (const { theta, h, state, from, batch } of own) optimizer.step(batch, theta, state, from + t, h);
  });

  function stepping(step: () => void): Ensemble {
    return {
      x,
      y,
      advance(steps) {
        for (let k = 0; k < steps; k++) {
          gradient();
          step();
        }
      },
    };
  }
}

/** SGD's step with a buffer, as PyTorch writes it. */
function withMomentum(
  { rate, momentum, entering, nesterov, shrink }: NonNullable<Law["updates"]>[0],
  theta: Vector,
  u: Vector,
  buffer: Vector,
): void {
  const keep = 1 - shrink;
  const straight = nesterov ? 1 : 0;
  const through = nesterov ? momentum : 1;
  for (let c = 0; c < theta.length; c++) {
    buffer[c] = momentum * buffer[c] + entering * u[c];
    theta[c] = keep * theta[c] - rate * (straight * u[c] + through * buffer[c]);
  }
}

/** The gradient of all chains along one coordinate; examples of a batch spread about it with the variance `within` in the mean. */
function batchOf(mean: Vector, within: number): Batch {
  const square = zeros(mean.length);
  const gradient = {
    mean,
    get meanSquare() {
      for (let c = 0; c < square.length; c++) square[c] = mean[c] * mean[c] + within;
      return square;
    },
  };
  return { loss: () => NaN, gradient: () => gradient };
}

/** Clips each chain's own two entries: by value, or by their norm. */
function clipped({ type, max, epsilon = 1e-6 }: NonNullable<Configuration["clip"]>, g1: Vector, g2: Vector): void {
  for (let c = 0; c < g1.length; c++) {
    if (type === "value") {
      g1[c] = Math.min(Math.max(g1[c], -max), max);
      g2[c] = Math.min(Math.max(g2[c], -max), max);
    } else {
      const factor = Math.min(1, max / (Math.sqrt(g1[c] * g1[c] + g2[c] * g2[c]) + epsilon));
      g1[c] *= factor;
      g2[c] *= factor;
    }
  }
}
