import fc from "fast-check";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { parse } from "jsonc-parser";
import { expect, test } from "vitest";
import { labs } from "../../src/core/labs/index.ts";
import { optimizers } from "../../src/core/optimizers/index.ts";
import { problems } from "../../src/core/problems/index.ts";
import { schedules } from "../../src/core/schedules/index.ts";
import { problemChoices, problemsByData, readExperiment } from "../../src/documents/frameworks/experiment.ts";
import { experimentProblems } from "../../src/documents/frameworks/experimentProblems.ts";
import { writeExperiment } from "../../src/documents/frameworks/experimentWrite.ts";
import { canonicalNames, libraries, schedules as scheduleWords } from "../../src/documents/vocabulary/index.ts";
import { experimentSchema, type Schema } from "../../src/view/experimentSchema.ts";
import { anyConfiguration } from "./experimentCases.ts";

const root = path.join(import.meta.dirname, "../..");
const frame = JSON.parse(readFileSync(path.join(root, "schemas/frame.json"), "utf8")) as Schema;
const schema = experimentSchema(frame);
const definition = (name: string): Schema => schema.definitions?.[name] ?? {};

const typeOf = (value: unknown): string =>
  value === null ? "null" : Array.isArray(value) ? "array" : Number.isInteger(value) ? "integer" : typeof value;
/** As much of draft 7 as the schema uses; the paths of what it refuses. */
function refused(it: Schema, value: unknown, at = "$"): string[] {
  const reference = typeof it["$ref"] === "string" ? definition(it["$ref"].replace("#/definitions/", "")) : undefined;
  const found: string[] = reference ? refused(reference, value, at) : [];
  const types = it["type"] === undefined ? undefined : [it["type"]].flat();
  const type = typeOf(value);
  if (types && !types.includes(type) && !(type === "integer" && types.includes("number"))) found.push(`${at}: ${type}`);
  if (it.enum && !it.enum.includes(value)) found.push(`${at}: ${String(value)}`);
  if ("const" in it && it["const"] !== value) found.push(`${at}: not ${String(it["const"])}`);
  const alternatives = (it.anyOf ?? []).map((one) => refused(one, value, at));
  if (alternatives.every((one) => one.length > 0)) found.push(...(alternatives.at(0) ?? []));
  for (const one of (it["allOf"] ?? []) as Schema[]) found.push(...refused(one, value, at));
  if (it["if"]) {
    const holds = refused(it["if"] as Schema, value, at).length === 0;
    if (holds && it["then"]) found.push(...refused(it["then"] as Schema, value, at));
  }
  if (typeof value === "number") {
    if (value < Number(it["minimum"] ?? -Infinity)) found.push(`${at}: below ${String(it["minimum"])}`);
    if (value <= Number(it["exclusiveMinimum"] ?? -Infinity)) found.push(`${at}: not above`);
  }
  if (Array.isArray(value))
    value.forEach((item, i) => found.push(...refused((it["items"] ?? {}) as Schema, item, `${at}[${i}]`)));
  else if (typeof value === "object" && value !== null) {
    for (const name of (it["required"] ?? []) as string[]) if (!(name in value)) found.push(`${at}: no ${name}`);
    for (const [name, inner] of Object.entries(value)) {
      const own = it.properties?.[name];
      const others = it["additionalProperties"];
      if (own) found.push(...refused(own, inner, `${at}.${name}`));
      else if (others === false) found.push(`${at}.${name}: unknown`);
      else if (others) found.push(...refused(others as Schema, inner, `${at}.${name}`));
    }
  }
  return found;
}

test.each(readdirSync(path.join(root, "examples")).filter((name) => name.endsWith(".optlab.json")))(
  "the example %s keeps the schema and has no problem",
  (name) => {
    const text = readFileSync(path.join(root, "examples", name), "utf8");
    expect(refused(schema, parse(text))).toEqual([]);
    expect(experimentProblems(text)).toEqual([]);
    const { experiment, configuration } = readExperiment(text).detections[0];
    const lab = labs.find((it) => it.name === experiment?.lab);
    expect(lab?.problems).toContain(experiment?.problem?.name);
    for (const control of Object.keys(experiment?.controls ?? {})) expect(lab?.controls).toHaveProperty(control);
    expect(optimizers.map((it) => it.name)).toContain(configuration.optimizer);
  },
);

test("whatever is written keeps the schema", () => {
  const problem = { name: "rosenbrock", data: { a: 1, b: 100, start: [-1.2, 1] } };
  fc.assert(
    fc.property(anyConfiguration, (configuration) => {
      const text = writeExperiment({ configuration, lab: "training", seed: 1, controls: { steps: 9 }, problem });
      expect(refused(schema, JSON.parse(text)).filter((it) => !/: not above|: below/.test(it))).toEqual([]);
    }),
    { seed: 9, numRuns: 100 },
  );
});

