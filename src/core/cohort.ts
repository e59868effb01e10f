import { diagonalLoss, ruleShapes, runRule, type Block } from "./kernels/rules.ts";
import { ensembleRoom, type Room } from "./kernels/rooms.ts";
import type { Optimizer, OptimizerRule } from "./optimizers/optimizer.ts";
import type { Objective } from "./problems/problem.ts";
import { replicateStreams, type Plan } from "./replicate.ts";
import type { Rng } from "./rng.ts";
import { requireOptimizer, resolveGroups, type ResolvedGroup } from "./train.ts";
import { zeros, type Vector } from "./vector.ts";

/** One replicate, as those see it who only look. */
export interface Replicate {
  readonly objective: Objective;
  /** Where it stands, valid until the next step. */
  readonly theta: Vector;
  /** What multiplies each coordinate of the gradient in the step just made, written into `out`. */
  effectiveLearningRate(out: Vector): Vector;
}

/** Numbers of noise that a replicate draws ahead at about a time: in the nearest cache. */
const ahead = 1024;
/** Coordinates from which on a step is taken in pieces, so that its noise stays in the nearest cache. */
const wide = 4096;
/** Steps whose coefficients are worked out together. */
const rowsAhead = 1024;

/**
 * Replicates of a run advanced together, many steps in a call, in the fused kernels of kernels/rules.ts: of an optimizer
 * that has a rule, on a diagonal quadratic with independent normal noise. The numbers are those of a Trainer, to the last
 * bit; undefined where the run is not of that kind.
 */
export function cohort(plan: Plan, root: Rng, first: number, size: number): Cohort | undefined {
  const { configuration, run } = plan;
  const { clip, around, accumulation = 1 } = configuration;
  const optimizer = requireOptimizer(configuration.optimizer);
  const { rule } = optimizer;
  if (!rule || clip || around || accumulation !== 1) return undefined;
  const members = Array.from({ length: size }, (_, k) => {
    const { problem, draws } = replicateStreams(root, first + k);
    return { objective: plan.make(problem), draws };
  });
  const [{ objective }] = members;
  if (!objective.diagonal) return undefined;
  const groups = resolveGroups(configuration, objective.dimension, run).filter(({ from, to }) => to > from);
  if (groups.some(({ rates, at }) => rates.observe !== undefined || rates.momentum || !rule.covers(at(1))))
    return undefined;
  return new Cohort(plan, optimizer, rule, groups, members);
}

interface Member {
  readonly objective: Objective;
  readonly draws: Rng;
}
/** A parameter group of all replicates, and its coefficients of the steps ahead. */
interface Part {
  readonly group: ResolvedGroup;
  readonly block: Block;
  readonly rows: Vector;
  /** Whether nothing changes from step to step but what the optimizer itself corrects. */
  readonly constant: boolean;
  /** Steps rowsFrom … rowsFrom + rowsAhead − 1 are worked out; the step after which they are all the same. */
  rowsFrom: number;
}

export class Cohort {
  readonly size: number;
  t = 0;
  readonly #members: readonly Member[];
  readonly #optimizer: Optimizer;
  readonly #rule: OptimizerRule;
  readonly #room: Room | undefined;
  readonly #parts: readonly Part[];
  readonly #dimension: number;
  /** By replicate, `#noiseSteps` steps of the whole gradient; of a wide one, as much as goes through the cache at once. */
  readonly #noise: Vector;
  readonly #noiseSteps: number;
  #noiseAt = 0;
  /** By replicate of a wide problem, noise drawn and not used yet. */
  readonly #wideLeft: Int32Array;
  readonly #sums: Vector;
  readonly #sumSteps: number;
  readonly #whole: Vector;

