import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { findOptimizer } from "../../../src/core/optimizers/index.ts";
import type { Batch } from "../../../src/core/problems/problem.ts";
import { rng } from "../../../src/core/rng.ts";
import { zeros, type Vector } from "../../../src/core/vector.ts";
import { checkOf, leaves, type Check } from "../theoryChecks.ts";

// Sections 6 to 8 of the theory as far as they concern update rules: their trajectories, what they do not answer to (units of
// parameters and loss, batch size), and what their averages weigh.

const load = (name: string) => checkOf(new URL(`../../reference/theory/${name}.json`, import.meta.url));
const [units, decoupling, batches] = ["06-rmsprop-units", "07-adam-decoupling", "08-adam-batch-size"].map(load);

/** Three standardised columns of the diabetes data, and the standardised target; 442 rows. */
const rows = (() => {
  const text = readFileSync(new URL("../../reference/theory/data/diabetes.csv", import.meta.url), "utf8");
  const table = text
    .trim()
    .split("\n")
    .slice(1)
    .map((line) => line.split(",").map(Number));
  const last = table[0].length - 1;
  const columns = [2, 3, 8, last].map((c) => {
    const values = table.map((row) => row[c]);
    const mean = values.reduce((a, b) => a + b, 0) / values.length;
    const sd = Math.sqrt(values.reduce((a, b) => a + (b - mean) ** 2, 0) / values.length);
    return values.map((x) => (x - mean) / sd);
  });
  return table.map((_, i) => columns.map((column) => column[i]));
})();

/** ½ (x·w − y)² averaged over chosen rows, with parameters in other units (ψ = c φ) and the loss in others (a L). */
function leastSquares(chosen: readonly number[], c: readonly number[] = [1, 1, 1], a = 1): Batch {
  const mean = zeros(3);
  const meanSquare = zeros(3);
  return {
    loss: () => NaN,
    gradient(w) {
      mean.fill(0);
      meanSquare.fill(0);
      for (const r of chosen) {
        const row = rows[r];
        let residual = -row[3];
        for (let j = 0; j < 3; j++) residual += row[j] * (w[j] / c[j]);
        for (let j = 0; j < 3; j++) {
          const g = (a / c[j]) * residual * row[j];
          mean[j] += g / chosen.length;
          meanSquare[j] += g ** 2 / chosen.length;
        }
      }
      return { mean, meanSquare };
    },
  };
}

type Values = Readonly<Record<string, number>>;
const complete = (name: string, h: Values): Record<string, number> => {
  const knobs = findOptimizer(name)!.hyperparameters;
  return Object.fromEntries(Object.entries(knobs).map(([key, { default: standard }]) => [key, h[key] ?? standard]));
};
/** θ after each step. */
function run(name: string, h: Values, start: readonly number[], steps: number, batch: (t: number) => Batch): Vector[] {
  const it = findOptimizer(name)!;
  const values = complete(name, h);
  const theta = Float64Array.from(start);
  const state = it.init(theta, [[theta.length]], values);
  return Array.from({ length: steps }, (_, k) => {
    it.step(batch(k + 1), theta, state, k + 1, values);
    return Float64Array.from(theta);
  });
}

const golden = units.spec("golden-trajectories") as {
  eta: number;
  N_g: number;
  N_s: number;
  eps: number;
  w0: number[];
  steps: number;
};
const { eta: learningRate, N_g: gradientWindow, N_s: squareWindow, eps: epsilon } = golden;
/** The nine rules of the check, in our words; `epsilon` is dropped where a rule has none. */
const rules: Readonly<Record<string, readonly [string, Values]>> = {
  sgd: ["SGD", { learningRate }],
  momentum_coupled: ["SGD", { learningRate: learningRate / gradientWindow, momentum: 1 - 1 / gradientWindow }],
  momentum_decoupled: ["DecoupledSGD", { learningRate, gradientWindow }],
  rmsprop_eq1: ["DecoupledRMSProp", { learningRate, squareWindow, epsilon }],
  rmsprop_centered: ["DecoupledRMSProp", { learningRate, squareWindow, epsilon, centered: 1 }],
  rmsprop_eq2: ["DecoupledRMSProp", { learningRate, squareWindow, epsilon, divisor: 1 }],
  adam_min: ["DecoupledAdam", { learningRate, gradientWindow, squareWindow, epsilon, correction: 2 }],
  adam_kb: ["DecoupledAdam", { learningRate, gradientWindow, squareWindow, epsilon, correction: 1 }],
  adam_none: ["DecoupledAdam", { learningRate, gradientWindow, squareWindow, epsilon, correction: 0 }],
};
const inFileOrder = (c?: readonly number[], a?: number) => (t: number) => leastSquares([(t - 1) % rows.length], c, a);
const trajectory = (rule: string, over: Values = {}, c: readonly number[] = [1, 1, 1], a = 1) => {
  const [name, h] = rules[rule];
  return run(
    name,
    { ...h, ...over },
    golden.w0.map((w, j) => w * c[j]),
    golden.steps,
    inFileOrder(c, a),
  );
};

