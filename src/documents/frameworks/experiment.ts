import type { Configuration, Other, ParameterGroup } from "../../protocol/index.ts";
import type { Detection, DocumentReading, Experiment, FileFacts, Framework, Printed, Spelled } from "../document.ts";
import { type JsonNode, numberIn, parseJson, plain, property, textIn } from "../formats/json.ts";
import { writeConfiguration } from "./experimentWrite.ts";
import {
  canonicalOptimizer,
  frameworkTitle,
  optimizerVocabulary,
  readValues,
  type Vocabulary,
} from "./experimentWords.ts";
import { readAround, readClip } from "./experimentAround.ts";
import { adding, addingAll, defaultAt, writtenAt, type Context, type Origins } from "./experimentPlaces.ts";
import { readSchedule } from "./experimentSchedule.ts";

/** Problems that are given by data: every number they need is theirs, none is a knob. */
export const problemsByData: ReadonlySet<string> = new Set([
  "gradients",
  "quadratic",
  "rosenbrock",
  "softmax regression",
  "logistic regression",
  "network",
  "matrix least squares",
]);
/** Words for the values of problems' knobs that are choices, by index. */
export const problemChoices: Readonly<Record<string, readonly string[]>> = { activation: ["tanh", "ReLU"] };
/** Name of the only group where a file makes none. */
const everything = "all parameters";

/** What an experiment file says. Never throws; a file without a configuration has no detection. */
export function readExperiment(text: string): DocumentReading {
  const { root, problems } = parseJson(text);
  const configuration = property(root, "configuration");
  const written = textIn(property(configuration, "optimizer"));
  if (!root || !configuration || written === undefined) return { detections: [], facts: {} };
  const context = { text, whole: problems.length === 0, lineAt: lineFinder(text) };
  const detection = detect(context, root, configuration, written);
  const { batchSize, epochs, steps, clip } = detection.configuration;
  const facts: FileFacts = {
    ...(batchSize !== undefined && { batchSize }),
    ...(epochs !== undefined && { epochs }),
    ...(steps !== undefined && { steps }),
    ...(clip?.type === "norm" && { gradClip: clip.max }),
  };
  return { detections: [detection], facts };
}
function lineFinder(text: string): (offset: number) => number {
  const starts = [0];
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  return (offset) => {
    let [low, high] = [0, starts.length];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle;
    }
    return low + 1;
  };
}

function detect(context: Context, root: JsonNode, node: JsonNode, written: string): Detection {
  const { configuration, origins } = readConfiguration(context, node, written);
  const others = (property(root, "others")?.items ?? []).flatMap((it, i) => readOther(context, it, i));
  return {
    framework: "experiment",
    frameworkTitle: frameworkTitle(configuration.framework),
    span: node.span,
    line: context.lineAt(node.span.from),
    configuration,
    origins,
    spelled: spell(node, written),
    notes: [],
    experiment: { ...readRun(root), ...(others.length > 0 && { others }) },
  };
}
/** One of those that the configuration is compared with. */
function readOther(context: Context, node: JsonNode, index: number): Other[] {
  const configuration = property(node, "configuration");
  const written = textIn(property(configuration, "optimizer"));
  if (!configuration || written === undefined) return [];
  const label = textIn(property(node, "label")) ?? `${written} ${index + 1}`;
  return [{ label, configuration: readConfiguration(context, configuration, written).configuration }];
}

function readConfiguration(context: Context, node: JsonNode, written: string) {
  const framework = textIn(property(node, "framework")) ?? "torch";
  const optimizer = canonicalOptimizer(framework, written);
  const given = property(node, "groups")?.items ?? [];
  const read = (given.length > 0 ? given : [undefined]).map((group, index) =>
    readGroup(context, node, group, index, written, given),
  );
  const version = textIn(property(node, "version"));
  const clip = readClip(node, framework);
  const around = readAround(node, framework);
  const counts = (["batchSize", "steps", "epochs", "stepsPerEpoch", "accumulation"] as const).flatMap((name) => {
    const value = numberIn(property(node, name));
    return value === undefined ? [] : [[name, value] as const];
  });
  const configuration: Configuration = {
    framework,
    ...(version !== undefined && { version }),
    optimizer,
    groups: read.map(({ group }) => group),
    ...Object.fromEntries(counts),
    ...(clip && { clip }),
    ...(around && { around }),
  };
  return { configuration, origins: read.map(({ origins }) => origins) };
}
/** Lab, seed, controls and problem. */
function readRun(root: JsonNode): Experiment {
  const problem = property(root, "problem");
  const name = textIn(property(problem, "name"));
  const controls = Object.fromEntries(
    (property(root, "controls")?.properties ?? []).flatMap(({ name: control, value: { value } }) =>
      typeof value === "number" ? [[control, value]] : typeof value === "boolean" ? [[control, Number(value)]] : [],
    ),
  );
  const lists = Object.fromEntries(
    (property(root, "controls")?.properties ?? []).flatMap(({ name: control, value: { items } }) =>
      items ? [[control, items.map((item) => numberIn(item) ?? NaN)]] : [],
    ),
  );
  const run = {
    lab: textIn(property(root, "lab")) ?? "training",
    seed: numberIn(property(root, "seed")) ?? 1,
    controls,
    ...(Object.keys(lists).length > 0 && { lists }),
  };
  if (problem === undefined || name === undefined) return run;
  const values: Record<string, number> = {};
  const data: Record<string, unknown> = {};
  for (const { name: key, value } of problem.properties ?? []) {
    if (key === "name") continue;
    const knob = knobOf(key, value.value);
    if (knob !== undefined && !problemsByData.has(name)) values[key] = knob;
    else data[key] = plain(value);
  }
  return {
    ...run,
    problem: {
      name,
      ...(Object.keys(values).length > 0 && { values }),
      ...(Object.keys(data).length > 0 && { data }),
    },
  };
}

