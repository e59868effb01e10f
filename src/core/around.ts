import type { Around, Clip } from "../protocol/index.ts";
import type { Batch, Gradient, Objective, Shape } from "./problems/problem.ts";
import type { Rng } from "./rng.ts";
import { norm, zeros } from "./vector.ts";
import type { Vector } from "./vector.ts";

// What stands between a problem and its optimizer: each passes a batch on with another gradient. What follows θ after a
// step is in following.ts.

const sizeOf = (shape: Shape): number => shape.reduce((product, side) => product * side, 1);

/** A draw whose gradient is changed on its way to the optimizer. */
abstract class Passing implements Batch, Gradient {
  readonly mean: Vector;
  protected batch!: Batch;
  protected inner!: Gradient;
  #meanSquare: Vector | undefined;

  constructor(dimension: number) {
    this.mean = zeros(dimension);
  }
  open(batch: Batch): this {
    this.batch = batch;
    return this;
  }
  loss(theta: Vector): number {
    return this.batch.loss(theta);
  }
  abstract gradient(theta: Vector): Gradient;
  hessianVector(theta: Vector, v: Vector, out: Vector): Vector {
    if (!this.batch.hessianVector) throw new Error("This problem has no second derivative.");
    return this.batch.hessianVector(theta, v, out);
  }
  curvature(theta: Vector): Vector {
    if (!this.batch.curvature) throw new Error("This problem has no second derivative.");
    return this.batch.curvature(theta);
  }
  /** Of the inner gradient, each coordinate scaled by the square of what scaled its mean. */
  get meanSquare(): Vector {
    const out = (this.#meanSquare ??= zeros(this.mean.length));
    const all = this.inner.meanSquare;
    for (let i = 0; i < out.length; i++) out[i] = this.factor(i) ** 2 * all[i];
    return out;
  }
  /** What scaled one coordinate of the mean. */
  protected factor: (coordinate: number) => number = () => 1;
}

/** clip_grad_norm_ over everything, clip_grad_value_, or the norm of each tensor by itself, as `clip` says. */
export class Clipped extends Passing {
  readonly #epsilon: number;
  readonly #tensorOf: Uint32Array;
  readonly #factors: Vector;

