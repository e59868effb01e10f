import type { Hyperparameters, Values } from "../../protocol/index.ts";
import type { Rng } from "../rng.ts";
import type { Vector } from "../vector.ts";

/** Something to minimize. Adding one touches its own file and a line of `index.ts`. */
export interface Problem<H extends Hyperparameters = Hyperparameters> {
  readonly name: string;
  /** As the panel lists it: "Noisy quadratic, 1/i". */
  readonly title: string;
  readonly source: string;
  /** Its own knobs: dimension, noise. */
  readonly hyperparameters: H;
  /** What is typed and not turned: each is a string of the problem's `data`. */
  readonly texts?: Readonly<Record<string, TextField>>;
  /** The shipped data file it reads, "digits.bin"; the thread that runs it loads the bytes. */
  readonly dataset?: string;
  /** True where it is only made from an experiment file's `data`, so no list offers it. */
  readonly givenByData?: boolean;
  /** What a chart of its loss shows: the exact L(θ), or the mean of the mini-batch losses since the last point. */
  readonly loss: "exact" | "mini-batch";
  /** Size of a run that takes about a second; a lab's own defaults where absent. */
  readonly suggested?: {
    readonly steps?: number;
    readonly seeds?: number;
    /** Examples whose gradients take about two seconds. */
    readonly examples?: number;
  };
  /** True where the loss has no lower bound, so that no logarithm of it can be drawn. */
  readonly unbounded?: boolean;
  /** Coordinates worth a line of their own, with their names: "h = 1". At most three; known before any data is loaded. */
  watched(values: Values<H>, given?: ProblemData["given"]): readonly Watched[];
  /** "Noisy quadratic, 100 coordinates." */
  describe(values: Values<H>, data?: ProblemData): string;
  /** What would have to hold for a conclusion to carry over to a network. */
  readonly carriesOver: string;
  /**
   * Reads the data once and returns what makes an instance: its start, and whatever else it draws, come from `rng`.
   * Throws an Error whose message says what is wrong with the data and where.
   */
  prepare(values: Values<H>, data: ProblemData): (rng: Rng) => Objective;
}
/** A line of text that belongs to a problem: a formula. */
export interface TextField {
  /** Before the field: "L(θ)". */
  readonly symbol: string;
  readonly label: string;
  /** One sentence. */
  readonly meaning: string;
  readonly default: string;
}
/** A coordinate worth a line of its own, and its name there. */
export interface Watched {
  readonly index: number;
  readonly label: string;
}
export interface ProblemData {
  readonly dataset?: Uint8Array;
  /** The experiment file's own. */
  readonly given?: Readonly<Record<string, unknown>>;
}
/** Infers H from the literal. */
export const problem = <H extends Hyperparameters>(it: Problem<H>): Problem<H> => it;

/** L(θ) = E_z L_z(θ), and draws of it. */
export interface Objective {
  readonly dimension: number;
  readonly start: Vector;
  /** Tensors that θ is made of, each row-major, one after the other; a single vector where absent. */
  readonly shapes?: readonly Shape[];
  /** L at its minimum, where known, so that the excess can be shown. */
  readonly minimum?: number;
  /** Eigenvalues of the Hessian, where it is constant and diagonal: one for each coordinate. */
  readonly curvature?: Vector;
  /** Variance of each coordinate of one example's gradient, where it is constant and independent between coordinates. */
  readonly noiseVariance?: Vector;
  /** What the problem's `watched` says of this instance. */
  readonly watched: readonly Watched[];
  /**
   * Where L = ½ Σ aᵢθᵢ² and one example adds independent normal noise to each coordinate of the gradient: aᵢ, and the
   * noise's standard deviation. Ensembles of such problems run in kernels (cohort.ts).
   */
  readonly diagonal?: { readonly curvature: Vector; readonly deviation: Vector };
  /** Of a quadratic about 0 with normal noise: its Hessian and the covariance of one example's gradient, d × d, row-major. */
  readonly matrices?: { readonly H: Vector; readonly covariance: Vector };
  /** The examples whose mean loss L is, where there are finitely many: draws are of these, with replacement. */
  readonly examples?: Examples;
  /** True where draws answer to their order alone, not to the batch size: a list that is replayed. */
  readonly sequential?: true;
  /** Examples of one draw, where the problem's own data settles it and not the run. */
  readonly batch?: number;
  loss(theta: Vector): number;
  /** One draw of z, valid until the next call. Draws happen here, none in the batch's own methods. */
  draw(z: Rng, batchSize: number): Batch;
}
/** Examples of a mean loss, one by one. The regulariser is part of each. */
export interface Examples {
  readonly count: number;
  loss(theta: Vector, row: number): number;
  /** ĝ of one example, written into `out`. */
  gradient(theta: Vector, row: number, out: Vector): void;
  /** out += weight · H v of one example. */
  addHessianVector(theta: Vector, row: number, v: Vector, weight: number, out: Vector): void;
  /** Where each loss is ½(xᵀθ − y)² + ½ρ|θ|²: rows x (count × d, row-major), targets y, and ρ. */
  readonly squares?: { readonly X: Vector; readonly y: Vector; readonly ridge: number };
}
/** One draw of z. It may be asked at several points: SAM asks twice; GD-by-SGD draws two, one for each path. */
export interface Batch {
  loss(theta: Vector): number;
  /** Valid until the next call. */
  gradient(theta: Vector): Gradient;
  /** H(θ) v of this draw, written into `out`; absent where the problem has no second derivative. */
  hessianVector?(theta: Vector, v: Vector, out: Vector): Vector;
  /** An unbiased estimate of the diagonal of the Hessian, for those that precondition with it; valid until the next call. */
  curvature?(theta: Vector): Vector;
}
/** Sides of one tensor: [64, 32]. */
export type Shape = readonly number[];
export interface Gradient {
  /** ĝ = (1/B) Σ_b ĝ_b */
  readonly mean: Vector;
  /** (1/B) Σ_b ĝ_b², which no function of ĝ can recover. Computed when first asked for. */
  readonly meanSquare: Vector;
  /** ĝ of all parameter groups, where this is one group's part of it. */
  readonly whole?: Vector;
}
