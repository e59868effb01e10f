import fc from "fast-check";
import { expect, test } from "vitest";
import type { Detection, Origin } from "../../src/documents/document.ts";
import { editsFor, previewFor, type TextEdit, type ValueChange } from "../../src/documents/edit.ts";
import { readExperiment } from "../../src/documents/frameworks/experiment.ts";
import { writeExperiment } from "../../src/documents/frameworks/experimentWrite.ts";
import { spellNumber } from "../../src/documents/spelling.ts";
import type { ScheduleConfiguration } from "../../src/protocol/index.ts";
import { anyConfiguration } from "./experimentCases.ts";

const apply = (text: string, edits: readonly TextEdit[]): string =>
  edits.reduceRight((now, { span, text: put }) => now.slice(0, span.from) + put + now.slice(span.to), text);
const only = (text: string): Detection => {
  const detection = readExperiment(text).detections.at(0);
  if (!detection) throw new Error(`Nothing read from ${text}`);
  return detection;
};
const changed = (text: string, ...changes: ValueChange[]): string => {
  const { edits, refused } = editsFor(only(text), changes);
  expect(refused).toEqual([]);
  return apply(text, edits);
};
const set = (name: string, value: number, group = 0): ValueChange => ({ group, name, value });

test("numbers are spelled as a person types them, with every digit", () => {
  const spelled = [1e-3, 3e-4, 0.9, 0.999, 0.01, 2.5e-4, 1e-8, 1000, 1_000_000, 0, -0, -0.5, 1.5e7, 1e20, 0.1 + 0.2];
  expect(spelled.map(spellNumber)).toEqual([
    ...["1e-3", "3e-4", "0.9", "0.999", "0.01", "2.5e-4", "1e-8", "1000", "1000000", "0", "0", "-0.5", "15000000"],
    ...["1e20", "0.30000000000000004"],
  ]);
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (x) => {
      expect(Number(spellNumber(x))).toBe(x === 0 ? 0 : x);
    }),
    { seed: 1 },
  );
});

/** A detection whose numbers stand in a Python text, as a reader of Python would hand it over. */
function detectionOf(origins: Record<string, Origin>[], values: Record<string, number>[]): Detection {
  return {
    framework: "torch",
    frameworkTitle: "PyTorch 2.x",
    span: { from: 0, to: 60 },
    line: 1,
    configuration: {
      framework: "torch",
      optimizer: "SGD",
      groups: values.map((it, i) => ({ name: `group ${i}`, values: it })),
    },
    origins,
    spelled: { optimizer: "SGD", hyperparameters: {} },
    notes: [],
  };
}
const site = (from: number, to: number, template: string, note?: string): Origin => ({
  kind: from === to ? "default" : "written",
  span: { from, to },
  line: 1,
  site: { span: { from, to }, template, ...(note !== undefined && { note }) },
});

test("hyperparameters of one tuple are written in one edit, the other keeping its value", () => {
  const text = "Adam(p, lr=0.1, betas=(0.9, 0.999))";
  const both = site(22, 34, "({beta1}, {beta2})");
  const detection = detectionOf(
    [{ learningRate: site(11, 14, "{learningRate}"), beta1: both, beta2: both }],
    [{ learningRate: 0.1, beta1: 0.9, beta2: 0.999 }],
  );
  expect(apply(text, editsFor(detection, [set("beta2", 0.95)]).edits)).toBe("Adam(p, lr=0.1, betas=(0.9, 0.95))");
  const all = editsFor(detection, [set("beta2", 0.95), set("beta1", 0.8), set("learningRate", 1e-3)]);
  expect(all.edits).toHaveLength(2);
  expect(apply(text, all.edits)).toBe("Adam(p, lr=1e-3, betas=(0.8, 0.95))");
});

test("arguments added at one place are parted by one comma", () => {
  const added = (text: string, at: number, first: string, second: string) => {
    const detection = detectionOf(
      [{ momentum: site(at, at, first), nesterov: site(at, at, second) }],
      [{ momentum: 0, nesterov: 0 }],
    );
    return apply(text, editsFor(detection, [set("momentum", 0.9), set("nesterov", 1)]).edits);
  };
  expect(added("SGD(p)", 5, ", momentum={momentum}", ", nesterov={nesterov:bool}")).toBe(
    "SGD(p, momentum=0.9, nesterov=True)",
  );
  expect(added("SGD(p, )", 7, "momentum={momentum}", "nesterov={nesterov:bool}")).toBe(
    "SGD(p, momentum=0.9, nesterov=True)",
  );
  expect(added("SGD(p, )", 7, "momentum={momentum},", " nesterov={nesterov:bool},")).toBe(
    "SGD(p, momentum=0.9, nesterov=True,)",
  );
});

test("what cannot be written is refused with a reason, and the rest is written", () => {
  const text = "SGD(p, lr=args.lr, momentum=0.9)";
  const lr: Origin = { kind: "unresolved", span: { from: 10, to: 17 }, text: "args.lr", line: 1 };
  const detection = detectionOf([{ learningRate: lr, momentum: site(28, 31, "{momentum}") }], [{ momentum: 0.9 }]);
  const { edits, refused } = editsFor(detection, [
    set("learningRate", 0.1),
    set("momentum", 0.5),
    set("beta1", 0.5),
    set("momentum", Number.NaN),
    set("momentum", 0.5, 3),
  ]);
  expect(apply(text, edits)).toBe("SGD(p, lr=args.lr, momentum=0.5)");
  expect(refused.map(({ name }) => name)).toEqual(["learningRate", "beta1", "momentum", "momentum"]);
  expect(refused[0].reason).toBe("args.lr is not known from this file, so it stays as it is.");
  expect(refused[2].reason).toBe("momentum needs a finite number.");
});

