import type { Chart, Frame } from "./chart.ts";
import type { Configuration, Lists, Note, ProblemConfiguration } from "./configuration.ts";
import type { Hyperparameter } from "./hyperparameter.ts";

/** A sentence in which **numbers** between double asterisks are emphasised. Nothing else is markup. */
export type Sentence = string;

/** Measured against predicted; a number is absent where the run diverged or nothing predicts it. Every number is finite. */
export interface Finding {
  readonly quantity: string;
  readonly measured?: number;
  readonly standardError?: number;
  /** Standard errors within which it agrees: 2 where absent. */
  readonly within?: number;
  readonly predicted?: number;
  /**
   * "agrees" within so many standard errors (or within rounding where there is none), "off" beyond, "none" without a prediction;
   * "exact" where the number is no measurement.
   */
  readonly verdict: "agrees" | "off" | "none" | "out of range" | "exact";
  /** Why it is what it is, in one line. */
  readonly reason?: string;
  /** Under which the prediction holds. */
  readonly assumption?: string;
  /** What the number may follow from, as documents name origins; those of them that a document writes are shown. */
  readonly from?: { readonly group: number; readonly names: readonly string[] };
}
/** A vertical rule with words in a chart: where seeds began to diverge. */
export interface Rule {
  readonly chart: string;
  readonly x: number;
  readonly text: string;
}
/** What a lab says of a run, at any moment of it. */
export interface Report {
  readonly answer: Sentence;
  /** The problem and that it is a model problem, or advice after divergence. One line, plain text. */
  readonly status: string;
  readonly diverged?: boolean;
  /** A change that would help, offered as a link: "Set η to 1.9". */
  readonly advice?: { readonly text: string; readonly name: string; readonly value: number };
  readonly rules: readonly Rule[];
  readonly assumptions?: Readonly<Record<string, string>>; // by chart id: what is broken in this run
}
/** How far a run is, in the lab's own unit ("steps", "samples"). */
export interface Progress {
  readonly done: number;
  readonly total: number;
  readonly unit: string;
  readonly secondsLeft?: number;
}

// ---------------------------------------------------------------- between the editor and the simulating thread

/** A configuration to compare with, and its name in charts and sentences: "Keras AdamW". */
export interface Other {
  readonly label: string;
  readonly configuration: Configuration;
}
export interface Order {
  readonly type: "run";
  readonly run: number;
  readonly lab: string;
  readonly seed: number;
  readonly configuration: Configuration;
  readonly problem: ProblemConfiguration;
  readonly controls: Readonly<Record<string, number>>;
  /** What the configuration is called beside those it is compared with: "PyTorch AdamW". */
  readonly label?: string;
  /** For labs that compare. */
  readonly others?: readonly Other[];
  /** For labs that take some controls as lists. */
  readonly lists?: Lists;
}
export type ToWorker = Order | { readonly type: "stop" };
export type FromWorker =
  | {
      readonly type: "frames";
      readonly run: number;
      readonly frames: readonly Frame[];
      readonly report: Report;
      readonly progress: Progress;
    }
  | {
      readonly type: "done";
      readonly run: number;
      readonly findings: readonly Finding[];
      readonly report: Report;
      readonly seconds: number;
    }
  | { readonly type: "stopped"; readonly run: number; readonly report: Report; readonly progress: Progress }
  | { readonly type: "failed"; readonly run: number; readonly message: string; readonly details: string };

// ---------------------------------------------------------------- between the editor and the panel

export interface Knob {
  readonly of: "optimizer" | "schedule" | "problem" | "lab";
  readonly name: string;
  readonly hyperparameter: Hyperparameter;
  readonly value: number;
  /** What the code says (or its library's default); the tick on the slider and the target of Reset. */
  readonly original: number;
  readonly origin: KnobOrigin;
}
export type KnobOrigin =
  | { readonly kind: "written"; readonly line: number }
  | { readonly kind: "default"; readonly text: string } // "PyTorch default"
  | { readonly kind: "unresolved"; readonly line: number; readonly text: string } // the expression; the default stands in
  | { readonly kind: "control" }; // a lab's own: no document says it

