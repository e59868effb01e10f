import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { multiply, transpose } from "../../../src/core/matrix.ts";
import { findOptimizer } from "../../../src/core/optimizers/index.ts";
import type { Optimizer } from "../../../src/core/optimizers/index.ts";
import { mergedSides } from "../../../src/core/optimizers/soap/layout.ts";
import type { Batch, Shape } from "../../../src/core/problems/problem.ts";
import { rng } from "../../../src/core/rng.ts";
import { replay } from "../../../src/core/run.ts";
import { zeros } from "../../../src/core/vector.ts";
import { readExperiment } from "../../../src/documents/frameworks/experiment.ts";
import { experimentProblems } from "../../../src/documents/frameworks/experimentProblems.ts";
import { experimentText, type ReferenceCase, type ReferenceInputs } from "../../documents/experimentCases.ts";

const named = (name: string): Optimizer => {
  const found = findOptimizer(name);
  if (!found) throw new Error(`no ${name}`);
  return found;
};
const defaults = (it: Optimizer): Record<string, number> =>
  Object.fromEntries(Object.entries(it.hyperparameters).map(([name, { default: standard }]) => [name, standard]));
/** θ after each of some gradients, whatever θ is. */
function thetas(
  name: string,
  shapes: readonly Shape[],
  start: Float64Array,
  gradients: readonly Float64Array[],
  h = {},
) {
  const it = named(name);
  const values = { ...defaults(it), ...h };
  const theta = Float64Array.from(start);
  const state = it.init(theta, shapes, values);
  return gradients.map((mean, k) => {
    const batch: Batch = { loss: () => 0, gradient: () => ({ mean, meanSquare: mean.map((x) => x * x) }) };
    it.step(batch, theta, state, k + 1, values);
    return Float64Array.from(theta);
  });
}
const random = (label: string, size: number, count = 1): Float64Array[] =>
  Array.from({ length: count }, (_, i) => {
    const out = zeros(size);
    rng(3).split(label, i).normals(out);
    return out;
  });
const times = (a: Float64Array, b: Float64Array, n: number, m: number, p: number) => {
  const out = zeros(n * p);
  multiply(a, b, n, m, p, out);
  return out;
};
const transposed = (a: Float64Array, n: number, m: number) => {
  const out = zeros(n * m);
  transpose(a, n, m, out);
  return out;
};
const far = (a: Float64Array, b: Float64Array) => a.reduce((most, x, i) => Math.max(most, Math.abs(x - b[i])), 0);
/** Turns the first two of n directions by an angle. */
const turn = (n: number, angle: number) => {
  const r = zeros(n * n).map((_, i) => (i % (n + 1) === 0 ? 1 : 0));
  r[0] = r[n + 1] = Math.cos(angle);
  r[n] = Math.sin(angle);
  r[1] = -r[n];
  return r;
};

describe("tensors of more sides than two, and beside matrices others, as the libraries themselves step them", () => {
  interface Case extends ReferenceCase {
    readonly trajectory: readonly (readonly number[])[];
  }
  const file = JSON.parse(readFileSync(path.join(import.meta.dirname, "../../reference/tensors.json"), "utf8")) as {
    inputs: ReferenceInputs;
    cases: readonly Case[];
    tol: { rel: number; abs: number };
  };

  test.each(file.cases)("$id", (it) => {
    const text = experimentText(it, file.inputs);
    expect(experimentProblems(text)).toEqual([]);
    const { configuration, experiment } = readExperiment(text).detections[0];
    let t = 0;
    for (const { theta } of replay(configuration, experiment?.problem ?? { name: "" }, {}, 1, {
      steps: it.steps,
      replicate: 0,
    })) {
      it.trajectory[t].forEach((x, i) => {
        expect(Math.abs(theta[i] - x), `step ${t + 1}`).toBeLessThanOrEqual(file.tol.abs + file.tol.rel * Math.abs(x));
      });
      t++;
    }
    expect(t).toBe(it.steps);
  });
});

