import type { Vector } from "../vector.ts";
import type { Lanes } from "./normals.ts";

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
   * Where given, of every replicate; only in a compiled room, and where the block is the whole gradient. A replicate's noise is then a buffer
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
/** One update of n coordinates in place. All else it is told is where it begins in the memory: `row`, the step's coefficients. */
type Rule = (
  n: number,
  theta: number,
  slot: number,
  slot2: number,
  curvature: number,
  deviation: number,
  noise: number,
  row: number,
) => void;

export type RuleName = "adam" | "sgd" | "rmsProp" | "averages";
/** Numbers of a row, and vectors of state beside θ. */
export const ruleShapes: Readonly<Record<RuleName, { readonly width: number; readonly slots: number }>> = {
  adam: { width: 9, slots: 2 },
  sgd: { width: 8, slots: 1 },
  rmsProp: { width: 9, slots: 1 },
  averages: { width: 6, slots: 2 },
};

/** The rules of vectors that lie in a memory, made for it as its normals are (see normals.ts). */
export function plainRules(memory: Vector): Readonly<Record<RuleName, (block: Block, stretch: Stretch) => void>> {
  /** Coefficients of a step: sign, decay, keep, 1 − β₁, β₂, 1 − β₂, η / (1 − β₁ᵗ), 1 / √(1 − β₂ᵗ), ε. */
  const adam: Rule = (n, theta, m, v, curvature, deviation, noise, row) => {
    const sign = memory[row];
    const decay = memory[row + 1];
    const keep = memory[row + 2];
    const enters = memory[row + 3];
    const beta2 = memory[row + 4];
    const enters2 = memory[row + 5];
    const rate = memory[row + 6];
    const root = memory[row + 7];
    const floor = memory[row + 8];
    const bare = sign === 1 && decay === 0;
    for (let c = 0; c < n; c++) {
      const x = memory[theta + c];
      const g = memory[curvature + c] * x + memory[deviation + c] * memory[noise + c];
      const d = bare ? g : sign * g + decay * x;
      const before = memory[m + c];
      const first = before + enters * (d - before);
      const second = beta2 * memory[v + c] + enters2 * d * d;
      memory[m + c] = first;
      memory[v + c] = second;
      memory[theta + c] = keep * x - (rate * first) / (Math.sqrt(second) * root + floor);
    }
  };

  /** Coefficients: sign, decay, keep, what is kept of the buffer, what enters it, of d and of the buffer in a step, rate. */
  const sgd: Rule = (n, theta, b, _slot2, curvature, deviation, noise, row) => {
    const sign = memory[row];
    const decay = memory[row + 1];
    const keep = memory[row + 2];
    const kept = memory[row + 3];
    const enters = memory[row + 4];
    const direct = memory[row + 5];
    const buffered = memory[row + 6];
    const outside = memory[row + 7];
    for (let c = 0; c < n; c++) {
      const x = memory[theta + c];
      const left = keep * x;
      const d = sign * (memory[curvature + c] * x + memory[deviation + c] * memory[noise + c]) + decay * left;
      const buffer = kept * memory[b + c] + enters * d;
      memory[b + c] = buffer;
      memory[theta + c] = left - outside * (direct * d + buffered * buffer);
    }
  };

  /** Coefficients: sign, decay, keep, β₂, 1 − β₂, η, correction of v, ε in the root, ε beside it. */
  const rmsProp: Rule = (n, theta, v, _slot2, curvature, deviation, noise, row) => {
    const sign = memory[row];
    const decay = memory[row + 1];
    const keep = memory[row + 2];
    const beta2 = memory[row + 3];
    const enters2 = memory[row + 4];
    const eta = memory[row + 5];
    const correction = memory[row + 6];
    const within = memory[row + 7];
    const beside = memory[row + 8];
    for (let c = 0; c < n; c++) {
      const x = memory[theta + c];
      const left = keep * x;
      const d = sign * (memory[curvature + c] * x + memory[deviation + c] * memory[noise + c]) + decay * left;
      const second = beta2 * memory[v + c] + enters2 * d * d;
      memory[v + c] = second;
      memory[theta + c] = left - (eta * d) / (Math.sqrt(correction * second + within) + beside);
    }
  };

  /**
   * Adam as averages of a batch's gradient and of its square, or of the mean of its examples' squares, which is larger by what stands
   * in `noise` after the n normals of a step. Coefficients: share of the newest gradient, what is kept of v, share of the newest
   * square, 1 for the examples' squares or 0, η, ε.
   */
  const averages: Rule = (n, theta, m, v, curvature, deviation, noise, row) => {
    const enters = memory[row];
    const kept2 = memory[row + 1];
    const enters2 = memory[row + 2];
    const each = memory[row + 3];
    const eta = memory[row + 4];
    const floor = memory[row + 5];
    for (let c = 0; c < n; c++) {
      const x = memory[theta + c];
      const g = memory[curvature + c] * x + memory[deviation + c] * memory[noise + c];
      const before = memory[m + c];
      const first = before + enters * (g - before);
      const second = kept2 * memory[v + c] + enters2 * (g * g + each * memory[noise + n + c]);
      memory[m + c] = first;
      memory[v + c] = second;
      memory[theta + c] = x - (eta * first) / (Math.sqrt(second) + floor);
    }
  };

  const loss = (curvature: number, theta: number, n: number): number =>
    diagonalLoss(memory, curvature, memory, theta, n);
  const running =
    (rule: Rule) =>
    (block: Block, stretch: Stretch): void => {
      const { n, slots, at, diagonalAt } = block;
      const { losses, lossesOfReplicate = 0 } = stretch;
      const curvature = placeOf(block.curvature, diagonalAt);
      const deviation = placeOf(block.deviation, diagonalAt);
      const noise = placeOf(stretch.noise, stretch.noiseAt);
      const rows = placeOf(stretch.rows, stretch.rowsAt);
      for (let r = 0; r < block.replicates; r++) {
        const theta = placeOf(block.theta, at + r * n);
        const slot = placeOf(slots[0], at + r * n);
        const slot2 = placeOf(slots[1], at + r * n);
        for (let k = 0; k < stretch.steps; k++) {
          const z = noise + k * stretch.noiseOfStep + r * stretch.noiseOfReplicate;
          rule(n, theta, slot, slot2, curvature, deviation, z, rows + k * stretch.rowsOfStep);
          if (losses) losses[r * lossesOfReplicate + k] += loss(curvature, theta, n);
        }
      }
    };
  return { adam: running(adam), sgd: running(sgd), rmsProp: running(rmsProp), averages: running(averages) };
}
/** Where v[from] stands in its room's memory. */
const placeOf = (v: Vector | undefined, from: number): number => (v ? (v.byteOffset >> 3) + from : 0);

/** Σ aᵢθᵢ² / 2 from `at` on, summed as the rules sum it. */
export function diagonalLoss(curvature: Vector, diagonalAt: number, theta: Vector, at: number, n: number): number {
  let even = 0;
  let odd = 0;
  for (let c = 0; c < n; c += 2) {
    const x = theta[at + c];
    even += curvature[diagonalAt + c] * x * x;
    if (c + 1 === n) break;
    const y = theta[at + c + 1];
    odd += curvature[diagonalAt + c + 1] * y * y;
  }
  return 0.5 * (even + odd);
}
