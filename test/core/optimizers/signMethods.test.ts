import { describe, expect, test } from "vitest";
import { adadelta } from "../../../src/core/optimizers/adadelta.ts";
import { adagrad } from "../../../src/core/optimizers/adagrad.ts";
import { asgd } from "../../../src/core/optimizers/asgd.ts";
import { lion } from "../../../src/core/optimizers/lion.ts";
import { rprop } from "../../../src/core/optimizers/rprop.ts";
import { along, constant, one } from "./along.ts";

// Against their closed forms, one coordinate unless said otherwise.

describe("Lion", () => {
  test("moves every coordinate by η, the first time along its gradient's sign, and not without one", () => {
    const [{ all }] = along(lion, [[3, -1e-9, 0]], { learningRate: 0.1 });
    expect(all).toEqual([-0.1, 0.1, 0]);
  });

  test("turns where a gradient outweighs the momentum in the mixture", () => {
    // After m = 0.01, ĝ = −g turns the step once (1 − β₁)g > β₁m.
    const turning = (0.9 * 0.01) / 0.1;
    const h = { learningRate: 1, beta1: 0.9, beta2: 0.99 };
    expect(one(lion, [1, -0.99 * turning], h)).toEqual([-1, -2]);
    expect(one(lion, [1, -1.01 * turning], h)).toEqual([-1, 0]);
  });

  test("draws θ to 1/λ where the gradient never turns", () => {
    expect(one(lion, constant(-1, 500), { learningRate: 0.05, weightDecay: 0.5 })[499]).toBeCloseTo(2, 4);
  });
});

describe("Rprop", () => {
  test("grows its step while the sign is kept, halves it when it turns and waits a step", () => {
    const path = one(rprop, [5, 1e-9, 2, -3, -1, -1], { learningRate: 0.1 });
    const grown = 0.1 * 1.2 * 1.2;
    const moves = [-0.1, -0.12, -grown, 0, grown / 2, (grown / 2) * 1.2];
    let want = 0;
    path.forEach((x, k) => {
      want += moves[k];
      expect(x).toBeCloseTo(want, 15);
    });
  });

  test("holds the step within its bounds, the first one too", () => {
    const h = { learningRate: 5, smallestStep: 0.5, largestStep: 1 };
    const path = one(rprop, [1, 1, -1, -1, 1, 1, -1, -1], h);
    expect(path.map((x, k) => Math.abs(x - (path[k - 1] ?? 0)))).toEqual([1, 1, 0, 0.5, 0, 0.5, 0, 0.5]);
  });

  test("a learning rate that changes later changes nothing", () => {
    const gradients = [1, 1, -1, 2];
    const changing = one(rprop, gradients, (t) => ({ learningRate: t === 1 ? 0.1 : 7 }));
    expect(changing).toEqual(one(rprop, gradients, { learningRate: 0.1 }));
  });
});

describe("maximizing", () => {
  test.each([adagrad, adadelta, asgd, rprop] as const)("$name mirrors minimizing", (it) => {
    const gradients = [1, -2, 0.5, 3];
    const down = one(it, gradients, { weightDecay: 0 });
    const up = one(it, gradients, { weightDecay: 0, maximize: 1 });
    up.forEach((x, k) => {
      expect(x).toBeCloseTo(-down[k], 15);
    });
  });
});
