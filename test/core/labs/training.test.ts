import { expect, test } from "vitest";
import { cornersOf } from "../../../src/core/labs/corners.ts";
import { suggest } from "../../../src/core/labs/training/controls.ts";
import { recordedSteps } from "../../../src/core/labs/recordedSteps.ts";
import { largestStableRate } from "../../../src/core/labs/training/stability.ts";
import { travelled } from "../../../src/core/labs/training/travelled.ts";
import { findSchedule, schedules } from "../../../src/core/schedules/index.ts";
import { complete, runInline } from "../../../src/core/run.ts";
import type { Configuration, Frame, ScheduleConfiguration } from "../../../src/protocol/index.ts";

const run = (configuration: Configuration, controls: Record<string, number>, seed = 1) => {
  const { lab, job } = complete({ lab: "training", configuration, problem: { name: "noisy quadratic" }, controls }, {});
  const work = runInline(lab, job, seed);
  const frames = new Map<string, Frame>();
  let next = work.next();
  for (; !next.done; next = work.next())
    for (const frame of next.value ?? []) frames.set(`${frame.chart} ${frame.series}`, frame);
  const finding = (quantity: RegExp) => next.value.findings.find((it) => quantity.test(it.quantity))!;
  return { frames, finding, ...(next.value as { report: import("../../../src/protocol/index.ts").Report }) };
};
const sgd = (values: Record<string, number>, schedule?: ScheduleConfiguration): Configuration => ({
  framework: "torch",
  optimizer: "SGD",
  groups: [{ name: "all", values, ...(schedule && { schedule }) }],
});

test("records begin with every step and thin out to no more than 300", () => {
  for (const steps of [1, 10, 39, 40, 41, 200, 201, 2000, 20_000, 100_000]) {
    const points = recordedSteps(steps);
    expect(points.length).toBeLessThanOrEqual(300);
    expect([points[0], points[points.length - 1]]).toEqual([0, steps]);
    points.forEach((t, k) => {
      if (k > 0) expect(t).toBeGreaterThan(points[k - 1]);
    });
    for (let t = 0; t <= Math.min(40, steps); t++) expect(points[t]).toBe(t);
  }
});

test.each([
  ["a warm-up and a cosine", (t: number) => (t <= 300 ? t / 300 : 0.5 * (1 + Math.cos((Math.PI * (t - 300)) / 7700)))],
  ["stairs", (t: number) => 0.1 ** Math.floor(t / 2500)],
  ["a saw", (t: number) => (t % 500) / 500],
] as const)("the corners of %s show every step to a ten-thousandth", (_, f) => {
  const at = Float64Array.from({ length: 8000 }, (__, i) => f(i + 1));
  const corners = cornersOf(at);
  expect(corners.length).toBeLessThan(1000);
  expect([corners[0], corners[corners.length - 1]]).toEqual([1, 8000]);
  for (let k = 1; k < corners.length; k++)
    for (let t = corners[k - 1]; t <= corners[k]; t++) {
      const share = (t - corners[k - 1]) / (corners[k] - corners[k - 1]);
      const line = at[corners[k - 1] - 1] * (1 - share) + at[corners[k] - 1] * share;
      expect(Math.abs(line - at[t - 1])).toBeLessThan(2.01e-4);
    }
});

test("a rate that swings at every step keeps its first, lowest, highest and last value in each column", () => {
  const at = Float64Array.from({ length: 5000 }, (_, i) => (i % 2) * (1 + i / 5000));
  const corners = cornersOf(at);
  expect(corners.length).toBeLessThanOrEqual(1000);
  expect(corners).toContain(5000);
});

