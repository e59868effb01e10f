import { beforeAll, describe, expect, test } from "vitest";
import { readExperiment } from "../../src/documents/frameworks/experiment.ts";
import { writeForLibrary } from "../../src/documents/frameworks/libraryWrite.ts";
import { ofTheLoop } from "../../src/documents/frameworks/libraryPlaces.ts";
import { plainSnippet } from "../../src/documents/spellSnippet.ts";
import { libraries, libraryDefaults, type OptimizerWords } from "../../src/documents/vocabulary/index.ts";
import type { Configuration, ScheduleConfiguration } from "../../src/protocol/index.ts";
import { only, ready } from "./python.ts";

// What is written in a library's words says the same again when it is read.

beforeAll(ready);
const style = { prefix: "torch.optim.", parameters: "model.parameters()", target: "optimizer", indent: "    " };
const written = (configuration: Configuration): string => {
  const snippet = writeForLibrary(configuration.framework, configuration, [], style);
  if (!snippet) throw new Error(`${configuration.framework} has no words for ${configuration.optimizer}.`);
  return `${snippet.imports.join("\n")}\n${plainSnippet(snippet.body)}\n`;
};
/** Every value another one than the library's default, where there is another. */
function unusual(words: OptimizerWords): Record<string, number> {
  const values: Record<string, number> = { learningRate: 0.0625, ...libraryDefaults(words) };
  for (const { names, flag, choices, defaults, word } of words.arguments) {
    if (ofTheLoop[words.className]?.includes(word)) continue;
    names.forEach((name, i) => {
      const standard = defaults?.[flag ? 0 : i] ?? 0.1;
      values[name] = flag ? 1 - standard : choices ? (standard + 1) % choices.length : standard * 0.75 + 0.015625;
    });
  }
  return values;
}
const configurationOf = (framework: string, words: OptimizerWords, values: Record<string, number>): Configuration => ({
  framework,
  optimizer: words.optimizer,
  groups: [{ name: "all parameters", values }],
});
/** The arguments of a construct as an experiment file has them. */
function spoken(text: string): Record<string, unknown> {
  return Object.fromEntries(
    [...text.matchAll(/^ {4}(\w+)=(.*),$/gm)].map(([, word, value]) => {
      const json = value
        .replace(/^\((.*)\)$/, "[$1]")
        .replace(/^True$/, "true")
        .replace(/^False$/, "false");
      return [word, JSON.parse(json.replace(/^None$/, "null")) as unknown];
    }),
  );
}

