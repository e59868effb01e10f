import type { Configuration, ParameterGroup, ScheduleConfiguration } from "../protocol/index.ts";
import { accumulated, Clipped, Probed, Sharpened, wrongAround } from "./around.ts";
import { Following } from "./following.ts";
import { wrongHyperparameter } from "./invalidValues.ts";
import { findOptimizer } from "./optimizers/index.ts";
import type { Optimizer } from "./optimizers/index.ts";
import type { Part } from "./optimizers/optimizer.ts";
import type { Objective } from "./problems/problem.ts";
import type { Rng } from "./rng.ts";
import { stepsOfCount } from "./scheduleLength.ts";
import { findSchedule } from "./schedules/index.ts";
import type { Rates, Schedule } from "./schedules/index.ts";
import { Common, Share, shapesWithin } from "./share.ts";
import { zeros } from "./vector.ts";
import type { Vector } from "./vector.ts";

/** One parameter group, ready to run: its coordinates are theta[from] … theta[to − 1]. */
export interface ResolvedGroup {
  readonly name: string;
  readonly from: number;
  readonly to: number;
  /** Values in force at step t, counted from 1; the same object at every call, updated in place. */
  at(t: number): Record<string, number>;
  readonly rates: Rates;
  /** True after the last step of an interval of a schedule that follows a loss: it wants to be told. */
  due(t: number): boolean;
  /** Tells the schedules that are due after step t of the loss then. */
  observe(t: number, loss: number): void;
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
    return resolveGroup(configuration.framework, optimizer, group, from, to, run);
  });
}

function resolveGroup(
  framework: string,
  optimizer: Optimizer,
  group: ParameterGroup,
  from: number,
  to: number,
  run: RunLength,
): ResolvedGroup {
  const given: Readonly<Partial<Record<string, number>>> = group.values;
  const values: Record<string, number> = {};
  for (const [name, descriptor] of Object.entries(optimizer.hyperparameters)) {
    values[name] = given[name] ?? descriptor.default;
    const wrong = wrongHyperparameter(framework, optimizer, name, values[name]);
    if (wrong !== undefined) throw new Error(wrong);
  }
  const rate = countedRates(values["learningRate"], group.schedule ?? { name: "constant", values: {} }, run);
  const others = Object.entries(group.schedules ?? {}).map(([name, written]) => {
    if (!(name in values)) throw new Error(`${optimizer.name} has no ${name} for ${written.name} to follow.`);
    return { name, ...countedRates(values[name], written, run) };
  });
  const followers = [rate, ...others].filter(({ rates }) => rates.observe !== undefined);
  const cycled = "momentum" in values ? "momentum" : "beta1"; // as PyTorch decides it
  return {
    name: group.name,
    from,
    to,
    rates: rate.rates,
    at(t: number) {
      const count = rate.count(t);
      values["learningRate"] = rate.rates.rate(count);
      if (rate.rates.momentum && !(rate.rates.betasOnly && cycled === "momentum"))
        values[cycled] = rate.rates.momentum(count);
      for (const other of others) values[other.name] = other.rates.rate(other.count(t));
      return values;
    },
    due: (t: number) => followers.some(({ each }) => t % each === 0),
    observe(t: number, loss: number) {
      for (const { rates, each } of followers) if (t % each === 0) rates.observe?.(loss);
    },
  };
}

const prepared = new WeakMap<ScheduleConfiguration, { base: number; length: number; rates: Rates }[]>();
/**
 * The same rates for every seed of a run, and for all who ask of one configuration: some schedules go to a count through all
 * those before it. Those that follow a loss are each run's own.
 */
function preparedRates(schedule: Schedule, base: number, written: ScheduleConfiguration, length: number): Rates {
  const known = prepared.get(written) ?? [];
  const found = known.find((it) => it.base === base && it.length === length);
  if (found) return found.rates;
  const rates = schedule.prepare(base, written, length);
  if (!rates.observe) prepared.set(written, [{ base, length, rates }, ...known.slice(0, 7)]);
  return rates;
}

