import type { Note, ScheduleConfiguration } from "../../protocol/index.ts";
import type { Call } from "../call.ts";
import type { Detection, Framework, Origin, Printed, Reading, Spelled } from "../document.ts";
import { defaultOrigin, numeric, printed, sourceOf, unresolvedOrigin, writtenOrigin, type Source } from "./origins.ts";
import { isOpen, readValues, wordsOf, type Written } from "./readValues.ts";
import { scheduleTypes } from "./scheduleWords.ts";
import { everything } from "./torchGroups.ts";
import { schedules, type Argument } from "../vocabulary/index.ts";
import { trainerAdafactor, writeTransformers } from "./transformersWrite.ts";

const title = "Transformers 5.x";
/** TrainingArguments and the classes of trl and others that extend it. */
const argumentsClass =
  /(?:^|\.)(?:(?:Seq2Seq|TF|Sentence\w*|GRPO\w*|\w*)TrainingArguments|(?:SFT|DPO|GRPO|ORPO|KTO|PPO|PPOv2|Reward|CPO|RLOO|GKD|BCO|XPO|NashMD|OnlineDPO|PRM|Alignprop|DDPO)Config)$/;
const n = (word: string, name: string, standard: number): Argument => ({ word, names: [name], defaults: [standard] });
const rate = n("learning_rate", "learningRate", 5e-5);
const decay = n("weight_decay", "weightDecay", 0);
const adam = [n("adam_beta1", "beta1", 0.9), n("adam_beta2", "beta2", 0.999), n("adam_epsilon", "epsilon", 1e-8)];

/** Which arithmetic an `optim` string means. */
interface Meaning {
  readonly canonical: string;
  readonly arguments: readonly Argument[];
  /** Values that the Trainer leaves at PyTorch's. */
  readonly fixed?: Readonly<Record<string, number>>;
  readonly note?: string;
}
function meaningOf(optim: string): Meaning {
  const low = /8bit|4bit/.test(optim) ? "Its state is kept in few bits; the simulation uses exact numbers." : undefined;
  const noted = low === undefined ? {} : { note: low };
  if (/^(?:paged_)?adamw|^stable_adamw/.test(optim)) {
    const apex = optim === "adamw_apex_fused" || optim === "adamw_hf" || optim === "adamw_anyprecision";
    // Both take decay from θ after the step; Transformers 4's own class has ε beside the root that is not corrected yet.
    const own: Record<string, number> = optim === "adamw_hf" ? { epsilonHat: 1, decayAfterStep: 1 } : {};
    const bitsandbytes: Record<string, number> = /^(?:paged_adamw|adamw_bnb|adamw_8bit)/.test(optim)
      ? { decayAfterStep: 1 }
      : {};
    return {
      canonical: "AdamW",
      arguments: [rate, ...adam, decay],
      fixed: { amsgrad: 0, maximize: 0, ...own, ...bitsandbytes },
      ...noted,
      ...(apex ? { note: `${optim} is taken as AdamW.` } : {}),
    };
  }
  if (optim === "sgd")
    return {
      canonical: "SGD",
      arguments: [rate, decay],
      fixed: { momentum: 0, dampening: 0, nesterov: 0, maximize: 0 },
    };
  if (/^rmsprop/.test(optim))
    return {
      canonical: "RMSProp",
      arguments: [rate, decay],
      fixed: { beta2: 0.99, epsilon: 1e-8, momentum: 0, centered: 0, maximize: 0 },
      ...noted,
    };
  if (optim === "adagrad") return { canonical: "Adagrad", arguments: [rate, decay] };
  if (optim === "adafactor") return { canonical: "Adafactor", arguments: [rate, decay], fixed: trainerAdafactor };
  return { canonical: optim, arguments: [rate, decay], ...noted };
}

export const transformers: Framework = {
  name: "transformers",
  title,
  recognise(reading: Reading): Detection[] {
    const calls = reading.calls.filter(
      (call) =>
        /(?:TrainingArguments|Config)$/.test(call.written) &&
        argumentsClass.test(call.callee) &&
        !call.callee.startsWith(".self"),
    );
    if (calls.length === 0) return [];
    const source = sourceOf(reading.text);
    return calls.map((call) => detect(source, call));
  },
  write: writeTransformers,
};

