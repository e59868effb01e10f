import type { LabelledRows, Owner } from "../kernels/passes.ts";
import type { Rng } from "../rng.ts";
import { equal, zeros, type Vector } from "../vector.ts";
import type { Batch, Gradient, Objective, Shape } from "./problem.ts";

export interface Table extends LabelledRows {
  readonly classes: number;
}

/** A model of a table, with room for intermediate values. */
export interface Model {
  readonly dimension: number;
  /** Of that room, which models may share. */
  readonly owner: Owner;
  /** Tensors of θ, in order. */
  readonly shapes: readonly Shape[];
  /** Runs the chosen rows forward, keeps what the gradients need, and returns their mean loss. */
  forward(theta: Vector, rows: ArrayLike<number>, count: number): number;
  /** After `forward` at the same θ: mean gradient over those rows. */
  gradient(theta: Vector, rows: ArrayLike<number>, count: number, out: Vector): void;
  /** After `forward` at the same θ: mean over those rows of each row's squared gradient. */
  meanSquare(theta: Vector, rows: ArrayLike<number>, count: number, out: Vector): void;
  /** After `forward` at the same θ: the Hessian of those rows' mean loss, times v. What `forward` kept stays. */
  hessianVector(theta: Vector, v: Vector, rows: ArrayLike<number>, count: number, out: Vector): void;
  /** After `forward`: in how many of those rows the row's own class is the likeliest. */
  correct(rows: ArrayLike<number>, count: number): number;
}
/** An objective over a table: beside drawn batches it gives the batch of any chosen rows. */
export interface TableObjective extends Objective {
  batchOf(rows: ArrayLike<number>): Batch;
  /** Share of all rows whose own class is the likeliest. */
  accuracy(theta: Vector): number;
}
/** Rows of a draw: all; a batch chosen uniformly with replacement; or a batch of the next ones, round and round. */
export type RowOrder = "all" | "drawn" | "cyclic";

/** The mean loss over a table, and draws of its rows. */
export function tableObjective(
  table: Table,
  model: Model,
  start: Vector,
  watched: Objective["watched"],
  rows: RowOrder,
): TableObjective {
  const all = Int32Array.from({ length: table.rows }, (_, row) => row);
  const whole = batch(model, all);
  let drawn = rows === "all" ? all : new Int32Array(0);
  let current = rows === "all" ? whole : batch(model, drawn);
  let next = 0;
  return {
    dimension: model.dimension,
    start,
    shapes: model.shapes,
    watched,
    loss: (theta) => whole.loss(theta),
    batchOf: (chosen) => batch(model, chosen),
    accuracy(theta) {
      whole.loss(theta);
      return model.correct(all, table.rows) / table.rows;
    },
    draw(z: Rng, batchSize: number) {
      if (rows === "all") return whole;
      if (drawn.length !== batchSize) {
        drawn = new Int32Array(batchSize);
        current = batch(model, drawn);
      }
      if (rows === "drawn") for (let b = 0; b < batchSize; b++) drawn[b] = z.integer(table.rows);
      else {
        for (let b = 0; b < batchSize; b++) drawn[b] = (next + b) % table.rows;
        next = (next + batchSize) % table.rows;
      }
      current.forget();
      return current;
    },
  };
}

/** A batch that remembers where it ran forward last: loss and gradient at one θ then cost one pass, not two. */
function batch(model: Model, rows: ArrayLike<number>): Batch & { forget(): void } {
  const at = zeros(model.dimension);
  const mean = zeros(model.dimension);
  let square: Vector | undefined;
  let known = false;
  let loss = 0;
  const forward = (theta: Vector): number => {
    if (known && model.owner.holder === self && equal(theta, at)) return loss;
    at.set(theta);
    loss = model.forward(theta, rows, rows.length);
    known = true;
    model.owner.holder = self;
    return loss;
  };
  const gradient: Gradient = {
    mean,
    get meanSquare() {
      square ??= zeros(model.dimension);
      forward(at.slice());
      model.meanSquare(at, rows, rows.length, square);
      return square;
    },
  };
  const self = {
    loss: forward,
    gradient(theta: Vector) {
      forward(theta);
      model.gradient(theta, rows, rows.length, mean);
      return gradient;
    },
    hessianVector(theta: Vector, v: Vector, out: Vector) {
      forward(theta);
      model.hessianVector(theta, v, rows, rows.length, out);
      return out;
    },
    forget() {
      known = false;
    },
  };
  return self;
}
