import { schedules, type Argument } from "../vocabulary/index.ts";

/** Positions of a scheduler's arguments, the optimizer left out; PyTorch 2.x and transformers. */
const signatures: Readonly<Record<string, readonly string[]>> = {
  StepLR: ["step_size", "gamma"],
  MultiStepLR: ["milestones", "gamma"],
  ExponentialLR: ["gamma"],
  CosineAnnealingLR: ["T_max", "eta_min"],
  CosineAnnealingWarmRestarts: ["T_0", "T_mult", "eta_min"],
  LinearLR: ["start_factor", "end_factor", "total_iters"],
  ConstantLR: ["factor", "total_iters"],
  PolynomialLR: ["total_iters", "power"],
  LambdaLR: ["lr_lambda"],
  MultiplicativeLR: ["lr_lambda"],
  SequentialLR: ["schedulers", "milestones"],
  ChainedScheduler: ["schedulers"],
  ReduceLROnPlateau: ["mode", "factor", "patience", "threshold", "threshold_mode", "cooldown", "min_lr", "eps"],
  CyclicLR: ["base_lr", "max_lr", "step_size_up", "step_size_down", "mode", "gamma"],
  OneCycleLR: [
    ...["max_lr", "total_steps", "epochs", "steps_per_epoch", "pct_start", "anneal_strategy", "cycle_momentum"],
    ...["base_momentum", "max_momentum", "div_factor", "final_div_factor", "three_phase"],
  ],
  get_constant_schedule: [],
  get_constant_schedule_with_warmup: ["num_warmup_steps"],
  get_linear_schedule_with_warmup: ["num_warmup_steps", "num_training_steps"],
  get_cosine_schedule_with_warmup: ["num_warmup_steps", "num_training_steps", "num_cycles"],
  get_cosine_with_hard_restarts_schedule_with_warmup: ["num_warmup_steps", "num_training_steps", "num_cycles"],
  get_polynomial_decay_schedule_with_warmup: ["num_warmup_steps", "num_training_steps", "lr_end", "power"],
  get_inverse_sqrt_schedule: ["num_warmup_steps", "timescale"],
  get_cosine_with_min_lr_schedule_with_warmup: ["num_warmup_steps", "num_training_steps", "num_cycles"],
  get_wsd_schedule: ["num_warmup_steps", "num_decay_steps", "num_training_steps"],
};
const n = (word: string, name: string, standard?: number): Argument => ({
  word,
  names: [name],
  ...(standard === undefined ? {} : { defaults: [standard] }),
});
// Schedules that are read but have no words for writing.
const more: Readonly<Record<string, readonly Argument[]>> = {
  CosineAnnealingWarmRestarts: [n("T_0", "length", 0), n("T_mult", "lengthFactor", 1), n("eta_min", "minimum", 0)],
  ReduceLROnPlateau: [n("factor", "factor", 0.1), n("patience", "patience", 10), n("min_lr", "minimum", 0)],
  CyclicLR: [n("base_lr", "minimum"), n("max_lr", "maximum"), n("step_size_up", "rise", 2000), n("gamma", "gamma", 1)],
  get_cosine_with_hard_restarts_schedule_with_warmup: [
    n("num_warmup_steps", "warmup"),
    n("num_training_steps", "length", 0),
    n("num_cycles", "cycles", 1),
  ],
  get_polynomial_decay_schedule_with_warmup: [
    n("num_warmup_steps", "warmup"),
    n("num_training_steps", "length", 0),
    n("lr_end", "minimum", 1e-7),
    n("power", "power", 1),
  ],
  get_inverse_sqrt_schedule: [n("num_warmup_steps", "warmup")],
  get_cosine_with_min_lr_schedule_with_warmup: [
    n("num_warmup_steps", "warmup"),
    n("num_training_steps", "length", 0),
    n("num_cycles", "cycles", 0.5),
    n("min_lr", "minimum", 0),
  ],
  get_wsd_schedule: [n("num_warmup_steps", "warmup"), n("num_training_steps", "length", 0)],
};
/** Names of get_scheduler and of lr_scheduler_type. */
export const scheduleTypes: Readonly<Partial<Record<string, string>>> = {
  linear: "get_linear_schedule_with_warmup",
  cosine: "get_cosine_schedule_with_warmup",
  constant: "get_constant_schedule",
  constant_with_warmup: "get_constant_schedule_with_warmup",
  cosine_with_restarts: "get_cosine_with_hard_restarts_schedule_with_warmup",
  polynomial: "get_polynomial_decay_schedule_with_warmup",
  inverse_sqrt: "get_inverse_sqrt_schedule",
  cosine_with_min_lr: "get_cosine_with_min_lr_schedule_with_warmup",
  warmup_stable_decay: "get_wsd_schedule",
  reduce_lr_on_plateau: "ReduceLROnPlateau",
};
export interface ScheduleClass {
  readonly name: string;
  /** After the optimizer. */
  readonly signature: readonly string[];
  readonly arguments: readonly Argument[];
}
export function scheduleNamed(name: string): ScheduleClass | undefined {
  const signature = signatures[name];
  return signature && { name, signature, arguments: schedules[name]?.arguments ?? more[name] ?? [] };
}
/** The name of the scheduler that a call makes: "StepLR", "get_scheduler". */
export function schedulerMade(callee: string): string | undefined {
  const name =
    /(?:^|\.)lr_scheduler\.(?:\w+\.)?(\w+)$/.exec(callee)?.[1] ??
    /^(?:transformers|diffusers)\.(?:\w+\.)*(get_\w+)$/.exec(callee)?.[1] ??
    /^[A-Za-z]\w+$/.exec(callee)?.[0];
  return name === "get_scheduler" || (name !== undefined && name in signatures) ? name : undefined;
}
