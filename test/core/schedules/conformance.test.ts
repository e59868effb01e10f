import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { findSchedule, schedules } from "../../../src/core/schedules/index.ts";
import type { Schedule } from "../../../src/core/schedules/index.ts";
import type { ScheduleConfiguration } from "../../../src/protocol/index.ts";

// What holds for every schedule; a newcomer joins by being listed.

/** What a schedule needs besides its defaults. */
const needed: Readonly<Partial<Record<string, Partial<ScheduleConfiguration>>>> = {
  MultiStepLR: { points: [30, 60] },
  OneCycleLR: { values: { maximum: 0.1 } },
  CyclicLR: { values: { maximum: 0.1 } },
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
    for (const [key, { symbol, label, meaning, default: standard, range, scale, choices }] of Object.entries(
      it.hyperparameters,
    )) {
      expect([symbol, label].every((text) => text.length > 0) && meaning.endsWith("."), key).toBe(true);
      expect(range[0], key).toBeLessThan(range[1]);
      if (scale === "log") expect(range[0], key).toBeGreaterThan(0);
      if (scale === "choice") expect(choices, key).toHaveLength(range[1] + 1);
      const off = scale === "log" && standard === 0;
      expect(off || (standard >= range[0] && standard <= range[1]), key).toBe(true);
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

  test("refuses a value that is no number, by name", () => {
    for (const key of Object.keys(it.hyperparameters))
      expect(() => it.prepare(0.1, { ...configurationOf(it), values: { [key]: NaN } }, 100)).toThrow(
        `${name} needs a number for ${key}, got NaN.`,
      );
  });
});

test.each([
  ["OneCycleLR", {}, "OneCycleLR needs a peak rate (maximum), got 0."],
  [
    "OneCycleLR",
    { values: { maximum: 1, riseFraction: 2 } },
    "OneCycleLR needs a rising share (riseFraction) between 0 and 1, got 2.",
  ],
  ["CyclicLR", {}, "CyclicLR needs a peak rate (maximum), got 0."],
  ["StepLR", { values: { stepSize: 0 } }, "StepLR needs a step size (stepSize) of at least 1, got 0."],
  ["MultiStepLR", {}, "MultiStepLR needs its milestones (points), got nothing."],
  ["LinearLR", { values: { length: -3 } }, "LinearLR needs a length of at least 1, got -3."],
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
    "ReduceLROnPlateau is read, but not simulated yet.",
  ],
  ["ChainedScheduler", {}, "ChainedScheduler needs its schedules (parts), got none."],
  [
    "ChainedScheduler",
    { parts: [{ name: "CosineAnnealingLR", values: { minimum: 0.01 } }] },
    "ChainedScheduler is simulated for parts that multiply the rate; CosineAnnealingLR sets it.",
  ],
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
  expect(rates.rate(500)).toBeCloseTo(1 / 25 / 1e4, 15);
  expect(rates.momentum?.(500)).toBeCloseTo(0.95, 12);
  expect(prepare("OneCycleLR", { values: { maximum: 1, cycleMomentum: 0 } })).not.toHaveProperty("momentum");
});
