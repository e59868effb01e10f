import { describe, expect, test } from "vitest";
import type { Adjoint } from "../../src/core/adjoint/adjoint.ts";
import { adjoints, findAdjoint } from "../../src/core/adjoint/index.ts";
import { unroll, type Unrolled, type Unrolling } from "../../src/core/adjoint/unroll.ts";
import { findOptimizer } from "../../src/core/optimizers/index.ts";
import { findProblem } from "../../src/core/problems/index.ts";
import type { TableObjective } from "../../src/core/problems/exampleTable.ts";
import { rng } from "../../src/core/rng.ts";
import { dot, norm, type Vector, zeros } from "../../src/core/vector.ts";
import { given } from "./problems/given.ts";
import { excess, type ModelOf, problemOf, reference, type Rule, ruled } from "./tables.ts";

type H = Record<string, number>;
const defaults = (it: Adjoint): H =>
  Object.fromEntries(
    Object.entries(it.optimizer.hyperparameters).map(([name, { default: standard }]) => [name, standard]),
  );
/** Away from zeros and ones, where nothing is right by accident. */
const generic: H = {
  ...{ learningRate: 0.07, momentum: 0.6, dampening: 0.3, weightDecay: 0.2, beta1: 0.7, beta2: 0.8, epsilon: 0.05 },
  ...{ epsilonRoot: 0.03, initialSecondMoment: 0.4 },
};
/** Values of its own, under every combination of its switches. */
function settings(it: Adjoint): H[] {
  const all = Object.entries(it.optimizer.hyperparameters);
  const values: H = Object.fromEntries(all.map(([name, { default: standard }]) => [name, generic[name] ?? standard]));
  const flags = all
    .filter(([name, { scale }]) => scale === "flag" && !it.without?.includes(name))
    .map(([name]) => name);
  const unknown = all.filter(([name, { scale }]) => scale !== "flag" && !(name in generic)).map(([name]) => name);
  expect(unknown, "hyperparameters without a generic value").toEqual([]);
  const forms = Array.from({ length: 2 ** flags.length }, (_, bits) => ({
    ...values,
    ...Object.fromEntries(flags.map((name, k) => [name, (bits >> k) & 1])),
  }));
  return "momentum" in values ? forms.flatMap((h) => [h, { ...h, momentum: 0 }]) : forms;
}
const copy = (state: unknown) => structuredClone(state);
const fixed = (gradient: Vector) => ({
  loss: () => 0,
  gradient: () => ({ mean: gradient, meanSquare: gradient.map((x) => x * x) }),
});
const normals = (label: string, n: number): Vector => {
  const out = zeros(n);
  rng(17).split(label).normals(out);
  return out;
};

describe.each(adjoints.map((it) => [it.optimizer.name, it] as const))("%s", (name, it) => {
  const d = 4;

  test("is the adjoint of the optimizer of that name, and differentiates by hyperparameters of its own", () => {
    expect(findAdjoint(name)).toBe(it);
    expect(findOptimizer(name)).toBe(it.optimizer);
    for (const h of settings(it)) for (const by of it.by(h)) expect(h).toHaveProperty(by);
  });

  test("goes back over a step by its transposed derivative, in every form of the step", () => {
    for (const h of settings(it))
      for (const t of [1, 3]) {
        // the state of a run that has come so far
        const start = normals("theta", d);
        const state = it.optimizer.init(start, [[d]], h);
        for (let s = 1; s < t; s++) it.optimizer.step(fixed(normals(`g${s}`, d)), start, state, s, h);
        const g = normals(`g${t}`, d);
        const weights = {
          theta: normals("theta bar", d),
          state: it.vectors(state).map((_, k) => normals(`bar ${k}`, d)),
        };
        /** θ̄·θ₁ + s̄·s₁ from a start and values that are moved a little. */
        const after = (move: (theta: Vector, gradient: Vector, vectors: readonly Vector[], values: H) => void) => {
          const [theta, gradient, moved, values] = [start.slice(), g.slice(), copy(state), { ...h }];
          move(theta, gradient, it.vectors(moved), values);
          it.optimizer.step(fixed(gradient), theta, moved, t, values);
          return it.vectors(moved).reduce((sum, x, k) => sum + dot(weights.state[k], x), dot(weights.theta, theta));
        };
        const slope = (move: (by: number) => Parameters<typeof after>[0]) =>
          (after(move(1e-6)) - after(move(-1e-6))) / 2e-6;
        const bars = { ...(copy(weights) as typeof weights), gradient: zeros(d), values: {} as H };
        it.back({ t, h, theta: start, gradient: g, state }, bars);
        const told = `t = ${t}, ${JSON.stringify(h)}`;
        const close = (got: number, want: number, what: string) =>
          expect(Math.abs(got - want), `${what} at ${told}`).toBeLessThan(1e-7 * (1 + Math.abs(want)));
        for (let i = 0; i < d; i++) {
          close(
            bars.theta[i],
            slope((by) => (theta) => (theta[i] += by)),
            "θ",
          );
          close(
            bars.gradient[i],
            slope((by) => (_, gradient) => (gradient[i] += by)),
            "ĝ",
          );
          bars.state.forEach((bar, k) =>
            close(
              bar[i],
              slope((by) => (_t, _g, vectors) => (vectors[k][i] += by)),
              `s${k}`,
            ),
          );
        }
        for (const by of it.by(h))
          close(
            bars.values[by],
            slope((step) => (_t, _g, _s, values) => (values[by] += step)),
            by,
          );
      }
  });
});

