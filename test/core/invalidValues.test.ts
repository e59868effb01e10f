import { expect, test } from "vitest";
import { invalidValues } from "../../src/core/invalidValues.ts";
import { optimizers } from "../../src/core/optimizers/index.ts";
import type { ParameterGroup, Configuration, ScheduleConfiguration } from "../../src/protocol/index.ts";

const configuration = (
  values: Record<string, number>,
  schedule?: ScheduleConfiguration,
  changed: Partial<Configuration> = {},
): Configuration => ({
  framework: "torch",
  optimizer: "Adam",
  groups: [{ name: "all", values, ...(schedule && { schedule }) }],
  ...changed,
});

test("a configuration that can be run has none", () => {
  const schedule = {
    name: "SequentialLR",
    values: {},
    points: [3],
    parts: [
      { name: "LinearLR", values: {} },
      { name: "StepLR", values: {} },
    ],
  };
  expect(invalidValues(configuration({ learningRate: 0.1 }, schedule))).toEqual([]);
});

test("every value that is wrong is named, in the order of the groups, each sentence once", () => {
  const groups: ParameterGroup[] = [
    { name: "a", values: { learningRate: -1, beta2: 1 } },
    { name: "b", values: { learningRate: -1, epsilon: NaN }, size: 0 },
  ];
  expect(invalidValues(configuration({}, undefined, { groups }))).toEqual([
    { group: 0, name: "learningRate", text: "Adam needs η (learningRate) of at least 0, got -1." },
    { group: 0, name: "beta2", text: "Adam needs β₂ (beta2) below 1, got 1." },
    { group: 1, name: "size", text: 'The group "b" has no parameters: its size is 0.' },
    { group: 1, name: "epsilon", text: "Adam needs a number for epsilon (ε), got NaN." },
  ]);
});

test("a schedule's values are named as documents name them, in parts, too", () => {
  const step = { name: "StepLR", values: { stepSize: 0 } };
  const [own] = invalidValues(configuration({}, step));
  expect(own).toMatchObject({ group: 0, name: "schedule.stepSize" });
  expect(own.text).toMatch(/^StepLR needs .*stepSize.* of at least 1, got 0\.$/);
  const parts = [{ name: "LinearLR", values: {} }, step];
  const nested = invalidValues(configuration({}, { name: "SequentialLR", values: {}, points: [3], parts }));
  expect(nested.map(({ name }) => name)).toEqual(["schedule.parts.1.stepSize"]);
  expect(invalidValues(configuration({}, { name: "WobblyLR", values: {} }))).toEqual([
    { group: 0, name: "schedule.name", text: 'There is no schedule "WobblyLR" among those that are simulated.' },
  ]);
});

test("a rate below 0 climbs in optax alone", () => {
  expect(invalidValues(configuration({ learningRate: -0.1 }, undefined, { framework: "optax" }))).toEqual([]);
  expect(invalidValues(configuration({ learningRate: -0.1 }, undefined, { framework: "keras" }))).toHaveLength(1);
});

test.each(optimizers.map(({ name, hyperparameters }) => [name, Object.keys(hyperparameters)] as const))(
  "%s refuses a rate below 0 and an average that never forgets",
  (optimizer, names) => {
    for (const [name, value] of [
      ["learningRate", -0.1],
      ["beta1", 1],
      ["beta2", 1],
    ] as const)
      if (names.includes(name))
        expect(invalidValues(configuration({ [name]: value }, undefined, { optimizer })), name).toMatchObject([
          { name },
        ]);
  },
);