/** A schedule, and which of its counts is in force in step t. */
function countedRates(base: number, written: ScheduleConfiguration, run: RunLength) {
  const schedule = findSchedule(written.name);
  if (!schedule) throw new Error(`${written.name} is read, but not simulated yet.`);
  const each = stepsOfCount(written, run.stepsPerEpoch);
  const perStep = written.perStep ?? 1;
  const rates = preparedRates(schedule, base, written, Math.ceil((run.steps / each) * perStep));
  return { rates, each, count: (t: number) => Math.floor((t - 1) / each) * perStep };
}

function sizesOf(groups: readonly ParameterGroup[], dimension: number): number[] {
  if (groups.length === 0) throw new Error("The configuration has no parameter group.");
  const given = groups.reduce((sum, { size }) => sum + (size ?? 0), 0);
  const open = groups.filter(({ size }) => size === undefined).length;
  const rest = dimension - given;
  if (rest < 0 || (open === 0 && rest > 0))
    throw new Error(`The groups' sizes add up to ${given}, but the problem has ${dimension} coordinates.`);
  let seen = 0;
  const sizes = groups.map(({ size }) => size ?? Math.floor(rest / open) + (seen++ < rest % open ? 1 : 0));
  const empty = groups.find(({ size }) => size === 0);
  if (empty) throw new Error(`The group "${empty.name}" has no parameters: its size is 0.`);
  return sizes;
}

/** One replicate of a training run, advanced a step at a time. All its memory is allocated when it is made. */
export class Trainer {
  /** Where it stands; updated in place. */
  readonly theta: Vector;
  /** Steps made. */
  t = 0;
  readonly #optimizer: Optimizer;
  readonly #resolved: readonly ResolvedGroup[];
  /** Those that have coordinates. */
  readonly #groups: readonly ResolvedGroup[];
  readonly #states: readonly unknown[];
  readonly #draw: Objective["draw"];
  /** What changes the gradient on its way, the innermost first. */
  readonly #passing: readonly (Clipped | Sharpened | Probed)[];
  readonly #following: Following | undefined;
  /** Each group's share of θ and of the gradient, where they are not simply the whole. */
  readonly #shares: readonly Share[] = [];
  /** What an optimizer that steps all groups at once is told of each. */
  readonly #parts: readonly Part[] = [];
  readonly #common: Common | undefined;
  /** Where effective rates are measured: θ before the step, then how far the optimizer has moved it. */
  readonly #moved: Vector | undefined;
  readonly #evaluated: Vector | undefined;

  /** `rng` is the replicate's own stream; every mini-batch is drawn from it in turn. Throws as `resolveGroups` does. */
  constructor(
    readonly configuration: Configuration,
    readonly objective: Objective,
    private readonly rng: Rng,
    private readonly run: RunLength & { readonly batchSize: number },
  ) {
    const { clip, around, accumulation = 1 } = configuration;
    const { dimension, start, shapes = [[dimension]] } = objective;
    const wrong = around && wrongAround(around);
    if (wrong !== undefined) throw new Error(wrong);
    this.theta = Float64Array.from(start);
    const optimizer = (this.#optimizer = requireOptimizer(configuration.optimizer));
    this.#resolved = resolveGroups(configuration, dimension, run);
    // A problem may have fewer coordinates than the code has groups.
    const groups = (this.#groups = this.#resolved.filter(({ from, to }) => to > from));
    this.#draw = accumulated(objective, accumulation);
    this.#passing = [
      ...(optimizer.curvature ? [new Probed(dimension, rng.split("curvature"))] : []),
      ...(around?.sam ? [new Sharpened(around.sam, dimension)] : []),
      ...(clip ? [new Clipped(clip, dimension, shapes)] : []),
    ];
    const measured = !optimizer.effectiveLearningRate;
    if (measured) this.#moved = zeros(dimension);
    if (groups.length > 1 || measured) {
      const common = (this.#common = new Common(this.theta));
      this.#shares = groups.map(({ from, to }) => new Share(common, from, to));
    }
    this.#states = groups.map((group) => {
      const { from, to } = group;
      return optimizer.init(this.theta.subarray(from, to), shapesWithin(shapes, from, to), group.at(1));
    });
    if (optimizer.stepTogether && groups.length > 1)
      this.#parts = this.#shares.map((f, i) => ({ f, theta: f.theta, state: this.#states[i], h: groups[i].at(1) }));
    if (around) this.#following = new Following(around, this.theta);
    if (optimizer.evaluated) this.#evaluated = zeros(dimension);
  }

