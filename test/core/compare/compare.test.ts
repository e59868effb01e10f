import { expect, test } from "vitest";
import { causesOf } from "../../../src/core/compare/causes.ts";
import { differences, tailOf, type Differences } from "../../../src/core/compare/differences.ts";
import { sayDifference, verdict } from "../../../src/core/compare/words.ts";
import { findProblem } from "../../../src/core/problems/index.ts";
import { rng } from "../../../src/core/rng.ts";
import type { Configuration } from "../../../src/protocol/index.ts";

const sgd = (values: Record<string, number>, more: Partial<Configuration> = {}): Configuration => ({
  framework: "torch",
  optimizer: "SGD",
  groups: [{ name: "all parameters", values }],
  ...more,
});
const adam = (optimizer: string, values: Record<string, number>): Configuration => ({ ...sgd(values), optimizer });
const make = findProblem("noisy quadratic")!.prepare({ dimension: 20, noise: 1, start: 0.25 }, {});
const planOf = (configuration: Configuration, steps: number) => ({
  configuration,
  make,
  run: { steps, stepsPerEpoch: 10, batchSize: 4 },
});
function between(a: Configuration, b: Configuration, steps = 100): Differences {
  const work = differences(planOf(a, steps), planOf(b, steps), rng(3), 0);
  for (;;) {
    const next = work.next();
    if (next.done) return next.value;
  }
}

test("a configuration and itself make the same steps", () => {
  const { relative, same, largest } = between(
    adam("Adam", { learningRate: 1e-2 }),
    adam("Adam", { learningRate: 1e-2 }),
  );
  expect([...relative]).toEqual(new Array(100).fill(0));
  expect({ same, largest }).toMatchObject({ same: true, largest: { difference: 0, step: 1 } });
});

test("twice the rate is a difference of a half in every step, from the same weights", () => {
  const { relative, same } = between(sgd({ learningRate: 0.01 }), sgd({ learningRate: 0.02 }));
  expect(same).toBe(false);
  for (const x of relative) expect(x).toBeCloseTo(0.5, 10);
});

test("opposite steps differ by twice a step", () => {
  const up = between(sgd({ learningRate: 0.01 }), sgd({ learningRate: 0.01, maximize: 1 }), 3);
  for (const x of up.relative) expect(x).toBeCloseTo(2, 10);
});

test("decay that begins to differ at a milestone differs from there on, at the coordinate named", () => {
  const late = sgd({ learningRate: 0.01 });
  const scheduled: Configuration = {
    ...late,
    groups: [{ ...late.groups[0], schedule: { name: "StepLR", values: { stepSize: 30, gamma: 0.5 } } }],
  };
  const { relative, largest } = between(late, scheduled, 50);
  expect([...relative.subarray(0, 30)].every((x) => x === 0)).toBe(true);
  expect(relative[30]).toBeCloseTo(0.5, 10);
  expect(largest.step).toBeGreaterThan(30);
  expect(largest.coordinate).toBeLessThan(20);
});

test("a run that leaves for infinity is compared as far as it went", () => {
  const { relative, largest } = between(sgd({ learningRate: 1e200 }), sgd({ learningRate: 1e-2 }), 10);
  expect(Number.isNaN(relative[9])).toBe(true);
  expect(largest.step).toBeGreaterThan(0);
});

const series = (...relative: number[]): Differences => {
  const difference = Math.max(...relative.filter((x) => !Number.isNaN(x)));
  return {
    relative: Float64Array.from(relative),
    largest: { difference, step: relative.indexOf(difference) + 1, coordinate: 2 },
    same: false,
  };
};
test("the tail is the power of ten that the last tenth stays under, and the step after which it does", () => {
  expect(tailOf(series(3e-4, 2e-5, 3e-7, 4e-9, 2e-9, 5e-9))).toEqual({ below: 1e-8, after: 3 });
  expect(tailOf(series(3e-4, 2e-4, 1e-4))).toBeUndefined();
  expect(tailOf(series(3e-4, 1e-9, NaN))).toBeUndefined();
  expect(tailOf(series(1, 0, 0, 0))).toEqual({ below: 1e-16, after: 1 });
});

test("differences are said with one digit, a leading 1 with two", () => {
  expect([3.04e-4, 1.26e-4, 0.52, 0, 1].map(sayDifference)).toEqual(["3e-4", "1.3e-4", "0.5", "0", "1"]);
});

test("the verdict says how much, when, where, why and what becomes of it", () => {
  const [cause] = causesOf(adam("Adam", { epsilon: 1e-8 }), adam("Adam", { epsilon: 1e-3 }));
  const found = series(3e-4, 2e-5, 3e-7, 4e-9, 2e-9, 5e-9);
  expect(verdict("A", "B", found, [{ cause, alone: found }], (i) => `coordinate ${i}`)).toBe(
    "A and B here differ by epsilon (1e-8 and 1e-3): **3e-4** at step **1** (coordinate 2), under 1e-8 after step 3.",
  );
  expect(verdict("A", "B", series(1e-3, 9e-4), [])).toBe(
    "A and B here differ: **1e-3** at step **1**, 9e-4 at the last.",
  );
  expect(verdict("A", "B", { ...series(0, 0), same: true }, [{ cause, alone: found }])).toBe(
    "A and B make the same steps here, to rounding: epsilon makes no difference.",
  );
});

test("causes are everything that differs, each alone", () => {
  const a = sgd({ learningRate: 0.01, momentum: 0.9 }, { accumulation: 2 });
  const b = sgd({ learningRate: 0.02, momentum: 0.9, nesterov: 1 }, { clip: { type: "norm", max: 1 } });
  const causes = causesOf(a, b);
  expect(causes.map(({ name, from, to }) => [name, from, to])).toEqual([
    ["learningRate", "0.01", "0.02"],
    ["nesterov", "off", "on"],
    ["clip", undefined, undefined],
    ["accumulation", "2", "1"],
  ]);
  expect(causes[1].alone).toEqual(sgd({ learningRate: 0.01, momentum: 0.9, nesterov: 1 }, { accumulation: 2 }));
  expect(causes[2].alone).toEqual({ ...a, clip: { type: "norm", max: 1 } });
  expect(causesOf(a, a)).toEqual([]);
});

test("another optimizer is a cause of its own: the values that both have stay", () => {
  const a = adam("Adam", { learningRate: 0.01, weightDecay: 0 });
  const b = adam("AdamW", { learningRate: 0.02 });
  const causes = causesOf(a, b);
  expect(causes.map(({ name }) => name)).toEqual(["optimizer", "learningRate", "weightDecay"]);
  expect(causes[0]).toMatchObject({ from: "Adam", to: "AdamW" });
  expect(causes[0].alone.groups[0].values).toMatchObject({ learningRate: 0.01, weightDecay: 0 });
  expect(between(a, causes[0].alone).same).toBe(true);
});

test("groups that are not as many are one cause; those that are, are compared one by one", () => {
  const two = (second: number): Configuration => ({
    ...sgd({}),
    groups: [
      { name: "backbone", values: { learningRate: 0.01 } },
      { name: "head", values: { learningRate: second } },
    ],
  });
  expect(causesOf(sgd({ learningRate: 0.01 }), two(0.1)).map(({ name }) => name)).toEqual(["groups"]);
  const [cause] = causesOf(two(0.1), two(0.2));
  expect(cause).toMatchObject({ name: "learningRate", from: "0.1", to: "0.2" });
  expect(between(two(0.1), cause.alone).largest.coordinate).toBeGreaterThanOrEqual(10);
});
