import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { findOptimizer, optimizers } from "../../../src/core/optimizers/index.ts";
import type { Optimizer } from "../../../src/core/optimizers/index.ts";
import type { Batch } from "../../../src/core/problems/problem.ts";
import { optimizerWords } from "../../../src/documents/vocabulary/index.ts";
import { rng } from "../../../src/core/rng.ts";
import { Trainer } from "../../../src/core/train.ts";
import { invalidValue } from "../../../src/core/validity.ts";
import { zeros } from "../../../src/core/vector.ts";

// What holds for every update rule; a newcomer joins by being listed.

const defaults = (it: Optimizer): Record<string, number> =>
  Object.fromEntries(Object.entries(it.hyperparameters).map(([name, descriptor]) => [name, descriptor.default]));
/** ½ Σ hᵢ θᵢ² without noise, θ a matrix of three rows and two columns: what every method, those for matrices too, can take. */
const curvature = Float64Array.of(1, 0.5, 0.25, 0.8, 0.4, 0.6);
const shapes = [[3, 2]];
const quadratic: Batch = {
  loss: (theta) => theta.reduce((sum, x, i) => sum + 0.5 * curvature[i] * x * x, 0),
  gradient(theta) {
    const mean = theta.map((x, i) => curvature[i] * x);
    return { mean, meanSquare: mean.map((x) => x * x) };
  },
  curvature: () => curvature,
};
const start = () => Float64Array.of(1, -1, 2, 0.5, -1.5, 1);
function after(it: Optimizer, h: Record<string, number>, steps: number) {
  const theta = start();
  const state = it.init(theta, shapes, h);
  for (let t = 1; t <= steps; t++) it.step(quadratic, theta, state, t, h);
  return { theta, state };
}
/** Each flag, each choice and each share set, one at a time, beside the defaults. */
const settings = (it: Optimizer): Record<string, number>[] => {
  const base = defaults(it);
  return [
    base,
    ...Object.entries(it.hyperparameters).flatMap(([name, { scale, choices }]) => {
      if (scale === "flag")
        return [{ ...base, ...("momentum" in base && { momentum: 0.5 }), [name]: base[name] === 0 ? 1 : 0 }];
      if (scale === "decay") return [{ ...base, [name]: 0.5 }];
      return (choices ?? []).map((_, index) => ({ ...base, [name]: index }));
    }),
  ];
};
/** AdaBelief may be told not to move until its variance can be rectified. */
const unrectified = (h: Record<string, number>): boolean => h["degenerateToSgd"] === 0;
/** Where the rate is only the size of the first step, acts a step later, or is computed by the optimizer itself. */
const takesNoRate = (it: Optimizer, h: Record<string, number>): boolean =>
  it.name === "Rprop" || it.name === "ASGD" || (h["relativeStep"] ?? 0) !== 0;

