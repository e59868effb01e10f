import type { Configuration } from "../../../protocol/index.ts";
import { ensembleRoom } from "../../kernels/rooms.ts";
import { drawWell } from "../../kernels/well.ts";
import type { Batch, Objective } from "../../problems/problem.ts";
import type { Rng } from "../../rng.ts";
import { Trainer } from "../../train.ts";
import { zeros, type Vector } from "../../vector.ts";
import type { Setting } from "./setting.ts";

/** Chains advanced together. */
export interface Ensemble {
  readonly theta: Vector;
  advance(steps: number): void;
}
/** Chains of one block: few enough to stay in the nearest cache, enough that no step waits for the one before it. */
export const block = 64;
/** Steps' worth of noise made at a time. */
const ahead = 16;

/** SGD of PyTorch runs in loops of its own; every other elementwise optimizer on a vector of chains. */
export const ensemble = (configuration: Configuration, it: Setting, start: Vector, z: Rng): Ensemble =>
  it.plain ? sgdEnsemble(it, start, z) : trainedEnsemble(configuration, it, start, z);

/** SGD with normal gradient noise; starts where `start` is. */
export function sgdEnsemble(
  it: Pick<Setting, "relief" | "spread" | "values" | "variance">,
  start: Vector,
  z: Rng,
): Ensemble {
  const { relief, spread, values } = it;
  const { learningRate: rate, momentum, dampening, nesterov } = values;
  const sigma = Math.sqrt(it.variance);
  const n = start.length;
  const { coefficients } = relief;
  const compiled = coefficients && !spread && momentum === 0;
  const room = ensembleRoom(n + (n & 1) + n * ahead);
  const theta = room.zeros(n);
  const noise = room.space(n * ahead);
  theta.set(start);
  const buffer = zeros(n);
  let t = 0;
  /** Steps whose noise is drawn and not used yet: whole blocks of the stream, wherever one stops to look. */
  let left = 0;
  const slopes = compiled ? undefined : relief.slopes(n, values["weightDecay"]);
  const roots = spread?.roots(n);
  /** θ ← θ − η u with the buffer u, of `now` steps. */
  const plainly = (from: number, now: number) => {
    for (let s = 0; s < now; s++, t++) {
      const fresh = t === 0 ? 1 : 1 - dampening; // the first buffer is g itself
      const slope = slopes!(theta);
      const root = roots?.(theta);
      for (let c = 0; c < n; c++) {
        const g = slope[c] + sigma * (root ? root[c] : 1) * noise[from + s * n + c];
        if (momentum === 0) theta[c] -= rate * g;
        else {
          buffer[c] = momentum * buffer[c] + fresh * g;
          theta[c] -= rate * (nesterov !== 0 ? g + momentum * buffer[c] : buffer[c]);
        }
      }
    }
  };
  const [, a1, a2, a3, a4] = coefficients ?? [0, 0, 0, 0, 0];
  const step = { slope: [a1, 2 * a2, 3 * a3, 4 * a4] as const, rate, sigma };
  return {
    theta,
    advance(steps) {
      if (compiled) {
        drawWell(room, step, theta, z, noise, steps);
        return;
      }
      for (let done = 0; done < steps;) {
        if (left === 0) {
          z.normals(noise);
          left = ahead;
        }
        const now = Math.min(left, steps - done);
        plainly((ahead - left) * n, now);
        left -= now;
        done += now;
      }
    },
  };
}

function trainedEnsemble(configuration: Configuration, it: Setting, theta: Vector, z: Rng): Ensemble {
  const [{ name }] = configuration.groups;
  const { clip } = configuration;
  const single: Configuration = {
    framework: configuration.framework,
    optimizer: configuration.optimizer,
    groups: [{ name, values: it.values }],
    // Of one coordinate, a clip by norm is a clip by value; here the coordinates are chains.
    ...(clip && { clip: { type: "value", max: clip.max } }),
  };
  const trainer = new Trainer(single, chainsObjective(it, theta), z, { steps: 1, stepsPerEpoch: 1, batchSize: 1 });
  return {
    theta: trainer.theta,
    advance(steps) {
      for (let k = 0; k < steps; k++) trainer.step();
    },
  };
}

/** Independent chains as the coordinates of one objective; without the weight decay, which is the optimizer's own. */
function chainsObjective({ relief, spread, variance }: Setting, start: Vector): Objective {
  const n = start.length;
  const noise = zeros(n);
  const mean = zeros(n);
  const square = zeros(n);
  const sigma = Math.sqrt(variance);
  const slopes = relief.slopes(n, 0);
  const roots = spread?.roots(n);
  const gradient = {
    mean,
    get meanSquare() {
      for (let c = 0; c < n; c++) square[c] = mean[c] ** 2;
      return square;
    },
  };
  const batch: Batch = {
    loss: () => NaN, // never asked: a density needs no loss
    gradient(theta) {
      const slope = slopes(theta);
      const root = roots?.(theta);
      for (let c = 0; c < n; c++) mean[c] = slope[c] + sigma * (root ? root[c] : 1) * noise[c];
      return gradient;
    },
  };
  return {
    dimension: n,
    start,
    watched: [],
    loss: () => NaN,
    draw(z) {
      z.normals(noise);
      return batch;
    },
  };
}
