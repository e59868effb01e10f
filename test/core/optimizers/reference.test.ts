import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { findOptimizer } from "../../../src/core/optimizers/index.ts";
import { replay } from "../../../src/core/run.ts";
import { readExperiment } from "../../../src/documents/frameworks/experiment.ts";
import { experimentProblems } from "../../../src/documents/frameworks/experimentProblems.ts";
import { experimentText, type ReferenceCase, type ReferenceInputs } from "../../documents/experimentCases.ts";

// Every θ of every step as the libraries themselves gave it in float64, each case written as an experiment file in its
// library's own words, read, and replayed.

interface Tolerance {
  readonly rel: number;
  readonly abs: number;
}
interface Case extends ReferenceCase {
  readonly trajectory: readonly (readonly number[])[];
  readonly eval_trajectory?: readonly (readonly number[])[];
  readonly lr_per_step?: readonly number[];
  readonly momentum_per_step?: readonly number[];
  readonly d_per_step?: readonly number[];
  readonly closure_calls?: readonly number[];
  readonly tol?: Tolerance;
}
const folder = path.join(import.meta.dirname, "../../reference/optimizers");
const read = (file: string): unknown => JSON.parse(readFileSync(path.join(folder, file), "utf8"));
const inputs = read("inputs.json") as ReferenceInputs;
const files = readdirSync(folder)
  .filter((name) => name !== "inputs.json")
  .map((name) => read(name) as { readonly tol: Tolerance; readonly cases: readonly Case[] });
const cases = files.flatMap(({ tol, cases: all }) => all.map((it) => ({ ...it, tol: it.tol ?? tol })));

/** By how much the worst of some numbers misses its tolerance; 0 or less is within. */
const excess = (got: ArrayLike<number>, want: readonly number[], { rel, abs }: Tolerance): number =>
  want.reduce((most, x, i) => {
    const over = Math.abs(got[i] - x) - (abs + rel * Math.abs(x));
    return over <= most ? most : over; // NaN stays
  }, -Infinity);

describe("the trajectories of the libraries themselves", () => {
  test.each(cases)("$id", (it) => {
    const text = experimentText(it, inputs);
    expect(experimentProblems(text)).toEqual([]);
    const { configuration, experiment } = readExperiment(text).detections[0];
    const problem = experiment?.problem ?? { name: "" };
    let t = 0;
    expect(it.trajectory).toHaveLength(it.steps);
    let evaluations = 0;
    for (const trainer of replay(configuration, problem, {}, 1, { steps: it.steps, replicate: 0 })) {
      const after = `beyond the tolerance after step ${t + 1}`;
      expect(excess(trainer.theta, it.trajectory[t], it.tol), after).toBeLessThanOrEqual(0);
      const evaluated = it.eval_trajectory?.[t];
      if (evaluated)
        expect(excess(trainer.evaluated(), evaluated, it.tol), `evaluated, ${after}`).toBeLessThanOrEqual(0);
      const { distance = NaN, evaluations: calls = NaN } = trainer.watch() as Readonly<Partial<Record<string, number>>>;
      if (it.d_per_step) expect(excess([distance], [it.d_per_step[t]], it.tol), after).toBeLessThanOrEqual(0);
      if (it.closure_calls) expect(calls - evaluations).toBe(it.closure_calls[t]);
      evaluations = calls;
      const { learningRate, momentum } = trainer.values(0, t + 1) as Readonly<Partial<Record<string, number>>>;
      if (it.lr_per_step) expect(learningRate).toBeCloseTo(it.lr_per_step[t], 13);
      if (it.momentum_per_step) expect(momentum).toBeCloseTo(it.momentum_per_step[t], 13);
      t++;
    }
    expect(t).toBe(it.steps);
  });

  test("all 216 of them are there, for optimizers that exist", () => {
    expect(cases).toHaveLength(216);
    const names = cases.map((it) => readExperiment(experimentText(it, inputs)).detections[0].configuration.optimizer);
    expect([...new Set(names)].filter((name) => !findOptimizer(name))).toEqual([]);
  });
});
