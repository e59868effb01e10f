import type { Vector } from "../vector.ts";
import type { Lanes } from "./normals.ts";
import type { Room } from "./rooms.ts";

// Update rules over many steps of many replicates of a diagonal quadratic with independent normal noise: the gradient of
// coordinate i is aᵢθᵢ + sᵢz. Everything that is the same for all coordinates of a step stands in a row of coefficients,
// which the optimizer writes. src/kernels/rules does the same to the last bit, two coordinates at a time; that is why
// a loss is the sum of even and that of odd coordinates.

/** A part of an ensemble: the same coordinates of every replicate, a replicate after the other. */
export interface Block {
  /** Coordinates, and replicates. */
  readonly n: number;
  readonly replicates: number;
  /** replicates × n, from `at` on in each. */
  readonly theta: Vector;
  readonly slots: readonly Vector[];
  readonly at: number;
  /** n each, from `diagonalAt` on: aᵢ, and sᵢ of the batch. */
  readonly curvature: Vector;
  readonly deviation: Vector;
  readonly diagonalAt: number;
}
/** What a call is told beside the block. */
export interface Stretch {
  readonly steps: number;
  /** Standard normals; step k of replicate r takes those from noiseAt + k · noiseOfStep + r · noiseOfReplicate on. */
  readonly noise: Vector;
  readonly noiseAt: number;
  readonly noiseOfStep: number;
  readonly noiseOfReplicate: number;
  /**
   * Where given, of every replicate; only in a room, and where the block is the whole gradient. A replicate's noise is then a buffer
   * of `noiseOfReplicate` numbers, a multiple of four, drawn anew whenever it is used up: between two steps, or within one of more
   * coordinates.
   */
  readonly generators?: Lanes | undefined;
  /** Coefficients, from `rowsAt` on; the next step's are `rowsOfStep` further: 0 where all steps have the same. */
  readonly rows: Vector;
  readonly rowsAt: number;
  readonly rowsOfStep: number;
  /** Where given, the loss Σ aᵢθᵢ² / 2 after step k of replicate r is added to losses[r · lossesOfReplicate + k]. */
  readonly losses?: Vector | undefined;
  readonly lossesOfReplicate?: number;
}
/** One update of block coordinates in place. */
type Rule = (block: Block, stretch: Stretch) => void;

/** Coefficients of a step: sign, decay, keep, 1 − β₁, β₂, 1 − β₂, η / (1 − β₁ᵗ), 1 / √(1 − β₂ᵗ), ε. */
const adam: Rule = ({ n, replicates, theta, slots: [m, v], at, curvature, deviation, diagonalAt }, stretch) => {
  const { steps, noise, rows } = stretch;
  for (let r = 0; r < replicates; r++)
    for (let k = 0; k < steps; k++) {
      const row = stretch.rowsAt + k * stretch.rowsOfStep;
      const sign = rows[row];
      const decay = rows[row + 1];
      const keep = rows[row + 2];
      const enters = rows[row + 3];
      const beta2 = rows[row + 4];
      const enters2 = rows[row + 5];
      const rate = rows[row + 6];
      const root = rows[row + 7];
      const floor = rows[row + 8];
      const bare = sign === 1 && decay === 0;
      const z = stretch.noiseAt + k * stretch.noiseOfStep + r * stretch.noiseOfReplicate;
      let even = 0;
      let odd = 0;
      for (let c = 0, i = at + r * n; c < n; c++, i++) {
        const x = theta[i];
        const slope = curvature[diagonalAt + c] * x;
        if ((c & 1) === 0) even += slope * x;
        else odd += slope * x;
        const g = slope + deviation[diagonalAt + c] * noise[z + c];
        const d = bare ? g : sign * g + decay * x;
        const first = m[i] + enters * (d - m[i]);
        const second = beta2 * v[i] + enters2 * d * d;
        m[i] = first;
        v[i] = second;
        theta[i] = keep * x - (rate * first) / (Math.sqrt(second) * root + floor);
      }
      addLoss(stretch, r, k, even, odd);
    }
};

/** Coefficients: sign, decay, keep, what is kept of the buffer, what enters it, of d and of the buffer in a step, rate. */
const sgd: Rule = ({ n, replicates, theta, slots: [b], at, curvature, deviation, diagonalAt }, stretch) => {
  const { steps, noise, rows } = stretch;
  for (let r = 0; r < replicates; r++)
    for (let k = 0; k < steps; k++) {
      const row = stretch.rowsAt + k * stretch.rowsOfStep;
      const sign = rows[row];
      const decay = rows[row + 1];
      const keep = rows[row + 2];
      const kept = rows[row + 3];
      const enters = rows[row + 4];
      const direct = rows[row + 5];
      const buffered = rows[row + 6];
      const outside = rows[row + 7];
      const z = stretch.noiseAt + k * stretch.noiseOfStep + r * stretch.noiseOfReplicate;
      let even = 0;
      let odd = 0;
      for (let c = 0, i = at + r * n; c < n; c++, i++) {
        const x = theta[i];
        const slope = curvature[diagonalAt + c] * x;
        if ((c & 1) === 0) even += slope * x;
        else odd += slope * x;
        const left = keep * x;
        const d = sign * (slope + deviation[diagonalAt + c] * noise[z + c]) + decay * left;
        const buffer = kept * b[i] + enters * d;
        b[i] = buffer;
        theta[i] = left - outside * (direct * d + buffered * buffer);
      }
      addLoss(stretch, r, k, even, odd);
    }
};

