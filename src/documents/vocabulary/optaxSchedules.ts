import { choice, flag, number, type ScheduleWords } from "./words.ts";

const optax = (rest: Omit<ScheduleWords, "library">): ScheduleWords => ({ library: "optax", ...rest });
const initial = number("init_value", "initial");
const peak = number("peak_value", "maximum");
const transition = number("transition_steps", "transition");
const begin = number("transition_begin", "begin", 0);
const warmup = [initial, peak, number("warmup_steps", "warmup")];
const exponential = [
  ...[transition, number("decay_rate", "gamma"), begin],
  ...[flag("staircase", "staircase"), number("end_value", "final", 0)],
];
const exponent = number("exponent", "exponent", 1);

/** optax 0.2. */
export const optaxSchedules: Readonly<Record<string, ScheduleWords>> = {
  constant_schedule: optax({ arguments: [number("value", "initial")] }),
  linear_schedule: optax({ arguments: [initial, number("end_value", "final"), transition, begin] }),
  polynomial_schedule: optax({
    arguments: [initial, number("end_value", "final"), number("power", "power"), transition, begin],
  }),
  exponential_decay: optax({ arguments: [initial, ...exponential] }),
  cosine_decay_schedule: optax({
    arguments: [initial, number("decay_steps", "length", 0), number("alpha", "minimumFraction", 0), exponent],
  }),
  warmup_constant_schedule: optax({ arguments: warmup }),
  warmup_cosine_decay_schedule: optax({
    arguments: [...warmup, number("decay_steps", "length", 0), number("end_value", "final", 0), exponent],
  }),
  warmup_exponential_decay_schedule: optax({ arguments: [...warmup, ...exponential] }),
  piecewise_constant_schedule: optax({ arguments: [initial], pieces: "boundaries_and_scales" }),
  piecewise_interpolate_schedule: optax({
    arguments: [choice("interpolate_type", "shape", 0, ["linear", "cosine"]), initial],
    pieces: "boundaries_and_scales",
  }),
  linear_onecycle_schedule: optax({
    arguments: [
      ...[number("transition_steps", "length", 0), peak, number("pct_start", "riseFraction", 0.3)],
      ...[number("pct_final", "fallFraction", 0.85), number("div_factor", "divideBy", 25)],
      number("final_div_factor", "finalDivideBy", 1e4),
    ],
  }),
  cosine_onecycle_schedule: optax({
    arguments: [
      ...[number("transition_steps", "length", 0), peak, number("pct_start", "riseFraction", 0.3)],
      ...[number("div_factor", "divideBy", 25), number("final_div_factor", "finalDivideBy", 1e4)],
    ],
  }),
  sgdr_schedule: optax({ arguments: [], repeats: { word: "cosine_kwargs", name: "warmup_cosine_decay_schedule" } }),
  join_schedules: optax({ arguments: [], parts: "schedules", points: "boundaries" }),
};
