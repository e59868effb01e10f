import type { Hyperparameters, Note, Values } from "../../protocol/index.ts";
import type { RuleName } from "../kernels/rules.ts";
import type { Batch, Shape } from "../problems/problem.ts";
import type { Vector } from "../vector.ts";

export type { Shape } from "../problems/problem.ts";

/** An update rule. Adding one touches its own file and a line of `index.ts`. */
export interface Optimizer<H extends Hyperparameters = Hyperparameters, State = unknown> {
  /** As published. */
  readonly name: string;
  /** Paper, year, algorithm number, arXiv id; and the library whose arithmetic it follows. */
  readonly source: string;
  readonly hyperparameters: H;
  /**
   * Plain data, so that it survives a structured clone. θ is made of tensors of these shapes, in order; `h` holds in the
   * first step.
   */
  init(theta: Vector, shapes: readonly Shape[], h: Values<H>): State;
  /** One update in place. t counts from 1; h may differ at every step: schedules and tuners rely on it. */
  step(f: Batch, theta: Vector, state: State, t: number, h: Values<H>): void;
  /**
   * Replaces `step` where there are several parameter groups and they share more than their gradient: the distance that
   * Prodigy estimates. One update of each.
   */
  stepTogether?(parts: readonly Part<Values<H>, State>[], t: number): void;
  /** The same update as a kernel, for ensembles; `step` serves where there is none. */
  readonly rule?: OptimizerRule<Values<H>>;
  /** The update of one coordinate depends on the others: norms, matrices, line searches. */
  readonly couples?: true;
  /** It asks for `f.curvature`. */
  readonly curvature?: true;
  /** Formula of the effective learning rate, for a caption: "η / (√v̂ + ε)". */
  readonly effective: string;
  /**
   * What multiplies each coordinate of the (averaged) gradient in step t, written into `out`. Call after the step. Absent
   * where no such factor exists (sign and matrix methods): it is then measured as |Δθᵢ| / |ĝᵢ|.
   */
  effectiveLearningRate?(state: State, t: number, h: Values<H>, out: Vector): Vector;
  /** The weights to evaluate after step t where they are not θ itself, written into `out`. */
  evaluated?(state: State, theta: Vector, t: number, h: Values<H>, out: Vector): Vector;
  /** Numbers worth watching beside θ, by name: "distance" of Prodigy, "evaluations" of L-BFGS. */
  watch?(state: State): Readonly<Record<string, number>>;
  /** Numbers the library keeps between steps for tensors of these shapes: 2 for each coordinate in Adam. */
  stateSize(h: Values<H>, shapes: readonly Shape[]): number;
  /** Couplings, units, averaging windows. */
  annotate(h: Values<H>, batchSize: number): Note[];
}
/**
 * An update whose loop over coordinates stands in kernels/rules.ts, plain and compiled. What is the same for all coordinates
 * of a step is a row of coefficients, in the order that kernel states.
 */
export interface OptimizerRule<V = Values> {
  readonly kernel: RuleName;
  /** Whether the kernel's form serves for these values, which may change from step to step in nothing but a schedule's. */
  covers(h: V): boolean;
  /** The coefficients of step t, written into `row` from `at` on. */
  row(t: number, h: V, row: Vector, at: number): void;
  /** A step after which the coefficients depend on h alone. */
  settled(h: V): number;
  /** The optimizer's state with these vectors in it, as the kernel orders them. */
  state(slots: readonly Vector[]): unknown;
}
/** A step from which on 1 − βᵗ is 1 in a double. */
export const settledAt = (beta: number): number => (beta > 0 ? Math.ceil((54 * Math.LN2) / -Math.log(beta)) : 1);
/** What `step` is told of one parameter group. */
export interface Part<V = Values, State = unknown> {
  readonly f: Batch;
  readonly theta: Vector;
  readonly state: State;
  /** The same object at every step, its numbers those in force. */
  readonly h: V;
}
/** Infers H and State from the literal. */
export const optimizer = <H extends Hyperparameters, State>(it: Optimizer<H, State>): Optimizer<H, State> => it;

/** Coordinates of a tensor. */
export const sizeOf = (shape: Shape): number => shape.reduce((product, side) => product * side, 1);
/** Coordinates of all. */
export const totalSize = (shapes: readonly Shape[]): number => shapes.reduce((sum, shape) => sum + sizeOf(shape), 0);
