import { describe, expect, test } from "vitest";
import { causesOf } from "../../src/core/compare/causes.ts";
import { differences } from "../../src/core/compare/differences.ts";
import { findProblem } from "../../src/core/problems/index.ts";
import { resolveGroups } from "../../src/core/train.ts";
import { rng } from "../../src/core/rng.ts";
import { libraries, libraryDefaults } from "../../src/documents/vocabulary/index.ts";
import type { Configuration, ScheduleConfiguration } from "../../src/protocol/index.ts";
import { librariesFor, titleIn, translate } from "../../src/view/translate.ts";

const torch = (
  optimizer: string,
  values: Record<string, number>,
  schedule?: ScheduleConfiguration,
  more: Partial<Configuration> = {},
): Configuration => ({
  framework: "torch",
  version: "2.x",
  optimizer,
  groups: [{ name: "all parameters", values, ...(schedule && { schedule }) }],
  ...more,
});
const same = { values: "same" } as const;
const into = (configuration: Configuration, library: string) => translate(configuration, library, same);

test("values are kept, and what the library settles is the library's", () => {
  const { configuration, words, lost, library } = into(
    torch("AdamW", { learningRate: 3e-4, beta2: 0.95, weightDecay: 0.1 }),
    "keras",
  );
  expect(titleIn(library, words)).toBe("Keras AdamW");
  expect(configuration).toMatchObject({ framework: "keras", optimizer: "AdamW" });
  expect(configuration.groups[0].values).toMatchObject({
    ...{ learningRate: 3e-4, beta1: 0.9, beta2: 0.95, epsilon: 1e-8, weightDecay: 0.1, epsilonHat: 1 },
  });
  expect(configuration.version).toBeUndefined();
  expect(lost).toEqual(["Keras AdamW has its own epsilon placement."]);
});

test("with the library's defaults, only what is written is kept", () => {
  const written = (_: number, name: string) => name === "learningRate";
  const { configuration } = translate(
    torch("AdamW", { learningRate: 3e-4, weightDecay: 0.01, epsilon: 1e-8 }),
    "keras",
    {
      values: "defaults",
      written,
    },
  );
  expect(configuration.groups[0].values).toMatchObject({ learningRate: 3e-4, weightDecay: 0.004, epsilon: 1e-7 });
});

test("what has no word is said, by its name and its value; what cannot matter is not", () => {
  const { lost } = into(torch("SGD", { learningRate: 0.1, momentum: 0.9, dampening: 0.5, maximize: 1 }), "optax");
  expect(lost.filter((sentence) => /dampening/.test(sentence))).toEqual([
    "There is no word for dampening in optax sgd; here it is 0.5.",
  ]);
  expect(lost.some((sentence) => /maximize/.test(sentence))).toBe(true);
  expect(into(torch("SGD", { learningRate: 0.1, dampening: 0.5 }), "optax").lost).toEqual([]);
});

test("of a library's classes the one is taken that loses least, names that only one form has included", () => {
  const optax: Configuration = { ...torch("Adam", { amsgrad: 1, amsgradCorrected: 1 }), framework: "optax" };
  const { words, lost } = into(optax, "torch");
  expect(words.className).toBe("Adam");
  expect(lost).toEqual(["PyTorch Adam has its own AMSGrad maximum."]);
});

test("Adafactor's exponent turns its sign with the form of the update, and is no difference of its own", () => {
  const own = torch("Adafactor", { decayExponent: -0.8 });
  const { configuration } = into(own, "optax");
  expect(configuration.groups[0].values["decayExponent"]).toBe(0.8);
  const causes = causesOf(own, configuration);
  expect(causes.map(({ name }) => name)).not.toContain("decayExponent");
  expect(causes.find(({ name }) => name === "arithmetic")?.alone.groups[0].values["decayExponent"]).toBe(0.8);
});

test("decay that joins the gradient is added before optax's optimizers that have no word for it", () => {
  const { configuration, lost } = into(torch("SGD", { learningRate: 0.1, momentum: 0.9, weightDecay: 0.01 }), "optax");
  expect(configuration.groups[0].values["weightDecay"]).toBe(0.01);
  expect(lost).not.toContainEqual(expect.stringMatching(/weight decay/));
});

test("Adam with decoupled decay is AdamW where that is the library's word for it, and the other way round", () => {
  const adam = torch("Adam", { learningRate: 1e-3, weightDecay: 0.1, decoupledWeightDecay: 1 });
  expect(into(adam, "optax").words.className).toBe("adamw");
  expect(into(adam, "optax").configuration.groups[0].values["weightDecay"]).toBe(0.1);
  const tf1 = into(torch("AdamW", { learningRate: 1e-3, weightDecay: 0 }), "tf1");
  expect(tf1.words.className).toBe("AdamOptimizer");
  expect(into(torch("Adam", { amsgrad: 1 }), "optax").words.className).toBe("amsgrad");
});

test("libraries without such an optimizer are not offered, and refuse with a sentence", () => {
  const offered = librariesFor(torch("AdamW", {})).map(({ name }) => name);
  expect(offered).toEqual(expect.arrayContaining(["keras", "optax"]));
  expect(offered).not.toContain("torch");
  expect(() => into(torch("LBFGS", {}), "keras")).toThrow("Keras has no optimizer like LBFGS.");
  expect(() => into(torch("Adam", {}), "mxnet")).toThrow(/There is no library "mxnet"; known are torch, keras/);
});

test("clipping keeps its norm without PyTorch's 1e-6, in libraries that do not add it", () => {
  const clipped = torch("SGD", {}, undefined, { clip: { type: "norm", max: 2 } });
  expect(into(clipped, "optax").configuration.clip).toEqual({ type: "norm", max: 2, epsilon: 0 });
});

