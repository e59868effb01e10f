import { describe, expect, test } from "vitest";
import { adadelta } from "../../../src/core/optimizers/adadelta.ts";
import { adagrad } from "../../../src/core/optimizers/adagrad.ts";
import { asgd } from "../../../src/core/optimizers/asgd.ts";
import { ftrl } from "../../../src/core/optimizers/ftrl.ts";
import { zeros } from "../../../src/core/vector.ts";
import { along, constant, one, valuesOf } from "./along.ts";

// Against their closed forms, one coordinate unless said otherwise.

describe("Adagrad", () => {
  test("moves by η/√t in step t while the gradient stays the same, whatever its size", () => {
    for (const g of [1e-3, 5]) {
      const path = one(adagrad, constant(g, 20), { learningRate: 0.1, epsilon: 0 });
      path.forEach((x, k) => {
        expect((k === 0 ? 0 : path[k - 1]) - x).toBeCloseTo(0.1 / Math.sqrt(k + 1), 14);
      });
    }
  });

  test("adds ε to the root, or to v within it", () => {
    const h = { learningRate: 1, epsilon: 0.5, initialAccumulator: 1 };
    expect(one(adagrad, [2], h)[0]).toBeCloseTo(-2 / (Math.sqrt(5) + 0.5), 15);
    expect(one(adagrad, [2], { ...h, epsilonInRoot: 1 })[0]).toBeCloseTo(-2 / Math.sqrt(5.5), 15);
  });

  test("without ε in the root, a coordinate without gradient stands still", () => {
    expect(one(adagrad, [0, 0], { epsilon: 0, epsilonInRoot: 1 }, 3)).toEqual([3, 3]);
  });

  test("its rate falls as 1/(1 + κ(t − 1)) besides", () => {
    const [a, b] = one(adagrad, [1, 1], { learningRate: 1, rateDecay: 0.5, epsilon: 0 });
    expect(a).toBe(-1);
    expect(b - a).toBeCloseTo(-1 / 1.5 / Math.sqrt(2), 15);
  });

  test("coupled decay is divided by √v like a gradient, decoupled decay is not", () => {
    const h = { learningRate: 0.1, weightDecay: 0.5, epsilon: 0 };
    expect(one(adagrad, [0], h, 3)[0]).toBeCloseTo(3 - 0.1, 15); // the sign of λθ is all that is left
    expect(one(adagrad, [1], { ...h, decoupledWeightDecay: 1 }, 3)[0]).toBeCloseTo(3 * (1 - 0.05) - 0.1, 15);
  });
});

describe("Adadelta", () => {
  test("begins with √ε/√((1 − ρ)ĝ² + ε), and η multiplies the step without feeding back", () => {
    const h = { learningRate: 1, beta2: 0.9, epsilon: 1e-4 };
    expect(one(adadelta, [2], h)[0]).toBeCloseTo((-2 * 1e-2) / Math.sqrt(0.4 + 1e-4), 15);
    const gradients = [2, -1, 0.5, 3];
    const whole = one(adadelta, gradients, h);
    const half = one(adadelta, gradients, { ...h, learningRate: 0.5 });
    half.forEach((x, k) => {
      expect(x).toBeCloseTo(whole[k] / 2, 15);
    });
  });

  test("its rate is what it multiplied the gradient by, although u has moved on since", () => {
    const h = valuesOf(adadelta, { beta2: 0.5, epsilon: 1e-2 });
    const theta = zeros(1);
    const state = adadelta.init(theta, [[1]], h as never);
    for (const g of [1, -2, 4]) {
      const before = theta[0];
      const mean = Float64Array.of(g);
      adadelta.step({ loss: () => 0, gradient: () => ({ mean, meanSquare: mean }) }, theta, state, 1, h as never);
      const rate = adadelta.effectiveLearningRate?.(state, 1, h as never, zeros(1))[0] ?? NaN;
      expect(before - theta[0]).toBeCloseTo(rate * g, 15);
    }
  });

  test("Keras's decay shrinks θ itself, optax's and PyTorch's joins the gradient", () => {
    const h = { learningRate: 1, weightDecay: 0.1, epsilon: 1e-4 };
    expect(one(adadelta, [0], { ...h, decoupledWeightDecay: 1 }, 2)[0]).toBeCloseTo(1.8, 15);
    expect(one(adadelta, [0], h, 2)[0]).toBeCloseTo(2 - (0.2 * 1e-2) / Math.sqrt(0.1 * 0.04 + 1e-4), 15);
  });
});

