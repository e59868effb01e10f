import { expect, test } from "vitest";
import type { Detection } from "../../src/documents/document.ts";
import type { Configuration, ScheduleConfiguration } from "../../src/protocol/index.ts";
import {
  buildKnobs,
  buildShow,
  plan,
  truthCsv,
  truthOf,
  warningsOf,
  withFile,
  withLine,
  type Choosing,
} from "../../src/view/index.ts";
import { configuration, detection, unresolved, written } from "./detection.ts";

const [backbone, head] = configuration.groups;
const scheduled = (schedule: ScheduleConfiguration, changed: Partial<Detection> = {}): Detection =>
  detection({
    configuration: { ...configuration, groups: [{ ...backbone, schedule }] },
    origins: [{ learningRate: written(48), "schedule.name": written(52), "schedule.length": written(53) }],
    ...changed,
  });
const planned = (it: Detection, changed: Partial<Choosing> = {}) =>
  plan({ detections: [it], chosen: 0, settings: [], ...changed });
const saying = (values: Record<string, number>, changed: Partial<Configuration> = {}): Detection =>
  detection({
    configuration: {
      ...configuration,
      groups: [{ ...backbone, values: { ...backbone.values, ...values } }, head],
      ...changed,
    },
    origins: [{ learningRate: written(48), beta2: written(49), weightDecay: written(50), size: written(51) }],
  });

test("a warning stands at the line that it is about", () => {
  const it = planned(scheduled({ name: "CosineAnnealingLR", values: { length: 1200 } }));
  expect(warningsOf(it).map(({ kind, line }) => [kind, line])).toEqual([
    ["warning", 53],
    ["remark", 48],
  ]);
  expect(warningsOf(it).at(0)?.text).toMatch(/^CosineAnnealingLR is 1,200 steps long, the run 600 steps/);
  const show = buildShow(it, { run: 1, file: "a.py", group: 0 });
  expect(show.warnings).toMatchObject([{ line: 53 }]);
  expect(show.notes.map(({ text }) => text)).toContain(warningsOf(it).at(1)?.text);
  expect(show.places).toEqual([{ learningRate: 48, "schedule.length": 53 }]);
});

test("a length in batches does not suit a scheduler that is stepped once an epoch", () => {
  const origins = [{ "schedule.length": unresolved(53, "90 * len(loader)") }];
  const schedule = (interval: "step" | "epoch") => ({ name: "CosineAnnealingLR", values: { length: 0 }, interval });
  expect(warningsOf(planned(scheduled(schedule("epoch"), { origins }))).at(0)).toMatchObject({
    line: 53,
    text: "CosineAnnealingLR is stepped once an epoch, but its length 90 * len(loader) counts batches: the run goes only a small part of its way. It is drawn as if it were the run's.",
  });
  const every = warningsOf(planned(scheduled(schedule("step"), { origins })));
  expect(every.filter(({ kind }) => kind === "warning")).toEqual([]);
});

test("a lab that follows no run does not tell of its length", () => {
  const it = scheduled({ name: "CosineAnnealingLR", values: { length: 1200 } });
  expect(warningsOf(planned(it, { lab: "training" })).map(({ kind }) => kind)).toContain("warning");
  const still = planned(
    { ...it, configuration: { ...it.configuration, optimizer: "SGD" } },
    { lab: "stationary density" },
  );
  expect(still.refusal).toBeUndefined();
  expect(warningsOf(still).map(({ kind }) => kind)).not.toContain("warning");
});

test("a schedule that cannot be drawn is named with its line, and the run goes without it", () => {
  const unknown = planned(scheduled({ name: "WobblyLR", values: {} }));
  expect(unknown.refusal).toBeUndefined();
  expect(warningsOf(unknown).at(0)).toMatchObject({
    line: 52,
    text: "There is no schedule WobblyLR among those simulated: the rate is drawn without it.",
  });
  const unreadable = planned(scheduled({ name: "LambdaLR", values: {} }));
  expect(warningsOf(unreadable).at(0)?.text).toBe(
    "LambdaLR could not be read as arithmetic: the rate is drawn without it.",
  );
});

test("Keras's former argument decay is not passed over", () => {
  const spelled = { optimizer: "SGD", hyperparameters: { learning_rate: 0.1, decay: 0.001 } };
  const keras = { ...saying({}, { framework: "keras", optimizer: "SGD", steps: 101 }), spelled };
  expect(warningsOf(planned(keras)).at(0)?.text).toBe(
    "decay 1e-3 divided the rate by 1 + decay × t before Keras 2.11, by 1.10 in the last step; Keras 3 does not take it, and the rate is drawn without it.",
  );
});

