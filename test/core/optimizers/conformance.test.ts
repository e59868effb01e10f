import { describe, expect, test } from "vitest";
import { findOptimizer, optimizers } from "../../../src/core/optimizers/index.ts";
import type { Optimizer } from "../../../src/core/optimizers/index.ts";
import type { Batch } from "../../../src/core/problems/problem.ts";
import { zeros } from "../../../src/core/vector.ts";

// What holds for every update rule; a newcomer joins by being listed.

const defaults = (it: Optimizer): Record<string, number> =>
  Object.fromEntries(Object.entries(it.hyperparameters).map(([name, descriptor]) => [name, descriptor.default]));
/** ½ Σ hᵢ θᵢ² without noise. */
const curvature = [1, 4, 0.25];
const quadratic: Batch = {
  loss: (theta) => theta.reduce((sum, x, i) => sum + 0.5 * curvature[i] * x * x, 0),
  gradient(theta) {
    const mean = theta.map((x, i) => curvature[i] * x);
    return { mean, meanSquare: mean.map((x) => x * x) };
  },
};
const start = () => Float64Array.from([1, -1, 2]);
function after(it: Optimizer, h: Record<string, number>, steps: number) {
  const theta = start();
  const state = it.init(theta, [[3]], h);
  for (let t = 1; t <= steps; t++) it.step(quadratic, theta, state, t, h);
  return { theta, state };
}
/** Each flag and each share set, one at a time, beside the defaults. */
const settings = (it: Optimizer): Record<string, number>[] => [
  defaults(it),
  ...Object.entries(it.hyperparameters).flatMap(([name, { scale }]) =>
    scale === "flag"
      ? [{ ...defaults(it), ...("momentum" in it.hyperparameters && { momentum: 0.5 }), [name]: 1 }]
      : scale === "decay"
        ? [{ ...defaults(it), [name]: 0.5 }]
        : [],
  ),
];

describe.each(optimizers.map((it) => [it.name, it] as const))("%s", (name, it) => {
  test("is found by its name", () => {
    expect(findOptimizer(name)).toBe(it);
  });

  test("describes every hyperparameter, its default in range or, for a share of 0, off the slider's left end", () => {
    for (const [key, { symbol, label, meaning, default: standard, range, scale, choices }] of Object.entries(
      it.hyperparameters,
    )) {
      expect(
        [symbol, label, meaning].every((text) => text.length > 0),
        key,
      ).toBe(true);
      expect(meaning.endsWith("."), key).toBe(true);
      expect(range[0], key).toBeLessThan(range[1]);
      if (scale === "log") expect(range[0], key).toBeGreaterThan(0);
      if (scale === "decay") expect(range[1], key).toBeLessThan(1);
      if (scale === "flag") expect(range, key).toEqual([0, 1]);
      expect(choices === undefined, key).toBe(scale !== "choice");
      const off = scale === "log" && standard === 0;
      expect(off || (standard >= range[0] && standard <= range[1]), key).toBe(true);
    }
  });

  test("descends a quadratic without noise, and climbs it when told to maximize", () => {
    const h = { ...defaults(it), learningRate: 0.01 };
    const before = quadratic.loss(start());
    // RAdam takes some 150 steps until its rectified rate is near η.
    expect(quadratic.loss(after(it, h, 200).theta)).toBeLessThan(0.5 * before);
    expect(quadratic.loss(after(it, { ...h, maximize: 1 }, 200).theta)).toBeGreaterThan(before);
  });

  test("takes a changed learning rate at the next step", () => {
    for (const h of settings(it)) {
      const { theta, state } = after(it, h, 5);
      const still = Float64Array.from(theta);
      // A buffer that holds the rates of its gradients goes on moving θ.
      const emptied = h["rateInMomentum"] ? { momentum: 0 } : {};
      it.step(quadratic, theta, state, 6, { ...h, ...emptied, learningRate: 0 });
      expect(theta).toEqual(still);
    }
  });

  test("goes on from a structured clone of its state as if nothing had happened", () => {
    for (const h of settings(it)) {
      const { theta, state } = after(it, h, 5);
      const copy = Float64Array.from(theta);
      const cloned = structuredClone(state);
      for (let t = 6; t <= 10; t++) {
        it.step(quadratic, theta, state, t, h);
        it.step(quadratic, copy, cloned, t, h);
      }
      expect(copy).toEqual(theta);
      expect(theta.every((x) => Number.isFinite(x))).toBe(true);
    }
  });

  test("writes a positive effective rate for every coordinate, in proportion to the learning rate", () => {
    for (const h of settings(it)) {
      const { state } = after(it, h, 5);
      const out = zeros(3);
      expect(it.effectiveLearningRate?.(state, 5, h, out)).toBe(out);
      const once = Float64Array.from(out);
      expect(once.every((x) => Number.isFinite(x) && x > 0)).toBe(true);
      it.effectiveLearningRate?.(state, 5, { ...h, learningRate: 2 * h["learningRate"] }, out);
      for (let i = 0; i < 3; i++) expect(out[i] / once[i]).toBeCloseTo(2, 12);
    }
  });

  test("moves by its effective rate times the gradient, where no average and no decay stand between", () => {
    const plain: Record<string, number> = { ...defaults(it), weightDecay: 0, momentum: 0, beta1: 0 };
    for (const flag of ["none", "centered", "amsgrad"]) {
      const h = { ...plain, [flag]: 1 };
      const { theta, state } = after(it, h, 4);
      const before = Float64Array.from(theta);
      const g = quadratic.gradient(before).mean;
      it.step(quadratic, theta, state, 5, h);
      const rates = it.effectiveLearningRate?.(state, 5, h, zeros(3)) ?? zeros(3);
      for (let i = 0; i < 3; i++)
        expect(Math.abs(before[i] - theta[i] - rates[i] * g[i])).toBeLessThanOrEqual(1e-14 * Math.abs(before[i]));
    }
  });

  test("its notes name its own hyperparameters and hold only finite numbers, for every setting", () => {
    for (const h of [
      ...settings(it),
      { ...defaults(it), weightDecay: 0.1, momentum: 0.9, dampening: 0.5, nesterov: 1 },
    ])
      for (const batchSize of [1, 32])
        for (const { hyperparameter, text } of it.annotate(h, batchSize)) {
          if (hyperparameter !== undefined) expect(Object.keys(it.hyperparameters)).toContain(hyperparameter);
          expect(text.length).toBeGreaterThan(0);
          expect(text).not.toMatch(/NaN|∞|undefined/);
        }
  });
});

