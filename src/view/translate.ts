import { valuesOf } from "../core/compare/causes.ts";
import { wordsFor } from "../core/compare/words.ts";
import { findOptimizer } from "../core/optimizers/index.ts";
import { findLibrary, libraries, libraryDefaults } from "../documents/vocabulary/index.ts";
import type { Library, OptimizerWords } from "../documents/vocabulary/index.ts";
import { typed, type Configuration, type Hyperparameter, type ParameterGroup } from "../protocol/index.ts";
import type { RunFacts } from "./course.ts";
import { translateSchedules, without } from "./translateSchedule.ts";

/** A configuration as another library has it. */
export interface Translation {
  readonly library: Library;
  /** The library's class that comes nearest. */
  readonly words: OptimizerWords;
  /** Complete: the library's own arithmetic and its words' values. */
  readonly configuration: Configuration;
  /** What it has no word for, or settles in its own way, in sentences; nothing that cannot matter. */
  readonly lost: readonly string[];
}
export interface Translating {
  /** "same": every value as it is here. "defaults": the other library's defaults, but for what was `written`. */
  readonly values: "same" | "defaults";
  readonly written?: (group: number, name: string) => boolean;
  /** Of the run, for schedules that count epochs or are as long as it is. */
  readonly run?: RunFacts;
}
type Values = Readonly<Record<string, number>>;
type Open = Readonly<Partial<Record<string, number>>>;

/** "PyTorch", "Keras", "optax", "TensorFlow 1". */
export const shortTitle = ({ name, title }: Library): string =>
  name === "tensorflow1" || name === "transformers4" ? title : title.replace(/\s+v?\d\S*$/, "");
/** "Keras AdamW" */
export const titleIn = (library: Library, { className }: OptimizerWords): string =>
  `${shortTitle(library)} ${className}`;

/** Libraries beside its own that have an optimizer of the same arithmetic or name, in the order of the vocabulary. */
export const librariesFor = (configuration: Configuration): Library[] =>
  libraries.filter(
    (library) => library.name !== libraryOf(configuration) && candidates(configuration, library).length > 0,
  );
export const libraryOf = ({ framework }: Configuration): string => findLibrary(framework)?.name ?? framework;

/** Throws a sentence where there is no such library, or it has no optimizer of this kind. */
export function translate(configuration: Configuration, to: string, how: Translating): Translation {
  const library = findLibrary(to);
  if (!library)
    throw new Error(`There is no library "${to}"; known are ${libraries.map(({ name }) => name).join(", ")}.`);
  const found = candidates(configuration, library).map(({ words, form }) =>
    inWords(configuration, form, library, words, how),
  );
  if (found.length === 0) throw new Error(`${shortTitle(library)} has no optimizer like ${configuration.optimizer}.`);
  // The one that can say most; of two alike the first.
  return found.reduce((best, it) => (it.loss < best.loss ? it : best)).translation;
}

interface Candidate {
  readonly words: OptimizerWords;
  /** The configuration under the canonical name of those words. */
  readonly form: Configuration;
}
/** The library's classes for each form in which the configuration can be said; a class of its very name where there is none. */
function candidates(configuration: Configuration, { optimizers }: Library): Candidate[] {
  const forms = formsOf(configuration);
  const found = forms.flatMap((form) =>
    optimizers.flatMap((words) => (words.optimizer === form.optimizer ? [{ words, form }] : [])),
  );
  if (found.length > 0) return found;
  const alike = optimizers.filter(({ className }) => className.toLowerCase() === configuration.optimizer.toLowerCase());
  return alike.map((words) => ({ words, form: renamed(configuration, words.optimizer, {}) }));
}
/** Adam with decoupled decay is AdamW, and without any decay both are the same. */
function formsOf(configuration: Configuration): Configuration[] {
  const all = configuration.groups.map(({ values }) => valuesOf(configuration.optimizer, values));
  const every = (holds: (values: Values) => boolean) => all.every(holds);
  if (configuration.optimizer === "AdamW")
    return [configuration, renamed(configuration, "Adam", { decoupledWeightDecay: 1 })];
  const bare = configuration.optimizer === "Adam" && every((it) => it["weightDecay"] === 0);
  const decoupled = configuration.optimizer === "Adam" && every((it) => it["decoupledWeightDecay"] === 1);
  return bare || decoupled
    ? [configuration, renamed(configuration, "AdamW", { weightDecay: undefined })]
    : [configuration];
}
/** Under another optimizer's name, its hyperparameters all said; `more` over them. */
function renamed(
  configuration: Configuration,
  optimizer: string,
  more: Readonly<Record<string, number | undefined>>,
): Configuration {
  const groups = configuration.groups.map((group) => {
    const own: Open = valuesOf(configuration.optimizer, group.values);
    const values = valuesOf(optimizer, {});
    for (const [name, standard] of Object.entries(values)) values[name] = more[name] ?? own[name] ?? standard;
    return { ...group, values };
  });
  return { ...configuration, optimizer, groups };
}

