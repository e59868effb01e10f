import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { findProblem, problems } from "../../../src/core/problems/index.ts";
import type { Problem } from "../../../src/core/problems/problem.ts";
import { rng } from "../../../src/core/rng.ts";
import { given } from "./given.ts";

const bytes = new Uint8Array(readFileSync(new URL("../../../data/digits.bin", import.meta.url)));

const defaults = (problem: Problem) =>
  Object.fromEntries(Object.entries(problem.hyperparameters).map(([name, it]) => [name, it.default]));
const dataOf = (problem: Problem) => ({
  ...(problem.dataset !== undefined && { dataset: bytes }),
  ...(problem.givenByData && { given: given[problem.name] }),
});
const make = (problem: Problem, seed = 7) => problem.prepare(defaults(problem), dataOf(problem))(rng(seed));
/** A place away from the start, so that nothing is right by symmetry. */
const elsewhere = (problem: Problem) => {
  const objective = make(problem);
  const theta = Float64Array.from(objective.start);
  const z = rng(11);
  for (let i = 0; i < theta.length; i++) theta[i] += 0.3 * z.normal();
  return { objective, theta };
};
/** Some coordinates, enough to meet every layer. */
const some = (dimension: number) =>
  dimension <= 40
    ? [...Array(dimension).keys()]
    : Array.from({ length: 40 }, (_, k) => Math.floor((k * dimension) / 40));
const difference = (f: (theta: Float64Array) => number, theta: Float64Array, i: number) => {
  const step = 1e-5;
  const shifted = Float64Array.from(theta);
  shifted[i] = theta[i] + step;
  const above = f(shifted);
  shifted[i] = theta[i] - step;
  return (above - f(shifted)) / (2 * step);
};

describe.each(problems.map((problem) => [problem.name, problem] as const))("%s", (name, problem) => {
  test("is found by its name and its defaults lie in their ranges", () => {
    expect(findProblem(name)).toBe(problem);
    for (const it of Object.values(problem.hyperparameters)) {
      expect(it.default).toBeGreaterThanOrEqual(it.range[0]);
      expect(it.default).toBeLessThanOrEqual(it.range[1]);
    }
  });

  test("announces the coordinates that its objective watches", () => {
    const objective = make(problem);
    const announced = problem.watched(defaults(problem), dataOf(problem).given);
    expect(objective.watched).toEqual(announced);
    expect(announced.length).toBeGreaterThan(0);
    for (const { index } of announced) expect(index).toBeLessThan(objective.dimension);
    expect(new Set(announced.map(({ label }) => label)).size).toBe(announced.length);
  });

  test("has gradients of a batch that agree with finite differences of its loss", () => {
    const { objective, theta } = elsewhere(problem);
    const z = rng(3);
    for (const batchSize of [1, 5]) {
      const batch = objective.draw(z, batchSize);
      const g = Float64Array.from(batch.gradient(theta).mean);
      const scale = Math.max(1, ...g.map(Math.abs));
      for (const i of some(objective.dimension))
        expect(Math.abs(g[i] - difference((at) => batch.loss(at), theta, i))).toBeLessThan(1e-7 * scale);
    }
  });

  test("gives the gradient of its loss as the mean of many draws", () => {
    const { objective, theta } = elsewhere(problem);
    const z = rng(5);
    const draws = 2400; // a multiple of the three gradients that are replayed
    const picked = some(objective.dimension);
    const sum = picked.map(() => 0);
    const squares = picked.map(() => 0);
    for (let k = 0; k < draws; k++) {
      const g = objective.draw(z, 4).gradient(theta).mean;
      picked.forEach((i, j) => {
        sum[j] += g[i];
        squares[j] += g[i] ** 2;
      });
    }
    picked.forEach((i, j) => {
      const mean = sum[j] / draws;
      const standardError = Math.sqrt(Math.max(0, squares[j] / draws - mean ** 2) / draws);
      const exact = difference((at) => objective.loss(at), theta, i);
      // 5 standard errors: forty coordinates are looked at; 1e-7 for the finite difference
      expect(Math.abs(mean - exact)).toBeLessThan(5 * standardError + 1e-7 * Math.max(1, Math.abs(exact)));
    });
  });

  test("has a mean of squares that is no less than the square of the mean", () => {
    const { objective, theta } = elsewhere(problem);
    const z = rng(9);
    for (const batchSize of [1, 3, 32]) {
      const gradient = objective.draw(z, batchSize).gradient(theta);
      const meanSquare = Float64Array.from(gradient.meanSquare);
      for (let i = 0; i < objective.dimension; i++)
        expect(meanSquare[i]).toBeGreaterThanOrEqual(gradient.mean[i] ** 2 * (1 - 1e-12) - 1e-300);
    }
  });

  test("answers the same at the same place, however often and in whatever order a batch is asked", () => {
    const { objective, theta } = elsewhere(problem);
    const batch = objective.draw(rng(21), 6);
    const loss = batch.loss(theta);
    const g = Float64Array.from(batch.gradient(theta).mean);
    const square = Float64Array.from(batch.gradient(theta).meanSquare);
    batch.loss(objective.start);
    batch.gradient(objective.start);
    objective.loss(theta);
    expect(Float64Array.from(batch.gradient(theta).mean)).toEqual(g);
    expect(Float64Array.from(batch.gradient(theta).meanSquare)).toEqual(square);
    expect(batch.loss(theta)).toBe(loss);
  });

  test("makes the same instance and draws from one seed, and has its minimum below every place", () => {
    const [a, b] = [make(problem, 4), make(problem, 4)];
    expect(a.start).toEqual(b.start);
    const [y, z] = [rng(2), rng(2)];
    for (let k = 0; k < 3; k++)
      expect(a.draw(y, 2).gradient(a.start).mean).toEqual(b.draw(z, 2).gradient(b.start).mean);
    if (a.minimum !== undefined)
      for (let k = 0; k < 200; k++) {
        const theta = Float64Array.from(a.start, (x) => x + z.normal());
        expect(a.loss(theta)).toBeGreaterThanOrEqual(a.minimum);
      }
  });
});