describe.each(libraries.filter(({ name, optimizers }) => optimizers.length > 0 && name !== "paper"))(
  "$title",
  ({ name, optimizers }) => {
    test.each(optimizers.map((words) => [words.className, words] as const))("%s reads back", (_, words) => {
      const values = unusual(words);
      const text = written(configurationOf(name, words, values));
      // Two classes may say the same: nadam is adam with nesterov.
      const called = /(\w+)\(\n/.exec(text)?.[1];
      expect(optimizers.filter(({ optimizer }) => optimizer === words.optimizer).map((it) => it.className)).toContain(
        called,
      );
      const file = { configuration: { framework: name, optimizer: called, hyperparameters: spoken(text) } };
      const [{ configuration }] = readExperiment(JSON.stringify(file)).detections;
      expect(configuration.optimizer).toBe(words.optimizer);
      expect(configuration.groups[0].values).toEqual(values);
    });
  },
);

const keras = (more: Partial<Configuration>, schedule?: ScheduleConfiguration): Configuration => ({
  framework: "keras",
  optimizer: "AdamW",
  groups: [
    {
      name: "all parameters",
      values: {
        learningRate: 0.01,
        beta1: 0.9,
        beta2: 0.98,
        epsilon: 1e-7,
        weightDecay: 0.02,
        amsgrad: 0,
        epsilonHat: 1,
      },
      ...(schedule && { schedule }),
    },
  ],
  ...more,
});
const optax = (more: Partial<Configuration>, schedule?: ScheduleConfiguration): Configuration => ({
  ...keras(more, schedule),
  framework: "optax",
  groups: [
    {
      name: "all parameters",
      values: {
        learningRate: 0.01,
        beta1: 0.9,
        beta2: 0.98,
        epsilon: 1e-7,
        epsilonRoot: 0,
        weightDecay: 0.02,
        nesterov: 0,
      },
      ...(schedule && { schedule }),
    },
  ],
});
/** optax.sgd has no word for decay: it is added to the gradient before. */
const decayed = (more: Partial<Configuration>): Configuration => ({
  ...optax(more),
  optimizer: "SGD",
  groups: [{ name: "all parameters", values: { learningRate: 0.01, momentum: 0.9, nesterov: 1, weightDecay: 1e-4 } }],
});
const schedule = (name: string, values: Record<string, number>): ScheduleConfiguration => ({
  name,
  values,
  interval: "step",
});

test.each([
  keras({}),
  keras({ clip: { type: "norm", max: 0.5, epsilon: 0 } }),
  keras({ clip: { type: "value", max: 0.5, epsilon: 0 }, accumulation: 4 }),
  keras({ around: { average: { type: "ema", decay: 0.995 } } }),
  keras({}, schedule("CosineDecay", { initial: 0.01, length: 500, minimumFraction: 0.1, maximum: 0, warmup: 0 })),
  keras({}, schedule("ExponentialDecay", { initial: 0.01, stepSize: 30, gamma: 0.5, staircase: 1 })),
  keras({}, { ...schedule("PiecewiseConstantDecay", {}), points: [10, 20], levels: [0.01, 0.001, 1e-4] }),
  optax({}),
  optax({ clip: { type: "norm", max: 1, epsilon: 0 } }),
  optax({ clip: { type: "value", max: 1, epsilon: 0 }, accumulation: 2 }),
  decayed({}),
  decayed({ clip: { type: "norm", max: 1, epsilon: 0 }, accumulation: 2 }),
  optax({}, schedule("cosine_decay_schedule", { initial: 0.01, length: 500, minimumFraction: 0.1, exponent: 1 })),
  optax(
    {},
    {
      ...schedule("join_schedules", {}),
      parts: [
        schedule("linear_schedule", { initial: 0, final: 0.01, transition: 10, begin: 0 }),
        schedule("linear_schedule", { initial: 0.01, final: 0, transition: 90, begin: 0 }),
      ],
      points: [10],
    },
  ),
])("a program in its words reads back: %j", (configuration) => {
  const { configuration: read } = only(written(configuration));
  expect(withoutIdleRate(read)).toEqual(withoutIdleRate(configuration));
});

/** A schedule made of levels or parts brings all its rates: the optimizer's own is nowhere. */
function withoutIdleRate(configuration: Configuration): Configuration {
  const groups = configuration.groups.map((group) => {
    const { learningRate, ...rest } = group.values;
    const idle = group.schedule?.levels ?? group.schedule?.parts;
    return { ...group, values: idle ? rest : { learningRate, ...rest } };
  });
  return { ...configuration, groups };
}

test("groups are an optimizer each in Keras, transformations by label in optax, and groups where PyTorch has them", () => {
  const two = (from: Configuration): Configuration => ({
    ...from,
    groups: [
      { ...from.groups[0], name: "backbone" },
      { ...from.groups[0], name: "head", values: { ...from.groups[0].values, learningRate: 0.1 } },
    ],
  });
  expect(written(two(keras({})))).toMatch(/optimizer_backbone = keras[^]*optimizer_head = keras[^]*learning_rate=0.1,/);
  expect(written(two(optax({})))).toMatch(/multi_transform\([^]*"backbone": optax.adamw\([^]*"head": optax.adamw\(/);
  const lamb = { framework: "timm", optimizer: "LAMB", groups: keras({}).groups };
  expect(written(two(lamb))).toMatch(/timm.optim.Lamb\([^]*"params": [^]*"lr": 0.01[^]*"params": [^]*"lr": 0.1/);
});

test("what a library has no words for is said beneath, and a schedule without words above", () => {
  const bare: Configuration = {
    framework: "tensorflow1",
    optimizer: "Adam",
    groups: [{ name: "all parameters", values: { learningRate: 0.01 }, schedule: schedule("StepLR", { stepSize: 3 }) }],
    clip: { type: "norm", max: 1 },
    around: { lookahead: { every: 5, alpha: 0.5 } },
  };
  expect(written(bare)).toContain("# Left to the training loop: clipping, Lookahead.");
  expect(written(bare)).toContain("# Its schedule (StepLR) has no words here: the rate stays constant.");
  expect(written({ ...bare, framework: "torch", accumulation: 4 })).toMatch(
    /optim\.Adam\([^]*StepLR\([^]*# Left to the training loop: clipping, accumulation, Lookahead\.\n$/,
  );
  expect(written({ ...bare, framework: "deepspeed" })).toMatch(
    /from torch\.optim\.lr_scheduler import StepLR[^]*\nscheduler = StepLR\([^]*# Left to/,
  );
  expect(writeForLibrary("keras", { ...bare, optimizer: "Rprop" }, [], style)).toBeUndefined();
});
