import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { findSchedule, schedules } from "../../../src/core/schedules/index.ts";
import type { ScheduleConfiguration } from "../../../src/protocol/index.ts";

// PyTorch's schedulers on one group: each reads the rate it finds and sets the next. Expected values are worked out by hand.

const part = (name: string, values: Record<string, number> = {}, rest: Partial<ScheduleConfiguration> = {}) => ({
  name,
  values,
  ...rest,
});
const prepare = (configuration: ScheduleConfiguration, base = 1, length = 100) => {
  const found = findSchedule(configuration.name);
  if (!found) throw new Error(`no ${configuration.name}`);
  return found.prepare(base, configuration, length);
};
const chained = (...parts: ScheduleConfiguration[]) => prepare({ name: "ChainedScheduler", values: {}, parts });
const sequential = (points: number[], ...parts: ScheduleConfiguration[]) =>
  prepare({ name: "SequentialLR", values: {}, parts, points });
const close = (got: number, want: number, what: string) => {
  expect(Math.abs(got - want), `${what}: ${got}, not ${want}`).toBeLessThanOrEqual(1e-10 * Math.abs(want) + 1e-12);
};
const recursive = schedules.filter(
  (it) => it.prepare(1, part(it.name, { maximum: 1 }, needs(it.name)), 100).recursion !== undefined,
);
function needs(name: string): Partial<ScheduleConfiguration> {
  return {
    points: name === "SequentialLR" || name === "join_schedules" ? [] : [7, 30, 30],
    levels: name === "PiecewiseConstantDecay" ? [1, 1, 1, 1] : [1, 1, 1],
    formula: "1 - 0.02 * (e % 3)",
    parts: [part(name === "sgdr_schedule" ? "warmup_cosine_decay_schedule" : "constant", { length: 10 })],
    ...(name === "PiecewiseConstantDecay" && { points: [7, 30, 31] }),
  };
}

test("PyTorch's own chainable schedulers go from rate to rate", () => {
  expect(recursive.map(({ name }) => name)).toEqual([
    ...["StepLR", "MultiStepLR", "ExponentialLR", "LinearLR", "ConstantLR", "PolynomialLR", "CosineAnnealingLR"],
    "MultiplicativeLR",
  ]);
});

describe.each(recursive.map((it) => [it.name] as const))("%s from rate to rate", (name) => {
  test("is its closed form where it is alone, past its end too", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 40 }),
        fc.double({ min: 0.1, max: 1, noNaN: true }),
        fc.double({ min: 0.3, max: 3, noNaN: true }),
        (length, share, power) => {
          const values = { length, stepSize: length, gamma: share, startFactor: share, factor: share, power };
          const own = part(name, { ...values, minimum: 0.05, endFactor: 1 - share / 2 }, needs(name));
          const [alone, chain] = [prepare(own), chained(own)];
          for (let count = 0; count < 2 * length + 3; count++) close(chain.rate(count), alone.rate(count), `${count}`);
        },
      ),
      { seed: 1, numRuns: 60 },
    );
  });
});