test("a batch of normal examples has the mean of squares that single examples have", () => {
  const problem = findProblem("noisy quadratic")!;
  const objective = problem.prepare({ dimension: 2, noise: 1, start: 1 }, {})(rng(1));
  const theta = Float64Array.of(0.5, -2);
  const z = rng(31);
  for (const batchSize of [1, 4, 64]) {
    const seen = [0, 1].map(() => ({ sum: 0, squares: 0 }));
    const draws = 4000;
    for (let k = 0; k < draws; k++) {
      const { meanSquare } = objective.draw(z, batchSize).gradient(theta);
      seen.forEach((it, i) => {
        it.sum += meanSquare[i];
        it.squares += meanSquare[i] ** 2;
      });
    }
    seen.forEach(({ sum, squares }, i) => {
      const mean = sum / draws;
      const standardError = Math.sqrt((squares / draws - mean ** 2) / draws);
      const h = 1 / (i + 1);
      expect(Math.abs(mean - ((h * theta[i]) ** 2 + h))).toBeLessThan(4 * standardError);
    });
  }
});

test.each([
  ["gradients", { start: [1, 2] }, /needs "gradients": a list of rows/],
  ["gradients", { start: [1, 2], gradients: [[1, 2], [3]] }, /Row 2 of "gradients".* has 1 number; 2 are needed/],
  ["quadratic", { start: [1, 2], A: [[1, 2]] }, /"A" of the problem "quadratic" has 1 rows; 2 are needed/],
  [
    "quadratic",
    {
      start: [1, 2],
      A: [
        [1, 2],
        [0, 1],
      ],
    },
    /symmetric; rows 1 and 2/,
  ],
  ["quadratic", { start: [1, "x"], A: [1, 2] }, /entry 2 is "x"/],
  ["rosenbrock", { start: [1] }, /two numbers or more/],
  ["softmax regression", { X: [[1], [2]], y: [0, 0.5] }, /"y".*entry 2 is 0.5/],
  ["softmax regression", { X: [[1], [2]], y: [0, 1], start: [0, 0, 0] }, /"start".*not 2 for each/],
  ["matrix least squares", { X: [[1], [2]], Y: [[1]] }, /"Y".* has 1 rows; 2 are needed/],
])("%s says what is wrong with its data and where: %j", (name, wrong, message) => {
  const problem = findProblem(name)!;
  expect(() => problem.prepare(defaults(problem), { given: wrong })).toThrow(message);
});

test("the digits say when their file is missing or damaged", () => {
  const problem = findProblem("softmax digits")!;
  expect(() => problem.prepare({}, {})).toThrow(/digits.bin is missing/);
  expect(() => problem.prepare({}, { dataset: bytes.subarray(1) })).toThrow(/not rows of 65/);
  const bent = Uint8Array.from(bytes);
  bent[65 * 3 + 2] = 17;
  expect(() => problem.prepare({}, { dataset: bent })).toThrow(/damaged in row 4/);
});