describe("ASGD", () => {
  test("decays by 1 − λη, the rate falling as (1 + ληt)^−α", () => {
    const h = { learningRate: 0.5, decay: 0.2, power: 0.6 };
    let want = 3;
    one(asgd, constant(0, 10), h, 3).forEach((x, k) => {
      want *= 1 - 0.2 * (0.5 / (1 + 0.1 * k) ** 0.6);
      expect(x).toBeCloseTo(want, 14);
    });
  });

  test("evaluates θ itself until step t₀ + 1, then the mean of θ from there", () => {
    const path = along(asgd, [[1], [-2], [0.5], [3], [-1], [2]], { learningRate: 0.1, averageFrom: 2 }, [1]);
    const mean = (from: number, to: number) =>
      path.slice(from, to).reduce((sum, { theta }) => sum + theta, 0) / (to - from);
    // PyTorch's weight is 1/max(1, t − t₀) of the step before: step t₀ + 2 is still a copy.
    path.forEach(({ theta, average }, k) => {
      expect(average).toBeCloseTo(k <= 3 ? theta : mean(3, k + 1), 14);
    });
  });

  test("feels a changed learning rate one step late", () => {
    const path = one(asgd, constant(1, 3), (t) => ({ learningRate: t === 1 ? 0.1 : 0.01, decay: 0 }));
    [-0.1, -0.2, -0.21].forEach((x, k) => {
      expect(path[k]).toBeCloseTo(x, 15);
    });
  });
});

describe("Ftrl", () => {
  test("without penalties is Adagrad, once the first step has forgotten where θ began", () => {
    const gradients = [2, -1, 0.5, 3, 1];
    const h = { learningRate: 0.3, initialAccumulator: 0.1 };
    const path = one(ftrl, gradients, h, 7);
    const kept = 1 - Math.sqrt(0.1 / 4.1);
    expect(path[0]).toBeCloseTo(7 * kept - 0.6 / Math.sqrt(4.1), 14);
    const rest = one(adagrad, gradients.slice(1), { ...h, initialAccumulator: 4.1, epsilon: 0 }, path[0]);
    path.slice(1).forEach((x, k) => {
      expect(x).toBeCloseTo(rest[k], 14);
    });
  });

  test("is exactly 0 while the sum of gradients is within λ₁", () => {
    const path = one(ftrl, [0.3, 0.3, 0.5, 0.5], { learningRate: 1, initialAccumulator: 0, l1: 1 });
    expect(path.slice(0, 2)).toEqual([0, 0]);
    expect(path[2]).toBeCloseTo(-0.1 / Math.sqrt(0.43), 14);
  });

  test("β and λ₂ join the divisor, shrinkage joins z but not n", () => {
    const h = { learningRate: 0.5, initialAccumulator: 0 };
    expect(one(ftrl, [2], { ...h, beta: 3, l2: 0.25 })[0]).toBeCloseTo(-2 / ((2 + 3) / 0.5 + 0.5), 15);
    // z = ĝ + 2λsθ − (n/η)θ with n = 2, and the divisor is n/η = 4.
    expect(one(ftrl, [2], { ...h, l2Shrinkage: 0.5 }, 1)[0]).toBeCloseTo(-(2 + 1 - 4) / 4, 15);
  });

  test("with power 0 has a constant rate", () => {
    const path = one(ftrl, [2, -1, 3], { learningRate: 0.1, power: 0 });
    [-0.2, -0.1, -0.4].forEach((x, k) => {
      expect(path[k]).toBeCloseTo(x, 15);
    });
  });
});