test("the schema refuses what is wrong", () => {
  const bad = (text: string) => refused(schema, JSON.parse(text)).join("; ");
  expect(bad("{}")).toBe("$: no configuration");
  expect(bad('{"configuration": {"optimizer": "SGD", "hyperparameters": {"lr": "fast"}}}')).toMatch(/lr: string/);
  expect(bad('{"configuration": {"optimizer": "SGD"}, "lab": "kitchen"}')).toBe("$.lab: kitchen");
  expect(bad('{"configuration": {"optimizer": "SGD"}, "problem": {"name": "gradients"}}')).toMatch(/no gradients/);
});

test("the schema offers exactly the labs, problems, optimizers and schedules there are", () => {
  const offered = (it: Schema | undefined) => it?.enum ?? it?.anyOf?.[0]?.enum ?? [];
  const names = (list: readonly { readonly name: string }[]) => list.map(({ name }) => name).sort();
  expect([...offered(schema.properties?.["lab"])].sort()).toEqual(names(labs));
  expect([...offered(definition("problem").properties?.["name"])].sort()).toEqual(names(problems));
  expect([...offered(definition("configuration").properties?.["optimizer"])].sort()).toEqual(names(optimizers));
  expect([...offered(definition("scheduleName"))].sort()).toEqual(names(schedules));
});

test("the schema says what every knob is", () => {
  const said = (it: Schema | undefined) => Object.keys(it?.properties ?? {});
  const knobs = (list: readonly object[]) => [...new Set(list.flatMap((it) => Object.keys(it)))];
  const all = (it: Schema | undefined, names: readonly string[]) =>
    expect(names.filter((name) => !said(it).includes(name))).toEqual([]);
  all(schema.properties?.["controls"], knobs(labs.map(({ controls }) => controls)));
  all(definition("problem"), knobs(problems.map(({ hyperparameters }) => hyperparameters)));
  all(definition("hyperparameters"), knobs(optimizers.map(({ hyperparameters }) => hyperparameters)));
  all(definition("schedule"), knobs(schedules.map(({ hyperparameters }) => hyperparameters)));
});

test("the words of files are those of the mathematics, hyperparameter by hyperparameter", () => {
  const namesOf = (all: readonly { readonly names: readonly string[] }[]) => all.flatMap(({ names }) => names).sort();
  for (const { name: library, optimizers: all } of libraries)
    for (const { className, optimizer, arguments: words, fixed = {}, before } of all) {
      const known = Object.keys(optimizers.find(({ name }) => name === optimizer)?.hyperparameters ?? {});
      const said = [...namesOf(words), ...Object.keys(fixed), ...Object.keys(before?.fixed ?? {})];
      expect(
        said.filter((name) => !known.includes(name)),
        `${library} ${className}`,
      ).toEqual([]);
    }
  for (const { name, hyperparameters } of optimizers)
    expect(
      Object.keys(hyperparameters).filter((it) => !canonicalNames(name).includes(it)),
      name,
    ).toEqual([]);
  for (const it of schedules) {
    const { arguments: words = [], more = [] } = scheduleWords[it.name] ?? {};
    expect([...namesOf(words), ...more].sort(), it.name).toEqual(Object.keys(it.hyperparameters).sort());
  }
  const given = problems.filter(({ givenByData }) => givenByData).map(({ name }) => name);
  expect([...problemsByData].sort()).toEqual(given.sort());
  const choices = problems.flatMap(({ hyperparameters }) =>
    Object.entries(hyperparameters).flatMap(([name, it]) => (it.choices ? [[name, it.choices]] : [])),
  );
  expect(problemChoices).toEqual(Object.fromEntries(choices));
});

test("a problem's choice is written by its word or its index", () => {
  for (const activation of ["ReLU", 1]) {
    const problem = { name: "network digits", activation };
    const text = JSON.stringify({ lab: "training", problem, configuration: { optimizer: "SGD" } });
    expect(refused(schema, JSON.parse(text))).toEqual([]);
    const [{ experiment }] = readExperiment(text).detections;
    expect(experiment?.problem).toEqual({ name: "network digits", values: { activation: 1 } });
  }
});

test("controls that a lab takes as a list may be one", () => {
  const file = (controls: object) => ({ lab: "gradient flow", controls, configuration: { optimizer: "SGD" } });
  expect(refused(schema, file({ rates: [0.2, 0.1] }))).toEqual([]);
  expect(refused(schema, file({ rates: 4 }))).toEqual([]);
  expect(refused(schema, file({ rates: ["a"] }))).not.toEqual([]);
  expect(refused(schema, file({ replicas: [1] }))).not.toEqual([]);
});
