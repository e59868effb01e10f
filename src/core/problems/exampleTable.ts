import type { Rng } from "../rng.ts";
import { zeros, type Vector } from "../vector.ts";
import type { Batch, Gradient, Objective, Shape } from "./problem.ts";

/** Inputs by row, and a class for each row. */
export interface Table {
  readonly rows: number;
  readonly inputs: number;
  readonly classes: number;
  /** rows × inputs, row-major. */
  readonly X: Vector;
  readonly y: Uint8Array;
}

/** A model of a table, with room for its own intermediate values. */
export interface Model {
  readonly dimension: number;
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
  const owner: Owner = {};
  const all = Int32Array.from({ length: table.rows }, (_, row) => row);
  const whole = batch(model, all, owner);
  let drawn = rows === "all" ? all : new Int32Array(0);
  let current = rows === "all" ? whole : batch(model, drawn, owner);
  let next = 0;
  return {
    dimension: model.dimension,
    start,
    shapes: model.shapes,
    watched,
    loss: (theta) => whole.loss(theta),
    batchOf: (chosen) => batch(model, chosen, owner),
    accuracy(theta) {
      whole.loss(theta);
      return model.correct(all, table.rows) / table.rows;
    },
    draw(z: Rng, batchSize: number) {
      if (rows === "all") return whole;
      if (drawn.length !== batchSize) {
        drawn = new Int32Array(batchSize);
        current = batch(model, drawn, owner);
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

/** Whose intermediate values the model holds: another batch of it may have overwritten them. */
interface Owner {
  batch?: unknown;
}

/** A batch that remembers where it ran forward last: loss and gradient at one θ then cost one pass, not two. */
function batch(model: Model, rows: ArrayLike<number>, owner: Owner): Batch & { forget(): void } {
  const at = zeros(model.dimension);
  const mean = zeros(model.dimension);
  let square: Vector | undefined;
  let known = false;
  let loss = 0;
  const forward = (theta: Vector): number => {
    let same = known && owner.batch === self;
    for (let i = 0; same && i < theta.length; i++) same = theta[i] === at[i];
    if (same) return loss;
    at.set(theta);
    loss = model.forward(theta, rows, rows.length);
    known = true;
    owner.batch = self;
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
