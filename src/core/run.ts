import type {
  Configuration,
  Finding,
  Frame,
  Hyperparameters,
  Lists,
  Order,
  ProblemConfiguration,
  Report,
} from "../protocol/index.ts";
import { findLab, labs } from "./labs/index.ts";
import type { Job, Lab } from "./labs/lab.ts";
import { findProblem } from "./problems/index.ts";
import type { ProblemData } from "./problems/problem.ts";
import { replicate } from "./replicate.ts";
import { rng } from "./rng.ts";
import type { Trainer } from "./train.ts";

/** What an order leaves open is filled in. Throws a sentence where it names what does not exist or cannot be run. */
export function complete(
  order: Pick<Order, "lab" | "configuration" | "problem" | "controls" | "label" | "others" | "lists">,
  data: ProblemData,
): { readonly lab: Lab; readonly job: Job } {
  const lab = findLab(order.lab);
  if (!lab) throw new Error(`There is no lab "${order.lab}"; known are ${list(labs.map(({ name }) => name))}.`);
  const asked = problemOf(lab, order.problem);
  const suggested = lab.suggest(order.configuration, asked);
  const filledIn = filled(`The lab "${lab.name}"`, lab.controls, suggested, order.controls);
  const controls = { ...filledIn, ...counted(lab, order.lists) };
  const beside = {
    ...(lab.compares && { ...(order.label !== undefined && { label: order.label }), others: order.others ?? [] }),
    ...(order.lists && { lists: order.lists }),
  };
  const wrong = wrongList(lab, order.lists);
  if (wrong !== undefined) throw new Error(wrong);
  const refusal = lab.refuse(order.configuration, asked, controls, beside);
  if (refusal !== undefined) throw new Error(refusal);
  const given = order.problem.data ?? data.given;
  const job = {
    configuration: order.configuration,
    problem: asked,
    controls,
    data: { ...data, ...(given && { given }) },
    ...beside,
  };
  return { lab, job };
}

/** A sentence where lists are given that a lab does not take, or that hold no numbers. */
export function wrongList({ name, lists: known = {} }: Lab, given: Lists = {}): string | undefined {
  for (const [one, numbers = []] of Object.entries(given)) {
    if (!(one in known))
      return `The lab "${name}" takes no list as "${one}"${Object.keys(known).length > 0 ? `; it takes ${list(Object.keys(known))}` : ""}.`;
    if (numbers.length === 0 || numbers.length > mostInList || !numbers.every(Number.isFinite))
      return `"${one}" must be a list of finite numbers, from one to ${mostInList}.`;
  }
  return undefined;
}
const mostInList = 1000;
/** Controls that a list's length takes the place of. */
export const counted = ({ lists: known = {} }: Lab, given: Lists = {}): Record<string, number> =>
  Object.fromEntries(
    Object.entries(given).flatMap(([name, numbers = []]) => (known[name]?.counts ? [[name, numbers.length]] : [])),
  );

/** The problem with every knob filled in; a lab that needs none has one without a name. */
function problemOf(lab: Lab, given: ProblemConfiguration): ProblemConfiguration {
  if (lab.problems.length === 0) return { name: "", values: {} };
  const name = given.name === "" ? lab.problems[0] : given.name;
  const problem = findProblem(name);
  if (!problem || !lab.problems.includes(name))
    throw new Error(`There is no problem "${name}" for the lab "${lab.name}"; it knows ${list(lab.problems)}.`);
  return { ...given, name, values: filled(`The problem "${name}"`, problem.hyperparameters, {}, given.values ?? {}) };
}

function filled(
  whose: string,
  knobs: Hyperparameters,
  suggested: Readonly<Partial<Record<string, number>>>,
  asked: Readonly<Record<string, number>>,
): Record<string, number> {
  const known = Object.keys(knobs);
  for (const [name, value] of Object.entries(asked)) {
    if (!known.includes(name))
      throw new Error(`${whose} has no "${name}"; it has ${known.length > 0 ? list(known) : "no knobs"}.`);
    if (!Number.isFinite(value)) throw new Error(`${whose} needs a finite number for "${name}", not ${value}.`);
  }
  const over: Readonly<Partial<Record<string, number>>> = asked;
  return Object.fromEntries(known.map((name) => [name, over[name] ?? suggested[name] ?? knobs[name].default]));
}
const list = (names: readonly string[]): string => names.map((name) => `"${name}"`).join(", ");

/**
 * A whole job on one thread: its units take turns, one part each. Yields frames where there are new ones; may be abandoned
 * at any yield.
 */
export function* runInline(
  lab: Lab,
  job: Job,
  seed: number,
): Generator<Frame[] | undefined, { readonly findings: Finding[]; readonly report: Report }> {
  const gathering = lab.gather(job);
  const work = Array.from({ length: lab.units(job) }, (_, unit) => ({ unit, steps: lab.work(job, unit, rng(seed)) }));
  let open = work;
  while (open.length > 0) {
    const still: typeof work = [];
    for (const it of open) {
      for (;;) {
        const next = it.steps.next();
        if (next.done) break;
        if (next.value === undefined) {
          yield undefined;
          continue;
        }
        gathering.add(it.unit, next.value);
        still.push(it);
        break;
      }
    }
    open = still;
    yield gathering.frames();
  }
  const report = gathering.report("done");
  const findings = gathering.findings();
  yield gathering.frames();
  return { findings, report };
}

/**
 * One replicate of a training run after every step: the very numbers that the lab "training" sees. The trainer is the same at
 * each yield.
 */
export function* replay(
  configuration: Configuration,
  problem: ProblemConfiguration,
  data: ProblemData,
  seed: number,
  options: {
    readonly steps: number;
    readonly replicate: number;
    readonly batchSize?: number;
    readonly stepsPerEpoch?: number;
  },
): Generator<Trainer> {
  const controls = {
    steps: options.steps,
    ...(options.batchSize !== undefined && { batchSize: options.batchSize }),
    ...(options.stepsPerEpoch !== undefined && { stepsPerEpoch: options.stepsPerEpoch }),
  };
  const { job } = complete({ lab: "training", configuration, problem, controls }, data);
  const { steps, stepsPerEpoch, batchSize } = job.controls as Readonly<Record<string, number>>;
  const make = findProblem(job.problem.name)!.prepare(job.problem.values ?? {}, job.data);
  const plan = { configuration, make, run: { steps, stepsPerEpoch, batchSize } };
  const { trainer } = replicate(plan, rng(seed), options.replicate);
  while (trainer.t < steps) {
    trainer.step();
    yield trainer;
  }
}