test("factors of schedulers that multiply are multiplied", () => {
  const rates = chained(part("ConstantLR", { factor: 0.1, length: 20 }), part("ExponentialLR", { gamma: 0.9 }));
  for (const count of [0, 1, 19, 20, 21]) close(rates.rate(count), (count < 20 ? 0.1 : 1) * 0.9 ** count, `${count}`);
});
test("LambdaLR, and what transformers makes of it, sets the rate whatever stands before it in the chain", () => {
  const warm = part("LinearLR", { startFactor: 0.1, length: 10 });
  const lambda = part("LambdaLR", {}, { formula: "0.95 ** e" });
  const rates = chained(warm, lambda);
  const linear = chained(warm, part("get_linear_schedule_with_warmup", { length: 50 }));
  for (const count of [0, 1, 5, 30]) {
    close(rates.rate(count), 0.95 ** count, `${count}`);
    close(linear.rate(count), 1 - count / 50, `${count}`);
  }
});
test("a scheduler after one that sets the rate multiplies that from step to step", () => {
  // The rate is set anew at every count, so one factor of the second is left of all it multiplied.
  const rates = chained(part("LambdaLR", {}, { formula: "0.95 ** e" }), part("ExponentialLR", { gamma: 0.5 }));
  for (const count of [1, 2, 9]) close(rates.rate(count), 0.95 ** count * 0.5, `${count}`);
});
test("a cosine to a minimum above 0 shrinks the distance that it finds", () => {
  const rates = chained(
    part("StepLR", { stepSize: 1, gamma: 0.5 }),
    part("CosineAnnealingLR", { length: 4, minimum: 0.1 }),
  );
  let rate = 1;
  for (let count = 1; count <= 4; count++) {
    const wave = (n: number) => 1 + Math.cos((Math.PI * n) / 4);
    rate = (wave(count) / wave(count - 1)) * (rate / 2 - 0.1) + 0.1;
    close(rates.rate(count), rate, `${count}`);
  }
});
test("OneCycleLR and CyclicLR give later schedulers another first rate", () => {
  const cycle = part("OneCycleLR", { maximum: 0.5, length: 50 });
  close(chained(cycle, part("LambdaLR", {}, { formula: "1 + 0 * e" })).rate(7), 0.5 / 25, "after OneCycleLR");
  const cyclic = part("CyclicLR", { minimum: 0.01, maximum: 0.1 });
  close(chained(cyclic, part("LambdaLR", {}, { formula: "2 + 0 * e" })).rate(7), 0.02, "after CyclicLR");
  // One that was made before has written the optimizer's own rate down; OneCycleLR writes over it.
  const lambda = part("LambdaLR", {}, { formula: "2 + 0 * e" });
  close(sequential([5], lambda, cyclic).rate(0), 2, "CyclicLR second");
  close(sequential([5], part("ExponentialLR", { gamma: 0.5 }), cycle).rate(0), 0.02, "OneCycleLR second");
});
test("momentum follows whichever part was stepped last", () => {
  const rates = sequential([10], part("LinearLR", { length: 10 }), part("OneCycleLR", { maximum: 1, length: 40 }));
  close(rates.momentum?.(3) ?? NaN, 0.95, "before the milestone it stays as the construction left it");
  const alone = prepare(part("OneCycleLR", { maximum: 1, length: 40 }));
  for (const count of [0, 5, 20])
    close(rates.momentum?.(10 + count) ?? NaN, alone.momentum?.(count) ?? NaN, `${count}`);
});
test("MultiplicativeLR goes on from the rate at its milestone, others start over", () => {
  const slow = part("ExponentialLR", { gamma: 0.5 });
  const rates = sequential([3], slow, part("MultiplicativeLR", {}, { formula: "0.9" }));
  expect(rates.rate(2)).toBe(0.25);
  close(rates.rate(3), 0.25 * 0.9, "3");
  close(rates.rate(5), 0.25 * 0.9 ** 3, "5");
  close(sequential([3], slow, part("ExponentialLR", { gamma: 0.9 })).rate(5), 0.81, "5");
});
test("what PyTorch cannot start at a milestone is refused", () => {
  const constant = part("ConstantLR");
  const chain = part("ChainedScheduler", {}, { parts: [constant] });
  expect(() => sequential([3], constant, chain).rate(3)).toThrow("only as its first schedule");
  expect(sequential([3], chain, constant).rate(2)).toBeCloseTo(1 / 3, 12);
});
test("a schedule that follows a loss may be stepped beside others", () => {
  const rates = chained(part("ReduceLROnPlateau", { factor: 0.5, patience: 0 }), part("ExponentialLR", { gamma: 0.9 }));
  expect(rates.rate(0)).toBe(1);
  rates.observe?.(1);
  close(rates.rate(1), 0.9, "1");
  rates.observe?.(1);
  close(rates.rate(2), 0.5 * 0.81, "2");
});
test("rates are the same in whatever order they are asked for", () => {
  const make = () => chained(part("LinearLR", { length: 9 }), part("CosineAnnealingLR", { length: 30 }));
  const forwards = make();
  const want = Array.from({ length: 40 }, (_, count) => forwards.rate(count));
  const backwards = make();
  expect(want.map((_, i) => backwards.rate(39 - i)).reverse()).toEqual(want);
});
