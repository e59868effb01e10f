import { expect, test } from "vitest";
import { readExperiment } from "../../src/documents/frameworks/experiment.ts";
import { experimentProblems } from "../../src/documents/frameworks/experimentProblems.ts";
import { writeExperiment } from "../../src/documents/frameworks/experimentWrite.ts";
import type { ScheduleConfiguration } from "../../src/protocol/index.ts";
import { scheduleCases, scheduleText } from "../core/schedules/cases.ts";

// Schedules in experiment files: in their libraries' words, in ours, and written back.

const text = (schedule: unknown, framework = "torch") =>
  JSON.stringify({ configuration: { framework, optimizer: "sgd", hyperparameters: {}, schedule } });
const read = (file: string): ScheduleConfiguration | undefined =>
  readExperiment(file).detections[0].configuration.groups[0].schedule;
const problems = (schedule: unknown, framework?: string) =>
  experimentProblems(text(schedule, framework)).map(({ message }) => message);

test.each(scheduleCases)("$id reads the same in canonical words", (it) => {
  const { configuration } = readExperiment(scheduleText(it)).detections[0];
  const canonical = writeExperiment({ configuration, lab: "training", seed: 1, controls: {} });
  expect(experimentProblems(canonical)).toEqual([]);
  expect(readExperiment(canonical).detections[0].configuration).toEqual(configuration);
});

test("a name may stand with its module, and Keras's ReduceLROnPlateau is its own", () => {
  expect(read(text({ name: "torch.optim.lr_scheduler.StepLR", args: { step_size: 3 } }))?.name).toBe("StepLR");
  expect(read(text({ name: "optax.linear_schedule", args: {} }, "optax"))?.name).toBe("linear_schedule");
  expect(read(text({ name: "cosine", args: { num_warmup_steps: 5 } }, "transformers"))).toMatchObject({
    name: "get_cosine_schedule_with_warmup",
    values: { warmup: 5 },
  });
  expect(read(text({ name: "ReduceLROnPlateau", args: { monitor: "val_loss", min_delta: 0.01 } }, "keras"))).toEqual({
    name: "keras.callbacks.ReduceLROnPlateau",
    values: { factor: 0.1, patience: 10, mode: 2, threshold: 0.01, cooldown: 0, minimum: 0 },
  });
  expect(read(text({ name: "ReduceLROnPlateau", args: {} }))?.values).toHaveProperty("thresholdMode");
});
test("a mapping from boundaries, lists of arguments, and functions are structure", () => {
  const pieces = { init_value: 0.1, boundaries_and_scales: { "30": 0.5, "70": 0.2 } };
  expect(read(text({ name: "piecewise_constant_schedule", args: pieces }, "optax"))).toEqual({
    name: "piecewise_constant_schedule",
    values: { initial: 0.1 },
    points: [30, 70],
    levels: [0.5, 0.2],
  });
  expect(read(text({ name: "LearningRateScheduler", args: { schedule: "0.1 / (1 + e)" } }, "keras"))).toEqual({
    name: "LearningRateScheduler",
    values: {},
    formula: "0.1 / (1 + e)",
  });
  const joined = {
    schedules: [
      { schedule: "linear_schedule", args: { init_value: 0, end_value: 0.1, transition_steps: 10 } },
      { name: "constant_schedule", value: 0.1 },
    ],
    boundaries: [10],
  };
  expect(read(text({ name: "join_schedules", args: joined }, "optax"))).toEqual({
    name: "join_schedules",
    values: {},
    points: [10],
    parts: [
      { name: "linear_schedule", values: { initial: 0, final: 0.1, transition: 10, begin: 0 } },
      { name: "constant_schedule", values: { initial: 0.1 } },
    ],
  });
});
test("what a library takes None for is absent, and so is not the default's number", () => {
  const cosine = { initial_learning_rate: 0.1, decay_steps: 50, warmup_target: null };
  expect(read(text({ name: "CosineDecay", args: cosine }, "keras"))?.values).toMatchObject({ maximum: 0 });
  expect(read(text({ name: "get_wsd_schedule", args: { num_stable_steps: null } }))?.values).not.toHaveProperty(
    "stable",
  );
  expect(read(text({ name: "WarmupLR", args: { warmup_max_lr: null } }))?.values).not.toHaveProperty("maximum");
});
test("OneCycleLR may be told its length in epochs", () => {
  const cycle = { name: "OneCycleLR", args: { max_lr: 0.1, epochs: 5, steps_per_epoch: 20 } };
  expect(problems(cycle)).toEqual([]);
  expect(read(text(cycle))?.values).toMatchObject({ maximum: 0.1, length: 100 });
  const both = { ...cycle, args: { ...cycle.args, total_steps: 30 } };
  expect(read(text(both))?.values).toMatchObject({ length: 30 });
});
test("how often it is stepped is read and written", () => {
  const schedule = { name: "StepLR", stepSize: 3, interval: "epoch", frequency: 2, perStep: 4 };
  const pace = { interval: "epoch", frequency: 2, perStep: 4 };
  expect(read(text(schedule))).toMatchObject(pace);
  const { configuration } = readExperiment(text(schedule)).detections[0];
  expect(read(writeExperiment({ configuration, lab: "training", seed: 1, controls: {} }))).toMatchObject(pace);
});

test.each([
  [{ args: {} }, ['The schedule has no "name".']],
  [{ name: "StepLR", args: { steps: 3 } }, ['StepLR has no "steps"; it has stepSize, gamma.']],
  [
    { name: "CyclicLR", args: { base_lr: 0.1, max_lr: 1, mode: "square" } },
    ['"mode" needs one of triangular, triangular2, exp_range.'],
  ],
  [{ name: "MultiStepLR", args: { milestones: [30, 10] } }, ["Milestones must grow."]],
  [
    { name: "PiecewiseConstantDecay", args: { boundaries: [10], values: [0.1] } },
    ["PiecewiseConstantDecay has 1 values for 1 boundaries; it needs one more value than boundaries."],
  ],
  [
    { name: "join_schedules", args: { schedules: [{ name: "constant_schedule", value: 1 }], boundaries: [5] } },
    ["join_schedules has 1 parts for 1 milestones; it needs one more part than milestones."],
  ],
  [
    { name: "sgdr_schedule", args: { cosine_kwargs: [{ peak: 0.1 }] } },
    ['warmup_cosine_decay_schedule has no "peak"; it has initial, maximum, warmup, length, final, exponent.'],
  ],
])("%j: %j", (schedule, messages) => {
  expect(problems(schedule)).toEqual(messages);
});
