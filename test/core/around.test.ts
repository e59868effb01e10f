import { describe, expect, test } from "vitest";
import { accumulated, Clipped, Sharpened } from "../../src/core/around.ts";
import { findProblem } from "../../src/core/problems/index.ts";
import type { Batch, Objective } from "../../src/core/problems/problem.ts";
import { rng } from "../../src/core/rng.ts";
import { Trainer } from "../../src/core/train.ts";
import { norm, zeros } from "../../src/core/vector.ts";
import type { Around, Configuration, ParameterGroup } from "../../src/protocol/index.ts";

// Everything that is put around an optimizer, against what it must do on ½ Σ h x², where steps can be written down.

const vector = (...x: number[]) => Float64Array.from(x);
/** ½ Σ hᵢ xᵢ², without noise. */
function quadratic(curvature: readonly number[], start: readonly number[], shapes?: Objective["shapes"]): Objective {
  const mean = zeros(start.length);
  const loss = (theta: Float64Array) => theta.reduce((sum, x, i) => sum + 0.5 * curvature[i] * x * x, 0);
  const batch: Batch = {
    loss,
    gradient(theta) {
      for (let i = 0; i < mean.length; i++) mean[i] = curvature[i] * theta[i];
      return { mean, meanSquare: mean.map((g) => g * g + 1) };
    },
  };
  return {
    dimension: start.length,
    start: Float64Array.from(start),
    watched: [],
    ...(shapes && { shapes }),
    loss,
    draw: () => batch,
  };
}
/** Gradients in a list, replayed as a problem given by data is. */
function listed(gradients: readonly (readonly number[])[]): Objective {
  const problem = findProblem("gradients");
  if (!problem) throw new Error("no such problem");
  return problem.prepare({}, { given: { gradients, start: gradients[0].map(() => 0) } })(rng(1));
}
type Given = Partial<Pick<Configuration, "optimizer" | "clip" | "around" | "accumulation">> & {
  readonly groups?: readonly Partial<ParameterGroup>[];
};
const configured = ({ groups = [{}], optimizer = "SGD", ...rest }: Given, eta: number): Configuration => ({
  framework: "torch",
  optimizer,
  ...rest,
  groups: groups.map((group, i) => ({
    name: `group ${i}`,
    ...group,
    values: { learningRate: eta, ...group.values },
  })),
});
/** Where it stands after every step. */
function run(given: Given, objective: Objective, steps: number, eta = 0.1) {
  const trainer = new Trainer(configured(given, eta), objective, rng(3), { steps, stepsPerEpoch: 5, batchSize: 2 });
  return Array.from({ length: steps }, () => {
    trainer.step();
    return { theta: [...trainer.theta], evaluated: [...trainer.evaluated()] };
  });
}
const last = <T>(all: readonly T[]): T => all[all.length - 1];
const close = (got: readonly number[], want: readonly number[], digits = 13) => {
  expect(got).toHaveLength(want.length);
  got.forEach((x, i) => {
    expect(x).toBeCloseTo(want[i], digits);
  });
};

describe("clipping", () => {
  const start = [3, -4, 12];
  const h = [1, 1, 1];
  const moved = (given: Given, shapes?: Objective["shapes"]) =>
    run(given, quadratic(h, start, shapes), 1, 1)[0].theta.map((x, i) => start[i] - x);

  test("by norm scales the whole gradient to the bound, less what is added to the norm, and leaves a shorter one alone", () => {
    close(moved({ clip: { type: "norm", max: 6.5, epsilon: 0 } }), [1.5, -2, 6]);
    const factor = 6.5 / (13 + 1e-6);
    close(moved({ clip: { type: "norm", max: 6.5 } }), [3 * factor, -4 * factor, 12 * factor], 14);
    close(moved({ clip: { type: "norm", max: 13, epsilon: 0 } }), start);
    close(moved({ clip: { type: "norm", max: 99 } }), start);
  });
  test("by value cuts each coordinate", () => {
    close(moved({ clip: { type: "value", max: 3.5 } }), [3, -3.5, 3.5]);
  });
  test("by tensor scales each tensor by its own norm", () => {
    close(moved({ clip: { type: "tensor", max: 2.5, epsilon: 0 } }, [[2], [1, 1]]), [1.5, -2, 2.5]);
  });
  test("the mean of squares is scaled as the mean was", () => {
    for (const [type, factors] of [
      ["norm", [0.5, 0.5, 0.5]],
      ["value", [1, 1, 6.5 / 12]],
      ["tensor", [1, 1, 6.5 / 12]],
    ] as const) {
      const clipped = new Clipped({ type, max: 6.5, epsilon: 0 }, 3, [[2], [1]]);
      const { mean, meanSquare } = clipped.open(quadratic(h, start).draw(rng(1), 1)).gradient(vector(...start));
      for (let i = 0; i < 3; i++) {
        expect(mean[i]).toBeCloseTo(start[i] * factors[i], 13);
        expect(meanSquare[i]).toBeCloseTo((start[i] ** 2 + 1) * factors[i] ** 2, 12);
      }
    }
  });
});

