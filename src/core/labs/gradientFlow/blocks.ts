import type { Rng } from "../../rng.ts";
import { zeros, type Vector } from "../../vector.ts";
import { lengthsOf } from "./controls.ts";
import { atOnce, flowOf } from "./flow.ts";
import { systemOf, type FlowJob, type System } from "./system.ts";

/** Of runs of N steps at a place where the mean gradient is 0. */
export interface BlocksPart {
  readonly kind: "blocks";
  readonly size: number;
  /** First run of the unit. */
  readonly first: number;
  /** Of each run: mean over its blocks of |block mean|², and |displacement|². */
  readonly means: Vector;
  readonly displacements: Vector;
  /** E|ĝ|² of one example there. */
  readonly variance: number;
}
/** Runs of one unit. */
export const runsAtOnce = 8;

export function* blocksWork(
  job: FlowJob,
  time: number,
  size: number,
  group: number,
  rng: Rng,
): Generator<BlocksPart | undefined, void> {
  const { blockTime, blockRuns } = job.controls;
  const length = lengthsOf(job.controls, job.lists)[size];
  const system = systemOf(job, rng);
  const draw = yield* drawing(job, system, time, length);
  const first = group * runsAtOnce;
  const runs = Math.min(runsAtOnce, blockRuns - first);
  const means = zeros(runs);
  const displacements = zeros(runs);
  const d = draw.dimension;
  const [block, whole] = [zeros(d), zeros(d)];
  let spent = 0;
  for (let run = 0; run < runs; run++) {
    const z = rng.split(`blocks of ${length}`, first + run);
    whole.fill(0);
    for (let b = 0; b < length; b++) {
      block.fill(0);
      draw.add(z, block);
      for (let i = 0; i < d; i++) {
        whole[i] += block[i];
        means[run] += (block[i] / length) ** 2 / length;
      }
      if ((spent += 4 * length * d) > atOnce) {
        spent = 0;
        yield undefined;
      }
    }
    for (let i = 0; i < d; i++) displacements[run] += (whole[i] * (blockTime / (length * length))) ** 2;
  }
  yield { kind: "blocks", size, first, means, displacements, variance: draw.variance };
}

/** Sums of √N gradients of single examples, their mean taken off: of the drawn coordinate where noise is normal. */
function* drawing(job: FlowJob, system: System, time: number, length: number) {
  const { noise, shown, dimension: d } = system;
  if (noise.kind === "normal") {
    const deviation = noise.deviation[shown.index];
    const normals = zeros(length);
    return {
      dimension: 1,
      variance: deviation * deviation,
      add(z: Rng, out: Vector) {
        z.normals(normals);
        let sum = 0;
        for (let k = 0; k < length; k++) sum += normals[k];
        out[0] += deviation * sum;
      },
    };
  }
  const flow = yield* flowOf(job, system, time);
  const place = zeros(d);
  flow.at(time, place);
  const { count } = noise.examples;
  const [mean, one, table] = [zeros(d), zeros(d), zeros(count * d)];
  for (let row = 0; row < count; row++) {
    noise.examples.gradient(place, row, one);
    table.set(one, row * d);
    for (let i = 0; i < d; i++) mean[i] += one[i] / count;
  }
  let variance = 0;
  for (let row = 0; row < count; row++)
    for (let i = 0; i < d; i++) {
      const apart = (table[row * d + i] -= mean[i]);
      variance += (apart * apart) / count;
    }
  return {
    dimension: d,
    variance,
    add(z: Rng, out: Vector) {
      for (let k = 0; k < length; k++) {
        const at = z.integer(count) * d;
        for (let i = 0; i < d; i++) out[i] += table[at + i];
      }
    },
  };
}
