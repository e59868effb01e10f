import { describe, expect, test } from "vitest";
import { findOptimizer } from "../../../src/core/optimizers/index.ts";
import type { Batch, Objective, Shape } from "../../../src/core/problems/problem.ts";
import { rng } from "../../../src/core/rng.ts";
import { Trainer } from "../../../src/core/train.ts";
import { norm, zeros } from "../../../src/core/vector.ts";
import type { ParameterGroup, Values } from "../../../src/protocol/index.ts";

// Trust ratios, schedule-free averages, Prodigy's distance and Sophia's curvature, against what their papers say they do.

type Gradient = (theta: readonly number[], t: number) => readonly number[];
function found(name: string) {
  const it = findOptimizer(name);
  if (!it) throw new Error(`no ${name}`);
  const standard = Object.fromEntries(Object.entries(it.hyperparameters).map(([key, knob]) => [key, knob.default]));
  return { it, standard };
}
/** θ, its average and what is watched after every step along a gradient, of tensors of these shapes. */
function follow(
  name: string,
  changed: Values | ((t: number) => Values),
  gradient: Gradient,
  start: readonly number[],
  steps: number,
  { shapes = [[start.length]], curvature }: { shapes?: readonly Shape[]; curvature?: Gradient } = {},
) {
  const { it, standard } = found(name);
  const at = (t: number) => ({ ...standard, ...(typeof changed === "function" ? changed(t) : changed) });
  const theta = Float64Array.from(start);
  const state = it.init(theta, shapes, at(1));
  return Array.from({ length: steps }, (_, k) => {
    const batch: Batch = {
      loss: () => NaN,
      gradient(where) {
        const mean = Float64Array.from(gradient([...where], k + 1));
        return { mean, meanSquare: mean.map((x) => x * x) };
      },
      ...(curvature && { curvature: (where) => Float64Array.from(curvature([...where], k + 1)) }),
    };
    it.step(batch, theta, state, k + 1, at(k + 1));
    const average = it.evaluated?.(state, theta, k + 1, at(k + 1), zeros(theta.length)) ?? theta;
    return {
      theta: [...theta],
      average: [...average],
      watched: it.watch?.(state) ?? {},
      rates: [...(it.effectiveLearningRate?.(state, k + 1, at(k + 1), zeros(theta.length)) ?? [])],
    };
  });
}
const quadratic =
  (...h: readonly number[]): Gradient =>
  (theta) =>
    theta.map((x, i) => h[i] * x);
const wavy: Gradient = (theta, t) => theta.map((x, i) => x * (i + 1) + Math.sin(3 * t + i));
const length = (x: readonly number[]): number => norm(Float64Array.from(x));
const minus = (a: readonly number[], b: readonly number[]): number[] => a.map((x, i) => x - b[i]);
const last = <T>(all: readonly T[]): T => all[all.length - 1];
const close = (got: readonly number[], want: readonly number[], digits = 12) => {
  expect(got).toHaveLength(want.length);
  got.forEach((x, i) => {
    expect(x).toBeCloseTo(want[i], digits);
  });
};
/** The same run as one group, and as two of two coordinates. */
function inGroups(optimizer: string, values: Values, groups: readonly Partial<ParameterGroup>[], steps: number) {
  const h = [1, 4, 0.5, 2];
  const mean = zeros(4);
  const square = Float64Array.from(h, (x) => x * x);
  const batch: Batch = {
    loss: () => NaN,
    gradient(theta) {
      for (let i = 0; i < 4; i++) mean[i] = h[i] * theta[i];
      return { mean, meanSquare: square };
    },
    hessianVector(_theta, v, out) {
      for (let i = 0; i < 4; i++) out[i] = h[i] * v[i];
      return out;
    },
  };
  const objective: Objective = {
    dimension: 4,
    start: Float64Array.of(1, -2, 3, 0.5),
    shapes: [[2], [2]],
    watched: [],
    loss: () => NaN,
    draw: () => batch,
  };
  const trainer = new Trainer(
    {
      framework: "paper",
      optimizer,
      groups: groups.map((group, i) => ({
        name: `group ${i}`,
        size: 4 / groups.length,
        ...group,
        values: { ...values, ...group.values },
      })),
    },
    objective,
    rng(1),
    { steps, stepsPerEpoch: 1, batchSize: 1 },
  );
  for (let t = 0; t < steps; t++) trainer.step();
  return { theta: [...trainer.theta], watched: trainer.watch() };
}