/** A line of text that belongs to the problem: a formula. */
export interface TextKnob {
  readonly name: string;
  readonly symbol: string;
  readonly label: string;
  readonly meaning: string;
  readonly value: string;
  /** What the experiment file says, or the problem's own. */
  readonly original: string;
}

/** One line of what Apply would write: η 5e-4 → 1e-3 in train.py:48. */
export interface Change {
  readonly symbol: string;
  readonly from: string;
  readonly to: string;
  readonly where: string;
  readonly line: number;
  /** What else the writing does: "in place of BASE_LR * BATCH / 256", "adds the argument". */
  readonly note?: string;
}
export interface Choice {
  readonly label: string;
  readonly detail: string;
  readonly line: number;
}
export interface Show {
  readonly type: "show";
  readonly run: number;
  readonly optimizer: string;
  readonly file: string;
  readonly line: number;
  /** "PyTorch 2.x" */
  readonly framework: string;
  /** All optimizers of the file, and which is shown. */
  readonly choices: readonly Choice[];
  readonly chosen: number;
  readonly labs: readonly { readonly name: string; readonly title: string; readonly question: string }[];
  readonly lab: string;
  readonly page?: string; // of the lab, where it has one: the editor knows where it is
  readonly about: string; // the lab's source and what it claims, for "About this lab"
  readonly charts: readonly Chart[];
  readonly groups: readonly string[];
  readonly group: number;
  readonly knobs: readonly Knob[];
  readonly problems: readonly { readonly name: string; readonly title: string }[];
  readonly problem: string;
  readonly texts?: readonly TextKnob[]; // of the problem, where it has any
  readonly notes: readonly Note[];
  /** Where the library does something else than the code suggests: a sentence and its line. */
  readonly warnings?: readonly { readonly text: string; readonly line: number }[];
  /** By group: the lines of what the document writes, named as a finding's `from` names them. */
  readonly places?: readonly Readonly<Record<string, number>>[];
  readonly changes: readonly Change[];
  /** The former run of this chart set, drawn faint; `label` says what differed: "η 5e-4". */
  readonly before?: { readonly label: string; readonly frames: readonly Frame[]; readonly pinned: boolean };
  /** Set when what follows is a stored run brought back. */
  readonly restored?: string;
  /** Draw high-contrast patterns in every theme. */
  readonly patterns: boolean;
  /** What the panel must hand back to be restored after a reload; opaque to it. */
  readonly subject: unknown;
}
/** There is nothing to simulate: says so, and what to do. */
export interface Empty {
  readonly type: "empty";
  readonly answer: Sentence;
  readonly status: string;
  readonly actions: readonly ("insert" | "example" | "again")[];
}
/** The code no longer reads as it did; the charts stay. Absent text takes the banner away. */
export interface Stale {
  readonly type: "stale";
  readonly text?: string;
  readonly status?: string;
}
/** After Apply, or when an exported file was written: one line near the button. */
export interface Said {
  readonly type: "said";
  readonly about: "apply" | "export";
  readonly text: string;
}
export type ToWebview = FromWorker | Show | Empty | Stale | Said;
export type FromWebview =
  | { readonly type: "ready" }
  | { readonly type: "stop" }
  | { readonly type: "again" }
  | { readonly type: "insert" }
  | { readonly type: "page" } // the page of the lab that is shown
  | { readonly type: "example" }
  | { readonly type: "apply" }
  | { readonly type: "save" }
  | { readonly type: "reveal"; readonly line?: number }
  | { readonly type: "choose"; readonly lab: string }
  | { readonly type: "pick"; readonly index: number }
  | { readonly type: "group"; readonly index: number }
  | { readonly type: "problem"; readonly name: string }
  | { readonly type: "set"; readonly of: Knob["of"]; readonly name: string; readonly value: number }
  | { readonly type: "reset"; readonly of: Knob["of"]; readonly name: string }
  | { readonly type: "write"; readonly name: string; readonly text: string } // a text of the problem
  | { readonly type: "hide" }
  | { readonly type: "pin"; readonly on: boolean }
  | { readonly type: "copy"; readonly text: string }
  | { readonly type: "rates" } // rate, momentum and decay at every step, onto the clipboard
  | { readonly type: "export"; readonly name: string; readonly bytes: Uint8Array }
  | { readonly type: "painted"; readonly run: number }; // the first frame of a run is on the screen
