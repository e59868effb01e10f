import { findLibrary, libraryDefaults, optimizerWords } from "../vocabulary/index.ts";
import { betas, flag, number, optional, type Argument } from "../vocabulary/words.ts";
import type { OptimizerClass } from "./torchClasses.ts";

// Optimizers for PyTorch from packages other than torch: under which arithmetic each is simulated, and what is said of it.

/** Python modules that hold the classes of a library of the vocabulary. */
const modules: readonly (readonly [RegExp, library: string])[] = [
  [/^timm\.optim\.(?:\w+\.)*(\w+)$/, "timm"],
  [/^adabelief_pytorch\.(?:\w+\.)*(\w+)$/, "adabelief"],
  [/^(?:adan|adan_pytorch)\.(?:\w+\.)*(\w+)$/, "adan"],
  [/^(?:lion|lion_pytorch)\.(?:\w+\.)*(\w+)$/, "lion"],
  [/^prodigyopt\.(?:\w+\.)*(\w+)$/, "prodigy"],
  [/^schedulefree\.(?:\w+\.)*(\w+)$/, "schedulefree"],
  [/^torch_optimizer\.(?:\w+\.)*(\w+)$/, "torch_optimizer"],
  [/^(?:soap|SOAP)\.(?:\w+\.)*(\w+)$/, "soap"],
  [/^(?:sophia|Sophia)\.(?:\w+\.)*(\w+)$/, "sophia"],
  [/^transformers\.(?:optimization\.)?(Adafactor)$/, "transformers"],
];
/** Packages whose classes go by PyTorch's names; titles as the panel prints them. */
const titles: Readonly<Record<string, string>> = {
  apex: "apex",
  deepspeed: "DeepSpeed",
  bitsandbytes: "bitsandbytes",
  transformers: "transformers",
};
const rate = number("lr", "learningRate", 1e-3);
const decay = (standard: number) => number("weight_decay", "weightDecay", standard);

const fewBits = "Its state is kept in 8 bits; the simulation uses exact numbers.";
const fusedNote = "It computes in one kernel what its unfused form computes in several; the arithmetic is the same.";
const decaysItself = "It takes weight decay from θ itself, as AdamW does.";
const paged = "Its state may be moved to the host's memory, which changes no number.";

export function packageClass(path: string): OptimizerClass | undefined {
  for (const [pattern, library] of modules) {
    const name = pattern.exec(path)?.[1];
    const found = name === undefined ? undefined : classOf(library, name);
    if (found) return found;
  }
  if (/^transformers\.(?:optimization\.)?AdamW$/.test(path))
    return like("transformers", "AdamW", "AdamW", undefined, "transformers4");
  return fused(path) ?? lowBit(path);
}
/** A class of a library of the vocabulary, in its own arithmetic; `torch_optimizer` also holds forms of others' optimizers. */
function classOf(library: string, name: string): OptimizerClass | undefined {
  const found = findLibrary(library);
  const words = optimizerWords(library, name);
  if (!found || !words || !/^[A-Z]/.test(name)) return undefined;
  return {
    framework: library === "transformers" ? "transformers" : found.name,
    title: found.title,
    name,
    canonical: words.optimizer,
    arguments: words.arguments,
    library: found.name,
    fixed: libraryDefaults({ ...words, arguments: [] }),
  };
}

/** apex and DeepSpeed. FusedAdam decays as AdamW does unless told otherwise. */
function fused(path: string): OptimizerClass | undefined {
  const [, name] = /^(?:apex\.optimizers\.|deepspeed\.ops\.\w+\.|deepspeed\.runtime\.[\w.]+\.)?(\w+)$/.exec(path) ?? [];
  const package_ = path.startsWith("deepspeed") ? "deepspeed" : "apex";
  switch (name) {
    case "FusedAdam":
    case "DeepSpeedCPUAdam":
      return like(package_, name, name, fusedNote);
    case "FusedLAMB":
    case "FusedLamb":
      return made(
        package_,
        name,
        "LAMB",
        [
          ...[rate, flag("bias_correction", "biasCorrection", 1), betas(0.9, 0.999)],
          ...[number("eps", "epsilon", 1e-6), decay(0.01)],
          flag("grad_averaging", "gradientAveraging", 1),
          optional("max_grad_norm", "maxGradientNorm", 1),
        ],
        fusedNote,
      );
    case "FusedSGD":
      return like(package_, name, "SGD", fusedNote);
    case "FusedAdagrad":
      return like(package_, name, "Adagrad", fusedNote);
    case "OnebitAdam":
      return path.startsWith("deepspeed")
        ? made(
            package_,
            name,
            "Adam",
            [rate, betas(0.9, 0.999), number("eps", "epsilon", 1e-8), decay(0)],
            "After its warm-up it sends momentum in one bit; the simulation is Adam without compression.",
          )
        : undefined;
    default:
      return undefined;
  }
}
/** bitsandbytes: Adam8bit, PagedAdamW32bit … */
function lowBit(path: string): OptimizerClass | undefined {
  const [, name, moved, family, bits] =
    /^(?:bitsandbytes|bnb)\.optim\.(?:\w+\.)?((Paged)?(AdamW?|SGD|RMSprop|Lion|LAMB|LARS|Adagrad)(8bit|32bit)?)$/.exec(
      path,
    ) ?? [];
  if (name === undefined || family === undefined) return undefined;
  const notes = [...(bits === "8bit" ? [fewBits] : []), ...(moved === undefined ? [] : [paged])];
  if (family === "Adam") notes.push(decaysItself);
  return like("bitsandbytes", name, family, notes.length > 0 ? notes.join(" ") : undefined);
}

/** With the words and defaults that the package's library has, or PyTorch, or the optimizer's own package. */
function like(
  package_: string,
  name: string,
  family: string,
  note?: string,
  library = package_,
): OptimizerClass | undefined {
  const words = optimizerWords(library, family);
  return words && made(package_, name, words.optimizer, words.arguments, note, words.fixed);
}
const made = (
  package_: string,
  name: string,
  canonical: string,
  words: readonly Argument[],
  note?: string,
  fixed?: Readonly<Record<string, number>>,
): OptimizerClass => ({
  framework: package_,
  title: titles[package_] ?? package_,
  name,
  canonical,
  arguments: words,
  ...(note === undefined ? {} : { note }),
  ...(fixed === undefined ? {} : { fixed }),
});
