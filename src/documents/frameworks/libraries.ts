import type { Around, Clip, Configuration, Note } from "../../protocol/index.ts";
import type { Call, Value } from "../call.ts";
import type { Detection, Framework, Origin, Printed, Reading, Span } from "../document.ts";
import { keras } from "../vocabulary/keras.ts";
import { optax } from "../vocabulary/optax.ts";
import { tensorflow1 } from "../vocabulary/tensorflow1.ts";
import { libraryDefaults, type Library, type OptimizerWords } from "../vocabulary/index.ts";
import { writeForLibrary } from "./libraryWrite.ts";
import { numeric, sourceOf, type Source } from "./origins.ts";
import { isOpen, printWords, readValues, wordsOf, type Written } from "./readValues.ts";
import { callbackSchedule } from "./kerasCallbacks.ts";
import { rateSchedule } from "./rateSchedule.ts";
import { runFactsOf } from "./runFacts.ts";
import { everything } from "./torchGroups.ts";

// Keras, optax and TensorFlow 1: one group, the schedule handed over as the rate, clipping among the words or in a chain.

/** Where a library keeps its optimizers, and those of its classes that it spells otherwise. */
interface Place {
  readonly library: Library;
  readonly pattern: RegExp;
}
const places: readonly Place[] = [
  {
    library: keras,
    pattern:
      /^(?:tensorflow\.(?:compat\.v[12]\.|python\.)?)?(?:tf_)?keras\.(?:api\.|src\.)?optimizers\.(?:legacy\.|experimental\.)?(\w+)$/,
  },
  { library: optax, pattern: /^optax\.(?:contrib\.)?(\w+)$/ },
  { library: tensorflow1, pattern: /^tensorflow\.(?:compat\.v1\.)?train\.(\w+Optimizer)$/ },
];

interface Construction {
  readonly call: Call;
  readonly library: Library;
  readonly of: OptimizerWords;
  /** As the file writes it: "Adam", "adam". */
  readonly name: string;
  readonly words: ReadonlyMap<string, Written>;
}

const framework = ({ library, pattern }: Place): Framework => ({
  name: library.name,
  title: library.title,
  recognise(reading) {
    const found = constructionsIn(reading, library, pattern);
    if (found.length === 0) return [];
    const source = sourceOf(reading.text);
    return found.map((it) => detect(source, reading, it, found.length === 1));
  },
  write: (configuration, notes, style) => writeForLibrary(library.name, configuration, notes, style),
});
/** One for each library. */
export const libraryFrameworks: readonly Framework[] = places.map(framework);

function constructionsIn(reading: Reading, library: Library, pattern: RegExp): Construction[] {
  const usesKeras =
    library === keras && /^[ \t]*(?:import|from)[ \t][^\n]*\b(?:keras|tensorflow)\b/m.test(reading.text);
  return reading.calls.flatMap((call): Construction[] => {
    const name = pattern.exec(call.callee)?.[1];
    const of = name === undefined ? undefined : library.optimizers.find(({ className }) => className === name);
    if (name !== undefined && of) return [{ call, library, of, name, words: spelledWords(call, of) }];
    return usesKeras && /(?:^|\.)compile$/.test(call.written) ? compiled(call) : [];
  });
}
/** `model.compile("adam")`: the class with its defaults; RMSprop where nothing is said. */
function compiled(call: Call): Construction[] {
  const given = call.args.find(({ name }) => name === "optimizer" || name === 0)?.value;
  const keywords = call.args.flatMap(({ name }) => (typeof name === "string" ? [name] : []));
  const silent = given === undefined && keywords.some((word) => /^(?:loss|metrics)$/.test(word));
  const name = given?.kind === "text" ? given.value : silent && !keywords.some(isOptimizer) ? "rmsprop" : undefined;
  const of = keras.optimizers.find(({ className }) => className.toLowerCase() === name?.toLowerCase());
  return name === undefined || !of ? [] : [{ call, library: keras, of, name, words: new Map() }];
}
const isOptimizer = (word: string): boolean => /optimizer|^\*/.test(word);

/** Keras's old names understood: lr is learning_rate. */
function spelledWords(call: Call, { arguments: all }: OptimizerWords): ReadonlyMap<string, Written> {
  return wordsOf(
    call,
    all.map(({ word }) => word),
  );
}
const modern = (words: ReadonlyMap<string, Written>): ReadonlyMap<string, Written> => {
  const old = words.get("lr");
  return old && !words.has("learning_rate") ? new Map([...words, ["learning_rate", old]]) : words;
};

