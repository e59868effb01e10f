import { mean, standardError } from "../../statistics.ts";
import { zeros, type Vector } from "../../vector.ts";
import type { Job } from "../lab.ts";
import type { controls } from "./controls.ts";
import { block, blocksOf, pointsPerRate } from "./lengths.ts";
import { gainOf, ratesOf, ruleOf } from "./rule.ts";
import { unitOf, type Measured, type Stage } from "./work.ts";

/** A mean over chains, and its standard error. Not finite where a chain was lost, NaN where there is none yet. */
export interface Estimate {
  readonly mean: number;
  readonly standardError: number;
}
/** Sums by chain of one rate and one way of drawing rows; how often and over how many updates, by block. */
interface Sums {
  readonly excess: Vector;
  readonly squares: Vector;
  readonly looks: Vector;
  readonly steps: Vector;
}
/** Everything measured so far, gathered by index. */
export class Tally {
  readonly #sums: { readonly drawn: Sums; readonly reshuffled: Sums }[];
  readonly #stages: { readonly sum: Vector; readonly square: Vector; readonly plateau: Vector }[];
  readonly #stagesDone: Int32Array;
  readonly #job: Job<typeof controls>;
  /** Effective rates, the smallest first. */
  readonly rates: Vector;

  constructor(job: Job<typeof controls>) {
    const { rates, chains, drops } = job.controls;
    const { rule } = ruleOf(job.configuration);
    const gain = gainOf(rule);
    const blocks = blocksOf(chains);
    const empty = () => ({
      excess: zeros(chains),
      squares: zeros(chains),
      looks: zeros(blocks),
      steps: zeros(blocks),
    });
    this.#job = job;
    this.#sums = Array.from({ length: rates }, () => ({ drawn: empty(), reshuffled: empty() }));
    this.#stages = Array.from({ length: drops + 1 }, () => ({
      sum: zeros(blocks * pointsPerRate),
      square: zeros(blocks * pointsPerRate),
      plateau: zeros(chains),
    }));
    this.#stagesDone = new Int32Array(blocks);
    this.rates = ratesOf(rule.learningRate, rates, job.lists).map((rate) => rate * gain);
  }

  add(unit: number, part: Measured | Stage): void {
    const it = unitOf(this.#job.controls, unit);
    if (it.kind === "known") return;
    const first = it.block * block;
    if (part.kind === "stage") {
      const { sum, square, plateau } = this.#stages[part.stage];
      sum.set(part.sum, it.block * pointsPerRate);
      square.set(part.square, it.block * pointsPerRate);
      plateau.set(part.plateau, first);
      this.#stagesDone[it.block] = part.stage + 1;
    } else if (it.kind === "rate") {
      const { excess, squares, looks, steps } = this.#sums[it.rate][it.reshuffled ? "reshuffled" : "drawn"];
      for (let c = 0; c < part.excess.length; c++) {
        excess[first + c] += part.excess[c];
        squares[first + c] += part.squares[c];
      }
      looks[it.block] += part.looks;
      steps[it.block] += part.steps;
    }
  }

  /** Excess of the full loss at a rate. */
  excess(rate: number, sampling: "drawn" | "reshuffled" = "drawn"): Estimate {
    const { excess, looks } = this.#sums[rate][sampling];
    return over(excess, looks, 1);
  }
  /** (η/4) E|ĝ|², by the gradients of the steps. */
  virial(rate: number): Estimate {
    const { squares, steps } = this.#sums[rate].drawn;
    return over(squares, steps, this.rates[rate] / 4);
  }
  /** A point of the learning curve. */
  point(stage: number, point: number): Estimate {
    const { chains } = this.#job.controls;
    const { sum, square } = this.#stages[stage];
    let n = 0;
    let first = 0;
    let second = 0;
    this.#stagesDone.forEach((done, b) => {
      if (done <= stage) return;
      n += Math.min(block, chains - b * block);
      first += sum[b * pointsPerRate + point];
      second += square[b * pointsPerRate + point];
    });
    const average = first / n;
    return { mean: average, standardError: Math.sqrt(Math.max(0, second / n - average * average) / (n - 1)) };
  }
  plateau(stage: number): Estimate {
    const done = Float64Array.from(this.#stagesDone, (stages) => (stages > stage ? 1 : 0));
    return over(this.#stages[stage].plateau, done, 1);
  }
}

/** Of chains whose block has been seen: sum over count, times a factor. */
function over(sums: Vector, counts: Vector, factor: number): Estimate {
  const each = sums.filter((_, c) => counts[Math.floor(c / block)] > 0);
  let k = 0;
  sums.forEach((sum, c) => {
    const count = counts[Math.floor(c / block)];
    if (count > 0) each[k++] = (factor * sum) / count;
  });
  const average = mean(each);
  return Number.isFinite(average)
    ? { mean: average, standardError: standardError(each) }
    : { mean: each.length > 0 ? Infinity : NaN, standardError: NaN };
}
