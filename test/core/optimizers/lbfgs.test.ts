import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { cubicMinimum } from "../../../src/core/optimizers/lbfgs/cubicMinimum.ts";
import { lbfgs } from "../../../src/core/optimizers/lbfgs/lbfgs.ts";
import { strongWolfe } from "../../../src/core/optimizers/lbfgs/strongWolfe.ts";
import type { Batch } from "../../../src/core/problems/problem.ts";
import { zeros } from "../../../src/core/vector.ts";
import { valuesOf } from "./along.ts";

type Vector = Float64Array;
const near = (a: ArrayLike<number>, b: readonly number[], digits: number) => {
  b.forEach((x, i) => {
    expect(a[i]).toBeCloseTo(x, digits);
  });
};
/** A loss of a vector and its gradient, which count how often they are asked. */
function counted(loss: (theta: Vector) => number, gradient: (theta: Vector) => Vector) {
  const calls = { loss: 0, gradient: 0 };
  const batch: Batch = {
    loss(theta) {
      calls.loss++;
      return loss(theta);
    },
    gradient(theta) {
      calls.gradient++;
      const mean = gradient(theta);
      return { mean, meanSquare: mean.map((x) => x * x) };
    },
  };
  return { batch, calls };
}
/** ½ (θ − c)ᵀ A (θ − c). */
const quadratic = (a: readonly (readonly number[])[], c: readonly number[]) => {
  const gradient = (theta: Vector) => theta.map((_, i) => a[i].reduce((sum, x, j) => sum + x * (theta[j] - c[j]), 0));
  return counted((theta) => gradient(theta).reduce((sum, g, i) => sum + 0.5 * g * (theta[i] - c[i]), 0), gradient);
};
const bowl = () =>
  quadratic(
    [
      [3, 1, 0],
      [1, 2, 0.5],
      [0, 0.5, 1],
    ],
    [1, -2, 3],
  );
function run(batch: Batch, start: readonly number[], changes: Record<string, number>, steps: number) {
  const h = valuesOf(lbfgs, changes) as never;
  const theta = Float64Array.from(start);
  const state = lbfgs.init(theta, [[theta.length]], h);
  for (let t = 1; t <= steps; t++) lbfgs.step(batch, theta, state, t, h);
  return { theta, state };
}