interface Meta extends ModelOf {
  readonly id: string;
  readonly parameters: number;
  readonly theta0: Rule;
  readonly optimizer: string;
  readonly hyperparameters: Readonly<Record<string, number>>;
  readonly batch: number | null;
  readonly steps: number;
  readonly train_losses: readonly number[];
  readonly validation_loss: number;
  readonly theta_final: readonly number[];
  readonly d_validation_d: Readonly<Record<string, number>>;
  readonly d_validation_d_theta0: readonly number[];
}
const recorded = reference("derivatives/meta.json") as { readonly cases: readonly Meta[] };
/** PyTorch's words. */
const canonical: Readonly<Record<string, string>> = {
  ...{ lr: "learningRate", momentum: "momentum", weight_decay: "weightDecay" },
  ...{ beta1: "beta1", beta2: "beta2", eps: "epsilon" },
};
const required = (name: string): Adjoint => {
  const found = findAdjoint(name);
  if (!found) throw new Error(`no adjoint of ${name}`);
  return found;
};
function objectiveOf(it: ModelOf, rows: (row: number) => boolean): TableObjective {
  const { name, ...data } = problemOf(it, rows);
  return findProblem(name)!.prepare({ activation: 0 }, { given: data })(rng(1)) as TableObjective;
}
/** Rows (tB + j) mod n of step t + 1. */
const inTurn = (objective: TableObjective, n: number, batchSize: number) => (t: number) =>
  objective.batchOf(Array.from({ length: batchSize }, (_, j) => ((t - 1) * batchSize + j) % n));

describe("derivatives of a validation loss through training", () => {
  test.each(recorded.cases)("$id", (it) => {
    const n = problemOf(it, (row) => row % 2 === 0).y.length;
    const training = objectiveOf(it, (row) => row % 2 === 0);
    // the cross-entropy alone, without the ridge of the training
    const validation = objectiveOf({ ...it, l2: 0 }, (row) => row % 2 === 1).draw(rng(1), 1);
    const adjoint = required(it.optimizer);
    const asked = Object.entries(it.hyperparameters).map(([name, value]) => [canonical[name], value] as const);
    const h = { ...defaults(adjoint), ...Object.fromEntries(asked) };
    const start = ruled(it.theta0, it.parameters);
    const batch = inTurn(training, n, it.batch ?? n);
    const got = unroll({ adjoint, start, steps: it.steps, values: () => h, batch, validation });
    const miss = (numbers: ArrayLike<number>, want: readonly number[]) => excess(numbers, want, 1e-9, 1e-12);
    expect(miss(got.losses, it.train_losses)).toBeLessThanOrEqual(0);
    expect(miss([got.validation], [it.validation_loss])).toBeLessThanOrEqual(0);
    expect(miss(got.theta, it.theta_final)).toBeLessThanOrEqual(0);
    expect(Object.keys(it.d_validation_d)).toEqual(Object.keys(it.hyperparameters));
    for (const [name, want] of Object.entries(it.d_validation_d))
      expect(miss([got.byValue[canonical[name]]], [want]), name).toBeLessThanOrEqual(0);
    expect(miss(got.byStart, it.d_validation_d_theta0)).toBeLessThanOrEqual(0);
  });

  test("every record is there", () => {
    expect(recorded.cases).toHaveLength(4);
  });
});

