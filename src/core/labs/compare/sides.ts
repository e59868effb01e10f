import type { Configuration } from "../../../protocol/index.ts";
import { causesOf, type Cause } from "../../compare/causes.ts";
import { outlineRows, outlineSteps } from "../../outlineSteps.ts";
import { resolveGroups, type RunLength } from "../../train.ts";
import type { Beside, Job } from "../lab.ts";
import type { controls } from "./controls.ts";

export type CompareJob = Job<typeof controls>;
/** One of the configurations that are compared; the first is the code's own. */
export interface Side {
  /** Unlike any other's. */
  readonly label: string;
  readonly configuration: Configuration;
}

export function sidesOf(configuration: Configuration, { label, others = [] }: Beside): Side[] {
  const own = { label: label ?? configuration.optimizer, configuration };
  const taken = new Map<string, number>();
  return [own, ...others].map((side) => {
    const before = taken.get(side.label) ?? 0;
    taken.set(side.label, before + 1);
    return before === 0 ? side : { ...side, label: `${side.label} (${before + 1})` };
  });
}

/** What the units of a job do, in their order: the losses of each side, seeds by fours, then steps against steps. */
export type Unit =
  | { readonly kind: "loss"; readonly side: number; readonly first: number; readonly seeds: number }
  /** Of all that differs between the first side and this one, or of one cause alone. */
  | {
      readonly kind: "difference";
      readonly side: number;
      readonly cause: number | undefined;
      readonly configuration: Configuration;
    };
export interface Workload {
  readonly sides: readonly Side[];
  /** By side; none of the first. */
  readonly causes: readonly (readonly Cause[])[];
  readonly units: readonly Unit[];
}
/** Seeds of one unit. */
const seedsPerUnit = 4;

export function workloadOf({ configuration, label, others = [], controls: { seeds } }: CompareJob): Workload {
  const sides = sidesOf(configuration, { ...(label !== undefined && { label }), others });
  const causes = sides.map((side, k) => (k === 0 ? [] : causesOf(configuration, side.configuration)));
  const units: Unit[] = sides.flatMap((_, side) =>
    Array.from({ length: Math.ceil(seeds / seedsPerUnit) }, (__, i): Unit => {
      const first = i * seedsPerUnit;
      return { kind: "loss", side, first, seeds: Math.min(seedsPerUnit, seeds - first) };
    }),
  );
  sides.forEach((side, k) => {
    if (k === 0) return;
    units.push({ kind: "difference", side: k, cause: undefined, configuration: side.configuration });
    // A single cause is the whole.
    if (causes[k].length > 1)
      causes[k].forEach(({ alone }, cause) => units.push({ kind: "difference", side: k, cause, configuration: alone }));
  });
  return { sides, causes, units };
}

/** Learning rates that sides, or groups of one side, have in common: one line of the chart. */
export interface RateLine {
  readonly label: string;
  /** In force in step t, at index t − 1; computed when asked for. */
  rate(): Float64Array;
  /** The first side that has it; undefined where all have it. */
  readonly side: number | undefined;
}
/** Every rate of every side, those that run alike as one line under all their names. */
export function rateLines(sides: readonly Side[], run: RunLength): RateLine[] {
  const lines: { of: { side: number; group: string | undefined }[]; its: OwnRate }[] = [];
  sides.forEach(({ configuration }, side) => {
    const own = ratesOf(configuration, run);
    for (const its of own) {
      const it = { side, group: own.length > 1 ? its.group : undefined };
      const same = lines.find((line) => alike(line.its.outline, its.outline));
      if (same) same.of.push(it);
      else lines.push({ of: [it], its });
    }
  });
  return lines.map(({ of, its: { rate } }) => {
    const [{ side, group }] = of;
    const everybodys = new Set(of.map((it) => it.side)).size === sides.length && of.every((it) => it.group === group);
    if (everybodys) return { label: group ?? (lines.length === 1 ? "η" : "all"), side: undefined, rate };
    const names = of.map((it) => [sides[it.side].label, it.group].filter((part) => part !== undefined).join(", "));
    return { label: names.length > 2 ? `${names[0]} and ${names.length - 1} more` : names.join(", "), side, rate };
  });
}
/** The same but for rounding: libraries go to the same rate by different ways. */
function alike(a: Float64Array, b: Float64Array): boolean {
  const top = a.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
  return a.every((x, i) => Math.abs(x - b[i]) <= 1e-12 * top);
}
interface OwnRate {
  readonly group: string;
  readonly outline: Float64Array;
  readonly rate: () => Float64Array;
}
function ratesOf({ groups, ...configuration }: Configuration, run: RunLength): OwnRate[] {
  // Rates do not depend on how many coordinates a group has.
  const bare = groups.map(({ name, values, schedule }) => ({ name, values, ...(schedule && { schedule }) }));
  const outlined = outlineSteps(run.steps, outlineRows);
  const all = outlineSteps(run.steps, run.steps);
  const distinct: OwnRate[] = [];
  for (const group of resolveGroups({ ...configuration, groups: bare }, bare.length, run)) {
    const at = (steps: Int32Array) => Float64Array.from(steps, (t) => group.at(t)["learningRate"]);
    const outline = at(outlined);
    if (!distinct.some((it) => alike(it.outline, outline)))
      distinct.push({ group: group.name, outline, rate: () => at(all) });
  }
  return distinct;
}
