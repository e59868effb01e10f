import { describe, expect, test } from "vitest";
import { findProblem } from "../../src/core/problems/index.ts";
import type { TableObjective } from "../../src/core/problems/exampleTable.ts";
import { rng } from "../../src/core/rng.ts";
import { Trainer } from "../../src/core/train.ts";
import { dot, norm, zeros } from "../../src/core/vector.ts";
import { readExperiment } from "../../src/documents/frameworks/experiment.ts";
import { experimentProblems } from "../../src/documents/frameworks/experimentProblems.ts";
import { eigenvalues, excess, type ModelOf, problemOf, reference, type Rule, ruled } from "./tables.ts";

// Trainings and derivatives of models over tables as PyTorch gave them in float64, each model written as an experiment file,
// read, and run.

interface Training extends ModelOf {
  readonly id: string;
  readonly parameters: number;
  readonly init: Rule;
  readonly optimizer: string;
  readonly hyperparameters: Readonly<Record<string, number>>;
  readonly batch: number | null;
  readonly steps: number;
  readonly loss: readonly number[];
  readonly final: Readonly<Record<"full_loss" | "accuracy" | "correct" | "theta_norm" | "theta_sum", number>> &
    Readonly<Record<"theta_first" | "theta_last", readonly number[]>>;
}
interface Optimum extends Omit<ModelOf, "model"> {
  readonly id: string;
  readonly w: readonly number[];
  readonly b: number;
  readonly loss: number;
  readonly correct: number;
  readonly hessian_eigenvalue_min: number;
  readonly hessian_eigenvalue_max: number;
  readonly loss_at_zero: number;
  readonly gradient_at_zero: readonly number[];
}
const recorded = reference("training/training.json") as {
  readonly cases: readonly Training[];
  readonly logistic_optima: readonly Optimum[];
};

/** Written, checked and read as a file. */
function read(problem: ReturnType<typeof problemOf> & Readonly<Record<string, unknown>>, configuration: object) {
  const text = JSON.stringify({ lab: "training", problem, configuration });
  expect(experimentProblems(text)).toEqual([]);
  const { configuration: asked, experiment } = readExperiment(text).detections[0];
  const { name = "", data = {} } = experiment?.problem ?? {};
  const found = findProblem(name);
  if (!found) throw new Error(`no problem ${name}`);
  const knobs = Object.fromEntries(Object.entries(found.hyperparameters).map(([key, it]) => [key, it.default]));
  return { configuration: asked, objective: found.prepare(knobs, { given: data })(rng(1)) as TableObjective };
}
const sum = (theta: Float64Array) => theta.reduce((total, x) => total + x, 0);

describe("trainings", () => {
  test.each(recorded.cases)("$id", (it) => {
    const problem = { ...problemOf(it), start: [...ruled(it.init, it.parameters)], batch: it.batch };
    const { optimizer, hyperparameters } = it;
    const { configuration, objective } = read(problem, { framework: "torch", optimizer, hyperparameters });
    expect(objective.dimension).toBe(it.parameters);
    const trainer = new Trainer(configuration, objective, rng(1), { steps: it.steps, stepsPerEpoch: 1, batchSize: 1 });
    const losses = Array.from({ length: it.steps }, () => trainer.step(true));
    expect(excess(losses, it.loss)).toBeLessThanOrEqual(0);
    const { theta } = trainer;
    const { final } = it;
    const accuracy = objective.accuracy(theta);
    expect(Math.round(accuracy * problem.y.length)).toBe(final.correct);
    const got = [objective.loss(theta), accuracy, norm(theta), sum(theta), ...theta.slice(0, 8), ...theta.slice(-8)];
    const want = [
      final.full_loss,
      final.accuracy,
      final.theta_norm,
      final.theta_sum,
      ...final.theta_first,
      ...final.theta_last,
    ];
    expect(excess(got, want)).toBeLessThanOrEqual(0);
  });
});

/** The Hessian of all rows, a column for each unit vector. */
function hessian(objective: TableObjective, theta: Float64Array): Float64Array[] {
  const batch = objective.draw(rng(1), 1);
  const unit = zeros(theta.length);
  return Array.from(unit, (_, i) => {
    unit.fill(0)[i] = 1;
    return batch.hessianVector?.(theta, unit, zeros(theta.length)) ?? zeros(0);
  });
}