test("an unknown schedule in an experiment file is refused, at its line", () => {
  const experiment = { lab: "training", seed: 1, controls: {} };
  const it = planned(scheduled({ name: "WobblyLR", values: {} }, { experiment }));
  expect([it.refusal, it.refusalLine]).toEqual(['There is no schedule "WobblyLR" among those that are simulated.', 52]);
});

test.each([
  ["β₂", saying({ beta2: 1.5 }), "AdamW needs β₂ (beta2) below 1, got 1.5.", 49],
  ["a rate", saying({ learningRate: -0.1 }), "AdamW needs η (learningRate) of at least 0, got -0.1.", 48],
  ["a decay", saying({ weightDecay: -1 }), "AdamW needs λ (weightDecay) of at least 0, got -1.", 50],
])("%s that cannot be is refused in one sentence that names it, with its line", (_, it, sentence, line) => {
  const { refusal, refusalLine } = planned(it);
  expect([refusal, refusalLine]).toEqual([sentence, line]);
  expect(withLine(sentence, line)).toBe(`${sentence.slice(0, -1)} (line ${line}).`);
  expect(withFile(sentence, "train.py", line)).toBe(`train.py:${line}: ${sentence}`);
});

test("a group without parameters is refused, at its line", () => {
  const it = saying({}, { groups: [{ ...backbone, size: 0 }, head] });
  const { refusal, refusalLine } = planned(it);
  expect([refusal, refusalLine]).toEqual(['The group "backbone" has no parameters: its size is 0.', 51]);
});

test("a negative rate climbs in optax", () => {
  expect(planned(saying({ learningRate: -0.1 }, { framework: "optax" })).refusal).toBeUndefined();
});

test("a knob that was moved to a wrong value has no line in the code", () => {
  const settings = [{ of: "optimizer" as const, group: 0, name: "beta2", value: 1 }];
  const { refusal, refusalLine } = planned(saying({}), { settings });
  expect([refusal, refusalLine]).toEqual(["AdamW needs β₂ (beta2) below 1, got 1.", undefined]);
});

test("what a library settles without a word is a knob only where it is not as in PyTorch", () => {
  const names = (it: Detection, all = false) =>
    buildKnobs(planned(it), 0, all).flatMap(({ of, name }) => (of === "optimizer" ? [name] : []));
  expect(names(saying({}))).not.toContain("epsilonHat");
  expect(names(saying({}), true)).toContain("epsilonHat");
  const keras = { ...saying({ epsilonHat: 1 }, { framework: "keras" }), frameworkTitle: "Keras 3" };
  const knob = buildKnobs(planned(keras), 0).find(({ name }) => name === "epsilonHat");
  expect(knob).toMatchObject({ value: 1, origin: { kind: "default", text: "Keras arithmetic" } });
  const said = { ...saying({}), origins: [{ epsilonHat: unresolved(48, "cfg.hat") }] };
  expect(names(said)).toContain("epsilonHat");
});

test("the notes tell what the optimizer keeps for each parameter", () => {
  const notes = (optimizer: string) =>
    buildShow(planned(saying({}, { optimizer })), { run: 1, file: "a.py", group: 0 }).notes.map(({ text }) => text);
  expect(notes("AdamW")).toContain("Keeps 8 bytes a parameter between steps (float32)");
  expect(notes("Lion")).toContain("Keeps 4 bytes a parameter between steps (float32)");
});

test("the truth line is written out with every digit, step by step, epochs beside", () => {
  const it = planned(detection(), { settings: [{ of: "lab", group: 0, name: "steps", value: 4 }] });
  const line = truthOf({ ...it, controls: { steps: 4, stepsPerEpoch: 2 } });
  expect(truthCsv(line)).toBe(
    `step,epoch,backbone.learningRate,backbone.beta1,backbone.weightDecay,backbone.decayPerStep,head.learningRate,head.beta1,head.weightDecay
1,0,0.0005,0.9,0.01,0.000005,0.0003,0.9,0
2,0.5,0.0005,0.9,0.01,0.000005,0.0003,0.9,0
3,1,0.0005,0.9,0.01,0.000005,0.0003,0.9,0
4,1.5,0.0005,0.9,0.01,0.000005,0.0003,0.9,0
`,
  );
  expect(
    truthCsv(line, 2)
      .split("\n")
      .map((row) => row.split(",")[0]),
  ).toEqual(["step", "1", "3", "4", ""]);
});
