import { describe, expect, test } from "vitest";
import { findOptimizer } from "../../src/core/optimizers/index.ts";
import { decaysByRate } from "../../src/core/decoupledDecay.ts";
import { truthLine } from "../../src/core/truthLine.ts";
import type { Configuration, ScheduleConfiguration } from "../../src/protocol/index.ts";

const run = { steps: 100, stepsPerEpoch: 10 };
const configuration = (
  schedule?: ScheduleConfiguration,
  optimizer = "AdamW",
  values: Record<string, number> = {},
): Configuration => ({
  framework: "torch",
  optimizer,
  groups: [{ name: "all", values: { learningRate: 1e-3, ...values }, ...(schedule && { schedule }) }],
});
const points = (schedule?: ScheduleConfiguration, over = run) =>
  truthLine(configuration(schedule), over).groups[0].keyPoints.map(({ step, what }) => `${step} ${what}`);
const column = (it: Configuration, name: string, group = 0) =>
  truthLine(it, run).groups[group].columns.find((one) => one.name === name);

describe("the table", () => {
  test("has rate, momentum, weight decay and decay per step of every group", () => {
    const it: Configuration = {
      framework: "torch",
      optimizer: "AdamW",
      groups: [
        { name: "a", values: { learningRate: 1e-3, weightDecay: 0.1 }, schedule: { name: "LinearLR", values: {} } },
        { name: "b", values: { learningRate: 2e-3, weightDecay: 0 }, size: 7 },
      ],
    };
    const { groups } = truthLine(it, run);
    expect(groups.map(({ columns }) => columns.map(({ name }) => name))).toEqual([
      ["learningRate", "beta1", "weightDecay", "decayPerStep"],
      ["learningRate", "beta1", "weightDecay"],
    ]);
    const [rate, , decay, each] = groups[0].columns;
    expect(rate.values).toHaveLength(100);
    expect(rate.values[0]).toBeCloseTo(1e-3 / 3, 15);
    expect(rate.moves).toBe(true);
    expect(decay.moves).toBe(false);
    expect(each.values[50]).toBeCloseTo(1e-4, 15);
    expect(groups[1].columns[0].values.every((x) => x === 2e-3)).toBe(true);
  });

  test("has the momentum that OneCycleLR moves, as β₁ or as μ", () => {
    const schedule = { name: "OneCycleLR", values: { maximum: 0.1, length: 100 } };
    const beta = column(configuration(schedule), "beta1");
    expect([beta?.values[0], beta?.moves]).toEqual([0.95, true]);
    const mu = column(configuration(schedule, "SGD", { momentum: 0.9 }), "momentum");
    expect(Math.min(...(mu?.values ?? []))).toBeCloseTo(0.85, 10);
  });

  test("has every other hyperparameter that a schedule of its own moves", () => {
    const it = configuration();
    const schedules = { weightDecay: { name: "LinearLR", values: { startFactor: 1, endFactor: 0, length: 100 } } };
    const moved = { ...it, groups: [{ ...it.groups[0], schedules }] };
    expect(column(moved, "weightDecay")?.values[50]).toBeCloseTo(0.005, 12);
    expect(column(moved, "decayPerStep")?.values[50]).toBeCloseTo(5e-6, 15);
  });
});

describe("key points", () => {
  test("a constant rate has one", () => {
    expect(points()).toEqual(["1 Throughout"]);
  });
  test("a warm-up ends at the peak, a cosine at the run's end", () => {
    const schedule = { name: "get_cosine_schedule_with_warmup", values: { warmup: 20, length: 100 } };
    expect(points(schedule)).toEqual(["1 Start", "21 Peak, warm-up ends", "100 End"]);
  });
  test("a staircase drops at its milestones, counted in epochs where it is stepped so", () => {
    const schedule = { name: "MultiStepLR", values: {}, points: [3, 7], interval: "epoch" as const };
    expect(points(schedule)).toEqual(["1 Start", "31 Drop", "71 Drop", "100 End"]);
  });
  test("a cosine that is longer than its length turns, one with restarts jumps", () => {
    expect(points({ name: "CosineAnnealingLR", values: { length: 40 } })).toEqual([
      "1 Start",
      "41 Lowest, rises again",
      "81 Turns",
      "100 End",
    ]);
    expect(points({ name: "CosineAnnealingWarmRestarts", values: { length: 50 } })).toEqual([
      "1 Start",
      "51 Jump",
      "100 End",
    ]);
  });
  test("a rate that has come to rest says from where", () => {
    const schedule = { name: "get_linear_schedule_with_warmup", values: { length: 60 } };
    expect(points(schedule)).toEqual(["1 Start", "61 Stays from here", "100 End"]);
  });
});

describe("the decay that θ itself suffers", () => {
  const tried = (name: string, values: Record<string, number>) => {
    const optimizer = findOptimizer(name)!;
    const standard = Object.entries(optimizer.hyperparameters).map(([key, it]) => [key, it.default]);
    const defaults = Object.fromEntries(standard) as Record<string, number>;
    return decaysByRate(optimizer, { ...defaults, ...values });
  };
  test("is ηλ in AdamW, and in Adam where it is decoupled, not where it is a penalty", () => {
    expect(tried("AdamW", {})).toBe(true);
    expect(tried("AdamW", { epsilon: 0 })).toBe(true);
    expect(tried("Adam", { decoupledWeightDecay: 1 })).toBe(true);
    expect(tried("Adam", {})).toBe(false);
  });
  test("is ηλ in SGD unless a momentum carries the penalty on", () => {
    expect(tried("SGD", { momentum: 0 })).toBe(true);
    expect(tried("SGD", { momentum: 0.9 })).toBe(false);
  });
});
