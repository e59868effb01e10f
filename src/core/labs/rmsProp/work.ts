import { findProblem } from "../../problems/index.ts";
import { rng as streams, type Rng } from "../../rng.ts";
import { zeros, type Vector } from "../../vector.ts";
import type { Job } from "../lab.ts";
import { ownUnits, startOf, type Change, type controls, type Controls } from "./controls.ts";
import {
  chainsPerUnit,
  drawnUnits,
  estimatesUnit,
  firstSteps,
  type EstimatesPart,
  type FirstPart,
} from "./estimates.ts";
import { commonOf, converted, nine, nineRules, ownRule, withoutEpsilon, type Common, type Rule } from "./rules.ts";
import { search, trajectory, violation, type Course, type Rows } from "./runs.ts";

export type RmsPropJob = Job<typeof controls>;
/** One rule: its run in the old units, in new ones as it stands, and in new ones with its numbers changed. */
export interface RulePart {
  readonly kind: "rule";
  readonly base: Vector;
  readonly unchanged: Vector;
  readonly converted: Vector;
  /** As `figures` names them. */
  readonly figures: Vector;
  /** Violations over the scales of c and of a, η as it is. */
  readonly overC: Vector;
  readonly overA: Vector;
}
export const figures = ["parameters", "loss", "converted", "each", "p", "q", "r"] as const;
export type Figure = (typeof figures)[number];
export type Part = RulePart | FirstPart | EstimatesPart;

/** 2^(k/2) from 1/16 to 16. */
export const scales = Float64Array.from({ length: 17 }, (_, i) => {
  const k = i - 8;
  const whole = Math.floor(k / 2);
  return (whole < 0 ? 1 / 2 ** -whole : 2 ** whole) * (k % 2 === 0 ? 1 : Math.SQRT2);
});

/** The configuration's own rule first, then the nine. */
export const rulesOf = ({ configuration, controls }: Pick<RmsPropJob, "configuration" | "controls">): Rule[] => [
  ownRule(configuration),
  ...nineRules(commonOf(configuration, controls.gradientWindow)),
];
export const rulesCount = 1 + nine.length;
export const streamSteps = ({ Ns }: Common, { time }: Controls): number => Math.max(1, Math.round(time * Ns));
/** Rules, the first steps, then chains. */
export const unitsOf = (controls: Controls): number => rulesCount + 1 + Math.ceil(controls.chains / chainsPerUnit);

const known = new WeakMap<Controls, Course>();
export function courseOf({ problem: { name, values }, data, controls, lists }: RmsPropJob): Course {
  const before = known.get(controls);
  if (before) return before;
  const { examples, dimension: d } = findProblem(name)!.prepare({ ridge: 0, ...values }, data)(streams(1));
  const { X, y, ridge } = examples!.squares!;
  const rows: Rows = { X, y, ridge, count: examples!.count, d };
  const made = { rows, start: startOf(controls, d, lists), steps: controls.steps, batch: controls.batchSize };
  known.set(controls, made);
  return made;
}

export function* work(job: RmsPropJob, unit: number, rng: Rng): Generator<Part | undefined, void> {
  const { controls, configuration } = job;
  if (unit < rulesCount) {
    yield yield* ruleUnit(job, rulesOf(job)[unit], unit === 0);
    return;
  }
  const common = commonOf(configuration, controls.gradientWindow);
  const steps = streamSteps(common, controls);
  if (unit === rulesCount) {
    yield* firstSteps(common, controls.constant, steps);
    return;
  }
  const share = unit - rulesCount - 1;
  const chains = Math.min(chainsPerUnit, controls.chains - share * chainsPerUnit);
  const { mean, deviation } = controls;
  const it = { ...common, mean, deviation, steps, chains, drawn: share < drawnUnits };
  yield* estimatesUnit(it, rng.split("gradients", share));
}

function* ruleUnit(job: RmsPropJob, rule: Rule, own: boolean): Generator<undefined, RulePart> {
  const course = courseOf(job);
  const { d } = course.rows;
  const { controls } = job;
  const { c, a } = controls;
  const all = (x: number) => zeros(d).fill(x);
  const run = (h = rule.values, by = all(1), loss = 1) => trajectory(course, rule.optimizer, h, by, loss);
  const base = yield* run();
  const off = (other: Vector) => violation(course, base, other);
  const changed = yield* run(converted(rule, c, a), all(c), a);
  const bare = withoutEpsilon(rule.values);
  const bareBase = yield* run(bare);
  const bareEach = yield* run(bare, ownUnits(controls, d, job.lists));
  const change = controls.change as Change;
  const [by, loss] = [change === 2 ? 1 : c, change === 1 ? 1 : a];
  const shown =
    change === 3
      ? { base: bareBase, unchanged: bareEach, converted: bareEach }
      : {
          base,
          unchanged: yield* run(rule.values, all(by), loss),
          converted: change === 0 ? changed : yield* run(converted(rule, by, loss), all(by), loss),
        };
  const numbers = [
    off(yield* run(rule.values, all(c))),
    off(yield* run(rule.values, all(1), a)),
    off(changed),
    violation(course, bareBase, bareEach),
    // A scale of 1 tells exponents apart no more than 0 and 1 are told apart by 1ⁿ.
    ...(own ? rule.exponents : yield* search(course, rule, base, c === 1 ? 4 : c, a === 1 ? 0.5 : a)),
  ];
  const [overC, overA] = [zeros(scales.length), zeros(scales.length)];
  for (const [i, x] of scales.entries()) {
    overC[i] = off(yield* run(rule.values, all(x)));
    overA[i] = off(yield* run(rule.values, all(1), x));
    yield undefined;
  }
  return { kind: "rule", ...shown, figures: Float64Array.from(numbers), overC, overA };
}
