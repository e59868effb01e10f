import { describe, expect, test } from "vitest";
import { truthLine } from "../../src/core/truthLine.ts";
import { warnings } from "../../src/core/warnings/index.ts";
import type { Configuration, ScheduleConfiguration } from "../../src/protocol/index.ts";

interface Asked {
  readonly optimizer?: string;
  readonly framework?: string;
  readonly values?: Record<string, number>;
  readonly steps?: number;
  readonly stepsPerEpoch?: number;
  readonly more?: Partial<Configuration>;
}
const ask = (schedule: ScheduleConfiguration | undefined, asked: Asked = {}) => {
  const { optimizer = "SGD", framework = "torch", values, steps = 100, stepsPerEpoch = 10, more } = asked;
  const configuration: Configuration = {
    framework,
    optimizer,
    groups: [{ name: "all", values: { learningRate: 0.1, ...values }, ...(schedule && { schedule }) }],
    ...more,
  };
  return warnings(configuration, truthLine(configuration, { steps, stepsPerEpoch }));
};
const texts = (schedule: ScheduleConfiguration | undefined, asked: Asked = {}) =>
  ask(schedule, asked).map(({ text }) => text);
const counted = (name: string, values: Record<string, number>, interval: "step" | "epoch" = "step") => ({
  name,
  values,
  interval,
});

test("a constant rate and a schedule as long as its run give none", () => {
  expect(texts(undefined)).toEqual([]);
  expect(texts(counted("CosineAnnealingLR", { length: 100 }))).toEqual([]);
  expect(texts(counted("CosineAnnealingLR", { length: 10 }, "epoch"))).toEqual([]);
  expect(texts(counted("OneCycleLR", { maximum: 0.1, length: 100, cycleMomentum: 0 }))).toEqual([]);
  expect(texts({ name: "MultiStepLR", values: {}, points: [30, 60] })).toEqual([]);
});

describe("lengths that differ", () => {
  test("a schedule longer than the run: both numbers, and where the rate ends", () => {
    expect(ask(counted("CosineAnnealingLR", { length: 200 }))).toEqual([
      {
        group: 0,
        kind: "warning",
        names: ["schedule.length", "schedule.points", "schedule.name"],
        text: "CosineAnnealingLR is 200 steps long, the run 100 steps: the rate ends at 0.0508, not at 0.",
      },
    ]);
    expect(texts(counted("CosineAnnealingLR", { length: 20 }, "epoch"))[0]).toMatch(
      /^CosineAnnealingLR is 20 epochs \(200 steps\) long, the run 100 steps/,
    );
  });
  test("a run of the code that is longer than what is looked at is no fault of the schedule", () => {
    const [only] = ask(counted("CosineAnnealingLR", { length: 200 }), { more: { steps: 200 } });
    expect(only.kind).toBe("remark");
    expect(only.text).toBe("The code's run takes 200 steps; the first 100 are looked at here.");
  });
  test("a cosine that is over before the run rises again", () => {
    expect(texts(counted("CosineAnnealingLR", { length: 50 }))).toEqual([
      "CosineAnnealingLR is 50 steps long, the run 100 steps: past its end the rate rises again, to 0.0999 at step 100.",
    ]);
  });
  test("a straight line that is over before the run leaves the rest at 0", () => {
    expect(texts(counted("get_linear_schedule_with_warmup", { length: 60 }))).toEqual([
      "get_linear_schedule_with_warmup is 60 steps long, the run 100 steps: the last 40 steps change nothing, at a rate of 0.",
    ]);
  });
  test("a line to a rate above 0 runs on at it", () => {
    const values = { length: 60, minimum: 0.01 };
    expect(texts(counted("get_polynomial_decay_schedule_with_warmup", values))[0]).toMatch(
      /the last 40 steps run at 0\.0100\.$/,
    );
  });
  test("PyTorch's OneCycleLR does not go on past its end", () => {
    const values = { maximum: 0.1, length: 50, cycleMomentum: 0 };
    expect(texts(counted("OneCycleLR", values))).toEqual([
      "OneCycleLR is 50 steps long, the run 100 steps: PyTorch raises an error at call 51 of its step().",
    ]);
  });
  test("a warm-up longer than the run", () => {
    expect(texts(counted("get_constant_schedule_with_warmup", { warmup: 200 }))).toEqual([
      "The warm-up of get_constant_schedule_with_warmup takes 200 steps, the whole run 100 steps: the rate reaches only 0.0495.",
    ]);
  });
  test("drops and milestones that are never reached", () => {
    expect(texts(counted("StepLR", { stepSize: 30 }, "epoch"))).toEqual([
      "StepLR drops first after 30 epochs (300 steps); the run takes 100 steps: the rate stays at 0.100.",
    ]);
    expect(texts({ name: "MultiStepLR", values: {}, points: [30, 160, 180] })).toEqual([
      "The milestones 160 and 180 of MultiStepLR are never reached: the run takes 100 steps.",
    ]);
    expect(texts({ name: "MultiStepLR", values: {}, points: [3, 16], interval: "epoch" })).toEqual([
      "The milestone 16 of MultiStepLR (in epochs) is never reached: the run takes 100 steps.",
    ]);
  });
  test("a schedule that comes to rest after the run", () => {
    expect(texts(counted("LinearLR", { startFactor: 0.5, endFactor: 1, length: 199 }))).toEqual([
      "LinearLR comes to rest after 199 steps; the run takes 100 steps: the rate ends at 0.0749.",
    ]);
  });
});