describe("LAMB", () => {
  const shapes = [[2], [1, 2]];
  const start = [3, 4, -1, 2];
  const parts = (x: readonly number[]) => [x.slice(0, 2), x.slice(2)];
  test("moves each tensor by η of its own norm, whatever its gradient", () => {
    const h = { learningRate: 0.02, weightDecay: 0, alwaysAdapt: 1 };
    const path = follow("LAMB", h, wavy, start, 6, { shapes });
    path.forEach(({ theta }, t) => {
      const before = t === 0 ? start : path[t - 1].theta;
      parts(minus(theta, before)).forEach((moved, k) => {
        expect(length(moved) / length(parts(before)[k])).toBeCloseTo(0.02, 13);
      });
    });
  });
  test("without decay is Adam, unless it always adapts", () => {
    const shared = { learningRate: 0.02, epsilon: 1e-6, weightDecay: 0 };
    const adam = follow("Adam", shared, wavy, start, 20);
    const plain = follow("LAMB", { ...shared, maxGradientNorm: 0 }, wavy, start, 20, { shapes });
    plain.forEach(({ theta }, t) => {
      close(theta, adam[t].theta);
    });
  });
  test("with a bounded ratio never moves a tensor further than Adam would", () => {
    const h = { learningRate: 0.02, weightDecay: 0, maxGradientNorm: 0, alwaysAdapt: 1, trustClip: 1 };
    const small = follow("LAMB", h, wavy, [30, 40, 0.1, 0.2], 1, { shapes })[0].theta;
    // Adam's first step has the length 1 in each coordinate, but for ε.
    close(minus([30, 40], small.slice(0, 2)), [0.02, 0.02], 6);
    expect(length(minus(small.slice(2), [0.1, 0.2]))).toBeCloseTo(0.02 * Math.hypot(0.1, 0.2), 12);
  });
  test("does not feel the scale of the loss, and follows that of θ", () => {
    const h = { learningRate: 0.02, epsilon: 0, weightDecay: 0.1, maxGradientNorm: 0 };
    const path = follow("LAMB", h, wavy, start, 12, { shapes });
    const steep = follow("LAMB", h, (theta, t) => wavy(theta, t).map((g) => 1000 * g), start, 12, { shapes });
    close(last(steep).theta, last(path).theta, 11);
    // θ twice as long, of which the gradient is half: λ of the decay halves with it.
    const long = follow(
      "LAMB",
      { ...h, weightDecay: 0.05 },
      (theta, t) =>
        wavy(
          theta.map((x) => x / 2),
          t,
        ).map((g) => g / 2),
      start.map((x) => 2 * x),
      12,
      { shapes },
    );
    close(
      last(long).theta,
      last(path).theta.map((x) => 2 * x),
      11,
    );
  });
  test("bounds the gradient of all groups together", () => {
    const h = { learningRate: 0.05, epsilon: 0.1 };
    const one = inGroups("LAMB", h, [{}], 10).theta;
    close(inGroups("LAMB", h, [{}, {}], 10).theta, one);
    expect(last(inGroups("LAMB", { ...h, maxGradientNorm: 0 }, [{}, {}], 10).theta)).not.toBeCloseTo(last(one), 4);
  });
  test("cautious leaves out what disagrees with the gradient and enlarges the rest to make up for it", () => {
    const h = { learningRate: 0.01, weightDecay: 0, maxGradientNorm: 0, beta1: 0.9, epsilon: 1e-8 };
    // The second gradient turns in the first coordinate; the momentum does not yet.
    const turning: Gradient = (_, t) => (t === 1 ? [1, 1, 1, 1] : [-0.1, 1, 1, 1]);
    const plain = follow("LAMB", h, turning, start, 2);
    const cautious = follow("LAMB", { ...h, cautious: 1 }, turning, start, 2);
    const [before] = plain;
    close(cautious[0].theta, before.theta);
    const moved = minus(cautious[1].theta, before.theta);
    expect(moved[0]).toBe(0);
    close(
      moved.slice(1),
      minus(plain[1].theta, before.theta)
        .slice(1)
        .map((x) => (x * 4) / 3),
    );
  });
});

