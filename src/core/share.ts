import type { Batch, Gradient, Shape } from "./problems/problem.ts";
import { zeros } from "./vector.ts";
import type { Vector } from "./vector.ts";

/** The tensors between two coordinates; one vector where they do not fall between tensors. */
export function shapesWithin(shapes: readonly Shape[], from: number, to: number): readonly Shape[] {
  const found: Shape[] = [];
  let at = 0;
  for (const shape of shapes) {
    const next = at + shape.reduce((product, side) => product * side, 1);
    if (at >= from && next <= to) found.push(shape);
    else if (next > from && at < to) return [[to - from]];
    at = next;
  }
  return found.length > 0 ? found : [[to - from]];
}

/** As PyTorch does it: one gradient at the full θ, clipped over all groups, then each group's own update. */
export class Common {
  readonly mean: Vector;
  gradient!: Gradient;
  batch!: Batch;
  #whole: Vector | undefined;
  /** θ before any group has moved. */
  readonly #opening: Vector;
  readonly #curvature: Vector;
  #estimated = false;

  constructor(readonly theta: Vector) {
    this.mean = zeros(theta.length);
    this.#opening = zeros(theta.length);
    this.#curvature = zeros(theta.length);
  }
  open(batch: Batch): void {
    this.batch = batch;
    this.#opening.set(this.theta);
    this.#estimated = false;
    this.gradient = batch.gradient(this.theta);
    this.mean.set(this.gradient.mean);
  }
  /** One estimate for all groups, at the point where the gradient was taken. */
  curvature(): Vector {
    if (!this.batch.curvature) throw new Error("This problem has no second derivative.");
    if (!this.#estimated) this.#curvature.set(this.batch.curvature(this.#opening));
    this.#estimated = true;
    return this.#curvature;
  }
  /** θ with one group's coordinates elsewhere. */
  with(part: Vector, from: number): Vector {
    const whole = (this.#whole ??= zeros(this.theta.length));
    whole.set(this.theta);
    whole.set(part, from);
    return whole;
  }
}

/** A group's part of one draw: its slice of θ, and of a gradient that was taken once for all groups. */
export class Share implements Batch, Gradient {
  readonly theta: Vector;
  readonly mean: Vector;
  #meanSquare: Vector | undefined;
  #elsewhere: { mean: Vector; meanSquare: Vector } | undefined;

  constructor(
    private readonly common: Common,
    private readonly from: number,
    private readonly to: number,
  ) {
    this.theta = common.theta.subarray(from, to);
    this.mean = common.mean.subarray(from, to);
  }
  loss(theta: Vector): number {
    return this.common.batch.loss(this.#at(theta));
  }
  /** At another point the other groups stay where they are. */
  gradient(theta: Vector): Gradient {
    if (theta === this.theta) return this;
    const { mean, meanSquare } = this.common.batch.gradient(this.common.with(theta, this.from));
    const part = (this.#elsewhere ??= { mean: zeros(this.mean.length), meanSquare: zeros(this.mean.length) });
    part.mean.set(mean.subarray(this.from, this.to));
    part.meanSquare.set(meanSquare.subarray(this.from, this.to));
    return part;
  }
  get whole(): Vector {
    return this.common.mean;
  }
  get meanSquare(): Vector {
    const out = (this.#meanSquare ??= zeros(this.mean.length));
    out.set(this.common.gradient.meanSquare.subarray(this.from, this.to));
    return out;
  }
  hessianVector(theta: Vector, v: Vector, out: Vector): Vector {
    const whole = zeros(this.common.theta.length);
    whole.set(v, this.from);
    const product = zeros(whole.length);
    const { batch } = this.common;
    if (!batch.hessianVector) throw new Error("This problem has no second derivative.");
    batch.hessianVector(this.#at(theta), whole, product);
    out.set(product.subarray(this.from, this.to));
    return out;
  }
  curvature(theta: Vector): Vector {
    if (theta === this.theta) return this.common.curvature().subarray(this.from, this.to);
    const { batch } = this.common;
    if (!batch.curvature) throw new Error("This problem has no second derivative.");
    return batch.curvature(this.#at(theta)).subarray(this.from, this.to);
  }
  #at(theta: Vector): Vector {
    return theta === this.theta ? this.common.theta : this.common.with(theta, this.from);
  }
}