const forms: Record<string, ScheduleConfiguration["values"]> = {
  constant: {},
  get_constant_schedule: {},
  get_constant_schedule_with_warmup: { warmup: 17 },
  get_linear_schedule_with_warmup: { warmup: 17, length: 0 },
  get_cosine_schedule_with_warmup: { warmup: 17, length: 120 },
  CosineAnnealingLR: { length: 120, minimum: 0.002 },
  ExponentialLR: { gamma: 0.97 },
  StepLR: { stepSize: 50, gamma: 0.3 },
};
test.each(Object.keys(forms).filter((name) => findSchedule(name)))(
  "the rates of %s add up to their closed form",
  (name) => {
    const schedule = { name, values: forms[name] };
    const rates = findSchedule(name)!.prepare(0.1, schedule, 120);
    let sum = 0;
    for (let count = 0; count < 120; count++) sum += rates.rate(count);
    const closed = travelled({ name: "all", values: {}, schedule }, 0.1, 120, 1)!;
    expect(Math.abs(closed - sum)).toBeLessThan(1e-12 * sum * 120);
  },
);

test("closed forms are given only for schedules that there are", () => {
  expect(schedules.length).toBeGreaterThan(0);
  expect(
    travelled({ name: "all", values: {}, schedule: { name: "LambdaLR", values: {} } }, 0.1, 120, 1),
  ).toBeUndefined();
});

test("the largest stable rate is 2(1 + μ)/h, less with Nesterov, more with dampening", () => {
  const plain = { momentum: 0, dampening: 0, nesterov: 0, weightDecay: 0 };
  expect(largestStableRate(4, plain)).toBeCloseTo(0.5, 10);
  expect(largestStableRate(1, { ...plain, weightDecay: 1 })).toBeCloseTo(1, 10);
  expect(largestStableRate(1, { ...plain, momentum: 0.9 })).toBeCloseTo(3.8, 10);
  expect(largestStableRate(1, { ...plain, momentum: 0.9, dampening: 0.9 })).toBeCloseTo(38, 8);
  expect(largestStableRate(1, { ...plain, momentum: 0.9, nesterov: 1 })).toBeCloseTo(3.8 / 2.8, 10);
});

test.each([
  ["plain", { learningRate: 0.1 }],
  ["with momentum, dampened", { learningRate: 0.1, momentum: 0.9, dampening: 0.5 }],
  ["with Nesterov and decay", { learningRate: 0.02, momentum: 0.9, nesterov: 1, weightDecay: 0.05 }],
])("SGD %s settles where its second moments say (64 seeds, some 50 ms)", (_, values) => {
  const cosine = { name: "CosineAnnealingLR", values: { length: 400 } };
  const schedule = findSchedule(cosine.name) ? cosine : undefined;
  const { finding } = run(sgd(values, schedule), { steps: 400, seeds: 64, batchSize: 8 });
  const { measured, predicted, standardError } = finding(/^Loss/);
  expect(Math.abs(measured! - predicted!)).toBeLessThan(4 * standardError!);
  expect(finding(/^Sum/).verdict).toBe("agrees");
});

test("without noise, SGD settles exactly where its second moments say", () => {
  const values = { learningRate: 0.3, momentum: 0.5, nesterov: 1, weightDecay: 0.01 };
  const { lab, job } = complete(
    {
      lab: "training",
      configuration: sgd(values),
      problem: { name: "noisy quadratic", values: { noise: 0 } },
      controls: { steps: 50, seeds: 5 },
    },
    {},
  );
  const work = runInline(lab, job, 3);
  let next = work.next();
  while (!next.done) next = work.next();
  const { measured, predicted } = next.value.findings.find(({ quantity }) => quantity.startsWith("Loss"))!;
  expect(Math.abs(measured! / predicted! - 1)).toBeLessThan(1e-12);
});

test("Adam's first step is η, RMSProp's η over √(1 − β₂), and v̂ is the variance of the noise", () => {
  const group = (values: Record<string, number>) => [{ name: "all", values }];
  const adam = run(
    { framework: "torch", optimizer: "Adam", groups: group({ learningRate: 1e-3 }) },
    { steps: 300, seeds: 8 },
  );
  expect(adam.finding(/^First step/)).toMatchObject({ predicted: 1, verdict: "agrees" });
  const noise = adam.finding(/noise variance/);
  expect(noise.measured! / noise.predicted!).toBeGreaterThan(0.9);
  expect(noise.measured! / noise.predicted!).toBeLessThan(1.5);
  const rms = run(
    { framework: "torch", optimizer: "RMSProp", groups: group({ learningRate: 1e-3, beta2: 0.96 }) },
    { steps: 50, seeds: 8 },
  );
  expect(rms.finding(/^First step/).predicted).toBeCloseTo(5, 12);
  expect(rms.finding(/^First step/).verdict).toBe("agrees");
});

