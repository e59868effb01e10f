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
}
/** The library's class of an optimizer of ours; arguments in the order of its signature. */
export interface OptimizerWords {
  readonly className: string;
  readonly arguments: readonly Argument[];
}
export interface ScheduleWords {
  readonly library: "torch" | "transformers";
  readonly arguments: readonly Argument[];
  readonly points?: string;
  readonly parts?: string;
  readonly formula?: string;
}
const number = (word: string, name: string, standard?: number): Argument => ({
  word,
  names: [name],
  ...(standard === undefined ? {} : { defaults: [standard] }),
});
const flag = (word: string, name: string, standard = 0): Argument => ({
  word,
  names: [name],
  defaults: [standard],
  flag: true,
});
const choice = (word: string, name: string, standard: number, choices: readonly string[]): Argument => ({
  word,
  names: [name],
  defaults: [standard],
  choices,
});
const betas: Argument = { word: "betas", names: ["beta1", "beta2"], defaults: [0.9, 0.999] };
const maximize = flag("maximize", "maximize");

/** By canonical name. Signatures and defaults of torch.optim, PyTorch 2.x. */
export const torchOptimizers: Readonly<Partial<Record<string, OptimizerWords>>> = {
  SGD: {
    className: "SGD",
    arguments: [
      number("lr", "learningRate", 1e-3),
      number("momentum", "momentum", 0),
      number("dampening", "dampening", 0),
      number("weight_decay", "weightDecay", 0),
      flag("nesterov", "nesterov"),
      maximize,
    ],
  },
  RMSProp: {
    className: "RMSprop",
    arguments: [
      number("lr", "learningRate", 1e-2),
      number("alpha", "beta2", 0.99),
      number("eps", "epsilon", 1e-8),
      number("weight_decay", "weightDecay", 0),
      number("momentum", "momentum", 0),
      flag("centered", "centered"),
      maximize,
    ],
  },
  Adam: {
    className: "Adam",
    arguments: [
      number("lr", "learningRate", 1e-3),
      betas,
      number("eps", "epsilon", 1e-8),
      number("weight_decay", "weightDecay", 0),
      flag("amsgrad", "amsgrad"),
      maximize,
      flag("decoupled_weight_decay", "decoupledWeightDecay"),
    ],
  },
  AdamW: {
    className: "AdamW",
    arguments: [
      number("lr", "learningRate", 1e-3),
      betas,
      number("eps", "epsilon", 1e-8),
      number("weight_decay", "weightDecay", 1e-2),
      flag("amsgrad", "amsgrad"),
      maximize,
    ],
  },
};