/** The first position is output_dir. */
function detect(source: Source, call: Call): Detection {
  const words = wordsOf(call, ["output_dir"]);
  const named = words.get("optim")?.value;
  const optim = named?.kind === "text" ? named.value : undefined;
  const meaning = meaningOf(optim ?? "adamw_torch");
  const read = readValues(source, call, meaning.arguments, words);
  const values = { ...meaning.fixed, ...read.values };
  const number = (word: string, standard?: number): number | undefined => {
    const value = words.get(word)?.value;
    return value === undefined ? standard : numeric(value) ? Number(value.value) : undefined;
  };
  const max = number("max_steps", -1) ?? -1;
  const epochs = max > 0 ? undefined : number("num_train_epochs", 3);
  const accumulation = number("gradient_accumulation_steps", 1);
  const perDevice = number("per_device_train_batch_size", 8);
  const batchSize = perDevice === undefined || accumulation === undefined ? undefined : perDevice * accumulation;
  const norm = number("max_grad_norm", 1);
  const { schedule, origins, notes } = scheduleOf(source, call, words, max);
  const remarks: Note[] = [
    ...(meaning.note === undefined ? [] : [{ text: meaning.note }]),
    ...notes.map((text) => ({ text })),
    ...(named !== undefined && optim === undefined
      ? [{ text: "Its optimizer is not known from this file: AdamW stands in." }]
      : []),
    ...(isOpen(call) ? [{ text: "Some of its arguments are not known from this file." }] : []),
    ...(accumulation !== undefined && accumulation > 1 && perDevice !== undefined && batchSize !== undefined
      ? [{ text: `Batch of ${batchSize}: ${perDevice} on each device, accumulated over ${accumulation} steps.` }]
      : []),
    ...(/TrainingArguments$/.test(call.callee)
      ? []
      : [{ text: "Defaults are those of TrainingArguments; this class may have others." }]),
  ];
  return {
    framework: "transformers",
    frameworkTitle: title,
    span: call.span,
    line: call.line,
    configuration: {
      framework: "torch",
      optimizer: meaning.canonical,
      groups: [{ name: everything, values, ...(schedule ? { schedule } : {}) }],
      ...(batchSize === undefined ? {} : { batchSize }),
      ...(accumulation === undefined || accumulation === 1 ? {} : { accumulation }),
      ...(max > 0 ? { steps: max } : {}),
      ...(epochs === undefined ? {} : { epochs }),
      ...(norm === undefined || norm <= 0 ? {} : { clip: { type: "norm", max: norm } }),
    },
    origins: [{ ...read.origins, ...origins }],
    spelled: {
      optimizer: optim ?? null,
      hyperparameters: spellHyperparameters(source, words),
      ...spellScheduler(source, words),
      run: written({
        batchSize: number("per_device_train_batch_size"),
        accumulation: number("gradient_accumulation_steps"),
        epochs: number("num_train_epochs"),
        steps: max > 0 ? max : undefined,
        gradClip: norm !== undefined && norm > 0 && words.has("max_grad_norm") ? norm : undefined,
      }),
    },
    ...(call.target === undefined ? {} : { target: call.target }),
    notes: remarks,
  };
}

const written = (run: Readonly<Record<string, number | undefined>>): Spelled["run"] =>
  Object.fromEntries(Object.entries(run).filter(([, value]) => value !== undefined));