  /** One update. Returns the mini-batch's loss before it where `wantLoss` is set, otherwise NaN. */
  step(wantLoss = false): number {
    const t = ++this.t;
    const drawn = this.#draw(this.rng, this.run.batchSize);
    const loss = wantLoss ? drawn.loss(this.theta) : NaN;
    let batch = drawn;
    for (let k = 0; k < this.#passing.length; k++) batch = this.#passing[k].open(batch);
    const moved = this.#moved;
    moved?.set(this.theta);
    this.#common?.open(batch);
    if (this.#parts.length > 0) {
      for (let i = 0; i < this.#groups.length; i++) this.#groups[i].at(t);
      this.#optimizer.stepTogether?.(this.#parts, t);
    } else
      for (let i = 0; i < this.#groups.length; i++) {
        const share = this.#common ? this.#shares[i] : undefined;
        this.#optimizer.step(share ?? batch, share?.theta ?? this.theta, this.#states[i], t, this.#groups[i].at(t));
      }
    if (moved) for (let i = 0; i < moved.length; i++) moved[i] = this.theta[i] - moved[i];
    this.#following?.after(this.theta, t);
    for (let i = 0; i < this.#groups.length; i++)
      if (this.#groups[i].due(t)) this.#groups[i].observe(t, this.objective.loss(this.evaluated()));
    return loss;
  }

  /** The weights that are evaluated: θ, unless the configuration or the optimizer averages. Valid until the next step. */
  evaluated(): Vector {
    const { average, slow = this.theta } = this.#following ?? {};
    const out = this.#evaluated;
    if (average || !out) return average ?? slow;
    if (this.t === 0) return this.theta;
    for (let i = 0; i < this.#groups.length; i++) {
      const { from, to } = this.#groups[i];
      const theta = this.theta.subarray(from, to);
      this.#optimizer.evaluated?.(this.#states[i], theta, this.t, this.#groups[i].at(this.t), out.subarray(from, to));
    }
    return out;
  }

  /** What multiplies each coordinate of the gradient (after clipping) in the step just made, written into `out`. */
  effectiveLearningRate(out: Vector): Vector {
    const moved = this.#moved;
    if (moved && this.#common) {
      const g = this.#common.mean;
      for (let i = 0; i < out.length; i++) out[i] = moved[i] === 0 ? 0 : Math.abs(moved[i] / g[i]);
      return out;
    }
    for (let i = 0; i < this.#groups.length; i++) {
      const { from, to } = this.#groups[i];
      const part = this.#groups.length === 1 ? out : out.subarray(from, to);
      this.#optimizer.effectiveLearningRate?.(this.#states[i], this.t, this.#groups[i].at(this.t), part);
    }
    return out;
  }

  /** What the optimizer has worth watching beside θ, of the first group; an empty record where it has nothing. */
  watch(): Readonly<Record<string, number>> {
    return this.#optimizer.watch?.(this.#states[0]) ?? {};
  }

  /** Values in force in step t, of group i. The same object at every call. */
  values(i: number, t: number): Readonly<Record<string, number>> {
    return this.#resolved[i].at(t);
  }

  /** True once a coordinate is no longer finite. */
  get diverged(): boolean {
    for (let i = 0; i < this.theta.length; i++) if (!Number.isFinite(this.theta[i])) return true;
    return false;
  }
}
