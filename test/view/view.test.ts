import { expect, test } from "vitest";
import { labs } from "../../src/core/labs/index.ts";
import type { Configuration, Show } from "../../src/protocol/index.ts";
import {
  applyChanges,
  buildKnobs,
  buildOrder,
  buildShow,
  difference,
  documentChanges,
  headline,
  plan,
  same,
  type Choosing,
  type Setting,
} from "../../src/view/index.ts";
import { configuration, detection } from "./detection.ts";

const choosing = (changed: Partial<Choosing> = {}): Choosing => ({
  detections: [detection()],
  chosen: 0,
  settings: [],
  ...changed,
});
const set = (of: Setting["of"], name: string, value: number, group = 0): Setting => ({ of, group, name, value });
const knob = (show: Show, name: string) => show.knobs.find((one) => one.name === name);
const show = (changed: Partial<Choosing> = {}, group = 0) =>
  buildShow(plan(choosing(changed)), { run: 3, file: "train.py", group });

test("without a choice it is the first lab on its first problem, with every control filled in", () => {
  const it = plan(choosing());
  const [first] = labs;
  expect(it.lab).toBe(first);
  expect(it.problem.name).toBe(first.problems[0]);
  expect(Object.keys(it.controls).sort()).toEqual(Object.keys(first.controls).sort());
  expect(it.refusal).toBeUndefined();
  expect(buildOrder(it, 3)).toMatchObject({ type: "run", run: 3, lab: first.name, seed: 1, configuration });
});

test("a lab's controls follow the configuration until they are set", () => {
  expect(plan(choosing()).controls["steps"]).toBe(600);
  const it = plan(choosing({ settings: [set("lab", "steps", 50)] }));
  expect(it.controls["steps"]).toBe(50);
  expect(it.originalControls["steps"]).toBe(600);
});

test("an experiment file says lab, problem, seed and controls", () => {
  const experiment = {
    lab: "training",
    seed: 9,
    controls: { steps: 12 },
    problem: { name: "noisy quadratic", values: { dimension: 7 } },
  };
  const it = plan(choosing({ detections: [detection({ experiment })] }));
  expect(buildOrder(it, 1)).toMatchObject({ lab: "training", seed: 9, controls: { steps: 12 } });
  expect(it.problem).toMatchObject({ name: "noisy quadratic", values: { dimension: 7 } });
  expect(it.originalProblem["dimension"]).toBe(7);
});

test("lists of an experiment file go with the order until their knob is moved, and count", () => {
  const experiment = { lab: "gradient flow", seed: 1, controls: {}, lists: { rates: [0.3, 0.1, 0.05] } };
  const sgd = { ...configuration, optimizer: "SGD", groups: [{ name: "all", values: { learningRate: 0.1 } }] };
  const detections = [detection({ experiment, configuration: sgd })];
  const it = plan(choosing({ detections }));
  expect(it.refusal).toBeUndefined();
  expect(buildOrder(it, 1)).toMatchObject({ lists: experiment.lists, controls: { rates: 3 } });
  const moved = plan(choosing({ detections, settings: [set("lab", "rates", 6)] }));
  expect(buildOrder(moved, 1).lists).toBeUndefined();
  expect(moved.controls["rates"]).toBe(6);
  expect(plan(choosing({ detections, lab: "training" })).beside).toEqual({});
  const other = detection({ experiment: { ...experiment, lists: { time: [1] } }, configuration: sgd });
  expect(plan(choosing({ detections: [other] })).refusal).toMatch(/takes no list as "time"/);
});

test("a name in an experiment file that its lab or problem does not have is refused, not passed over", () => {
  const refusal = (controls: Record<string, number>, values: Record<string, number>) =>
    plan(
      choosing({
        detections: [
          detection({
            experiment: { lab: "training", seed: 1, controls, problem: { name: "noisy quadratic", values } },
          }),
        ],
      }),
    ).refusal;
  expect(refusal({ step: 5 }, {})).toMatch(/^The lab "training" has no "step"; it has .*"steps"/);
  expect(refusal({}, { size: 5 })).toMatch(/^The problem "noisy quadratic" has no "size"; it has .*"dimension"/);
  expect(refusal({ steps: 5 }, { dimension: 5 })).toBeUndefined();
});

