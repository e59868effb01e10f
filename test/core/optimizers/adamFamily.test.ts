import { describe, expect, test } from "vitest";
import { findOptimizer } from "../../../src/core/optimizers/index.ts";
import type { Optimizer } from "../../../src/core/optimizers/index.ts";
import type { Batch } from "../../../src/core/problems/problem.ts";

// What the switches of the Adam and SGD families say, in closed form: the first steps from θ = 2 with gradients given.

const named = (name: string): Optimizer => {
  const it = findOptimizer(name);
  if (!it) throw new Error(`no ${name}`);
  return it;
};
const start = 2;
const eta = 0.1;
/** θ after one step for each gradient; η a number, or one for each step. */
function path(
  name: string,
  changed: Record<string, number>,
  gradients: readonly number[],
  rates: readonly number[] = [],
) {
  const it = named(name);
  const standard = Object.fromEntries(Object.entries(it.hyperparameters).map(([key, own]) => [key, own.default]));
  const h: Record<string, number> = { ...standard, learningRate: eta, ...changed };
  const theta = Float64Array.of(start);
  const state = it.init(theta, [[1]], h);
  return gradients.map((g, i) => {
    const mean = Float64Array.of(g);
    const f: Batch = { loss: () => 0, gradient: () => ({ mean, meanSquare: mean.map((x) => x * x) }) };
    it.step(f, theta, state, i + 1, { ...h, learningRate: rates[i] ?? eta });
    return theta[0];
  });
}
const first = (name: string, changed: Record<string, number>, g: number) => path(name, changed, [g])[0];
const near = (got: number, want: number) => expect(Math.abs(got - want)).toBeLessThanOrEqual(1e-13 * Math.abs(want));

describe("where ε stands decides the first step", () => {
  const g = 0.3;
  const epsilon = 0.01;
  const beta2 = 0.99;

  test("Adam: beside √v̂ it is ε, beside √v it is ε/√(1 − β₂), in the root it is √(ĝ² + ε)", () => {
    near(first("Adam", { beta2, epsilon }, g), start - (eta * g) / (g + epsilon));
    near(first("Adam", { beta2, epsilon, epsilonHat: 1 }, g), start - (eta * g) / (g + epsilon / Math.sqrt(1 - beta2)));
    near(first("Adam", { beta2, epsilon: 0, epsilonRoot: epsilon }, g), start - (eta * g) / Math.sqrt(g * g + epsilon));
  });
  test("RMSProp: outside the root or in it, after v has taken a share 1 − β₂ of ĝ²", () => {
    const v = (1 - beta2) * g * g;
    near(first("RMSProp", { beta2, epsilon }, g), start - (eta * g) / (Math.sqrt(v) + epsilon));
    near(first("RMSProp", { beta2, epsilon, epsilonInRoot: 1 }, g), start - (eta * g) / Math.sqrt(v + epsilon));
  });
  test("Adamax: at |ĝ| before the maximum, or beside it", () => {
    // A second gradient of 0 shows the difference: u is β₂(|ĝ| + ε), or β₂|ĝ| + ε.
    const m = (0.9 * 0.1 * g) / (1 - 0.81);
    const [one, two] = path("Adamax", { beta2, epsilon }, [g, 0]);
    near(two, one - (eta * m) / (beta2 * (g + epsilon)));
    const [former, latter] = path("Adamax", { beta2, epsilon, epsilonOutside: 1 }, [g, 0]);
    near(latter, former - (eta * m) / (beta2 * g + epsilon));
  });
  test("RAdam: PyTorch's ε stands beside √v, optax's beside √v̂", () => {
    // β₂ = 0.75 has ρ_∞ = 7; with equal gradients m̂ = g and v̂ = g², and ρ first exceeds 5 in step 8.
    const gradients = Array.from({ length: 8 }, () => g);
    const rho = 7 - (2 * 8 * 0.75 ** 8) / (1 - 0.75 ** 8);
    const r = Math.sqrt(((rho - 4) * (rho - 2) * 7) / (3 * 5 * rho));
    expect(rho).toBeGreaterThan(5);
    for (const [arithmetic, floor] of [
      [0, epsilon / Math.sqrt(1 - 0.75 ** 8)],
      [1, epsilon],
    ] as const) {
      const walked = path("RAdam", { beta2: 0.75, epsilon, arithmetic }, gradients);
      near(walked[6], start - 7 * eta * g);
      near(walked[7], walked[6] - (eta * r * g) / (g + floor));
    }
  });
});

