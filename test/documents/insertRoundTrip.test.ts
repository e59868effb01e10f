import fc from "fast-check";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { beforeAll, expect, test } from "vitest";
import { parseFormula } from "../../src/core/formula.ts";
import { editsFor, type ValueChange } from "../../src/documents/edit.ts";
import { schedules } from "../../src/documents/vocabulary/index.ts";
import { loadPython, readDocument } from "../../src/documents/index.ts";
import { insertPlan, type InsertRequest } from "../../src/documents/insert.ts";
import { plainSnippet } from "../../src/documents/spellSnippet.ts";
import type { Configuration, ScheduleConfiguration } from "../../src/protocol/index.ts";
import { anyConfiguration } from "./experimentCases.ts";

const find = createRequire(import.meta.url).resolve;
beforeAll(async () => {
  await loadPython(
    readFileSync(find("web-tree-sitter/web-tree-sitter.wasm")),
    readFileSync(find("@vscode/tree-sitter-wasm/wasm/tree-sitter-python.wasm")),
  );
});

const read = (text: string) => readDocument(text, "python", "train.py").detections;
function inserted(text: string, at: number, over: Partial<InsertRequest>): string | undefined {
  const plan = insertPlan({
    ...{ text, selection: { from: at, to: at }, framework: "torch", notes: [], detections: read(text) },
    ...over,
    configuration: over.configuration ?? { framework: "torch", optimizer: "SGD", groups: [] },
  });
  if (!plan) return undefined;
  return [{ span: plan.span, text: plainSnippet(plan.snippet) }, ...(plan.imports ? [plan.imports] : [])]
    .sort((a, b) => b.span.from - a.span.from)
    .reduce((now, { span, text: put }) => now.slice(0, span.from) + put + now.slice(span.to), text);
}

/** What a scheduler in a program can say: lengths of its own, no share of a run, no schedule where there is none. */
function sayable(schedule: ScheduleConfiguration): ScheduleConfiguration {
  const values = Object.fromEntries(
    Object.entries(schedule.values).map(([name, value]) => [
      name,
      name === "warmupFraction" ? 0 : name === "length" && value === 0 ? 7 : value,
    ]),
  );
  return { ...schedule, values, ...(schedule.parts && { parts: schedule.parts.map(sayable) }) };
}
/** A scheduler, made for an optimizer of PyTorch's. */
const speaks = ({ name, parts = [] }: ScheduleConfiguration): boolean =>
  name !== "constant" &&
  /^(?:torch|transformers|deepspeed)$/.test(schedules[name]?.library ?? "") &&
  parts.every(speaks);
const torchConfiguration = anyConfiguration.map((configuration): Configuration => {
  const schedule = configuration.groups.map((group) => group.schedule).find((it) => it && speaks(it));
  return {
    framework: "torch",
    optimizer: configuration.optimizer,
    groups: configuration.groups.map(({ values }, i) => ({
      name: configuration.groups.length === 1 ? "all parameters" : `part${i}`,
      values,
      ...(schedule && { schedule: sayable(schedule) }),
    })),
  };
});
const start = "import torch\nfrom torch import nn\n\n\ndef main():\n    model = Network()\n    ";

test("what is inserted in PyTorch's words reads back as it was", () => {
  fc.assert(
    fc.property(torchConfiguration, (configuration) => {
      const text = inserted(start, start.length, { configuration });
      if (text === undefined) throw new Error("Nothing was written");
      const [detection] = read(text);
      const all = ({ optimizer, groups }: Configuration) => ({
        optimizer,
        groups: groups.map(({ schedule, ...rest }) => ({ ...rest, schedule: schedule && plainly(schedule) })),
      });
      expect(all(detection.configuration), text).toEqual(all(configuration));
      expect(read(text)).toHaveLength(1);
    }),
    { seed: 21, numRuns: 300 },
  );
});
/**
 * A step is what a count is where nothing says otherwise; a formula counts by its values, not by its brackets. Whose rate a
 * schedule takes shares of follows from the groups.
 */
function plainly({ interval, parts, formula, values: all, ...rest }: ScheduleConfiguration): object {
  const values = Object.fromEntries(Object.entries(all).filter(([name]) => name !== "optimizerRate"));
  expect(interval ?? "step").toBe("step");
  const factor = formula === undefined ? undefined : parseFormula(formula);
  return {
    ...rest,
    values,
    ...(parts && { parts: parts.map(plainly) }),
    ...(factor && { factors: [0, 1, 2, 7, 19, 20, 300].map((e) => factor(e)) }),
  };
}

test("a construction that is replaced reads as what it was replaced by", () => {
  fc.assert(
    fc.property(torchConfiguration, torchConfiguration, (first, second) => {
      const before = inserted(start, start.length, { configuration: { ...first, groups: first.groups.slice(0, 1) } });
      if (before === undefined) throw new Error("Nothing was written");
      const [there] = read(before);
      const one = { ...second, groups: second.groups.slice(0, 1) };
      const after = inserted(before, there.span.from + 3, { configuration: one });
      const [now] = read(after ?? "");
      expect(now.configuration.optimizer).toBe(one.optimizer);
      expect(now.configuration.groups[0].values, after).toEqual(one.groups[0].values);
      expect(read(after ?? "")).toHaveLength(1);
    }),
    { seed: 22, numRuns: 100 },
  );
});

