import { choice, flag, number, type ScheduleWords } from "./words.ts";

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