describe("the nine rules of section 6", () => {
  test.each(Object.keys(rules))("%s gives the recorded parameters", (rule) => {
    const path = trajectory(rule);
    const got = { after_1: [...path[0]], after_10: [...path[9]], final: [...path[path.length - 1]] };
    units.compare("golden-trajectories", "trajectories", { [rule]: got });
  });

  test("PyTorch's forms give the same as the decoupled ones at N = 1/(1 − β)", () => {
    const same = (rule: string, name: string, h: Values) => {
      const theirs = run(name, h, golden.w0, golden.steps, inFileOrder());
      trajectory(rule).forEach((w, t) => {
        for (let j = 0; j < 3; j++) expect(Math.abs(w[j] - theirs[t][j])).toBeLessThanOrEqual(1e-14);
      });
    };
    const beta2 = 1 - 1 / squareWindow;
    same("rmsprop_eq1", "RMSProp", { learningRate, beta2, epsilon });
    same("rmsprop_centered", "RMSProp", { learningRate, beta2, epsilon, centered: 1 });
    same("adam_kb", "Adam", { learningRate, beta1: 1 - 1 / gradientWindow, beta2, epsilon });
    same("momentum_decoupled", "SGD", rules["momentum_coupled"][1]);
  });
});

/** max_t |ψ_t/c − φ_t| over max_t |φ_t − φ_0|: 0 where a change of units changes nothing. */
function violation(base: readonly Vector[], changed: readonly Vector[], c: readonly number[]): number {
  let most = 0;
  let scale = 0;
  base.forEach((w, t) => {
    for (let j = 0; j < 3; j++) {
      most = Math.max(most, Math.abs(changed[t][j] / c[j] - w[j]));
      scale = Math.max(scale, Math.abs(w[j] - golden.w0[j]));
    }
  });
  return most / scale;
}
describe("units (section 6)", () => {
  const { c, a, c_vector } = units.spec("units-invariance") as { c: number; a: number; c_vector: number[] };
  const exponents = units.value("units-invariance", "exponents") as Record<string, [number, number]>;
  const ofEpsilon = units.value("units-invariance", "eps_exponent") as Record<string, number>;
  const each = [c, c, c];

  test.each(Object.keys(rules))("%s keeps its path when the rate and ε change with the units", (rule) => {
    const base = trajectory(rule);
    const [p, q] = exponents[rule];
    const [, h] = rules[rule];
    const changed = trajectory(
      rule,
      {
        learningRate: h["learningRate"] * c ** p * a ** q,
        ...("epsilon" in h && { epsilon: h["epsilon"] * (a / c) ** ofEpsilon[rule] }),
      },
      each,
      a,
    );
    expect(violation(base, changed, each)).toBeLessThanOrEqual(
      units.entry("units-invariance", "violation_transformed").max!,
    );
    const scaled = violation(base, trajectory(rule, {}, each), each);
    units.compare("units-invariance", "violation_untransformed_c", { [rule]: scaled });
    const lossy = violation(base, trajectory(rule, {}, [1, 1, 1], a), [1, 1, 1]);
    units.compare("units-invariance", "violation_untransformed_a", { [rule]: lossy });
  });

  test("only the division by σ² is free of each parameter's own units", () => {
    for (const rule of ["rmsprop_eq2", "rmsprop_eq1"]) {
      const base = trajectory(rule, { epsilon: 0 });
      const got = violation(base, trajectory(rule, { epsilon: 0 }, c_vector), c_vector);
      const name = rule === "rmsprop_eq2" ? "eq2" : "rmsprop_eq1";
      units.compare("units-invariance", `violation_per_parameter_units_${name}`, got);
    }
  });
});

