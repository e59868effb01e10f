import type { Hyperparameters, Note, Values } from "../../protocol/index.ts";
import type { Batch } from "../problems/problem.ts";
import type { Vector } from "../vector.ts";

/** An update rule. Adding one touches its own file and a line of `index.ts`. */
export interface Optimizer<H extends Hyperparameters = Hyperparameters, State = unknown> {
  /** As published. */
  readonly name: string;
  /** Paper, year, algorithm number, arXiv id; and the library whose arithmetic it follows. */
  readonly source: string;
  readonly hyperparameters: H;
  /** Plain data, so that it survives a structured clone. */
  init(theta: Vector): State;
  /** One update in place. t counts from 1; h may differ at every step: schedules and tuners rely on it. */
  step(f: Batch, theta: Vector, state: State, t: number, h: Values<H>): void;
  /** Formula of the effective learning rate, for a caption: "η / (√v̂ + ε)". */
  readonly effective: string;
  /** What multiplies each coordinate of the (averaged) gradient in step t, written into `out`. Call after the step. */
  effectiveLearningRate(state: State, t: number, h: Values<H>, out: Vector): Vector;
  /** Couplings, units, averaging windows. */
  annotate(h: Values<H>, batchSize: number): Note[];
}
/** Infers H and State from the literal. */
export const optimizer = <H extends Hyperparameters, State>(it: Optimizer<H, State>): Optimizer<H, State> => it;
