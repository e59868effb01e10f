import { expect, test } from "vitest";
import { findSchedule } from "../../../src/core/schedules/index.ts";
import type { Rates } from "../../../src/core/schedules/index.ts";
import type { ScheduleConfiguration } from "../../../src/protocol/index.ts";

// Options that no recorded case has; expected values follow from the libraries' documentation by hand.

function prepare(
  name: string,
  values: Record<string, number> = {},
  rest: Partial<ScheduleConfiguration> = {},
  base = 1,
) {
  const found = findSchedule(name);
  if (!found) throw new Error(`no ${name}`);
  return found.prepare(base, { name, values, ...rest }, 100);
}
const at = (rates: Rates, ...counts: number[]) => counts.map((count) => Number(rates.rate(count).toPrecision(12)));
/** Rates in force at counts 0, 1 … while the metrics come in. */
const told = (rates: Rates, metrics: readonly number[]) =>
  metrics.map((metric, count) => {
    const now = rates.rate(count);
    rates.observe?.(metric);
    return Number(now.toPrecision(12));
  });

test("ReduceLROnPlateau waits for more bad counts than its patience, Keras's for as many", () => {
  const flat = Array.from({ length: 7 }, () => 2);
  const values = { factor: 0.5, patience: 2 };
  expect(told(prepare("ReduceLROnPlateau", values), flat)).toEqual([1, 1, 1, 1, 0.5, 0.5, 0.5]);
  expect(told(prepare("keras.callbacks.ReduceLROnPlateau", values), flat)).toEqual([1, 1, 1, 0.5, 0.5, 0.25, 0.25]);
});
test("a threshold is a share of the best metric, or a difference, as it says", () => {
  const slow = [1, 0.95, 0.9, 0.85];
  const plateau = (threshold: number, thresholdMode: number) =>
    told(prepare("ReduceLROnPlateau", { factor: 0.5, patience: 0, threshold, thresholdMode }), slow);
  expect(plateau(0.04, 0)).toEqual([1, 1, 1, 1]);
  expect(plateau(0.06, 0)).toEqual([1, 1, 0.5, 0.5]); // 0.9 is more than 6 % below 1
  expect(plateau(0.06, 1)).toEqual([1, 1, 0.5, 0.5]);
  expect(plateau(0.2, 1)).toEqual([1, 1, 0.5, 0.25]);
});
test("a plateau that is to rise, cools down, and stops at its lowest rate", () => {
  const falling = [5, 4, 3, 2, 1, 0, -1];
  expect(told(prepare("ReduceLROnPlateau", { mode: 1, factor: 0.5, patience: 0, cooldown: 2 }), falling)).toEqual([
    1, 1, 0.5, 0.5, 0.5, 0.25, 0.25,
  ]);
  expect(told(prepare("ReduceLROnPlateau", { mode: 1, factor: 0.5, patience: 0, minimum: 0.4 }), falling).at(-1)).toBe(
    0.4,
  );
  // From 0.4 on a drop would change nothing, nor would one smaller than ε.
  const least = prepare("ReduceLROnPlateau", { mode: 1, factor: 0.5, patience: 0, epsilon: 0.3 });
  expect(told(least, falling).at(-1)).toBe(0.5);
  const keras = prepare("keras.callbacks.ReduceLROnPlateau", { mode: 1, factor: 0.5, patience: 1, cooldown: 2 });
  expect(told(keras, falling)).toEqual([1, 1, 0.5, 0.5, 0.25, 0.25, 0.125]);
});