describe("LARS", () => {
  const shapes = [[2], [1, 2]];
  const start = [3, 4, -1, 2];
  test("moves each tensor by ηκ of its own norm", () => {
    const h = { learningRate: 2, trustCoefficient: 0.01, alwaysAdapt: 1, epsilon: 0 };
    const [{ theta }] = follow("LARS", h, wavy, start, 1, { shapes });
    const moved = minus(theta, start);
    expect(length(moved.slice(0, 2))).toBeCloseTo(0.02 * 5, 13);
    expect(length(moved.slice(2))).toBeCloseTo(0.02 * Math.sqrt(5), 13);
  });
  test("without decay is SGD, momentum, dampening and Nesterov's included", () => {
    for (const h of [
      { momentum: 0.9 },
      { momentum: 0.9, dampening: 0.3 },
      { momentum: 0.9, nesterov: 1 },
      {},
    ] as readonly Values[]) {
      const sgd = follow("SGD", { ...h, learningRate: 0.05 }, wavy, start, 15);
      const lars = follow("LARS", { ...h, learningRate: 0.05 }, wavy, start, 15, { shapes });
      lars.forEach(({ theta }, t) => {
        close(theta, sgd[t].theta);
      });
    }
  });
  test("bounded, no tensor's rate exceeds η: small gradients are SGD's", () => {
    const h = { learningRate: 0.1, trustCoefficient: 0.01, alwaysAdapt: 1, trustClip: 1, epsilon: 0 };
    const gradient: Gradient = () => [3, 4, 1e-3, 2e-3];
    const [{ rates, theta }] = follow("LARS", h, gradient, start, 1, { shapes });
    close(rates, [0.01, 0.01, 0.1, 0.1]); // κ‖θ‖/‖ĝ‖ is 0.01 and 10
    close(theta, [3 - 0.03, 4 - 0.04, -1 - 1e-4, 2 - 2e-4]);
  });
  test("optax divides by the norm of the decayed gradient, timm by the sum of both norms", () => {
    const [x, g, decay] = [2, 3, 0.5];
    const h = { learningRate: 1, trustCoefficient: 0.01, weightDecay: decay, epsilon: 0 };
    const step = (arithmetic: number) => x - follow("LARS", { ...h, arithmetic }, () => [-g], [x], 1)[0].theta[0];
    expect(step(0)).toBeCloseTo((0.01 * x * (decay * x - g)) / (g + decay * x), 14);
    expect(step(1)).toBeCloseTo((0.01 * x * (decay * x - g)) / (g - decay * x), 14);
  });
  test("optax keeps the rate in the buffer: a rate of 0 still lets the momentum run out", () => {
    const h = (arithmetic: number) => (t: number) => ({
      learningRate: t === 1 ? 1 : 0,
      momentum: 0.5,
      trustCoefficient: 0.1,
      epsilon: 0,
      alwaysAdapt: 1,
      arithmetic,
    });
    const path = (arithmetic: number) => follow("LARS", h(arithmetic), () => [2], [1], 3).map(({ theta }) => theta[0]);
    close(path(0), [0.9, 0.9, 0.9]);
    close(path(1), [0.9, 0.85, 0.825]);
  });
});

