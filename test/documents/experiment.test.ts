import fc from "fast-check";
import { expect, test } from "vitest";
import { experimentProblems } from "../../src/documents/frameworks/experimentProblems.ts";
import { readExperiment } from "../../src/documents/frameworks/experiment.ts";
import { writeExperiment } from "../../src/documents/frameworks/experimentWrite.ts";
import { anyConfiguration } from "./experimentCases.ts";

const only = (text: string) => {
  const detection = readExperiment(text).detections.at(0);
  if (!detection) throw new Error(`Nothing read from ${text}`);
  return detection;
};

test("what is written reads back as it was, over all optimizers and schedules", () => {
  fc.assert(
    fc.property(anyConfiguration, fc.nat(1e6), (configuration, seed) => {
      const controls = { steps: 2000, seeds: 64 };
      const problem = { name: "noisy quadratic", values: { dimension: 100 } };
      const text = writeExperiment({ configuration, lab: "training", seed, controls, problem });
      const detection = only(text);
      expect(detection.configuration).toEqual(configuration);
      expect(detection.experiment).toEqual({ lab: "training", seed, controls, problem });
      JSON.parse(text);
    }),
    { seed: 7, numRuns: 300 },
  );
});

test("what a configuration is compared with reads back as it was", () => {
  fc.assert(
    fc.property(anyConfiguration, fc.array(anyConfiguration, { minLength: 1, maxLength: 3 }), (configuration, all) => {
      const others = all.map((it, i) => ({ label: `other ${i}`, configuration: it }));
      const text = writeExperiment({ configuration, lab: "compare", seed: 1, controls: {}, others });
      expect(only(text).experiment).toEqual({ lab: "compare", seed: 1, controls: {}, others });
      expect(only(text).configuration).toEqual(configuration);
    }),
    { seed: 8, numRuns: 100 },
  );
  const bare =
    '{"configuration": {"optimizer": "SGD"}, "others": [{"configuration": {"optimizer": "Adam"}}, {"label": "none"}]}';
  expect(only(bare).experiment?.others?.map(({ label }) => label)).toEqual(["Adam 1"]);
  expect(experimentProblems(bare).map(({ message }) => message)).toEqual([
    'This one has no "configuration" to compare with.',
  ]);
});

test("lists among the controls read back as they were; what is no number in one is said to be none", () => {
  const { configuration } = only('{"configuration": {"optimizer": "SGD"}}');
  const given = { lab: "gradient flow", seed: 1, controls: { time: 3 }, lists: { rates: [0.3, 0.1] } };
  expect(only(writeExperiment({ configuration, ...given })).experiment).toEqual(given);
  const mixed = '{"controls": {"rates": [0.3, "a"]}, "configuration": {"optimizer": "SGD"}}';
  expect(only(mixed).experiment?.lists).toEqual({ rates: [0.3, NaN] });
});

test("a problem given by data reads back as it was", () => {
  const configuration = only('{"configuration": {"optimizer": "SGD"}}').configuration;
  const problem = {
    name: "quadratic",
    data: {
      A: [
        [2, 0.5],
        [0.5, 1],
      ],
      c: [1, -1],
      start: [0, 0],
      l2: 0.1,
    },
  };
  const text = writeExperiment({ configuration, lab: "training", seed: 1, controls: {}, problem });
  expect(only(text).experiment?.problem).toEqual(problem);
});

test("a written file is laid out as a person would", () => {
  const text = writeExperiment({
    configuration: {
      framework: "torch",
      optimizer: "AdamW",
      groups: [
        { name: "backbone", values: { learningRate: 1e-5, beta1: 0.9, beta2: 0.999, amsgrad: 0 } },
        { name: "head", values: { learningRate: 1e-3, beta1: 0.9, beta2: 0.999, amsgrad: 0 } },
      ],
      clip: { type: "norm", max: 1 },
    },
    lab: "training",
    seed: 1,
    controls: { steps: 2000, seeds: 64 },
    problem: { name: "rosenbrock", data: { a: 1, b: 100, start: [-1.2, 1] } },
  });
  expect(text).toBe(`{
  "lab": "training",
  "seed": 1,
  "controls": { "steps": 2000, "seeds": 64 },
  "problem": {
    "name": "rosenbrock",
    "a": 1,
    "b": 100,
    "start": [-1.2, 1]
  },
  "configuration": {
    "framework": "torch",
    "optimizer": "AdamW",
    "clip": { "type": "norm", "max": 1 },
    "hyperparameters": { "beta1": 0.9, "beta2": 0.999, "amsgrad": false },
    "groups": [
      {
        "name": "backbone",
        "hyperparameters": { "learningRate": 1e-5 }
      },
      {
        "name": "head",
        "hyperparameters": { "learningRate": 1e-3 }
      }
    ]
  }
}
`);
});