describe("accumulation", () => {
  test("of a list of gradients steps along the mean of so many of them", () => {
    const gradients = [
      [1, 0],
      [2, -4],
      [3, 1],
      [5, 5],
      [0, 2],
      [-2, 4],
    ];
    const path = run({ accumulation: 3 }, listed(gradients), 2, 1);
    close(path[0].theta, [-2, 1]);
    close(path[1].theta, [-3, 1 - 11 / 3]);
  });
  test("the mean of squares is averaged too", () => {
    const draw = accumulated(listed([[1], [3], [5]]), 3)(rng(1), 1);
    expect(draw.gradient(zeros(1)).meanSquare[0]).toBeCloseTo(35 / 3, 13);
  });
  test("of k batches of B is one batch of kB in law: the variance of the gradient is that over kB", () => {
    const problem = findProblem("noisy quadratic");
    if (!problem) throw new Error("no such problem");
    const objective = problem.prepare({ dimension: 1, noise: 1, start: 1 }, {})(rng(4));
    const draw = accumulated(objective, 4);
    const z = rng(5);
    const n = 20_000;
    let square = 0;
    for (let k = 0; k < n; k++) square += draw(z, 2).gradient(zeros(1)).mean[0] ** 2 / n;
    // A sample variance of normal numbers has the relative standard error √(2/n) = 1 %.
    expect(Math.abs(square * 8 - 1)).toBeLessThan(4 * Math.sqrt(2 / n));
  });
});

describe("sharpness-aware minimization", () => {
  const sharpened = (curvature: readonly number[], at: readonly number[], sam: NonNullable<Around["sam"]>) => [
    ...new Sharpened(sam, at.length).open(quadratic(curvature, at).draw(rng(1), 1)).gradient(vector(...at)).mean,
  ];
  test("on ½hx² takes the gradient h(x + ρ sign x)", () => {
    for (const x of [2, -0.3]) close(sharpened([3], [x], { rho: 0.5 }), [3 * (x + 0.5 * Math.sign(x))], 11);
  });
  test("in several coordinates goes ρ along the gradient of all of them", () => {
    const [g, length] = [[3 * 1, 1 * 4], 5];
    close(sharpened([3, 1], [1, 4], { rho: 0.5 }), [3 * (1 + (0.5 * g[0]) / length), 4 + (0.5 * g[1]) / length], 11);
  });
  test("adaptive goes ρθ²g/‖|θ|g‖: on ½hx² that is ρ|x|, whatever the scale of x", () => {
    for (const x of [2, -0.3, 1e4]) {
      const [g] = sharpened([3], [x], { rho: 0.5, adaptive: true });
      expect(g / (3 * x * 1.5)).toBeCloseTo(1, 10);
    }
    const [x, y] = [1, -2];
    const [gx, gy] = [3 * x, y];
    const length = Math.hypot(x * gx, y * gy);
    close(
      sharpened([3, 1], [x, y], { rho: 0.5, adaptive: true }),
      [3 * (x + (0.5 * x * x * gx) / length), y + (0.5 * y * y * gy) / length],
      11,
    );
  });
  test("with radius 0 is the plain optimizer; at a minimum it stands still", () => {
    const plain = run({}, quadratic([3, 1], [1, 4]), 10);
    expect(run({ around: { sam: { rho: 0 } } }, quadratic([3, 1], [1, 4]), 10)).toEqual(plain);
    close(last(run({ around: { sam: { rho: 0.5 } } }, quadratic([3, 1], [0, 0]), 3)).theta, [0, 0]);
  });
  test("is clipped after the second gradient", () => {
    const [{ theta }] = run(
      { around: { sam: { rho: 1 } }, clip: { type: "value", max: 2.5 } },
      quadratic([1, 1], [0, 2]),
      1,
      1,
    );
    close(theta, [0, 2 - 2.5], 11); // the gradient there is 3
  });
});