describe("L-BFGS", () => {
  test("in one coordinate the first pair is the curvature: the second step is Newton's", () => {
    const { batch } = quadratic([[4]], [5]);
    const first = run(batch, [0], { iterations: 1 }, 1).theta[0];
    expect(first).toBeCloseTo(1, 15); // ĝ = −20, held to a step of length 1
    expect(run(batch, [0], { iterations: 1 }, 2).theta[0]).toBeCloseTo(5, 14);
  });

  test("finds the minimum of a quadratic, with and without its line search", () => {
    for (const lineSearch of [0, 1]) {
      const { batch, calls } = bowl();
      near(run(batch, [0, 0, 0], { lineSearch, changeTolerance: 1e-20 }, 3).theta, [1, -2, 3], 7);
      expect(calls.gradient).toBeLessThan(40);
    }
  });

  test("along its last move it is as curved as the change of gradient said: H y = s", () => {
    const { batch } = bowl();
    const { state } = run(batch, [0, 0, 0], { iterations: 1 }, 3);
    // One iteration more, from a gradient that is the newest y, would go along the newest s.
    const newest = state.gradientChanges.length - 1;
    const y = state.gradientChanges[newest];
    const gradient = Float64Array.from(y);
    const theta = Float64Array.of(0, 0, 0);
    const flat: Batch = { loss: () => 0, gradient: () => ({ mean: gradient, meanSquare: gradient }) };
    state.previousGradient.set(gradient); // no new pair: y·s is 0
    lbfgs.step(flat, theta, state, 4, valuesOf(lbfgs, { iterations: 1 }) as never);
    near(
      theta,
      [...state.moves[newest]].map((x) => -x),
      12,
    );
  });

  test("keeps no more pairs than its history, the oldest forgotten first", () => {
    const rosenbrock = counted(
      ([x, y]) => 100 * (y - x * x) ** 2 + (1 - x) ** 2,
      ([x, y]) => Float64Array.of(-400 * x * (y - x * x) - 2 * (1 - x), 200 * (y - x * x)),
    );
    const changes = { history: 3, lineSearch: 1, iterations: 2 };
    const { state } = run(rosenbrock.batch, [-1.2, 1], changes, 6);
    expect([state.gradientChanges.length, state.moves.length, state.inverseProducts.length]).toEqual([3, 3, 3]);
    const unlimited = run(rosenbrock.batch, [-1.2, 1], { ...changes, history: 100 }, 6).state;
    expect(unlimited.moves.length).toBeGreaterThan(3);
    state.inverseProducts.forEach((inverse, k) => {
      const product = state.moves[k].reduce((sum, x, i) => sum + x * state.gradientChanges[k][i], 0);
      expect(inverse * product).toBeCloseTo(1, 12);
    });
  });

  test("counts its evaluations, and asks for loss and gradient once in each", () => {
    const { batch, calls } = bowl();
    const { state } = run(batch, [0, 0, 0], { iterations: 4 }, 2);
    expect(calls).toEqual({ loss: 8, gradient: 8 }); // the start, and after all iterations but the last
    expect(lbfgs.watch?.(state)).toEqual({ evaluations: 8 });
  });

  test("begins no iteration once the evaluations are used up; 0 stands for 5/4 of the iterations", () => {
    for (const [evaluations, want] of [
      [3, 3],
      [0, 5],
    ]) {
      // Its gradient never falls below the tolerance, nor does it stop to move.
      const { batch, calls } = counted(
        (theta) => -theta[0],
        () => Float64Array.of(-1),
      );
      run(batch, [0], { iterations: evaluations === 0 ? 5 : 100, evaluations }, 1);
      expect(calls.gradient).toBe(want);
    }
  });

  test("a line search stops with the evaluations in PyTorch 2, after 25 trials in PyTorch 1", () => {
    const falling = () =>
      counted(
        (theta) => -theta[0],
        () => Float64Array.of(-1),
      );
    const h = { iterations: 1, evaluations: 4, lineSearch: 1 };
    const two = falling();
    run(two.batch, [0], h, 1);
    expect(two.calls.gradient).toBe(5); // the start, the first length, three trials
    const one = falling();
    run(one.batch, [0], { ...h, torch1: 1 }, 1);
    expect(one.calls.gradient).toBe(27);
  });

  test("does nothing where the gradient is within the tolerance, but for one evaluation", () => {
    const { batch, calls } = bowl();
    const { theta } = run(batch, [1, -2, 3 + 1e-9], {}, 1);
    expect([...theta]).toEqual([1, -2, 3 + 1e-9]);
    expect(calls.gradient).toBe(1);
  });

  test("asks for gradients at copies of θ after it has moved: a batch may remember what it found at θ", () => {
    const { batch } = bowl();
    const theta = Float64Array.of(0, 0, 0);
    const remembered = new WeakMap<Vector, ReturnType<Batch["gradient"]>>();
    const lazy: Batch = {
      loss: (at) => batch.loss(at),
      gradient(at) {
        if (at !== theta) return batch.gradient(at);
        if (!remembered.has(at)) remembered.set(at, batch.gradient(at));
        return remembered.get(at)!;
      },
    };
    const h = valuesOf(lbfgs, {}) as never;
    lbfgs.step(lazy, theta, lbfgs.init(theta, [[3]], h), 1, h);
    near(theta, [...run(batch, [0, 0, 0], {}, 1).theta], 15);
  });
});

describe("the line search", () => {
  test("the cubic's minimum is that of any cubic it is fitted to", () => {
    // f(x) = x³ − 3x is least at 1.
    const end = (at: number) => ({ at, loss: at ** 3 - 3 * at, slope: 3 * at * at - 3 });
    expect(cubicMinimum(end(0), end(3))).toBeCloseTo(1, 14);
    expect(cubicMinimum(end(2.5), end(-0.5))).toBeCloseTo(1, 14);
    expect(cubicMinimum(end(2), end(3))).toBe(2);
    expect(cubicMinimum(end(0), end(3), [1.5, 9])).toBe(1.5);
    // A slope that is negative throughout: no minimum, so the middle.
    expect(cubicMinimum({ at: 0, loss: 0, slope: -1 }, { at: 2, loss: -1, slope: -1 })).toBe(1);
  });

  test("ends where both Wolfe conditions hold, on any smooth valley", () => {
    const range = (min: number, max: number) => fc.double({ min, max, noNaN: true });
    fc.assert(
      fc.property(range(0.1, 10), range(0, 3), range(0.5, 5), range(-5, -0.1), range(1e-3, 10), (h, a, w, x, first) => {
        const f = (t: number) => 0.5 * h * t * t + a * Math.sin(w * t);
        const slope = (t: number) => h * t + a * w * Math.cos(w * t);
        fc.pre(slope(x) < -1e-3);
        const start = { at: 0, loss: f(x), gradient: Float64Array.of(slope(x)), slope: slope(x) };
        const line = {
          start,
          direction: Float64Array.of(1),
          loss(at: number, gradient: Vector) {
            gradient[0] = slope(x + at);
            return f(x + at);
          },
        };
        const found = strongWolfe(line, first, 100, [zeros(1), zeros(1), zeros(1)]);
        expect(found.gradient[0]).toBe(slope(x + found.at));
        expect(found.loss).toBe(f(x + found.at));
        expect(found.loss).toBeLessThanOrEqual(start.loss + 1e-4 * found.at * start.slope);
        expect(Math.abs(found.slope)).toBeLessThanOrEqual(0.9 * Math.abs(start.slope));
      }),
      { seed: 7, numRuns: 500 },
    );
  });
});
