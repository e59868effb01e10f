import type { Configuration, ParameterGroup } from "../protocol/index.ts";
import { decaysByRate } from "./decoupledDecay.ts";
import { keyPoints, type KeyPoint } from "./keyPoints.ts";
import { outlineRows, outlineSteps } from "./outlineSteps.ts";
import type { Optimizer } from "./optimizers/index.ts";
import { requireOptimizer, resolveGroups, type ResolvedGroup, type RunLength } from "./train.ts";

/** One quantity of one group at every step of a run. */
export interface TruthColumn {
  /** A hyperparameter by its canonical name, or "decayPerStep": ηλ, the share of θ that a step takes. */
  readonly name: string;
  /** As papers print it. */
  readonly symbol: string;
  readonly label: string;
  /** In force in the step that each row stands for. */
  readonly values: Float64Array;
  readonly moves: boolean;
}
export interface TruthGroup {
  readonly name: string;
  /** The learning rate first; then the momentum (or β₁), the weight decay, the decay per step, and whatever else moves. */
  readonly columns: readonly TruthColumn[];
  /** Of the learning rate. */
  readonly keyPoints: readonly KeyPoint[];
  /** Its schedule follows the loss: what stands here is the rate as long as the loss keeps falling. */
  readonly followsLoss: boolean;
}
/** What a configuration does to its hyperparameters, exactly, group by group and step by step. */
export interface TruthLine {
  readonly run: RunLength;
  /** Which step (from 1) each row stands for: all of them, or an outline. */
  readonly steps: Int32Array;
  readonly groups: readonly TruthGroup[];
}

/** Rows that are filled in between two yields: well under a millisecond's work each. */
const atOnce = 5000;

/**
 * The table at once, every step of it or, of a long run, an outline, which is quick whatever the length but has no key points
 * then. Throws a sentence where the configuration cannot be run.
 */
export function truthLine(configuration: Configuration, run: RunLength, rows: "all" | "outline" = "all"): TruthLine {
  const work = tabulated(configuration, run, rows === "all" ? run.steps : outlineRows);
  let next = work.next();
  while (!next.done) next = work.next();
  return next.value;
}
/** The same, yielding often. */
export function* tabulated(
  configuration: Configuration,
  run: RunLength,
  most: number = run.steps,
): Generator<undefined, TruthLine> {
  const steps = outlineSteps(run.steps, most);
  const optimizer = requireOptimizer(configuration.optimizer);
  // What is in force does not depend on how many coordinates a group has.
  const groups = configuration.groups.map(withoutSize);
  const resolved = resolveGroups({ ...configuration, groups }, groups.length, run);
  const filled: TruthGroup[] = [];
  for (const [i, group] of resolved.entries()) {
    const names = namesOf(optimizer, groups[i], group);
    const tables = names.map(() => new Float64Array(steps.length));
    for (let row = 0; row < steps.length; row++) {
      const values = group.at(steps[row]);
      for (let k = 0; k < names.length; k++) tables[k][row] = values[names[k]];
      if ((row + 1) % atOnce === 0) yield undefined;
    }
    const columns = names.map((name, k) => column(optimizer, name, tables[k]));
    const decay = decayPerStep(optimizer, group.at(1), columns);
    filled.push({
      name: group.name,
      columns: decay ? [...columns, decay] : columns,
      keyPoints: steps.length < run.steps ? [] : keyPoints(tables[0], groups[i].schedule, run.stepsPerEpoch),
      followsLoss: group.rates.observe !== undefined,
    });
    yield undefined;
  }
  return { run, steps, groups: filled };
}

const withoutSize = ({ name, values, schedule, schedules }: ParameterGroup): ParameterGroup => ({
  name,
  values,
  ...(schedule && { schedule }),
  ...(schedules && { schedules }),
});

function namesOf({ hyperparameters }: Optimizer, group: ParameterGroup, { rates }: ResolvedGroup): string[] {
  const momentum = "momentum" in hyperparameters ? "momentum" : "beta1";
  const wanted = ["learningRate", momentum, "weightDecay", ...Object.keys(group.schedules ?? {})];
  const has = (name: string) => name in hyperparameters || (name === momentum && rates.momentum !== undefined);
  return [...new Set(wanted)].filter(has);
}

function column({ hyperparameters }: Optimizer, name: string, values: Float64Array): TruthColumn {
  const known: Readonly<Partial<typeof hyperparameters>> = hyperparameters;
  const { symbol = name, label = name } = known[name] ?? {};
  return { name, symbol, label, values, moves: values.some((value) => value !== values[0]) };
}

/** Undefined where there is no decay, or where it is not taken from θ itself. */
function decayPerStep(
  optimizer: Optimizer,
  h: Readonly<Record<string, number>>,
  columns: readonly TruthColumn[],
): TruthColumn | undefined {
  const rate = columns.find(({ name }) => name === "learningRate")?.values;
  const decay = columns.find(({ name }) => name === "weightDecay")?.values;
  if (!rate || !decay?.some((value) => value !== 0) || !decaysByRate(optimizer, h)) return undefined;
  const values = rate.map((eta, i) => eta * decay[i]);
  const moves = values.some((value) => value !== values[0]);
  return { name: "decayPerStep", symbol: "ηλ", label: "decay per step", values, moves };
}
