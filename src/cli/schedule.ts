import { suggestedRun } from "../core/labs/runLength.ts";
import type { TruthGroup, TruthLine } from "../core/truthLine.ts";
import type { Warning } from "../core/warnings/index.ts";
import { count, spell, spellRate } from "../protocol/index.ts";
import type { Plan } from "../view/plan.ts";
import { withFile } from "../view/places.ts";
import { isAmong, sourcesOf } from "../view/sources.ts";
import { stepsShown, truthCsv, truthOf, warningsOf } from "../view/truth.ts";
import type { Arguments } from "./arguments.ts";
import { chosenIn, planned } from "./choose.ts";
import { Complaint, type Io } from "./io.ts";
import { toJson } from "./json.ts";
import { table } from "./table.ts";

/** Rows of the table for a person, where none are asked for. */
const rows = 20;

/** `schedule`: rate, momentum and decay of every group, at every step; nothing is simulated. */
export async function schedule(given: Arguments, io: Io): Promise<0> {
  const { file, detections, chosen } = await chosenIn(given, io);
  const it = planned(detections, chosen, { ...given, lab: "schedule" });
  const line = lineOf(it);
  const csv = given.csv === undefined ? "" : truthCsv(line, given.every);
  if (given.csv === "-") {
    io.out(csv);
    for (const { text, line: at } of warningsOf(it)) io.err(`optimizer-lab: ${withFile(text, file, at)}\n`);
    return 0;
  }
  if (given.csv !== undefined) await io.write(given.csv, csv);
  io.out(given.json ? `${toJson(printed(it, line, file, given.every))}\n` : described(it, line, file, given.every));
  if (given.csv !== undefined && !given.json) io.out(`\nWritten to ${given.csv}\n`);
  return 0;
}
function lineOf(it: Plan): TruthLine {
  try {
    return truthOf(it);
  } catch (error) {
    throw new Complaint(error instanceof Error ? error.message : String(error));
  }
}

function printed(it: Plan, { run, groups }: TruthLine, file: string, every = 1) {
  const { detection, configuration } = it;
  const steps = stepsShown(run.steps, every);
  return {
    file,
    line: detection.line,
    optimizer: configuration.optimizer,
    framework: configuration.framework,
    ...run,
    notes: detection.notes.map(({ text }) => text),
    warnings: warningsOf(it).map(({ kind, text, line }) => ({ kind, line, text })),
    step: steps,
    groups: groups.map(({ name, columns, keyPoints, followsLoss }, group) => ({
      name,
      ...(followsLoss && { followsLoss }),
      sources: sourcesOf(it, group),
      keyPoints: keyPoints.map(({ step, what, rate }) => ({ step, what, rate })),
      ...Object.fromEntries(columns.map((column) => [column.name, steps.map((t) => column.values[t - 1])])),
    })),
  };
}

function described(it: Plan, line: TruthLine, file: string, every: number | undefined): string {
  const { run, groups } = line;
  const { detection, configuration } = it;
  const epoch =
    suggestedRun(configuration).stepsPerEpoch === run.stepsPerEpoch ? "of them an epoch" : "taken for an epoch";
  const length = `${count(run.steps)} steps, ${count(run.stepsPerEpoch)} ${epoch}`;
  const heading = `${configuration.optimizer} · ${file}:${detection.line} · ${detection.frameworkTitle} · ${length}\n`;
  const told = alike(line, it, file);
  const warned = (wanted: Warning["kind"]) =>
    warningsOf(it).flatMap(({ kind, text, line: at }) => (kind === wanted ? [`  ${withFile(text, file, at)}\n`] : []));
  const [warnings, remarks] = [warned("warning"), warned("remark")];
  const notes = detection.notes.map(({ text }) => `  ${withFile(text, file, detection.line)}\n`);
  return [
    heading,
    ...told.map(({ names, text }) => (groups.length > 1 ? `${names.join(", ")}\n${text}` : text)),
    ...(warnings.length > 0 ? [`Warnings\n${warnings.join("")}`] : []),
    ...(remarks.length > 0 ? [`Remarks\n${remarks.join("")}`] : []),
    ...(notes.length > 0 ? [`As it was read\n${notes.join("")}`] : []),
    stepByStep(line, every ?? Math.max(1, Math.ceil(run.steps / rows))),
  ].join("\n");
}
/** Groups of which there is the same to say are told of together. */
function alike({ groups, run }: TruthLine, it: Plan, file: string) {
  const told: { names: string[]; text: string }[] = [];
  groups.forEach((group, index) => {
    const text = keyPoints(group, index, it, file, run.stepsPerEpoch) + sources(index, it, file);
    const same = told.find((one) => one.text === text);
    if (same) same.names.push(group.name);
    else told.push({ names: [group.name], text });
  });
  return told;
}
function keyPoints(group: TruthGroup, index: number, it: Plan, file: string, stepsPerEpoch: number): string {
  const written = sourcesOf(it, index);
  const from = group.keyPoints.map(({ from: names }) => {
    const found = written.filter((source) => isAmong(source, names));
    return found.map(({ symbol, line }) => `${symbol} ${file}:${line}`).join(", ");
  });
  const cells = group.keyPoints.map(({ what, step, rate }) => [
    what,
    count(step),
    count(Math.floor((step - 1) / stepsPerEpoch)),
    spellRate(rate),
  ]);
  const lines = table([["", "step", "epoch", "η"], ...cells]).split("\n");
  return lines.map((line, i) => (i > 0 && from[i - 1] ? `${line}   ${from[i - 1] ?? ""}` : line)).join("\n");
}
function sources(index: number, it: Plan, file: string): string {
  const found = sourcesOf(it, index);
  if (found.length === 0) return "";
  const lines = table(found.map(({ symbol, value }) => [symbol, value])).split("\n");
  return found
    .map(
      ({ label, line, via }, i) =>
        `${lines.at(i) ?? ""}   ${label}, ${file}:${line}${via === undefined ? "" : `, ${via}`}\n`,
    )
    .join("");
}

/** What moves, at every so-many-th step. */
function stepByStep({ run, groups }: TruthLine, every: number): string {
  const shown = groups.flatMap(({ name, columns }) =>
    columns
      .filter((column) => column.name === "learningRate" || column.moves)
      .map((column) => ({ head: groups.length > 1 ? `${name} ${column.symbol}` : column.symbol, ...column })),
  );
  const body = stepsShown(run.steps, every).map((step) => [
    count(step),
    spell((step - 1) / run.stepsPerEpoch),
    ...shown.map(({ name, values }) => (name === "learningRate" ? spellRate : spell)(values[step - 1] ?? Number.NaN)),
  ]);
  return table([["step", "epoch", ...shown.map(({ head }) => head)], ...body]);
}