describe.each(optimizers.map((it) => [it.name, it] as const))("%s", (name, it) => {
  test("is found by its name, and says where it is from", () => {
    expect(findOptimizer(name)).toBe(it);
    expect(optimizers.filter((other) => other.name === name)).toHaveLength(1);
    expect(it.source).toMatch(/\d{4}/);
  });

  test("describes every hyperparameter, its default in range or, for a share of 0, off the slider's left end", () => {
    expect(Object.keys(it.hyperparameters)).toContain("learningRate");
    for (const [key, descriptor] of Object.entries(it.hyperparameters)) {
      const { symbol, label, meaning, default: standard, range, scale, choices } = descriptor;
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
      const off = (scale === "log" || scale === "decay") && standard <= 0;
      expect(off || (standard >= range[0] && standard <= range[1]), key).toBe(true);
      expect(invalidValue(name, key, descriptor, standard), key).toBeUndefined();
    }
  });

  test("refuses a rate below 0 and shares that are none, by name and value", () => {
    const wrong = (key: string, value: number) => invalidValue(name, key, it.hyperparameters[key], value);
    expect(wrong("learningRate", -0.1)).toMatch(/η \(learningRate\) (of at least|above) 0, got -0\.1\.$/);
    for (const key of ["beta1", "beta2"].filter((share) => share in it.hyperparameters))
      expect(wrong(key, 1)).toMatch(new RegExp(`\\(${key}\\).* below 1, got 1\\.$`));
  });

  test("descends a quadratic without noise at its own rate, and climbs it when told to maximize", () => {
    const h = { ...defaults(it), ...(it.name === "Sophia" && { batchFactor: 1 }) };
    const before = quadratic.loss(start());
    const loss = (values: Record<string, number>) => {
      const { theta, state } = after(it, values, 1000);
      return quadratic.loss(it.evaluated?.(state, theta, 1000, values, zeros(6)) ?? theta);
    };
    expect(loss(h)).toBeLessThan(0.95 * before);
    if ("maximize" in h) expect(quadratic.loss(after(it, { ...h, maximize: 1 }, 20).theta)).toBeGreaterThan(before);
  });

  test("takes a changed learning rate at the next step", () => {
    for (const h of settings(it)) {
      if (takesNoRate(it, h)) continue;
      const made = it.name === "LBFGS" ? 0 : 5; // which soon stands still on a quadratic
      const [once, twice] = [1, 2].map((factor) => {
        const { theta, state } = after(it, h, made);
        it.step(quadratic, theta, state, made + 1, { ...h, learningRate: factor * h["learningRate"] });
        return theta;
      });
      expect(twice, JSON.stringify(h)).not.toEqual(once);
    }
  });

  test("goes on from a structured clone of its state as if nothing had happened", () => {
    for (const h of settings(it)) {
      const { theta, state } = after(it, h, 5);
      const copy = Float64Array.from(theta);
      const cloned = structuredClone(state);
      for (let t = 6; t <= 12; t++) {
        it.step(quadratic, theta, state, t, h);
        it.step(quadratic, copy, cloned, t, h);
      }
      expect(copy).toEqual(theta);
      expect(
        theta.every((x) => Number.isFinite(x)),
        JSON.stringify(h),
      ).toBe(true);
    }
  });

  test("keeps no memory of another run: two runs from one start are the same", () => {
    const h = defaults(it);
    expect(after(it, h, 20).theta).toEqual(after(it, h, 20).theta);
  });

  test("writes a positive effective rate for every coordinate, larger for a larger learning rate", () => {
    expect(it.effective.length).toBeGreaterThan(0);
    for (const h of settings(it)) {
      const { state } = after(it, h, 5);
      const out = zeros(6);
      if (!it.effectiveLearningRate) return;
      expect(it.effectiveLearningRate(state, 5, h, out)).toBe(out);
      const once = Float64Array.from(out);
      expect(
        once.every((x) => Number.isFinite(x) && (x > 0 || unrectified(h))),
        `${JSON.stringify(h)}: ${once.join(", ")}`,
      ).toBe(true);
      if (takesNoRate(it, h)) continue;
      it.effectiveLearningRate(state, 5, { ...h, learningRate: 2 * h["learningRate"] }, out);
      for (let i = 0; i < 6; i++) expect(out[i] > once[i] || unrectified(h)).toBe(true);
    }
  });

  test("moves by its effective rate times the gradient, where no average and no decay stand between", () => {
    if (!it.effectiveLearningRate || !multiplesOfGradient.includes(name)) return;
    const still = { weightDecay: 0, momentum: 0, beta1: 0, gradientWindow: 1, decay: 0 };
    const plain: Record<string, number> = defaults(it);
    for (const [key, value] of Object.entries(still)) if (key in plain) plain[key] = value;
    for (const flag of ["none", "centered", "amsgrad"]) {
      const h = { ...plain, ...(flag in plain && { [flag]: 1 }) };
      const { theta, state } = after(it, h, 8);
      const before = Float64Array.from(theta);
      const g = quadratic.gradient(before).mean;
      it.step(quadratic, theta, state, 9, h);
      const rates = it.effectiveLearningRate(state, 9, h, zeros(6));
      for (let i = 0; i < 6; i++)
        expect(Math.abs(before[i] - theta[i] - rates[i] * g[i])).toBeLessThanOrEqual(1e-14 * Math.abs(before[i]));
    }
  });

  test("its notes name its own hyperparameters and hold only finite numbers, for every setting", () => {
    const more = { ...defaults(it) };
    for (const [key, value] of Object.entries({ weightDecay: 0.1, momentum: 0.9, dampening: 0.5, nesterov: 1 }))
      if (key in more) more[key] = value;
    for (const h of [...settings(it), more])
      for (const batchSize of [1, 32])
        for (const { hyperparameter, text } of it.annotate(h, batchSize)) {
          if (hyperparameter !== undefined) expect(Object.keys(it.hyperparameters)).toContain(hyperparameter);
          expect(text.length).toBeGreaterThan(0);
          expect(text).not.toMatch(/NaN|∞|undefined/);
        }
  });

  test("says how many numbers its library keeps, a whole number for a matrix, a vector and both", () => {
    const h = defaults(it);
    const matrix = it.stateSize(h, [[40, 30]]);
    expect(Number.isInteger(matrix) && matrix >= 0).toBe(true);
    expect(matrix).toBeLessThanOrEqual(it.name === "LBFGS" ? 2 * 1200 * (h["history"] + 2) : 1200 * 8);
    expect(it.stateSize(h, [[40, 30], [30]])).toBeGreaterThanOrEqual(matrix);
  });

  test("runs in every group of a training run, and its unused settings change nothing", () => {
    const groups = [0, 1].map((i) => ({ name: `g${i}`, values: {}, size: 6 }));
    const configuration = { framework: "torch", optimizer: name, groups: it.name === "LBFGS" ? [groups[0]] : groups };
    const dimension = 6 * configuration.groups.length;
    const objective = {
      dimension,
      start: Float64Array.from({ length: dimension }, (_, i) => Math.cos(i)),
      shapes: configuration.groups.map(() => [3, 2]),
      watched: [],
      loss: (theta: Float64Array) => theta.reduce((sum, x) => sum + x * x, 0),
      draw: () => ({
        loss: (theta: Float64Array) => theta.reduce((sum, x) => sum + x * x, 0),
        gradient: (theta: Float64Array) => ({ mean: theta.map((x) => 2 * x), meanSquare: theta.map((x) => 4 * x * x) }),
        hessianVector: (_: Float64Array, v: Float64Array, out: Float64Array) => {
          for (let i = 0; i < v.length; i++) out[i] = 2 * v[i];
          return out;
        },
      }),
    };
    const trainer = new Trainer(configuration, objective, rng(1), { steps: 20, stepsPerEpoch: 1, batchSize: 1 });
    for (let t = 0; t < 20; t++) trainer.step();
    expect(trainer.diverged).toBe(false);
    const rates = trainer.effectiveLearningRate(zeros(dimension));
    expect(rates.every((rate) => rate >= 0 && Number.isFinite(rate))).toBe(true);
  });
});
/** Without averages and decay these move each coordinate by a multiple of its own gradient, in the same step. */
const multiplesOfGradient = [
  ...["SGD", "RMSProp", "Adam", "AdamW", "Adamax", "RAdam", "Adagrad", "ASGD", "Yogi"],
  ...["DecoupledSGD", "DecoupledRMSProp", "DecoupledAdam"],
];

test("every optimizer is among the recorded trajectories, or is one of the theory's", () => {
  const folder = path.join(import.meta.dirname, "../../reference/optimizers");
  const recorded = readdirSync(folder).flatMap((file) => {
    const { cases = [] } = JSON.parse(readFileSync(path.join(folder, file), "utf8")) as {
      readonly cases?: readonly { readonly family: string; readonly optimizer: string }[];
    };
    return cases.map(({ family, optimizer }) => optimizerWords(family, optimizer)?.optimizer);
  });
  expect(optimizers.map(({ name }) => name).filter((name) => !recorded.includes(name))).toEqual([
    "DecoupledSGD",
    "DecoupledRMSProp",
    "DecoupledAdam",
  ]);
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
    const limit = 2 * (1 + momentum); // the largest curvature is 1
    const size = (learningRate: number) =>
      Math.abs(after(sgd, { ...defaults(sgd), momentum, learningRate }, 2000).theta[0]);
    expect(size(limit * 1.01)).toBeGreaterThan(1e3);
    expect(size(limit * 0.99)).toBeLessThan(1e-3);
  }
});