describe("first steps (section 6)", () => {
  const constant = (g: number): Batch => ({
    loss: () => NaN,
    gradient: () => ({ mean: Float64Array.of(g), meanSquare: Float64Array.of(g * g) }),
  });
  const multipliers = (id: string, more: Values, at: readonly number[]) => {
    const { g, Ns, eta, eps } = units.spec(id) as { g: number; Ns: number; eta: number; eps: number };
    const h = { learningRate: eta, squareWindow: Ns, epsilon: eps, ...more };
    const path = run("DecoupledRMSProp", h, [0], Math.max(...at), () => constant(g));
    return at.map((t) => (t === 1 ? 0 : path[t - 2][0]) - path[t - 1][0]);
  };

  test("RMSProp from s = 0 begins √N times too fast", () => {
    const at = [1, 2, 10, 100, 500];
    const got = multipliers("rmsprop-first-steps", {}, at);
    units.compare("rmsprop-first-steps", "step_multiplier_t", Object.fromEntries(at.map((t, i) => [t, got[i]])));
  });

  test("centered RMSProp speeds up without end under a constant gradient", () => {
    const got = multipliers("centered-blow-up", { centered: 1 }, [1, 100, 400]);
    units.compare("centered-blow-up", "multiplier_t", { 1: got[0], 100: got[1], 400: got[2] });
    const all = multipliers(
      "centered-blow-up",
      { centered: 1 },
      Array.from({ length: 400 }, (_, k) => k + 1),
    );
    units.compare("centered-blow-up", "minimum_multiplier", Math.min(...all));
  });
});