test("Keras: staircases, cycles and functions of the epoch", () => {
  const stairs = { initial: 0.4, stepSize: 10, staircase: 1 };
  expect(at(prepare("ExponentialDecay", { ...stairs, gamma: 0.5 }), 0, 9, 10, 25)).toEqual([0.4, 0.4, 0.2, 0.1]);
  expect(at(prepare("InverseTimeDecay", { ...stairs, decayRate: 1 }), 9, 10, 30)).toEqual([0.4, 0.2, 0.1]);
  const cycle = prepare("PolynomialDecay", { initial: 1, length: 10, minimum: 0, cycle: 1 });
  expect(at(cycle, 0, 5, 10, 11, 15, 20, 25)).toEqual([1, 0.5, 0, 0.45, 0.25, 0, 0.166666666667]);
  expect(at(prepare("LearningRateScheduler", {}, { formula: "0.1 if e < 3 else 0.01" }), 0, 3)).toEqual([0.1, 0.01]);
});
test("Keras: without a peak rate CosineDecay has no warm-up, whatever its counts", () => {
  const values = { initial: 0.5, length: 10, warmup: 5 };
  expect(at(prepare("CosineDecay", values), 0, 5, 10)).toEqual([0.5, 0.25, 0]);
  expect(at(prepare("CosineDecay", { ...values, maximum: 1 }), 0, 1, 5, 10, 15)).toEqual([0.5, 0.6, 1, 0.5, 0]);
});
test("Keras: equal restarts, each lower", () => {
  const rates = prepare("CosineDecayRestarts", { initial: 1, length: 10, growth: 1, peakFactor: 0.5 });
  expect(at(rates, 0, 5, 10, 15, 20)).toEqual([1, 0.5, 0.5, 0.25, 0.25]);
});
test("a first rate that is not given is the optimizer's", () => {
  expect(prepare("CosineDecay", {}, {}, 0.3).rate(0)).toBe(0.3);
  expect(prepare("linear_schedule", { final: 0, transition: 10 }, {}, 0.3).rate(0)).toBe(0.3);
  expect(prepare("warmup_constant_schedule", { warmup: 10 }, {}, 0.3).rate(10)).toBe(0.3);
  expect(prepare("WarmupLR", { warmup: 10 }, {}, 0.3).rate(11)).toBe(0.3);
});

test("optax: interpolation runs between values to which every factor so far applies", () => {
  const pieces = { points: [8, 4], levels: [0.01, 0.1] };
  const linear = prepare("piecewise_interpolate_schedule", { initial: 1 }, pieces);
  expect(at(linear, 0, 2, 4, 6, 8, 10)).toEqual([1, 0.55, 0.1, 0.0505, 0.001, 0.001]);
  const cosine = prepare("piecewise_interpolate_schedule", { initial: 1, shape: 1 }, pieces);
  expect(at(cosine, 0, 1, 2, 4)).toEqual([1, Number((0.1 + 0.45 * (1 + Math.SQRT1_2)).toPrecision(12)), 0.55, 0.1]);
  expect(at(prepare("piecewise_constant_schedule", { initial: 1 }, pieces), 3, 4, 8)).toEqual([1, 0.1, 0.001]);
});
test("optax: no transition leaves the first rate, a bound holds the rate on its side", () => {
  expect(at(prepare("linear_schedule", { initial: 0.2, final: 1, transition: 0 }), 0, 50)).toEqual([0.2, 0.2]);
  expect(at(prepare("exponential_decay", { initial: 0.2, transition: 0 }), 50)).toEqual([0.2]);
  expect(at(prepare("exponential_decay", { initial: 0.2, transition: 5, gamma: 0 }), 50)).toEqual([0.2]);
  const falls = { initial: 1, transition: 2, gamma: 0.25, begin: 3, staircase: 1 };
  expect(at(prepare("exponential_decay", falls), 0, 3, 4, 5, 7)).toEqual([1, 1, 1, 0.25, 0.0625]);
  expect(at(prepare("exponential_decay", { ...falls, final: 0.1 }), 5, 7, 90)).toEqual([0.25, 0.1, 0.1]);
  expect(at(prepare("exponential_decay", { ...falls, gamma: 2, final: 3 }), 5, 7, 90)).toEqual([2, 3, 3]);
});
test("optax: a cosine to a power, and a linear cycle whose phases are its shares", () => {
  expect(at(prepare("cosine_decay_schedule", { initial: 1, length: 10, exponent: 2 }), 0, 5, 10, 20)).toEqual([
    1, 0.25, 0, 0,
  ]);
  const cycle = prepare("linear_onecycle_schedule", {
    ...{ length: 20, maximum: 1, riseFraction: 0.5, fallFraction: 0.75, divideBy: 10, finalDivideBy: 10 },
  });
  expect(at(cycle, 0, 5, 10, 15, 20, 30)).toEqual([0.1, 0.55, 1, 0.1, 0.01, 0.01]);
});
test("optax: joined schedules count from their boundaries, and the last boundary that is reached decides", () => {
  const parts: ScheduleConfiguration[] = [
    { name: "linear_schedule", values: { initial: 0, final: 1, transition: 10 } },
    { name: "constant_schedule", values: { initial: 0.5 } },
    { name: "exponential_decay", values: { initial: 1, transition: 1, gamma: 0.5 } },
  ];
  expect(at(prepare("join_schedules", {}, { parts, points: [10, 20] }), 5, 9, 10, 19, 20, 21)).toEqual([
    0.5, 0.9, 0.5, 0.5, 1, 0.5,
  ]);
});
test("optax: restarts follow one another after each one's whole length", () => {
  const name = "warmup_cosine_decay_schedule";
  const parts: ScheduleConfiguration[] = [
    { name, values: { initial: 0, maximum: 1, warmup: 5, length: 10 } },
    { name, values: { initial: 0, maximum: 0.5, warmup: 10, length: 20, final: 0.1 } },
  ];
  expect(at(prepare("sgdr_schedule", {}, { parts }), 0, 5, 10, 15, 20, 30)).toEqual([0, 1, 0, 0.25, 0.5, 0.1]);
});

