/** One argument as a library spells it, and the canonical hyperparameters it carries: betas carries beta1 and beta2. */
export interface Argument {
  readonly word: string;
  readonly names: readonly string[];
  /** One for each name; absent where the library requires the argument. */
  readonly defaults?: readonly number[];
  /** Spelled True and False. */
  readonly flag?: boolean;
  /** Spelled by a word; the value is its index. */
  readonly choices?: readonly string[];
  /** What None means; where absent, None is the default. */
  readonly none?: number;
}
/** The library's class of an optimizer of ours; arguments in the order of its signature, the parameters left out. */
export interface OptimizerWords {
  readonly className: string;
  /** Canonical name. */
  readonly optimizer: string;
  readonly arguments: readonly Argument[];
  /** Canonical hyperparameters that the library settles without a word for them: where ε stands, what v starts from. */
  readonly fixed?: Readonly<Record<string, number>>;
  /** What older versions settle differently. */
  readonly before?: { readonly version: number; readonly fixed: Readonly<Record<string, number>> };
}
/** What a library calls a schedule and what it is told; structural words beside those of its numbers. */
export interface ScheduleWords {
  readonly library: "torch" | "transformers" | "keras" | "optax" | "deepspeed";
  readonly arguments: readonly Argument[];
  /** Positions in the library's signature, the optimizer left out, where they are not those words in their order here. */
  readonly signature?: readonly string[];
  /** The list of milestones or boundaries. */
  readonly points?: string;
  /** The list of rates between them. */
  readonly levels?: string;
  /** A mapping from boundaries to factors: points and levels in one. */
  readonly pieces?: string;
  readonly parts?: string;
  /** A list of the arguments of one schedule over and over. */
  readonly repeats?: { readonly word: string; readonly name: string };
  readonly formula?: string;
  /** Canonical names that no word of the library says. */
  readonly more?: readonly string[];
}
/** What one library calls things. */
export interface Library {
  /** As configurations name it: "torch", "keras". */
  readonly name: string;
  /** Other names for it. */
  readonly aliases?: readonly string[];
  /** "PyTorch 2.x" */
  readonly title: string;
  readonly optimizers: readonly OptimizerWords[];
}

export const number = (word: string, name: string, standard?: number): Argument => ({
  word,
  names: [name],
  ...(standard === undefined ? {} : { defaults: [standard] }),
});
/** A number that may be None, which means `none`. */
export const optional = (word: string, name: string, standard: number, none = 0): Argument => ({
  word,
  names: [name],
  defaults: [standard],
  none,
});
export const flag = (word: string, name: string, standard = 0): Argument => ({
  word,
  names: [name],
  defaults: [standard],
  flag: true,
});
export const choice = (
  word: string,
  name: string,
  standard: number,
  choices: readonly string[],
  none?: number,
): Argument => ({ word, names: [name], defaults: [standard], choices, ...(none === undefined ? {} : { none }) });
export const tuple = (word: string, names: readonly string[], defaults: readonly number[]): Argument => ({
  word,
  names,
  defaults,
});
export const betas = (...defaults: readonly [number, number, ...number[]]): Argument =>
  tuple(
    "betas",
    defaults.map((_, i) => `beta${i + 1}`),
    defaults,
  );
/** Every default of the library, by canonical name. */
export const defaultsOf = (all: readonly Argument[]): Record<string, number> =>
  Object.fromEntries(
    all.flatMap(({ names, defaults }) => (defaults ? names.map((name, i) => [name, defaults[i] ?? 0] as const) : [])),
  );
