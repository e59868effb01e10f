import type { Configuration, Hyperparameters, ParameterGroup, ScheduleConfiguration } from "../protocol/index.ts";
import { findOptimizer } from "./optimizers/index.ts";
import type { Optimizer } from "./optimizers/index.ts";
import { findSchedule } from "./schedules/index.ts";
import { invalidValue } from "./validity.ts";

/** Something that a configuration cannot be run with. */
export interface InvalidValue {
  /** Index of the parameter group; where all groups say the same, the first. */
  readonly group: number;
  /** As documents name its origin: "beta2", "schedule.gamma", "schedule.name", "size". */
  readonly name: string;
  /** One sentence that names the value. */
  readonly text: string;
}

/** Everything that is wrong with a configuration's values, in the order of its groups; each sentence once. */
export function invalidValues({ framework, optimizer: name, groups }: Configuration): InvalidValue[] {
  const optimizer = findOptimizer(name);
  const found = groups.flatMap((group, index) => [
    ...emptyGroup(group, index),
    ...(optimizer ? ofOptimizer(framework, optimizer, group, index) : []),
    ...(group.schedule
      ? ofSchedule(group.schedule, valueOf(optimizer, group, "learningRate"), index, "schedule.")
      : []),
    ...Object.entries(group.schedules ?? {}).flatMap(([other, it]) =>
      ofSchedule(it, valueOf(optimizer, group, other), index, `schedules.${other}.`),
    ),
  ]);
  return found.filter(({ text }, i) => found.findIndex((other) => other.text === text) === i);
}

const valueOf = (optimizer: Optimizer | undefined, { values }: ParameterGroup, name: string): number =>
  (values as Partial<typeof values>)[name] ??
  (optimizer?.hyperparameters as Partial<Hyperparameters>)[name]?.default ??
  1;

/** A sentence where an optimizer cannot be run with a value, in the arithmetic of a library. */
export function wrongHyperparameter(
  framework: string,
  optimizer: Optimizer,
  name: string,
  value: number,
): string | undefined {
  // optax multiplies by −η at the end of its chain, so that a negative rate climbs instead of descending.
  if (framework === "optax" && name === "learningRate" && value < 0) return undefined;
  const known: Readonly<Partial<typeof optimizer.hyperparameters>> = optimizer.hyperparameters;
  const descriptor = known[name];
  return descriptor && invalidValue(optimizer.name, name, descriptor, value);
}

const emptyGroup = ({ name, size }: ParameterGroup, group: number): InvalidValue[] =>
  size === 0 ? [{ group, name: "size", text: `The group "${name}" has no parameters: its size is 0.` }] : [];

function ofOptimizer(framework: string, optimizer: Optimizer, group: ParameterGroup, index: number): InvalidValue[] {
  return Object.entries(group.values).flatMap(([name, value]) => {
    const text = wrongHyperparameter(framework, optimizer, name, value);
    return text === undefined ? [] : [{ group: index, name, text }];
  });
}

function ofSchedule(
  written: ScheduleConfiguration,
  rate: number,
  group: number,
  prefix: string,
): readonly InvalidValue[] {
  const schedule = findSchedule(written.name);
  if (!schedule) {
    const text = `There is no schedule "${written.name}" among those that are simulated.`;
    return [{ group, name: `${prefix}name`, text }];
  }
  const parts = (written.parts ?? []).flatMap((part, i) => ofSchedule(part, rate, group, `${prefix}parts.${i}.`));
  if (parts.length > 0) return parts;
  try {
    schedule.prepare(rate, written, longest);
    return [];
  } catch (error) {
    // Its sentence names the value that is wrong.
    const text = error instanceof Error ? error.message : String(error);
    const named = [...Object.keys(schedule.hyperparameters), "points", "formula"].find((name) =>
      text.includes(`(${name})`),
    );
    return [{ group, name: prefix + (named ?? "name"), text }];
  }
}
/** A run in which every schedule finds room. */
const longest = 1e9;