test("a problem given by data is offered only where the file gives it, and is left behind by another", () => {
  const problem = { name: "rosenbrock", data: { start: [-1, 1] } };
  const detections = [detection({ experiment: { lab: "training", seed: 1, controls: {}, problem } })];
  const given = plan(choosing({ detections }));
  expect(given.problem.data).toEqual(problem.data);
  expect(buildShow(given, { run: 1, file: "a", group: 0 }).problems.map(({ name }) => name)).toContain("rosenbrock");
  const other = plan(choosing({ detections, problem: "noisy quadratic" }));
  expect(other.problem.data).toBeUndefined();
  expect(show().problems.map(({ name }) => name)).not.toContain("rosenbrock");
});

test("an unknown lab or problem is named in the sentence, with those there are", () => {
  expect(() => plan(choosing({ lab: "astrology" }))).toThrow(/no lab "astrology"; known are "training"/);
  const experiment = { lab: "training", seed: 1, controls: {}, problem: { name: "life" } };
  expect(() => plan(choosing({ detections: [detection({ experiment })] }))).toThrow(/no problem "life"/);
});

test("an optimizer that has no arithmetic here is refused with a sentence and shown without charts", () => {
  const detections = [detection({ configuration: { ...configuration, optimizer: "Wanderer" } })];
  const it = plan(choosing({ detections }));
  expect(it.refusal).toBe("Wanderer is read, but not simulated yet.");
  expect(buildShow(it, { run: 1, file: "a.py", group: 0 })).toMatchObject({ optimizer: "Wanderer", charts: [] });
});

test("a schedule that could not be read is left out of the run, and the rate's chart says so", () => {
  const [backbone, head] = configuration.groups;
  const groups = [{ ...backbone, schedule: { name: "LambdaLR", values: {} } }, head];
  const it = plan(choosing({ detections: [detection({ configuration: { ...configuration, groups } })] }));
  expect(buildOrder(it, 1).configuration.groups.map(({ schedule }) => schedule)).toEqual([undefined, undefined]);
  const { charts } = buildShow(it, { run: 1, file: "a.py", group: 0 });
  expect(charts.find(({ id }) => id === "rate")?.assumption?.broken).toMatch(/^LambdaLR could not be read/);
  const formula = [{ ...backbone, schedule: { name: "LambdaLR", values: {}, formula: "0.9 ** e" } }, head];
  const readable = plan(
    choosing({ detections: [detection({ configuration: { ...configuration, groups: formula } })] }),
  );
  expect(readable.unread).toEqual([]);
});

test("knobs say what the code says, where, and what stands in", () => {
  const it = show();
  expect(knob(it, "learningRate")).toMatchObject({
    value: 5e-4,
    original: 5e-4,
    origin: { kind: "written", line: 48 },
  });
  expect(knob(it, "beta1")).toMatchObject({ value: 0.9, origin: { kind: "default", text: "PyTorch default" } });
  expect(knob(it, "epsilon")?.origin).toEqual({ kind: "unresolved", line: 48, text: "cfg.eps" });
  expect(knob(it, "steps")).toMatchObject({ of: "lab", origin: { kind: "control" } });
  expect(knob(show({}, 1), "learningRate")).toMatchObject({ value: 3e-4, origin: { line: 50 } });
});

test("a moved knob changes the value and keeps the original", () => {
  const it = show({ settings: [set("optimizer", "learningRate", 1e-3)] });
  expect(knob(it, "learningRate")).toMatchObject({ value: 1e-3, original: 5e-4 });
});

test("every number of a show survives JSON, whatever the code says", () => {
  const [backbone, head] = configuration.groups;
  const odd = { ...backbone, values: { ...backbone.values, epsilon: Infinity, weightDecay: NaN } };
  const detections = [detection({ configuration: { ...configuration, groups: [odd, head] } })];
  const it = plan(choosing({ detections }));
  expect(it.refusal).toMatch(/^(epsilon|weightDecay) of backbone is (Infinity|NaN), which cannot be simulated\.$/);
  const made = buildShow(it, { run: 1, file: "a.py", group: 0 });
  expect(JSON.parse(JSON.stringify(made))).toEqual(made);
});

