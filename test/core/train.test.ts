import { expect, test } from "vitest";
import type { Objective } from "../../src/core/problems/problem.ts";
import { rng } from "../../src/core/rng.ts";
import { resolveGroups, Trainer } from "../../src/core/train.ts";
import { norm, zeros } from "../../src/core/vector.ts";
import type { Clip, Configuration, ParameterGroup } from "../../src/protocol/index.ts";

const run = { steps: 60, stepsPerEpoch: 10, batchSize: 4 };
const configuration = (
  optimizer: string,
  groups: readonly (Partial<ParameterGroup> & { values?: Record<string, number> })[] = [{}],
  clip?: Clip,
): Configuration => ({
  framework: "torch",
  optimizer,
  groups: groups.map((group, i) => ({ name: `group ${i}`, values: {}, ...group })),
  ...(clip && { clip }),
});
/** ½‖θ‖² with normal noise on its gradient. Its gradients are handed out as they are stored. */
function noisy(dimension: number, noise = 1): Objective {
  const mean = zeros(dimension);
  const meanSquare = zeros(dimension);
  const z = zeros(dimension);
  const loss = (theta: Float64Array) => 0.5 * norm(theta) ** 2;
  return {
    dimension,
    start: zeros(dimension).fill(3),
    watched: [],
    loss,
    draw(rng, batchSize) {
      rng.normals(z);
      return {
        loss: (theta) => loss(theta) + z[0],
        gradient(theta) {
          for (let i = 0; i < dimension; i++) {
            mean[i] = theta[i] + (noise * z[i]) / Math.sqrt(batchSize);
            meanSquare[i] = mean[i] ** 2 + noise ** 2;
          }
          return { mean, meanSquare };
        },
      };
    },
  };
}
function train(it: Configuration, objective = noisy(6), seed = 1, steps = 40) {
  const trainer = new Trainer(it, objective, rng(seed), run);
  for (let t = 0; t < steps; t++) trainer.step();
  return trainer;
}

test("defaults are filled in, and values given are kept", () => {
  const [group] = resolveGroups(configuration("AdamW", [{ values: { beta2: 0.95 } }]), 3, run);
  expect(group.at(1)).toMatchObject({
    learningRate: 1e-3,
    beta1: 0.9,
    beta2: 0.95,
    epsilon: 1e-8,
    weightDecay: 1e-2,
    amsgrad: 0,
    maximize: 0,
  });
  expect(group.at(2)).toBe(group.at(1));
});

test.each([
  [7, [{}, {}, {}], [0, 3, 5, 7]],
  [1, [{}, {}], [0, 1, 1]],
  [10, [{ size: 4 }, {}, {}], [0, 4, 7, 10]],
  [10, [{}, { size: 9 }], [0, 1, 10]],
  [5, [{ size: 2 }, { size: 3 }], [0, 2, 5]],
])("%d coordinates go to groups %j at %j", (dimension, groups, edges) => {
  const resolved = resolveGroups(configuration("SGD", groups), dimension, run);
  expect([0, ...resolved.map(({ to }) => to)]).toEqual(edges);
  expect(resolved.map(({ from }) => from)).toEqual(edges.slice(0, -1));
});

test.each([
  [configuration("Hunter"), "Hunter is read, but not simulated yet."],
  [configuration("SGD", []), "The configuration has no parameter group."],
  [
    configuration("SGD", [{ size: 2 }, { size: 3 }]),
    "The groups' sizes add up to 5, but the problem has 6 coordinates.",
  ],
  [configuration("SGD", [{ size: 7 }, {}]), "The groups' sizes add up to 7, but the problem has 6 coordinates."],
  [configuration("SGD", [{ values: { momentum: NaN } }]), "SGD needs a number for momentum (μ), got NaN."],
  [configuration("SGD", [{ schedule: { name: "NoamLR", values: {} } }]), "NoamLR is read, but not simulated yet."],
  [
    configuration("SGD", [{ schedule: { name: "OneCycleLR", values: {} } }]),
    "OneCycleLR needs ηₘₐₓ (maximum) above 0, got 0.",
  ],
])("%j is refused in a sentence", (it, message) => {
  expect(() => resolveGroups(it, 6, run)).toThrow(new Error(message));
  expect(() => new Trainer(it, noisy(6), rng(1), run)).toThrow(new Error(message));
});

test("a schedule counts steps, or epochs where it says so, and its length follows the run", () => {
  const schedule = { name: "CosineAnnealingLR", values: {} };
  const rates = (interval: "step" | "epoch") => {
    const [group] = resolveGroups(
      configuration("SGD", [{ values: { learningRate: 1 }, schedule: { ...schedule, interval } }]),
      1,
      run,
    );
    return Array.from({ length: 60 }, (_, i) => group.at(i + 1)["learningRate"]);
  };
  expect(rates("step")[30]).toBeCloseTo(0.5, 12);
  const epochs = rates("epoch");
  expect(new Set(epochs).size).toBe(6);
  expect(epochs[9]).toBe(1);
  expect(epochs[10]).toBeCloseTo(0.5 * (1 + Math.cos(Math.PI / 6)), 12);
  expect(epochs[30]).toBeCloseTo(0.5, 12);
});

test("a schedule that cycles momentum moves μ where there is one, β₁ otherwise", () => {
  const schedule = { name: "OneCycleLR", values: { maximum: 0.1, length: 60 } };
  const at = (optimizer: string) => ({ ...resolveGroups(configuration(optimizer, [{ schedule }]), 1, run)[0].at(18) });
  expect(at("SGD")["momentum"]).toBeCloseTo(0.85, 12);
  expect(at("RMSProp")["momentum"]).toBeCloseTo(0.85, 12);
  expect(at("AdamW")["beta1"]).toBeCloseTo(0.85, 12);
  expect(at("AdamW")["learningRate"]).toBeCloseTo(0.1, 12);
});

