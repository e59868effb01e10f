import { adamPackages } from "./adamPackages.ts";
import { authors } from "./authors.ts";
import { keras } from "./keras.ts";
import { optax } from "./optax.ts";
import { tensorflow1 } from "./tensorflow1.ts";
import { timm } from "./timm.ts";
import { torch } from "./torch.ts";
import { defaultsOf, type Library, type OptimizerWords } from "./words.ts";

export { canonicalSchedule, scheduleTypes, schedules, signatureOf } from "./schedules.ts";
export type * from "./words.ts";
export { defaultsOf } from "./words.ts";

/** In the order a reader would look them up. */
export const libraries: readonly Library[] = [torch, keras, optax, tensorflow1, timm, ...adamPackages, ...authors];

export function findLibrary(name: string): Library | undefined {
  const lower = name.toLowerCase();
  return libraries.find((it) => it.name === lower || it.aliases?.includes(lower));
}
const same = (a: string, b: string) => a.toLowerCase() === b.toLowerCase();
const within = ({ optimizers }: Library, written: string): OptimizerWords | undefined =>
  optimizers.find(({ className }) => className === written) ??
  optimizers.find(({ className }) => same(className, written)) ??
  optimizers.find(({ optimizer }) => same(optimizer, written));

/** What a library calls an optimizer, by its class or by the canonical name; libraries for PyTorch lend each other theirs. */
export function optimizerWords(framework: string, written: string): OptimizerWords | undefined {
  const library = findLibrary(framework);
  const own = library && within(library, written);
  if (own || library?.name === "keras" || library?.name === "optax" || library?.name === "tensorflow1") return own;
  for (const other of [torch, timm, ...adamPackages, ...authors, keras, optax]) {
    const found = within(other, written);
    if (found) return found;
  }
  return undefined;
}
/** Every canonical hyperparameter that some library has a word for, or settles: what an experiment file may say of it. */
export const canonicalNames = (optimizer: string): string[] => [
  ...new Set(
    libraries.flatMap(({ optimizers }) =>
      optimizers
        .filter((it) => it.optimizer === optimizer)
        .flatMap((it) => [
          ...it.arguments.flatMap(({ names }) => names),
          ...Object.keys({ ...it.before?.fixed, ...it.fixed }),
        ]),
    ),
  ),
];
/** What holds in a library where nothing is written: its defaults, and what it settles. Older versions may differ. */
export function libraryDefaults(words: OptimizerWords, version?: string): Record<string, number> {
  const major = version === undefined ? Infinity : parseFloat(version.replace(/^[^\d]*/, ""));
  const old = words.before !== undefined && major < words.before.version;
  return { ...defaultsOf(words.arguments), ...words.fixed, ...(old && words.before.fixed) };
}
/** PyTorch's words by canonical name. */
export const torchOptimizers: Readonly<Partial<Record<string, OptimizerWords>>> = Object.fromEntries(
  torch.optimizers.map((it) => [it.optimizer, it]),
);
