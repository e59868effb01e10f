import type { ScheduleConfiguration } from "../../protocol/index.ts";
import { type JsonNode, type JsonProperty, numberIn, property, textIn } from "../formats/json.ts";
import { canonicalSchedule, schedules, scheduleTypes, type ScheduleWords } from "../vocabulary/index.ts";
import { adding, defaultAt, writtenAt, type Context, type Origins } from "./experimentPlaces.ts";
import { readValues, scheduleProperties, scheduleVocabulary } from "./experimentWords.ts";

/** A schedule's object taken apart, in canonical words or in its library's. */
export interface ScheduleNode {
  /** Canonical. */
  readonly name: string;
  /** Its numbers. */
  readonly properties: readonly JsonProperty[];
  readonly args: JsonNode | undefined;
  readonly points: JsonNode | undefined;
  readonly levels: JsonNode | undefined;
  readonly formula: JsonNode | undefined;
  /** The list of them, and each with the name that it does not say itself. */
  readonly list: JsonNode | undefined;
  readonly parts: readonly { readonly node: JsonNode; readonly named?: string }[] | undefined;
}
/** Undefined where it has no name; `named` is the name of one that says none. */
export function scheduleNode(framework: string, node: JsonNode, named?: string): ScheduleNode | undefined {
  const written = textIn(property(node, "name") ?? property(node, "schedule")) ?? named;
  if (written === undefined) return undefined;
  const short = framework === "transformers" ? scheduleTypes[written] : undefined;
  const name = short ?? canonicalSchedule(framework, written);
  const words: Partial<ScheduleWords> = schedules[name] ?? {};
  const args = property(node, "args");
  const of = (...all: (string | undefined)[]): JsonNode | undefined => {
    for (const word of all) {
      // "schedule" beside the arguments is the name.
      const it = word && ((word === "schedule" ? undefined : property(node, word)) ?? property(args, word));
      if (it) return it;
    }
    return undefined;
  };
  const repeated = words.repeats && of(words.repeats.word);
  const list = of("parts", words.parts, "schedulers") ?? repeated;
  const own = list === repeated && words.repeats ? { named: words.repeats.name } : {};
  return {
    name,
    properties: (named === undefined ? scheduleProperties(node) : bareProperties(node)).filter(
      (it) => name !== "OneCycleLR" || !lengthInEpochs.includes(it.name),
    ),
    args,
    points: of("points", words.points, "milestones", words.pieces),
    levels: of("levels", words.levels, words.pieces),
    formula: of("formula", words.formula, "lr_lambda"),
    list,
    parts: list?.items?.map((item) => ({ node: item, ...own })),
  };
}
/** OneCycleLR's other way to say its length. */
const lengthInEpochs = ["epochs", "steps_per_epoch"];
function cycleLength({ name, args }: ScheduleNode): number | undefined {
  const [epochs, each] = lengthInEpochs.map((word) => numberIn(property(args, word)));
  return name === "OneCycleLR" && epochs !== undefined && each !== undefined ? epochs * each : undefined;
}
/** One of a list of arguments: all of it is numbers, unless it is written as a schedule after all. */
const bareProperties = (node: JsonNode): readonly JsonProperty[] =>
  property(node, "name") || property(node, "args") ? scheduleProperties(node) : (node.properties ?? []);

/** Numbers of a list; of a mapping from counts its keys, or its values. */
export function numbersIn(node: JsonNode | undefined, of: "keys" | "values"): number[] | undefined {
  if (node?.items) return node.items.flatMap((it) => numberIn(it) ?? []);
  return node?.properties?.flatMap(({ name, value }) => (of === "keys" ? Number(name) : (numberIn(value) ?? [])));
}

/** The schedule in canonical words; origins are noted under `prefix`. */
export function readSchedule(
  context: Context,
  framework: string,
  node: JsonNode | undefined,
  prefix: string,
  origins: Origins,
  named?: string,
): ScheduleConfiguration | undefined {
  const it = node && scheduleNode(framework, node, named);
  if (!node || !it) return undefined;
  const vocabulary = scheduleVocabulary(it.name);
  const { found } = readValues(it.properties, vocabulary, it.name);
  const values: Record<string, number> = { ...vocabulary.defaults };
  for (const [key, { value, node: at }] of found) {
    values[key] = value;
    origins[prefix + key] = writtenAt(context, at, prefix + key);
  }
  const inEpochs = found.has("length") ? undefined : cycleLength(it);
  if (inEpochs !== undefined) values["length"] = inEpochs;
  for (const key of Object.keys(values))
    origins[prefix + key] ??= defaultAt(context, node, adding(context, it.args ?? node, key, prefix + key, vocabulary));
  const nameNode = property(node, "name") ?? property(node, "schedule");
  for (const [key, at] of [["name", nameNode] as const, ["points", it.points] as const])
    if (at) origins[prefix + key] = { kind: "written", span: at.span, line: context.lineAt(at.span.from) };
  const points = numbersIn(it.points, "keys");
  const levels = numbersIn(it.levels, "values");
  const parts = it.parts?.flatMap(
    (part, i) => readSchedule(context, framework, part.node, `${prefix}parts.${i}.`, origins, part.named) ?? [],
  );
  const formula = textIn(it.formula);
  const metrics = numbersIn(property(node, "metrics") ?? property(it.args, "metrics"), "values");
  const interval = textIn(property(node, "interval"));
  const frequency = numberIn(property(node, "frequency"));
  const perStep = numberIn(property(node, "perStep"));
  return {
    name: it.name,
    values,
    ...(points && { points }),
    ...(levels && { levels }),
    ...(parts && { parts }),
    ...(formula !== undefined && { formula }),
    ...(metrics && { metrics }),
    ...((interval === "step" || interval === "epoch") && { interval }),
    ...(frequency !== undefined && { frequency }),
    ...(perStep !== undefined && { perStep }),
  };
}