describe.each(adjoints.map((it) => [it.optimizer.name, it] as const))("training with %s", (_, adjoint) => {
  const steps = 7;
  const objective = findProblem("network")!.prepare(
    { l2: 0.02, activation: 0 },
    { given: given["network"] },
  )(rng(1)) as TableObjective;
  const whole = objective.batchOf([0, 1, 2, 3, 4]);
  /** A rate that falls, batches of three drawn rows, a stream for each step. */
  const setting = (h: H, start = objective.start, moved: (t: number) => H = () => ({})): Unrolling => ({
    adjoint,
    start,
    steps,
    values: (t) => ({ ...h, learningRate: h["learningRate"] / t, ...moved(t) }),
    batch: (t) => objective.draw(rng(5).split("step", t), 3),
    validation: whole,
  });
  const h: H = { ...defaults(adjoint), ...generic, learningRate: 0.1 };
  const total = (it: Unrolled, name: string, weight: (t: number) => number = () => 1) =>
    it.byStep[name].reduce((sum, x, k) => sum + weight(k + 1) * x, 0);

  test("has the derivatives that differences of whole runs have, by each number, each step and the start", () => {
    const got = unroll(setting(h));
    const value = (start?: Vector, moved?: (t: number) => H) => unroll(setting(h, start, moved)).validation;
    const step = 1e-5;
    const close = (gotten: number, want: number, what: string) =>
      expect(Math.abs(gotten - want), what).toBeLessThan(1e-7 * (1 + Math.abs(want)));
    for (const name of adjoint.by(h)) {
      const at = (t: number) => (name === "learningRate" ? h[name] / t : h[name]);
      const slope = (held: (t: number) => boolean) => {
        const by = (sign: number) => value(undefined, (t) => (held(t) ? { [name]: at(t) + sign * step } : {}));
        return (by(1) - by(-1)) / (2 * step);
      };
      close(
        got.byValue[name],
        slope(() => true),
        name,
      );
      expect(got.byValue[name]).toBe(total(got, name));
      for (const one of [1, 4, steps])
        close(
          got.byStep[name][one - 1],
          slope((t) => t === one),
          `${name} at ${one}`,
        );
    }
    const rate = (sign: number) => unroll(setting({ ...h, learningRate: h["learningRate"] + sign * step })).validation;
    close(
      total(got, "learningRate", (t) => 1 / t),
      (rate(1) - rate(-1)) / (2 * step),
      "η₀",
    );
    for (let i = 0; i < objective.dimension; i++) {
      const by = (sign: number) => value(objective.start.map((x, k) => (k === i ? x + sign * step : x)));
      close(got.byStart[i], (by(1) - by(-1)) / (2 * step), `θ ${i}`);
    }
  });

  test("gives the same numbers however many of its steps are held", () => {
    const all = unroll(setting(h));
    expect(norm(all.byStart)).toBeGreaterThan(1e-6);
    for (const held of [1, 2, 3, 6, 7, 100]) expect(unroll({ ...setting(h), held })).toEqual(all);
  });

  test("without a step gives the gradient of the validation loss itself", () => {
    const { byStart, byValue, losses } = unroll({ ...setting(h), steps: 0 });
    expect(byStart).toEqual(whole.gradient(objective.start).mean);
    for (const slope of Object.values(byValue)) expect(slope).toBe(0);
    expect(losses).toHaveLength(0);
  });
});

test("the start of RMSProp's second moment has a derivative too", () => {
  const adjoint = required("RMSProp");
  const objective = findProblem("quadratic")!.prepare({}, { given: given["quadratic"] })(rng(1));
  const at = (initialSecondMoment: number) =>
    unroll({
      adjoint,
      start: objective.start,
      steps: 5,
      values: () => ({ ...defaults(adjoint), initialSecondMoment }),
      batch: () => objective.draw(rng(1), 1),
      validation: objective.draw(rng(1), 1),
    });
  const difference = (at(1 + 1e-5).validation - at(1 - 1e-5).validation) / 2e-5;
  expect(at(1).byValue["initialSecondMoment"]).toBeCloseTo(difference, 9);
  expect(Math.abs(difference)).toBeGreaterThan(1e-3);
});

test("a problem without second derivative says so", () => {
  const objective = findProblem("gradients")!.prepare({}, { given: given["gradients"] })(rng(1));
  const adjoint = required("SGD");
  const batch = () => objective.draw(rng(1), 1);
  const setting = { adjoint, start: objective.start, steps: 2, values: () => defaults(adjoint), batch };
  expect(() => unroll({ ...setting, validation: batch() })).toThrow("This problem has no second derivative.");
});

test("a switch that is not differentiated is refused by its name", () => {
  const it = findAdjoint("RMSProp")!;
  const objective = findProblem("quadratic")!.prepare({}, { given: { A: [1, 2], start: [1, 1] } })(rng(1));
  const batch = objective.draw(rng(1), 1);
  const run = (name: string) =>
    unroll({
      adjoint: it,
      start: objective.start,
      steps: 2,
      values: () => ({ ...defaults(it), [name]: 1 }),
      batch: () => batch,
      validation: batch,
    });
  for (const name of ["caution", "correctedDecay"]) expect(() => run(name)).toThrow(`through ${name}; set it to 0.`);
});
