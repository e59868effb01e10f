import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { solve } from "../../../src/core/matrix.ts";
import { parseSheet } from "../../../src/core/problems/csv.ts";
import { wholeGradient, wholeHessian } from "../../../src/core/problems/examples.ts";
import { findProblem } from "../../../src/core/problems/index.ts";
import type { Objective } from "../../../src/core/problems/problem.ts";
import { rng } from "../../../src/core/rng.ts";
import { norm, zeros } from "../../../src/core/vector.ts";

const shipped = (name: string) => new Uint8Array(readFileSync(new URL(`../../../data/${name}`, import.meta.url)));
const csv = "a,b,c,target\n1,10,3,2\n2,30,4,1\n4,20,9,5\n7,20,1,3\n";
const file = { csv: "my.csv", text: csv };
const least = (given?: Record<string, unknown>, ridge = 0) =>
  findProblem("least squares")!.prepare(
    { ridge },
    { dataset: shipped("diabetes.csv"), ...(given && { given }) },
  )(rng(1));
const logistic = (given?: Record<string, unknown>, l2 = 0.05) =>
  findProblem("logistic")!.prepare({ l2 }, { dataset: shipped("breast_cancer.csv"), ...(given && { given }) })(rng(1));

describe("a CSV file", () => {
  test("is a line of names and rows of numbers", () => {
    const sheet = parseSheet("a.csv", '\ufeff"x", y ,target\r\n1,-2.5e1,"3"\r\n\r\n4,5,6');
    expect(sheet.names).toEqual(["x", "y", "target"]);
    expect([sheet.rows, sheet.columns, ...sheet.values]).toEqual([2, 3, 1, -25, 3, 4, 5, 6]);
  });
  test.each([
    ["a,b\n1,2,3", /Line 2 of f.csv has 3 values; its first line has 2/],
    ["a,b\n1,2\n\n3", /Line 4 of f.csv has 1 value/],
    ["a,b\n1,", /missing: column "b" in line 2 of f.csv/],
    ["a,b\n1,2\nNA,4", /missing: column "a" in line 3/],
    ["a,b\n1,red", /"red" is no finite number: column "b" in line 2/],
    ["a,b\n1,1e999", /no finite number/],
    ["a\n1", /has one column/],
    ["a,b", /needs a line of column names and rows/],
    ["", /needs a line of column names and rows/],
  ])("%j is refused with what and where", (text, said) => {
    expect(() => parseSheet("f.csv", text)).toThrow(said);
  });
});

interface Case {
  readonly name: string;
  readonly whole: Objective;
  readonly own: Objective;
  readonly dimension: number;
}
const halves = csv.replace(/,(\d)\n/g, (_, target: string) => (Number(target) > 2 ? ",1\n" : ",0\n"));
const cases: readonly Case[] = [
  {
    name: "least squares",
    whole: least(undefined, 0.3),
    own: least({ ...file, features: ["a", 2] }, 0.1),
    dimension: 2,
  },
  { name: "logistic", whole: logistic(), own: logistic({ csv: "halves.csv", text: halves }), dimension: 4 },
];
describe.each(cases)("$name", ({ whole, own, dimension }) => {
  test("takes the columns that are asked for", () => {
    expect(own.dimension).toBe(dimension);
  });
  test.each([whole, own])("has a gradient and a Hessian that belong to its loss", (it) => {
    const examples = it.examples!;
    const d = it.dimension;
    const theta = Float64Array.from({ length: d }, (__, i) => 0.4 * Math.sin(i + 1));
    const [g, H, up, down] = [zeros(d), zeros(d * d), zeros(d), zeros(d)];
    wholeGradient(examples, theta, g);
    wholeHessian(examples, theta, H);
    for (let i = 0; i < d; i++) {
      const [above, below] = [theta.slice(), theta.slice()];
      above[i] += 1e-5;
      below[i] -= 1e-5;
      expect((it.loss(above) - it.loss(below)) / 2e-5).toBeCloseTo(g[i], 7);
      wholeGradient(examples, above, up);
      wholeGradient(examples, below, down);
      for (let j = 0; j < d; j++) expect((up[j] - down[j]) / 2e-5).toBeCloseTo(H[i * d + j], 7);
    }
  });
  test("is the mean of its examples, in loss and in draws", () => {
    const examples = own.examples!;
    const theta = Float64Array.from({ length: own.dimension }, (__, i) => 0.3 + i / 5);
    let sum = 0;
    for (let row = 0; row < examples.count; row++) sum += examples.loss(theta, row);
    expect(sum / examples.count).toBeCloseTo(own.loss(theta), 14);
    const batch = own.draw(rng(3), 4000);
    const g = zeros(own.dimension);
    wholeGradient(examples, theta, g);
    expect(norm(batch.gradient(theta).mean.map((x, i) => x - g[i]))).toBeLessThan(0.1 * norm(g) + 0.05);
    expect(batch.loss(theta)).toBeCloseTo(own.loss(theta), 1);
  });
});

test("least squares knows its minimum", () => {
  const it = least();
  expect(it.minimum).toBeGreaterThan(0);
  for (let i = 0; i < 3; i++) expect(it.loss(zeros(3).fill(0.1, i, i + 1))).toBeGreaterThan(it.minimum!);
  const H = zeros(9);
  wholeHessian(it.examples!, zeros(3), H);
  const g = zeros(3);
  wholeGradient(it.examples!, zeros(3), g);
  const step = g.slice();
  expect(solve(H, step, 3, 1)).toBe(true);
  expect(it.loss(step.map((x) => -x))).toBeCloseTo(it.minimum!, 13);
});

test("what does not fit is said", () => {
  expect(() => least({ ...file, features: [7] })).toThrow(/no input column 7; its inputs are 0 to 2: a, b, c/);
  expect(() => least({ ...file, features: ["z"] })).toThrow(/no input column "z"/);
  expect(() => least({ ...file, features: [] })).toThrow(/"features" of the problem "least squares" must be a list/);
  expect(() => least({ ...file, standardise: "yes" })).toThrow(/"standardise" .* must be true or false/);
  expect(() => least({ csv: "my.csv", text: "a,t\n1,1\n1,2\n" })).toThrow(
    /Column "a" of my.csv is the same in every row/,
  );
  expect(() => logistic(file)).toThrow(/must be 0 and 1 .*; row 1 of my.csv has 2/);
  expect(() => least({ csv: "my.csv" })).toThrow(/my.csv has not been read/);
  expect(() => findProblem("least squares")!.prepare({ ridge: 0 }, {})).toThrow(/diabetes.csv has not been loaded/);
  expect(() => least(undefined, -1)).toThrow(/ridge ρ .* 0 or more/);
});

test("softmax and logistic regression take a file too", () => {
  const text = "a,b,class\n1,2,0\n3,1,1\n2,5,2\n0,1,1\n";
  const softmax = findProblem("softmax regression")!;
  const objective = softmax.prepare({ l2: 0 }, { given: { csv: "c.csv", text } })(rng(1));
  expect(objective.dimension).toBe(3 * 3);
  expect(objective.watched).toEqual(softmax.watched({}, { csv: "c.csv", text }));
  const binary = { csv: "b.csv", text: text.replace(",2\n", ",0\n") };
  expect(findProblem("logistic regression")!.prepare({ l2: 0 }, { given: binary })(rng(1)).dimension).toBe(3);
  expect(() => softmax.prepare({}, { given: { csv: "c.csv", text: "a,class\n1,0.5\n2,1\n" } })).toThrow(
    /classes 0, 1, 2/,
  );
});
