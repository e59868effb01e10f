import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { readExperiment } from "../../src/documents/frameworks/experiment.ts";
import { experimentProblems } from "../../src/documents/frameworks/experimentProblems.ts";
import { experimentText, without, type ReferenceCase, type ReferenceInputs } from "./experimentCases.ts";

const folder = path.join(import.meta.dirname, "../reference/optimizers");
const load = (name: string): unknown => JSON.parse(readFileSync(path.join(folder, name), "utf8"));
const inputs = load("inputs.json") as ReferenceInputs;
const cases = ["SGD", "RMSprop", "Adam", "AdamW"].flatMap(
  (name) => (load(`torch.${name}.json`) as { cases: ReferenceCase[] }).cases,
);
/** What PyTorch's words are called here, by hand and apart from the tables under test. */
const canonical: Readonly<Record<string, string>> = {
  ...{ lr: "learningRate", eps: "epsilon", alpha: "beta2", weight_decay: "weightDecay", momentum: "momentum" },
  ...{ dampening: "dampening", nesterov: "nesterov", maximize: "maximize", centered: "centered", amsgrad: "amsgrad" },
  decoupled_weight_decay: "decoupledWeightDecay",
};
const schedules: Readonly<Record<string, object>> = {
  StepLR: { stepSize: 15, gamma: 0.3 },
  OneCycleLR: { maximum: 0.5, length: 24, cycleMomentum: 1, momentumLow: 0.85, momentumHigh: 0.95 },
  CosineAnnealingLR: { length: 60, minimum: 0.001 },
};

function expected(written: Readonly<Record<string, unknown>>, optimizer: string): Record<string, number> {
  const { betas, decoupled_weight_decay: decoupled, ...rest } = written;
  const values = Object.fromEntries(Object.entries(rest).map(([name, value]) => [canonical[name], Number(value)]));
  const both = betas as [number, number] | undefined;
  return {
    ...values,
    ...(both && { beta1: both[0], beta2: both[1] }),
    ...(optimizer === "Adam" && { decoupledWeightDecay: Number(decoupled) }),
  };
}

test("there are reference runs of all four optimizers", () => {
  expect(new Set(cases.map(({ optimizer }) => optimizer)).size).toBe(4);
});

test.each(cases)("$id can be said by an experiment file", (it) => {
  const text = experimentText(it, inputs);
  expect(experimentProblems(text)).toEqual([]);
  const { configuration, experiment } = readExperiment(text).detections[0];
  expect(configuration.optimizer).toBe(it.optimizer === "RMSprop" ? "RMSProp" : it.optimizer);
  expect(configuration.clip).toEqual(it.clip);
  const shared = expected(it.hyperparameters, it.optimizer);
  const groups = it.groups ?? [{ tensors: it.shapes.map((_, i) => i) }];
  expect(configuration.groups.map(({ values }) => values)).toEqual(
    groups.map((own) => ({
      ...shared,
      ...Object.fromEntries(Object.entries(without(own, "tensors")).map(([name, value]) => [canonical[name], value])),
    })),
  );
  const sizes = groups.map(({ tensors }) =>
    tensors.reduce((sum, tensor) => sum + it.shapes[tensor].reduce((a, b) => a * b, 1), 0),
  );
  expect(configuration.groups.map(({ size }) => size)).toEqual(it.groups ? sizes : [undefined]);
  expect(sizes.reduce((a, b) => a + b, 0)).toBe(it.theta0.length);
  for (const { schedule } of configuration.groups) {
    expect(schedule?.name).toBe(it.scheduler?.name);
    expect(schedule?.values ?? {}).toMatchObject(schedules[it.scheduler?.name ?? ""] ?? {});
  }
  expect(experiment?.controls["steps"]).toBe(it.steps);
  expect(experiment?.problem?.values).toBeUndefined();
  expect(experiment?.problem?.data?.["start"]).toEqual(it.theta0);
  if (it.gradients !== undefined)
    expect(experiment?.problem?.data?.["gradients"]).toEqual(inputs.gradient_sets[it.gradients].gradients);
});
