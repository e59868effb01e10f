import type { Rng } from "../../rng.ts";
import { zeros, type Vector } from "../../vector.ts";
import { blocksWork, runsAtOnce, type BlocksPart } from "./blocks.ts";
import { runChains } from "./chains.ts";
import { lengthsOf, ratesOf, stepsOf } from "./controls.ts";
import { flowOf, type Flow } from "./flow.ts";
import { leadingDistance, secondOrderEnd } from "./linear.ts";
import { ruleOf } from "./rule.ts";
import { spread } from "./spread.ts";
import { courses } from "./schedules.ts";
import { steepest, systemOf, type FlowJob, type System } from "./system.ts";
import { leadingTerm } from "./theory.ts";

/** Runs of one unit. */
export const chainsAtOnce = 32;

/** The flow, drawn. */
export interface FlowPart {
  readonly kind: "flow";
  readonly chart: "paths" | "schedules";
  readonly t: Vector;
  readonly shown: Vector;
  readonly steepest: number;
}
/** All that needs no random numbers, by rate from the largest. */
export interface ExactPart {
  readonly kind: "exact";
  /** Largest distance of gradient descent, and its square at T. */
  readonly descent: Vector;
  readonly bias: Vector;
  /** max |e(t)|: the distance is η times it as η → 0. NaN with momentum. */
  readonly leading: number;
  /** tr C at T, the largest on the way, and what steps miss of a peak; empty where nothing predicts them. */
  readonly atEnd: Vector;
  readonly largest: Vector;
  readonly missed: Vector;
  /** How much of the noise is there because rows differ in their Hessians, as a share of the rest. */
  readonly grown: Vector;
  /** How much the curvature changes within the noise's reach, as a share of it, by rate. */
  readonly bent: Vector;
}
/** One schedule: its path on the axis Σ η, and where it ends. */
export interface SchedulePart {
  readonly kind: "schedule";
  readonly index: number;
  readonly t: Vector;
  readonly shown: Vector;
  readonly end: number;
  readonly predicted: number;
  readonly flowEnd: number;
}
/** Runs of SGD at one rate. */
export interface RunsPart {
  readonly kind: "runs";
  readonly rate: number;
  readonly first: number;
  readonly largest: Vector;
  readonly last: Vector;
  readonly lostAt: number;
  /** Path of the first run, of the first unit alone. */
  readonly t: Vector;
  readonly shown: Vector;
}
export type Part = FlowPart | ExactPart | SchedulePart | RunsPart | BlocksPart;

/** What all units of a job know. */
export function planOf(job: FlowJob) {
  const { controls, configuration, lists } = job;
  const rule = ruleOf(configuration);
  const rates = ratesOf(rule.learningRate, controls, lists);
  const coarsest = stepsOf(controls.time, rates[0] * rule.gain);
  // Halvings all end at the very time of the largest; rates of a list each end nearest to T.
  const steps = rates.map((eta, i) => (lists?.["rates"] ? stepsOf(controls.time, eta * rule.gain) : coarsest * 2 ** i));
  const batches = Math.ceil(controls.replicas / chainsAtOnce);
  return {
    rule,
    rates,
    steps,
    time: rates.reduce((latest, eta, i) => Math.max(latest, steps[i] * eta * rule.gain), 0),
    batches,
    blockGroups: Math.ceil(controls.blockRuns / runsAtOnce),
    lengths: lengthsOf(controls, lists),
  };
}
export const unitsOf = (job: FlowJob): number => {
  const { rates, batches, blockGroups, lengths } = planOf(job);
  return 2 + rates.length * batches + lengths.length * blockGroups;
};

/** Units 0 and 1 are all that is exact; then runs of SGD, a batch of every rate in turn; then the blocks. */
export function* work(job: FlowJob, unit: number, rng: Rng): Generator<Part | undefined, void> {
  const { rule, rates, steps, batches, time, blockGroups } = planOf(job);
  if (unit === 0) return yield* exact(job, rng);
  if (unit === 1) return yield* schedules(job, rng);
  const runs = unit - 2;
  if (runs >= rates.length * batches) {
    const rest = runs - rates.length * batches;
    return yield* blocksWork(job, time, Math.floor(rest / blockGroups), rest % blockGroups, rng);
  }
  const rate = runs % rates.length;
  const batch = Math.floor(runs / rates.length);
  const system = systemOf(job, rng);
  const flow = yield* flowOf(job, system, time);
  const first = batch * chainsAtOnce;
  const n = Math.min(chainsAtOnce, job.controls.replicas - first);
  const pace = { rate: () => rates[rate], steps: steps[rate], gain: rule.gain };
  const noise = { z: rng.split(`rate ${rate}`, batch), batch: job.controls.batchSize };
  const path = new Path(batch === 0 ? steps[rate] : 0, system.shown.index);
  const chains = yield* runChains(system, rule, pace, flow, n, noise, batch === 0 ? path.record : undefined);
  const { largest, last, lostAt } = chains;
  yield { kind: "runs", rate, first, largest, last, lostAt, ...path.columns() };
}