describe("averages that start at 0 are corrected, or not", () => {
  test("Adam's first step is η, short by 1 − β₁ without the one and long by 1/√(1 − β₂) without the other", () => {
    const h = { beta1: 0.9, beta2: 0.99, epsilon: 0 };
    near(first("Adam", h, 5), start - eta);
    near(first("Adam", { ...h, biasCorrection: 0 }, 5), start - eta * 0.1);
    near(first("Adam", { ...h, biasCorrection2: 0 }, 5), start - eta / Math.sqrt(0.01));
    near(first("AdamW", { ...h, weightDecay: 0, biasCorrection: 0, biasCorrection2: 0 }, 5), start - eta);
  });
  test("RMSProp's is η√N, η with a correction, and that of v₀ where v starts there", () => {
    const h = { beta2: 0.99, epsilon: 0 };
    near(first("RMSProp", h, 5), start - eta * 10);
    near(first("RMSProp", { ...h, biasCorrection: 1 }, 5), start - eta);
    near(first("RMSProp", { ...h, initialSecondMoment: 1 }, 5), start - (eta * 5) / Math.sqrt(0.99 + 0.01 * 25));
  });
  test("centered RMSProp corrects its mean as well: equal gradients have no variance", () => {
    const [, two] = path("RMSProp", { centered: 1, epsilonInRoot: 1, epsilon: 1, biasCorrection: 1 }, [3, 3]);
    near(two, start - 2 * eta * 3);
  });
});

describe("momentum", () => {
  test("a buffer that holds its rates keeps them when the rate falls to 0", () => {
    const rates = [eta, 0];
    for (const [name, one] of [
      ["SGD", 5],
      ["RMSProp", 10],
    ] as const) {
      const h = { momentum: 0.5, epsilon: 0 };
      const held = path(name, { ...h, rateInMomentum: 1 }, [5, 0], rates);
      near(held[0], start - eta * one);
      near(held[1], start - 1.5 * eta * one);
      expect(path(name, h, [5, 0], rates)[1]).toBe(held[0]);
    }
  });
  test("Nesterov's first step counts the gradient 1 + μ times, whoever holds the rate", () => {
    for (const rateInMomentum of [0, 1]) {
      near(first("SGD", { momentum: 0.5, nesterov: 1, rateInMomentum }, 5), start - eta * 5 * 1.5);
      near(first("RMSProp", { momentum: 0.5, nesterov: 1, rateInMomentum, epsilon: 0 }, 5), start - eta * 10 * 1.5);
    }
  });
  test("Adam's Nesterov form looks one correction ahead", () => {
    near(first("Adam", { beta1: 0.9, epsilon: 0, nesterov: 1 }, 5), start - eta * (1 + 0.9 / 1.9));
  });
  test("NAdam warms its momentum up, and PyTorch 1 counted μ₁ twice in what corrects the first step", () => {
    const h = { beta1: 0.9, epsilon: 0, momentumDecay: 1 };
    const [one, two] = [0.9 * (1 - 0.5 * 0.96), 0.9 * (1 - 0.5 * 0.96 ** 2)];
    // m is a tenth of the gradient after a step.
    near(first("NAdam", h, 5), start - eta * (1 + (two * 0.1) / (1 - one * two)));
    near(first("NAdam", { ...h, squaredProduct: 1 }, 5), start - eta * (1 + (two * 0.1) / (1 - one * one * two)));
  });
});