describe("optima of logistic regression", () => {
  test.each(recorded.logistic_optima)("$id", (it) => {
    const model = { kind: "logistic", in: it.w.length } as const;
    const problem = problemOf({ ...it, model });
    const { objective } = read(problem, { framework: "torch", optimizer: "SGD", hyperparameters: {} });
    const theta = Float64Array.from([...it.w, it.b]);
    const gradient = objective.draw(rng(1), 1).gradient(theta).mean;
    expect(Math.max(...gradient.map(Math.abs))).toBeLessThan(1e-12);
    expect(Math.round(objective.accuracy(theta) * problem.y.length)).toBe(it.correct);
    const values = eigenvalues(hessian(objective, theta));
    const got = [objective.loss(theta), values[0], values[values.length - 1]];
    expect(excess(got, [it.loss, it.hessian_eigenvalue_max, it.hessian_eigenvalue_min])).toBeLessThanOrEqual(0);
    const zero = objective.start;
    const atZero = [objective.loss(zero), ...objective.draw(rng(1), 1).gradient(zero).mean];
    expect(excess(atZero, [it.loss_at_zero, ...it.gradient_at_zero])).toBeLessThanOrEqual(0);
  });
});

/** Long vectors as their ends, sum and norm. */
type Told =
  readonly number[] | Readonly<{ first: readonly number[]; last: readonly number[]; sum: number; norm: number }>;
interface Derivatives extends ModelOf {
  readonly id: string;
  readonly rows: number;
  readonly parameters: number;
  readonly theta: Rule;
  readonly loss: number;
  readonly gradient: Told;
  readonly hvp: readonly { readonly v: Rule; readonly Hv: Told; readonly vHv: number; readonly gv: number }[];
  readonly hessian_trace?: number;
  readonly hessian_eigenvalues?: readonly number[];
}
const derivatives = reference("derivatives/hvp.json") as { readonly cases: readonly Derivatives[] };
/** By how much what is told of a vector is missed. */
function missed(got: Float64Array, want: Told): number {
  if (!("first" in want)) return excess(got, want);
  const told = [...got.slice(0, 12), ...got.slice(-12), sum(got), norm(got)];
  return excess(told, [...want.first, ...want.last, want.sum, want.norm]);
}

describe("second derivatives", () => {
  test.each(derivatives.cases)("$id", (it) => {
    const problem = problemOf(it, (row) => row < it.rows);
    expect(problem.y).toHaveLength(it.rows);
    const { objective } = read(problem, { framework: "torch", optimizer: "SGD", hyperparameters: {} });
    const theta = ruled(it.theta, it.parameters);
    const batch = objective.draw(rng(1), 1);
    expect(excess([batch.loss(theta)], [it.loss])).toBeLessThanOrEqual(0);
    const gradient = batch.gradient(theta).mean;
    expect(missed(gradient, it.gradient)).toBeLessThanOrEqual(0);
    expect(it.hvp.length).toBeGreaterThan(0);
    for (const { v: rule, Hv, vHv, gv } of it.hvp) {
      const v = ruled(rule, it.parameters);
      const product = zeros(it.parameters);
      batch.hessianVector?.(theta, v, product);
      expect(missed(product, Hv)).toBeLessThanOrEqual(0);
      expect(excess([dot(v, product), dot(gradient, v)], [vHv, gv])).toBeLessThanOrEqual(0);
    }
    if (!it.hessian_eigenvalues || it.hessian_trace === undefined) return;
    const matrix = hessian(objective, theta);
    const trace = matrix.reduce((total, row, i) => total + row[i], 0);
    expect(excess([trace], [it.hessian_trace])).toBeLessThanOrEqual(0);
    expect(excess(eigenvalues(matrix), it.hessian_eigenvalues, 1e-10, 1e-11)).toBeLessThanOrEqual(0);
  });
});

test("every record is there", () => {
  expect([recorded.cases, recorded.logistic_optima, derivatives.cases].map(({ length }) => length)).toEqual([7, 3, 7]);
});