test("a rate above its limit diverges: the sentence, the rule, the advice, and infinite columns", () => {
  const { report, frames, finding } = run(sgd({ learningRate: 4, momentum: 0.9 }), { steps: 600, seeds: 8 });
  expect(report.diverged).toBe(true);
  expect(report.answer).toMatch(/^Diverged at step \*\*\d+\*\* in \*\*8 of 8\*\* seeds\.$/);
  expect(report.status).toBe("With μ 0.9 and h = 1, η 4.00 is above its limit of 3.80.");
  expect(report.advice).toEqual({ text: "Set η to 1.9", name: "learningRate", value: 1.9 });
  expect(report.rules).toHaveLength(1);
  expect(report.rules[0].text).toMatch(/^8 of 8 from step \d+$/);
  const high = frames.get("loss median")!.columns[1];
  expect(high[high.length - 1]).toBe(Infinity);
  expect(finding(/^Loss/)).toMatchObject({ verdict: "out of range" });
  expect(run(sgd({ learningRate: 1.9, momentum: 0.9 }), { steps: 600, seeds: 8 }).report.diverged).toBeUndefined();
});

test("the first chart has a line for each distinct rate, and the last one too where all coordinates move alike", () => {
  const groups = [
    { name: "a", values: { learningRate: 0.1 } },
    { name: "b", values: { learningRate: 0.05 } },
    { name: "c", values: { learningRate: 0.1 } },
  ];
  const { frames } = run({ framework: "torch", optimizer: "SGD", groups }, { steps: 20, seeds: 2 });
  expect([...frames.keys()].filter((key) => !key.startsWith("loss")).sort()).toEqual([
    "effective a, c",
    "effective b",
    "rate a, c",
    "rate b",
  ]);
  expect([...frames.get("rate b")!.columns[1]]).toEqual(Array<number>(20).fill(0.05));
});

const asCode = (schedule: ScheduleConfiguration, more: Partial<Configuration> = {}) =>
  suggest({ ...sgd({ learningRate: 0.1 }, schedule), ...more });
const warm = { name: "LinearLR", values: { startFactor: 0.1, endFactor: 1, length: 500 } };

test("a run is as long as its schedule, its epochs or its updates say", () => {
  const cosine = (length: number) => ({ name: "CosineAnnealingLR", values: { length } });
  const hf = (length: number) => ({ name: "get_linear_schedule_with_warmup", values: { warmup: 500, length } });
  expect(asCode(cosine(700))).toMatchObject({ steps: 700 });
  expect(asCode({ ...cosine(50), interval: "epoch" })).toMatchObject({ steps: 5000, stepsPerEpoch: 100 });
  expect(asCode(cosine(10_000), { epochs: 10 })).toMatchObject({ steps: 10_000, stepsPerEpoch: 1000 });
  expect(asCode({ name: "SequentialLR", values: {}, points: [500], parts: [warm, cosine(9500)] }).steps).toBe(10_000);
  // no length of its own: the epochs are stretched until the warm-up has a quarter of them
  expect(asCode(hf(0), { epochs: 4 })).toMatchObject({ steps: 2000, stepsPerEpoch: 500 });
  expect(asCode(hf(0)).steps).toBe(2000);
  expect(asCode(hf(100_000))).toMatchObject({ steps: 100_000, seeds: 4 });
  expect(asCode({ name: "OneCycleLR", values: { maximum: 0.1, length: 0 } }, { epochs: 5 }).steps).toBe(500);
  // milestones in epochs are all passed
  const milestones = { name: "MultiStepLR", values: { gamma: 0.1 }, points: [30, 80], interval: "epoch" } as const;
  expect(asCode(milestones)).toMatchObject({ steps: 12_000, stepsPerEpoch: 100 });
  expect(asCode({ name: "LinearLR", values: { startFactor: 0.3, endFactor: 1, length: 5 } }).steps).toBe(2000);
});
