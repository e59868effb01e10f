import { afterEach, describe, expect, test } from "vitest";
import type { Configuration } from "../../src/protocol/index.ts";
import { cohort } from "../../src/core/cohort.ts";
import { findProblem } from "../../src/core/problems/index.ts";
import { replicate } from "../../src/core/replicate.ts";
import { rng } from "../../src/core/rng.ts";
import { compiled } from "../compiledKernels.ts";

afterEach(() => compiled(false));

const planOf = (configuration: Configuration, dimension: number, steps: number) => ({
  configuration,
  make: findProblem("noisy quadratic")!.prepare({ dimension, noise: 1, start: 0.5 }, {}),
  run: { steps, stepsPerEpoch: 100, batchSize: 8 },
});
const of = (optimizer: string, values: Record<string, number>, more: Partial<Configuration> = {}): Configuration => ({
  framework: "torch",
  optimizer,
  groups: [{ name: "all", values }],
  ...more,
});
const cosine = { name: "CosineAnnealingLR", values: { duration: 300, finalRate: 0 }, interval: "step" } as const;

const cases: [string, Configuration, number, number][] = [
  ["Adam", of("Adam", { learningRate: 0.01 }), 20, 3000],
  ["Adam of an odd number of coordinates", of("Adam", { learningRate: 0.01 }), 7, 500],
  ["Adam of one coordinate", of("Adam", { learningRate: 0.01 }), 1, 700],
  ["Adam beyond its corrections", of("Adam", { learningRate: 0.01, beta1: 0.5, beta2: 0.9 }), 10, 1500],
  ["Adam with a penalty, maximizing", of("Adam", { learningRate: 1e-3, weightDecay: 0.1, maximize: 1 }), 10, 200],
  ["AdamW", of("AdamW", { learningRate: 0.01, weightDecay: 0.1, epsilon: 1e-3 }), 30, 400],
  [
    "AdamW in two groups with a schedule",
    of(
      "AdamW",
      {},
      {
        groups: [
          { name: "decay", values: { learningRate: 0.01, weightDecay: 0.1 }, schedule: cosine },
          { name: "no decay", values: { learningRate: 0.02, weightDecay: 0 }, schedule: cosine },
        ],
      },
    ),
    25,
    300,
  ],
  ["SGD", of("SGD", { learningRate: 0.1, weightDecay: 0.01 }), 20, 500],
  ["SGD with momentum", of("SGD", { learningRate: 0.1, momentum: 0.9, dampening: 0.5 }), 21, 500],
  ["SGD with Nesterov's", of("SGD", { learningRate: 0.1, momentum: 0.9, nesterov: 1 }), 20, 500],
  ["SGD as Keras has it", of("SGD", { learningRate: 0.1, momentum: 0.9, rateInMomentum: 1 }), 20, 500],
  ["SGD that diverges", of("SGD", { learningRate: 9 }), 6, 900],
  ["RMSProp", of("RMSProp", { learningRate: 0.01 }), 20, 500],
  ["RMSProp with ε in the root", of("RMSProp", { learningRate: 0.01, epsilonInRoot: 1, biasCorrection: 1 }), 9, 500],
  ["Adam of many coordinates", of("Adam", { learningRate: 0.01 }), 5001, 4],
];

describe.each([
  ["plain", false],
  ["compiled", true],
])("%s kernels", (_, on) => {
  test.each(cases)(
    "%s: replicates together are the trainers one by one, to the last bit",
    (_name, configuration, d, steps) => {
      compiled(on);
      const plan = planOf(configuration, d, steps);
      const together = cohort(plan, rng(5), 2, 3)!;
      const alone = [0, 1, 2].map((k) => replicate(plan, rng(5), 2 + k));
      const { losses, longest } = together;
      const rates = [new Float64Array(d), new Float64Array(d)];
      let differing = 0;
      for (let t = 0, stretch = 1; t < steps; stretch = (3 * stretch) % 97) {
        const now = Math.min(stretch, longest, steps - t);
        together.advance(now, true);
        for (let k = 0; k < now; k++)
          alone.forEach(({ trainer, objective }, r) => {
            trainer.step();
            const loss = objective.loss(trainer.theta);
            // several groups add up their sums one after the other
            const close = configuration.groups.length > 1 && Math.abs(losses[r * longest + k] - loss) < 1e-14 * loss;
            if (!Object.is(losses[r * longest + k], loss) && !close) differing++;
          });
        t += now;
      }
      alone.forEach(({ trainer }, r) => {
        const view = together.replicate(r);
        expect(view.theta).toEqual(trainer.theta);
        expect(view.effectiveLearningRate(rates[0])).toEqual(trainer.effectiveLearningRate(rates[1]));
      });
      expect(differing).toBe(0);
      expect(together.t).toBe(steps);
    },
  );
});

test("what a kernel does not cover is left to trainers", () => {
  const why: Configuration[] = [
    of("Adam", { learningRate: 0.01, amsgrad: 1 }),
    of("Adam", { learningRate: 0.01, nesterov: 1 }),
    of("RMSProp", { learningRate: 0.01, centered: 1 }),
    of("Lion", { learningRate: 0.01 }),
    of("Adam", { learningRate: 0.01 }, { clip: { type: "norm", max: 1 } }),
    of("Adam", { learningRate: 0.01 }, { accumulation: 4 }),
  ];
  for (const configuration of why) expect(cohort(planOf(configuration, 5, 10), rng(1), 0, 2)).toBeUndefined();
  const digits = findProblem("rosenbrock")!.prepare({}, {});
  const plan = { ...planOf(of("Adam", { learningRate: 0.01 }), 5, 10), make: digits };
  expect(cohort(plan, rng(1), 0, 2)).toBeUndefined();
});