describe("what a count is", () => {
  test("epochs of a scheduler that is stepped at every batch", () => {
    const more = { epochs: 90 };
    expect(texts(counted("StepLR", { stepSize: 30 }), { steps: 900, more })).toEqual([
      "StepLR is stepped at every batch, but its 30 counts look like epochs, of which the run has 90: it drops every 30 batches.",
    ]);
    expect(texts(counted("CosineAnnealingLR", { length: 90 }), { steps: 900, more })[1]).toMatch(
      /it is over after 90 batches\.$/,
    );
  });
  test("batches of a scheduler that is stepped once an epoch", () => {
    const said = texts(counted("CosineAnnealingLR", { length: 1000 }, "epoch"), { more: { epochs: 10 } });
    expect(said[1]).toBe(
      "CosineAnnealingLR is stepped once an epoch, but its 1,000 counts look like batches: the run's 10 epochs take it through 10 of them.",
    );
  });
  test("a scheduler that is stepped once for each process", () => {
    const schedule = { ...counted("get_linear_schedule_with_warmup", { length: 400 }), perStep: 4 };
    expect(texts(schedule)).toEqual([
      "Every update takes get_linear_schedule_with_warmup 4 counts further, one for each process, so that its 400 counts are over after 100 steps.",
    ]);
  });
});

describe("numbers that mean something else", () => {
  test("OneCycleLR and CyclicLR do not use the optimizer's rate, and move its momentum", () => {
    const said = texts(counted("OneCycleLR", { maximum: 1, length: 100 }), { values: { momentum: 0.9 } });
    expect(said).toEqual([
      "OneCycleLR sets the rate itself, from 0.0400 up to 1.00: the optimizer's own 0.1 is not used.",
      "OneCycleLR moves μ between 0.85 and 0.95, against the rate: the optimizer's own 0.9 is not used.",
    ]);
  });
  test("a LambdaLR whose function gives rates, not factors", () => {
    expect(texts({ name: "LambdaLR", values: {}, formula: "1e-3" }, { values: { learningRate: 1e-3 } })).toEqual([
      "LambdaLR multiplies the optimizer's rate 1e-3 by its function, which is 0.00100 at most: the rate never exceeds 1.00e-6.",
    ]);
    expect(texts({ name: "LambdaLR", values: {}, formula: "0.95 ** e" })).toEqual([]);
  });
  test("weight decay that follows the rate, or is a penalty", () => {
    const cosine = counted("CosineAnnealingLR", { length: 100 });
    const values = { weightDecay: 0.01, learningRate: 1e-3 };
    expect(texts(cosine, { optimizer: "AdamW", values })).toEqual([
      "The decay follows the rate: a step takes the share ηλ of θ, 1.00e-5 at its highest and 2.47e-9 at the end.",
    ]);
    expect(texts(undefined, { optimizer: "AdamW", values })).toEqual([]);
    expect(texts(undefined, { optimizer: "Adam", values })).toEqual([
      "λ 0.01 is an L2 penalty in PyTorch's Adam: λθ joins the gradient and is divided by its running size, which is not the decay of AdamW.",
    ]);
    expect(texts(undefined, { values: { weightDecay: 0.01, momentum: 0.9 } })).toEqual([
      "λ 0.01 is an L2 penalty: λθ joins the gradient and the momentum carries it on, so that at η 0.100 θ shrinks by ηλ/(1 − μ) = 0.0100 a step.",
    ]);
  });
  test("weight decay of Keras is never a penalty", () => {
    const values = { weightDecay: 0.01, decoupledWeightDecay: 1 };
    expect(texts(undefined, { optimizer: "Adam", framework: "keras", values })).toEqual([
      "Keras takes ηλθ from θ itself in every optimizer: Adam with λ 0.01 decays as AdamW does, not by an L2 penalty.",
    ]);
  });
  test("ε where other libraries put it", () => {
    const hat = { epsilon: 1e-7, epsilonHat: 1 };
    expect(texts(undefined, { optimizer: "Adam", framework: "keras", values: hat })).toEqual([
      "Keras's Adam adds ε to √v before its correction: 1e-7 weighs in the first step as 3.16e-6 would in PyTorch's, and as much as there once N = 1/(1 − β₂) steps have passed.",
    ]);
    const inRoot = { epsilon: 1e-7, epsilonInRoot: 1 };
    expect(texts(undefined, { optimizer: "RMSProp", framework: "tensorflow1", values: inRoot })).toEqual([
      "TensorFlow 1's RMSProp adds ε inside the root: 1e-7 there weighs as 3.16e-4 would beside √v, where PyTorch adds it.",
    ]);
  });
});

