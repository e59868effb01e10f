import type { Span } from "../document.ts";
import { type JsonNode, numberIn, parseJson, property, textIn } from "../formats/json.ts";
import {
  canonicalOptimizer,
  optimizerVocabulary,
  readValues,
  scheduleProperties,
  scheduleVocabulary,
} from "./experimentWords.ts";
import { aroundWords } from "./experimentAround.ts";

export interface ExperimentProblem {
  readonly span: Span;
  /** One sentence. */
  readonly message: string;
}
type Report = (node: JsonNode, message: string) => void;

/** What is wrong with an experiment file and no schema can say: lengths that do not match, words that contradict. */
export function experimentProblems(text: string): ExperimentProblem[] {
  const { root, problems } = parseJson(text);
  const found: ExperimentProblem[] = [...problems];
  const report: Report = (node, message) => found.push({ span: node.span, message });
  if (!root) return found.length > 0 ? found : [{ span: { from: 0, to: 0 }, message: "The file is empty." }];
  const configuration = property(root, "configuration");
  if (!configuration) report(root, 'There is no "configuration": it names the optimizer and its hyperparameters.');
  else checkConfiguration(configuration, report);
  const problem = property(root, "problem");
  if (problem) checkProblem(problem, property(configuration, "groups")?.items ?? [], report);
  return found;
}

function checkConfiguration(node: JsonNode, report: Report): void {
  const written = textIn(property(node, "optimizer"));
  if (written === undefined) {
    report(node, 'The configuration names no "optimizer".');
    return;
  }
  const framework = textIn(property(node, "framework")) ?? "torch";
  const optimizer = canonicalOptimizer(framework, written);
  const vocabulary = optimizerVocabulary(framework, written, textIn(property(node, "version")));
  const around = aroundWords(framework);
  const checkValues = (owner: JsonNode | undefined) => {
    const properties = (property(owner, "hyperparameters")?.properties ?? []).filter(
      ({ name }) => !around.includes(name),
    );
    for (const { node: at, message } of readValues(properties, vocabulary, optimizer).complaints) report(at, message);
    const schedule = property(owner, "schedule") ?? property(owner, "scheduler");
    if (schedule) checkSchedule(schedule, report);
  };
  checkValues(node);
  const groups = property(node, "groups")?.items ?? [];
  groups.forEach(checkValues);
  const names = groups.map((group) => textIn(property(group, "name")));
  groups.forEach((group, i) => {
    if (names[i] !== undefined && names.indexOf(names[i]) < i) report(group, `Two groups are called "${names[i]}".`);
    if (property(group, "size") === undefined && groups.some((it) => property(it, "size")))
      report(group, 'This group has no "size" although another one has: give all or none.');
  });
}

function checkSchedule(node: JsonNode, report: Report): void {
  const name = textIn(property(node, "name") ?? property(node, "schedule"));
  if (name === undefined) {
    if (node.value !== null) report(node, 'The schedule has no "name".');
    return;
  }
  const args = property(node, "args");
  const of = (word: string) => property(node, word) ?? property(args, word);
  for (const { node: at, message } of readValues(scheduleProperties(node), scheduleVocabulary(name), name).complaints)
    report(at, message);
  const milestones = of("milestones") ?? of("points");
  const points = milestones?.items?.map((it) => numberIn(it) ?? Number.NaN) ?? [];
  if (milestones && points.some((point, i) => i > 0 && !(point > (points[i - 1] ?? 0))))
    report(milestones, "Milestones must grow.");
  const parts = of("parts") ?? of("schedulers");
  if (name === "SequentialLR" && parts?.items?.length !== points.length + 1)
    report(
      parts ?? node,
      `SequentialLR has ${parts?.items?.length ?? 0} parts for ${points.length} milestones; it needs one more part than milestones.`,
    );
  if (name === "MultiStepLR" && points.length === 0) report(node, 'MultiStepLR needs "milestones".');
  if (name === "LambdaLR" && textIn(of("formula") ?? of("lr_lambda")) === undefined)
    report(node, 'LambdaLR needs a "formula": its factor as arithmetic in the counter e.');
  for (const part of parts?.items ?? []) checkSchedule(part, report);
}

function checkProblem(node: JsonNode, groups: readonly JsonNode[], report: Report): void {
  const name = textIn(property(node, "name"));
  if (name === undefined) {
    report(node, 'The problem has no "name".');
    return;
  }
  const start = property(node, "start");
  const sizes = [lengthOf(start)];
  if (name === "gradients") sizes.push(checkTable(node, "gradients", report));
  if (name === "quadratic") {
    sizes.push(lengthOf(property(node, "c")));
    const table = property(node, "A");
    sizes.push(table?.items?.some(({ items }) => items) ? checkTable(node, "A", report) : lengthOf(table));
    if (table?.items?.[0]?.items && table.items.length !== table.items[0].items.length)
      report(table, `A has ${table.items.length} rows of ${table.items[0].items.length} numbers; it must be square.`);
  }
  if (name.endsWith("regression") || name === "network" || name === "matrix least squares") {
    checkTable(node, "X", report);
    const rows = lengthOf(property(node, "X"));
    const answers = property(node, name === "matrix least squares" ? "Y" : "y");
    if (answers && rows !== undefined && lengthOf(answers) !== rows)
      report(answers, `There are ${lengthOf(answers) ?? 0} answers for ${rows} rows of X.`);
  }
  const known = sizes.filter((size) => size !== undefined);
  const dimension = known.at(-1);
  if (start && dimension !== undefined && known[0] !== dimension)
    report(start, `The start has ${known[0] ?? 0} coordinates, the problem ${dimension}.`);
  const split = groups.map((group) => numberIn(property(group, "size")));
  const sum = split.reduce<number>((total, size) => total + (size ?? Number.NaN), 0);
  const last = groups.at(-1);
  if (last && dimension !== undefined && Number.isFinite(sum) && sum !== dimension)
    report(last, `The sizes of the groups add up to ${sum}, but the problem has ${dimension} coordinates.`);
}
const lengthOf = (node: JsonNode | undefined): number | undefined => node?.items?.length;

/** Rows of one length; returns it. */
function checkTable(node: JsonNode, name: string, report: Report): number | undefined {
  const rows = property(node, name)?.items;
  const width = rows?.[0]?.items?.length;
  rows?.forEach((row, i) => {
    if (row.items?.length !== width)
      report(row, `Row ${i + 1} of ${name} has ${row.items?.length ?? 0} numbers, the first has ${width ?? 0}.`);
  });
  return width;
}
