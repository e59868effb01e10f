import type { Configuration } from "../../protocol/index.ts";
import { libraryDefaults, type Library, type OptimizerWords } from "../vocabulary/index.ts";

/** How a library's optimizers are brought into a file, and whether they are handed the parameters. */
export interface Place {
  readonly prefix: string;
  readonly import: string;
  readonly parameters: boolean;
}
const places: Readonly<Partial<Record<string, Place>>> = {
  keras: { prefix: "keras.optimizers.", import: "import keras", parameters: false },
  optax: { prefix: "optax.", import: "import optax", parameters: false },
  tensorflow1: { prefix: "tf.compat.v1.train.", import: "import tensorflow as tf", parameters: false },
  timm: { prefix: "timm.optim.", import: "import timm.optim", parameters: true },
  bitsandbytes: { prefix: "bnb.optim.", import: "import bitsandbytes as bnb", parameters: true },
  schedulefree: { prefix: "schedulefree.", import: "import schedulefree", parameters: true },
  torch_optimizer: { prefix: "torch_optimizer.", import: "import torch_optimizer", parameters: true },
};
/** Packages that are not called as their library is here. */
const packages: Readonly<Partial<Record<string, string>>> = {
  apex: "apex.optimizers",
  deepspeed: "deepspeed.ops.adam",
  transformers4: "transformers",
  adabelief: "adabelief_pytorch",
  lion: "lion_pytorch",
  prodigy: "prodigyopt",
};
export const placeOf = (library: Library, { className }: OptimizerWords): Place =>
  places[library.name] ?? {
    prefix: "",
    import: `from ${packages[library.name] ?? library.name} import ${className}`,
    parameters: true,
  };
/** Words of the training loop that stand among the constructor's. */
export const ofTheLoop: Readonly<Partial<Record<string, readonly string[]>>> = { SophiaG: ["bs", "every"] };
/** Among several classes of one optimizer, the one that settles most as the configuration has it. */
export function wordsOf({ optimizers }: Library, { optimizer, groups }: Configuration): OptimizerWords | undefined {
  const values: Readonly<Partial<Record<string, number>>> = groups.at(0)?.values ?? {};
  const misses = (words: OptimizerWords): number => {
    const said = new Set(words.arguments.flatMap(({ names }) => names));
    const settled = libraryDefaults(words);
    const unsaid = Object.entries(values).filter(([name, value]) => !said.has(name) && value !== (settled[name] ?? 0));
    const wrong = Object.entries(words.fixed ?? {}).filter(([name, value]) => (values[name] ?? 0) !== value);
    return unsaid.length + wrong.length;
  };
  const fitting = optimizers.filter((words) => words.optimizer === optimizer);
  return fitting.reduce<OptimizerWords | undefined>(
    (best, words) => (best && misses(best) <= misses(words) ? best : words),
    undefined,
  );
}
