import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { accumulated } from "../../../src/core/around.ts";
import { totalSize } from "../../../src/core/optimizers/optimizer.ts";
import { findProblem, problems } from "../../../src/core/problems/index.ts";
import type { TableObjective } from "../../../src/core/problems/exampleTable.ts";
import type { Problem } from "../../../src/core/problems/problem.ts";
import { rng } from "../../../src/core/rng.ts";
import { norm, zeros } from "../../../src/core/vector.ts";
import { given } from "./given.ts";

const shipped = (name: string) => new Uint8Array(readFileSync(new URL(`../../../data/${name}`, import.meta.url)));
const bytes = shipped("digits.bin");

const defaults = (problem: Problem) =>
  Object.fromEntries(Object.entries(problem.hyperparameters).map(([name, it]) => [name, it.default]));
const dataOf = (problem: Problem) => ({
  ...(problem.dataset !== undefined && { dataset: shipped(problem.dataset) }),
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

  test("has second derivatives of a batch that agree with finite differences of its gradient, if any", () => {
    const { objective, theta } = elsewhere(problem);
    const { dimension } = objective;
    const z = rng(13);
    const v = zeros(dimension);
    const out = zeros(dimension);
    for (const batchSize of [1, 5]) {
      z.normals(v);
      const batch = objective.draw(z, batchSize);
      expect(batch.hessianVector !== undefined).toBe(name !== "gradients");
      if (!batch.hessianVector) continue;
      expect(batch.hessianVector(theta, v, out)).toBe(out);
      const step = 1e-5;
      const at = (sign: number) => Float64Array.from(batch.gradient(theta.map((x, i) => x + sign * step * v[i])).mean);
      const [above, below] = [at(1), at(-1)];
      const scale = Math.max(1, norm(out));
      for (let i = 0; i < dimension; i++)
        expect(Math.abs(out[i] - (above[i] - below[i]) / (2 * step))).toBeLessThan(1e-7 * scale);
    }
  });

  test("says of what tensors θ is made, where it is made of several", () => {
    const { dimension, shapes = [[dimension]] } = make(problem);
    expect(totalSize(shapes)).toBe(dimension);
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
  ["softmax regression", { X: [[1], [2]], y: [0, 1], order: "next" }, /"order".*must be "all".*not "next"/],
  ["softmax regression", { X: [[1], [2]], y: [0, 1], batch: 1.5 }, /"batch".*whole number.*not 1.5/],
  [
    "softmax regression",
    { X: [[1], [2]], y: [0, 1], batch: 2, order: "all" },
    /"batch".* is 2, but its "order" is "all"/,
  ],
  ["logistic regression", { X: [[1], [2]], y: [0, 2] }, /must hold 0 and 1; entry 2 is 2/],
  ["logistic regression", { X: [[1], [2]], y: [0, 1], start: [1] }, /"start".* has 1 number; 2 are needed/],
  ["network", { X: [[1], [2]], y: [0, 1] }, /needs "sizes"/],
  ["network", { X: [[1], [2]], y: [0, 1], sizes: [2, 3, 2] }, /begin with 2, but X has 1 columns/],
  ["network", { X: [[1], [2]], y: [0, 2], sizes: [1, 3, 2] }, /end with 2, but y has classes up to 2/],
  ["network", { X: [[1], [2]], y: [0, 1], sizes: [1, 2.5, 2] }, /whole numbers of at least 1, not 2.5/],
  ["network", { X: [[1], [2]], y: [0, 1], sizes: [2] }, /at least two numbers/],
  [
    "network",
    { X: [[1], [2]], y: [0, 1], sizes: [1, 2], activation: "relu6" },
    /"activation".*must be "tanh" or "ReLU", not "relu6"/,
  ],
  ["matrix least squares", { X: [[1], [2]], Y: [[1]] }, /"Y".* has 1 rows; 2 are needed/],
])("%s says what is wrong with its data and where: %j", (name, wrong, message) => {
  const problem = findProblem(name)!;
  expect(() => problem.prepare(defaults(problem), { given: wrong })).toThrow(message);
});

test.each(["ReLU", 1] as const)("a network of ReLU units has their derivatives: activation %j", (activation) => {
  const problem = findProblem("network")!;
  const data = { ...given["network"], activation, sizes: [2, 9, 7, 3] };
  const objective = problem.prepare(defaults(problem), { given: data })(rng(1)) as TableObjective;
  expect(problem.describe(defaults(problem), { given: data })).toMatch(/^A 2-9-7-3 ReLU network/);
  const z = rng(4);
  const theta = objective.start.map((x) => x + 0.3 * z.normal());
  const v = theta.map(() => z.normal());
  const batch = objective.batchOf([0, 1, 2, 3, 4]);
  const g = batch.gradient(theta).mean.slice();
  // Differences over 1e-5, in which no unit turns on or off at this place.
  g.forEach((slope, i) =>
    expect(slope).toBeCloseTo(
      difference((at) => batch.loss(at), theta, i),
      7,
    ),
  );
  const at = (sign: number) => batch.gradient(theta.map((x, i) => x + sign * 1e-5 * v[i])).mean.slice();
  const [above, below] = [at(1), at(-1)];
  const product = batch.hessianVector!(theta, v, zeros(theta.length));
  product.forEach((x, i) => expect(x).toBeCloseTo((above[i] - below[i]) / 2e-5, 6));
  expect(norm(product)).toBeGreaterThan(0.1);
});

test("the network on digits has tanh units, or ReLU where they are chosen", () => {
  const problem = findProblem("network digits")!;
  const [tanh, relu] = [0, 1].map((activation) => {
    const objective = problem.prepare({ activation }, { dataset: bytes })(rng(1));
    return { loss: objective.loss(objective.start), said: problem.describe({ activation }) };
  });
  expect(tanh.said).toMatch(/64-32-10 tanh network/);
  expect(relu.said).toMatch(/64-32-10 ReLU network/);
  expect(problem.prepare({}, { dataset: bytes })(rng(1)).loss(make(problem, 1).start)).toBe(tanh.loss);
  expect(relu.loss).not.toBe(tanh.loss);
});

test("the digits say when their file is missing or damaged", () => {
  const problem = findProblem("softmax digits")!;
  expect(() => problem.prepare({}, {})).toThrow(/digits.bin is missing/);
  expect(() => problem.prepare({}, { dataset: bytes.subarray(1) })).toThrow(/not rows of 65/);
  const bent = Uint8Array.from(bytes);
  bent[65 * 3 + 2] = 17;
  expect(() => problem.prepare({}, { dataset: bent })).toThrow(/damaged in row 4/);
});

test("tables give all rows, drawn ones, or the next ones round and round", () => {
  const problem = findProblem("softmax regression")!;
  const { X, y } = given["softmax regression"];
  const losses = (data: Record<string, unknown>, batchSize: number, draws: number) => {
    const objective = problem.prepare(defaults(problem), { given: { X, y, ...data } })(rng(1));
    const theta = Float64Array.from(objective.start, (_, i) => Math.sin(i + 1));
    const one = (row: number) => (objective as TableObjective).batchOf([row]).loss(theta);
    const z = rng(2);
    const drawn = Array.from({ length: draws }, () => objective.draw(z, objective.batch ?? batchSize).loss(theta));
    return { drawn, rows: [0, 1, 2, 3].map(one), all: objective.loss(theta) };
  };
  for (const data of [{}, { order: "all" }, { batch: null }]) {
    const { drawn, rows, all } = losses(data, 3, 2);
    expect(drawn).toEqual([all, all]);
    expect(all).toBeCloseTo(rows.reduce((sum, x) => sum + x, 0) / 4, 14);
  }
  for (const [data, batchSize] of [
    [{ order: "cyclic" }, 3],
    [{ batch: 3 }, 1],
  ] as const) {
    const { drawn, rows } = losses(data, batchSize, 4);
    drawn.forEach((loss, t) => {
      const want = [0, 1, 2].reduce((sum, j) => sum + rows[(3 * t + j) % 4] / 3, 0);
      expect(loss).toBeCloseTo(want, 14);
    });
  }
  const { drawn, rows } = losses({ order: "drawn", batch: 1 }, 3, 400);
  const counts = rows.map((loss) => drawn.filter((it) => it === loss).length);
  for (const count of counts) expect(Math.abs(count - 100)).toBeLessThan(5 * Math.sqrt(75)); // five standard deviations
});

test("gradients of several batches in turn are those of the rows they stand for", () => {
  const problem = findProblem("network")!;
  const data = { ...given["network"], order: "cyclic", batch: 2 };
  const objective = problem.prepare(defaults(problem), { given: data })(rng(1)) as TableObjective;
  const draw = accumulated(objective, 3);
  const theta = objective.start;
  for (let t = 0; t < 4; t++) {
    const rows = Array.from({ length: 6 }, (_, j) => (6 * t + j) % 5);
    const got = Float64Array.from(draw(rng(1), 1).gradient(theta).mean);
    expect(got).toEqual(objective.batchOf(rows).gradient(theta).mean);
  }
});

test("a network without hidden layers is softmax regression, with its second derivatives", () => {
  const { X, y } = given["softmax regression"];
  const both = (["network", "softmax regression"] as const).map((name) => {
    const problem = findProblem(name)!;
    return problem.prepare(defaults(problem), { given: { X, y, sizes: [2, 3], l2: 0.1 } })(rng(1));
  });
  const theta = Float64Array.from({ length: 9 }, (_, i) => Math.cos(i));
  const v = Float64Array.from({ length: 9 }, (_, i) => Math.sin(2 * i));
  const [a, b] = both.map((objective) => {
    const batch = objective.draw(rng(1), 1);
    const gradient = batch.gradient(theta);
    return [gradient.mean, gradient.meanSquare, batch.hessianVector?.(theta, v, zeros(9)) ?? zeros(0)].flatMap((it) => [
      ...it,
    ]);
  });
  expect(a).toHaveLength(27);
  a.forEach((x, i) => expect(x).toBeCloseTo(b[i], 14));
});
