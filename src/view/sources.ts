import type { Origin } from "../documents/document.ts";
import { typed, type ScheduleConfiguration } from "../protocol/index.ts";
import { buildKnobs } from "./knobs.ts";
import { originsOf } from "./places.ts";
import type { Plan } from "./plan.ts";

/** A number of the document, and where it stands. */
export interface SourceOfValue {
  /** As documents name origins: "learningRate", "schedule.length". */
  readonly name: string;
  readonly symbol: string;
  readonly label: string;
  /** As one would type it; a choice by its word. */
  readonly value: string;
  readonly line: number;
  /** How it was reached ("constant BASE_LR"), or what stands in its place and is not known. */
  readonly via?: string;
}

/** What the document says of one group, the optimizer's values before the schedule's. Defaults have no place. */
export function sourcesOf(it: Plan, group: number): SourceOfValue[] {
  const origins = originsOf(it.detection, group);
  const values = buildKnobs(it, group, true).flatMap(({ of, name: own, hyperparameter, value }): SourceOfValue[] => {
    const name = of === "schedule" ? `schedule.${own}` : own;
    const origin = of === "optimizer" || of === "schedule" ? origins[name] : undefined;
    if (!origin || origin.kind === "default") return [];
    const { symbol, label, choices } = hyperparameter;
    return [{ name, symbol, label, value: choices?.at(value) ?? typed(value), line: origin.line, ...reached(origin) }];
  });
  return [...values, ...milestones("schedule.", it.configuration.groups.at(group)?.schedule, origins)];
}
function reached({ kind, text, via }: Origin): { readonly via?: string } {
  if (kind === "unresolved") return { via: `${text ?? "the expression"} is not known, its default stands in` };
  return via === undefined ? {} : { via };
}
function milestones(
  prefix: string,
  schedule: ScheduleConfiguration | undefined,
  origins: Readonly<Partial<Record<string, Origin>>>,
): SourceOfValue[] {
  const { points, parts = [], name: label = "" } = schedule ?? {};
  const origin = origins[`${prefix}points`];
  const value = points?.map(typed).join(", ");
  const own =
    origin && value !== undefined
      ? [{ name: `${prefix}points`, symbol: "t", label: `milestones, ${label}`, value, line: origin.line }]
      : [];
  return [...own, ...parts.flatMap((part, i) => milestones(`${prefix}parts.${i}.`, part, origins))];
}
/** Whether a source is among names that leave open which part of a schedule is meant. */
export const isAmong = ({ name }: SourceOfValue, names: readonly string[]): boolean =>
  names.includes(withoutParts(name));
/** "schedule.parts.1.length" is "schedule.length". */
export const withoutParts = (name: string): string => name.replace(/parts\.\d+\./g, "");
