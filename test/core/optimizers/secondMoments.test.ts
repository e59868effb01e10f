import { describe, expect, test } from "vitest";
import { adaBelief } from "../../../src/core/optimizers/adaBelief.ts";
import { adan } from "../../../src/core/optimizers/adan.ts";
import { yogi } from "../../../src/core/optimizers/yogi.ts";
import { zeros } from "../../../src/core/vector.ts";
import { along, constant, one, valuesOf } from "./along.ts";

// Against their closed forms, one coordinate unless said otherwise.

describe("AdaBelief", () => {
  const plain = { learningRate: 0.1, beta1: 0.9, beta2: 0.99, rectify: 0, epsilon: 1e-4 };

  test("divides by how far a constant gradient is from its mean: ĝβ₁ᵗ", () => {
    let s = 0;
    let want = 0;
    one(adaBelief, constant(3, 8), plain).forEach((x, k) => {
      const t = k + 1;
      s = 0.99 * s + 0.01 * (3 * 0.9 ** t) ** 2 + 1e-4;
      want -= (0.1 * 3) / (Math.sqrt(s / (1 - 0.99 ** t)) + 1e-4);
      expect(x).toBeCloseTo(want, 13);
    });
  });

  test("in optax ε̄ joins s and ε only the root; Nesterov mixes ĝ in once more", () => {
    const h = { ...plain, arithmetic: 1, epsilonRoot: 0.01 };
    const below = Math.sqrt((0.01 * 2.7 ** 2 + 0.01) / 0.01) + 1e-4;
    expect(one(adaBelief, [3], h)[0]).toBeCloseTo(-0.3 / below, 14);
    const ahead = (0.9 * 0.3) / (1 - 0.81) + (0.1 * 3) / 0.1;
    expect(one(adaBelief, [3], { ...h, nesterov: 1 })[0]).toBeCloseTo((-0.1 * ahead) / below, 14);
  });

  test("rectified, it is SGD on the mean gradient for five steps, or stands still", () => {
    const h = { ...plain, rectify: 1, beta2: 0.999 };
    one(adaBelief, constant(3, 5), h).forEach((x, k) => {
      expect(x).toBeCloseTo(-0.3 * (k + 1), 14);
    });
    const still = one(adaBelief, constant(3, 6), { ...h, degenerateToSgd: 0 });
    expect(still.slice(0, 5)).toEqual([0, 0, 0, 0, 0]);
    expect(still[5]).toBeLessThan(0);
  });

  test("rectified for good, it is the plain rule: r tends to 1", () => {
    const h = { ...plain, beta2: 0.9, rectify: 1 };
    const gradients = Array.from({ length: 400 }, (_, k) => Math.sin(k));
    const rectified = one(adaBelief, gradients, h);
    const unrectified = one(adaBelief, gradients, { ...h, rectify: 0 });
    const steps = (path: number[]) => path[399] - path[398];
    // r² = (ρ−4)(ρ−2)ρ∞ / ((ρ∞−4)(ρ∞−2)ρ) is 1 where the length ρ has reached ρ∞.
    expect(steps(rectified) / steps(unrectified)).toBeCloseTo(1, 10);
  });

  test("AMSGrad keeps the largest s", () => {
    const gradients = [10, -10, ...constant(0, 200)];
    const h = { ...plain, beta1: 0.5, beta2: 0.5 };
    const falling = one(adaBelief, gradients, h);
    const kept = one(adaBelief, gradients, { ...h, amsgrad: 1 });
    expect(Math.abs(kept[20] - kept[19])).toBeLessThan(0.01 * Math.abs(falling[20] - falling[19]));
  });

  test("decay is coupled, decoupled with η, or decoupled without", () => {
    const h = { ...plain, weightDecay: 0.2, rectify: 1, beta2: 0.999 };
    expect(one(adaBelief, [0], h, 2)[0]).toBeCloseTo(2 * (1 - 0.02), 15);
    expect(one(adaBelief, [0], { ...h, fixedDecay: 1 }, 2)[0]).toBeCloseTo(1.6, 15);
    expect(one(adaBelief, [0], { ...h, decoupledWeightDecay: 0 }, 2)[0]).toBeCloseTo(2 - 0.1 * 0.4, 15);
  });
});

