import type {
  Configuration,
  Lists,
  Other,
  ParameterGroup,
  ProblemConfiguration,
  ScheduleConfiguration,
} from "../../protocol/index.ts";
import { spellNumber } from "../spelling.ts";
import { type Argument, optimizerWords, schedules } from "../vocabulary/index.ts";

/** All that an experiment file holds. */
export interface ExperimentToWrite {
  readonly configuration: Configuration;
  readonly lab: string;
  readonly seed: number;
  readonly controls: Readonly<Record<string, number>>;
  readonly lists?: Lists;
  readonly problem?: ProblemConfiguration;
  readonly others?: readonly Other[];
}
type Json = number | string | boolean | null | readonly Json[] | { readonly [key: string]: Json };
type JsonObject = Record<string, Json>;

/** The file's text, with canonical names and a newline at its end. What it says reads back as what was given. */
export function writeExperiment({
  configuration,
  lab,
  seed,
  controls,
  lists,
  problem,
  others = [],
}: ExperimentToWrite): string {
  const root: JsonObject = { lab, seed };
  const given: JsonObject = { ...controls };
  for (const [name, numbers = []] of Object.entries(lists ?? {})) given[name] = numbers;
  if (Object.keys(given).length > 0) root["controls"] = given;
  if (problem) root["problem"] = { name: problem.name, ...problem.values, ...withoutText(problem.data) };
  root["configuration"] = describe(configuration);
  if (others.length > 0) root["others"] = others.map((it) => ({ ...it, configuration: describe(it.configuration) }));
  return `${layOut(root, "", 0)}\n`;
}
/** The configuration alone, as it stands in such a file. */
export const writeConfiguration = (configuration: Configuration): string => layOut(describe(configuration), "", 0);

function describe(configuration: Configuration): JsonObject {
  const { framework, version, optimizer, groups, clip, around } = configuration;
  const { batchSize, steps, epochs, stepsPerEpoch, accumulation } = configuration;
  const [first] = groups;
  const words = optimizerWords(framework, optimizer)?.arguments ?? [];
  const shared = first ? pick(first.values, (name, value) => groups.every(({ values }) => values[name] === value)) : {};
  const oneSchedule = groups.every(({ schedule }) => same(schedule, first?.schedule));
  const alone = groups.length === 1 && first?.name === "all parameters" && first.size === undefined && !first.schedules;
  const it: JsonObject = { framework };
  if (version !== undefined) it["version"] = version;
  it["optimizer"] = optimizer;
  for (const [name, value] of Object.entries({ batchSize, steps, epochs, stepsPerEpoch, accumulation }))
    if (value !== undefined) it[name] = value;
  if (clip) it["clip"] = { ...clip };
  if (around) it["around"] = { ...around };
  it["hyperparameters"] = valuesOf(shared, words);
  if (oneSchedule && first?.schedule) it["schedule"] = scheduleOf(first.schedule);
  if (!alone) it["groups"] = groups.map((group) => groupOf(group, shared, words, oneSchedule));
  return it;
}
function groupOf(
  { name, size, values, schedule, schedules: others }: ParameterGroup,
  shared: Readonly<Record<string, number>>,
  words: readonly Argument[],
  oneSchedule: boolean,
): JsonObject {
  const it: JsonObject = { name };
  if (size !== undefined) it["size"] = size;
  const own = pick(values, (key) => !(key in shared));
  if (Object.keys(own).length > 0) it["hyperparameters"] = valuesOf(own, words);
  if (!oneSchedule && schedule) it["schedule"] = scheduleOf(schedule);
  if (others) it["schedules"] = Object.fromEntries(Object.entries(others).map(([key, of]) => [key, scheduleOf(of)]));
  return it;
}
function scheduleOf(written: ScheduleConfiguration): JsonObject {
  const { name, values, points, levels, parts, formula, metrics, interval, frequency, perStep } = written;
  const it: JsonObject = { name, ...valuesOf(values, schedules[name]?.arguments ?? []) };
  if (interval) it["interval"] = interval;
  if (frequency !== undefined) it["frequency"] = frequency;
  if (perStep !== undefined) it["perStep"] = perStep;
  if (points) it["milestones"] = points;
  if (levels) it["levels"] = levels;
  if (formula !== undefined) it["formula"] = formula;
  if (metrics) it["metrics"] = metrics;
  if (parts) it["parts"] = parts.map(scheduleOf);
  return it;
}
/** Flags as true and false, choices as words. */
const valuesOf = (values: Readonly<Record<string, number>>, words: readonly Argument[]): JsonObject =>
  Object.fromEntries(
    Object.entries(values).map(([name, value]) => {
      const word = words.find(({ names }) => names.includes(name));
      const flag = word?.flag && (value === 0 || value === 1);
      return [name, flag ? value === 1 : (word?.choices?.[value] ?? value)];
    }),
  );
const pick = (values: Readonly<Record<string, number>>, keep: (name: string, value: number) => boolean) =>
  Object.fromEntries(Object.entries(values).filter(([name, value]) => keep(name, value)));
/** Of plain data whose keys come in one order. */
const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

const width = 100;
/** Two spaces a level; what is short and flat stands on one line, and rows of numbers fill theirs. */
function layOut(value: Json, indent: string, before: number): string {
  if (value === null || typeof value !== "object") return primitive(value);
  const line = oneLine(value);
  const flat = (Array.isArray(value) ? value : Object.values(value)).every(
    (it) => it === null || typeof it !== "object",
  );
  const fits = indent.length + before + line.length <= width;
  const inner = `${indent}  `;
  if (Array.isArray(value)) {
    const items = value as readonly Json[];
    if (flat && (fits || items.length === 0)) return line;
    if (flat)
      return `[\n${filled(
        items.map((it) => primitive(it as number)),
        inner,
      )}\n${indent}]`;
    return `[\n${items.map((it) => inner + layOut(it, inner, 0)).join(",\n")}\n${indent}]`;
  }
  const entries = Object.entries(value as JsonObject);
  if (entries.length === 0) return "{}";
  if (flat && fits && indent !== "") return line;
  const lines = entries.map(([name, it]) => {
    const key = `${JSON.stringify(name)}: `;
    return `${inner}${key}${layOut(it, inner, key.length)}`;
  });
  return `{\n${lines.join(",\n")}\n${indent}}`;
}
function filled(items: readonly string[], indent: string): string {
  const lines: string[] = [];
  let line = indent;
  items.forEach((item, i) => {
    const text = i < items.length - 1 ? `${item}, ` : item;
    if (line.length + text.trimEnd().length > width && line !== indent) {
      lines.push(line.trimEnd());
      line = indent;
    }
    line += text;
  });
  return [...lines, line].join("\n");
}
function oneLine(value: Json): string {
  if (value === null || typeof value !== "object") return primitive(value);
  if (Array.isArray(value)) return `[${(value as readonly Json[]).map(oneLine).join(", ")}]`;
  const entries = Object.entries(value as JsonObject).map(([name, it]) => `${JSON.stringify(name)}: ${oneLine(it)}`);
  return entries.length === 0 ? "{}" : `{ ${entries.join(", ")} }`;
}
/** JSON has no NaN and no infinity: null says that there is no number. */
const primitive = (value: number | string | boolean | null): string =>
  typeof value === "number" ? (Number.isFinite(value) ? spellNumber(value) : "null") : JSON.stringify(value);

/** A file of data is named, not written out. */
const withoutText = (data: Readonly<Record<string, unknown>> | undefined): JsonObject =>
  Object.fromEntries(Object.entries(data ?? {}).filter(([name]) => name !== "text")) as JsonObject;