describe("schedule-free", () => {
  const start = [1, -2];
  /** Equations 3 to 5 as printed: y, z and x each by itself; `step` is what z moves by. */
  function printed(
    beta: number,
    rate: (t: number) => number,
    weight: (t: number, largest: number) => number,
    steps: number,
    step: (y: readonly number[], t: number) => readonly number[],
  ) {
    let [x, z] = [start, start];
    let [sum, largest] = [0, 0];
    return Array.from({ length: steps }, (_, k) => {
      const t = k + 1;
      const y = z.map((_z, i) => (1 - beta) * z[i] + beta * x[i]);
      const d = step(y, t);
      z = z.map((_z, i) => _z - rate(t) * d[i]);
      largest = Math.max(largest, rate(t));
      sum += weight(t, largest);
      const c = weight(t, largest) / sum;
      x = x.map((_x, i) => (1 - c) * _x + c * z[i]);
      return { x, y: z.map((_z, i) => (1 - beta) * _z + beta * x[i]) };
    });
  }
  test("SGD: θ is y and the average is x of the paper, warm-up and schedule included", () => {
    const eta = (t: number) => 0.1 * (t > 12 ? 0.5 : 1);
    const rate = (t: number) => eta(t) * Math.min(1, t / 5);
    const h = { momentum: 0.8, weightDecay: 0.1, warmup: 5, weightTimePower: 1 };
    const path = follow("SGDScheduleFree", (t) => ({ ...h, learningRate: eta(t) }), wavy, start, 20);
    const want = printed(
      0.8,
      rate,
      (t, largest) => t * largest ** 2,
      20,
      (y, t) => wavy(y, t).map((g, i) => g + 0.1 * y[i]),
    );
    path.forEach(({ theta, average }, k) => {
      close(theta, want[k].y);
      close(average, want[k].x);
    });
  });
  test("SGD: along a constant gradient x is the plain mean of z", () => {
    const path = follow("SGDScheduleFree", { learningRate: 0.5 }, () => [1], [0], 9);
    path.forEach(({ average }, k) => {
      expect(average[0]).toBeCloseTo(-0.5 * ((k + 2) / 2), 13); // of −0.5, −1, … −0.5 (k + 1)
    });
  });
  test.each([0, 0.6])(
    "AdamW with inner momentum %d: θ is y and the average x, and z moves by m̂/(√v̂ + ε) + λy",
    (inner) => {
      const [b2, eps] = [0.95, 1e-3];
      let [m, v] = [
        [0, 0],
        [0, 0],
      ];
      const want = printed(
        0.9,
        (t) => 0.05 * Math.min(1, t / 4),
        (_t, largest) => largest ** 2,
        20,
        (y, t) => {
          const g = wavy(y, t);
          m = m.map((x, i) => inner * x + (1 - inner) * g[i]);
          v = v.map((x, i) => b2 * x + (1 - b2) * g[i] ** 2);
          return m.map((x, i) => x / (1 - inner ** t) / (Math.sqrt(v[i] / (1 - b2 ** t)) + eps) + 0.2 * y[i]);
        },
      );
      const h = { learningRate: 0.05, beta2: b2, epsilon: eps, weightDecay: 0.2, warmup: 4, innerMomentum: inner };
      follow("AdamWScheduleFree", h, wavy, start, 20).forEach(({ theta, average }, k) => {
        close(theta, want[k].y);
        close(average, want[k].x);
      });
    },
  );
  test("Keras's decay shrinks y alone, by 1 − ηλ before the step", () => {
    const h = { learningRate: 0.1, weightDecay: 0.5, weightRatePower: 0 };
    const [{ theta }] = follow("AdamWScheduleFree", { ...h, decoupledWeightDecay: 1 }, () => [2], [4], 1);
    // The first c is 1, so that y goes to z, which the decay does not touch.
    expect(theta[0]).toBeCloseTo(3.9, 8);
    const [, { theta: second }] = follow("AdamWScheduleFree", { ...h, decoupledWeightDecay: 1 }, () => [2], [4], 2);
    // y = 0.95 · 3.9 goes half the way to z = 3.9, and by −0.1 (1 − 0.9/2) on.
    expect(second[0]).toBeCloseTo((0.95 * 3.9 + 3.9) / 2 - 0.1 * 0.55, 7);
  });
  test("a rate of 0 from the beginning leaves everything where it is", () => {
    close(last(follow("SGDScheduleFree", { learningRate: 0 }, wavy, start, 5)).average, start);
  });
});

