import { ensembleRoom } from "../../kernels/rooms.ts";
import { ruleShapes, type Block } from "../../kernels/rules.ts";
import type { Rng } from "../../rng.ts";
import { zeros, type Vector } from "../../vector.ts";
import type { Controls } from "./controls.ts";
import type { Run } from "./setting.ts";

// Two coordinates, ½ Σ hᵢxᵢ²; the gradient of an example is hᵢxᵢ + σᵢξ. Every run of one batch size meets the same noise, so that
// rates and rules differ by what they do and not by luck.

/** Of one run of a group: replicas, Σ of the mean loss of the last eighth, and Σx, Σx² at the end, first coordinate first. */
export const perRun = 6;
/** Replicas of one unit at most, and groups to leave out that they make. */
const replicasPerUnit = 32;
export const groupsPerUnit = 8;
/** Groups of a batch size that are kept apart. */
export const mostGroups = 32;
export const blocksOf = (replicas: number): number => Math.ceil(replicas / replicasPerUnit);
export const replicasOf = (replicas: number, block: number): number =>
  Math.min(replicasPerUnit, replicas - block * replicasPerUnit);

/** Coordinates' steps between two yields: half a millisecond in the kernels, two where they run plainly. */
const breath = 150_000;
/** Steps whose noise is made at a time: so many numbers, of examples and of batches, stay in the nearest cache. */
const [ahead, aheadOfExamples] = [16, 8192];

