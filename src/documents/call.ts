import type { Span } from "./document.ts";

/** One call, or one mapping that stands for a call (`{"type": "Adam", …}`; the root of a JSON file has the callee ""). */
export interface Call {
  /**
   * Dotted, imports followed: "torch.optim.Adam" for `O.Adam` after `from torch import optim as O`. A leading dot where
   * the name is of the file's own making; a "?" at the end where the class is looked up by an unknown name.
   */
  readonly callee: string;
  /** Where it is one of several and nothing says which. */
  readonly options?: readonly string[];
  /** As it stands: "O.Adam". */
  readonly written: string;
  readonly args: readonly Argument[];
  /** Of the whole call. */
  readonly span: Span;
  /** 1-based, where it starts. */
  readonly line: number;
  /** Name it is assigned to: "optimizer", "self.optimizer". */
  readonly target?: string;
  /** Blocks around it, the outermost first; absent in formats that have none. */
  readonly blocks?: readonly Block[];
}
export interface Argument {
  /** Keyword, or position from 0. */
  readonly name: string | number;
  readonly value: Value;
  /** Of the whole argument, name included. */
  readonly span: Span;
}
/** How a value was come by; absent where it stands as a literal in its place. */
export interface Reached {
  /** Where the number itself stands: a constant's literal, an argparse default. */
  readonly source?: Span;
  /** "constant BASE_LR", "--lr default". */
  readonly via?: string;
  /** It is arithmetic; `source`, or the value's own span, is the whole expression. */
  readonly computed?: boolean;
}
interface Placed {
  /** The expression in its place. */
  readonly span: Span;
  readonly reached?: Reached;
}
export interface NumberValue extends Placed {
  readonly kind: "number";
  readonly value: number;
  /** It is a word in quotes in the source: "1e-3". */
  readonly quoted?: boolean;
}
export interface FlagValue extends Placed {
  readonly kind: "flag";
  readonly value: boolean;
}
export interface TextValue extends Placed {
  readonly kind: "text";
  readonly value: string;
}
export interface NoneValue extends Placed {
  readonly kind: "none";
}
export interface ListValue extends Placed {
  readonly kind: "list";
  readonly items: readonly Value[];
}
export interface DictValue extends Placed {
  readonly kind: "dict";
  /** In order; a later entry of the same key has been put in the former's place. */
  readonly entries: readonly Entry[];
  /** Something unknown was merged into it: an absent key may be there. */
  readonly open?: boolean;
}
export interface Entry {
  readonly key: string;
  readonly value: Value;
  readonly span: Span;
}
export interface CallValue extends Placed {
  readonly kind: "call";
  readonly call: Call;
}
/** A class, function or module by its dotted name, imports followed. */
export interface NameValue extends Placed {
  readonly kind: "name";
  readonly path: string;
}
/** A function of one variable as arithmetic in `e`, its other names replaced by numbers. */
export interface FormulaValue extends Placed {
  readonly kind: "formula";
  readonly formula: string;
}
/** It cannot be known from this text. */
export interface UnresolvedValue extends Placed {
  readonly kind: "unresolved";
  /** The expression as it stands. */
  readonly text: string;
  /** One of these, where that much is known. */
  readonly options?: readonly Value[];
}
export type Value =
  | NumberValue
  | FlagValue
  | TextValue
  | NoneValue
  | ListValue
  | DictValue
  | CallValue
  | NameValue
  | FormulaValue
  | UnresolvedValue;

/** A block around a call. */
export type Block =
  | {
      readonly kind: "function" | "class";
      readonly name: string;
      readonly span: Span;
      readonly bases?: readonly string[];
    }
  | Loop
  /** `taken`: whether the defaults lead into this branch; absent where that cannot be known. `span` is the whole statement's. */
  | {
      readonly kind: "branch";
      readonly span: Span;
      readonly index: number;
      readonly taken?: boolean;
      readonly test: string;
    };
/** A for or while statement. */
export interface Loop {
  readonly kind: "loop";
  readonly span: Span;
  /** Its variable: "epoch"; empty for while. */
  readonly variable: string;
  /** What it runs over, or its condition, as it stands. */
  readonly over: string;
  /** The first value of its variable, where that is a known number. */
  readonly first?: number;
  /** How often it runs: of `range(…)`, also inside tqdm or enumerate; absent otherwise. */
  readonly count?: Value;
}
/** `g["lr"] = …` inside a loop: a name or an entry set to something. */
export interface Setting {
  /** "args.lr", "BATCH_SIZE", 'g["lr"]'. */
  readonly target: string;
  readonly value: Value;
  /** The value as arithmetic in `e`, which counts the turns of a loop around it, or around the call of its function. */
  readonly formula?: string;
  /** What `e` is called there, and what it runs over where a loop says so. */
  readonly counter?: { readonly variable: string; readonly over: string };
  readonly span: Span;
  readonly blocks: readonly Block[];
}
