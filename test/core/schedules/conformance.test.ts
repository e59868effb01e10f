import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { findSchedule, schedules } from "../../../src/core/schedules/index.ts";
import type { Schedule } from "../../../src/core/schedules/index.ts";
import { invalidValue } from "../../../src/core/validity.ts";
import type { ScheduleConfiguration } from "../../../src/protocol/index.ts";

// What holds for every schedule; a newcomer joins by being listed.

/** What a schedule needs besides its defaults. */
const needed: Readonly<Partial<Record<string, Partial<ScheduleConfiguration>>>> = {
  MultiStepLR: { points: [30, 60] },
  OneCycleLR: { values: { maximum: 0.1 } },
  CyclicLR: { values: { maximum: 0.1 } },
  LearningRateScheduler: { formula: "0.1 * 0.95 ** e" },
  PiecewiseConstantDecay: { points: [20, 60], levels: [0.1, 0.05, 0.01] },
  piecewise_constant_schedule: { points: [60, 20], levels: [0.5, 0.1] },
  piecewise_interpolate_schedule: { points: [20, 60], levels: [2, 0.1] },
  sgdr_schedule: {
    parts: [
      { name: "warmup_cosine_decay_schedule", values: { maximum: 0.1, warmup: 5, length: 20 } },
      { name: "warmup_cosine_decay_schedule", values: { maximum: 0.05, length: 40 } },
    ],
  },
  join_schedules: {
    parts: [
      { name: "linear_schedule", values: { initial: 0, final: 0.1, transition: 10 } },
      { name: "exponential_decay", values: { initial: 0.1, transition: 20 } },
    ],
    points: [10],
  },
  LambdaLR: { formula: "0.95 ** e" },
  MultiplicativeLR: { formula: "0.95" },
  SequentialLR: {
    parts: [
      { name: "LinearLR", values: { length: 10 } },
      { name: "CosineAnnealingLR", values: {} },
    ],
    points: [10],
  },
  ChainedScheduler: {
    parts: [
      { name: "LinearLR", values: { length: 10 } },
      { name: "ExponentialLR", values: {} },
    ],
  },
};
const configurationOf = ({ name }: Schedule): ScheduleConfiguration => ({ name, values: {}, ...needed[name] });
const prepare = (name: string, rest: Partial<ScheduleConfiguration> = {}, base = 0.1, length = 100) => {
  const found = findSchedule(name);
  if (!found) throw new Error(`no ${name}`);
  return found.prepare(base, { name, values: {}, ...rest }, length);
};

describe.each(schedules.map((it) => [it.name, it] as const))("%s", (name, it) => {
  test("is found by its name, alone", () => {
    expect(schedules.filter((other) => other.name === name)).toEqual([it]);
    expect(findSchedule(name)).toBe(it);
  });

  test("describes every value, its default in range or off the slider's left end", () => {
    for (const [key, descriptor] of Object.entries(it.hyperparameters)) {
      const { symbol, label, meaning, default: standard, range, scale, choices } = descriptor;
      expect([symbol, label].every((text) => text.length > 0) && meaning.endsWith("."), key).toBe(true);
      expect(range[0], key).toBeLessThan(range[1]);
      if (scale === "log") expect(range[0], key).toBeGreaterThan(0);
      if (scale === "choice") expect(choices, key).toHaveLength(range[1] + 1);
      const off = scale === "log" && standard === 0;
      expect(off || (standard >= range[0] && standard <= range[1]), key).toBe(true);
      // What the slider spans can be run; a default may be what has to be given.
      for (const end of range) expect(invalidValue(name, key, descriptor, end), key).toBeUndefined();
    }
  });

  test("gives finite rates that are not negative, in any order asked, for runs of any length", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5000 }), fc.double({ min: 1e-5, max: 1, noNaN: true }), (length, base) => {
        const counts = Array.from({ length: 21 }, (_, i) => Math.floor((length * i) / 20));
        const rates = it.prepare(base, configurationOf(it), length);
        const forwards = counts.map((count) => rates.rate(count));
        const again = it.prepare(base, configurationOf(it), length);
        const backwards = [...counts].reverse().map((count) => again.rate(count));
        expect(backwards.reverse()).toEqual(forwards);
        expect(forwards.filter((rate) => !(Number.isFinite(rate) && rate >= 0))).toEqual([]);
        const momenta = counts.flatMap((count) => rates.momentum?.(count) ?? []);
        expect(momenta.filter((x) => !(x >= 0 && x < 1))).toEqual([]);
      }),
      { seed: 1, numRuns: 50 },
    );
  });

  test("stays constant from its own length on", () => {
    const rates = it.prepare(0.1, configurationOf(it), 100);
    if (rates.length === undefined) return;
    const end = rates.rate(rates.length);
    for (const more of [1, 7, 1000]) expect(rates.rate(rates.length + more)).toBe(end);
  });

  test("refuses what its bounds exclude, in one sentence that names it", () => {
    for (const [key, { valid = {} }] of Object.entries(it.hyperparameters)) {
      const wrong = [
        ...(valid.least === undefined ? [] : [valid.least - 1]),
        ...(valid.above === undefined ? [] : [valid.above]),
        ...(valid.most === undefined ? [] : [valid.most + 1]),
        ...(valid.below === undefined ? [] : [valid.below]),
      ];
      for (const value of wrong) {
        const configuration = configurationOf(it);
        const values = { ...configuration.values, [key]: value };
        expect(() => it.prepare(0.1, { ...configuration, values }, 100), key).toThrow(`(${key})`);
      }
    }
  });

  test("refuses a value that is no number, by name", () => {
    for (const key of Object.keys(it.hyperparameters))
      expect(() =>
        it.prepare(0.1, { ...configurationOf(it), values: { ...configurationOf(it).values, [key]: NaN } }, 100),
      ).toThrow(`${name} needs a number for ${key} (${it.hyperparameters[key].symbol}), got NaN.`);
  });
});

