import { diagonalLoss, ruleShapes, type Block, type Stretch } from "./kernels/rules.ts";
import { Coefficients, rowsAhead } from "./coefficients.ts";
import { CompiledRoom } from "./kernels/compiledRoom.ts";
import type { Lanes } from "./kernels/normals.ts";
import type { Room } from "./kernels/room.ts";
import { ensembleRoom } from "./kernels/rooms.ts";
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

type Writable<T> = { -readonly [K in keyof T]: T[K] };

/** Numbers of noise that a replicate draws ahead at about a time, and one alone: in the nearest caches. */
const ahead = 1024;
const aheadAlone = 8192;
/** Coordinates from which on a step is taken in pieces, so that its noise stays in the nearest cache. */
const wide = 4096;

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
  const member = (k: number): Member => {
    const { problem, draws } = replicateStreams(root, first + k);
    return { objective: plan.make(problem), draws };
  };
  const leading = member(0);
  const { objective } = leading;
  if (!objective.diagonal) return undefined;
  const groups = resolveGroups(configuration, objective.dimension, run).filter(({ from, to }) => to > from);
  const follows = (group: ResolvedGroup) => group.rates.observe !== undefined || group.rates.momentum !== undefined;
  if (groups.some((group) => follows(group) || !rule.covers(group.at(1)))) return undefined;
  const others = Array.from({ length: size - 1 }, (_, k) => member(k + 1));
  return new Cohort(plan, optimizer, rule, groups, [leading, ...others]);
}

interface Member {
  readonly objective: Objective;
  readonly draws: Rng;
}
/** A parameter group of all replicates, and its coefficients. */
interface Part {
  readonly group: ResolvedGroup;
  readonly block: Block;
  readonly coefficients: Coefficients;
}

