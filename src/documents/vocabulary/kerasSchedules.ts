import { choice, flag, number, type ScheduleWords } from "./words.ts";

const keras = (rest: Omit<ScheduleWords, "library">): ScheduleWords => ({ library: "keras", ...rest });
const initial = number("initial_learning_rate", "initial");
const decay = [initial, number("decay_steps", "stepSize")];

/** Keras 3: keras.optimizers.schedules, and the two callbacks that set the rate. */
export const kerasSchedules: Readonly<Record<string, ScheduleWords>> = {
  ExponentialDecay: keras({ arguments: [...decay, number("decay_rate", "gamma"), flag("staircase", "staircase")] }),
  InverseTimeDecay: keras({ arguments: [...decay, number("decay_rate", "decayRate"), flag("staircase", "staircase")] }),
  PiecewiseConstantDecay: keras({ arguments: [], points: "boundaries", levels: "values" }),
  PolynomialDecay: keras({
    arguments: [
      ...[initial, number("decay_steps", "length", 0), number("end_learning_rate", "minimum", 1e-4)],
      ...[number("power", "power", 1), flag("cycle", "cycle")],
    ],
  }),
  CosineDecay: keras({
    arguments: [
      ...[initial, number("decay_steps", "length", 0), number("alpha", "minimumFraction", 0)],
      ...[number("warmup_target", "maximum", 0), number("warmup_steps", "warmup", 0)],
    ],
    signature: ["initial_learning_rate", "decay_steps", "alpha", "name", "warmup_target", "warmup_steps"],
  }),
  CosineDecayRestarts: keras({
    arguments: [
      ...[initial, number("first_decay_steps", "length", 0), number("t_mul", "growth", 2)],
      ...[number("m_mul", "peakFactor", 1), number("alpha", "minimumFraction", 0)],
    ],
  }),
  LearningRateScheduler: keras({ arguments: [], formula: "schedule" }),
  "keras.callbacks.ReduceLROnPlateau": keras({
    arguments: [
      number("factor", "factor", 0.1),
      number("patience", "patience", 10),
      choice("mode", "mode", 2, ["min", "max", "auto"]),
      number("min_delta", "threshold", 1e-4),
      number("cooldown", "cooldown", 0),
      number("min_lr", "minimum", 0),
    ],
    signature: ["monitor", "factor", "patience", "verbose", "mode", "min_delta", "cooldown", "min_lr"],
  }),
};
