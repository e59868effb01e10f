/** What a document asks for, in canonical names. Plain JSON. */
export interface Configuration {
  /** Whose arithmetic is meant: "torch", "keras", "paper" … */
  readonly framework: string;
  /** Assumed where the file does not say. */
  readonly version?: string;
  /** Canonical name ("AdamW"), or the library's own where no optimizer of ours answers to it. */
  readonly optimizer: string;
  /** One or more, in the order the optimizer holds them. */
  readonly groups: readonly ParameterGroup[];
  /** Examples per update, as far as the file says. */
  readonly batchSize?: number;
  /** Length of the run, in updates. */
  readonly steps?: number;
  readonly epochs?: number;
  /** Updates of one epoch. */
  readonly stepsPerEpoch?: number;
  readonly accumulation?: number;
  readonly clip?: Clip;
  readonly around?: Around;
}
/** What is put around an optimizer; all of it applies to all groups. */
export interface Around {
  /** Sharpness-aware minimization: the gradient is taken at θ + ρ g/‖g‖ (adaptive: ρ θ² g/‖|θ| g‖). */
  readonly sam?: { readonly rho: number; readonly adaptive?: boolean };
  /** Every `every` steps the slow weights go the share `alpha` of the way to the fast ones, which restart there. */
  readonly lookahead?: { readonly every: number; readonly alpha: number };
  /**
   * The weights that are evaluated: an average of θ with memory `decay` ("ema"), or of all ("polyak"), begun after step
   * `from` and taken `every` so many steps; θ itself is set to it every `overwriteEvery` steps.
   */
  readonly average?: {
    readonly type: "ema" | "polyak";
    readonly decay?: number;
    readonly from?: number;
    readonly every?: number;
    readonly overwriteEvery?: number;
  };
}
export interface ParameterGroup {
  readonly name: string;
  /** Canonical hyperparameter to number; what is absent holds the optimizer's default. */
  readonly values: Readonly<Record<string, number>>;
  readonly schedule?: ScheduleConfiguration;
  /** Schedules of other hyperparameters, by canonical name ("weightDecay"); the value is what they start from. */
  readonly schedules?: Readonly<Record<string, ScheduleConfiguration>>;
  /** How many coordinates are this group's; without it they are split evenly, in order. */
  readonly size?: number;
}
export interface ScheduleConfiguration {
  /** As its library calls it: "CosineAnnealingLR", "get_linear_schedule_with_warmup". */
  readonly name: string;
  readonly values: Readonly<Record<string, number>>;
  /** Milestones or boundaries, in counts of the schedule. */
  readonly points?: readonly number[];
  /** What holds between boundaries (PiecewiseConstantDecay), or the factor of each (piecewise_constant_schedule). */
  readonly levels?: readonly number[];
  /** Schedules that one made of others runs together, or one after the other. */
  readonly parts?: readonly ScheduleConfiguration[];
  /** LambdaLR's factor, or LearningRateScheduler's rate, as Python arithmetic in the counter `e`. */
  readonly formula?: string;
  /** Losses that a schedule which follows one is told, one for each count, in place of the run's own. */
  readonly metrics?: readonly number[];
  /** What one count of the schedule is; an epoch is `stepsPerEpoch` updates. */
  readonly interval?: "step" | "epoch";
  /** It is stepped every so many intervals (Lightning's `frequency`). */
  readonly frequency?: number;
  /** Counts for each time it is stepped: the number of processes, where a library steps it once for each of them. */
  readonly perStep?: number;
}
/** Of the gradient, before every update: its norm over all groups, each entry, or the norm of each tensor by itself. */
export interface Clip {
  readonly type: "norm" | "value" | "tensor";
  readonly max: number;
  /** Added to the norm before dividing; PyTorch's 1e-6 where absent. */
  readonly epsilon?: number;
}
/** A problem by name with its own knobs, or given by data (a list of gradients, a Hessian, a table). */
export interface ProblemConfiguration {
  readonly name: string;
  readonly values?: Readonly<Record<string, number>>;
  /** Checked by the problem itself, which says what is wrong and where. */
  readonly data?: Readonly<Record<string, unknown>>;
}
/** What an experiment file gives as lists of numbers among a lab's controls, by name: several learning rates, a start. */
export type Lists = Readonly<Partial<Record<string, readonly number[]>>>;
/** A remark on a configuration, made by its optimizer: couplings, units, averaging windows. */
export interface Note {
  readonly hyperparameter?: string;
  readonly text: string;
}