describe("Lookahead", () => {
  const start = [1, -2];
  const h = [1, 4];
  test("with α = 1 is the plain optimizer", () => {
    const plain = run({ optimizer: "Adam" }, quadratic(h, start), 20);
    const ahead = run({ optimizer: "Adam", around: { lookahead: { every: 5, alpha: 1 } } }, quadratic(h, start), 20);
    ahead.forEach(({ theta }, t) => {
      close(theta, plain[t].theta, 14);
    });
  });
  test("contracts by 1 − α + α(1 − ηh)ᵏ every k steps", () => {
    const [every, alpha, eta] = [5, 0.5, 0.1];
    const path = run({ around: { lookahead: { every, alpha } } }, quadratic(h, start), 20, eta);
    for (let loop = 1; loop <= 4; loop++)
      close(
        path[every * loop - 1].theta,
        start.map((x, i) => x * (1 - alpha + alpha * (1 - eta * h[i]) ** every) ** loop),
      );
  });
  test("goes fast between, and is evaluated at the slow weights", () => {
    const path = run({ around: { lookahead: { every: 3, alpha: 0.5 } } }, quadratic(h, start), 4, 0.1);
    close(path[1].theta, [0.81, -2 * 0.36]);
    close(path[1].evaluated, start);
    close(path[2].evaluated, path[2].theta);
    close(path[3].evaluated, path[2].theta);
  });
  test("leaves the optimizer's own state alone: momentum goes on", () => {
    const given: Given = { groups: [{ values: { momentum: 0.9 } }], around: { lookahead: { every: 2, alpha: 0.5 } } };
    const path = run(given, listed([[1]]), 3, 1);
    // Buffer 1, 1.9, 2.71; θ −1, −2.9 → −1.45, −1.45 − 2.71.
    close(
      path.map(({ theta }) => theta[0]),
      [-1, -1.45, -4.16],
    );
  });
});

describe("averages of weights", () => {
  const [h, eta] = [2, 0.1];
  const at = (t: number) => (1 - eta * h) ** t;
  const evaluated = (average: NonNullable<Around["average"]>, steps: number) =>
    run({ around: { average } }, quadratic([h], [1]), steps, eta).map((it) => it.evaluated[0]);

  test("exponential: the first weights enter whole, later ones by 1 − decay", () => {
    const decay = 0.7;
    evaluated({ type: "ema", decay }, 12).forEach((got, k) => {
      let want = decay ** k * at(1);
      for (let s = 2; s <= k + 1; s++) want += (1 - decay) * decay ** (k + 1 - s) * at(s);
      expect(got).toBeCloseTo(want, 14);
    });
  });
  test("Polyak's is the plain mean of all weights so far", () => {
    evaluated({ type: "polyak" }, 12).forEach((got, k) => {
      let sum = 0;
      for (let s = 1; s <= k + 1; s++) sum += at(s);
      expect(got).toBeCloseTo(sum / (k + 1), 14);
    });
  });
  test("begun later, it is θ until then", () => {
    close(evaluated({ type: "polyak", from: 3 }, 5), [at(1), at(2), at(3), at(4), (at(4) + at(5)) / 2], 14);
  });
  test("taken every k steps, it holds between", () => {
    const mean = (at(3) + at(5)) / 2;
    close(evaluated({ type: "polyak", from: 1, every: 2 }, 6), [at(1), at(2), at(3), at(3), mean, mean], 14);
  });
  test("set into θ every k steps, training goes on from there", () => {
    const path = run(
      { around: { average: { type: "ema", decay: 0.5, overwriteEvery: 2 } } },
      quadratic([h], [1]),
      3,
      eta,
    );
    const second = (at(1) + at(2)) / 2;
    close(
      path.map(({ theta }) => theta[0]),
      [at(1), second, second * at(1)],
      14,
    );
  });
  test("without an overwrite θ does not feel it", () => {
    const plain = run({ optimizer: "Adam" }, quadratic([h], [1]), 10);
    const averaged = run({ optimizer: "Adam", around: { average: { type: "ema" } } }, quadratic([h], [1]), 10);
    expect(averaged.map(({ theta }) => theta)).toEqual(plain.map(({ theta }) => theta));
  });
});

describe("schedules of other hyperparameters", () => {
  test("weight decay follows its own, in each group, beside the rate's", () => {
    const schedule = (gamma: number) => ({ name: "ExponentialLR", values: { gamma } });
    const given: Given = {
      groups: [
        { values: { weightDecay: 0.5 }, schedules: { weightDecay: schedule(0.8) } },
        { values: { weightDecay: 0.3 }, schedule: schedule(0.9), schedules: { weightDecay: schedule(0.5) } },
      ],
    };
    const path = run(given, quadratic([2, 1], [1, 1]), 6, 0.1);
    const want = [1, 1];
    path.forEach(({ theta }, t) => {
      want[0] *= 1 - 0.1 * (2 + 0.5 * 0.8 ** t);
      want[1] *= 1 - 0.1 * 0.9 ** t * (1 + 0.3 * 0.5 ** t);
      close(theta, want, 14);
    });
  });
  test("one that follows the loss is told of it", () => {
    const plateau = { name: "ReduceLROnPlateau", values: { patience: 1, factor: 0.5 } };
    const trainer = new Trainer(
      configured({ groups: [{ values: { weightDecay: 0.4 }, schedules: { weightDecay: plateau } }] }, 0),
      quadratic([1], [1]),
      rng(1),
      { steps: 10, stepsPerEpoch: 5, batchSize: 1 },
    );
    const decays = Array.from({ length: 6 }, () => {
      trainer.step();
      return trainer.values(0, trainer.t)["weightDecay"];
    });
    // With a rate of 0 nothing improves: the third loss is one too many.
    expect(decays[0]).toBe(0.4);
    expect(last(decays)).toBeLessThan(0.4);
  });
  test("a hyperparameter that the optimizer has not is refused", () => {
    const given: Given = { groups: [{ schedules: { beta1: { name: "StepLR", values: {} } } }] };
    expect(() => run(given, quadratic([1], [1]), 1)).toThrow("SGD has no beta1 for StepLR to follow.");
  });
});

