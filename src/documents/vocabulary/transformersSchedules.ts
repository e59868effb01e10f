import { choice, number, type ScheduleWords } from "./words.ts";

const transformers = (rest: Omit<ScheduleWords, "library">): ScheduleWords => ({ library: "transformers", ...rest });
const warmup = number("num_warmup_steps", "warmup", 0);
/** A word of the Trainer alone. */
const ratio = number("warmup_ratio", "warmupFraction", 0);
const length = number("num_training_steps", "length", 0);
const cycles = number("num_cycles", "cycles", 0.5);
const lowest = [number("min_lr", "minimum", 0), number("min_lr_rate", "minimumFraction", 0)];
const toMinimum = ["num_warmup_steps", "num_training_steps", "num_cycles", "last_epoch", "min_lr", "min_lr_rate"];
const shapes = ["linear", "cosine", "1-sqrt"];

/** transformers 5, also as diffusers has them. */
export const transformersSchedules: Readonly<Record<string, ScheduleWords>> = {
  get_constant_schedule: transformers({ arguments: [] }),
  get_constant_schedule_with_warmup: transformers({ arguments: [warmup, ratio] }),
  get_linear_schedule_with_warmup: transformers({ arguments: [warmup, length, ratio] }),
  get_cosine_schedule_with_warmup: transformers({ arguments: [warmup, length, cycles, ratio] }),
  get_cosine_with_hard_restarts_schedule_with_warmup: transformers({
    arguments: [warmup, length, number("num_cycles", "cycles", 1), ratio],
  }),
  get_cosine_with_min_lr_schedule_with_warmup: transformers({
    arguments: [warmup, length, cycles, ...lowest, ratio],
    signature: toMinimum,
    more: ["optimizerRate"],
  }),
  get_cosine_with_min_lr_schedule_with_warmup_lr_rate: transformers({
    arguments: [warmup, length, cycles, ...lowest, number("warmup_lr_rate", "startFactor"), ratio],
    signature: [...toMinimum, "warmup_lr_rate"],
    more: ["optimizerRate"],
  }),
  get_polynomial_decay_schedule_with_warmup: transformers({
    arguments: [warmup, length, number("lr_end", "minimum", 1e-7), number("power", "power", 1), ratio],
    more: ["optimizerRate"],
  }),
  get_inverse_sqrt_schedule: transformers({ arguments: [warmup, number("timescale", "timescale", 0), ratio] }),
  get_wsd_schedule: transformers({
    arguments: [
      ...[warmup, number("num_decay_steps", "decay", 100), length, number("num_stable_steps", "stable")],
      choice("warmup_type", "warmupShape", 0, shapes),
      choice("decay_type", "decayShape", 1, shapes),
      ...[number("min_lr_ratio", "minimumFraction", 0), cycles, ratio],
    ],
  }),
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
  cosine_warmup_with_min_lr: "get_cosine_with_min_lr_schedule_with_warmup_lr_rate",
  warmup_stable_decay: "get_wsd_schedule",
  reduce_lr_on_plateau: "ReduceLROnPlateau",
};