/** A knob of a problem: a number, or the index of its word. */
function knobOf(name: string, written: unknown): number | undefined {
  if (typeof written === "number") return written;
  const index = problemChoices[name]?.findIndex((word) => word === written) ?? -1;
  return index < 0 ? undefined : index;
}

function readGroup(
  context: Context,
  configuration: JsonNode,
  node: JsonNode | undefined,
  index: number,
  optimizer: string,
  all: readonly JsonNode[],
): { group: ParameterGroup; origins: Origins } {
  const framework = textIn(property(configuration, "framework")) ?? "torch";
  const vocabulary = optimizerVocabulary(framework, optimizer, textIn(property(configuration, "version")));
  const base = property(configuration, "hyperparameters");
  const own = property(node, "hyperparameters");
  const shared = readValues(base?.properties ?? [], vocabulary, optimizer).found;
  const overridden = readValues(own?.properties ?? [], vocabulary, optimizer).found;
  const values: Record<string, number> = { ...vocabulary.defaults };
  const origins: Origins = {};
  for (const [name, found] of [...shared, ...overridden]) {
    values[name] = found.value;
    origins[name] = writtenAt(context, found.node, name);
  }
  const target = own ?? base;
  const unsaid = vocabulary.arguments
    .flatMap(({ names }) => names)
    .filter((name) => origins[name] === undefined && !all.some((it) => saysSomewhere(it, vocabulary, name)));
  for (const name of Object.keys(values))
    origins[name] ??= defaultAt(
      context,
      target ?? configuration,
      target ? adding(context, target, name, name, vocabulary) : addingAll(context, configuration, unsaid, vocabulary),
    );
  const size = numberIn(property(node, "size"));
  const empty = size === 0 ? property(node, "size")?.span : undefined;
  if (empty) origins["size"] = { kind: "written", span: empty, line: context.lineAt(empty.from) };
  const chosen = property(node, "schedule") ?? property(node, "scheduler");
  const others = (property(node, "schedules") ?? property(configuration, "schedules"))?.properties?.flatMap(
    ({ name, value }) => {
      const other = readSchedule(context, framework, value, `schedules.${name}.`, origins);
      return other ? [[name, other] as const] : [];
    },
  );
  const schedule = readSchedule(
    context,
    framework,
    chosen ?? property(configuration, "schedule") ?? property(configuration, "scheduler"),
    "schedule.",
    origins,
  );
  const group: ParameterGroup = {
    name: textIn(property(node, "name")) ?? (all.length > 0 ? `group ${index}` : everything),
    values,
    ...(schedule && { schedule }),
    ...(others && others.length > 0 && { schedules: Object.fromEntries(others) }),
    ...(size !== undefined && { size }),
  };
  return { group, origins };
}
const saysSomewhere = (group: JsonNode, vocabulary: Vocabulary, name: string): boolean =>
  readValues(property(group, "hyperparameters")?.properties ?? [], vocabulary, "").found.has(name);

/** As written, for those who want the file's own words. */
function spell(node: JsonNode, optimizer: string): Spelled {
  const printed = (it: JsonNode | undefined) => (it ? (plain(it) as Record<string, Printed>) : {});
  const schedule = property(node, "schedule") ?? property(node, "scheduler");
  const { name, ...args } = printed(schedule);
  const groups = property(node, "groups")?.items?.map(printed);
  return {
    optimizer,
    hyperparameters: printed(property(node, "hyperparameters")),
    ...(typeof name === "string" && { scheduler: { name, args } }),
    ...(groups && { groups }),
  };
}

/** Experiment files as one more vocabulary; the labs that read and write whole files use the functions beside it. */
export const experiment: Framework = {
  name: "experiment",
  title: "Experiment file",
  recognise: ({ text }) => [...readExperiment(text).detections],
  write: (configuration) => ({ body: writeConfiguration(configuration).replace(/[\\$}]/g, "\\$&"), imports: [] }),
};
