import { findOptimizer } from "../core/optimizers/index.ts";
import { findProblem } from "../core/problems/index.ts";
import { findSchedule } from "../core/schedules/index.ts";
import type { Detection, Origin } from "../documents/document.ts";
import type { Hyperparameters, Knob, KnobOrigin, ParameterGroup, ScheduleConfiguration } from "../protocol/index.ts";
import type { Plan } from "./plan.ts";

/**
 * Everything that can be turned: optimizer and schedule of one group, then the problem, then the lab. What a library settles
 * without a word is among them only where it differs from PyTorch's or the authors' arithmetic, or with `all`.
 */
export function buildKnobs(it: Plan, group: number, all = false): Knob[] {
  const now = it.configuration.groups.at(group);
  const before = it.original.groups.at(group);
  const written = now && before ? [...optimizerKnobs(it, group, now, before, all), ...scheduleKnobs(it, group)] : [];
  const problem = findProblem(it.problem.name)?.hyperparameters ?? {};
  return [
    ...written,
    ...controlKnobs("problem", problem, it.problem.values ?? {}, it.originalProblem),
    ...controlKnobs("lab", it.lab.controls, it.controls, it.originalControls),
  ];
}

function optimizerKnobs(it: Plan, group: number, now: ParameterGroup, before: ParameterGroup, all: boolean): Knob[] {
  const descriptors = findOptimizer(it.configuration.optimizer)?.hyperparameters ?? {};
  return Object.entries(descriptors).flatMap(([name, descriptor]): Knob[] => {
    const origin = originOf(it.detection, group, name);
    const value = valueOf(now.values, name, descriptor.default);
    const settled = descriptor.arithmetic === true && origin.kind === "default";
    if (settled && value === descriptor.default && !all) return [];
    return [
      {
        of: "optimizer",
        name,
        hyperparameter:
          name === "learningRate" ? { ...descriptor, label: rateLabel(now, descriptor.label) } : descriptor,
        value,
        original: valueOf(before.values, name, descriptor.default),
        origin: settled ? { kind: "default", text: `${library(it.detection)} arithmetic` } : origin,
      },
    ];
  });
}
/** Under a schedule the number in the code is the highest rate, unless the schedule brings its own. */
const rateLabel = ({ schedule }: ParameterGroup, plain: string): string => {
  if (!schedule || schedule.name === "constant") return plain;
  return "maximum" in schedule.values || "initial" in schedule.values ? `set by ${schedule.name}` : "peak rate";
};

function scheduleKnobs(it: Plan, group: number): Knob[] {
  const now = it.configuration.groups.at(group)?.schedule;
  const before = it.original.groups.at(group)?.schedule;
  return now && before ? ofSchedule(it.detection, group, now, before, "") : [];
}
function ofSchedule(
  detection: Detection,
  group: number,
  now: ScheduleConfiguration,
  before: ScheduleConfiguration,
  prefix: string,
): Knob[] {
  const own: Knob[] = Object.entries(findSchedule(now.name)?.hyperparameters ?? {}).map(([name, hyperparameter]) => ({
    of: "schedule",
    name: prefix + name,
    hyperparameter: prefix ? { ...hyperparameter, label: `${hyperparameter.label}, ${now.name}` } : hyperparameter,
    value: valueOf(now.values, name, hyperparameter.default),
    original: valueOf(before.values, name, hyperparameter.default),
    origin: originOf(detection, group, `schedule.${prefix}${name}`),
  }));
  const parts = (now.parts ?? []).flatMap((part, i) =>
    ofSchedule(detection, group, part, before.parts?.at(i) ?? part, `${prefix}parts.${i}.`),
  );
  return [...own, ...parts];
}

const controlKnobs = (
  of: "problem" | "lab",
  descriptors: Hyperparameters,
  values: Readonly<Record<string, number>>,
  originals: Readonly<Record<string, number>>,
): Knob[] =>
  Object.entries(descriptors).map(([name, hyperparameter]) => ({
    of,
    name,
    hyperparameter,
    value: valueOf(values, name, hyperparameter.default),
    original: valueOf(originals, name, hyperparameter.default),
    origin: { kind: "control" },
  }));

/** A knob is a plain number field, which must be finite to survive the way to the panel. */
function valueOf(values: Readonly<Partial<Record<string, number>>>, name: string, standard: number): number {
  const value = values[name] ?? standard;
  return Number.isFinite(value) ? value : standard;
}

/** Where a value of one group stands; names of a schedule's values begin with "schedule.". */
export function originOf(detection: Detection, group: number, name: string): KnobOrigin {
  const origins: Readonly<Partial<Record<string, Origin>>> = detection.origins.at(group) ?? {};
  const origin = origins[name];
  switch (origin?.kind) {
    case "written":
      return { kind: "written", line: origin.line };
    case "unresolved":
      return { kind: "unresolved", line: origin.line, text: origin.text ?? "the expression" };
    case "default":
    case undefined:
      return { kind: "default", text: `${library(detection)} default` };
  }
}
/** "PyTorch 2.x" is "PyTorch". */
export const library = (detection: Detection): string => detection.frameworkTitle.replace(/\s+v?\d\S*$/, "");