export class Cohort {
  readonly size: number;
  t = 0;
  /** Where they were asked for, the loss after update k of replicate r in the last `advance`: at r · longest + k. */
  readonly losses: Vector;
  readonly #objectives: readonly Objective[];
  /** By replicate, where the kernel does not draw itself. */
  readonly #draws: readonly Rng[];
  readonly #optimizer: Optimizer;
  readonly #rule: OptimizerRule;
  readonly #room: Room;
  readonly #parts: readonly Part[];
  readonly #dimension: number;
  /** By replicate, some steps of the whole gradient; of a wide one, as much as goes through the cache at once. */
  readonly #noise: Vector;
  /** Numbers of noise of a replicate, and how many of them are used up. */
  readonly #noiseEach: number;
  #noiseUsed: number;
  /** By replicate of a wide problem, noise drawn and not used yet. */
  readonly #wideLeft: Int32Array;
  /** By replicate, where the kernel draws. */
  readonly #generators: Lanes | undefined;
  /** Updates that one call of `advance` makes at most: some hundred microseconds' worth. */
  readonly longest: number;
  #whole: Vector | undefined;
  readonly #replicates: Replicate[] = [];

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
    this.#objectives = members.map((member) => member.objective);
    this.#optimizer = optimizer;
    this.#rule = rule;
    this.#noiseEach = d > wide ? ahead : d * stepsAhead(d, Math.max(ahead, aheadAlone / size));
    this.#noiseUsed = this.#noiseEach;
    // Of a wide step in pieces the kernel knows the loss only at its end.
    this.longest = d > wide ? 1 : Math.max(1, Math.min(rowsAhead, Math.floor(100_000 / (d * size))));
    const noiseSize = size * this.#noiseEach;
    const lossSize = size * this.longest;
    const even = groups.length * (2 + size * (1 + slots)); // what rounding up to even lengths may add
    const room = (this.#room = ensembleRoom(
      (size * (1 + slots) + 2) * d +
        noiseSize +
        lossSize +
        8 * size +
        groups.length * (width * rowsAhead + 1) +
        even +
        4,
    ));
    const { deviation, curvature } = objective.diagonal!;
    const share = Math.sqrt(plan.run.batchSize);
    this.#noise = room.space(noiseSize);
    this.losses = room.space(lossSize);
    this.#wideLeft = new Int32Array(size);
    const alone = groups.length === 1; // of several groups each takes its share of the same noise
    if (alone && room instanceof CompiledRoom) {
      const lanes = members.flatMap(({ draws }) => draws.lanes() ?? []);
      if (lanes.length === size) this.#generators = room.generators(lanes);
    }
    this.#draws = this.#generators ? [] : members.map(({ draws }) => draws);
    this.#parts = groups.map((group) => {
      const { from, to } = group;
      const n = to - from;
      const block: Block = {
        n,
        replicates: size,
        theta: room.zeros(size * n),
        slots: Array.from({ length: slots }, () => room.zeros(size * n)),
        at: 0,
        curvature: room.zeros(n),
        deviation: room.zeros(n),
        diagonalAt: 0,
      };
      for (let i = 0; i < n; i++) {
        block.curvature[i] = curvature[from + i];
        block.deviation[i] = deviation[from + i] / share;
      }
      members.forEach((member, k) => block.theta.set(member.objective.start.subarray(from, to), k * n));
      const rows = room.zeros(width * rowsAhead);
      return { group, block, coefficients: new Coefficients(rule, group, plan.configuration, plan.run, rows) };
    });
  }

  /** `steps` updates of every replicate, at most `longest`, and their losses where they are asked for. */
  advance(steps: number, tell = false): void {
    if (tell) for (let r = 0; r < this.size; r++) this.losses.fill(0, r * this.longest, r * this.longest + steps);
    const wideAndPlain = this.#dimension > wide && !this.#generators;
    for (let done = 0; done < steps;)
      done += wideAndPlain ? this.#wideStep(done, tell) : this.#stretch(steps - done, done, tell);
  }
  /** As many steps as one call of the kernel can make; returns how many they were. */
  #stretch(most: number, done: number, tell: boolean): number {
    const d = this.#dimension;
    if (!this.#generators && this.#noiseUsed === this.#noiseEach) this.#draw();
    let now = this.#generators ? most : Math.min(most, (this.#noiseEach - this.#noiseUsed) / d);
    for (const { coefficients } of this.#parts) now = Math.min(now, coefficients.at(this.t + 1).left);
    for (const { group, block, coefficients } of this.#parts) {
      const { rowsAt, rowsOfStep } = coefficients.at(this.t + 1);
      this.#room.rule(this.#rule.kernel, block, {
        steps: now,
        noise: this.#noise,
        noiseAt: this.#noiseUsed + group.from,
        noiseOfStep: d,
        noiseOfReplicate: this.#noiseEach,
        generators: this.#generators,
        rows: coefficients.rows,
        rowsAt,
        rowsOfStep,
        losses: tell ? this.losses.subarray(done) : undefined,
        lossesOfReplicate: this.longest,
      });
    }
    this.t += now;
    this.#noiseUsed = ((this.#noiseUsed + now * d - 1) % this.#noiseEach) + 1;
    return now;
  }
  /** A step of many coordinates where the kernel does not draw: a replicate after the other, a piece after the other. */
  #wideStep(k: number, tell: boolean): number {
    for (let r = 0; r < this.size; r++)
      for (const { block: whole, coefficients } of this.#parts) {
        const { n } = whole;
        const { rows } = coefficients;
        const { rowsAt } = coefficients.at(this.t + 1);
        const block: Writable<Block> = { ...whole, replicates: 1 };
        const still = { steps: 1, noise: this.#noise, noiseOfStep: 0, noiseOfReplicate: 0, rowsOfStep: 0 };
        const stretch: Writable<Stretch> = { ...still, noiseAt: 0, rows, rowsAt };
        for (let from = 0; from < n;) {
          if (this.#wideLeft[r] === 0) {
            this.#draws[r].normals(this.#noise, r * ahead, (r + 1) * ahead);
            this.#wideLeft[r] = ahead;
          }
          const piece = Math.min(this.#wideLeft[r], n - from);
          const noiseAt = (r + 1) * ahead - this.#wideLeft[r];
          block.n = piece;
          block.at = r * n + from;
          block.diagonalAt = from;
          stretch.noiseAt = noiseAt;
          this.#room.rule(this.#rule.kernel, block, stretch);
          this.#wideLeft[r] -= piece;
          from += piece;
        }
      }
    this.t++;
    if (tell) for (let r = 0; r < this.size; r++) this.losses[r * this.longest + k] = this.loss(r);
    return 1;
  }
  #draw(): void {
    const each = this.#noiseEach;
    for (let r = 0; r < this.size; r++) this.#draws[r].normals(this.#noise, r * each, (r + 1) * each);
    this.#noiseUsed = 0;
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
    return (this.#replicates[r] ??= this.#view(r));
  }
  #view(r: number): Replicate {
    const theta = () => this.#theta(r);
    const states = this.#parts.map(({ block }) =>
      this.#rule.state(block.slots.map((slot) => slot.subarray(r * block.n, (r + 1) * block.n))),
    );
    return {
      objective: this.#objectives[r],
      get theta() {
        return theta();
      },
      effectiveLearningRate: (out) => this.#effective(states, out),
    };
  }
  #theta(r: number): Vector {
    const whole = (this.#whole ??= zeros(this.#dimension));
    for (const { group, block } of this.#parts)
      whole.set(block.theta.subarray(r * block.n, (r + 1) * block.n), group.from);
    return whole;
  }
  #effective(states: readonly unknown[], out: Vector): Vector {
    this.#parts.forEach(({ group }, i) => {
      const part = this.#parts.length === 1 ? out : out.subarray(group.from, group.to);
      this.#optimizer.effectiveLearningRate?.(states[i], this.t, group.at(this.t), part);
    });
    return out;
  }
}

/** Steps whose noise comes to about that many numbers; to whole blocks of the stream where that costs little, to whole fours otherwise. */
function stepsAhead(d: number, numbers: number): number {
  const whole = (block: number): number => {
    for (let k = d; k % 2 === 0 && block > 1; k /= 2) block /= 2;
    return block;
  };
  const block = whole(256) * d <= aheadAlone ? whole(256) : whole(4);
  return block * Math.max(1, Math.round(numbers / (block * d)));
}