  constructor(
    private readonly clip: Clip,
    dimension: number,
    shapes: readonly Shape[],
  ) {
    super(dimension);
    this.#epsilon = clip.epsilon ?? 1e-6; // clip_grad_norm_'s own
    const parts = clip.type === "tensor" ? shapes.map(sizeOf) : [dimension];
    this.#factors = zeros(parts.length).fill(1);
    this.#tensorOf = new Uint32Array(dimension);
    let at = 0;
    parts.forEach((size, k) => {
      this.#tensorOf.fill(k, at, (at += size));
    });
  }
  gradient(theta: Vector): Gradient {
    this.inner = this.batch.gradient(theta);
    const g = this.mean;
    g.set(this.inner.mean);
    const { type, max } = this.clip;
    if (type === "value") {
      for (let i = 0; i < g.length; i++) g[i] = Math.min(Math.max(g[i], -max), max);
      return this;
    }
    const factors = this.#factors.fill(0);
    for (let i = 0; i < g.length; i++) factors[this.#tensorOf[i]] += g[i] ** 2;
    for (let k = 0; k < factors.length; k++) factors[k] = Math.min(1, max / (Math.sqrt(factors[k]) + this.#epsilon));
    for (let i = 0; i < g.length; i++) g[i] *= factors[this.#tensorOf[i]];
    return this;
  }
  protected override factor = (coordinate: number): number => {
    if (this.clip.type !== "value") return this.#factors[this.#tensorOf[coordinate]];
    const unclipped = this.inner.mean[coordinate];
    return unclipped === 0 ? 1 : this.mean[coordinate] / unclipped;
  };
}

/** The gradient of the same draw at the sharpest point near θ. Foret et al. 2021, arXiv:2010.01412, eq. 2; adaptive: Kwon et al. 2021. */
export class Sharpened extends Passing {
  readonly #point: Vector;

  constructor(
    private readonly sam: NonNullable<Around["sam"]>,
    dimension: number,
  ) {
    super(dimension);
    this.#point = zeros(dimension);
  }
  gradient(theta: Vector): Gradient {
    const { rho, adaptive = false } = this.sam;
    const g = this.batch.gradient(theta).mean;
    const point = this.#point;
    for (let i = 0; i < point.length; i++) point[i] = (adaptive ? Math.abs(theta[i]) : 1) * g[i];
    const scale = rho / (norm(point) + 1e-12);
    for (let i = 0; i < point.length; i++) point[i] = theta[i] + scale * (adaptive ? theta[i] ** 2 : 1) * g[i];
    this.inner = this.batch.gradient(point);
    this.mean.set(this.inner.mean);
    return this;
  }
}

/** Hutchinson's estimate u ∘ Hu of the Hessian's diagonal, u random signs, where the problem has no estimate of its own. */
export class Probed extends Passing {
  readonly #signs: Vector;
  readonly #product: Vector;

  constructor(
    dimension: number,
    private readonly rng: Rng,
  ) {
    super(dimension);
    this.#signs = zeros(dimension);
    this.#product = zeros(dimension);
  }
  gradient(theta: Vector): Gradient {
    return this.batch.gradient(theta);
  }
  override curvature(theta: Vector): Vector {
    if (this.batch.curvature) return this.batch.curvature(theta);
    const u = this.#signs;
    for (let i = 0; i < u.length; i++) u[i] = this.rng.uniform() < 0.5 ? -1 : 1;
    const product = this.hessianVector(theta, u, this.#product);
    for (let i = 0; i < u.length; i++) product[i] *= u[i];
    return product;
  }
}

/** Draws of `count` mini-batches averaged into one update. Where draws answer to their order, one after the other. */
export function accumulated(objective: Objective, count: number): Objective["draw"] {
  const { batch } = objective;
  if (!(count > 1)) return (z, batchSize) => objective.draw(z, batch ?? batchSize);
  if (!objective.sequential) return (z, batchSize) => objective.draw(z, (batch ?? batchSize) * count);
  const mean = zeros(objective.dimension);
  const meanSquare = zeros(objective.dimension);
  const gradient = { mean, meanSquare };
  return (z, batchSize) => {
    mean.fill(0);
    meanSquare.fill(0);
    let last: Batch | undefined;
    for (let k = 0; k < count; k++) {
      last = objective.draw(z, batchSize);
      const one = last.gradient(objective.start); // those that replay do not answer to θ
      for (let i = 0; i < mean.length; i++) {
        mean[i] += one.mean[i] / count;
        meanSquare[i] += one.meanSquare[i] / count;
      }
    }
    return { ...last, loss: (theta) => theta.reduce((sum, x, i) => sum + mean[i] * x, 0), gradient: () => gradient };
  };
}

/** A sentence where what is put around an optimizer cannot be run with. */
export function wrongAround({ sam, lookahead, average }: Around): string | undefined {
  const whole = (x: number) => Number.isInteger(x) && x >= 1;
  if (sam && !(sam.rho >= 0 && Number.isFinite(sam.rho)))
    return `SAM needs a radius (rho) of at least 0, got ${sam.rho}.`;
  if (lookahead && !whole(lookahead.every))
    return `Lookahead needs a whole number of steps (every) of at least 1, got ${lookahead.every}.`;
  if (lookahead && !(lookahead.alpha > 0 && lookahead.alpha <= 1))
    return `Lookahead needs a share (alpha) above 0 and at most 1, got ${lookahead.alpha}.`;
  const { decay, from = 0, every = 1, overwriteEvery = 1 } = average ?? {};
  if (decay !== undefined && !(decay >= 0 && decay < 1))
    return `The average of weights needs a memory (decay) of at least 0 and below 1, got ${decay}.`;
  if (!(Number.isInteger(from) && from >= 0))
    return `The average of weights needs a whole number of steps to wait (from), got ${from}.`;
  if (!whole(every)) return `The average of weights needs a whole number of steps (every) of at least 1, got ${every}.`;
  if (!whole(overwriteEvery))
    return `The average of weights needs a whole number of steps (overwriteEvery) of at least 1, got ${overwriteEvery}.`;
  return undefined;
}
