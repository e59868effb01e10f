import { type JsonNode, type JsonProperty, property } from "../formats/json.ts";
import {
  type Argument,
  canonicalNames,
  defaultsOf,
  findLibrary,
  libraryDefaults,
  optimizerWords,
  schedules,
  torchOptimizers,
} from "../vocabulary/index.ts";

/** What a hyperparameter may be called in an experiment file: its canonical name, and its library's word. */
export interface Vocabulary {
  /** In the order of the library's signature. */
  readonly arguments: readonly Argument[];
  /** Canonical names beside those: what other libraries have a word for, or settle otherwise. */
  readonly more: readonly string[];
  /** What holds where nothing is written. */
  readonly defaults: Readonly<Record<string, number>>;
  /** False where the file may say names we have never heard of. */
  readonly known: boolean;
}
/** Words of libraries that change speed or memory, and no number. */
const indifferent = new Set(["foreach", "fused", "capturable", "differentiable", "verbose", "last_epoch"]);
indifferent.add("last_batch_iteration").add("monitor");
/** Names of a schedule's properties that are not hyperparameters. */
const structural = new Set([
  ...[
    "name",
    "schedule",
    "args",
    "interval",
    "frequency",
    "perStep",
    "formula",
    "metrics",
    "points",
    "levels",
    "parts",
  ],
  ...Object.values(schedules).flatMap((words) => [
    ...[words?.points, words?.levels, words?.pieces, words?.parts, words?.repeats?.word, words?.formula],
    ...(words?.points === undefined ? [] : ["milestones"]),
  ]),
]);

/** Of an optimizer as a file calls it: by its class in a library, or by its canonical name. */
export function optimizerVocabulary(framework: string, written: string, version?: string): Vocabulary {
  const words = optimizerWords(framework, written);
  const more = canonicalNames(canonicalOptimizer(framework, written));
  if (!words) return { arguments: [], more, defaults: {}, known: more.length > 0 };
  const ofTrainer = framework === "transformers" && torchOptimizers[words.optimizer] === words;
  return {
    arguments: words.arguments,
    more,
    // The Trainer gives PyTorch's optimizers another rate and no weight decay.
    defaults: { ...libraryDefaults(words, version), ...(ofTrainer && { learningRate: 5e-5, weightDecay: 0 }) },
    known: true,
  };
}
export const scheduleVocabulary = (name: string): Vocabulary => {
  const words = schedules[name];
  const all = words?.arguments ?? [];
  return { arguments: all, more: words?.more ?? [], defaults: defaultsOf(all), known: words !== undefined };
};
/** The canonical name of an optimizer as its library, or anybody, writes it: "RMSprop", "adamw". */
export function canonicalOptimizer(framework: string, written: string): string {
  const words = optimizerWords(framework, written);
  return words?.optimizer ?? written;
}

/** As the panel prints it: whose arithmetic is meant, and whose defaults stand in for what a file does not say. */
export const frameworkTitle = (framework: string): string => findLibrary(framework)?.title ?? framework;

/** A number found under one of a hyperparameter's names. */
export interface Found {
  readonly name: string;
  readonly value: number;
  readonly node: JsonNode;
  readonly canonical: boolean;
}
export interface Complaint {
  readonly node: JsonNode;
  readonly message: string;
}

/** The canonical hyperparameters that an object says, the canonical word winning over the library's. */
export function readValues(
  properties: readonly JsonProperty[],
  vocabulary: Vocabulary,
  owner: string,
): { found: Map<string, Found>; complaints: Complaint[] } {
  const found = new Map<string, Found>();
  const complaints: Complaint[] = [];
  const complain = (node: JsonNode, message: string) => complaints.push({ node, message });
  const take = (it: Found) => {
    const former = found.get(it.name);
    if (former && former.canonical !== it.canonical)
      complain(it.node, `${it.name} is given twice, in two words; the number under "${it.name}" counts.`);
    if (!former?.canonical || it.canonical) found.set(it.name, it);
  };
  for (const { name: word, value: node } of properties) {
    const byName = vocabulary.arguments.find(({ names }) => names.includes(word));
    const argument = vocabulary.arguments.find((it) => it.word === word) ?? byName;
    if ((node.value === null && argument?.none === undefined) || indifferent.has(word)) continue;
    const canonical = argument === undefined || argument.word !== word || argument.names.includes(word);
    if (!argument && vocabulary.known && !vocabulary.more.includes(word)) {
      if (word === "decoupled_weight_decay" && node.value === true) continue; // what AdamW always does
      complain(
        node,
        `${owner} has no "${word}"; it has ${listed(vocabulary.arguments.flatMap(({ names }) => names))}.`,
      );
      continue;
    }
    const names = argument?.word === word ? argument.names : [word];
    // A flag says the same of all its names.
    const nodes = argument?.flag ? names.map(() => node) : names.length > 1 ? (node.items ?? []) : [node];
    if (nodes.length !== names.length) {
      complain(node, `"${word}" needs ${names.length} numbers: ${names.join(" and ")}.`);
      continue;
    }
    names.forEach((name, i) => {
      const part = nodes[i];
      if (part?.value === null && argument?.none === undefined) return;
      const value = part && numeric(part, argument);
      if (part && value !== undefined) take({ name, value, node: part, canonical });
      else
        complain(
          part ?? node,
          `"${word}" needs ${argument?.choices ? `one of ${listed(argument.choices)}` : "a number"}.`,
        );
    });
  }
  return { found, complaints };
}
const listed = (names: readonly string[]): string => (names.length > 0 ? [...new Set(names)].join(", ") : "none");

/** true is 1, a choice its index. */
function numeric(node: JsonNode, argument: Argument | undefined): number | undefined {
  const { value } = node;
  if (argument?.none !== undefined && (value === null || value === "inf")) return argument.none;
  if (typeof value === "boolean") return value ? 1 : 0;
  if (typeof value !== "string") return typeof value === "number" && Number.isFinite(value) ? value : undefined;
  const index = argument?.choices?.indexOf(value) ?? -1;
  return index < 0 ? undefined : index;
}

/** A schedule's own numbers: its properties, and those of `args` as libraries call them. */
export function scheduleProperties(node: JsonNode): JsonProperty[] {
  const own = (node.properties ?? []).filter(({ name }) => !structural.has(name));
  const args = property(node, "args")?.properties ?? [];
  return [...args.filter(({ name }) => !structural.has(name)), ...own];
}
