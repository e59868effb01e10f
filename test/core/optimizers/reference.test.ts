import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { findOptimizer, optimizers } from "../../../src/core/optimizers/index.ts";
import type { Objective } from "../../../src/core/problems/problem.ts";
import { rng } from "../../../src/core/rng.ts";
import { findSchedule } from "../../../src/core/schedules/index.ts";
import { Trainer } from "../../../src/core/train.ts";
import { zeros } from "../../../src/core/vector.ts";
import type { Vector } from "../../../src/core/vector.ts";
import type { Clip, Configuration, ScheduleConfiguration } from "../../../src/protocol/index.ts";

// Every θ of every step as torch.optim gave it in float64, over all options; replayed through the trainer.

type Spelled = Readonly<Record<string, number | boolean | readonly number[]>>;
interface Case {
  readonly id: string;
  readonly hyperparameters: Spelled;
  readonly shapes: readonly (readonly number[])[];
  readonly theta0: readonly number[];
  readonly gradients?: string;
  readonly problem?: string;
  readonly groups?: readonly (Spelled & { readonly tensors: readonly number[] })[];
  readonly clip?: Clip;
  readonly scheduler?: { readonly name: string; readonly args: Readonly<Record<string, number>> };
  readonly lr_per_step?: readonly number[];
  readonly momentum_per_step?: readonly number[];
  readonly steps: number;
  readonly trajectory: readonly (readonly number[])[];
  readonly tol?: { readonly rel: number; readonly abs: number };
}
interface Problem {
  readonly kind: string;
  readonly a: number;
  readonly b: number;
  readonly A: readonly (readonly number[])[];
  readonly c: readonly number[];
  readonly X: readonly (readonly number[])[];
  readonly y: readonly number[];
  readonly l2: number;
}
interface Inputs {
  readonly gradient_sets: Readonly<Record<string, { readonly gradients: readonly (readonly number[])[] }>>;
  readonly problems: Readonly<Record<string, Problem>>;
}
const read = (file: string): unknown =>
  JSON.parse(readFileSync(path.join(import.meta.dirname, `../../reference/optimizers/${file}.json`), "utf8"));
const inputs = read("inputs") as Inputs;
const files = ["SGD", "RMSprop", "Adam", "AdamW"].map(
  (name) => read(`torch.${name}`) as { optimizer: string; tol: { rel: number; abs: number }; cases: readonly Case[] },
);

function gradientOf(problem: Problem, theta: Vector, out: Vector): void {
  out.fill(0);
  const n = theta.length;
  switch (problem.kind) {
    case "rosenbrock":
      for (let i = 0; i + 1 < n; i++) {
        const valley = theta[i + 1] - theta[i] ** 2;
        out[i] += -4 * problem.b * valley * theta[i] - 2 * (problem.a - theta[i]);
        out[i + 1] += 2 * problem.b * valley;
      }
      return;
    case "quadratic":
      for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) out[i] += problem.A[i][j] * (theta[j] - problem.c[j]);
      return;
    case "softmax_regression": {
      const features = problem.X[0].length;
      const classes = n / (features + 1);
      problem.X.forEach((row, r) => {
        const logits = Array.from({ length: classes }, (_, k) =>
          row.reduce((sum, x, j) => sum + x * theta[j * classes + k], theta[features * classes + k]),
        );
        const total = logits.reduce((sum, z) => sum + Math.exp(z), 0);
        for (let k = 0; k < classes; k++) {
          const slope = (Math.exp(logits[k]) / total - (problem.y[r] === k ? 1 : 0)) / problem.X.length;
          for (let j = 0; j < features; j++) out[j * classes + k] += slope * row[j];
          out[features * classes + k] += slope;
        }
      });
      for (let i = 0; i < n; i++) out[i] += problem.l2 * theta[i];
      return;
    }
    default:
      throw new Error(`no gradient for ${problem.kind}`);
  }
}
function objectiveOf(it: Case): Objective {
  const mean = zeros(it.theta0.length);
  let draws = -1;
  const gradient = { mean, meanSquare: mean };
  return {
    dimension: it.theta0.length,
    start: Float64Array.from(it.theta0),
    watched: [],
    loss: () => 0,
    draw() {
      draws++;
      return {
        loss: () => 0,
        gradient(theta) {
          if (it.problem !== undefined) gradientOf(inputs.problems[it.problem], theta, mean);
          else mean.set(inputs.gradient_sets[it.gradients ?? ""].gradients[draws]);
          return gradient;
        },
      };
    },
  };
}