test("settings reach schedules inside schedules, and only the group they are of", () => {
  const nested: Configuration = {
    ...configuration,
    groups: [
      {
        name: "all",
        values: { learningRate: 1 },
        schedule: {
          name: "SequentialLR",
          values: {},
          points: [5],
          parts: [
            { name: "LinearLR", values: { startFactor: 0.1 } },
            { name: "StepLR", values: { stepSize: 3, gamma: 0.5 } },
          ],
        },
      },
      { name: "other", values: { learningRate: 2 } },
    ],
  };
  const changed = applyChanges(nested, [set("schedule", "parts.1.gamma", 0.9), set("optimizer", "learningRate", 3, 1)]);
  expect(changed.groups[0].schedule?.parts).toEqual([
    { name: "LinearLR", values: { startFactor: 0.1 } },
    { name: "StepLR", values: { stepSize: 3, gamma: 0.9 } },
  ]);
  expect(changed.groups.map(({ values }) => values["learningRate"])).toEqual([1, 3]);
  expect(nested.groups[0].schedule?.parts?.[1].values).toEqual({ stepSize: 3, gamma: 0.5 });
});

test("settings of problem and lab are nothing that a document can take", () => {
  const settings = [set("optimizer", "beta1", 0.8, 1), set("schedule", "gamma", 0.5), set("lab", "steps", 5)];
  expect(documentChanges(settings)).toEqual([
    { group: 1, name: "beta1", value: 0.8 },
    { group: 0, name: "schedule.gamma", value: 0.5 },
  ]);
});

test("a headline has the rates of all groups and the memory of every average", () => {
  expect(headline(detection())).toBe("AdamW η 5e-4 / 3e-4 · memory 10 / 50 steps");
  const plain = { framework: "torch", optimizer: "SGD", groups: [{ name: "all", values: { learningRate: 0.1 } }] };
  expect(headline(detection({ configuration: plain, origins: [] }))).toBe("SGD η 0.1");
});

test("what differed in a former run is told by its knob's former value", () => {
  const before = plan(choosing());
  const faster = plan(choosing({ settings: [set("optimizer", "learningRate", 1e-3)] }));
  expect(difference(before, faster)).toBe("η 5e-4");
  expect(difference(faster, before)).toBe("η 1e-3");
  expect(difference(before, plan(choosing()))).toBeUndefined();
  expect(same(before, plan(choosing()))).toBe(true);
  const three = plan(
    choosing({ settings: ["learningRate", "beta1", "weightDecay"].map((name) => set("optimizer", name, 0.5)) }),
  );
  expect(difference(before, three)).toBe("η 5e-4, β₁ 0.9 …");
  expect(difference(before, plan(choosing({ settings: [set("optimizer", "learningRate", 1, 1)] })))).toBe(
    "η 3e-4 (head)",
  );
});

test("texts of a problem come from its file, are typed over, and differ by name", () => {
  const given = {
    lab: "stationary density",
    seed: 1,
    controls: {},
    problem: { name: "formula", data: { loss: "x^2" } },
  };
  const file = { lab: given.lab, detections: [detection({ experiment: given })] };
  const [loss, spread] = show(file).texts ?? [];
  expect(loss).toMatchObject({ name: "loss", value: "x^2", original: "x^2" });
  expect(spread).toMatchObject({ name: "spread", value: "1", original: "1" });
  const typed = { ...file, texts: { loss: "x^4" } };
  expect(show(typed).texts?.[0]).toMatchObject({ value: "x^4", original: "x^2" });
  expect(plan(choosing(typed)).problem.data).toEqual({ loss: "x^4" });
  expect(difference(plan(choosing(typed)), plan(choosing(file)))).toBe("L(θ) = x^4");
  expect(plan(choosing({ ...file, texts: { loss: "x^3" } })).refusal).toMatch(/^L = x\^3 falls without end/);
  expect(show({ lab: given.lab }).texts).toBeUndefined();
});

test("a show names the labs, the groups, the other optimizers of the file and the notes", () => {
  const made = buildShow(plan(choosing({ detections: [detection(), detection({ line: 60 })], chosen: 1 })), {
    run: 3,
    file: "train.py",
    group: 5,
  });
  expect(made).toMatchObject({
    type: "show",
    run: 3,
    optimizer: "AdamW",
    file: "train.py",
    line: 60,
    chosen: 1,
    group: 1,
  });
  expect(made.labs.map(({ name }) => name)).toEqual(labs.map(({ name }) => name));
  expect(made.groups).toEqual(["backbone", "head"]);
  expect(made.choices.map(({ line }) => line)).toEqual([48, 60]);
  expect(made.notes.at(0)?.text).toBe("read from a branch");
  expect(made.notes.length).toBeGreaterThan(1);
  expect(made.charts.length).toBeGreaterThan(0);
  expect(buildKnobs(plan(choosing()), 7).map(({ of }) => of)).not.toContain("optimizer");
});