test("the names are those by which files are read", () => {
  expect(optimizers.map(({ name }) => name)).toEqual(["SGD", "RMSProp", "Adam", "AdamW"]);
  expect(findOptimizer("Adagrad")).toBeUndefined();
});

test("notes give the averaging window, the rate in the long run and the time of decay", () => {
  const text = (name: string, changed: Record<string, number>, batchSize: number) => {
    const it = findOptimizer(name);
    return it ? it.annotate({ ...defaults(it), ...changed }, batchSize).map((note) => note.text) : [];
  };
  const join = (...of: Parameters<typeof text>) => text(...of).join("\n");
  expect(join("SGD", { learningRate: 0.01, momentum: 0.9 }, 1)).toContain(
    "N = 1/(1−μ) = 10 steps; coupled to η: η/(1−μ) = 0.100 in the long run",
  );
  expect(join("SGD", { learningRate: 0.1 }, 32)).toContain("η/B is 0.00313");
  expect(join("RMSProp", {}, 1)).toContain("N = 1/(1−β₂) = 100 steps");
  expect(join("Adam", {}, 1)).toContain("N = 1/(1−β₂) = 1,000 steps");
  expect(join("Adam", { epsilon: 1e-3 }, 1)).toContain("where √v̂ is below it, SGD at rate η/ε = 1.00");
  expect(join("AdamW", {}, 1)).toContain("ηλ = 1.00e-5 a step, e-fold in 100,000 steps");
});

test("a quadratic's own limits hold: SGD diverges beyond η = 2(1 + μ)/h and not below", () => {
  const sgd = findOptimizer("SGD");
  if (!sgd) throw new Error("no SGD");
  for (const momentum of [0, 0.9]) {
    const limit = (2 * (1 + momentum)) / 4; // the largest curvature is 4
    const size = (learningRate: number) =>
      Math.abs(after(sgd, { ...defaults(sgd), momentum, learningRate }, 2000).theta[1]);
    expect(size(limit * 1.01)).toBeGreaterThan(1e3);
    expect(size(limit * 0.99)).toBeLessThan(1e-3);
  }
});