export function* modelUnit(
  controls: Controls,
  [first, second]: readonly [number, number],
  runs: readonly Run[],
  B: number,
  replicas: number,
  rng: Rng,
): Generator<Vector | undefined> {
  const { examples, curvature1, curvature2, noise1, noise2 } = controls;
  const n = 2 * replicas; // first coordinates of all replicas, then second ones
  const steps = Math.floor(examples / B);
  const from = Math.floor((7 * steps) / 8);
  const stretch = Math.max(1, Math.min(ahead, Math.floor(aheadOfExamples / (n * B))));
  // With one example to a batch both second moments are the same, and so are all rules.
  const same = (a: Run, b: Run) => a === b || (B === 1 && a.eta === b.eta && a.epsilon === b.epsilon);
  const leader = runs.map((run) => runs.findIndex((other) => same(other, run)));
  const leaders = runs.flatMap((run, r) => (leader[r] === r ? [{ run, r }] : []));
  const room = ensembleRoom(n * (3 * leaders.length + 2 + 2 * stretch) + width * stretch + 1);
  const curvature = room.zeros(n).fill(curvature1).fill(curvature2, replicas);
  const deviation = room.zeros(n).fill(noise1).fill(noise2, replicas);
  const states = leaders.map(({ run, r }) => {
    const theta = room.zeros(n).fill(first).fill(second, replicas);
    const slots = [room.zeros(n), room.zeros(n)];
    const block: Block = { n, replicates: 1, theta, slots, at: 0, curvature, deviation, diagonalAt: 0 };
    return { run, r, block, loss: zeros(replicas) };
  });
  const each = zeros(stretch * n * B);
  const noise = room.space(2 * n * stretch);
  const rows = room.zeros(width * stretch);
  const told = {
    ...{ noise, noiseOfStep: 2 * n, noiseOfReplicate: 0, rows, rowsOfStep: width },
    ...{ steps: 0, noiseAt: 0, rowsAt: 0 },
  };
  let since = 0;
  for (let t = 0; t < steps;) {
    const now = Math.min(stretch, steps - t);
    rng.normals(each, 0, now * n * B);
    for (let k = 0; k < now; k++) ofBatches(each, k * n * B, B, deviation, noise, 2 * n * k);
    for (const { run, block, loss } of states) {
      const kernel = rowsOf(run, t, now, rows);
      // At the end every step is looked at.
      const unseen = Math.max(0, Math.min(now, from - t));
      for (let k = 0; k < now; k += told.steps) {
        told.steps = k < unseen ? unseen : 1;
        told.noiseAt = 2 * n * k;
        told.rowsAt = width * k;
        room.rule(kernel, block, told);
        if (k >= unseen) addLoss(block.theta, curvature1, curvature2, loss);
      }
    }
    t += now;
    since += n * now * (leaders.length + B);
    if (since > breath) {
      since = 0;
      yield undefined;
    }
  }
  const columns = perRun * runs.length;
  const out = zeros(groupsPerUnit * columns);
  leader.forEach((of, r) => {
    const { block, loss } = states.find((it) => it.r === of)!;
    const x = block.theta;
    for (let i = 0; i < replicas; i++) {
      const at = Math.floor((i * groupsPerUnit) / replicas) * columns + perRun * r;
      const other = x[i + replicas];
      out[at]++;
      out[at + 1] += loss[i] / (steps - from);
      out[at + 2] += x[i];
      out[at + 3] += x[i] * x[i];
      out[at + 4] += other;
      out[at + 5] += other * other;
    }
  });
  yield out;
}
/** Of a step: the means of the batches' normals, then by how much the mean of squares of their noise is above the square of its mean. */
function ofBatches(each: Vector, from: number, B: number, deviation: Vector, noise: Vector, to: number): void {
  const n = deviation.length;
  for (let i = 0, b = from; i < n; i++) {
    let sum = 0;
    let squares = 0;
    for (const end = b + B; b < end; b++) {
      sum += each[b];
      squares += each[b] * each[b];
    }
    const mean = sum / B;
    noise[to + i] = mean;
    noise[to + n + i] = deviation[i] * deviation[i] * (squares / B - mean * mean);
  }
}
function addLoss(x: Vector, h1: number, h2: number, loss: Vector): void {
  const many = loss.length;
  for (let i = 0; i < many; i++) loss[i] += (h1 * x[i] * x[i] + h2 * x[i + many] * x[i + many]) / 2;
}
/** Numbers of a row that a step has. */
const width = Math.max(ruleShapes.averages.width, ruleShapes.sgd.width);
/** Coefficients of `steps` steps after step t. Averages begin as min(N, t); SGD's momentum begins from 0, as it does in code. */
function rowsOf({ moment, eta, Ng, Ns, epsilon }: Run, t: number, steps: number, rows: Vector): "sgd" | "averages" {
  for (let k = 0, at = 0; k < steps; k++, at += width) {
    if (moment === "none") {
      rows[at] = 1; // the gradient's sign
      rows[at + 1] = 0; // no decay
      rows[at + 2] = 1;
      rows[at + 3] = 1 - 1 / Ng;
      rows[at + 4] = 1 / Ng;
      rows[at + 5] = 0; // no step but the buffer's
      rows[at + 6] = 1;
      rows[at + 7] = eta;
      continue;
    }
    const b = 1 / Math.min(Ns, t + k + 1);
    rows[at] = 1 / Math.min(Ng, t + k + 1);
    rows[at + 1] = 1 - b;
    rows[at + 2] = b;
    rows[at + 3] = moment === "examples" ? 1 : 0;
    rows[at + 4] = eta;
    rows[at + 5] = epsilon;
  }
  return moment === "none" ? "sgd" : "averages";
}

/** The least of some numbers by index, or -1 where none is finite; at least two from either end. */
export function lowestOf(values: ArrayLike<number>): number {
  let k = -1;
  for (let i = 0; i < values.length; i++) if (values[i] < Infinity && (k < 0 || values[i] < values[k])) k = i;
  return k < 0 ? -1 : Math.min(values.length - 3, Math.max(2, k));
}
/** Where the least-squares parabola through the five equally spaced ln losses round number k is least; NaN where it is nowhere. */
export function bottom(lnEta: ArrayLike<number>, lnLoss: ArrayLike<number>, k: number): { at: number; value: number } {
  if (k < 0) return { at: NaN, value: NaN };
  const [a, b, c, d, e] = [-2, -1, 0, 1, 2].map((j) => lnLoss[k + j]);
  const rise = (2 * (e - a) + (d - b)) / 10;
  const bend = (2 * (a + e) - (b + d) - 2 * c) / 14;
  if (!(bend > 0 && bend < Infinity)) return { at: NaN, value: NaN };
  const u = -rise / (2 * bend);
  const middle = (a + b + c + d + e) / 5 - 2 * bend;
  return { at: lnEta[k] + u * (lnEta[1] - lnEta[0]), value: middle + rise * u + bend * u * u };
}