test.each([
  ["OneCycleLR", {}, "OneCycleLR needs ηₘₐₓ (maximum) above 0, got 0."],
  ["OneCycleLR", { values: { maximum: 1, riseFraction: 2 } }, "OneCycleLR needs p (riseFraction) of at most 1, got 2."],
  ["CyclicLR", {}, "CyclicLR needs ηₘₐₓ (maximum) above 0, got 0."],
  ["StepLR", { values: { stepSize: 0 } }, "StepLR needs k (stepSize) of at least 1, got 0."],
  ["StepLR", { values: { stepSize: 2.5 } }, "StepLR needs a whole number for stepSize (k), got 2.5."],
  ["StepLR", { values: { gamma: Infinity } }, "StepLR needs a finite γ (gamma)."],
  ["MultiStepLR", {}, "MultiStepLR needs its milestones (points), got nothing."],
  ["LinearLR", { values: { length: -3 } }, "LinearLR needs T (length) of at least 0, got -3."],
  ["LambdaLR", {}, "LambdaLR needs its factor as arithmetic in the counter e (formula)."],
  ["LambdaLR", { formula: "f(e)" }, 'Expected a known function, found "f" at character 1.'],
  ["MultiplicativeLR", {}, "MultiplicativeLR needs its factor as arithmetic in the counter e (formula)."],
  ["SequentialLR", {}, "SequentialLR needs its schedules (parts), got none."],
  [
    "SequentialLR",
    { parts: [{ name: "constant", values: {} }], points: [5] },
    "SequentialLR needs 0 milestones (points) for 1 schedules, got 1.",
  ],
  [
    "SequentialLR",
    {
      parts: [
        { name: "constant", values: {} },
        { name: "constant", values: {} },
        { name: "constant", values: {} },
      ],
      points: [5, 5],
    },
    "SequentialLR needs milestones (points) that rise from above 0, got 5, 5.",
  ],
  [
    "SequentialLR",
    { parts: [{ name: "ReduceLROnPlateau", values: {} }], points: [] },
    "SequentialLR takes no schedule that follows a loss.",
  ],
  ["SequentialLR", { parts: [{ name: "NoamLR", values: {} }], points: [] }, "NoamLR is read, but not simulated yet."],
  ["ChainedScheduler", {}, "ChainedScheduler needs its schedules (parts), got none."],
  [
    "PiecewiseConstantDecay",
    { points: [10], levels: [1] },
    "PiecewiseConstantDecay needs 2 rates (levels) for 1 boundaries, got 1.",
  ],
  [
    "piecewise_constant_schedule",
    { points: [10], levels: [-1] },
    "piecewise_constant_schedule needs factors (levels) of at least 0, got -1.",
  ],
  [
    "warmup_cosine_decay_schedule",
    { values: { warmup: 50, length: 50 } },
    "warmup_cosine_decay_schedule needs a length (decay_steps) above its warm-up of 50, got 50.",
  ],
  [
    "sgdr_schedule",
    {
      parts: [
        { name: "warmup_cosine_decay_schedule", values: {} },
        { name: "warmup_cosine_decay_schedule", values: {} },
      ],
    },
    "sgdr_schedule needs a length (decay_steps) for cycle 1, got none.",
  ],
  ["join_schedules", {}, "join_schedules needs its schedules (parts), got none."],
  [
    "get_polynomial_decay_schedule_with_warmup",
    { values: { minimum: 0.2 } },
    "get_polynomial_decay_schedule_with_warmup needs a lowest rate (minimum) below the rate 0.1, got 0.2.",
  ],
] as const)("%s %j is refused in a sentence", (name, rest, message) => {
  expect(() => prepare(name, rest)).toThrow(message);
});

