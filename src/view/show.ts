import { labs } from "../core/labs/index.ts";
import { findOptimizer, type Optimizer } from "../core/optimizers/index.ts";
import { findProblem } from "../core/problems/index.ts";
import { spell, type Change, type Chart, type Note, type Show } from "../protocol/index.ts";
import { buildKnobs } from "./knobs.ts";
import type { Plan } from "./plan.ts";
import { sourcesOf, withoutParts } from "./sources.ts";
import { headline } from "./summary.ts";
import { buildTexts } from "./texts.ts";
import { warningsOf, whyUnread, type PlacedWarning } from "./truth.ts";

export interface Showing {
  readonly run: number;
  /** As the header prints it: "train.py". */
  readonly file: string;
  readonly group: number;
  /** What Apply would write. */
  readonly changes?: readonly Change[];
  readonly before?: Show["before"];
  readonly restored?: string;
  readonly patterns?: boolean;
  readonly subject?: unknown;
}

/** The whole of what the panel draws beside the frames. Never throws: a plan that cannot run has a refusal and no charts. */
export function buildShow(it: Plan, showing: Showing): Show {
  const group = Math.min(Math.max(0, showing.group), Math.max(0, it.configuration.groups.length - 1));
  const warnings = warningsOf(it);
  const texts = buildTexts(it);
  return {
    type: "show",
    run: showing.run,
    optimizer: it.configuration.optimizer,
    file: showing.file,
    line: it.detection.line,
    framework: it.detection.frameworkTitle,
    choices: it.detections.map((detection) => ({
      label: detection.configuration.optimizer,
      detail: headline(detection),
      line: detection.line,
    })),
    chosen: it.chosen,
    labs: labs.map(({ name, title, question }) => ({ name, title, question })),
    lab: it.lab.name,
    ...(it.lab.page !== undefined && { page: it.lab.page }),
    about: `${it.lab.about}\n\n${it.lab.source}`,
    charts: chartsOf(it),
    groups: it.configuration.groups.map(({ name }) => name),
    group,
    knobs: buildKnobs(it, group),
    problems: problemsOf(it),
    problem: it.problem.name,
    ...(texts.length > 0 && { texts }),
    notes: [...it.detection.notes, ...annotations(it, group), ...warnings.flatMap((said) => remarkOf(said, group))],
    warnings: warnings.flatMap(({ kind, text, line }) => (kind === "warning" ? [{ text, line }] : [])),
    places: it.configuration.groups.map((_, index) => placesOf(it, index)),
    changes: showing.changes ?? [],
    ...(showing.before && { before: showing.before }),
    ...(showing.restored !== undefined && { restored: showing.restored }),
    patterns: showing.patterns ?? false,
    subject: showing.subject ?? null,
  };
}

/** A remark on the arithmetic stands with the knob that it is about. */
const remarkOf = ({ kind, group: of, names, text }: PlacedWarning, group: number): Note[] => {
  const hyperparameter = names.find((name) => !name.startsWith("schedule."));
  if (kind === "warning" || of !== group) return [];
  return [hyperparameter !== undefined ? { hyperparameter, text } : { text }];
};
function placesOf(it: Plan, group: number): Record<string, number> {
  const lines: Record<string, number> = {};
  for (const { name, line } of sourcesOf(it, group)) lines[withoutParts(name)] ??= line;
  return lines;
}

/** What is wrong with a schedule is said by the run, which fails with that sentence. */
export function chartsOf(it: Plan): Chart[] {
  if (it.refusal !== undefined) return [];
  try {
    const charts = it.lab.charts(it.configuration, it.problem, it.controls, it.beside);
    return it.unread.length === 0
      ? charts
      : charts.map((chart) => (chart.id === "rate" ? withoutSchedule(chart, it.unread) : chart));
  } catch {
    return [];
  }
}

const withoutSchedule = (chart: Chart, unread: Plan["unread"]): Chart => ({
  ...chart,
  assumption: {
    text: chart.assumption?.text ?? "Exact, as the library computes it.",
    broken: `${unread.map(whyUnread).join("; ")}, so the rate is drawn without it`,
  },
});

/** Those of the lab that need no data, and the one at hand. */
function problemsOf(it: Plan): Show["problems"] {
  if (it.lab.problems.length === 0) return [];
  const names = it.lab.problems.includes(it.problem.name) ? it.lab.problems : [it.problem.name, ...it.lab.problems];
  return names.flatMap((name) => {
    const problem = findProblem(name);
    return problem && (name === it.problem.name || !problem.givenByData) ? [{ name, title: problem.title }] : [];
  });
}

/** Remarks of the optimizer on its values: windows, couplings, units. */
export function annotations(it: Pick<Plan, "configuration">, group: number): Note[] {
  const optimizer = findOptimizer(it.configuration.optimizer);
  if (!optimizer) return [];
  const values: Record<string, number> = {};
  for (const [name, descriptor] of Object.entries(optimizer.hyperparameters))
    values[name] = it.configuration.groups.at(group)?.values[name] ?? descriptor.default;
  return [...optimizer.annotate(values, it.configuration.batchSize ?? 1), stateNote(optimizer, values)];
}

/** What the library keeps between steps: for a vector, and for a matrix where that is another matter. */
function stateNote(optimizer: Optimizer, values: Readonly<Record<string, number>>): Note {
  const side = 1024;
  const bytes = (...shape: readonly number[]) =>
    (4 * optimizer.stateSize(values, [shape])) / shape.reduce((a, b) => a * b, 1);
  const [vector, matrix] = [bytes(side), bytes(side, side)];
  const each = `keeps ${spellBytes(matrix)} a parameter between steps (float32)`;
  const text = vector === matrix ? each : `${each} of a ${side} × ${side} matrix, ${spellBytes(vector)} of a vector`;
  return { text: text.replace(/^k/, "K") };
}
const spellBytes = (bytes: number): string =>
  bytes === 1 ? "1 byte" : `${Number.isInteger(bytes) ? String(bytes) : spell(bytes, 2)} bytes`;