describe("the largest second moment", () => {
  test("is taken before its correction or after it: after a great gradient they part", () => {
    const h = { beta1: 0, beta2: 0.5, epsilon: 0, amsgrad: 1 };
    // v: 8, then 4.5; corrected: 16, then 6.
    const [before, plain] = path("Adam", h, [4, 1]);
    near(plain, before - eta / Math.sqrt(8 / 0.75));
    const [same, corrected] = path("Adam", { ...h, amsgradCorrected: 1 }, [4, 1]);
    expect(same).toBe(before);
    near(corrected, before - eta / 4);
  });
});

describe("weight decay", () => {
  const decay = { weightDecay: 0.5 };
  test.each(["SGD", "RMSProp", "Adam", "Adamax", "NAdam", "RAdam"])(
    "%s: decoupled, a step without gradient leaves 1 − ηλ of θ",
    (name) => {
      near(first(name, { ...decay, decoupledWeightDecay: 1 }, 0), start * (1 - eta * 0.5));
    },
  );
  test("AdamW with decay after the step shrinks the step too", () => {
    const h = { ...decay, epsilon: 0 };
    near(first("AdamW", h, 5), start * 0.95 - eta);
    near(first("AdamW", { ...h, decayAfterStep: 1 }, 5), (start - eta) * 0.95);
  });
  test("timm's corrected decay falls as η²/η₀", () => {
    const h = { ...decay, decoupledWeightDecay: 1, correctedDecay: 1 };
    const [one, two] = path("RMSProp", h, [0, 0], [eta, eta / 2]);
    near(one, start * (1 - 0.5 * eta));
    near(two, one * (1 - (0.5 * eta) / 4));
  });
  test("coupled, λθ joins the gradient", () => {
    near(first("SGD", decay, 3), start - eta * 4);
    near(first("RMSProp", { ...decay, epsilon: 1e9, beta2: 0 }, 3), start - (eta * 4) / (4 + 1e9));
  });
});

test("RAdam trusts its second moment above the threshold in PyTorch, from it on in optax", () => {
  // The threshold is ρ₈ itself, to the last digit.
  const threshold = 7 - (2 * 8 * 0.75 ** 8) / (1 - 0.75 ** 8);
  const gradients = Array.from({ length: 8 }, () => 0.3);
  const last = (arithmetic: number) => path("RAdam", { beta2: 0.75, threshold, arithmetic }, gradients);
  const [torch, optax] = [last(0), last(1)];
  near(torch[7], start - 8 * eta * 0.3);
  expect(optax[6]).toBe(torch[6]);
  expect(optax[6] - optax[7]).toBeGreaterThan(1.5 * eta * 0.3);
});

test("caution leaves out what the buffer would do against the gradient, in each tensor by itself", () => {
  const it = named("RMSProp");
  const standard = Object.fromEntries(Object.entries(it.hyperparameters).map(([key, own]) => [key, own.default]));
  // v stays 1, so that the buffer averages the gradients themselves.
  const h: Record<string, number> = { ...standard, learningRate: eta, epsilon: 0, beta2: 1, initialSecondMoment: 1 };
  Object.assign(h, { momentum: 0.5, caution: 1 });
  const theta = new Float64Array(4);
  const state = it.init(theta, [[2], [2]], h);
  [Float64Array.of(1, 1, 1, 1), Float64Array.of(-0.1, 1, 1, 1)].forEach((mean, i) => {
    const f: Batch = { loss: () => 0, gradient: () => ({ mean, meanSquare: mean }) };
    it.step(f, theta, state, i + 1, h);
  });
  // The buffer is 0.4 against −0.1 in the first coordinate; its neighbour alone steps, twice as far.
  near(theta[0], -eta);
  near(theta[1], -eta * (1 + 2 * 1.5));
  near(theta[2], -eta * (1 + 1.5));
  near(theta[3], -eta * (1 + 1.5));
});