test("DeepSpeed: stairs, decay after the cycle, momentum of the betas alone", () => {
  const shape = { minimum: 0.1, maximum: 1.1, stepsUp: 10, stepsDown: 20 };
  const smooth = prepare("OneCycle", shape);
  expect(at(smooth, 0, 5, 10, 20, 30, 31)).toEqual([0.1, 0.6, 1.1, 0.6, 0.1, 0.1]);
  const stairs = prepare("OneCycle", { ...shape, stairsUp: 2 });
  expect(at(stairs, 4, 5, 9, 10, 11, 20, 21)).toEqual([0.1, 0.6, 0.6, 1.1, 0.6, 0.6, 0.1]);
  expect(at(prepare("OneCycle", { ...shape, stairsUp: 2, stairsDown: 0 }), 5, 15)).toEqual([0.6, 0.85]);
  const decays = prepare("OneCycle", { ...shape, decayRate: 1, decayInterval: 5, momentumDecayRate: 0.02 });
  expect(at(decays, 30, 35, 45)).toEqual([0.1, 0.05, 0.025]);
  expect(decays.betasOnly).toBe(true);
  const momentum = [0, 1, 10, 30, 35].map((count) => Number(decays.momentum?.(count).toPrecision(12)));
  expect(momentum).toEqual([0.8, 0.89, 0.8, 0.9, 0.918]);
});
test("DeepSpeed: a range test in stairs, a warm-up that ends where the run does", () => {
  const range = prepare("LRRangeTest", { minimum: 0.1, stepSize: 10, stepRate: 2, staircase: 1 });
  expect(at(range, 0, 9, 10, 25)).toEqual([0.1, 0.1, 0.3, 0.5]);
  const short = prepare("WarmupDecayLR", { length: 10, warmup: 20, warmupShape: 1, maximum: 1 });
  expect(at(short, 0, 1, 11, 21, 22)).toEqual([0, 0, 0.5, 0, 0]);
  const cosine = prepare("WarmupCosineLR", { length: 12, warmup: 2, warmupShape: 1, minimumFraction: 0.2 });
  expect(at(cosine, 0, 1, 2, 7, 12, 40)).toEqual([0, 0, 0.5, 0.6, 0.2, 0.2]);
});
test("transformers divides a lowest rate by the optimizer's own rate, not by the group's", () => {
  const values = { length: 10, minimum: 0.1, warmup: 0 };
  const name = "get_cosine_with_min_lr_schedule_with_warmup";
  expect(at(prepare(name, values, {}, 0.5), 10)).toEqual([0.1]);
  expect(at(prepare(name, { ...values, optimizerRate: 1 }, {}, 0.5), 10)).toEqual([0.05]);
  const polynomial = { length: 10, minimum: 0.1, optimizerRate: 1 };
  expect(at(prepare("get_polynomial_decay_schedule_with_warmup", polynomial, {}, 0.5), 0, 11)).toEqual([0.5, 0.05]);
});
test("transformers takes no stable counts for none, and a first share of 0 for 0", () => {
  const shape = { warmup: 10, decay: 10, length: 40 };
  expect(at(prepare("get_wsd_schedule", shape), 10, 29, 35, 40)).toEqual([1, 1, 0.5, 0]);
  expect(at(prepare("get_wsd_schedule", { ...shape, stable: 0 }), 10, 15, 20)).toEqual([1, 0.5, 0]);
  const name = "get_cosine_with_min_lr_schedule_with_warmup_lr_rate";
  expect(at(prepare(name, { warmup: 5, length: 40 }), 0, 1)).toEqual([0.2, 0.4]);
  expect(at(prepare(name, { warmup: 5, length: 40, startFactor: 0 }), 0, 1)).toEqual([0, 0.25]);
});