describe("Muon", () => {
  // 15/8 s − 10/8 s³ + 3/8 s⁵ has its fixed point at 1, where all but two of its derivatives vanish (Higham 2008, §8.3).
  const exact = { a: 15 / 8, b: -10 / 8, c: 3 / 8, iterations: 40, weightDecay: 0, learningRate: 0.1 };

  test.each([
    [3, 5],
    [5, 3],
    [4, 4],
    [1, 3],
  ])("with an exact polynomial steps by η times an orthogonal %i × %i matrix", (n, m) => {
    const [g] = random("muon", n * m);
    const [theta] = thetas("Muon", [[n, m]], zeros(n * m), [g], exact);
    const scale = 0.1 * Math.sqrt(Math.max(1, n / m));
    const step = theta.map((x) => -x / scale);
    const [short, long, rows] = n <= m ? [n, m, step] : [m, n, transposed(step, n, m)];
    expect(far(times(rows, transposed(rows, short, long), short, long, short), turn(short, 0))).toBeLessThan(1e-12);
    // And by that of ĝ: U Vᵀ times its transpose's ĝ is symmetric.
    const product = times(transposed(step, n, m), g, m, n, m);
    expect(far(product, transposed(product, m, m))).toBeLessThan(1e-12);
  });

  test("keeps singular values between 0.6 and 1.3 by its own polynomial, whatever the gradient's scale", () => {
    // Diagonal, so that the singular values are there to be read.
    const g = Float64Array.of(1, 0, 0, 0, 0.3, 0, 0, 0, 0.05);
    for (const size of [1e-3, 1, 1e6]) {
      const [theta] = thetas("Muon", [[3, 3]], zeros(9), [g.map((x) => size * x)], { learningRate: 1, weightDecay: 0 });
      for (const i of [0, 4, 8]) {
        expect(-theta[i]).toBeGreaterThan(0.6);
        expect(-theta[i]).toBeLessThan(1.3);
      }
    }
  });

  test("turns with the gradient, and matches the size of AdamW's steps if told to", () => {
    const gradients = random("turned", 12, 4);
    const r = turn(4, 0.7);
    const plain = thetas("Muon", [[4, 3]], zeros(12), gradients);
    const turned = thetas(
      "Muon",
      [[4, 3]],
      zeros(12),
      gradients.map((g) => times(r, g, 4, 4, 3)),
    );
    expect(far(turned[3], times(r, plain[3], 4, 4, 3))).toBeLessThan(1e-15);
    const [matched] = thetas("Muon", [[4, 3]], zeros(12), gradients, { ...exact, adjustment: 1 });
    const rms = Math.sqrt(matched.reduce((sum, x) => sum + x * x, 0) / 12);
    expect(rms).toBeCloseTo(0.2 * 0.1, 12);
  });

  test("refuses what is no matrix as PyTorch does, and names its shape; Keras has AdamW for it", () => {
    const h = defaults(named("Muon"));
    expect(() => named("Muon").init(zeros(5), [[2, 1], [3]], h)).toThrow(
      "Muon steps matrices alone, and a tensor here has the shape [3]: leave it to another optimizer, such as AdamW.",
    );
    expect(() => named("Muon").init(zeros(8), [[2, 2, 2]], h)).toThrow("[2, 2, 2]");
    const start = Float64Array.of(1, -1, 2);
    const gradients = random("vector", 3, 5);
    const keras = { arithmetic: 1, learningRate: 0.01, adamWeightDecay: 0.1 };
    const adamW = { learningRate: 0.01, weightDecay: 0.1, epsilon: 1e-7, epsilonHat: 1 };
    const [of, as] = [thetas("Muon", [[3]], start, gradients, keras), thetas("AdamW", [[3]], start, gradients, adamW)];
    expect(far(of[4], as[4])).toBeLessThan(1e-15);
  });
});

describe("Shampoo", () => {
  test("divides one number's gradient by ε + Σ g², not by its root: the power −1/order of an order 1", () => {
    const gradients = [0.5, -2, 1, 3].map((x) => Float64Array.of(x));
    const h = { learningRate: 0.1, epsilon: 0.01 };
    let [theta, sum] = [1, 0.01];
    thetas("Shampoo", [[1]], Float64Array.of(1), gradients, h).forEach(([x], k) => {
      sum += gradients[k][0] ** 2;
      theta -= (0.1 * gradients[k][0]) / sum;
      expect(x).toBeCloseTo(theta, 14);
    });
  });

  test("takes a 1 × 1 matrix through both its sides, the second seeing what the first has left", () => {
    const gradients = [0.5, -2, 1, 3].map((x) => Float64Array.of(x));
    let [theta, left, right] = [1, 0.01, 0.01];
    thetas("Shampoo", [[1, 1]], Float64Array.of(1), gradients, { learningRate: 0.1, epsilon: 0.01 }).forEach(
      ([x], k) => {
        left += gradients[k][0] ** 2;
        const between = gradients[k][0] / Math.sqrt(left);
        right += between ** 2;
        theta -= (0.1 * between) / Math.sqrt(right);
        expect(x).toBeCloseTo(theta, 14);
      },
    );
  });

  test("turns with the gradient, from either side", () => {
    const gradients = random("shampoo", 12, 6);
    const [r, s] = [turn(4, 0.4), turn(3, -1.1)];
    const both = (a: Float64Array) => times(times(r, a, 4, 4, 3), s, 4, 3, 3);
    const h = { momentum: 0.3, refreshEvery: 2, epsilon: 0.1 };
    const plain = thetas("Shampoo", [[4, 3]], zeros(12), gradients, h);
    const turned = thetas("Shampoo", [[4, 3]], zeros(12), gradients.map(both), h);
    expect(far(turned[5], both(plain[5]))).toBeLessThan(1e-12);
  });

  test("refuses a side whose matrices would not fit, and says what to do", () => {
    const h = defaults(named("Shampoo"));
    expect(() => named("Shampoo").init(zeros(100000), [[100000]], h)).toThrow(
      /100000 × 100000 numbers.*\[100000\].*1024/,
    );
  });
});

