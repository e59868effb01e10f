import type { Configuration } from "../../protocol/index.ts";
import { requireOptimizer } from "../train.ts";
import type { TruthLine } from "../truthLine.ts";
import { counting } from "./counting.ts";
import { decay } from "./decay.ts";
import { epsilon } from "./epsilon.ts";
import { lengths } from "./length.ts";
import type { Scheduled, Situation, Warning } from "./situation.ts";
import { ownSchedule, takenOver } from "./takenOver.ts";

export type { Warning } from "./situation.ts";

/** Of every group with a schedule, and of every group; in the order in which a reader would want to know. */
const ofSchedules: readonly ((it: Scheduled) => Omit<Warning, "group">[])[] = [lengths, counting, takenOver];
const ofGroups: readonly ((it: Situation) => Omit<Warning, "group">[])[] = [ownSchedule, decay, epsilon];

/**
 * Where the library does something else in this run than the code suggests: sentences, each once, warnings before remarks.
 * `line` is the configuration's own truth line.
 */
export function warnings(configuration: Configuration, line: TruthLine): Warning[] {
  const optimizer = requireOptimizer(configuration.optimizer);
  const standard = Object.entries(optimizer.hyperparameters).map(([name, it]) => [name, it.default] as const);
  const found = configuration.groups.flatMap((group, index): Warning[] => {
    const table = line.groups[index];
    const values: Record<string, number> = { ...Object.fromEntries(standard), ...group.values };
    const it: Situation = {
      configuration,
      optimizer,
      group,
      values,
      run: line.run,
      table,
      rate: table.columns[0].values,
      steps: line.steps,
    };
    const { schedule } = group;
    const scheduled = schedule ? ofSchedules.flatMap((check) => check({ ...it, schedule })) : [];
    return [...scheduled, ...ofGroups.flatMap((check) => check(it))].map((said) => ({ group: index, ...said }));
  });
  const once = found.filter(({ text }, i) => found.findIndex((other) => other.text === text) === i);
  const shared = (text: string) => found.filter((other) => other.text === text).length === configuration.groups.length;
  const named = once.map((it): Warning =>
    shared(it.text) ? it : { ...it, text: `In ${configuration.groups[it.group].name}: ${it.text}` },
  );
  return [...named.filter(({ kind }) => kind === "warning"), ...named.filter(({ kind }) => kind === "remark")];
}
