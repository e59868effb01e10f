import { choice, flag, number, type ScheduleWords } from "./words.ts";

const deepSpeed = (rest: Omit<ScheduleWords, "library">): ScheduleWords => ({ library: "deepspeed", ...rest });
const steps = number("warmup_num_steps", "warmup", 1000);
const shape = choice("warmup_type", "warmupShape", 0, ["log", "linear"]);
const lowest = number("warmup_min_lr", "minimum", 0);
const length = number("total_num_steps", "length", 0);

/** deepspeed.runtime.lr_schedules. */
export const deepSpeedSchedules: Readonly<Record<string, ScheduleWords>> = {
  WarmupLR: deepSpeed({ arguments: [lowest, number("warmup_max_lr", "maximum"), steps, shape] }),
  WarmupDecayLR: deepSpeed({ arguments: [length, lowest, number("warmup_max_lr", "maximum", 1e-3), steps, shape] }),
  WarmupCosineLR: deepSpeed({
    arguments: [
      ...[length, number("warmup_min_ratio", "startFactor", 0), steps],
      ...[number("cos_min_ratio", "minimumFraction", 1e-4), shape],
    ],
  }),
  OneCycle: deepSpeed({
    arguments: [
      ...[
        number("cycle_min_lr", "minimum"),
        number("cycle_max_lr", "maximum"),
        number("decay_lr_rate", "decayRate", 0),
      ],
      ...[number("cycle_first_step_size", "stepsUp", 2000), number("cycle_second_step_size", "stepsDown")],
      ...[number("cycle_first_stair_count", "stairsUp", 0), number("cycle_second_stair_count", "stairsDown")],
      ...[number("decay_step_size", "decayInterval", 0), flag("cycle_momentum", "cycleMomentum", 1)],
      ...[number("cycle_min_mom", "momentumLow", 0.8), number("cycle_max_mom", "momentumHigh", 0.9)],
      number("decay_mom_rate", "momentumDecayRate", 0),
    ],
  }),
  LRRangeTest: deepSpeed({
    arguments: [
      ...[number("lr_range_test_min_lr", "minimum", 1e-3), number("lr_range_test_step_size", "stepSize", 2000)],
      ...[number("lr_range_test_step_rate", "stepRate", 1), flag("lr_range_test_staircase", "staircase")],
    ],
  }),
};