function* exact(job: FlowJob, rng: Rng): Generator<Part | undefined, void> {
  const { rule, rates, steps, time } = planOf(job);
  const { controls } = job;
  const system = systemOf(job, rng);
  const flow = yield* flowOf(job, system, time);
  yield drawn("paths", system, flow, time);
  const n = rates.length;
  const part = {
    descent: zeros(n),
    bias: zeros(n),
    atEnd: zeros(n),
    largest: zeros(n),
    missed: zeros(n),
    grown: zeros(n),
    bent: zeros(n),
  };
  const plain = rule.momentum === 0;
  let known = plain;
  for (let i = 0; i < n; i++) {
    const pace = { rate: () => rates[i], steps: steps[i], gain: rule.gain };
    const places = Math.min(24, steps[i]);
    const path = zeros((places + 1) * system.dimension);
    const run = yield* runChains(system, rule, pace, flow, 1, undefined, (k, _t, theta) => {
      // Every place is written by the last step that is not beyond it.
      path.set(theta, Math.ceil((k * places) / steps[i]) * system.dimension);
    });
    part.descent[i] = run.largest[0];
    part.bias[i] = run.last[0];
    const noise = plain
      ? yield* spread(system, { eta: rates[i], steps: steps[i], batch: controls.batchSize, flow, path, places })
      : undefined;
    known &&= noise !== undefined;
    part.atEnd[i] = noise?.atEnd ?? NaN;
    part.largest[i] = noise?.largest ?? NaN;
    part.missed[i] = noise?.missed ?? NaN;
    part.grown[i] = noise?.grown ?? 0;
    part.bent[i] = noise ? bent(system, flow, time, Math.sqrt(noise.atEnd)) : 0;
  }
  const leading = !plain
    ? NaN
    : system.curvature && system.dimension === 1
      ? leadingTerm(system.curvature[0], system.start[0], 1, time)
      : yield* leadingDistance(system, time);
  const none = zeros(0);
  yield { kind: "exact", leading, ...part, ...(known ? {} : { atEnd: none, largest: none, missed: none }) };
}

function* schedules(job: FlowJob, rng: Rng): Generator<Part | undefined, void> {
  const { controls, configuration } = job;
  const { rule } = planOf(job);
  const system = systemOf(job, rng);
  const whole = yield* flowOf({ ...job }, system, controls.total); // its own time, hence a flow of its own
  yield drawn("schedules", system, whole, controls.total);
  const end = zeros(system.dimension);
  whole.at(controls.total, end);
  const at = system.shown.index;
  for (const [index, { rates: course }] of courses(configuration, controls).entries()) {
    const own = course.map((rate) => rate / rule.gain);
    const path = new Path(own.length, at);
    const pace = { rate: (k: number) => own[k], steps: own.length, gain: rule.gain };
    const run = yield* runChains(system, rule, pace, whole, 1, undefined, path.record);
    const predicted = rule.momentum === 0 ? (yield* secondOrderEnd(system, own))[at] : NaN;
    yield { kind: "schedule", index, ...path.columns(), end: run.theta[at], predicted, flowEnd: end[at] };
  }
}

/** Of a single coordinate: the change of L″ within a standard deviation of the noise, over L″; 0 elsewhere. */
function bent(system: System, flow: Flow, time: number, reach: number): number {
  if (system.dimension > 1) return 0;
  const [at, h, one] = [zeros(1), zeros(1), Float64Array.of(1)];
  flow.at(time, at);
  const curvature = (x: number) => {
    system.hessianVector(Float64Array.of(x), one, h);
    return h[0];
  };
  const here = curvature(at[0]);
  return (
    Math.max(Math.abs(curvature(at[0] - reach) - here), Math.abs(curvature(at[0] + reach) - here)) / Math.abs(here)
  );
}

function drawn(chart: FlowPart["chart"], system: System, flow: Flow, time: number): FlowPart {
  const t = Float64Array.from({ length: 401 }, (_, i) => (i * time) / 400);
  const phi = zeros(system.dimension);
  const shown = t.map((s) => {
    flow.at(s, phi);
    return phi[system.shown.index];
  });
  const steep = Math.max(steepest(system, system.start), steepest(system, phi)); // phi is at the end
  return { kind: "flow", chart, t, shown, steepest: steep };
}

/** The drawn coordinate of the first run, at 400 places or fewer. */
class Path {
  readonly #t: number[] = [];
  readonly #shown: number[] = [];
  readonly #stride: number;
  constructor(
    private readonly steps: number,
    private readonly index: number,
  ) {
    this.#stride = Math.max(1, Math.ceil(steps / 400));
  }
  readonly record = (k: number, t: number, theta: Vector): void => {
    if (k % this.#stride !== 0 && k !== this.steps) return;
    this.#t.push(t);
    this.#shown.push(theta[this.index]);
  };
  columns() {
    return { t: Float64Array.from(this.#t), shown: Float64Array.from(this.#shown) };
  }
}
