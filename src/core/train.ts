import type { Configuration, ParameterGroup } from "../protocol/index.ts";
import { findOptimizer } from "./optimizers/index.ts";
import type { Optimizer } from "./optimizers/index.ts";
import type { Batch, Gradient, Objective } from "./problems/problem.ts";
import type { Rng } from "./rng.ts";
import { findSchedule } from "./schedules/index.ts";
import type { Rates } from "./schedules/index.ts";
import { norm, zeros } from "./vector.ts";
import type { Vector } from "./vector.ts";

/** One parameter group, ready to run: its coordinates are theta[from] … theta[to − 1]. */
export interface ResolvedGroup {
  readonly name: string;
  readonly from: number;
  readonly to: number;
  /** Values in force at step t, counted from 1; the same object at every call, updated in place. */
  at(t: number): Record<string, number>;
  readonly rates: Rates;
}
/** Length of a run in updates, and how many of them make one epoch of the document. */
export interface RunLength {
  readonly steps: number;
  readonly stepsPerEpoch: number;
}

/** The optimizer, or an Error that says it is not among ours. */
export function requireOptimizer(name: string): Optimizer {
  const found = findOptimizer(name);
  if (!found) throw new Error(`${name} is read, but not simulated yet.`);
  return found;
}

/**
 * Defaults filled in, schedules prepared, coordinates split among the groups: by their sizes where given, the rest evenly
 * in order. `stepsPerEpoch` turns steps into counts of schedules that count epochs. Throws an Error whose message is a
 * sentence that names what is wrong.
 */
export function resolveGroups(configuration: Configuration, dimension: number, run: RunLength): ResolvedGroup[] {
  const optimizer = requireOptimizer(configuration.optimizer);
  const sizes = sizesOf(configuration.groups, dimension);
  let to = 0;
  return configuration.groups.map((group, i) => {
    const from = to;
    to += sizes[i];
    return resolveGroup(optimizer, group, from, to, run);
  });
}

function resolveGroup(optimizer: Optimizer, group: ParameterGroup, from: number, to: number, run: RunLength) {
  const given: Readonly<Partial<Record<string, number>>> = group.values;
  const values: Record<string, number> = {};
  for (const [name, { symbol, default: standard }] of Object.entries(optimizer.hyperparameters)) {
    values[name] = given[name] ?? standard;
    if (Number.isNaN(values[name]))
      throw new Error(`${optimizer.name} needs a number for ${name} (${symbol}), got NaN.`);
  }
  const written = group.schedule ?? { name: "constant", values: {} };
  const schedule = findSchedule(written.name);
  if (!schedule) throw new Error(`${written.name} is read, but not simulated yet.`);
  const each = written.interval === "epoch" ? Math.max(1, run.stepsPerEpoch) : 1;
  const rates = schedule.prepare(values["learningRate"], written, Math.ceil(run.steps / each));
  const cycled = "momentum" in values ? "momentum" : "beta1"; // as PyTorch decides it
  return {
    name: group.name,
    from,
    to,
    rates,
    at(t: number) {
      const count = Math.floor((t - 1) / each);
      values["learningRate"] = rates.rate(count);
      if (rates.momentum) values[cycled] = rates.momentum(count);
      return values;
    },
  };
}

function sizesOf(groups: readonly ParameterGroup[], dimension: number): number[] {
  if (groups.length === 0) throw new Error("The configuration has no parameter group.");
  const given = groups.reduce((sum, { size }) => sum + (size ?? 0), 0);
  const open = groups.filter(({ size }) => size === undefined).length;
  const rest = dimension - given;
  if (rest < 0 || (open === 0 && rest > 0))
    throw new Error(`The groups' sizes add up to ${given}, but the problem has ${dimension} coordinates.`);
  let seen = 0;
  return groups.map(({ size }) => size ?? Math.floor(rest / open) + (seen++ < rest % open ? 1 : 0));
}

/** One replicate of a training run, advanced a step at a time. All its memory is allocated when it is made. */
export class Trainer {
  /** Where it stands; updated in place. */
  readonly theta: Vector;
  /** Steps made. */
  t = 0;
  readonly #optimizer: Optimizer;
  readonly #groups: readonly ResolvedGroup[];
  readonly #states: readonly unknown[];
  /** Each group's share of θ and of the gradient, where they are not simply the whole. */
  readonly #shares: readonly Share[] = [];
  readonly #gradient: Vector;

