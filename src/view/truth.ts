import type { Origin } from "../documents/document.ts";
import { runControls, suggestedRun } from "../core/labs/runLength.ts";
import type { RunLength } from "../core/train.ts";
import { truthLine, type TruthLine } from "../core/truthLine.ts";
import { warnings, type Warning } from "../core/warnings/index.ts";
import { spell, typed } from "../protocol/index.ts";
import { originsOf, writtenLine } from "./places.ts";
import type { Plan, Unread } from "./plan.ts";

/** A warning, and the line it is about. */
export interface PlacedWarning extends Warning {
  readonly line: number;
}

/** Length of the run at hand; of a lab that has none, as long as the code's own. */
export function runOf({ configuration, controls }: Pick<Plan, "configuration" | "controls">): RunLength {
  const given: Readonly<Partial<Record<string, number>>> = controls;
  const suggested = suggestedRun(configuration);
  return {
    steps: given["steps"] ?? suggested.steps,
    stepsPerEpoch: given["stepsPerEpoch"] ?? suggested.stepsPerEpoch ?? runControls.stepsPerEpoch.default,
  };
}
/** Rate, momentum and decay of every group at every step. Throws a sentence for a plan that cannot be run. */
export const truthOf = (it: Plan): TruthLine => truthLine(it.configuration, runOf(it));

/** Schedules that could not be read first, then where the library differs from what the code suggests. */
export function warningsOf(it: Plan): PlacedWarning[] {
  if (it.refusal !== undefined) return [];
  const unread = it.unread.map((schedule): Warning => {
    const text = `${whyUnread(schedule)}: the rate is drawn without it.`;
    return { group: schedule.group, kind: "warning", names: ["schedule.name"], text };
  });
  // A lab that follows no run has no length to be too short, and no schedule to warn of.
  const followsRun = "steps" in it.controls;
  const differences = found(it).filter(({ kind }) => kind === "remark" || followsRun);
  return [...unread, ...countsBatches(it), ...oldDecay(it), ...differences].map((warning) => ({
    ...warning,
    line: writtenLine(it.detection, warning.group, warning.names) ?? it.detection.line,
  }));
}
export const whyUnread = ({ name, known }: Unread): string =>
  known ? `${name} could not be read as arithmetic` : `There is no schedule ${name} among those simulated`;

/** A length in batches, of a loader whose length nobody knows here, for a scheduler that is stepped once an epoch. */
function countsBatches({ configuration: { groups }, detection }: Plan): Warning[] {
  const group = groups.findIndex(({ schedule }, i) => {
    const length: Origin | undefined = originsOf(detection, i)["schedule.length"];
    return schedule?.interval === "epoch" && length?.kind === "unresolved" && /\blen\(/.test(length.text ?? "");
  });
  const { name = "" } = groups.at(group)?.schedule ?? {};
  const { text: length = "" } = originsOf(detection, group)["schedule.length"] ?? {};
  if (group < 0) return [];
  const text = `${name} is stepped once an epoch, but its length ${length} counts batches: the run goes only a small part of its way. It is drawn as if it were the run's.`;
  return [{ group, kind: "warning", names: ["schedule.length"], text }];
}
/** An argument that optimizers of Keras had before version 2.11. */
function oldDecay(it: Plan): Warning[] {
  const { spelled, configuration } = it.detection;
  const { decay } = spelled.hyperparameters as Readonly<Partial<typeof spelled.hyperparameters>>;
  if (configuration.framework !== "keras" || typeof decay !== "number" || decay === 0) return [];
  const { steps } = runOf(it);
  const text =
    `decay ${typed(decay)} divided the rate by 1 + decay × t before Keras 2.11, by ${spell(1 + decay * (steps - 1))} in the last step; ` +
    "Keras 3 does not take it, and the rate is drawn without it.";
  return [{ group: 0, kind: "warning", names: [], text }];
}
/** What is wrong with a schedule itself is said by the run. */
function found(it: Plan): Warning[] {
  try {
    return warnings(it.configuration, truthLine(it.configuration, runOf(it), "outline"));
  } catch {
    return [];
  }
}

/**
 * The truth line as comma-separated values: step, epoch, then every quantity of every group, all digits. `every` leaves out
 * all but each so-many-th step, and keeps the last. The epoch is how many of them have passed when the step is made.
 */
export function truthCsv({ run, groups }: TruthLine, every = 1): string {
  const columns = groups.flatMap((group) =>
    group.columns.map(({ name, values }) => ({ name: `${group.name}.${name}`, values })),
  );
  const lines = [["step", "epoch", ...columns.map(({ name }) => quoted(name))].join(",")];
  for (const step of stepsShown(run.steps, every)) {
    const row = [step, (step - 1) / run.stepsPerEpoch, ...columns.map(({ values }) => values[step - 1])];
    lines.push(row.map((x) => String(x)).join(","));
  }
  return `${lines.join("\n")}\n`;
}
const quoted = (text: string): string => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

/** 1, 1 + every, 1 + 2 every …, and the last. */
export function stepsShown(steps: number, every: number): number[] {
  const shown = Array.from({ length: Math.ceil(steps / every) }, (_, i) => 1 + i * every);
  return shown.at(-1) === steps ? shown : [...shown, steps];
}
