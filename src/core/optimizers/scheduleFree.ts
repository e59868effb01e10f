import type { Vector } from "../vector.ts";

// What both schedule-free methods share. θ is y, where gradients are taken: y = (1 − β)z + βx. The mean x is never stored.

/** Of z₀ = θ₀, and how the weights of the mean have grown. */
export interface ScheduleFree {
  /** Where plain steps lead. */
  readonly z: Vector;
  /** Sum of all weights of the mean so far. */
  weights: number;
  /** The largest rate so far, warm-up included. */
  largest: number;
}
interface Averaging {
  readonly learningRate: number;
  readonly warmup: number;
  readonly weightTimePower: number;
  readonly weightRatePower: number;
}

export const scheduleFree = (theta: Vector): ScheduleFree => ({
  z: Float64Array.from(theta),
  weights: 0,
  largest: -1, // the authors' start: a first rate of 0 is larger
});

/** γₜ: the rate in step t, raised in proportion to t over the first `warmup` steps. */
export const warmed = (t: number, { learningRate, warmup }: Pick<Averaging, "learningRate" | "warmup">): number =>
  t <= warmup ? (learningRate * t) / warmup : learningRate;

/** c: the share of z in the mean x after step t, in which steps weigh tʳ γ_maxᵖ. */
export function entering(state: ScheduleFree, t: number, rate: number, h: Averaging): number {
  state.largest = Math.max(state.largest, rate);
  const weight = t ** h.weightTimePower * state.largest ** h.weightRatePower;
  state.weights += weight;
  return state.weights === 0 ? 0 : weight / state.weights;
}

/** x = y + (1 − 1/β)(z − y). */
export function meanOf({ z }: ScheduleFree, y: Vector, beta: number, out: Vector): Vector {
  for (let i = 0; i < out.length; i++) out[i] = y[i] + (1 - 1 / beta) * (z[i] - y[i]);
  return out;
}

/** Knobs of the mean; the defaults are the authors'. */
export const averaging = {
  warmup: {
    symbol: "T₀",
    label: "warm-up",
    meaning: "The rate rises in proportion to the step over this many first steps.",
    default: 0,
    range: [0, 10000],
    scale: "integer",
    unit: "steps",
    valid: { least: 0 },
  },
  weightTimePower: {
    symbol: "r",
    label: "weight of later steps",
    meaning: "Step t weighs tʳ in the mean; 0 weighs all alike, larger forgets the beginning sooner.",
    default: 0,
    range: [0, 4],
    scale: "linear",
  },
  weightRatePower: {
    symbol: "p",
    label: "weight of large rates",
    meaning: "A step weighs the largest rate so far to this power in the mean, so that the warm-up counts less.",
    default: 2,
    range: [0, 4],
    scale: "linear",
  },
} as const;

/** Remarks that hold for both; the knob that ties y to x is `beta`. */
export const averagingNotes = (beta: string, value: number, { warmup, weightTimePower }: Averaging) => [
  {
    hyperparameter: "learningRate",
    text: "needs no decay: the weights to evaluate are the mean x of all z, not θ; the optimizer must be told when (train, eval)",
  },
  {
    hyperparameter: beta,
    text: `gradients are taken at y, ${Math.round(1000 * (1 - value)) / 10} % of the way from the mean x to z; no average over past gradients`,
  },
  {
    hyperparameter: "weightTimePower",
    text: `the mean x reaches back over about 1/(r + 1) of the run: ${Math.round(100 / (weightTimePower + 1))} %`,
  },
  ...(warmup > 0
    ? [{ hyperparameter: "warmup", text: `the first ${warmup} steps have smaller rates, and so smaller weights in x` }]
    : []),
];
