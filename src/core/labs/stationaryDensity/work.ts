import type { Configuration } from "../../../protocol/index.ts";
import type { Batch, Objective } from "../../problems/problem.ts";
import { slopeOf } from "../../problems/wells.ts";
import type { Rng } from "../../rng.ts";
import { Trainer } from "../../train.ts";
import { zeros, type Vector } from "../../vector.ts";
import type { Job } from "../lab.ts";
import type { controls } from "./controls.ts";
import { block, sgdEnsemble, type Ensemble } from "./ensemble.ts";
import { setting, type Setting } from "./setting.ts";

/** Blocks of chains in one unit of work. */
export const blocksPerUnit = 4;
/** Steps of a block between two yields: a fraction of a millisecond. */
const between = 250;

/** What one sample of a unit's chains adds to the counts, by block. */
export interface Part {
  /** Chains in each bin: blocks × bins. */
  readonly counts: Vector;
  /** Of each block: chains that were finite, Σθ, Σθ², those right of the saddle. */
  readonly sums: Vector;
  /** Chains lost to infinity so far, and the step by which the first one was. */
  readonly lost: number;
  readonly lostAt: number;
}
/** Columns of `sums`. */
export const summed = { finite: 0, first: 1, second: 2, right: 3, columns: 4 } as const;

export const unitsOf = (chains: number): number => Math.ceil(chains / (block * blocksPerUnit));

export function* work(job: Job<typeof controls>, unit: number, rng: Rng): Generator<Part | undefined, void> {
  const { chains, samples } = job.controls;
  const it = setting(job.configuration, job.problem, job.controls);
  const { domain, burnIn, gap, well } = it;
  const width = (domain.hi - domain.lo) / domain.cells;
  // Half in each well where they are equally deep; all in the deeper one otherwise, which holds most of the mass anyway.
  const deepest = Math.min(...well.minima.map(it.landscape.height));
  const starts = well.minima.filter((x) => it.landscape.height(x) < deepest + 1e-9);
  const cut = well.saddle ?? well.minima[0];
  const blocks = Array.from({ length: blocksPerUnit }, (_, b) => unit * blocksPerUnit + b)
    .filter((index) => index * block < chains)
    .map((index) => {
      const size = Math.min(block, chains - index * block);
      const theta = zeros(size);
      for (let c = 0; c < size; c++) theta[c] = starts[(index * block + c) % starts.length];
      return ensemble(job.configuration, it, theta, rng.split("block", index));
    });
  let lostAt = 0;
  let t = 0;
  for (let sample = 0; sample < samples; sample++) {
    const target = burnIn + sample * gap;
    while (t < target) {
      const steps = Math.min(between, target - t);
      for (const each of blocks) {
        each.advance(steps);
        yield undefined;
      }
      t += steps;
      if (lostAt === 0 && blocks.some(({ theta }) => lostIn(theta) > 0)) lostAt = t;
    }
    const counts = zeros(blocks.length * domain.cells);
    const sums = zeros(blocks.length * summed.columns);
    blocks.forEach(({ theta }, b) => {
      const row = b * summed.columns;
      for (const x of theta) {
        if (!(Math.abs(x) < gone)) continue;
        sums[row + summed.finite]++;
        sums[row + summed.first] += x;
        sums[row + summed.second] += x * x;
        if (x > cut) sums[row + summed.right]++;
        const bin = Math.floor((x - domain.lo) / width);
        if (bin >= 0 && bin < domain.cells) counts[b * domain.cells + bin]++;
      }
    });
    yield { counts, sums, lost: blocks.reduce((sum, { theta }) => sum + lostIn(theta), 0), lostAt };
  }
}

/** Beyond this a chain does not come back. */
const gone = 1e6;
const lostIn = (theta: Vector): number => theta.reduce((sum, x) => sum + (Math.abs(x) < gone ? 0 : 1), 0);

/** SGD runs in a loop of its own; every other elementwise optimizer on a vector of chains. */
function ensemble(configuration: Configuration, it: Setting, theta: Vector, z: Rng): Ensemble {
  const { values, plain, coefficients, variance } = it;
  if (plain) {
    const { learningRate, momentum, dampening, nesterov } = values;
    const rule = { learningRate, momentum, dampening, nesterov: nesterov !== 0 };
    return sgdEnsemble(coefficients, rule, Math.sqrt(variance), theta, z);
  }
  const [{ name }] = configuration.groups;
  const { clip } = configuration;
  const single: Configuration = {
    framework: configuration.framework,
    optimizer: configuration.optimizer,
    groups: [{ name, values }],
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
function chainsObjective({ well, variance }: Setting, start: Vector): Objective {
  const n = start.length;
  const noise = zeros(n);
  const mean = zeros(n);
  const square = zeros(n);
  const sigma = Math.sqrt(variance);
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
      for (let c = 0; c < n; c++) mean[c] = slopeOf(well.coefficients, theta[c]) + sigma * noise[c];
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
