import type { Span } from "../document.ts";
import { type JsonNode, numberIn, parseJson, property, textIn } from "../formats/json.ts";
import { canonicalOptimizer, optimizerVocabulary, readValues, scheduleVocabulary } from "./experimentWords.ts";
import { aroundWords } from "./experimentAround.ts";
import { numbersIn, scheduleNode } from "./experimentSchedule.ts";

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
  for (const other of property(root, "others")?.items ?? []) {
    const own = property(other, "configuration");
    if (own) checkConfiguration(own, report);
    else report(other, 'This one has no "configuration" to compare with.');
  }
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
    if (schedule) checkSchedule(framework, schedule, report);
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

function checkSchedule(framework: string, node: JsonNode, report: Report, named?: string): void {
  const it = scheduleNode(framework, node, named);
  if (!it) {
    if (node.value !== null) report(node, 'The schedule has no "name".');
    return;
  }
  const { name } = it;
  for (const { node: at, message } of readValues(it.properties, scheduleVocabulary(name), name).complaints)
    report(at, message);
  const points = numbersIn(it.points, "keys") ?? [];
  const levels = numbersIn(it.levels, "values") ?? [];
  const inOrder = it.points?.items !== undefined; // the boundaries of a mapping are sorted where it is used
  if (it.points && inOrder && points.some((point, i) => i > 0 && !(point > (points[i - 1] ?? 0))))
    report(it.points, "Milestones must grow.");
  if ((name === "SequentialLR" || name === "join_schedules") && it.parts?.length !== points.length + 1)
    report(
      it.list ?? node,
      `${name} has ${it.parts?.length ?? 0} parts for ${points.length} milestones; it needs one more part than milestones.`,
    );
  if (name === "PiecewiseConstantDecay" && levels.length !== points.length + 1)
    report(
      it.levels ?? node,
      `${name} has ${levels.length} values for ${points.length} boundaries; it needs one more value than boundaries.`,
    );
  if (name === "MultiStepLR" && points.length === 0) report(node, 'MultiStepLR needs "milestones".');
  if (name === "LambdaLR" && textIn(it.formula) === undefined)
    report(node, 'LambdaLR needs a "formula": its factor as arithmetic in the counter e.');
  for (const part of it.parts ?? []) checkSchedule(framework, part.node, report, part.named);
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
    const width = checkTable(node, "X", report);
    const rows = lengthOf(property(node, "X"));
    const answers = property(node, name === "matrix least squares" ? "Y" : "y");
    if (answers && rows !== undefined && lengthOf(answers) !== rows)
      report(answers, `There are ${lengthOf(answers) ?? 0} answers for ${rows} rows of X.`);
    if (name === "network") sizes.push(parametersOf(property(node, "sizes")));
    if (name === "logistic regression" && width !== undefined) sizes.push(width + 1);
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
/** Weights and biases of the layers between these sizes. */
function parametersOf(node: JsonNode | undefined): number | undefined {
  const sizes = node?.items?.flatMap((it) => numberIn(it) ?? []) ?? [];
  const layers = sizes.slice(1).map((outputs, l) => ((sizes[l] ?? 0) + 1) * outputs);
  return layers.length > 0 ? layers.reduce((sum, n) => sum + n) : undefined;
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