/** A value that cannot be said weighs more than a form of the arithmetic that is the library's own. */
const weights = { value: 100, arithmetic: 1 };

function inWords(
  original: Configuration,
  form: Configuration,
  library: Library,
  words: OptimizerWords,
  how: Translating,
): { readonly translation: Translation; readonly loss: number } {
  const lost = new Set<string>();
  let loss = 0;
  const said = new Set(words.arguments.flatMap(({ names }) => names));
  const descriptors: Readonly<Partial<Record<string, Hyperparameter>>> =
    findOptimizer(form.optimizer)?.hyperparameters ?? {};
  const standard = { ...valuesOf(words.optimizer, {}), ...libraryDefaults(words) };
  const foreign = findOptimizer(original.optimizer)?.hyperparameters ?? {};
  const groups = form.groups.map((group, index): ParameterGroup => {
    // What the form under another name does not have at all.
    const before = valuesOf(original.optimizer, original.groups.at(index)?.values ?? {});
    for (const [name, value] of Object.entries(before)) {
      const descriptor = foreign[name];
      if (name in descriptors || !matters(name, before) || !differs(value, descriptor.default)) continue;
      if (name === "decoupledWeightDecay") continue; // the form was chosen for it
      lost.add(lossOf(library, words, name, value, undefined, descriptor));
      loss += descriptor.arithmetic ? weights.arithmetic : weights.value;
    }
    const own: Open = { ...group.values, ...valuesOf(form.optimizer, group.values) };
    const values: Record<string, number> = { ...standard };
    const held: Open = values;
    for (const name of said) {
      const value = own[name];
      if (value === undefined || (how.values === "defaults" && !how.written?.(index, name))) continue;
      values[name] = converted(name, value, libraryOf(form), library.name);
    }
    // Before an optimizer without a word for it, optax adds decay to the gradient.
    if (library.name === "optax" && !said.has("weightDecay") && !own["decoupledWeightDecay"] && "weightDecay" in values)
      values["weightDecay"] = own["weightDecay"] ?? 0;
    for (const [name, value = 0] of Object.entries(own)) {
      const descriptor = descriptors[name];
      const idle = !matters(name, own) || (name === "decoupledWeightDecay" && !said.has("weightDecay"));
      if (said.has(name) || idle || !differs(value, held[name] ?? descriptor?.default)) continue;
      lost.add(lossOf(library, words, name, value, held[name], descriptor));
      loss += descriptor?.arithmetic ? weights.arithmetic : weights.value;
    }
    return { ...group, values };
  });
  const scheduled = translateSchedules(groups, words.optimizer, library, how.run ?? {});
  for (const sentence of scheduled.lost) lost.add(sentence);
  const { clip, ...rest } = without(form, "version");
  const translation = {
    library,
    words,
    configuration: {
      ...rest,
      framework: library.name,
      optimizer: words.optimizer,
      groups: scheduled.groups,
      ...(clip && { clip: clippedIn(library, clip) }),
    },
    lost: [...lost],
  };
  return { translation, loss };
}
const differs = (a: number, b: number | undefined): boolean => b === undefined || !Object.is(a + 0, b + 0);

/** The same number in the sign that the library gives it. */
const converted = (name: string, value: number, from: string, to: string): number =>
  name === "decayExponent" && (from === "optax") !== (to === "optax") ? -value : value;

const decayWords: ReadonlySet<string> = new Set(["decoupledWeightDecay", "decayAfterStep", "noProximal", "fixedDecay"]);
/** Where decay, momentum or a moment is 0, how it would enter cannot matter. */
function matters(name: string, own: Open): boolean {
  if (decayWords.has(name)) return (own["weightDecay"] ?? 0) !== 0;
  if (name === "rateInMomentum" || name === "dampening") return (own["momentum"] ?? own["beta1"] ?? 0) !== 0;
  return true;
}
/** "There is no word for maximize in Keras SGD; here it is on." "Keras AdamW has its own epsilon placement." */
function lossOf(
  library: Library,
  words: OptimizerWords,
  name: string,
  value: number,
  held: number | undefined,
  descriptor: Hyperparameter | undefined,
): string {
  const spelled = (x: number) =>
    descriptor?.scale === "flag" ? (x === 0 ? "off" : "on") : (descriptor?.choices?.[x] ?? typed(x));
  const title = titleIn(library, words);
  if (descriptor?.arithmetic) return `${title} has its own ${wordsFor(name, descriptor)}.`;
  const what = descriptor?.label ?? name;
  if (words.fixed && name in words.fixed && held !== undefined)
    return `${title} settles ${what} at ${spelled(held)}; here it is ${spelled(value)}.`;
  return `There is no word for ${what} in ${title}; here it is ${spelled(value)}.`;
}
/** Only PyTorch adds 1e-6 to the norm that it divides by. */
const clippedIn = ({ name }: Library, clip: NonNullable<Configuration["clip"]>): Configuration["clip"] =>
  name === "keras" || name === "optax" ? { ...clip, epsilon: 0 } : without(clip, "epsilon");
