import type { Configuration, Note, ParameterGroup } from "../../protocol/index.ts";
import type { Snippet, WritingStyle } from "../document.ts";
import { spellNumber } from "../spelling.ts";
import { commentLines, type Line, spellSnippet } from "../spellSnippet.ts";
import { findLibrary, type Library, type OptimizerWords } from "../vocabulary/index.ts";
import { addedDecay, kerasArguments, wrappersOf } from "./libraryAround.ts";
import { ofTheLoop, placeOf, wordsOf, type Place } from "./libraryPlaces.ts";
import { writeRate } from "./rateWrite.ts";
import { writeSchedule } from "./scheduleWrite.ts";
import { isDefault, notesOn, spellArgument } from "./spellArgument.ts";
import { parameterLines, writeTorch } from "./torchWrite.ts";

/** Values that a reader wants to see even where they are the library's default. */
const always: ReadonlySet<string> = new Set(["learningRate", "beta1", "beta2", "beta3", "epsilon", "weightDecay"]);

/**
 * A construction in any library's words: one argument a line, tab stops on the numbers, notes as comments; Keras's and
 * optax's schedules as the rate, PyTorch's after it. Of the library's classes that fit the configuration's optimizer the one
 * whose arithmetic is the configuration's. Undefined where the library has none.
 */
export function writeForLibrary(
  library: string,
  configuration: Configuration,
  notes: readonly Note[],
  style: WritingStyle,
): Snippet | undefined {
  const it = findLibrary(library);
  if (it?.name === "torch") {
    const snippet = writeTorch(configuration, notes, style);
    const left = spellSnippet(commentLines("", wrappersOf(it, configuration).notes));
    return snippet && left !== "" ? { ...snippet, body: `${snippet.body}\n${left}` } : snippet;
  }
  const words = it && wordsOf(it, configuration);
  if (!it || !words || it.name === "paper" || configuration.groups.length === 0) return undefined;
  const place = placeOf(it, words);
  return place.parameters
    ? withParameters({ library: it, words, place, configuration, notes, style })
    : withoutParameters({ library: it, words, place, configuration, notes, style });
}
interface Writing {
  readonly library: Library;
  readonly words: OptimizerWords;
  readonly place: Place;
  readonly configuration: Configuration;
  readonly notes: readonly Note[];
  readonly style: WritingStyle;
}

/** As PyTorch's own: handed the parameters, in groups where there are several; a scheduler after it. */
function withParameters({ library, words, place, configuration, notes, style }: Writing): Snippet | undefined {
  const { target, indent } = style;
  const [first] = configuration.groups;
  const schedule = first?.schedule;
  if (!first || configuration.groups.some((group) => JSON.stringify(group.schedule) !== JSON.stringify(schedule)))
    return undefined;
  const shared = words.arguments.filter(({ names }) =>
    names.every((name) => configuration.groups.every(({ values }) => values[name] === first.values[name])),
  );
  const lines: Line[] = [
    ...head(notes, target, indent, `${place.prefix}${words.className}(`),
    ...parameterLines(configuration, words.arguments, style),
    ...argumentLines({ ...words, arguments: shared }, first, notes, indent),
    { pieces: [")"] },
  ];
  const after =
    target === "" || !schedule ? undefined : writeSchedule(schedule, configuration, { ...style, prefix: "" });
  const left = commentLines("", wrappersOf(library, configuration).notes);
  return {
    body: spellSnippet([...lines, ...(after?.lines ?? []), ...left]),
    imports: [place.import, ...(after?.imports ?? [])],
  };
}

