import type { Argument } from "../vocabulary/index.ts";
import { torch } from "../vocabulary/torch.ts";

/** A class that constructs an optimizer, and what holds when nothing is written. */
export interface OptimizerClass {
  readonly framework: string;
  /** "PyTorch 2.x" */
  readonly title: string;
  readonly name: string;
  /** Whose arithmetic it is here: "AdamW" for AdamW8bit. */
  readonly canonical: string;
  /** In the order of the signature, the parameters left out. */
  readonly arguments: readonly Argument[];
  readonly note?: string;
}
const canonicalWords: Readonly<Record<string, readonly string[]>> = {
  lr: ["learningRate"],
  betas: ["beta1", "beta2"],
  eps: ["epsilon"],
  weight_decay: ["weightDecay"],
};
/** `lr 1e-3, betas (0.9, 0.999)` as a table; words without a canonical name keep the library's. */
function signature(defaults: Readonly<Record<string, number | boolean | readonly number[] | undefined>>): Argument[] {
  return Object.entries(defaults).map(([word, value]) => {
    const many = Array.isArray(value) ? (value as readonly number[]) : undefined;
    const names = canonicalWords[word] ?? (many ? many.map((_, i) => `${word}${i + 1}`) : [word]);
    if (typeof value === "boolean") return { word, names, defaults: [Number(value)], flag: true };
    if (value === undefined) return { word, names };
    return { word, names, defaults: many ?? [value as number] };
  });
}
const betas = [0.9, 0.999];
const adamLike = (lr: number, weight_decay = 0) => signature({ lr, betas, eps: 1e-8, weight_decay });

const torchTitle = "PyTorch 2.x";
/** Every optimizer of torch.optim by its name there. */
export const torchClasses: ReadonlyMap<string, OptimizerClass> = new Map([
  ...torch.optimizers.map(({ className, optimizer, arguments: words }): [string, OptimizerClass] => [
    className,
    { framework: "torch", title: torchTitle, name: className, canonical: optimizer, arguments: words },
  ]),
  [
    "SparseAdam",
    {
      framework: "torch",
      title: torchTitle,
      name: "SparseAdam",
      canonical: "Adam",
      arguments: signature({ lr: 1e-3, betas, eps: 1e-8 }),
      note: "It updates only the rows that a sparse gradient touches; the simulation takes every gradient as dense.",
    },
  ],
]);

/** The class that a dotted name means; undefined where it is no optimizer that is known here. */
export function classAt(path: string): OptimizerClass | undefined {
  const torch = /^torch\.optim\.(?:_?[a-z_]+\.)*([A-Z]\w*)$/.exec(path)?.[1];
  if (torch !== undefined) return torchClasses.get(torch);
  // A class looked up by the name that an option gives, in whatever case.
  const lower = /^torch\.optim\.([a-z]+)$/.exec(path)?.[1];
  if (lower !== undefined) return [...torchClasses.values()].find(({ name }) => name.toLowerCase() === lower);
  if (/^transformers\.(?:optimization\.)?AdamW$/.test(path))
    return library(
      "transformers",
      "transformers",
      "AdamW",
      "AdamW",
      signature({ lr: 1e-3, betas, eps: 1e-6, weight_decay: 0, correct_bias: true }),
    );
  const bits =
    /^(?:bitsandbytes|bnb)\.optim\.(?:\w+\.)?((Paged)?(AdamW?|SGD|RMSprop|Lion|LAMB|LARS|Adagrad|AdEMAMix)(?:8bit|32bit)?)$/.exec(
      path,
    );
  const family = bits?.[3];
  if (bits?.[1] !== undefined && family !== undefined) {
    const like = torchClasses.get(family);
    const eight = /8bit/.test(bits[1]) ? "Its state is kept in 8 bits; the simulation uses exact numbers." : undefined;
    return library(
      "bitsandbytes",
      "bitsandbytes",
      bits[1],
      like?.canonical ?? family,
      like?.arguments ?? adamLike(1e-3),
      eight,
    );
  }
  const fused = /^(?:apex\.optimizers\.|deepspeed\.ops\.adam\.)?(FusedAdam|DeepSpeedCPUAdam)$/.exec(path)?.[1];
  if (fused !== undefined)
    return library(
      path.startsWith("deepspeed") ? "deepspeed" : "apex",
      path.startsWith("deepspeed") ? "DeepSpeed" : "apex",
      fused,
      "AdamW",
      signature({ lr: 1e-3, bias_correction: true, betas, eps: 1e-8, adam_w_mode: true, weight_decay: 0 }),
    );
  return undefined;
}
function library(
  framework: string,
  title: string,
  name: string,
  canonical: string,
  words: readonly Argument[],
  note?: string,
): OptimizerClass {
  return { framework, title, name, canonical, arguments: words, ...(note === undefined ? {} : { note }) };
}