function detect(
  source: Source,
  reading: Reading,
  { call, library, of, name, words: written }: Construction,
  alone: boolean,
): Detection {
  const words = modern(written);
  const rate = words.get("learning_rate");
  const object = rate && rateSchedule(source, rate.value);
  const schedule = object ?? (library === keras && alone ? callbackSchedule(source, reading) : undefined);
  const { values, origins } = readValues(source, call, of.arguments, words);
  const chain = chainAround(reading, call);
  const decay = decayBefore(call, chain);
  const facts = runFactsOf(reading);
  const clip = clipOf(words, chain) ?? facts.clip;
  const around = averageOf(words);
  const accumulation = accumulationOf(reading, call, words) ?? facts.accumulation;
  const { batchSize, epochs, steps, stepsPerEpoch } = facts;
  const configuration: Configuration = {
    framework: library.name,
    optimizer: of.optimizer,
    groups: [
      {
        name: everything,
        values: { ...libraryDefaults({ ...of, arguments: [] }), ...values, ...decay?.values, ...schedule?.starts },
        ...(schedule && { schedule: schedule.schedule }),
      },
    ],
    ...(batchSize !== undefined && { batchSize }),
    ...(epochs !== undefined && { epochs }),
    ...(steps !== undefined && { steps }),
    ...(stepsPerEpoch !== undefined && { stepsPerEpoch }),
    ...(accumulation !== undefined && { accumulation }),
    ...(clip && { clip }),
    ...(around && { around }),
  };
  const handed: Record<string, Origin> = rate && schedule ? { learningRate: handedOver(source, rate) } : {};
  const own: Readonly<Record<string, Origin>> = { ...origins, ...handed, ...decay?.origins, ...schedule?.origins };
  return {
    framework: library.name,
    frameworkTitle: library.title,
    span: call.span,
    line: call.line,
    configuration,
    origins: [own],
    spelled: {
      optimizer: name,
      hyperparameters: { ...printWords(source, written, []), ...(object && rateWord(written, object.spelled)) },
      ...(schedule && { scheduler: schedule.spelled }),
    },
    ...(call.target === undefined ? {} : { target: call.target }),
    notes: notesOn(call, words, schedule?.notes ?? []),
  };
}
/** The rate is a schedule object: no number stands there, and none can be written in its place. */
const handedOver = ({ text, lineAt }: Source, { span }: Written): Origin => ({
  kind: "written",
  span,
  text: text.slice(span.from, span.to),
  line: lineAt(span.from),
});
const rateWord = (words: ReadonlyMap<string, Written>, { name, args }: { name: string; args: Printed }) => ({
  [words.has("learning_rate") ? "learning_rate" : "lr"]: { schedule: name, args },
});
function notesOn(call: Call, words: ReadonlyMap<string, Written>, more: readonly string[]): Note[] {
  const decay = words.get("decay")?.value;
  return [
    ...more.map((text) => ({ text })),
    ...(isOpen(call) ? [{ text: "Some of its arguments are not known from this file." }] : []),
    ...(decay?.kind === "number" && decay.value !== 0 && words.has("lr")
      ? [
          {
            text: "decay is an argument of Keras before 2.11, where it divides the rate by 1 + decay · t; Keras 3 has none.",
          },
        ]
      : []),
  ];
}

/** Transformations that stand in the same optax.chain. */
function chainAround({ calls }: Reading, { span }: Call): readonly Call[] {
  const within = (inner: Span, outer: Span) => outer.from < inner.from && inner.to <= outer.to;
  const chain = calls.find((it) => it.callee === "optax.chain" && within(span, it.span));
  return chain ? calls.filter((it) => within(it.span, chain.span)) : [];
}
/** Decay that is added to the gradient before it reaches the optimizer: an L2 penalty. */
function decayBefore(call: Call, chain: readonly Call[]) {
  const before = chain.find(({ callee, span }) => callee === "optax.add_decayed_weights" && span.to <= call.span.from);
  const value = before?.args.find(({ name }) => name === 0 || name === "weight_decay")?.value;
  const weightDecay = numberOf(value);
  if (!before || !value || weightDecay === undefined) return undefined;
  const span = value.span;
  const site = { span, template: "{weightDecay}" };
  const origin: Origin = { kind: "written", span, line: before.line, ...(value.reached ? {} : { site }) };
  return { values: { weightDecay }, origins: { weightDecay: origin } };
}
function clipOf(words: ReadonlyMap<string, Written>, chain: readonly Call[]): Clip | undefined {
  for (const [word, type] of kerasClips) {
    const max = numberOf(words.get(word)?.value);
    if (max !== undefined) return { type, max, epsilon: 0 };
  }
  for (const { callee, args } of chain) {
    const type = callee === "optax.clip_by_global_norm" ? "norm" : callee === "optax.clip" ? "value" : undefined;
    const max = type && numberOf(args[0]?.value);
    if (type && max !== undefined) return { type, max, epsilon: 0 };
  }
  return undefined;
}
const kerasClips = [
  ["clipnorm", "tensor"],
  ["global_clipnorm", "norm"],
  ["clipvalue", "value"],
] as const;
function averageOf(words: ReadonlyMap<string, Written>): Around | undefined {
  const used = words.get("use_ema")?.value;
  if (used?.kind !== "flag" || !used.value) return undefined;
  return { average: { type: "ema", decay: numberOf(words.get("ema_momentum")?.value) ?? 0.99 } };
}
/** Keras's own word, or optax.MultiSteps round the construction. */
function accumulationOf({ calls }: Reading, call: Call, words: ReadonlyMap<string, Written>): number | undefined {
  const multi = calls.find(
    ({ callee, span }) => callee === "optax.MultiSteps" && span.from < call.span.from && call.span.to <= span.to,
  );
  const every = multi?.args.find(({ name }) => name === "every_k_schedule" || name === 1)?.value;
  return numberOf(words.get("gradient_accumulation_steps")?.value) ?? numberOf(every);
}
const numberOf = (value: Value | undefined): number | undefined =>
  numeric(value) && value.kind === "number" ? value.value : undefined;