/** Coefficients: sign, decay, keep, β₂, 1 − β₂, η, correction of v, ε in the root, ε beside it. */
const rmsProp: Rule = ({ n, replicates, theta, slots: [v], at, curvature, deviation, diagonalAt }, stretch) => {
  const { steps, noise, rows } = stretch;
  for (let r = 0; r < replicates; r++)
    for (let k = 0; k < steps; k++) {
      const row = stretch.rowsAt + k * stretch.rowsOfStep;
      const sign = rows[row];
      const decay = rows[row + 1];
      const keep = rows[row + 2];
      const beta2 = rows[row + 3];
      const enters2 = rows[row + 4];
      const eta = rows[row + 5];
      const correction = rows[row + 6];
      const within = rows[row + 7];
      const beside = rows[row + 8];
      const z = stretch.noiseAt + k * stretch.noiseOfStep + r * stretch.noiseOfReplicate;
      let even = 0;
      let odd = 0;
      for (let c = 0, i = at + r * n; c < n; c++, i++) {
        const x = theta[i];
        const slope = curvature[diagonalAt + c] * x;
        if ((c & 1) === 0) even += slope * x;
        else odd += slope * x;
        const left = keep * x;
        const d = sign * (slope + deviation[diagonalAt + c] * noise[z + c]) + decay * left;
        const second = beta2 * v[i] + enters2 * d * d;
        v[i] = second;
        theta[i] = left - (eta * d) / (Math.sqrt(correction * second + within) + beside);
      }
      addLoss(stretch, r, k, even, odd);
    }
};

/**
 * Adam as averages of a batch's gradient and of its square, or of the mean of its examples' squares, which is larger by what stands
 * in `noise` after the n normals of a step. Coefficients: share of the newest gradient, what is kept of v, share of the newest
 * square, 1 for the examples' squares or 0, η, ε.
 */
const averages: Rule = ({ n, replicates, theta, slots: [m, v], at, curvature, deviation, diagonalAt }, stretch) => {
  const { steps, noise, rows } = stretch;
  for (let r = 0; r < replicates; r++)
    for (let k = 0; k < steps; k++) {
      const row = stretch.rowsAt + k * stretch.rowsOfStep;
      const enters = rows[row];
      const kept2 = rows[row + 1];
      const enters2 = rows[row + 2];
      const each = rows[row + 3];
      const eta = rows[row + 4];
      const floor = rows[row + 5];
      const z = stretch.noiseAt + k * stretch.noiseOfStep + r * stretch.noiseOfReplicate;
      let even = 0;
      let odd = 0;
      for (let c = 0, i = at + r * n; c < n; c++, i++) {
        const x = theta[i];
        const slope = curvature[diagonalAt + c] * x;
        if ((c & 1) === 0) even += slope * x;
        else odd += slope * x;
        const g = slope + deviation[diagonalAt + c] * noise[z + c];
        const first = m[i] + enters * (g - m[i]);
        const second = kept2 * v[i] + enters2 * (g * g + each * noise[z + n + c]);
        m[i] = first;
        v[i] = second;
        theta[i] = x - (eta * first) / (Math.sqrt(second) + floor);
      }
      addLoss(stretch, r, k, even, odd);
    }
};

const rules = { adam, sgd, rmsProp, averages };
export type RuleName = keyof typeof rules;
/** Numbers of a row, and vectors of state beside θ. */
export const ruleShapes: Readonly<Record<RuleName, { readonly width: number; readonly slots: number }>> = {
  adam: { width: 9, slots: 2 },
  sgd: { width: 8, slots: 1 },
  rmsProp: { width: 9, slots: 1 },
  averages: { width: 6, slots: 2 },
};

/** The loss after step k − 1, as step k finds it. */
function addLoss({ losses, lossesOfReplicate = 0 }: Stretch, r: number, k: number, even: number, odd: number): void {
  if (losses && k > 0) losses[r * lossesOfReplicate + k - 1] += 0.5 * (even + odd);
}
function addLastLosses({ n, replicates, theta, at, curvature, diagonalAt }: Block, stretch: Stretch): void {
  const { steps, losses, lossesOfReplicate = 0 } = stretch;
  if (!losses) return;
  for (let r = 0; r < replicates; r++)
    losses[r * lossesOfReplicate + steps - 1] += diagonalLoss(curvature, diagonalAt, theta, at + r * n, n);
}

/** Advances a block. Where a room is given, all vectors lie in it, and the compiled kernel serves. */
export function runRule(name: RuleName, room: Room | undefined, block: Block, stretch: Stretch): void {
  if (room) room.rule(name, block, stretch);
  else {
    rules[name](block, stretch);
    addLastLosses(block, stretch);
  }
}

/** Σ aᵢθᵢ² / 2 from `at` on, summed as the rules sum it. */
export function diagonalLoss(curvature: Vector, diagonalAt: number, theta: Vector, at: number, n: number): number {
  let even = 0;
  let odd = 0;
  for (let c = 0; c < n; c++) {
    const x = theta[at + c];
    if ((c & 1) === 0) even += curvature[diagonalAt + c] * x * x;
    else odd += curvature[diagonalAt + c] * x * x;
  }
  return 0.5 * (even + odd);
}