describe("Yogi", () => {
  test("moves v by (1 − β₂)ĝ², up or down, where Adam's would have gone to 0 at once", () => {
    const h = valuesOf(yogi, { beta1: 0, beta2: 0.9, epsilon: 0, initialAccumulator: 1 });
    const theta = zeros(1);
    const state = yogi.init(theta, [[1]], h as never);
    const seen = [0.5, 2, 2, 0.1].map((g, k) => {
      const mean = Float64Array.of(g);
      yogi.step({ loss: () => 0, gradient: () => ({ mean, meanSquare: mean }) }, theta, state, k + 1, h as never);
      return state.v[0];
    });
    [0.975, 1.375, 1.775, 1.774].forEach((v, k) => {
      expect(seen[k]).toBeCloseTo(v, 14);
    });
  });

  test("starts m at v₀ as well, and corrects both as if they had begun at 0", () => {
    const h = { learningRate: 1, beta1: 0.5, beta2: 0.5, epsilon: 0.1, initialAccumulator: 0.2 };
    const want = (0.5 * 0.2 + 0.5 * 3) / 0.5 / (Math.sqrt((0.2 + 0.5 * 9) / 0.5) + 0.1);
    expect(one(yogi, [3], h)[0]).toBeCloseTo(-want, 15);
  });

  test("its decay joins the gradient", () => {
    const h = { beta1: 0.9, initialAccumulator: 0.5 };
    expect(one(yogi, [1], { ...h, weightDecay: 0.5 }, 4)[0] - 4).toBeCloseTo(one(yogi, [3], h)[0], 14);
  });
});

describe("Adan", () => {
  test("is a step of η a time while the gradient stays the same", () => {
    one(adan, constant(5, 30), { learningRate: 0.1, epsilon: 0 }).forEach((x, k) => {
      expect(x).toBeCloseTo(-0.1 * (k + 1), 12);
    });
  });

  test("weighs a difference of gradients by β₂, in optax by 1 − β₂", () => {
    const h = { learningRate: 1, beta1: 0, beta2: 0.25, beta3: 0, epsilon: 0 };
    for (const [arithmetic, weight] of [
      [0, 0.25],
      [1, 0.75],
    ]) {
      const [a, b] = one(adan, [1, 3], { ...h, arithmetic });
      expect(a).toBeCloseTo(-1, 15);
      const ofDifferences = (0.75 * 2) / (1 - 0.25 ** 2);
      expect(b - a).toBeCloseTo(-(3 + weight * ofDifferences) / (3 + weight * 2), 14);
    }
  });

  test("decays proximally, or as AdamW does", () => {
    const h = { learningRate: 0.1, weightDecay: 2, epsilon: 0 };
    expect(one(adan, [5], h, 3)[0]).toBeCloseTo((3 - 0.1) / 1.2, 15);
    expect(one(adan, [5], { ...h, noProximal: 1 }, 3)[0]).toBeCloseTo(3 * 0.8 - 0.1, 15);
  });

  test("a clipped gradient is the one that it averages and subtracts; ε joins the norm", () => {
    const h = { learningRate: 0.1, epsilon: 0.5 };
    const clipped = along(
      adan,
      [
        [3, 4],
        [0.3, 0.4],
        [6, -8],
      ],
      { ...h, maxGradientNorm: 1 },
    );
    const by = (norm: number) => 1 / (norm + 0.5);
    const given = [
      [3 * by(5), 4 * by(5)],
      [0.3, 0.4],
      [6 * by(10), -8 * by(10)],
    ];
    along(adan, given, h).forEach(({ all }, k) => {
      all.forEach((x, i) => {
        expect(clipped[k].all[i]).toBeCloseTo(x, 15);
      });
    });
  });

  test("takes the norm over all groups where its own is a part", () => {
    const h = valuesOf(adan, { maxGradientNorm: 1, epsilon: 0.5, beta3: 0 });
    const mean = Float64Array.of(3);
    const whole = Float64Array.of(3, 4);
    const theta = zeros(1);
    const batch = { loss: () => 0, gradient: () => ({ mean, meanSquare: mean, whole }) };
    adan.step(batch, theta, adan.init(theta, [[1]], h as never), 1, h as never);
    const g = 3 / 5.5;
    expect(theta[0]).toBeCloseTo((-1e-3 * g) / (g + 0.5), 15);
  });
});