const number = fc.double({ min: 1e-9, max: 1e5, noNaN: true });
test("after the edits a script says the changed values and nothing else has changed", () => {
  fc.assert(
    fc.property(
      torchConfiguration,
      fc.array(fc.tuple(fc.nat(99), number), { minLength: 1, maxLength: 4 }),
      (it, picks) => {
        const text = inserted(start, start.length, { configuration: { ...it, groups: it.groups.slice(0, 1) } });
        const [before] = read(text ?? "");
        const names = Object.keys(before.configuration.groups[0].values);
        const changes = new Map<string, ValueChange>();
        for (const [pick, value] of picks) {
          const name = names[pick % names.length];
          const { template = "" } = before.origins[0][name].site ?? {};
          const words = template.split(`{${name}|`).at(1)?.split("}").at(0)?.split("|").length;
          const kinds = template.includes(`{${name}:bool}`) ? 2 : words;
          changes.set(name, { group: 0, name, value: kinds === undefined ? value : Math.round(value) % kinds });
        }
        const { edits, refused } = editsFor(before, [...changes.values()]);
        expect(refused, text).toEqual([]);
        const changed = edits.reduceRight(
          (now, { span, text: put }) => now.slice(0, span.from) + put + now.slice(span.to),
          text ?? "",
        );
        const [after] = read(changed);
        for (const name of names)
          expect(after.configuration.groups[0].values[name], `${name} in ${changed}`).toBe(
            changes.get(name)?.value ?? before.configuration.groups[0].values[name],
          );
        expect(after.configuration.groups[0].schedule).toEqual(before.configuration.groups[0].schedule);
      },
    ),
    { seed: 23, numRuns: 200 },
  );
});

test("TrainingArguments read back as they were", () => {
  const values = {
    learningRate: 3e-5,
    beta1: 0.9,
    beta2: 0.98,
    epsilon: 1e-6,
    weightDecay: 0.1,
    amsgrad: 0,
    maximize: 0,
  };
  const kinds: (ScheduleConfiguration | undefined)[] = [
    undefined,
    { name: "get_linear_schedule_with_warmup", values: { warmup: 50, length: 800 } },
    { name: "get_cosine_schedule_with_warmup", values: { warmup: 0, length: 800, cycles: 0.5 } },
    { name: "get_constant_schedule_with_warmup", values: { warmup: 50 } },
  ];
  for (const schedule of kinds) {
    const configuration: Configuration = {
      ...{ framework: "transformers", optimizer: "AdamW", batchSize: 32, accumulation: 4, steps: 800 },
      clip: { type: "norm", max: 0.5 },
      groups: [{ name: "all parameters", values, ...(schedule && { schedule }) }],
    };
    const text = inserted("", 0, { framework: "transformers", configuration });
    const [detection] = read(text ?? "");
    expect(detection.framework).toBe("transformers");
    const { optimizer, groups, batchSize, accumulation, steps, clip } = detection.configuration;
    expect({ optimizer, batchSize, accumulation, steps, clip }).toEqual({
      ...{ optimizer: "AdamW", batchSize: 32, accumulation: 4, steps: 800 },
      clip: { type: "norm", max: 0.5 },
    });
    expect(groups[0].values).toMatchObject(values);
    if (schedule) expect(groups[0].schedule).toMatchObject({ name: schedule.name, values: schedule.values });
    else expect(groups[0].schedule?.name ?? "constant").toMatch(/^(?:get_constant_schedule|constant)$/);
  }
});

test("the examples are read, and can be replaced in their place", () => {
  for (const [name, optimizer, framework] of [
    ["mnist.py", "AdamW", "torch"],
    ["langevin.py", "SGD", "torch"],
    ["finetune.py", "AdamW", "transformers"],
  ] as const) {
    const text = readFileSync(new URL(`../../examples/${name}`, import.meta.url), "utf8");
    const found = read(text);
    expect(found).toHaveLength(1);
    expect(found[0].configuration.optimizer).toBe(optimizer);
    expect(found[0].framework).toBe(framework);
    const [group] = found[0].configuration.groups;
    const configuration: Configuration = {
      ...{ framework, optimizer: "AdamW" },
      groups: [{ name: "all parameters", values: { ...group.values, learningRate: 0.0125 } }],
    };
    const after = inserted(text, found[0].span.from + 2, { framework, configuration }) ?? "";
    expect(read(after)[0].configuration.optimizer).toBe("AdamW");
    expect(after).toContain("0.0125");
  }
});

test("mnist.py means a warm-up of 200 steps and a cosine over the rest for two groups", () => {
  const text = readFileSync(new URL("../../examples/mnist.py", import.meta.url), "utf8");
  const { configuration } = read(text)[0];
  expect(configuration).toMatchObject({ batchSize: 128, epochs: 4, clip: { type: "norm", max: 1 } });
  expect(configuration.groups.map(({ name, values }) => [name, values["learningRate"], values["weightDecay"]])).toEqual(
    [
      ["backbone", 2.5e-4, 0.05],
      ["head", 1e-3, 0.05],
    ],
  );
  for (const { schedule } of configuration.groups) {
    expect(schedule).toMatchObject({ name: "SequentialLR", points: [200], interval: "step" });
    expect(schedule?.parts?.map(({ values }) => values["length"])).toEqual([200, 4 * 468 - 200]);
  }
});
