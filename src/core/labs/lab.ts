import type {
  Chart,
  Configuration,
  Finding,
  Frame,
  Hyperparameters,
  Lists,
  Other,
  ProblemConfiguration,
  Progress,
  Report,
  Values,
} from "../../protocol/index.ts";
import type { ProblemData } from "../problems/problem.ts";
import type { Rng } from "../rng.ts";

/** What an order asks of a lab, its controls complete. Plain data. */
export interface Job<C extends Hyperparameters = Hyperparameters> {
  readonly configuration: Configuration;
  readonly problem: ProblemConfiguration;
  readonly controls: Values<C>;
  readonly data: ProblemData;
  /** What the configuration is called beside the others. */
  readonly label?: string;
  /** What it is compared with, in a lab that compares. */
  readonly others?: readonly Other[];
  /** Controls that an experiment file gave as lists. */
  readonly lists?: Lists;
}

/**
 * An experiment on a configuration: a question, the charts that answer it, the work that fills them.
 *
 * The work is cut into units of fixed size, whatever the machine; a unit is a pure generator with a stream of its own.
 * Units run anywhere and in any order. What they yield (a Part: plain data, typed arrays) is gathered by index, so one
 * seed gives the same bytes with one thread or eight.
 */
export interface Lab<C extends Hyperparameters = Hyperparameters, Part = unknown> {
  readonly name: string;
  /** On its tab: "Stationary density". */
  readonly title: string;
  readonly question: string;
  readonly source: string;
  /** A few sentences: what is claimed, how it is measured. For "About this lab". */
  readonly about: string;
  /** Its page under docs/labs, without the ending: what is claimed, the formulas, how to read the charts. */
  readonly page?: string;
  /** Knobs of the simulation: steps, seeds. */
  readonly controls: C;
  /** Names among the controls under which an experiment file may give a list of numbers. */
  readonly lists?: Readonly<Partial<Record<string, ListControl>>>;
  /** Problems it can use, by name; the first is its default. None where it needs no loss at all. */
  readonly problems: readonly string[];
  /** It sets the configuration beside others. */
  readonly compares?: true;
  /** What this configuration implies for the controls: a run as long as its schedule. */
  suggest(configuration: Configuration, problem: ProblemConfiguration): Partial<Values<C>>;
  /** A sentence where this configuration cannot be run here ("Adagrad is read but not simulated yet"). */
  refuse(
    configuration: Configuration,
    problem: ProblemConfiguration,
    controls: Values<C>,
    beside?: Beside,
  ): string | undefined;
  charts(configuration: Configuration, problem: ProblemConfiguration, controls: Values<C>, beside?: Beside): Chart[];
  /** How many units the job is cut into. */
  units(job: Job<C>): number;
  /**
   * Unit number `unit`. `rng` is the run's root: split it by label and by the replicate's own index. Yields often enough
   * that 50 ms never pass between yields: a Part where there is one to hand over, undefined otherwise.
   */
  work(job: Job<C>, unit: number, rng: Rng): Generator<Part | undefined, void>;
  gather(job: Job<C>): Gathering<Part>;
}
export interface ListControl {
  readonly meaning: string;
  /** Its length takes the place of the control of the same name. */
  readonly counts?: true;
}
/** Names and configurations of what is compared, and lists in place of controls. */
export type Beside = Pick<Job, "label" | "others" | "lists">;
/** Merges the parts of all units. Runs on one thread; must itself stay under 50 ms a call. */
export interface Gathering<Part = unknown> {
  /** Parts of one unit come in their order, each once. One's arrays last as long as the call; what is `kept` of it, longer. */
  add(unit: number, part: Part): void;
  /** Frames for what has changed since it was last asked. */
  frames(): Frame[];
  progress(): Progress;
  report(state: "running" | "done" | "stopped"): Report;
  findings(): Finding[];
}
/** Infers C and Part from the literal. */
export const lab = <C extends Hyperparameters, Part>(it: Lab<C, Part>): Lab<C, Part> => it;
