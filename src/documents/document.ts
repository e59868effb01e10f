import type { Configuration, Lists, Note, Other } from "../protocol/index.ts";
import type { Call, Loop, Setting } from "./call.ts";

/** Offsets into the text (UTF-16 code units, as VS Code counts them); copied, never a parser's node. */
export interface Span {
  readonly from: number;
  readonly to: number;
}
/** A way of writing text down: python, json. */
export interface Format {
  /** VS Code language ids. */
  readonly languages: readonly string[];
  /** Whatever is whole, however broken the rest; never throws. */
  read(text: string): Reading;
}
/** All calls of a document, and what else stands in it, in one shape for every format. */
export interface Reading {
  readonly calls: readonly Call[];
  readonly text: string;
  /** Of programs only. */
  readonly loops?: readonly Loop[];
  readonly settings?: readonly Setting[];
}
/** A vocabulary: names, spellings, the library's own defaults. */
export interface Framework {
  readonly name: string;
  /** "PyTorch 2.x" */
  readonly title: string;
  /** All calls: a batch size or a schedule stands elsewhere in the file. */
  recognise(reading: Reading): Detection[];
  /** A working construct in this framework's words, or undefined where it has none for this optimizer. */
  write(configuration: Configuration, notes: readonly Note[], style: WritingStyle): Snippet | undefined;
}
/** How the file at hand writes things. */
export interface WritingStyle {
  /** What precedes an optimizer class here: "torch.optim.", "optim.", "". */
  readonly prefix: string;
  /** Text of the parameters argument: "model.parameters()". */
  readonly parameters: string;
  /** Name the construct is assigned to: "optimizer"; empty where it replaces an expression. */
  readonly target: string;
  readonly indent: string;
}
/** Text with VS Code tab stops (${1:1e-3}); `imports` are lines the file still lacks. */
export interface Snippet {
  readonly body: string;
  readonly imports: readonly string[];
}

/** One construction of an optimizer. Plain data: it crosses threads. */
export interface Detection {
  readonly framework: string;
  /** "PyTorch 2.x" */
  readonly frameworkTitle: string;
  /** Of the whole call. */
  readonly span: Span;
  /** 1-based, where the call starts. */
  readonly line: number;
  /** In canonical names, the library's defaults filled in. */
  readonly configuration: Configuration;
  /** For each group, one origin for each canonical hyperparameter; those of its schedule under "schedule.<name>". */
  readonly origins: readonly Readonly<Record<string, Origin>>[];
  /** As written, in the library's own names: what `detect --json` prints. */
  readonly spelled: Spelled;
  /** Name it is assigned to, where it is. */
  readonly target?: string;
  /** Set where a branch chosen by name is the one that the default selects (true) or is not (false). */
  readonly active?: boolean;
  /** Things a user should know about how it was read. */
  readonly notes: readonly Note[];
  /** Only an experiment file says. */
  readonly experiment?: Experiment;
}
/** What an experiment file (`*.optlab.json`) adds to a configuration. */
export interface Experiment {
  readonly lab: string;
  readonly seed: number;
  readonly controls: Readonly<Record<string, number>>;
  /** Controls that are lists. */
  readonly lists?: Lists;
  readonly problem?: {
    readonly name: string;
    readonly values?: Readonly<Record<string, number>>;
    readonly data?: Readonly<Record<string, unknown>>;
  };
  /** What the configuration is compared with. */
  readonly others?: readonly Other[];
}
export interface Origin {
  readonly kind: "written" | "default" | "unresolved";
  /** The expression in the construction, or the construction itself for a default. */
  readonly span: Span;
  /** The expression as it stands, for "unresolved" and for values reached through names: "args.lr", "cfg.eps". */
  readonly text?: string;
  /** Where the number itself stands, if not in the construction: a constant, an argparse default. */
  readonly source?: Span;
  /** How it was reached: "--lr default", "constant BASE_LR". */
  readonly via?: string;
  /** 1-based line to show and to go to: of `source` where there is one, else of `span`. */
  readonly line: number;
  /** How to write another value back; absent where that is not possible. */
  readonly site?: Site;
}
/**
 * Replace `span` by `template`, in which {name} stands for the canonical hyperparameter's new spelling. Two hyperparameters
 * with the same site are written in one edit (β₁ and β₂ in one tuple).
 */
export interface Site {
  readonly span: Span;
  readonly template: string;
  /** "adds the argument", "in place of BASE_LR * BATCH / 256" */
  readonly note?: string;
}
/** JSON values as `detect --json` prints them. */
export type Printed = number | string | boolean | null | readonly Printed[] | { readonly [key: string]: Printed };
export interface Spelled {
  readonly optimizer: string | null;
  readonly hyperparameters: Readonly<Record<string, Printed>>;
  readonly scheduler?: { readonly name: string; readonly args: Readonly<Record<string, Printed>> };
  readonly groups?: readonly Readonly<Record<string, Printed>>[];
  /** What the construction itself writes of the run; what stands elsewhere in the file is in FileFacts. */
  readonly run?: FileFacts & { readonly accumulation?: number };
}
/** What else a file says about the run. */
export interface FileFacts {
  readonly batchSize?: number;
  readonly epochs?: number;
  readonly steps?: number;
  readonly gradClip?: number;
}
export interface DocumentReading {
  readonly detections: readonly Detection[];
  readonly facts: FileFacts;
}