  /** `rng` is the replicate's own stream; every mini-batch is drawn from it in turn. Throws as `resolveGroups` does. */
  constructor(
    readonly configuration: Configuration,
    readonly objective: Objective,
    private readonly rng: Rng,
    private readonly run: RunLength & { readonly batchSize: number },
  ) {
    this.theta = Float64Array.from(objective.start);
    this.#optimizer = requireOptimizer(configuration.optimizer);
    this.#groups = resolveGroups(configuration, objective.dimension, run);
    const whole = this.#groups.length === 1 && !configuration.clip;
    this.#gradient = zeros(whole ? 0 : objective.dimension);
    if (!whole) this.#shares = this.#groups.map(({ from, to }) => new Share(this.theta, this.#gradient, from, to));
    this.#states = whole
      ? [this.#optimizer.init(this.theta)]
      : this.#shares.map(({ theta }) => this.#optimizer.init(theta));
  }

  /** One update. Returns the mini-batch's loss before it where `wantLoss` is set, otherwise NaN. */
  step(wantLoss = false): number {
    const t = ++this.t;
    const batch = this.objective.draw(this.rng, this.run.batchSize);
    const loss = wantLoss ? batch.loss(this.theta) : NaN;
    if (this.#shares.length === 0) this.#optimizer.step(batch, this.theta, this.#states[0], t, this.#groups[0].at(t));
    else this.#stepByShares(batch, t);
    return loss;
  }

  /** What multiplies each coordinate of the gradient (after clipping) in the step just made, written into `out`. */
  effectiveLearningRate(out: Vector): Vector {
    for (let i = 0; i < this.#groups.length; i++) {
      const { from, to } = this.#groups[i];
      const part = this.#groups.length === 1 ? out : out.subarray(from, to);
      this.#optimizer.effectiveLearningRate(this.#states[i], this.t, this.#groups[i].at(this.t), part);
    }
    return out;
  }

  /** True once a coordinate is no longer finite. */
  get diverged(): boolean {
    for (let i = 0; i < this.theta.length; i++) if (!Number.isFinite(this.theta[i])) return true;
    return false;
  }

  /** As PyTorch does it: one gradient at the full θ, clipped over all groups, then each group's own update. */
  #stepByShares(batch: Batch, t: number): void {
    const gradient = batch.gradient(this.theta);
    this.#gradient.set(gradient.mean);
    const factor = this.#clip();
    for (let i = 0; i < this.#shares.length; i++) this.#shares[i].open(batch, gradient, this.theta, factor);
    for (let i = 0; i < this.#shares.length; i++) {
      const share = this.#shares[i];
      this.#optimizer.step(share, share.theta, this.#states[i], t, this.#groups[i].at(t));
    }
  }

  /** Returns the factor of a clip by norm, 1 otherwise. */
  #clip(): number {
    const { clip } = this.configuration;
    const g = this.#gradient;
    if (!clip) return 1;
    if (clip.type === "value") {
      for (let i = 0; i < g.length; i++) g[i] = Math.min(Math.max(g[i], -clip.max), clip.max);
      return 1;
    }
    const factor = Math.min(1, clip.max / (norm(g) + 1e-6)); // the 1e-6 is clip_grad_norm_'s
    for (let i = 0; i < g.length; i++) g[i] *= factor;
    return factor;
  }
}

/** A group's part of one draw: its slice of θ, and of a gradient that was taken once for all groups. */
class Share implements Batch, Gradient {
  readonly theta: Vector;
  readonly mean: Vector;
  #meanSquare: Vector | undefined;
  #batch: Batch | undefined;
  #gradient: Gradient | undefined;
  #whole: Vector | undefined;
  #factor = 1;

  constructor(
    theta: Vector,
    gradient: Vector,
    private readonly from: number,
    to: number,
  ) {
    this.theta = theta.subarray(from, to);
    this.mean = gradient.subarray(from, to);
  }
  open(batch: Batch, gradient: Gradient, whole: Vector, factor: number): void {
    this.#batch = batch;
    this.#gradient = gradient;
    this.#whole = whole;
    this.#factor = factor;
  }
  loss(theta: Vector): number {
    this.#stay(theta);
    return this.#whole ? (this.#batch?.loss(this.#whole) ?? NaN) : NaN;
  }
  gradient(theta: Vector): Gradient {
    this.#stay(theta);
    return this;
  }
  /** Scaled as a clip by norm scales the gradient; a clip by value leaves it. */
  get meanSquare(): Vector {
    const out = (this.#meanSquare ??= zeros(this.mean.length));
    const all = this.#gradient?.meanSquare;
    for (let i = 0; all && i < out.length; i++) out[i] = this.#factor ** 2 * all[this.from + i];
    return out;
  }
  #stay(theta: Vector): void {
    if (theta !== this.theta) throw new Error("Groups and clipping share one gradient, taken where θ stands.");
  }
}