test("PyTorch's own words are understood, and a canonical word wins over them", () => {
  const { configuration } = only(`{
    // pasted from a script
    "configuration": {
      "optimizer": "RMSprop",
      "hyperparameters": {"lr": 0.02, "alpha": 0.9, "eps": 1e-6, "centered": true, "learningRate": 0.01,},
      "schedule": {"name": "OneCycleLR", "args": {"max_lr": 0.5, "total_steps": 24, "anneal_strategy": "linear"}},
    },
  }`);
  expect(configuration.optimizer).toBe("RMSProp");
  expect(configuration.groups).toHaveLength(1);
  expect(configuration.groups[0].values).toEqual({
    learningRate: 0.01,
    beta2: 0.9,
    epsilon: 1e-6,
    centered: 1,
    weightDecay: 0,
    momentum: 0,
    maximize: 0,
  });
  expect(configuration.groups[0].schedule?.values).toMatchObject({
    maximum: 0.5,
    length: 24,
    annealing: 1,
    riseFraction: 0.3,
  });
});

test("a group takes what it does not say from the configuration, its schedule too", () => {
  const { configuration, origins } = only(`{
    "configuration": {
      "optimizer": "SGD",
      "hyperparameters": {"learningRate": 0.1, "momentum": 0.9},
      "schedule": {"name": "StepLR", "stepSize": 30},
      "groups": [
        {"name": "body", "size": 12},
        {"name": "head", "size": 3, "hyperparameters": {"learningRate": 0.2}, "schedule": null},
        {"size": 1, "schedule": {"name": "ExponentialLR", "gamma": 0.9}}
      ]
    }
  }`);
  const [body, head, rest] = configuration.groups;
  expect(body).toMatchObject({ name: "body", size: 12, values: { learningRate: 0.1, momentum: 0.9 } });
  expect(body.schedule).toEqual({ name: "StepLR", values: { stepSize: 30, gamma: 0.1 } });
  expect(head).toMatchObject({ name: "head", values: { learningRate: 0.2, momentum: 0.9 } });
  expect(head.schedule).toBeUndefined();
  expect(rest.name).toBe("group 2");
  expect(rest.schedule?.name).toBe("ExponentialLR");
  expect(origins[1]["learningRate"].line).toBe(8);
  expect(origins[1]["momentum"].kind).toBe("written");
  expect(origins[0]["dampening"].kind).toBe("default");
  expect(origins[0]["schedule.gamma"].kind).toBe("default");
});

test("what a file does not say is its framework's default", () => {
  const of = (framework: string) => {
    const { configuration, frameworkTitle } = only(
      `{"configuration": {"framework": "${framework}", "optimizer": "AdamW"}}`,
    );
    const { learningRate, weightDecay } = configuration.groups[0].values;
    return [frameworkTitle, learningRate, weightDecay];
  };
  expect(of("torch")).toEqual(["PyTorch 2.x", 1e-3, 1e-2]);
  expect(of("transformers")).toEqual(["Transformers 5.x", 5e-5, 0]);
});

test("an optimizer of another name keeps its hyperparameters as they are written", () => {
  const { configuration } = only(
    '{"configuration": {"optimizer": "Hunter", "hyperparameters": {"lr": 1e-4, "cautious": true}}}',
  );
  expect(configuration).toMatchObject({ optimizer: "Hunter", groups: [{ values: { lr: 1e-4, cautious: 1 } }] });
});

test("every beginning of a file reads without throwing, and says what is wrong", () => {
  const text = writeExperiment({
    configuration: fc.sample(anyConfiguration, { seed: 3, numRuns: 1 })[0],
    lab: "training",
    seed: 1,
    controls: { steps: 10 },
    problem: { name: "noisy quadratic", values: { dimension: 100 } },
  });
  for (let end = 0; end < text.trimEnd().length; end++) {
    expect(() => readExperiment(text.slice(0, end))).not.toThrow();
    expect(experimentProblems(text.slice(0, end)), text.slice(0, end)).not.toHaveLength(0);
  }
  expect(experimentProblems(text)).toEqual([]);
});