describe("schedules and optimizers with a will of their own", () => {
  test("DeepSpeed's schedulers lag by one", () => {
    const schedule = counted("WarmupLR", { minimum: 0, maximum: 0.1, warmup: 50 });
    const [said] = ask(schedule).filter(({ text }) => text.includes("lags"));
    expect(said.kind).toBe("remark");
    expect(said.text).toMatch(/^DeepSpeed's WarmupLR lags by one: the first step runs at /);
  });
  test("a schedule that follows the loss has no rates of its own", () => {
    const [said] = ask(counted("ReduceLROnPlateau", {}));
    expect(said.text).toMatch(
      /^ReduceLROnPlateau follows the loss: what stands here is the rate while the loss keeps falling/,
    );
  });
  test("a cycled momentum needs an optimizer that has one", () => {
    const schedule = counted("OneCycleLR", { maximum: 0.1, length: 100 });
    expect(texts(schedule, { optimizer: "Adagrad" })).toEqual([
      "OneCycleLR moves a momentum, which Adagrad does not have: PyTorch raises an error unless cycle_momentum is False.",
    ]);
  });
  test("a momentum that nobody asked for is a warning", () => {
    const [said] = ask(counted("OneCycleLR", { maximum: 0.1, length: 100 }));
    expect(said.kind).toBe("warning");
    expect(said.text).toMatch(/moves μ between 0\.85 and 0\.95, .*own 0 is not used/);
  });
  test("Adagrad's own decay of the rate comes on top of a schedule", () => {
    expect(texts(undefined, { optimizer: "Adagrad", values: { rateDecay: 0.01 } })).toEqual([
      "Adagrad divides its rate by 1 + (t − 1) × 0.01 on its own, beside any schedule: by 1.99 in the last step.",
    ]);
  });
  test("an optimizer may warm up by itself", () => {
    expect(texts(undefined, { optimizer: "AdamWScheduleFree", values: { warmup: 40 } })).toContain(
      "AdamWScheduleFree warms up on its own: its rate rises over the first 40 steps, beside any schedule.",
    );
  });
});

test("what only some groups do names them", () => {
  const cosine = { name: "CosineAnnealingLR", values: { length: 200 } };
  const group = { values: { learningRate: 0.1 } };
  const configuration: Configuration = {
    framework: "torch",
    optimizer: "SGD",
    groups: [
      { name: "a", ...group },
      { name: "b", ...group, schedule: cosine },
    ],
  };
  const [said] = warnings(configuration, truthLine(configuration, { steps: 100, stepsPerEpoch: 10 }));
  expect(said).toMatchObject({
    group: 1,
    text: expect.stringMatching(/^In b: CosineAnnealingLR is 200 steps/) as string,
  });
});

test("groups that say the same are told once, warnings before remarks", () => {
  const schedule = { name: "CosineAnnealingLR", values: { length: 200 } };
  const group = { values: { learningRate: 0.1, weightDecay: 0.1, momentum: 0.9 }, schedule };
  const configuration: Configuration = {
    framework: "torch",
    optimizer: "SGD",
    groups: [
      { name: "a", ...group },
      { name: "b", ...group },
    ],
  };
  const said = warnings(configuration, truthLine(configuration, { steps: 100, stepsPerEpoch: 10 }));
  expect(said.map(({ kind, group: index }) => [kind, index])).toEqual([
    ["warning", 0],
    ["remark", 0],
  ]);
});