describe("SOAP", () => {
  test("leaves θ where it is at first, and is Adam of the later gradients for a vector", () => {
    const start = Float64Array.of(1, -1, 2);
    const gradients = random("vector", 3, 8);
    const h = { learningRate: 0.1, beta1: 0.9, beta2: 0.8, epsilon: 1e-3, weightDecay: 0 };
    const soap = thetas("SOAP", [[3]], start, gradients, h);
    expect(soap[0]).toEqual(start);
    const adam = thetas("Adam", [[3]], start, gradients.slice(1), { ...h, epsilonHat: 1 });
    expect(far(soap[7], adam[6])).toBeLessThan(1e-14);
  });

  test("turns with the gradient from either side, as Adam does not", () => {
    const gradients = random("soap", 12, 12);
    const [r, s] = [turn(4, 0.4), turn(3, -1.1)];
    const both = (a: Float64Array) => times(times(r, a, 4, 4, 3), s, 4, 3, 3);
    const h = { weightDecay: 0, refreshEvery: 3, learningRate: 0.1 };
    const miss = (name: string) => {
      const [plain, turned] = [gradients, gradients.map(both)].map(
        (of) => thetas(name, [[4, 3]], zeros(12), of, h)[11],
      );
      return far(turned, both(plain));
    };
    expect(miss("SOAP")).toBeLessThan(1e-11);
    expect(miss("Adam")).toBeGreaterThan(0.01);
  });

  test("normalized, moves every tensor by an RMS of η", () => {
    const h = { normalizeGradients: 1, biasCorrection: 0, weightDecay: 0, learningRate: 0.1 };
    const all = thetas("SOAP", [[4, 3]], zeros(12), random("normalized", 12, 5), h);
    for (let k = 1; k < 5; k++) {
      const square = all[k].reduce((sum, x, i) => sum + (x - all[k - 1][i]) ** 2, 0);
      expect(Math.sqrt(square / 12)).toBeCloseTo(0.1, 14);
    }
  });

  test("merges neighbouring sides while their product fits", () => {
    expect(mergedSides([2, 3, 4], 6)).toEqual([6, 4]);
    expect(mergedSides([4, 20, 3], 10)).toEqual([4, 20, 3]);
    expect(mergedSides([4, 3], 10000)).toEqual([12]);
    expect(mergedSides([1, 1], 10000)).toEqual([1]);
    expect(mergedSides([20, 2, 3], 10)).toEqual([20, 6]);
  });

  test("gives sides that are too long no basis, and refuses those that fit and cannot be simulated", () => {
    const soap = named("SOAP");
    const h = defaults(soap);
    expect(() => soap.init(zeros(6000), [[3000, 2]], h)).toThrow(/SOAP.*\[3000, 2\].*max_precond_dim/);
    expect(() => soap.init(zeros(6000), [[3000, 2]], { ...h, largestSide: 100 })).not.toThrow();
    expect(soap.stateSize({ ...h, largestSide: 100 }, [[3000, 2]])).toBe(2 * 6000 + 2 * 4);
  });
});