describe("with two groups everything around spans both", () => {
  const around: readonly Given[] = [
    { clip: { type: "norm", max: 0.5 } },
    { clip: { type: "value", max: 0.5 } },
    { clip: { type: "tensor", max: 0.5 } },
    { around: { sam: { rho: 0.3 } } },
    { around: { sam: { rho: 0.3, adaptive: true } } },
    { around: { lookahead: { every: 3, alpha: 0.4 } } },
    { around: { average: { type: "ema", decay: 0.8 } } },
    { around: { average: { type: "polyak", overwriteEvery: 4 } } },
    { around: { sam: { rho: 0.1 }, lookahead: { every: 2, alpha: 0.5 }, average: { type: "polyak" } } },
    { accumulation: 2 },
  ];
  test.each(around.map((it) => [JSON.stringify(it), it] as const))("%s", (_, it) => {
    for (const optimizer of ["SGD", "Adam", "LAMB", "SGDScheduleFree", "Prodigy"]) {
      const objective = () => quadratic([1, 4, 0.5, 2], [1, -2, 3, 0.5], [[2], [2]]);
      const one = run({ ...it, optimizer }, objective(), 12);
      const two = run({ ...it, optimizer, groups: [{ size: 2 }, { size: 2 }] }, objective(), 12);
      one.forEach(({ theta, evaluated }, t) => {
        close(two[t].theta, theta, 12);
        close(two[t].evaluated, evaluated, 12);
      });
    }
  });
  test("a norm over both is not that of either", () => {
    const groups = [{ size: 1 }, { size: 1 }];
    const [{ theta }] = run({ groups, clip: { type: "norm", max: 1, epsilon: 0 } }, quadratic([1, 1], [3, 4]), 1, 1);
    close(theta, [3 - 0.6, 4 - 0.8]);
  });
});

test("an effective rate that is measured is that of the optimizer's own step, not of what follows it", () => {
  // Lion's step is η in each coordinate, and so |Δθ|/|ĝ| = η/|ĝ|.
  const given = configured({ optimizer: "Lion", around: { lookahead: { every: 1, alpha: 0.1 } } }, 0.01);
  const trainer = new Trainer(given, quadratic([1, 4], [1, -2]), rng(1), { steps: 1, stepsPerEpoch: 1, batchSize: 1 });
  trainer.step();
  const rates = trainer.effectiveLearningRate(zeros(2));
  expect(rates[0]).toBeCloseTo(0.01, 13);
  expect(rates[1]).toBeCloseTo(0.01 / 8, 13);
  expect(norm(trainer.theta.map((x, i) => x - [1, -2][i]))).toBeCloseTo(0.001 * Math.SQRT2, 13);
});

test.each([
  [{ sam: { rho: -1 } }, "SAM needs a radius (rho) of at least 0, got -1."],
  [{ sam: { rho: Infinity } }, "SAM needs a radius (rho) of at least 0, got Infinity."],
  [{ lookahead: { every: 0, alpha: 0.5 } }, "Lookahead needs a whole number of steps (every) of at least 1, got 0."],
  [{ lookahead: { every: 5, alpha: 1.5 } }, "Lookahead needs a share (alpha) above 0 and at most 1, got 1.5."],
  [
    { average: { type: "ema", decay: 1 } },
    "The average of weights needs a memory (decay) of at least 0 and below 1, got 1.",
  ],
  [
    { average: { type: "polyak", from: -1 } },
    "The average of weights needs a whole number of steps to wait (from), got -1.",
  ],
  [
    { average: { type: "polyak", every: 1.5 } },
    "The average of weights needs a whole number of steps (every) of at least 1, got 1.5.",
  ],
  [
    { average: { type: "ema", overwriteEvery: 0 } },
    "The average of weights needs a whole number of steps (overwriteEvery) of at least 1, got 0.",
  ],
] satisfies [Around, string][])("%j is refused in a sentence", (around, sentence) => {
  expect(() => run({ around }, quadratic([1], [1]), 1)).toThrow(new Error(sentence));
});