test("two groups that take a value from one place cannot be given two", () => {
  const shared = site(10, 13, "{learningRate}", "in place of BASE");
  const detection = detectionOf(
    [{ learningRate: shared }, { learningRate: shared }],
    [{ learningRate: 0.1 }, { learningRate: 0.1 }],
  );
  const two = editsFor(detection, [set("learningRate", 0.2), set("learningRate", 0.3, 1)]);
  expect(two.edits).toEqual([{ span: { from: 10, to: 13 }, text: "0.2" }]);
  expect(two.refused).toHaveLength(1);
  expect(previewFor(detection, [set("learningRate", 0.2)], "train.py", () => "η")).toEqual([
    {
      symbol: "η",
      from: "0.1",
      to: "0.2",
      where: "train.py:1",
      line: 1,
      note: "in place of BASE; also changes group 1",
    },
  ]);
});

test("an experiment file takes new values where the old ones stand, and adds what it lacks", () => {
  const text = `{
  "configuration": {
    "optimizer": "SGD",
    "hyperparameters": {
      "lr": 0.1, // the rate
      "nesterov": false
    },
    "schedule": {"name": "StepLR", "step_size": 30}
  }
}`;
  expect(changed(text, set("learningRate", 3e-4), set("nesterov", 1), set("momentum", 0.9), set("schedule.gamma", 0.5)))
    .toBe(`{
  "configuration": {
    "optimizer": "SGD",
    "hyperparameters": {
      "lr": 3e-4, // the rate
      "nesterov": true,
      "momentum": 0.9
    },
    "schedule": {"name": "StepLR", "step_size": 30, "gamma": 0.5}
  }
}`);
  expect(
    changed('{"configuration": {"optimizer": "Adam", "hyperparameters": {}}}', set("beta1", 0.8), set("amsgrad", 1)),
  ).toBe('{"configuration": {"optimizer": "Adam", "hyperparameters": { "beta1": 0.8, "amsgrad": true }}}');
  const bare = changed('{"configuration": {"optimizer": "SGD"}}', set("momentum", 0.8), set("learningRate", 1));
  expect(only(bare).configuration.groups[0].values).toMatchObject({ momentum: 0.8, learningRate: 1, dampening: 0 });
});

test("nothing is added to an experiment file that does not parse", () => {
  const { edits, refused } = editsFor(only('{"configuration": {"optimizer": "SGD", "hyperparameters": {"lr": 1,, }}'), [
    set("momentum", 0.9),
  ]);
  expect(edits).toEqual([]);
  expect(refused).toHaveLength(1);
});

/** Every knob of a schedule, its parts' too, by the name that origins use. */
const knobs = (schedule: ScheduleConfiguration | undefined, prefix = "schedule."): [string, number][] => [
  ...Object.entries(schedule?.values ?? {}).map(([name, value]): [string, number] => [prefix + name, value]),
  ...(schedule?.parts ?? []).flatMap((part, i) => knobs(part, `${prefix}parts.${i}.`)),
];
test("after the edits an experiment file says the changed values and nothing else has changed", () => {
  fc.assert(
    fc.property(
      anyConfiguration,
      fc.array(fc.tuple(fc.nat(99), fc.nat(99), fc.double({ min: 1e-9, max: 1e5, noNaN: true })), {
        minLength: 1,
        maxLength: 5,
      }),
      (configuration, picks) => {
        const text = writeExperiment({ configuration, lab: "training", seed: 1, controls: {} });
        const before = only(text);
        const changes = new Map<string, ValueChange>();
        for (const [whichGroup, whichName, number] of picks) {
          const group = whichGroup % configuration.groups.length;
          const it = before.configuration.groups[group];
          const all = [...Object.entries(it.values), ...knobs(it.schedule)];
          const [name] = all[whichName % all.length];
          const isFlag = before.origins[group][name].site?.template.includes(":bool") ?? false;
          const place = JSON.stringify(before.origins[group][name].site);
          changes.set(place, set(name, isFlag ? Math.round(number) % 2 : number, group));
        }
        const { edits, refused } = editsFor(before, [...changes.values()]);
        expect(refused).toEqual([]);
        const after = only(apply(text, edits));
        before.configuration.groups.forEach((group, i) => {
          const now = after.configuration.groups[i];
          const nowAll = new Map([...Object.entries(now.values), ...knobs(now.schedule)]);
          for (const [name, value] of [...Object.entries(group.values), ...knobs(group.schedule)]) {
            const change = changes.get(JSON.stringify(before.origins[i][name].site));
            expect(nowAll.get(name)).toBe(change ? change.value : value);
          }
        });
        expect({ ...after.configuration, groups: [] }).toEqual({ ...before.configuration, groups: [] });
      },
    ),
    { seed: 5, numRuns: 300 },
  );
});
