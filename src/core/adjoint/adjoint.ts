import type { Hyperparameters, Values } from "../../protocol/index.ts";
import type { Optimizer } from "../optimizers/optimizer.ts";
import type { Vector } from "../vector.ts";

/** What a step started from: all that its derivative is taken at. */
export interface Before<State, H extends Hyperparameters = Hyperparameters> {
  /** Counted from 1. */
  readonly t: number;
  readonly h: Values<H>;
  readonly theta: Vector;
  /** ĝ of the step, at θ. */
  readonly gradient: Vector;
  readonly state: State;
}

/** Derivatives of one number, F, that a run ends in; x̄ is ∂F/∂x. */
export interface Bars {
  /** θ̄, after the step on entry, before it on return; without what reaches θ through ĝ. */
  readonly theta: Vector;
  /** The same of the state's vectors, in the order of `vectors`. */
  readonly state: readonly Vector[];
  /** ĝ bar, written. */
  readonly gradient: Vector;
  /** By the hyperparameters of this step alone, written. */
  readonly values: Record<string, number>;
}

/**
 * The transposed derivative of an update rule's step, for reverse-mode differentiation through training: Maclaurin,
 * Duvenaud & Adams 2015, arXiv:1502.03492. Written by hand from the step it names, switches of all libraries included.
 */
export interface Adjoint<H extends Hyperparameters = Hyperparameters, State = unknown> {
  readonly optimizer: Optimizer<H, State>;
  /** Hyperparameters that it differentiates by; the others are switches, or do nothing at these values. */
  by(h: Values<H>): readonly string[];
  /** The vectors of a state that later steps depend on. */
  vectors(state: State): readonly Vector[];
  /** Switches under which a step is not differentiated: a choice by sign, a memory of the first rate. */
  readonly without?: readonly string[];
  /** One step back. Where the step is not smooth (a root at 0, a maximum of equals) one of its slopes is taken. */
  back(before: Before<State, H>, bars: Bars): void;
  /** By hyperparameters that the state before the first step depends on, from that state's bars. */
  start?(state: readonly Vector[]): Readonly<Record<string, number>>;
}

/** Infers H and State from the optimizer. */
export const adjoint = <H extends Hyperparameters, State>(
  optimizer: Optimizer<H, State>,
  it: Omit<Adjoint<H, State>, "optimizer">,
): Adjoint<H, State> => ({ optimizer, ...it });
