import { labs } from "../core/labs/index.ts";
import { optimizers } from "../core/optimizers/index.ts";
import { problems } from "../core/problems/index.ts";
import { schedules } from "../core/schedules/index.ts";
import { type Argument, libraries, schedules as scheduleWords } from "../documents/vocabulary/index.ts";
import type { Hyperparameter, Hyperparameters } from "../protocol/index.ts";

/** As much of a JSON schema as is filled in here. */
export interface Schema {
  [key: string]: unknown;
  description?: string;
  enum?: unknown[];
  enumDescriptions?: string[];
  anyOf?: Schema[];
  properties?: Record<string, Schema>;
  definitions?: Record<string, Schema>;
}
interface Owner {
  readonly name: string;
  readonly hyperparameters: Hyperparameters;
}

/**
 * The schema of experiment files: `frame` with every lab, problem, optimizer, schedule, knob and library's word that there is
 * put in. The frame's own properties are kept where both say one.
 */
export function experimentSchema(frame: Schema): Schema {
  const schema = JSON.parse(JSON.stringify(frame)) as Schema;
  const definition = (name: string): Schema => schema.definitions?.[name] ?? {};
  Object.assign(schema.properties?.["lab"] ?? {}, {
    enum: labs.map(({ name }) => name),
    enumDescriptions: labs.map(({ question }) => question),
  });
  fill(schema.properties?.["controls"], knobs(labs.map(({ name, controls }) => ({ name, hyperparameters: controls }))));
  takeLists(schema.properties?.["controls"]?.properties ?? {});
  const problem = definition("problem");
  Object.assign(problem.properties?.["name"] ?? {}, {
    enum: problems.map(({ name }) => name),
    enumDescriptions: problems.map(({ title }) => title),
  });
  fill(problem, knobs(problems));
  for (const { title, texts = {} } of problems)
    for (const [name, { meaning, default: standard }] of Object.entries(texts))
      problem.properties = {
        [name]: { description: `${meaning} (${title})`, type: "string", default: standard },
        ...problem.properties,
      };
  const configuration = definition("configuration").properties ?? {};
  offer(
    configuration["framework"],
    libraries.map(({ name }) => name),
  );
  offer(
    configuration["optimizer"],
    optimizers.map(({ name }) => name),
  );
  fill(definition("hyperparameters"), { ...words(), ...knobs(optimizers) });
  offer(
    definition("scheduleName"),
    schedules.map(({ name }) => name),
  );
  fill(definition("schedule"), knobs(schedules));
  return schema;
}
/** Controls that some lab takes as a list too, or as a list alone. */
function takeLists(controls: Record<string, Schema>): void {
  const all = labs.flatMap(({ name, lists = {} }) =>
    Object.entries(lists).map(([list, it]) => ({ list, meaning: `${name}, as a list: ${it?.meaning ?? ""}` })),
  );
  for (const list of new Set(all.map((it) => it.list))) {
    const { description, default: standard, ...kind } = controls[list] ?? {};
    const meanings = all.filter((it) => it.list === list).map(({ meaning }) => meaning);
    const row: Schema = { type: "array", items: { type: "number" }, minItems: 1 };
    const kinds = Object.keys(kind).length === 0 ? [] : (kind.anyOf ?? [kind]);
    controls[list] = {
      description: [...(description === undefined ? [] : [description]), ...meanings].join("\n"),
      ...(kinds.length === 0 ? row : { anyOf: [...kinds, row] }),
      ...(standard !== undefined && { default: standard }),
    };
  }
}
/** Names to choose from, where any other text is taken too. */
function offer(it: Schema | undefined, names: string[]): void {
  const first = it?.anyOf?.at(0);
  if (first) first.enum = names;
}
function fill(it: Schema | undefined, more: Record<string, Schema>): void {
  if (it) it.properties = { ...more, ...it.properties };
}

/** Every knob of some owners under its name; one that several have in different senses says whose is whose. */
function knobs(owners: readonly Owner[]): Record<string, Schema> {
  const found = new Map<string, { owner: string; knob: Hyperparameter }[]>();
  for (const { name: owner, hyperparameters } of owners)
    for (const [name, knob] of Object.entries(hyperparameters))
      found.set(name, [...(found.get(name) ?? []), { owner, knob }]);
  return Object.fromEntries([...found].map(([name, all]) => [name, merged(name, all)]));
}
function merged(name: string, all: readonly { owner: string; knob: Hyperparameter }[]): Schema {
  const meanings = new Map<string, string[]>();
  for (const { owner, knob } of all) {
    const meaning = `${knob.symbol}: ${knob.meaning}`;
    meanings.set(meaning, [...(meanings.get(meaning) ?? []), owner]);
  }
  const description =
    meanings.size === 1
      ? [...meanings.keys()].join("")
      : [...meanings].map(([meaning, owners]) => `${owners.join(", ")}: ${meaning}`).join("\n");
  const kinds = all.map(({ knob }) => kindOf(knob, spelledChoices(name) ?? knob.choices));
  const [first = {}] = kinds;
  const same = kinds.every((kind) => JSON.stringify(kind) === JSON.stringify(first));
  const choices = kinds.flatMap((kind) => kind.enum ?? []);
  const standards = new Set(all.map(({ knob }) => knob.default));
  return {
    description,
    ...(same ? first : choices.length > 0 ? { anyOf: [{ enum: [...new Set(choices)] }, { type: "number" }] } : loose),
    ...(standards.size === 1 && all[0] && { default: all[0].knob.default }),
  };
}
const loose: Schema = { type: ["number", "boolean"] };
/** The words that libraries have for the values of a choice: those that files are read and written in. */
function spelledChoices(name: string): readonly string[] | undefined {
  const all = [...libraries.flatMap(({ optimizers: of }) => of), ...Object.values(scheduleWords)];
  const found = all
    .flatMap((it) => it?.arguments ?? [])
    .filter(({ names, choices }) => choices && names.includes(name));
  return found.length === 0 ? undefined : [...new Set(found.flatMap(({ choices }) => choices ?? []))];
}
function kindOf({ scale, valid = {} }: Hyperparameter, choices: readonly string[] | undefined): Schema {
  if (scale === "flag") return { type: ["boolean", "integer"] };
  if (choices) return { enum: [...choices, ...choices.map((_, i) => i)] };
  const { least, above, most, below } = valid;
  return {
    type: "number",
    ...(least !== undefined && { minimum: least }),
    ...(above !== undefined && { exclusiveMinimum: above }),
    ...(most !== undefined && { maximum: most }),
    ...(below !== undefined && { exclusiveMaximum: below }),
  };
}

/** Every word that a library has for a hyperparameter. */
function words(): Record<string, Schema> {
  const said = new Map<string, { titles: Set<string>; names: Set<string>; types: Set<string> }>();
  for (const { title, optimizers: all } of libraries)
    for (const argument of all.flatMap((it) => it.arguments)) {
      const it = said.get(argument.word) ?? { titles: new Set(), names: new Set(), types: new Set() };
      it.titles.add(title);
      for (const name of argument.names) it.names.add(name);
      for (const type of typesOf(argument)) it.types.add(type);
      said.set(argument.word, it);
    }
  return Object.fromEntries(
    [...said].map(([word, { titles, names, types }]) => [
      word,
      { description: `${[...titles].join(", ")}: their word for ${[...names].join(", ")}.`, type: [...types] },
    ]),
  );
}
const typesOf = ({ names, flag, choices }: Argument): string[] => [
  ...(flag ? ["boolean", "integer"] : names.length > 1 ? ["array"] : choices ? ["string", "number"] : ["number"]),
  "null",
];
