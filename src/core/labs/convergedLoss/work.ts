import type { Rng } from "../../rng.ts";
import { zeros, type Vector } from "../../vector.ts";
import type { Job } from "../lab.ts";
import { chainsOf, type Chains } from "./chains.ts";
import type { controls } from "./controls.ts";
import { known, type Known } from "./known.ts";
import { block, blocksOf, costs, lengthsOf, pointsPerRate } from "./lengths.ts";
import { modelOf, type Model } from "./model.ts";
import { ratesOf, ruleOf } from "./rule.ts";

type LossJob = Job<typeof controls>;

/** Sums over one stretch of the updates that are averaged over, by chain of the block. */
export interface Measured {
  readonly kind: "measured";
  readonly excess: Vector;
  readonly looks: number;
  /** Σ|ĝ|². */
  readonly squares: Vector;
  readonly steps: number;
}
/** One rate of the learning curve. */
export interface Stage {
  readonly kind: "stage";
  readonly stage: number;
  /** Sums over the chains of the block of their mean excess in each point, and of its square. */
  readonly sum: Vector;
  readonly square: Vector;
  /** Mean excess over the latter half, by chain. */
  readonly plateau: Vector;
}
export type Part = Known | Measured | Stage;

/** Beyond this a chain does not come back. */
export const gone = 1e12;
/** Parts that a rate's measurement is handed over in. */
export const stretches = 8;

/** What a unit does: the closed forms, one block of chains at one rate, or one block of the learning curve. */
export type Unit =
  | { readonly kind: "known" }
  | { readonly kind: "rate"; readonly rate: number; readonly reshuffled: boolean; readonly block: number }
  | { readonly kind: "curve"; readonly block: number };

export const unitsOf = ({ rates, chains }: LossJob["controls"]): number => 1 + (2 * rates + 1) * blocksOf(chains);
/** Small rates, which take longest, come first. */
export function unitOf({ rates, chains }: LossJob["controls"], unit: number): Unit {
  if (unit === 0) return { kind: "known" };
  const blocks = blocksOf(chains);
  const at = Math.floor((unit - 1) / blocks);
  const own = (unit - 1) % blocks;
  return at === 2 * rates
    ? { kind: "curve", block: own }
    : { kind: "rate", rate: Math.floor(at / 2), reshuffled: at % 2 === 1, block: own };
}

export function* work(job: LossJob, unit: number, rng: Rng): Generator<Part | undefined, void> {
  const it = unitOf(job.controls, unit);
  const model = modelOf(job, job.problem, job.data, ruleOf(job.configuration).decay);
  yield undefined;
  switch (it.kind) {
    case "known":
      yield yield* known(job, model);
      return;
    case "rate":
      yield* measure(job, model, it, rng);
      return;
    case "curve":
      yield* learningCurve(job, model, it.block, rng);
      return;
    default:
      it satisfies never;
  }
}
const sizeOf = (chains: number, at: number): number => Math.min(block, chains - at * block);

/** `steps` updates, some 0.7 ms at a time. */
function* pass(chains: Chains, steps: number, atOnce: number): Generator<undefined, void> {
  for (let done = 0; done < steps; done += atOnce) {
    chains.advance(Math.min(atOnce, steps - done));
    yield undefined;
  }
}

function* measure(
  job: LossJob,
  model: Model,
  { rate, reshuffled, block: at }: Extract<Unit, { kind: "rate" }>,
  root: Rng,
): Generator<Part | undefined, void> {
  const { batchSize: batch, chains: all, start, rates } = job.controls;
  const { rule, rateInBuffer } = ruleOf(job.configuration);
  const lengths = lengthsOf(job, model);
  const { burnIn, steps, every } = (reshuffled ? lengths.reshuffled : lengths.drawn)[rate];
  const size = sizeOf(all, at);
  const z = root.split(reshuffled ? "reshuffled" : "with replacement", rate).split("block", at);
  const when = z.split("looks");
  const learningRate = ratesOf(rule.learningRate, rates, job.lists)[rate];
  const from = start === 0 ? model.minimum : model.start;
  const chains = chainsOf(model, { ...rule, learningRate }, rateInBuffer, size, from, { batch, reshuffled, z });
  const cost = costs(model, batch, rule);
  const atOnce = Math.max(1, Math.floor(7e5 / (size * cost.step)));
  const looksAtOnce = Math.max(1, Math.floor(7e5 / (size * cost.look)));
  yield* pass(chains, burnIn, atOnce);
  const now = zeros(size);
  let looked = 0;
  for (let stretch = 0; stretch < stretches; stretch++) {
    const first = Math.floor((steps * stretch) / stretches);
    const last = Math.floor((steps * (stretch + 1)) / stretches);
    const excess = zeros(size);
    chains.squares.fill(0);
    let looks = 0;
    // Of every window one moment, drawn evenly: epochs and looks can have no rhythm in common.
    for (let t = first; t < last; t += every) {
      const window = Math.min(every, last - t);
      const before = when.integer(window);
      if (before >= atOnce) yield* pass(chains, before, atOnce);
      else chains.advance(before);
      chains.excess(now);
      for (let c = 0; c < size; c++) excess[c] += now[c] < gone ? now[c] : Infinity;
      looks++;
      if (window - before >= atOnce) yield* pass(chains, window - before, atOnce);
      else chains.advance(window - before);
      looked += 1 + (window * looksAtOnce) / atOnce;
      if (looked >= looksAtOnce) {
        looked = 0;
        yield undefined;
      }
    }
    yield { kind: "measured", excess, looks, squares: chains.squares.slice(), steps: last - first };
  }
}

/** The rate is held until the loss has settled, then divided, and so on. */
function* learningCurve(job: LossJob, model: Model, at: number, root: Rng): Generator<Part | undefined, void> {
  const { batchSize: batch, chains: all, drop, drops } = job.controls;
  const { rule, rateInBuffer } = ruleOf(job.configuration);
  const { stage: steps, looks } = lengthsOf(job, model);
  const size = sizeOf(all, at);
  const z = root.split("learning curve", at);
  const chains = chainsOf(model, rule, rateInBuffer, size, model.start, { batch, reshuffled: false, z });
  const cost = costs(model, batch, rule);
  const atOnce = Math.max(1, Math.floor(7e5 / (size * cost.step)));
  const perPoint = steps / pointsPerRate;
  const now = zeros(size);
  const mean = zeros(size);
  let spent = 0;
  for (let stage = 0; stage <= drops; stage++) {
    if (stage > 0) chains.rate(rule.learningRate / drop ** stage);
    const sum = zeros(pointsPerRate);
    const square = zeros(pointsPerRate);
    const plateau = zeros(size);
    for (let point = 0; point < pointsPerRate; point++) {
      mean.fill(0);
      for (let look = 0; look < looks; look++) {
        const steps = Math.floor((perPoint * (look + 1)) / looks) - Math.floor((perPoint * look) / looks);
        yield* pass(chains, steps, atOnce);
        chains.excess(now);
        for (let c = 0; c < size; c++) mean[c] += (now[c] < gone ? now[c] : Infinity) / looks;
        if ((spent += size * cost.look) > 7e5) {
          spent = 0;
          yield undefined;
        }
      }
      for (let c = 0; c < size; c++) {
        sum[point] += mean[c];
        square[point] += mean[c] * mean[c];
        if (2 * point >= pointsPerRate) plateau[c] += mean[c] / (pointsPerRate / 2);
      }
    }
    yield { kind: "stage", stage, sum, square, plateau };
  }
}
