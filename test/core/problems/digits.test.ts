import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { digits } from "../../../src/core/problems/digits.ts";
import type { TableObjective } from "../../../src/core/problems/exampleTable.ts";
import { networkDigits } from "../../../src/core/problems/networkDigits.ts";
import { softmaxDigits } from "../../../src/core/problems/softmaxDigits.ts";
import { rng } from "../../../src/core/rng.ts";

interface Case {
  readonly id: string;
  readonly data: string;
  readonly model: { readonly kind: "softmax" | "mlp" };
  readonly init: "zeros" | { readonly rule: "sin"; readonly a: number; readonly b: number; readonly c: number };
  readonly optimizer: string;
  readonly hyperparameters: { readonly lr: number; readonly momentum?: number };
  readonly batch: number;
  readonly steps: number;
  readonly loss: readonly number[];
  readonly final: Readonly<Record<"full_loss" | "theta_norm" | "theta_sum" | "accuracy", number>>;
}
const reference = JSON.parse(
  readFileSync(new URL("../../reference/training/training.json", import.meta.url), "utf8"),
) as { cases: Case[] };
const cases = reference.cases.filter((it) => it.data === "digits");
const data = { dataset: new Uint8Array(readFileSync(new URL("../../../data/digits.bin", import.meta.url))) };

test("the digits are 1,797 rows with some 180 of each class", () => {
  const table = digits(data);
  expect([table.rows, table.inputs, table.classes]).toEqual([1797, 64, 10]);
  for (let k = 0; k < 10; k++) {
    const count = table.y.filter((label) => label === k).length;
    expect(count).toBeGreaterThan(173);
    expect(count).toBeLessThan(184);
  }
});

test("models of the digits are made of matrices and their biases", () => {
  expect(softmaxDigits.prepare({}, data)(rng(1)).shapes).toEqual([[64, 10], [10]]);
  expect(networkDigits.prepare({ activation: 0 }, data)(rng(1)).shapes).toEqual([[64, 32], [32], [32, 10], [10]]);
});

/** Plain statements of the two rules, so that only the problem's losses and gradients are on trial. */
function update({ optimizer, hyperparameters: { lr, momentum = 0 } }: Case, dimension: number) {
  const m = new Float64Array(dimension);
  const v = new Float64Array(dimension);
  return (theta: Float64Array, g: Float64Array, t: number) => {
    for (let i = 0; i < dimension; i++)
      if (optimizer === "SGD") {
        m[i] = momentum * m[i] + g[i];
        theta[i] -= lr * m[i];
      } else {
        m[i] = 0.9 * m[i] + 0.1 * g[i];
        v[i] = 0.999 * v[i] + 0.001 * g[i] ** 2;
        theta[i] -= ((lr / (1 - 0.9 ** t)) * m[i]) / (Math.sqrt(v[i]) / Math.sqrt(1 - 0.999 ** t) + 1e-8);
      }
  };
}

test.each(cases.map((it) => [it.id, it] as const))("%s follows the reference training", (_, it) => {
  const problem = it.model.kind === "softmax" ? softmaxDigits : networkDigits;
  const objective = problem.prepare({ activation: 0 }, data)(rng(1)) as TableObjective;
  const { init } = it;
  const theta = Float64Array.from(objective.start, (x, k) =>
    init === "zeros" ? 0 * x : init.a * Math.sin(init.b * k + init.c),
  );
  const step = update(it, objective.dimension);
  const close = (got: number, want: number) =>
    expect(Math.abs(got - want)).toBeLessThan(1e-10 * Math.abs(want) + 1e-12);
  for (let t = 0; t < it.steps; t++) {
    const batch = objective.batchOf(Array.from({ length: it.batch }, (__, j) => (t * it.batch + j) % 1797));
    close(batch.loss(theta), it.loss[t]);
    step(theta, batch.gradient(theta).mean, t + 1);
  }
  close(objective.loss(theta), it.final.full_loss);
  close(Math.hypot(...theta), it.final.theta_norm);
  close(objective.accuracy(theta), it.final.accuracy);
});