test("garbage, deep nesting and odd characters never throw", () => {
  const pieces = [
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    '"configuration"',
    '"optimizer"',
    '"SGD"',
    "1e-3",
    "null",
    "\ud800",
    "\0",
    "//",
  ];
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.constantFrom(...pieces), fc.string()), { maxLength: 40 }), (parts) => {
      readExperiment(parts.join(""));
      experimentProblems(parts.join(""));
    }),
    { seed: 11, numRuns: 500 },
  );
  for (const deep of ["[".repeat(200_000), '{"configuration":'.repeat(50_000)]) {
    expect(readExperiment(deep).detections).toEqual([]);
    expect(experimentProblems(deep)).not.toEqual([]);
  }
});

const wrong: readonly [what: string, text: string, at: string, message: RegExp][] = [
  ["no configuration", '{"lab": "training"}', '{"lab": "training"}', /no "configuration"/],
  ["no optimizer", '{"configuration": {}}', "{}", /no "optimizer"/],
  ["an unknown hyperparameter", conf('"hyperparameters": {"beta3": 1}'), "1", /SGD has no "beta3"/],
  ["a word given twice", conf('"hyperparameters": {"lr": 1, "learningRate": 2}'), "2", /given twice/],
  ["a text for a number", conf('"hyperparameters": {"lr": "fast"}'), '"fast"', /needs a number/],
  ["milestones that fall", conf('"schedule": {"name": "MultiStepLR", "milestones": [9, 3]}'), "[9, 3]", /must grow/],
  [
    "parts that do not match",
    conf('"schedule": {"name": "SequentialLR", "milestones": [5], "parts": []}'),
    "[]",
    /0 parts for 1/,
  ],
  ["a formula that is missing", conf('"schedule": {"name": "LambdaLR"}'), '{"name": "LambdaLR"}', /needs a "formula"/],
  [
    "two groups of one name",
    conf('"groups": [{"name": "a"}, {"name": "a"}]'),
    '{"name": "a"}',
    /Two groups are called "a"/,
  ],
  ["a size that is missing", conf('"groups": [{"name": "a", "size": 1}, {}]'), "{}", /has no "size"/],
  [
    "a ragged table",
    prob('"name": "gradients", "start": [0, 0], "gradients": [[1, 2], [3]]'),
    "[3]",
    /Row 2 .* has 1 numbers/,
  ],
  [
    "a start of another length",
    prob('"name": "gradients", "start": [0], "gradients": [[1, 2]]'),
    "[0]",
    /1 coordinates, the problem 2/,
  ],
  [
    "a Hessian that is not square",
    prob('"name": "quadratic", "A": [[1, 2]], "start": [0, 0]'),
    "[[1, 2]]",
    /must be square/,
  ],
  [
    "a start that does not fill a network",
    prob('"name": "network", "X": [[1, 2]], "y": [0], "sizes": [2, 3, 2], "start": [0, 0]'),
    "[0, 0]",
    /has 2 coordinates, the problem 17/,
  ],
  [
    "a start without the bias of logistic regression",
    prob('"name": "logistic regression", "X": [[1, 2]], "y": [0], "start": [0, 0]'),
    "[0, 0]",
    /has 2 coordinates, the problem 3/,
  ],
  ["a missing comma", '{"lab": 1 "seed": 2}', '"seed"', /comma expected/],
];
function conf(text: string): string {
  return `{"configuration": {"optimizer": "SGD", ${text}}}`;
}
function prob(text: string): string {
  return `{"problem": {${text}}, "configuration": {"optimizer": "SGD"}}`;
}
test.each(wrong)("points at %s", (_, text, at, message) => {
  const problems = experimentProblems(text);
  const it = problems.find((problem) => message.test(problem.message));
  expect(problems.map((problem) => problem.message).join("\n")).toMatch(message);
  expect(text.slice(it?.span.from, it?.span.to)).toBe(at);
});

test("sizes of groups must add up to the coordinates of the problem", () => {
  const text = `{"problem": {"name": "gradients", "start": [0, 0], "gradients": [[1, 2]]},
    "configuration": {"optimizer": "SGD", "groups": [{"name": "a", "size": 1}, {"name": "b", "size": 3}]}}`;
  expect(experimentProblems(text).map(({ message }) => message)).toEqual([
    "The sizes of the groups add up to 4, but the problem has 2 coordinates.",
  ]);
});