describe("Adam's averages (section 7)", () => {
  const spec = decoupling.spec("averages-on-a-stream") as {
    B: number;
    N_g: number;
    N_s: number;
    eta: number;
    eps: number;
    steps: number;
  };
  const stream = (t: number) =>
    leastSquares(Array.from({ length: spec.B }, (_, j) => ((t - 1) * spec.B + j) % rows.length));
  const h = { learningRate: spec.eta, gradientWindow: spec.N_g, squareWindow: spec.N_s, epsilon: spec.eps };
  const paths = Object.fromEntries(
    ["none", "kb", "min"].map((name, kind) => [
      name,
      run("DecoupledAdam", { ...h, correction: kind }, [0, 0, 0], spec.steps, stream),
    ]),
  );

  test("the three corrections end where they should, and differ by as much as they should on the way", () => {
    const results = decoupling.value("averages-on-a-stream", "results") as Record<string, unknown>;
    const gap = (a: readonly Vector[], b: readonly Vector[]) =>
      Math.max(...a.flatMap((w, t) => [...w].map((x, j) => Math.abs(x - b[t][j])))) /
      Math.max(...paths["kb"].flatMap((w) => [...w].map(Math.abs)));
    const final = Object.fromEntries(Object.entries(paths).map(([name, path]) => [name, [...path[path.length - 1]]]));
    const got = {
      final,
      max_param_gap_min_kb: gap(paths["min"], paths["kb"]),
      max_param_gap_none_kb: gap(paths["none"], paths["kb"]),
      ...secondMoments(),
    };
    expect(Object.keys(got).sort()).toEqual(Object.keys(results).sort());
    decoupling.compare("averages-on-a-stream", "results", got);
  });

  /** s of both corrections along the published form's path: read back from the effective rates of a rule that moves nowhere. */
  function secondMoments() {
    const it = findOptimizer("DecoupledAdam")!;
    const s = ["kb", "min"].map((_, k) => {
      const values = complete("DecoupledAdam", { ...h, learningRate: 1, epsilon: 0, correction: k + 1 });
      const theta = zeros(3);
      const state = it.init(theta, [[3]], values);
      return paths["kb"].map((_w, t) => {
        const at = t === 0 ? zeros(3) : paths["kb"][t - 1];
        const g = stream(t + 1).gradient(at);
        it.step({ loss: () => NaN, gradient: () => g }, theta, state, t + 1, values);
        return it.effectiveLearningRate!(state, t + 1, values, zeros(3)).map((rate) => rate ** -2);
      });
    });
    const relative = s[0].map((kb, t) => Math.max(...kb.map((x, j) => Math.abs(s[1][t][j] - x) / s[1][t][j])));
    const most = Math.max(...relative);
    return { max_rel_s: most, argmax_t: relative.indexOf(most) + 1, rel_s_at_3N: relative[3 * spec.N_s - 1] };
  }

  test("momentum as an average over N steps is SGD at μ = 1 − 1/N and η/N", () => {
    const { eta, N } = decoupling.spec("momentum-decoupling") as { eta: number; N: number[] };
    const most = decoupling.entry("momentum-decoupling", "identity_violation").max!;
    for (const n of N) {
      const a = run("DecoupledSGD", { learningRate: eta, gradientWindow: n }, golden.w0, 200, inFileOrder());
      const b = run("SGD", { learningRate: eta / n, momentum: 1 - 1 / n }, golden.w0, 200, inFileOrder());
      for (const [t, w] of a.entries())
        for (let j = 0; j < 3; j++) expect(Math.abs(w[j] - b[t][j])).toBeLessThanOrEqual(most);
    }
  });

  test("η₀ ε with a large ε is SGD at η₀ whatever ε; η₀/ε is the same run as η at η₀/ε", () => {
    const at = (over: Values) => run("DecoupledAdam", { ...h, gradientWindow: 1, ...over }, [0, 0, 0], 50, stream);
    const sgd = run("SGD", { learningRate: 0.05 }, [0, 0, 0], 50, stream);
    for (const eps of [1e6, 1e9]) {
      const path = at({ learningRate: 0.05, rateForm: 1, epsilon: eps });
      for (const [t, w] of path.entries())
        for (let j = 0; j < 3; j++) expect(Math.abs(w[j] - sgd[t][j])).toBeLessThanOrEqual(10 / eps);
    }
    expect(at({ learningRate: 0.01, rateForm: 2, epsilon: 0.5 })).toEqual(at({ learningRate: 0.02, epsilon: 0.5 }));
  });
});

