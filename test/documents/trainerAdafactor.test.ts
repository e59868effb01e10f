import { beforeAll, expect, test } from "vitest";
import { findOptimizer } from "../../src/core/optimizers/index.ts";
import { writeTransformers } from "../../src/documents/frameworks/transformersWrite.ts";
import { only, ready } from "./python.ts";

beforeAll(ready);
const trained = (optim: string) =>
  only(
    `from transformers import TrainingArguments\nargs = TrainingArguments("o", learning_rate=1e-3, weight_decay=0.1, optim="${optim}")\n`,
  ).configuration;

test("the Trainer's adafactor is Transformers' own, with a rate that neither θ nor t changes", () => {
  const { optimizer, groups } = trained("adafactor");
  expect(optimizer).toBe("Adafactor");
  expect(groups[0].values).toMatchObject({
    ...{ learningRate: 1e-3, weightDecay: 0.1, arithmetic: 1, epsilon1: 1e-30 },
    ...{ scaleParameter: 0, relativeStep: 0, warmupInit: 0 },
  });
  expect(Object.keys(findOptimizer("Adafactor")?.hyperparameters ?? {})).toEqual(
    expect.arrayContaining(Object.keys(groups[0].values)),
  );
});

test("what the Trainer can do of Adafactor is written back, and nothing else", () => {
  const style = { prefix: "", parameters: "", target: "args", indent: "    " };
  const configuration = trained("adafactor");
  expect(writeTransformers(configuration, [], style)?.body).toContain('optim="adafactor"');
  const [group] = configuration.groups;
  for (const [name, value] of Object.entries({ relativeStep: 1, arithmetic: 0, beta1: 0.9 })) {
    const other = { ...configuration, groups: [{ ...group, values: { ...group.values, [name]: value } }] };
    expect(writeTransformers(other, [], style)).toBeUndefined();
  }
});