test("one seed gives the same bytes, another seed others", () => {
  const it = configuration("Adam");
  expect(train(it).theta).toEqual(train(it).theta);
  expect(train(it, noisy(6), 2).theta).not.toEqual(train(it).theta);
});

test("groups of one setting move as one group does, and so does a clip that never bites", () => {
  for (const optimizer of ["SGD", "RMSProp", "Adam", "AdamW"]) {
    const whole = train(configuration(optimizer)).theta;
    expect(train(configuration(optimizer, [{}, {}, { size: 1 }])).theta).toEqual(whole);
    expect(train(configuration(optimizer, [{}], { type: "value", max: 1e9 })).theta).toEqual(whole);
    expect(train(configuration(optimizer, [{}], { type: "norm", max: 1e9 })).theta).toEqual(whole);
  }
});

test("each group keeps its own values, schedule and effective rate", () => {
  const it = configuration("SGD", [
    { values: { learningRate: 0 }, size: 2 },
    { values: { learningRate: 0.1 }, schedule: { name: "StepLR", values: { stepSize: 5 } } },
  ]);
  const trainer = train(it, noisy(6), 1, 6);
  expect([...trainer.theta.slice(0, 2)]).toEqual([3, 3]);
  expect(trainer.theta[2]).not.toBe(3);
  const rates = trainer.effectiveLearningRate(zeros(6));
  expect([...rates.slice(0, 2)]).toEqual([0, 0]);
  for (const rate of rates.slice(2)) expect(rate).toBeCloseTo(0.01, 15);
});

test("a clip by norm spans all groups, and leaves the problem's own gradient alone", () => {
  const objective = noisy(6, 0);
  const it = configuration("SGD", [{ values: { learningRate: 1 } }, { values: { learningRate: 1 } }], {
    type: "norm",
    max: 0.5,
  });
  const trainer = train(it, objective, 1, 1);
  const moved = trainer.theta.map((x) => 3 - x);
  expect(norm(moved)).toBeCloseTo(0.5, 6); // the 1e-6 that PyTorch adds to the norm
  expect(norm(moved)).toBeLessThan(0.5);
  const start = zeros(6).fill(3);
  expect([...objective.draw(rng(1), 1).gradient(start).mean]).toEqual([...start]);
});

test("a clip by value bounds each coordinate", () => {
  const it = configuration("SGD", [{ values: { learningRate: 1 } }], { type: "value", max: 0.25 });
  expect([...train(it, noisy(6, 0), 1, 1).theta]).toEqual(Array<number>(6).fill(2.75));
});

test("the loss of the mini-batch is that before the update, and is measured only when asked for", () => {
  const asked = new Trainer(configuration("SGD"), noisy(6), rng(5), run);
  const silent = new Trainer(configuration("SGD"), noisy(6), rng(5), run);
  expect(asked.step(true)).toBeCloseTo(0.5 * 6 * 9 + rng(5).normal(), 12);
  expect(silent.step()).toBeNaN();
  expect(asked.theta).toEqual(silent.theta);
  expect(asked.t).toBe(1);
});

test("the effective rate of Adam is that of the step just made", () => {
  const trainer = train(configuration("Adam"), noisy(2, 0), 1, 1);
  // After one step v̂ = g², and g = θ = 3.
  for (const rate of trainer.effectiveLearningRate(zeros(2))) expect(rate).toBeCloseTo(1e-3 / (3 + 1e-8), 15);
});

test("divergence is seen", () => {
  const it = configuration("SGD", [{ values: { learningRate: 10 } }]);
  expect(train(it, noisy(6), 1, 40).diverged).toBe(false);
  expect(train(it, noisy(6), 1, 400).diverged).toBe(true);
});

test("a start is copied, not trained in place", () => {
  const objective = noisy(3);
  train(configuration("SGD"), objective);
  expect([...objective.start]).toEqual([3, 3, 3]);
});

test("DeepSpeed's OneCycle cycles β₁ alone", () => {
  const schedule = { name: "OneCycle", values: { stepsUp: 10, stepsDown: 10 } };
  const at = (optimizer: string) => resolveGroups(configuration(optimizer, [{ schedule }]), 6, run)[0].at(11);
  expect(at("Adam")["beta1"]).toBeCloseTo(0.8, 12);
  expect(at("SGD")["momentum"]).toBe(0);
});

test("a schedule that follows the loss is told it at the end of each of its intervals, and no more often", () => {
  const schedule = { name: "ReduceLROnPlateau", values: { factor: 0.5, patience: 0 }, interval: "epoch" } as const;
  const it = configuration("SGD", [{ values: { learningRate: 0.5 }, schedule }]);
  const trainer = new Trainer(it, noisy(6, 3), rng(1), run);
  let rate = 0.5;
  let best = Infinity;
  for (let t = 1; t <= 60; t++) {
    trainer.step();
    expect(trainer.values(0, t)["learningRate"], `step ${t}`).toBe(
      t % run.stepsPerEpoch === 0 ? expectedAfter() : rate,
    );
  }
  expect(rate).toBeLessThan(0.5);

  /** What the loss at the end of an epoch makes of the rate, from the next step on. */
  function expectedAfter(): number {
    const loss = trainer.objective.loss(trainer.theta);
    if (loss < best * (1 - 1e-4)) best = loss;
    else rate *= 0.5;
    return rate;
  }
});
