import { causesOf } from "../core/compare/causes.ts";
import type { Detection } from "../documents/document.ts";
import { optimizerVocabulary } from "../documents/frameworks/experimentWords.ts";
import { findLibrary, optimizerWords } from "../documents/vocabulary/index.ts";
import type { Configuration, Other, ParameterGroup } from "../protocol/index.ts";
import type { RunFacts } from "./course.ts";
import { librariesFor, shortTitle, titleIn, translate } from "./translate.ts";

/** Something to compare with, as somebody chose it. Plain JSON. */
export type Compared =
  /** Another construction of the same document, by its place among them. */
  | { readonly kind: "here"; readonly index: number }
  /** What the library does where nothing is written. */
  | { readonly kind: "default" }
  /** Another library's optimizer of the same name, with every value as here or with that library's defaults. */
  | { readonly kind: "library"; readonly library: string; readonly values: "same" | "defaults" }
  /** Of another file, or of another revision of this one, as it was when it was chosen. */
  | { readonly kind: "given"; readonly label: string; readonly configuration: Configuration };

/** What the other configurations are made from. */
export interface Sources {
  readonly detections: readonly Detection[];
  readonly detection: Detection;
  /** With the knobs as they are. */
  readonly configuration: Configuration;
  /** How long the run is. */
  readonly run?: RunFacts;
}

/** What a configuration is called among others: "PyTorch AdamW". */
export function titleOf(configuration: Configuration): string {
  const library = findLibrary(configuration.framework);
  const words = optimizerWords(configuration.framework, configuration.optimizer);
  if (!library) return configuration.optimizer;
  return words && library.optimizers.includes(words)
    ? titleIn(library, words)
    : `${shortTitle(library)} ${configuration.optimizer}`;
}

/** Labels and configurations of what was chosen; what can no longer be found, or said in that library, is left out. */
export function othersOf(chosen: readonly Compared[], from: Sources): Other[] {
  return chosen.flatMap((it): Other[] => {
    switch (it.kind) {
      case "here": {
        const other = it.index < 0 ? undefined : from.detections.at(it.index);
        return other && other !== from.detection
          ? [{ label: labelHere(other), configuration: other.configuration }]
          : [];
      }
      case "default":
        return [{ label: `${titleOf(from.configuration)} by default`, configuration: defaultsFor(from.configuration) }];
      case "library":
        try {
          const { library, words, configuration } = inLibrary(from, it.library, it.values);
          return [{ label: titleIn(library, words), configuration }];
        } catch {
          return []; // the optimizer has changed to one that library does not have
        }
      case "given":
        return [{ label: it.label, configuration: it.configuration }];
      default:
        return it satisfies never;
    }
  });
}
const labelHere = ({ configuration, line }: Detection): string => `${configuration.optimizer}, line ${line}`;

/** A configuration in another library; written is what the document writes, and every knob that was moved. */
export function inLibrary({ detection, configuration, run }: Sources, library: string, values: "same" | "defaults") {
  const written = (group: number, name: string): boolean => {
    const moved =
      configuration.groups.at(group)?.values[name] !== detection.configuration.groups.at(group)?.values[name];
    return moved || detection.origins.at(group)?.[name]?.kind === "written";
  };
  return translate(configuration, library, { values, written, ...(run && { run }) });
}

type Values = Readonly<Partial<Record<string, number>>>;
/** The library's defaults for the optimizer: one group, no schedule, nothing around it. */
export function defaultsFor(configuration: Configuration): Configuration {
  const { framework, version, optimizer } = configuration;
  const values: Values = optimizerVocabulary(framework, optimizer, version).defaults;
  const own: Values = configuration.groups.at(0)?.values ?? {};
  // A rate that the library asks for has no default: it stays.
  const learningRate = values["learningRate"] ?? own["learningRate"];
  const first: ParameterGroup = {
    name: "all parameters",
    values: { ...(values as Record<string, number>), ...(learningRate !== undefined && { learningRate }) },
  };
  return { framework, ...(version !== undefined && { version }), optimizer, groups: [first] };
}

/** Where nothing was chosen: the defaults, or where the code has those, another library with the same values. */
export function suggestedComparison(from: Sources): readonly Compared[] {
  if (causesOf(from.configuration, defaultsFor(from.configuration)).length > 0) return [{ kind: "default" }];
  const library = librariesFor(from.configuration).at(0);
  return library ? [{ kind: "library", library: library.name, values: "same" }] : [{ kind: "default" }];
}