describe("Prodigy", () => {
  const h = quadratic(1, 4, 0.25);
  const start = [3, -3, 3];
  const distances = (values: Values, gradient: Gradient = h, from: readonly number[] = start, steps = 300) =>
    follow("Prodigy", values, gradient, from, steps).map(({ watched }) => watched["distance"]);

  test("finds the distance to the minimum from far below, never lowers it, and gets there without a rate", () => {
    const path = follow("Prodigy", {}, h, start, 1500);
    const d = path.map(({ watched }) => watched["distance"]);
    d.forEach((x, t) => {
      expect(x).toBeGreaterThanOrEqual(t === 0 ? 1e-6 : d[t - 1]);
    });
    expect(last(d)).toBeGreaterThan(1);
    expect(last(d)).toBeLessThanOrEqual(3); // a lower bound on the largest coordinate of θ₀ − θ*
    expect(length(last(path).theta)).toBeLessThan(0.01);
  });
  test("a growth bound holds from step to step, but not for the first leap", () => {
    const d = distances({ growthRate: 1.1 });
    expect(d.filter((x) => x === 1e-6)).toEqual([1e-6]); // in step 1 there is no way travelled to measure
    for (let t = 2; t < d.length; t++) expect(d[t] / d[t - 1]).toBeLessThanOrEqual(1.1 * (1 + 1e-14));
    expect(last(d)).toBeGreaterThan(1);
  });
  test("does not feel the scale of the loss, and follows that of θ", () => {
    const path = follow("Prodigy", { epsilon: 0 }, h, start, 100);
    const steep = follow("Prodigy", { epsilon: 0 }, quadratic(1000, 4000, 250), start, 100);
    close(last(steep).theta, last(path).theta, 9);
    const long = follow("Prodigy", { epsilon: 0, initialDistance: 1e-5 }, h, [30, -30, 30], 100);
    close(
      last(long).theta.map((x) => x / 10),
      last(path).theta,
      9,
    );
    expect(last(long).watched["distance"] / 10).toBeCloseTo(last(path).watched["distance"], 9);
  });
  test("every second entry says the same where entries come in pairs", () => {
    const pairs = quadratic(1, 1, 4, 4);
    const whole = distances({ initialDistance: 1e-3 }, pairs, [3, 3, -1, -1], 50);
    close(distances({ initialDistance: 1e-3, sliceEvery: 2 }, pairs, [3, 3, -1, -1], 50), whole);
  });
  test("a slice begins anew in each tensor", () => {
    const h3 = { sliceEvery: 2, initialDistance: 0.1 };
    const of = (shapes: readonly Shape[]) =>
      last(follow("Prodigy", h3, quadratic(1, 4, 0.25, 2, 1), [1, 2, 3, 4, 5], 5, { shapes })).watched["distance"];
    expect(of([[3], [2]])).not.toBeCloseTo(of([[5]]), 6);
    expect(of([[2], [3]])).toBeCloseTo(of([[5]]), 13); // entries 1, 3, 5 either way
  });
  test("the distance is that of all groups together, and a group may be frozen by a rate of 0", () => {
    const values = { initialDistance: 0.01, weightDecay: 0.1 };
    const one = inGroups("Prodigy", values, [{}], 40);
    const two = inGroups("Prodigy", values, [{}, {}], 40);
    close(two.theta, one.theta);
    expect(two.watched["distance"]).toBeCloseTo(one.watched["distance"], 13);
    const frozen = inGroups("Prodigy", { initialDistance: 0.01 }, [{}, { values: { learningRate: 0 } }], 40).theta;
    expect(frozen.slice(2)).toEqual([3, 0.5]);
    expect(frozen[0]).not.toBe(1);
  });
  test("two rates beside each other are refused", () => {
    expect(() => inGroups("Prodigy", {}, [{}, { values: { learningRate: 0.5 } }], 1)).toThrow(
      "Prodigy needs one learning rate for all groups, or 0 for some; got 0.5 beside 1.",
    );
  });
  test("stands still without a gradient, and is not confused by it later", () => {
    const waiting: Gradient = (theta, t) => (t <= 3 ? [0, 0, 0] : h(theta, t));
    const late = follow("Prodigy", { biasCorrection: 1 }, waiting, start, 20).map(({ theta }) => theta);
    close(late[2], start);
    const early = follow("Prodigy", { biasCorrection: 1 }, h, start, 17).map(({ theta }) => theta);
    close(last(late), last(early));
  });
});