test("a length of 0, or none, is the length of the run", () => {
  const absent: Record<string, number> = {};
  for (const values of [absent, { length: 0 }]) {
    expect(prepare("CosineAnnealingLR", { values }, 0.1, 40).rate(40)).toBeCloseTo(0, 15);
    expect(prepare("get_linear_schedule_with_warmup", { values }, 0.1, 40).rate(30)).toBeCloseTo(0.025, 15);
  }
});

test("a part of SequentialLR without a length lasts from its milestone to the next, or to the end", () => {
  const rates = prepare(
    "SequentialLR",
    {
      parts: [
        { name: "LinearLR", values: { startFactor: 0.5, length: 0 } },
        { name: "CosineAnnealingLR", values: {} },
      ],
      points: [20],
    },
    0.1,
    60,
  );
  expect([0, 10, 20, 40].map((count) => rates.rate(count))).toEqual(
    [0.05, 0.075, 0.1, 0.05].map((rate) => expect.closeTo(rate, 12) as number),
  );
  expect(rates.rate(60)).toBeCloseTo(0, 12);
});

test("a share of the run as warm-up is rounded up, and yields to counts", () => {
  const rise = (values: Record<string, number>) => {
    const rates = prepare("get_constant_schedule_with_warmup", { values }, 1, 105);
    let count = 0;
    while (rates.rate(count) < 1) count++;
    return count;
  };
  expect(rise({ warmupFraction: 0.1 })).toBe(11);
  expect(rise({ warmupFraction: 0.1, warmup: 4 })).toBe(4);
});

test("OneCycleLR holds its last rate beyond its length, momentum too", () => {
  const rates = prepare("OneCycleLR", { values: { maximum: 1, length: 20 } });
  expect(rates.rate(19)).toBeCloseTo(1 / 25 / 1e4, 15);
  expect(rates.rate(20)).toBeGreaterThan(rates.rate(19)); // one step past its end PyTorch starts up the wave again
  expect(rates.rate(500)).toBeCloseTo(1 / 25 / 1e4, 15);
  expect(rates.momentum?.(500)).toBeCloseTo(0.95, 12);
  expect(prepare("OneCycleLR", { values: { maximum: 1, cycleMomentum: 0 } })).not.toHaveProperty("momentum");
});

test("a schedule that follows a loss is a function of the count where the losses are given", () => {
  const metrics = [1, 1, 1, 1, 0.5, 1, 1, 1];
  const rates = prepare("ReduceLROnPlateau", { values: { factor: 0.5, patience: 1 }, metrics });
  // 1 is the best; two counts without improvement drop it, and again; then 0.5 is better.
  expect([0, 1, 2, 3, 4, 5, 6, 7, 8, 50].map((count) => rates.rate(count))).toEqual(
    [0.1, 0.1, 0.1, 0.05, 0.05, 0.05, 0.05, 0.025, 0.025, 0.025].map((rate) => expect.closeTo(rate, 15) as number),
  );
  expect(rates).not.toHaveProperty("observe");
  expect(rates.rate(0)).toBe(0.1);
});