describe("Adafactor", () => {
  const matrix: Shape = [4, 3];

  test("at first moves each coordinate by the tensor's own size times ρ, whatever the library", () => {
    const [a, b] = [random("a", 4)[0], random("b", 3)[0]];
    const g = times(a, b, 4, 1, 3); // of rank 1: V is what it factors into
    const [start] = random("start", 12);
    const size = Math.sqrt(start.reduce((sum, x) => sum + x * x, 0) / 12);
    for (const [arithmetic, rate] of [0.03, 0.01, 0.03, 0.03].entries()) {
      const h = { arithmetic, learningRate: 0.03, epsilon1: 1e-30, decayExponent: arithmetic === 3 ? 0.8 : -0.8 };
      const [theta] = thetas("Adafactor", [matrix], start, [g], h);
      g.forEach((x, i) => {
        expect(start[i] - theta[i]).toBeCloseTo(Math.sign(x) * rate * size, 14);
      });
    }
  });

  test("factored, is exact where V has rank 1, and not where it has more", () => {
    const [a, b] = [random("a", 4)[0], random("b", 3)[0]];
    const same = [1, 0.5, 2].map((x) => times(a, b, 4, 1, 3).map((y) => x * y));
    const end = (of: readonly Float64Array[], factored: number) =>
      thetas("Adafactor", [matrix], zeros(12), of, { factored, clipThreshold: 100 })[2];
    expect(far(end(same, 0), end(same, 1))).toBeLessThan(1e-16);
    const other = random("other", 12, 3);
    expect(far(end(other, 0), end(other, 1))).toBeGreaterThan(1e-7);
  });

  test("moves by its effective rate times ĝ, in a matrix and beside it", () => {
    const it = named("Adafactor");
    for (const arithmetic of [0, 1, 2, 3]) {
      const h = { ...defaults(it), arithmetic, learningRate: 0.05, decayExponent: arithmetic === 3 ? 0.8 : -0.8 };
      const [start] = random("start", 15);
      const theta = Float64Array.from(start);
      const state = it.init(theta, [matrix, [3]], h);
      random("steps", 15, 6).forEach((mean, k) => {
        const before = Float64Array.from(theta);
        it.step({ loss: () => 0, gradient: () => ({ mean, meanSquare: mean }) }, theta, state, k + 1, h);
        const rate = it.effectiveLearningRate?.(state, k + 1, h, zeros(15)) ?? zeros(0);
        mean.forEach((g, i) => {
          expect(before[i] - theta[i]).toBeCloseTo(rate[i] * g, 14);
        });
      });
    }
  });

  test("takes its rate from the step count where the library does", () => {
    const step = (t: number, h: Record<string, number>) => {
      const it = named("Adafactor");
      const values = { ...defaults(it), scaleParameter: 0, decayExponent: 0, epsilon1: 1e-30, ...h };
      const theta = zeros(1);
      it.step(
        { loss: () => 0, gradient: () => ({ mean: Float64Array.of(7), meanSquare: Float64Array.of(49) }) },
        ...([theta, it.init(theta, [[1]], values), t, values] as const),
      );
      return -theta[0];
    };
    expect(step(100, { learningRate: 0.03 })).toBeCloseTo(0.03, 14);
    expect(step(100, { learningRate: 0.3 })).toBeCloseTo(0.1, 14); // 1/√t
    expect(step(100, { learningRate: 0.3, arithmetic: 1 })).toBeCloseTo(0.01, 14);
    expect(step(40000, { arithmetic: 1 })).toBeCloseTo(0.005, 14);
    expect(step(100, { arithmetic: 1, warmupInit: 1 })).toBeCloseTo(1e-4, 14);
    expect(step(100, { arithmetic: 1, relativeStep: 0, learningRate: 0.3 })).toBeCloseTo(0.3, 14);
    // Keras has a word for it and then takes the lesser rate all the same; its steps are always relative to θ.
    expect(step(100, { arithmetic: 2, relativeStep: 0, learningRate: 0.3, epsilon2: 1 })).toBeCloseTo(0.1, 14);
    expect(step(100, { arithmetic: 3, learningRate: 0.3 })).toBeCloseTo(0.3, 14);
  });

  test("factors the two longest sides in optax, the last two elsewhere", () => {
    const size = (arithmetic: number, h: Record<string, number>, ...shape: number[]) =>
      named("Adafactor").stateSize({ ...defaults(named("Adafactor")), arithmetic, ...h }, [shape]);
    expect(size(0, {}, 5, 2, 7)).toBe(5 * 2 + 5 * 7);
    expect(size(1, { beta1: 0.9 }, 5, 2, 7)).toBe(5 * 2 + 5 * 7 + 70);
    expect(size(2, {}, 5, 2, 7)).toBe(5 * 2 + 5 * 7 + 70); // Keras keeps V̂ itself beside its factors
    expect(size(3, { factoredFrom: 5 }, 5, 2, 7)).toBe(5 * 2 + 2 * 7);
    expect(size(3, { factoredFrom: 6 }, 5, 2, 7)).toBe(70);
    expect(size(0, { factored: 0 }, 5, 7)).toBe(35);
    expect(size(0, {}, 35)).toBe(35);
  });
});

test("matrix methods keep what their libraries keep", () => {
  const kept = (name: string, h: Record<string, number>, ...shapes: Shape[]) =>
    named(name).stateSize({ ...defaults(named(name)), ...h }, shapes);
  expect(kept("Muon", {}, [4, 3])).toBe(12);
  expect(kept("Muon", { arithmetic: 1 }, [4, 3], [3])).toBe(12 + 6);
  expect(kept("Shampoo", {}, [4, 3], [3])).toBe(15 + 2 * (16 + 9 + 9));
  expect(kept("SOAP", {}, [4, 3], [3])).toBe(30 + 2 * (16 + 9));
  expect(kept("SOAP", { preconditionVectors: 1, mergeSides: 1 }, [4, 3], [3])).toBe(30 + 2 * (144 + 9));
});