/** Keras, optax and TensorFlow 1 hand the parameters over elsewhere; each group is an optimizer of its own. */
function withoutParameters(writing: Writing): Snippet {
  const { library, configuration, notes, style } = writing;
  const { groups } = configuration;
  const several = groups.length > 1;
  const { target: name, indent } = style;
  const target = name === "" ? "optimizer" : name;
  const wraps = wrappersOf(library, configuration);
  const lines: Line[] = [];
  if (several && library.name === "optax") {
    lines.push(...commentLines("", heads(notes)), { pieces: [`${target} = ${wraps.open}optax.multi_transform(`] });
    lines.push({ pieces: [indent, "{"] });
    for (const group of groups) {
      const call = callLines(writing, group, indent + indent, []);
      const own = call.lines.map((line, i) => ({
        ...line,
        pieces: [
          ...(i === 0 ? [`${indent}${indent}"${group.name}": `] : []),
          ...line.pieces,
          ...(i === call.lines.length - 1 ? [","] : []),
        ],
      }));
      lines.push(...call.before, ...own);
    }
    lines.push({ pieces: [`${indent}},`] }, { pieces: [indent, { stop: "param_labels" }, ","] });
    lines.push({ pieces: [`)${wraps.close}`] });
  } else {
    lines.push(...commentLines("", heads(notes)));
    if (several)
      lines.push(...commentLines("", ["Without parameter groups: each of these takes variables of its own."]));
    for (const group of groups) {
      const own = several ? `${target}_${group.name.replace(/\W+/g, "_")}` : target;
      const call = callLines(writing, group, "", notes);
      const last = call.lines.length - 1;
      lines.push(...call.before);
      call.lines.forEach((line, i) =>
        lines.push({
          ...line,
          pieces: [
            ...(i === 0 ? [`${own} = ${wraps.open}`] : []),
            ...line.pieces,
            ...(i === last ? [wraps.close] : []),
          ],
        }),
      );
    }
  }
  return { body: spellSnippet([...lines, ...commentLines("", wraps.notes)]), imports: [writing.place.import] };
}

/** One call, its first line without indentation; `before` are lines that must stand above it. */
function callLines(
  { library, words, place, configuration, style }: Writing,
  group: ParameterGroup,
  indent: string,
  notes: readonly Note[],
): { readonly before: Line[]; readonly lines: Line[] } {
  const step = style.indent;
  const { schedule } = group;
  const { learningRate = 0 } = group.values as Readonly<Partial<Record<string, number>>>;
  const scheduled = schedule && schedule.name !== "constant";
  const rate = scheduled ? writeRate(schedule, library.name, learningRate, indent + step, step) : undefined;
  const unsaid =
    scheduled && !rate ? [`Its schedule (${schedule.name}) has no words here: the rate stays constant.`] : [];
  const given = rate ? words.arguments.filter(({ names }) => !names.includes("learningRate")) : words.arguments;
  const word = words.arguments.find(({ names }) => names.includes("learningRate"))?.word ?? "learning_rate";
  const rateLines = rate?.map((line, i) => ({
    ...line,
    pieces: [...(i === 0 ? [`${indent}${step}${word}=`] : []), ...line.pieces, ...(i === rate.length - 1 ? [","] : [])],
  }));
  const decay = addedDecay(library, words, group.values);
  const [open, close] = decay > 0 ? [`optax.chain(optax.add_decayed_weights(${spellNumber(decay)}), `, ")"] : ["", ""];
  const around = library.name === "keras" ? kerasArguments(configuration) : [];
  return {
    before: commentLines(indent, unsaid),
    lines: [
      { pieces: [`${open + place.prefix + words.className}(`] },
      ...(rateLines ?? []),
      ...argumentLines({ ...words, arguments: given }, group, notes, indent + step),
      ...around.map((pieces): Line => ({ pieces: [indent + step, ...pieces, ","] })),
      { pieces: [`${indent})${close}`] },
    ],
  };
}

function argumentLines(
  words: OptimizerWords,
  { values }: ParameterGroup,
  notes: readonly Note[],
  indent: string,
): Line[] {
  return words.arguments.flatMap((argument): Line[] => {
    if (ofTheLoop[words.className]?.includes(argument.word)) return [];
    if (isDefault(argument, values) && !argument.names.some((name) => always.has(name))) return [];
    const value = spellArgument(argument, values);
    if (!value) return [];
    return [{ pieces: [`${indent}${argument.word}=`, ...value, ","], comments: notesOn(argument, notes) }];
  });
}
const heads = (notes: readonly Note[]): string[] =>
  notes.filter(({ hyperparameter }) => hyperparameter === undefined).map(({ text }) => text);
const head = (notes: readonly Note[], target: string, indent: string, call: string): Line[] => [
  ...(target === "" ? [] : commentLines("", heads(notes))),
  { pieces: [target === "" ? call : `${target} = ${call}`] },
  ...(target === "" ? commentLines(indent, heads(notes)) : []),
];
