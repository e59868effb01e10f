/** One knob, of an optimizer, a schedule, a problem or a lab. The panel draws it, its owner explains it, a framework spells it. */
export interface Hyperparameter {
  /** As papers print it: "β₂". */
  readonly symbol: string;
  /** A few words the panel can print beside the symbol: "second moment". */
  readonly label: string;
  /** One sentence. */
  readonly meaning: string;
  readonly default: number;
  /** What the slider spans; a typed value may lie outside. */
  readonly range: readonly [low: number, high: number];
  /** "decay" is logarithmic in 1 − β and also shown as N = 1/(1 − β); a "flag" is 0 or 1; a "choice" indexes `choices`. */
  readonly scale: "linear" | "log" | "decay" | "integer" | "flag" | "choice";
  readonly choices?: readonly string[];
  readonly unit?: string;
  /** What a value must satisfy to be run at all; a finite number is always asked for. */
  readonly valid?: Validity;
  /** Shown only when asked for: few change it. */
  readonly rare?: true;
  /** Which of the libraries' ways of computing the same thing: set by the library, not by a word of its own. */
  readonly arithmetic?: true;
}
export interface Validity {
  readonly least?: number;
  readonly above?: number;
  readonly most?: number;
  readonly below?: number;
}
export type Hyperparameters = Readonly<Record<string, Hyperparameter>>;
export type Values<H extends Hyperparameters = Hyperparameters> = { readonly [K in keyof H]: number };
