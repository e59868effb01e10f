import type { Configuration, Note, ParameterGroup } from "../../protocol/index.ts";
import type { Snippet, WritingStyle } from "../document.ts";
import { spellNumber } from "../spelling.ts";
import { commentLines, type Line, type Piece, spellSnippet } from "../spellSnippet.ts";

/** What a construction that is replaced keeps: its class, and the arguments that are no business of the optimizer. */
export interface KeptCall {
  readonly callee: string;
  readonly args: readonly string[];
}
/** Words of TrainingArguments that this writes. */
export const transformersWords: ReadonlySet<string> = new Set([
  ...["optim", "learning_rate", "weight_decay", "adam_beta1", "adam_beta2", "adam_epsilon", "max_grad_norm"],
  ...["lr_scheduler_type", "lr_scheduler_kwargs", "warmup_steps", "warmup_ratio", "max_steps", "num_train_epochs"],
  ...["per_device_train_batch_size", "gradient_accumulation_steps"],
]);
/** What the Trainer makes of optim="adafactor": Transformers' own arithmetic, without the steps relative to θ and to t. */
export const trainerAdafactor = {
  ...{ arithmetic: 1, scaleParameter: 0, relativeStep: 0, warmupInit: 0, epsilon1: 1e-30, epsilon2: 1e-3 },
  ...{ clipThreshold: 1, decayExponent: -0.8, beta1: 0, factored: 1 },
};
const scheduleTypes: Readonly<Partial<Record<string, string>>> = {
  constant: "constant",
  get_constant_schedule: "constant",
  get_constant_schedule_with_warmup: "constant_with_warmup",
  get_linear_schedule_with_warmup: "linear",
  get_cosine_schedule_with_warmup: "cosine",
};

/**
 * TrainingArguments, one argument a line. Undefined where the Trainer has no words for it: other optimizers than AdamW and
 * the plain forms of SGD, RMSprop and Adafactor, groups of one's own, clipping by value, schedules of PyTorch.
 */
export function writeTransformers(
  configuration: Configuration,
  notes: readonly Note[],
  style: WritingStyle,
  kept: KeptCall = { callee: "TrainingArguments", args: [] },
): Snippet | undefined {
  const { groups, clip, batchSize, accumulation = 1, epochs, steps } = configuration;
  const [group] = groups;
  if (!group || groups.length > 1 || clip?.type === "value") return undefined;
  const optim = optimWord(configuration.optimizer, group);
  const type = scheduleTypes[group.schedule?.name ?? "constant"];
  if (optim === undefined || type === undefined) return undefined;

  const { target, indent } = style;
  const lines: Line[] = [];
  const add = (word: string, value: Piece | undefined, ...about: string[]) => {
    if (value === undefined) return;
    const comments = notes.flatMap(({ hyperparameter, text }) =>
      hyperparameter !== undefined && about.includes(hyperparameter) ? [text] : [],
    );
    lines.push({ pieces: [`${indent}${word}=`, value, ","], comments });
  };
  const number = (value: number | undefined): Piece | undefined =>
    value === undefined ? undefined : { stop: spellNumber(value) };
  const { values, schedule } = group;
  add("optim", `"${optim}"`);
  add("learning_rate", number(values["learningRate"]), "learningRate");
  if (optim === "adamw_torch") {
    add("adam_beta1", number(values["beta1"]), "beta1");
    add("adam_beta2", number(values["beta2"]), "beta2");
    add("adam_epsilon", number(values["epsilon"]), "epsilon");
  }
  add("weight_decay", number(values["weightDecay"]), "weightDecay");
  add("max_grad_norm", number(clip?.max ?? 0));
  add("lr_scheduler_type", `"${type}"`);
  const fraction = schedule?.values["warmupFraction"];
  if (fraction) add("warmup_ratio", number(fraction));
  else if (schedule?.values["warmup"]) add("warmup_steps", number(schedule.values["warmup"]));
  const cycles = schedule?.values["cycles"];
  if (cycles !== undefined && cycles !== 0.5) add("lr_scheduler_kwargs", `{"num_cycles": ${spellNumber(cycles)}}`);
  add("num_train_epochs", number(epochs));
  add("max_steps", number(steps ?? (epochs === undefined ? schedule?.values["length"] || undefined : undefined)));
  const perDevice = batchSize === undefined ? undefined : batchSize / accumulation;
  add(
    "per_device_train_batch_size",
    number(perDevice !== undefined && Number.isInteger(perDevice) ? perDevice : batchSize),
  );
  if (accumulation !== 1) add("gradient_accumulation_steps", number(accumulation));

  const header = notes.filter(({ hyperparameter }) => hyperparameter === undefined).map(({ text }) => text);
  const first = kept.args.length > 0 ? kept.args : [{ stop: '"output"' }];
  const all: Line[] = [
    ...(target === "" ? [] : commentLines("", header)),
    { pieces: [`${target === "" ? "" : `${target} = `}${kept.callee}(`] },
    ...(target === "" ? commentLines(indent, header) : []),
    ...first.map((it): Line => ({
      pieces: typeof it === "string" ? [`${indent}${it},`] : [`${indent}output_dir=`, it, ","],
    })),
    ...lines,
    { pieces: [")"] },
  ];
  const className = kept.callee.split(".")[0] ?? kept.callee;
  return {
    body: spellSnippet(all),
    imports: className === "TrainingArguments" ? ["from transformers import TrainingArguments"] : [],
  };
}

/** The Trainer gives SGD and RMSprop a rate and a weight decay only; all else is PyTorch's default. */
function optimWord(optimizer: string, { values }: ParameterGroup): string | undefined {
  const plain = (defaults: Readonly<Record<string, number>>) =>
    Object.entries(values).every(
      ([name, value]) => ["learningRate", "weightDecay"].includes(name) || value === (defaults[name] ?? 0),
    );
  if (optimizer === "AdamW") return values["amsgrad"] || values["maximize"] ? undefined : "adamw_torch";
  if (optimizer === "SGD") return plain({}) ? "sgd" : undefined;
  if (optimizer === "RMSProp") return plain({ beta2: 0.99, epsilon: 1e-8 }) ? "rmsprop" : undefined;
  if (optimizer === "Adafactor") return plain(trainerAdafactor) ? "adafactor" : undefined;
  return undefined;
}