const words: Readonly<Record<string, string>> = {
  lr: "learningRate",
  alpha: "beta2",
  eps: "epsilon",
  weight_decay: "weightDecay",
  decoupled_weight_decay: "decoupledWeightDecay",
  step_size: "stepSize",
  max_lr: "maximum",
  total_steps: "length",
  T_max: "length",
  eta_min: "minimum",
};
function canonical(spelled: Spelled): Record<string, number> {
  const values: Record<string, number> = {};
  for (const [word, value] of Object.entries(spelled)) {
    if (typeof value === "object") [values["beta1"], values["beta2"]] = value;
    else values[words[word] ?? word] = Number(value);
  }
  return values;
}
function configurationOf(optimizer: string, it: Case): Configuration {
  const sizes = it.shapes.map((shape) => shape.reduce((product, side) => product * side, 1));
  const schedule: ScheduleConfiguration | undefined = it.scheduler && {
    name: it.scheduler.name,
    values: canonical(it.scheduler.args),
  };
  const all = it.groups ?? [{ tensors: sizes.map((_, i) => i) }];
  return {
    framework: "torch",
    optimizer,
    groups: all.map(({ tensors, ...overrides }, i) => ({
      name: `group ${i}`,
      values: { ...canonical(it.hyperparameters), ...canonical(overrides as Spelled) },
      size: tensors.reduce((sum, tensor) => sum + sizes[tensor], 0),
      ...(schedule && { schedule }),
    })),
    ...(it.clip && { clip: it.clip }),
  };
}

/** Ours, whatever the capitals of torch's. */
const nameOf = (torch: string) =>
  optimizers.find(({ name }) => name.toLowerCase() === torch.toLowerCase())?.name ?? torch;
const cases = files.flatMap((file) =>
  file.cases.map((it) => ({ id: it.id, optimizer: nameOf(file.optimizer), tol: it.tol ?? file.tol, it })),
);

describe("the trajectories of torch.optim", () => {
  test.each(cases)("$id", ({ it, optimizer, tol }) => {
    const run = { steps: it.steps, stepsPerEpoch: 1, batchSize: 1 };
    const trainer = new Trainer(configurationOf(optimizer, it), objectiveOf(it), rng(1), run);
    expect(it.trajectory).toHaveLength(it.steps);
    for (const [t, want] of it.trajectory.entries()) {
      trainer.step();
      const worst = want.reduce((most, x, i) => {
        const excess = Math.abs(trainer.theta[i] - x) - (tol.abs + tol.rel * Math.abs(x));
        return excess <= most ? most : excess; // NaN stays
      }, -Infinity);
      expect(worst, `beyond the tolerance after step ${t + 1}`).toBeLessThanOrEqual(0);
    }
  });

  test.each(cases.filter(({ it }) => it.lr_per_step))("$id was given the rates that its schedule gives", ({ it }) => {
    const rates = findSchedule(it.scheduler?.name ?? "")?.prepare(
      Number(it.hyperparameters["lr"]),
      { name: "", values: canonical(it.scheduler?.args ?? {}) },
      it.steps,
    );
    for (const [t, want] of (it.lr_per_step ?? []).entries()) expect(rates?.rate(t)).toBeCloseTo(want, 13);
    for (const [t, want] of (it.momentum_per_step ?? []).entries()) expect(rates?.momentum?.(t)).toBeCloseTo(want, 13);
  });

  test("all 48 of them are there, and each optimizer and hyperparameter is among them", () => {
    expect(cases).toHaveLength(48);
    for (const { name, hyperparameters } of optimizers) {
      const own = cases.filter(({ optimizer }) => optimizer === name);
      expect(own.length).toBeGreaterThan(0);
      for (const it of Object.keys(hyperparameters))
        expect(
          own.filter((each) => !(it in canonical(each.it.hyperparameters))).map(({ id }) => `${id} says no ${it}`),
        ).toEqual([]);
    }
    expect(cases.every(({ optimizer }) => findOptimizer(optimizer))).toBe(true);
  });
});