describe("batch size (section 8)", () => {
  test("the mean of the examples' squares does not answer to the batch, the square of their mean does", () => {
    const { w, B } = batches.spec("second-moment-by-batch") as { w: number[]; B: number[] };
    const everyRow = leastSquares(rows.map((_, r) => r)).gradient(Float64Array.from(w));
    batches.compare("second-moment-by-batch", "g_mean", [...everyRow.mean]);
    batches.compare("second-moment-by-batch", "m2", [...everyRow.meanSquare]);
    // Batches of B rows with replacement: E[(mean)²] = g² + (m₂ − g²)/B, measured over many draws.
    const z = rng(11);
    for (const size of B.slice(0, 3)) {
      const draws = 40_000;
      const [ofMean, ofEach] = [zeros(3), zeros(3)];
      for (let k = 0; k < draws; k++) {
        const g = leastSquares(Array.from({ length: size }, () => z.integer(rows.length))).gradient(
          Float64Array.from(w),
        );
        for (let j = 0; j < 3; j++) {
          ofMean[j] += g.mean[j] ** 2 / draws;
          ofEach[j] += g.meanSquare[j] / draws;
        }
      }
      const want = batches.value("second-moment-by-batch", "by_B") as Record<string, Record<string, number[]>>;
      for (let j = 0; j < 3; j++) {
        expect(ofMean[j] / want[size]["batch_mean_squared"][j]).toBeCloseTo(1, 1);
        expect(ofEach[j] / want[size]["per_example"][j]).toBeCloseTo(1, 1);
      }
    }
  });

  const spec = batches.spec("optimal-rate-by-batch") as unknown as {
    h: number[];
    sigma: number[];
    x0: number[];
    examples: number;
    B: number[];
    replicas: number;
    eta_ref: number;
  };
  /** Loss over the last eighth of the examples, over replicas; gradients h x + σ ξ, B of them a step. */
  function loss(size: number, rate: number, perExample: 0 | 1): number {
    const it = findOptimizer("DecoupledAdam")!;
    const n = 2 * spec.replicas; // replicas side by side: this rule treats every coordinate by itself
    const values = complete("DecoupledAdam", {
      learningRate: rate,
      gradientWindow: 1,
      squareWindow: 512 / size,
      epsilon: 0,
      correction: 2,
      perExample,
    });
    const theta = zeros(n).map((_, i) => spec.x0[i % 2]);
    const state = it.init(theta, [[n]], values);
    const [mean, meanSquare, noise] = [zeros(n), zeros(n), zeros(n * size)];
    const batch: Batch = { loss: () => NaN, gradient: () => ({ mean, meanSquare }) };
    const z = rng(5).split("batch", size);
    const steps = spec.examples / size;
    let sum = 0;
    let count = 0;
    for (let t = 1; t <= steps; t++) {
      z.normals(noise);
      for (let i = 0; i < n; i++) {
        const slope = spec.h[i % 2] * theta[i];
        mean[i] = meanSquare[i] = 0;
        for (let b = 0; b < size; b++) {
          const g = slope + spec.sigma[i % 2] * noise[i * size + b];
          mean[i] += g / size;
          meanSquare[i] += (g * g) / size;
        }
      }
      it.step(batch, theta, state, t, values);
      if (t <= (7 * steps) / 8) continue;
      for (let i = 0; i < n; i++) sum += (spec.h[i % 2] * theta[i] ** 2) / 2;
      count += spec.replicas;
    }
    return sum / count;
  }
  /** ln η at the parabola's bottom round the least of 17 rates. */
  function bestRate(size: number, perExample: 0 | 1): number {
    const centre = Math.log(spec.eta_ref) + (perExample === 1 ? 1 : 0.5) * Math.log(size);
    const x = Array.from({ length: 17 }, (_, k) => centre - 2 + k / 4);
    const y = x.map((at) => Math.log(loss(size, Math.exp(at), perExample)));
    const k = Math.min(14, Math.max(2, y.indexOf(Math.min(...y))));
    return parabola(x.slice(k - 2, k + 3), y.slice(k - 2, k + 3));
  }
  test("the best rate grows like B with each example's square, like √B with the square of the mean", () => {
    for (const [name, perExample] of [
      ["per_example", 1],
      ["squared_batch_mean", 0],
    ] as const) {
      const logs = spec.B.map(Math.log);
      const best = spec.B.map((size) => bestRate(size, perExample));
      batches.compare("optimal-rate-by-batch", `slope_${name}`, slope(logs, best));
      batches.compare(
        "optimal-rate-by-batch",
        `ln_eta_star_${perExample === 1 ? "per_example" : "squared_mean"}`,
        best,
      );
    }
  }, 60_000);
});

/** Bottom of the least-squares parabola through equally spaced points. */
function parabola(x: readonly number[], y: readonly number[]): number {
  const step = x[1] - x[0];
  const first = (2 * (y[4] - y[0]) + (y[3] - y[1])) / 10;
  const second = (2 * (y[0] + y[4]) - (y[1] + y[3]) - 2 * y[2]) / 7;
  return x[2] - (first / second) * step;
}
function slope(x: readonly number[], y: readonly number[]): number {
  const [mx, my] = [x, y].map((all) => all.reduce((a, b) => a + b, 0) / all.length);
  return x.reduce((sum, a, i) => sum + (a - mx) * (y[i] - my), 0) / x.reduce((sum, a) => sum + (a - mx) ** 2, 0);
}

test("every number of these checks that concerns a rule is looked at", () => {
  const open = (check: Check, ids: readonly string[]) =>
    ids.flatMap((id) => check.open(id).map((name) => `${id}: ${name}`));
  expect([
    ...open(units, ["golden-trajectories", "units-invariance", "rmsprop-first-steps", "centered-blow-up"]),
    ...open(decoupling, ["averages-on-a-stream"]),
  ]).toEqual(["units-invariance: units_of_eta_in_eq2"]);
  expect(leaves({ a: [1, { b: 2 }] })).toEqual([
    ["a.0", 1],
    ["a.1.b", 2],
  ]);
});