// A length that stands at 0 is the run's own length: CosineAnnealingLR and OneCycleLR are usually given it.
const warmup = [number("num_warmup_steps", "warmup", 0), number("warmup_ratio", "warmupFraction", 0)];
const shapes = ["linear", "cosine", "1-sqrt"];
const trainingSteps = number("num_training_steps", "length", 0);
const toMinimum = [
  ...[...warmup, trainingSteps, number("num_cycles", "cycles", 0.5)],
  ...[number("min_lr", "minimum", 0), number("min_lr_rate", "minimumFraction", 0)],
];
/** By the library's name, which is the canonical one. PyTorch 2.x and transformers. */
export const schedules: Readonly<Partial<Record<string, ScheduleWords>>> = {
  constant: { library: "torch", arguments: [] },
  StepLR: { library: "torch", arguments: [number("step_size", "stepSize"), number("gamma", "gamma", 0.1)] },
  MultiStepLR: { library: "torch", arguments: [number("gamma", "gamma", 0.1)], points: "milestones" },
  ExponentialLR: { library: "torch", arguments: [number("gamma", "gamma")] },
  CosineAnnealingLR: {
    library: "torch",
    arguments: [number("T_max", "length", 0), number("eta_min", "minimum", 0)],
  },
  LinearLR: {
    library: "torch",
    arguments: [
      number("start_factor", "startFactor", 1 / 3),
      number("end_factor", "endFactor", 1),
      number("total_iters", "length", 5),
    ],
  },
  ConstantLR: { library: "torch", arguments: [number("factor", "factor", 1 / 3), number("total_iters", "length", 5)] },
  PolynomialLR: { library: "torch", arguments: [number("total_iters", "length", 5), number("power", "power", 1)] },
  LambdaLR: { library: "torch", arguments: [], formula: "lr_lambda" },
  SequentialLR: { library: "torch", arguments: [], parts: "schedulers", points: "milestones" },
  OneCycleLR: {
    library: "torch",
    arguments: [
      number("max_lr", "maximum"),
      number("total_steps", "length", 0),
      number("pct_start", "riseFraction", 0.3),
      choice("anneal_strategy", "annealing", 0, ["cos", "linear"]),
      flag("cycle_momentum", "cycleMomentum", 1),
      number("base_momentum", "momentumLow", 0.85),
      number("max_momentum", "momentumHigh", 0.95),
      number("div_factor", "divideBy", 25),
      number("final_div_factor", "finalDivideBy", 1e4),
      flag("three_phase", "threePhase"),
    ],
  },
  CosineAnnealingWarmRestarts: {
    library: "torch",
    arguments: [number("T_0", "length", 0), number("T_mult", "growth", 1), number("eta_min", "minimum", 0)],
  },
  CyclicLR: {
    library: "torch",
    arguments: [
      number("base_lr", "minimum"),
      number("max_lr", "maximum"),
      number("step_size_up", "stepsUp", 2000),
      number("step_size_down", "stepsDown", 0),
      choice("mode", "mode", 0, ["triangular", "triangular2", "exp_range"]),
      number("gamma", "gamma", 1),
      flag("cycle_momentum", "cycleMomentum", 1),
      number("base_momentum", "momentumLow", 0.8),
      number("max_momentum", "momentumHigh", 0.9),
    ],
  },
  MultiplicativeLR: { library: "torch", arguments: [], formula: "lr_lambda" },
  ChainedScheduler: { library: "torch", arguments: [], parts: "schedulers" },
  get_constant_schedule: { library: "transformers", arguments: [] },
  get_constant_schedule_with_warmup: { library: "transformers", arguments: warmup },
  get_linear_schedule_with_warmup: { library: "transformers", arguments: [...warmup, trainingSteps] },
  get_cosine_schedule_with_warmup: {
    library: "transformers",
    arguments: [...warmup, trainingSteps, number("num_cycles", "cycles", 0.5)],
  },
  get_cosine_with_hard_restarts_schedule_with_warmup: {
    library: "transformers",
    arguments: [...warmup, trainingSteps, number("num_cycles", "cycles", 1)],
  },
  get_cosine_with_min_lr_schedule_with_warmup: { library: "transformers", arguments: toMinimum },
  get_cosine_with_min_lr_schedule_with_warmup_lr_rate: {
    library: "transformers",
    arguments: [...toMinimum, number("warmup_lr_rate", "startFactor", 0)],
  },
  get_polynomial_decay_schedule_with_warmup: {
    library: "transformers",
    arguments: [...warmup, trainingSteps, number("lr_end", "minimum", 1e-7), number("power", "power", 1)],
  },
  get_inverse_sqrt_schedule: {
    library: "transformers",
    arguments: [...warmup, number("timescale", "timescale", 0)],
  },
  get_wsd_schedule: {
    library: "transformers",
    arguments: [
      ...[...warmup, number("num_decay_steps", "decay", 100), trainingSteps, number("num_stable_steps", "stable", 0)],
      choice("warmup_type", "warmupShape", 0, shapes),
      choice("decay_type", "decayShape", 1, shapes),
      ...[number("min_lr_ratio", "minimumFraction", 0), number("num_cycles", "cycles", 0.5)],
    ],
  },
};

/** The canonical name of an optimizer written as PyTorch or anybody writes it: "RMSprop", "adamw". */
export function canonicalOptimizer(written: string): string {
  const lower = written.toLowerCase();
  return Object.keys(torchOptimizers).find((name) => name.toLowerCase() === lower) ?? written;
}
/** Every default of the library, by canonical name. */
export const defaultsOf = (all: readonly Argument[]): Record<string, number> =>
  Object.fromEntries(
    all.flatMap(({ names, defaults }) => (defaults ? names.map((name, i) => [name, defaults[i] ?? 0] as const) : [])),
  );