describe("Sophia", () => {
  const exact = { beta1: 0, beta2: 0, clipAt: 1, batchFactor: 1, refreshEvery: 1, weightDecay: 0 };
  test("with the exact curvature goes η of Newton's step, but η at most", () => {
    const h = [2, 10, 0.5, 3];
    const path = follow("Sophia", { ...exact, learningRate: 0.1 }, quadratic(...h), [0.5, -0.9, 7, -4], 1, {
      curvature: () => h,
    });
    close(path[0].theta, [0.45, -0.81, 6.9, -3.9]);
  });
  test("goes downhill by the full step where the curvature is negative or nothing", () => {
    const path = follow("Sophia", { ...exact, learningRate: 0.1 }, () => [1e-6, -3], [1, 1], 1, {
      curvature: () => [-5, 0],
    });
    close(path[0].theta, [0.9, 1.1]);
  });
  test("averages the curvature over its refreshes, one before every k-th step, the first included", () => {
    const asked: number[] = [];
    const path = follow("Sophia", { ...exact, learningRate: 0.1, beta2: 0.5, refreshEvery: 4 }, () => [0.01], [0], 9, {
      curvature: (_theta, t) => {
        asked.push(t);
        return [t];
      },
    });
    expect(asked).toEqual([1, 5, 9]);
    const moves = path.map(({ theta }, k) => theta[0] - (path[k - 1]?.theta[0] ?? 0));
    const average = [0.5, 0.25 + 2.5, 0.125 + 1.25 + 4.5];
    moves.forEach((x, k) => {
      expect(x).toBeCloseTo((-0.1 * 0.01) / average[Math.floor(k / 4)], 14);
    });
  });
  test("an estimate from random signs is the diagonal itself where the Hessian is diagonal, in two groups as in one", () => {
    const values = { ...exact, learningRate: 0.1 };
    const one = inGroups("Sophia", values, [{}], 1).theta;
    close(one, [0.9, -1.9, 2.9, 0.45]);
    close(
      inGroups("Sophia", { ...values, refreshEvery: 3 }, [{}, {}], 7).theta,
      inGroups("Sophia", { ...values, refreshEvery: 3 }, [{}], 7).theta,
    );
  });
  test("its effective rate is what multiplies the gradient, cut or not", () => {
    const h = [2, 3];
    const [{ theta, rates }] = follow("Sophia", { ...exact, learningRate: 0.1 }, quadratic(...h), [0.5, -4], 1, {
      curvature: () => h,
    });
    close(minus([0.5, -4], theta), [rates[0] * 1, rates[1] * -12]);
  });
  test("says what is missing where a problem has no second derivative", () => {
    expect(() => follow("Sophia", {}, quadratic(1), [1], 1)).toThrow(
      "Sophia needs a problem with a second derivative.",
    );
  });
});

test("state is counted as the libraries keep it", () => {
  const size = (name: string, changed: Values = {}) => {
    const { it, standard } = found(name);
    return it.stateSize({ ...standard, ...changed }, [[3, 5], [4]]);
  };
  expect(size("LAMB")).toBe(38);
  expect([size("LARS"), size("LARS", { momentum: 0.9 })]).toEqual([0, 19]);
  expect(size("SGDScheduleFree")).toBe(19);
  expect([size("AdamWScheduleFree"), size("AdamWScheduleFree", { innerMomentum: 0.5 })]).toEqual([38, 57]);
  expect([size("Prodigy"), size("Prodigy", { beta1: 0 })]).toEqual([76, 57]);
  expect(size("Prodigy", { sliceEvery: 11 })).toBe(38 + 2 * (2 + 1));
  expect(size("Sophia")).toBe(38);
});