const warmup: Argument = n("warmup_steps", "warmup", 0);
function scheduleOf(
  source: Source,
  call: Call,
  words: ReadonlyMap<string, Written>,
  steps: number,
): { schedule?: ScheduleConfiguration; origins: Record<string, Origin>; notes: string[] } {
  const type = words.get("lr_scheduler_type")?.value;
  const word =
    type === undefined
      ? "linear"
      : type.kind === "text"
        ? type.value
        : type.kind === "name"
          ? enumWord(type.path)
          : undefined;
  const name = word === undefined ? undefined : scheduleTypes[word];
  if (name === undefined) {
    const what =
      word === undefined ? "Its schedule is not known from this file" : `The schedule ${word} is not known here`;
    return { origins: {}, notes: [`${what}: the rate stays constant.`] };
  }
  const values: Record<string, number> = {};
  const origins: Record<string, Origin> = {};
  if (name !== "get_constant_schedule" && name !== "ReduceLROnPlateau")
    readWarmup(source, call, words, steps, values, origins);
  if (!/constant|inverse_sqrt|Plateau/.test(name)) {
    values["length"] = Math.max(0, steps);
    const written = words.get("max_steps");
    if (written && numeric(written.value) && steps > 0)
      origins["schedule.length"] = writtenOrigin(
        source,
        written.value,
        written.span,
        call.span,
        "schedule.length",
        false,
      );
  }
  const more = words.get("lr_scheduler_kwargs")?.value;
  if (name === "get_cosine_schedule_with_warmup") values["cycles"] = 0.5;
  if (more?.kind === "dict") {
    const given = new Map(more.entries.map(({ key, value }): [string, Written] => [key, { value, span: value.span }]));
    const said = (schedules[name]?.arguments ?? []).filter(({ word }) => given.has(word));
    const read = readValues(source, call, said, given, "schedule.");
    Object.assign(values, read.values);
    Object.assign(origins, read.origins);
  }
  if (name === "ReduceLROnPlateau") {
    const notes = ["The Trainer steps its schedule at every evaluation; here at the end of every epoch."];
    return { schedule: { name, values, interval: "epoch" }, origins, notes };
  }
  return { schedule: { name, values, interval: "step" }, origins, notes: [] };
}
const enumWord = (path: string): string | undefined => /SchedulerType\.(\w+)$/.exec(path)?.[1]?.toLowerCase();
/** Steps win over the ratio; steps below 1 are a ratio. A ratio of a run whose length is not known stays a fraction. */
function readWarmup(
  source: Source,
  call: Call,
  words: ReadonlyMap<string, Written>,
  steps: number,
  values: Record<string, number>,
  origins: Record<string, Origin>,
): void {
  const [count, ratio] = [words.get("warmup_steps"), words.get("warmup_ratio")];
  const given = count && !(numeric(count.value) && Number(count.value.value) === 0 && ratio) ? count : (ratio ?? count);
  values["warmup"] = 0;
  if (given === undefined) {
    origins["schedule.warmup"] = defaultOrigin(source, call, warmup, "schedule.");
    return;
  }
  if (!numeric(given.value)) {
    const text = source.text.slice(given.span.from, given.span.to);
    origins["schedule.warmup"] = unresolvedOrigin(
      source,
      given.span,
      given.value.kind === "unresolved" ? given.value.text : text,
    );
    return;
  }
  const value = Number(given.value.value);
  const fraction = value > 0 && value < 1;
  const name = fraction ? "warmupFraction" : "warmup";
  values["warmup"] = fraction ? Math.ceil(value * Math.max(0, steps)) : value;
  if (fraction) values["warmupFraction"] = value;
  origins[`schedule.${name}`] = writtenOrigin(source, given.value, given.span, call.span, `schedule.${name}`, false);
}

const optimizerWords = new Set([
  "learning_rate",
  "weight_decay",
  "adam_beta1",
  "adam_beta2",
  "adam_epsilon",
  "optim_args",
  "adafactor",
]);
const spellHyperparameters = (source: Source, words: ReadonlyMap<string, Written>): Record<string, Printed> =>
  Object.fromEntries(
    [...words]
      .filter(([word]) => optimizerWords.has(word))
      .map(([word, { value }]) => [word, printed(value, source.text)]),
  );
function spellScheduler(source: Source, words: ReadonlyMap<string, Written>) {
  const type = words.get("lr_scheduler_type")?.value;
  const args: Record<string, Printed> = {};
  for (const word of ["warmup_ratio", "warmup_steps", "lr_scheduler_kwargs"]) {
    const value = words.get(word)?.value;
    if (value !== undefined) args[word] = printed(value, source.text);
  }
  if (type === undefined && Object.keys(args).length === 0) return {};
  const name =
    type === undefined ? "linear" : type.kind === "text" ? type.value : source.text.slice(type.span.from, type.span.to);
  return { scheduler: { name, args } };
}
