import { optimizerVocabulary, scheduleVocabulary } from "../documents/frameworks/experimentWords.ts";
import type { Hyperparameter } from "../protocol/index.ts";
import { buildKnobs } from "../view/knobs.ts";
import type { Plan, Setting } from "../view/plan.ts";
import { Complaint } from "./io.ts";

interface Target {
  readonly of: Setting["of"];
  readonly group: number;
  readonly name: string;
  readonly hyperparameter: Hyperparameter;
}

/** Reads --set NAME=VALUE for a plan. Throws a complaint that lists the names there are. */
export function readSettings(it: Plan, written: readonly string[]): Setting[] {
  const targets = targetsOf(it);
  return written.flatMap((text) => {
    const [, name = "", value = ""] = /^\s*([^=]+?)\s*=\s*(.*?)\s*$/s.exec(text) ?? [];
    if (!name) throw new Complaint(`--set needs NAME=VALUE, not "${text}".`, 2);
    const found = find(it, targets, name);
    if (found.length === 0) throw new Complaint(`--set ${name}: there is no such value; ${listed(targets)}.`, 2);
    const values = found.some(({ names }) => names.length > 1) ? value.replace(/[()[\]\s]/g, "").split(",") : [value];
    return found.flatMap(({ group, of, names }) => {
      if (values.length !== names.length)
        throw new Complaint(`--set ${name}: ${names.length} values are needed, as in ${name}=0.9,0.95.`, 2);
      return names.map((own, i): Setting => {
        const target = targets.find((one) => one.of === of && one.group === group && one.name === own);
        return { of, group, name: own, value: number(name, values.at(i) ?? "", target?.hyperparameter) };
      });
    });
  });
}

function targetsOf(it: Plan): Target[] {
  return it.configuration.groups.flatMap((_, group) =>
    buildKnobs(it, group, true)
      .filter(({ of }) => group === 0 || of === "optimizer" || of === "schedule")
      .map(({ of, name, hyperparameter }) => ({ of, group, name, hyperparameter })),
  );
}

/** A name may be the canonical one or the library's, which may stand for two values; without a group it is all groups'. */
function find(it: Plan, targets: readonly Target[], written: string) {
  const group = it.configuration.groups.findIndex(({ name }) => written.startsWith(`${name}.`));
  const only = group >= 0 ? group : undefined;
  const name = only === undefined ? written : written.slice((it.configuration.groups.at(only)?.name.length ?? 0) + 1);
  const scheduled = /^schedule\.(.+)$/.exec(name)?.[1];
  const of = (kinds: readonly Setting["of"][], own: string) =>
    targets
      .filter((one) => kinds.includes(one.of) && one.name === own && (only === undefined || one.group === only))
      .map((one) => ({ of: one.of, group: one.group, names: [own] }));
  if (scheduled !== undefined) {
    const canonical = of(["schedule"], scheduled);
    return canonical.length > 0 ? canonical : spelledInSchedule(it, targets, scheduled, only);
  }
  for (const kind of ["optimizer", "lab", "problem"] as const) {
    const exact = of([kind], name);
    if (exact.length > 0 && (kind === "optimizer" || only === undefined)) return exact;
  }
  const argument = optimizerVocabulary(it.configuration.framework, it.configuration.optimizer).arguments.find(
    ({ word }) => word === name,
  );
  if (!argument) return [];
  const groups = [...new Set(targets.filter((one) => one.of === "optimizer").map((one) => one.group))];
  return groups
    .filter((one) => only === undefined || one === only)
    .map((one) => ({ of: "optimizer" as const, group: one, names: argument.names }));
}
function spelledInSchedule(it: Plan, targets: readonly Target[], word: string, only: number | undefined) {
  return it.configuration.groups.flatMap(({ schedule }, group) => {
    if (!schedule || (only !== undefined && group !== only)) return [];
    const argument = scheduleVocabulary(schedule.name).arguments.find((one) => one.word === word);
    const known = argument?.names.every((own) => targets.some((one) => one.of === "schedule" && one.name === own));
    return argument && known ? [{ of: "schedule" as const, group, names: argument.names }] : [];
  });
}

function number(name: string, text: string, hyperparameter: Hyperparameter | undefined): number {
  const { choices, scale } = hyperparameter ?? {};
  if (scale === "flag" && /^(true|false|on|off|yes|no)$/i.test(text)) return /^(true|on|yes)$/i.test(text) ? 1 : 0;
  const choice = choices?.findIndex((one) => one.toLowerCase() === text.toLowerCase()) ?? -1;
  if (choice >= 0) return choice;
  const value = Number(text.replace(/_/g, ""));
  if (text === "" || !Number.isFinite(value)) {
    const needed = choices ? `one of ${choices.join(", ")}` : scale === "flag" ? "true or false" : "a number";
    throw new Complaint(`--set ${name}: ${needed} is needed, not "${text}".`, 2);
  }
  return value;
}
function listed(targets: readonly Target[]): string {
  const names = targets.map(({ of, name }) => (of === "schedule" ? `schedule.${name}` : name));
  return `known are ${[...new Set(names)].join(", ")}`;
}
