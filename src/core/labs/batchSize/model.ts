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

/** Coordinates' steps between two yields: about a millisecond. */
const breath = 100_000;

export function* modelUnit(
  controls: Controls,
  runs: readonly Run[],
  B: number,
  replicas: number,
  rng: Rng,
): Generator<Vector | undefined> {
  const { examples, start, curvature1, curvature2, noise1, noise2 } = controls;
  const n = 2 * replicas; // first coordinates of all replicas, then second ones
  const steps = Math.floor(examples / B);
  const from = Math.floor((7 * steps) / 8);
  const [noise, first, square] = [zeros(n * B), zeros(n), zeros(n)];
  // With one example to a batch both second moments are the same, and so are all rules.
  const same = (a: Run, b: Run) => a === b || (B === 1 && a.eta === b.eta && a.epsilon === b.epsilon);
  const leader = runs.map((run) => runs.findIndex((other) => same(other, run)));
  const states = runs.map(() => ({ x: zeros(n).fill(start), m: zeros(n), s: zeros(n), loss: zeros(replicas) }));
  let since = 0;
  for (let t = 1; t <= steps; t++) {
    rng.normals(noise);
    for (let i = 0; i < n; i++) {
      let sum = 0;
      let squares = 0;
      for (let b = i * B, end = b + B; b < end; b++) {
        sum += noise[b];
        squares += noise[b] * noise[b];
      }
      first[i] = sum / B;
      square[i] = squares / B;
    }
    for (let r = 0; r < runs.length; r++) {
      if (leader[r] !== r) continue;
      const state = states[r];
      step(runs[r], state, t, 0, replicas, curvature1, noise1, first, square);
      step(runs[r], state, t, replicas, n, curvature2, noise2, first, square);
      if (t > from) addLoss(state.x, curvature1, curvature2, state.loss);
    }
    since += n * (runs.length + B);
    if (since > breath) {
      since = 0;
      yield undefined;
    }
  }
  const columns = perRun * runs.length;
  const out = zeros(groupsPerUnit * columns);
  leader.forEach((of, r) => {
    const { x, loss } = states[of];
    for (let i = 0; i < replicas; i++) {
      const at = Math.floor((i * groupsPerUnit) / replicas) * columns + perRun * r;
      const second = x[i + replicas];
      out[at]++;
      out[at + 1] += loss[i] / (steps - from);
      out[at + 2] += x[i];
      out[at + 3] += x[i] * x[i];
      out[at + 4] += second;
      out[at + 5] += second * second;
    }
  });
  yield out;
}
function addLoss(x: Vector, h1: number, h2: number, loss: Vector): void {
  const many = loss.length;
  for (let i = 0; i < many; i++) loss[i] += (h1 * x[i] * x[i] + h2 * x[i + many] * x[i + many]) / 2;
}
/** One step of one coordinate of many replicas. Averages begin as min(N, t); SGD's momentum begins from 0, as it does in code. */
function step(
  { moment, eta, Ng, Ns, epsilon }: Run,
  { x, m, s }: { readonly x: Vector; readonly m: Vector; readonly s: Vector },
  t: number,
  from: number,
  to: number,
  h: number,
  sigma: number,
  first: Vector,
  square: Vector,
): void {
  if (moment === "none") {
    const a = 1 / Ng;
    for (let i = from; i < to; i++) {
      m[i] += a * (h * x[i] + sigma * first[i] - m[i]);
      x[i] -= eta * m[i];
    }
    return;
  }
  const a = 1 / Math.min(Ng, t);
  const b = 1 / Math.min(Ns, t);
  const each = moment === "examples" ? 1 : 0;
  for (let i = from; i < to; i++) {
    const slope = h * x[i];
    const noise = sigma * first[i];
    const g = slope + noise;
    // (1/B) Σ (slope + σ ξ_b)², or (slope + σ mean ξ)²
    const gg = g * g + each * (sigma * sigma * square[i] - noise * noise);
    m[i] += a * (g - m[i]);
    s[i] += b * (gg - s[i]);
    x[i] -= (eta * m[i]) / (Math.sqrt(s[i]) + epsilon);
  }
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