  constructor(
    plan: Plan,
    optimizer: Optimizer,
    rule: OptimizerRule,
    groups: readonly ResolvedGroup[],
    members: readonly Member[],
  ) {
    const size = (this.size = members.length);
    const [{ objective }] = members;
    const d = (this.#dimension = objective.dimension);
    const { width, slots } = ruleShapes[rule.kernel];
    this.#members = members;
    this.#optimizer = optimizer;
    this.#rule = rule;
    this.#noiseSteps = d > wide ? 0 : stepsAhead(d);
    this.#sumSteps = d > wide ? 1 : this.#noiseSteps;
    const noiseSize = d > wide ? size * ahead : size * this.#noiseSteps * d;
    const sumSize = 2 * size * this.#sumSteps;
    const even = groups.length * (2 + size * (1 + slots)); // what rounding up to even lengths may add
    const room = (this.#room = ensembleRoom(
      (size * (1 + slots) + 2) * d + noiseSize + sumSize + groups.length * (width * rowsAhead + 1) + even + 4,
    ));
    const make = (n: number): Vector => {
      const made = room ? room.zeros(n) : zeros(n);
      if (!made) throw new Error("An ensemble's room is too small for it.");
      return made;
    };
    const { deviation, curvature } = objective.diagonal!;
    const share = Math.sqrt(plan.run.batchSize);
    this.#noise = make(noiseSize);
    this.#sums = make(sumSize);
    this.#whole = zeros(d);
    this.#wideLeft = new Int32Array(size);
    this.#parts = groups.map((group) => {
      const { from, to } = group;
      const n = to - from;
      const block: Block = {
        n,
        replicates: size,
        theta: make(size * n),
        slots: Array.from({ length: slots }, () => make(size * n)),
        at: 0,
        curvature: make(n),
        deviation: make(n),
        diagonalAt: 0,
      };
      for (let i = 0; i < n; i++) {
        block.curvature[i] = curvature[from + i];
        block.deviation[i] = deviation[from + i] / share;
      }
      members.forEach((member, k) => block.theta.set(member.objective.start.subarray(from, to), k * n));
      const constant = plan.configuration.groups.every(
        ({ schedule, schedules }) => (!schedule || schedule.name === "constant") && !schedules,
      );
      return { group, block, rows: make(width * rowsAhead), constant, rowsFrom: 0 };
    });
  }

  /** Steps that one call of `advance` makes at most: some hundred microseconds' worth. */
  get longest(): number {
    return Math.max(1, Math.min(this.#sumSteps, Math.floor(100_000 / (this.#dimension * this.size))));
  }

  /**
   * `steps` updates of every replicate, at most `longest`. Where `losses` is given, the loss after update k of replicate r
   * is written to losses[k · size + r].
   */
  advance(steps: number, losses?: Vector): void {
    if (this.#noiseSteps === 0) for (let k = 0; k < steps; k++) this.#wideStep(k, losses);
    else
      for (let done = 0; done < steps;) {
        if (this.#noiseAt === 0) this.#draw();
        const now = Math.min(steps - done, this.#noiseSteps - this.#noiseAt, this.#rowsLeft());
        if (losses) this.#sums.fill(0, 0, 2 * now * this.size);
        for (const part of this.#parts) {
          const { rows, rowsAt, rowsOfStep } = this.#rowsOf(part);
          runRule(this.#rule.kernel, this.#room, part.block, {
            steps: now,
            noise: this.#noise,
            noiseAt: this.#noiseAt * this.#dimension + part.group.from,
            noiseOfStep: this.#dimension,
            noiseOfReplicate: this.#noiseSteps * this.#dimension,
            rows,
            rowsAt,
            rowsOfStep,
            sums: losses ? this.#sums : undefined,
          });
        }
        this.t += now;
        this.#noiseAt = (this.#noiseAt + now) % this.#noiseSteps;
        if (losses) this.#tell(losses, done, now);
        done += now;
      }
  }
  /** A step of many coordinates: a replicate after the other, a piece after the other. */
  #wideStep(k: number, losses: Vector | undefined): void {
    for (const part of this.#parts) this.#rowsOf(part);
    for (let r = 0; r < this.size; r++)
      for (const part of this.#parts) {
        const { n, replicates, ...of } = part.block;
        const { rows, rowsAt } = this.#rowsOf(part);
        for (let from = 0; from < n;) {
          if (this.#wideLeft[r] === 0) {
            this.#members[r].draws.normals(this.#noise, r * ahead, (r + 1) * ahead);
            this.#wideLeft[r] = ahead;
          }
          const piece = Math.min(this.#wideLeft[r], n - from);
          const noiseAt = (r + 1) * ahead - this.#wideLeft[r];
          const block: Block = { ...of, n: piece, replicates: 1, at: r * n + from, diagonalAt: from };
          const still = { noise: this.#noise, noiseAt, noiseOfStep: 0, noiseOfReplicate: 0 };
          const stretch = { steps: 1, ...still, rows, rowsAt, rowsOfStep: 0, sums: undefined };
          runRule(this.#rule.kernel, this.#room, block, stretch);
          this.#wideLeft[r] -= piece;
          from += piece;
        }
      }
    this.t++;
    if (losses) for (let r = 0; r < this.size; r++) losses[k * this.size + r] = this.loss(r);
  }
  #draw(): void {
    const each = this.#noiseSteps * this.#dimension;
    for (let r = 0; r < this.size; r++) this.#members[r].draws.normals(this.#noise, r * each, (r + 1) * each);
  }
  /** The sums before each step are the losses after the one before it; the last step's is worked out here. */
  #tell(losses: Vector, done: number, now: number): void {
    const { size } = this;
    for (let k = 1; k < now; k++)
      for (let r = 0; r < size; r++) {
        const at = 2 * (k * size + r);
        losses[(done + k - 1) * size + r] = 0.5 * (this.#sums[at] + this.#sums[at + 1]);
      }
    for (let r = 0; r < size; r++) losses[(done + now - 1) * size + r] = this.loss(r);
  }

  /** Of replicate r, where it stands. */
  loss(r: number): number {
    let sum = 0;
    for (const { block } of this.#parts) sum += diagonalLoss(block.curvature, 0, block.theta, r * block.n, block.n);
    return sum;
  }
  /** Values in force in step t, of group i among those that have coordinates. */
  values(i: number, t: number): Readonly<Record<string, number>> {
    return this.#parts[i].group.at(t);
  }
  replicate(r: number): Replicate {
    const { theta, effective } = { theta: () => this.#theta(r), effective: (out: Vector) => this.#effective(r, out) };
    return {
      objective: this.#members[r].objective,
      get theta() {
        return theta();
      },
      effectiveLearningRate: effective,
    };
  }
  #theta(r: number): Vector {
    for (const { group, block } of this.#parts)
      this.#whole.set(block.theta.subarray(r * block.n, (r + 1) * block.n), group.from);
    return this.#whole;
  }
  #effective(r: number, out: Vector): Vector {
    for (const { group, block } of this.#parts) {
      const of = (v: Vector) => v.subarray(r * block.n, (r + 1) * block.n);
      const state = this.#rule.state(block.slots.map(of));
      const part = this.#parts.length === 1 ? out : out.subarray(group.from, group.to);
      this.#optimizer.effectiveLearningRate?.(state, this.t, group.at(this.t), part);
    }
    return out;
  }

  /** The coefficients of the next step; those of the steps after it follow. */
  #rowsOf(part: Part) {
    const { rows, group, constant } = part;
    const { width } = ruleShapes[this.#rule.kernel];
    const next = this.t + 1;
    if (part.rowsFrom === Infinity) return { rows, rowsAt: 0, rowsOfStep: 0 };
    if (part.rowsFrom === 0 || next >= part.rowsFrom + rowsAhead) {
      const settled = constant && next > this.#rule.settled(group.at(next));
      part.rowsFrom = settled ? Infinity : next;
      for (let k = 0; k < (settled ? 1 : rowsAhead); k++) this.#rule.row(next + k, group.at(next + k), rows, k * width);
      if (settled) return { rows, rowsAt: 0, rowsOfStep: 0 };
    }
    return { rows, rowsAt: (next - part.rowsFrom) * width, rowsOfStep: width };
  }
  /** Steps until coefficients have to be worked out anew. */
  #rowsLeft(): number {
    let left = Infinity;
    for (const part of this.#parts) {
      this.#rowsOf(part);
      left = Math.min(left, part.rowsFrom + rowsAhead - this.t - 1);
    }
    return left;
  }
}

/** Steps whose noise comes to about `ahead` numbers; to whole blocks of the stream where that costs little. */
function stepsAhead(d: number): number {
  let block = 256;
  for (let k = d; k % 2 === 0 && block > 1; k /= 2) block /= 2;
  return block * d <= 8192 ? block * Math.max(1, Math.round(ahead / (block * d))) : Math.max(1, Math.floor(ahead / d));
}
