import { findOptimizer } from "../core/optimizers/index.ts";
import type { Detection } from "../documents/document.ts";
import { count, typed } from "../protocol/index.ts";
import { buildKnobs } from "./knobs.ts";
import type { Plan } from "./plan.ts";
import { buildTexts } from "./texts.ts";

/** An optimizer in a line, for a lens or a list: "AdamW η 3e-4 · memory 10 / 50 steps". Rates of groups are listed. */
export function headline(detection: Detection): string {
  const { optimizer, groups } = detection.configuration;
  const descriptors = findOptimizer(optimizer)?.hyperparameters ?? {};
  const rates = groups.flatMap((group, index) => {
    const origin = detection.origins.at(index)?.["learningRate"];
    if (origin?.kind === "unresolved") return [origin.text ?? "unresolved"];
    return "learningRate" in group.values ? [typed(group.values["learningRate"])] : [];
  });
  const windows = Object.entries(descriptors).flatMap(([name, { scale, default: standard }]) => {
    const decay = groups.at(0)?.values[name] ?? standard;
    return scale === "decay" && decay > 0 && decay < 1 ? [count(1 / (1 - decay))] : [];
  });
  const rate = rates.length > 0 ? ` η ${[...new Set(rates)].join(" / ")}` : "";
  return `${optimizer}${rate}${windows.length > 0 ? ` · memory ${windows.join(" / ")} steps` : ""}`;
}

/**
 * What differed in a former run, for the name of its faint trace: "η 5e-4". Undefined where nothing does, so that there
 * is nothing to compare.
 */
export function difference(before: Plan, now: Plan): string | undefined {
  if (before.configuration.optimizer !== now.configuration.optimizer) return before.configuration.optimizer;
  if (before.lab.name !== now.lab.name) return before.lab.title;
  if (before.problem.name !== now.problem.name) return before.problem.name;
  const said = now.configuration.groups.flatMap((group, index) => {
    const knobs = buildKnobs(now, index);
    return buildKnobs(before, index).flatMap((was) => {
      const shared = was.of === "problem" || was.of === "lab";
      const is = knobs.find(({ of, name }) => of === was.of && name === was.name);
      if ((shared && index > 0) || !is || is.value === was.value) return [];
      const { symbol, label, scale, choices } = was.hyperparameter;
      const value = (scale === "choice" ? choices?.at(was.value) : undefined) ?? typed(was.value);
      return [`${symbol || label} ${value}${index > 0 ? ` (${group.name})` : ""}`];
    });
  });
  const texts = buildTexts(now);
  for (const was of buildTexts(before)) {
    const is = texts.find(({ name }) => name === was.name);
    if (is && is.value !== was.value) said.push(`${was.symbol} = ${was.value}`);
  }
  if (said.length > 2) return `${said.slice(0, 2).join(", ")} …`;
  if (said.length > 0) return said.join(", ");
  const compared = ({ beside }: Plan): string => (beside.others ?? []).map(({ label }) => label).join(", ");
  if (compared(before) !== compared(now)) return `beside ${compared(before)}`;
  return same(before, now) ? undefined : "the code as it was";
}
/** Plain data built by one reader: equal text means equal. */
export const same = (a: Plan, b: Plan): boolean => key(a) === key(b);
const key = ({ lab, configuration, problem, controls, seed, beside }: Plan): string =>
  JSON.stringify([lab.name, configuration, problem, controls, seed, beside]);
