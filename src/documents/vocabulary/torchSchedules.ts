import { choice, flag, number, type ScheduleWords } from "./words.ts";

const torch = (rest: Omit<ScheduleWords, "library">): ScheduleWords => ({ library: "torch", ...rest });
const gamma = number("gamma", "gamma", 0.1);

// A length that stands at 0 is the run's own length: CosineAnnealingLR and OneCycleLR are usually given it.
/** PyTorch 2.x. */
export const torchSchedules: Readonly<Record<string, ScheduleWords>> = {
  constant: torch({ arguments: [] }),
  StepLR: torch({ arguments: [number("step_size", "stepSize"), gamma] }),
  MultiStepLR: torch({ arguments: [gamma], points: "milestones" }),
  ExponentialLR: torch({ arguments: [number("gamma", "gamma")] }),
  CosineAnnealingLR: torch({ arguments: [number("T_max", "length", 0), number("eta_min", "minimum", 0)] }),
  LinearLR: torch({
    arguments: [
      number("start_factor", "startFactor", 1 / 3),
      number("end_factor", "endFactor", 1),
      number("total_iters", "length", 5),
    ],
  }),
  ConstantLR: torch({ arguments: [number("factor", "factor", 1 / 3), number("total_iters", "length", 5)] }),
  PolynomialLR: torch({ arguments: [number("total_iters", "length", 5), number("power", "power", 1)] }),
  LambdaLR: torch({ arguments: [], formula: "lr_lambda" }),
  MultiplicativeLR: torch({ arguments: [], formula: "lr_lambda" }),
  SequentialLR: torch({ arguments: [], parts: "schedulers", points: "milestones" }),
  ChainedScheduler: torch({ arguments: [], parts: "schedulers" }),
  OneCycleLR: torch({
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
    signature: [
      ...["max_lr", "total_steps", "epochs", "steps_per_epoch", "pct_start", "anneal_strategy", "cycle_momentum"],
      ...["base_momentum", "max_momentum", "div_factor", "final_div_factor", "three_phase"],
    ],
  }),
  CosineAnnealingWarmRestarts: torch({
    arguments: [number("T_0", "length", 0), number("T_mult", "growth", 1), number("eta_min", "minimum", 0)],
  }),
  CyclicLR: torch({
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
    signature: [
      ...["base_lr", "max_lr", "step_size_up", "step_size_down", "mode", "gamma", "scale_fn", "scale_mode"],
      ...["cycle_momentum", "base_momentum", "max_momentum"],
    ],
  }),
  ReduceLROnPlateau: torch({
    arguments: [
      choice("mode", "mode", 0, ["min", "max"]),
      number("factor", "factor", 0.1),
      number("patience", "patience", 10),
      number("threshold", "threshold", 1e-4),
      choice("threshold_mode", "thresholdMode", 0, ["rel", "abs"]),
      number("cooldown", "cooldown", 0),
      number("min_lr", "minimum", 0),
      number("eps", "epsilon", 1e-8),
    ],
  }),
};