test("every library's every optimizer can be said in every library that has it, and run", () => {
  for (const from of libraries)
    for (const words of from.optimizers) {
      const configuration: Configuration = {
        framework: from.name,
        optimizer: words.optimizer,
        groups: [{ name: "all parameters", values: { learningRate: 1e-3, ...libraryDefaults(words) } }],
      };
      for (const to of librariesFor(configuration)) {
        const { configuration: there } = into(configuration, to.name);
        expect(
          () => resolveGroups(there, 4, { steps: 5, stepsPerEpoch: 1 })[0].at(1),
          titleIn(to, words),
        ).not.toThrow();
      }
    }
});

const run = { steps: 120, stepsPerEpoch: 10 };
function rates(configuration: Configuration): number[] {
  const [group] = resolveGroups(configuration, 1, run);
  return Array.from({ length: run.steps }, (_, t) => group.at(t + 1)["learningRate"]);
}
const translated = (schedule: ScheduleConfiguration, library: string) =>
  translate(torch("SGD", { learningRate: 0.25 }, schedule), library, { values: "same", run });

describe("schedules", () => {
  const both = [
    { name: "StepLR", values: { stepSize: 30, gamma: 0.5 } },
    { name: "StepLR", values: { stepSize: 3, gamma: 0.5 }, interval: "epoch" },
    { name: "ExponentialLR", values: { gamma: 0.98 } },
    { name: "ExponentialLR", values: { gamma: 0.9 }, interval: "epoch" },
    { name: "MultiStepLR", values: { gamma: 0.1 }, points: [20, 70] },
    { name: "CosineAnnealingLR", values: { length: 120, minimum: 0.01 } },
    { name: "CosineAnnealingLR", values: { length: 0, minimum: 0 } },
    { name: "LinearLR", values: { startFactor: 0.25, endFactor: 1, length: 15 } },
    { name: "ConstantLR", values: { factor: 0.5, length: 15 } },
    { name: "PolynomialLR", values: { length: 100, power: 2 } },
    { name: "get_constant_schedule", values: {} },
    { name: "get_constant_schedule_with_warmup", values: { warmup: 20 } },
    { name: "get_cosine_schedule_with_warmup", values: { warmup: 20, length: 120, cycles: 0.5 } },
  ] as const satisfies readonly ScheduleConfiguration[];
  const onlyOptax = [
    { name: "get_linear_schedule_with_warmup", values: { warmup: 20, length: 120 } },
    { name: "get_polynomial_decay_schedule_with_warmup", values: { warmup: 20, length: 120, power: 2, minimum: 0.01 } },
    {
      name: "SequentialLR",
      values: {},
      points: [15],
      parts: [
        { name: "LinearLR", values: { startFactor: 0.1, endFactor: 1, length: 15 } },
        { name: "StepLR", values: { stepSize: 20, gamma: 0.5 } },
      ],
    },
  ] as const satisfies readonly ScheduleConfiguration[];

  test.each([
    ...both.map((it) => [it, "keras"] as const),
    ...[...both, ...onlyOptax].map((it) => [it, "optax"] as const),
  ])("%j gives the same rates in %s", (schedule, library) => {
    const own = rates(torch("SGD", { learningRate: 0.25 }, schedule));
    const { configuration, lost } = translated(schedule, library);
    expect(lost).toEqual([]);
    rates(configuration).forEach((rate, t) => expect(rate, `step ${t + 1}`).toBeCloseTo(own[t], 12));
  });
  test.each([...both, ...onlyOptax.slice(0, 1)])("%j comes back from optax", (schedule) => {
    const there = translated(schedule, "optax").configuration;
    const back = translate(there, "torch", { values: "same", run });
    expect(back.lost).toEqual([]);
    const own = rates(torch("SGD", { learningRate: 0.25 }, schedule));
    rates(back.configuration).forEach((rate, t) => expect(rate, `step ${t + 1}`).toBeCloseTo(own[t], 12));
  });
  test("what there is no word for is said, and the rate stays constant", () => {
    const { configuration, lost } = translated({ name: "LambdaLR", values: {}, formula: "0.9 ** e" }, "keras");
    expect(configuration.groups[0].schedule).toBeUndefined();
    expect(lost).toEqual(["Keras 3 has no word for this LambdaLR: the rate stays constant."]);
  });
  test("a cycle is one, but for what it does to momentum", () => {
    const cycle = { name: "OneCycleLR", values: { maximum: 0.5, length: 120, cycleMomentum: 1 } };
    const { configuration, lost } = translated(cycle, "optax");
    expect(configuration.groups[0].schedule?.name).toBe("cosine_onecycle_schedule");
    expect(lost).toEqual(["optax 0.2.8 does not cycle momentum as OneCycleLR does."]);
  });
});

test("torch AdamW and its translation to Keras differ by epsilon's place, most at the first step", () => {
  const own = torch("AdamW", { learningRate: 1e-3, weightDecay: 0.01, epsilon: 1e-6 });
  const make = findProblem("noisy quadratic")!.prepare({ dimension: 20, noise: 1, start: 0.25 }, {});
  const plan = (configuration: Configuration) => ({ configuration, make, run: { ...run, batchSize: 4 } });
  const work = differences(plan(own), plan(into(own, "keras").configuration), rng(1), 0);
  let next = work.next();
  while (!next.done) next = work.next();
  const { largest, same: alike, relative } = next.value;
  expect(alike).toBe(false);
  expect(largest.step).toBe(1);
  expect(relative[100]).toBeLessThan(relative[0] / 5);
});
