import { createHash } from "node:crypto";
import { afterEach, describe, expect, test } from "vitest";
import { activations, layersOf, type Activation } from "../../../src/core/kernels/layers.ts";
import { passesOver } from "../../../src/core/kernels/passes.ts";
import { memoryOf } from "../../../src/core/kernels/tableMemory.ts";
import { tableObjective, type Table } from "../../../src/core/problems/exampleTable.ts";
import { networkModel } from "../../../src/core/problems/network.ts";
import { rng } from "../../../src/core/rng.ts";
import { compiled } from "../../compiledKernels.ts";

afterEach(() => compiled(false));

const normals = (seed: number, n: number, scale = 1) => {
  const out = new Float64Array(n);
  rng(seed).normals(out);
  return out.map((x) => scale * x);
};
/** Some inputs 0, as pixels are. */
const tableOf = (rows: number, inputs: number, classes: number): Table => {
  const z = rng(rows + inputs);
  const X = normals(inputs, rows * inputs).map((x) => (x < -0.5 ? 0 : x));
  return { rows, inputs, classes, X, y: Uint8Array.from({ length: rows }, () => z.integer(classes)) };
};
const rowsOf = (count: number, rows: number) => {
  const z = rng(count);
  return Int32Array.from({ length: count }, () => z.integer(rows));
};

/** Everything that passes give, hashed. */
function everything(table: Table, sizes: readonly number[], activation: Activation, bias: boolean, count: number) {
  const layers = layersOf(sizes, bias);
  const { end } = layers[layers.length - 1];
  const passes = passesOver(table, layers, activation);
  const theta = normals(end, end, 0.4);
  const out = new Float64Array(end);
  const hash = createHash("sha256");
  const add = (numbers: Float64Array) =>
    hash.update(new Uint8Array(numbers.buffer, numbers.byteOffset, 8 * numbers.length));
  for (const rows of [rowsOf(count, table.rows), rowsOf(count + 1, table.rows).subarray(0, count)]) {
    add(Float64Array.of(passes.forward(theta, rows, count)));
    layers.forEach(({ outputs }, l) => {
      const { numbers, stride } = passes.values(l);
      for (let b = 0; b < count; b++) add(numbers.slice(b * stride, b * stride + outputs));
    });
    passes.gradient(theta, count, out);
    expect(out.every(Number.isFinite)).toBe(true);
    add(out);
    passes.meanSquare(theta, count, out);
    expect(out.every((x) => x >= 0)).toBe(true);
    add(out);
    theta.forEach((x, i) => (theta[i] = 1.1 * x));
  }
  return hash.digest("hex");
}

describe.each([[[7, 5, 3]], [[64, 10]], [[64, 32, 10]], [[3, 2]], [[1, 1, 2]], [[5, 3, 7, 1, 4]], [[2, 9, 6, 3]]])(
  "passes of layers %j",
  (sizes) => {
    const table = tableOf(211, sizes[0], sizes[sizes.length - 1]);
    test.each([1, 2, 3, 5, 64, 67, 200])("give the same bits compiled or plain, for %i rows", (count) => {
      for (const activation of activations)
        for (const bias of [true, false]) {
          compiled(false);
          expect(memoryOf(table).kernels).not.toHaveProperty("memory");
          const plain = everything(table, sizes, activation, bias, count);
          compiled(true);
          expect(memoryOf(table).kernels).toHaveProperty("memory"); // not the plain ones
          expect(everything(table, sizes, activation, bias, count)).toBe(plain);
        }
    });
  },
);

test("models of one table take turns in its memory, and none sees another's values", () => {
  const table = tableOf(50, 6, 3);
  const run = () => {
    const objectives = [
      [6, 3],
      [6, 4, 3],
      [6, 4, 3],
      [6, 5, 5, 3],
    ].map((sizes, i) => {
      const model = networkModel(table, sizes, { activation: activations[i % 2] });
      return tableObjective(table, model, normals(i, model.dimension), [], "drawn");
    });
    const z = rng(3);
    const seen: number[] = [];
    const batches = objectives.map((it) => it.draw(z, 7));
    for (let turn = 0; turn < 3; turn++)
      objectives.forEach((it, i) => {
        const { start } = it;
        seen.push(batches[i].loss(start), it.loss(start), ...batches[i].gradient(start).mean);
        if (turn === i % 3) seen.push(...batches[i].gradient(start).meanSquare, objectives[i].accuracy(start));
      });
    return seen;
  };
  const plain = run();
  compiled(true);
  expect(run()).toEqual(plain);
});

test("training on the table goes the same way compiled or plain", () => {
  const table = tableOf(300, 12, 4);
  const run = (activation: Activation) => {
    const model = networkModel(table, [12, 9, 4], { activation });
    const objective = tableObjective(table, model, normals(5, model.dimension, 0.3), [], "drawn");
    const z = rng(9);
    const theta = objective.start.slice();
    const losses = Array.from({ length: 200 }, () => {
      const batch = objective.draw(z, 16);
      const loss = batch.loss(theta);
      batch.gradient(theta).mean.forEach((g, i) => (theta[i] -= 0.1 * g));
      return loss;
    });
    return [...losses, objective.loss(theta), objective.accuracy(theta), ...theta];
  };
  for (const activation of activations) {
    compiled(false);
    const plain = run(activation);
    expect(plain[199]).toBeLessThan(plain[0]);
    compiled(true);
    expect(run(activation)).toEqual(plain);
  }
});

test("a parameter that is no number makes a loss that is none, whatever hidden units do with it", () => {
  const table = tableOf(20, 4, 3);
  for (const on of [false, true]) {
    compiled(on);
    for (const activation of activations) {
      const layers = layersOf([4, 3, 3]);
      const passes = passesOver(table, layers, activation);
      const theta = normals(1, layers[1].end);
      theta[2] = NaN;
      expect(passes.forward(theta, [0, 1, 2, 3, 4], 5)).toBeNaN();
    }
  }
});
