import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import {
  meansOf,
  flowEnd,
  sdeMeans,
  sdeSecond,
  sgdMeans,
  sgdSecond,
} from "../../../src/core/labs/langevin/expectation.ts";
import {
  currentOf,
  decayed,
  excessOf,
  leastSquaresCovariance,
  schemeCovariance,
  sdeCovariance,
  sdeCovarianceAt,
  spectrumOf,
} from "../../../src/core/labs/langevin/linear.ts";
import { langevin } from "../../../src/core/labs/langevin/lab.ts";
import { orderOf } from "../../../src/core/labs/groups.ts";
import { minimumOf } from "../../../src/core/problems/minimum.ts";
import type { Part } from "../../../src/core/labs/langevin/work.ts";
import { wholeHessian, wholeSecondMoment } from "../../../src/core/problems/examples.ts";
import { findProblem } from "../../../src/core/problems/index.ts";
import { rng } from "../../../src/core/rng.ts";
import { complete, runInline } from "../../../src/core/run.ts";
import { zeros } from "../../../src/core/vector.ts";
import type { Finding } from "../../../src/protocol/index.ts";
import { checkOf } from "../theoryChecks.ts";

const check = checkOf(new URL("../../reference/theory/03-langevin-sde.json", import.meta.url));
const diabetes = new Uint8Array(readFileSync(new URL("../../../data/diabetes.csv", import.meta.url)));
const finished = <A>(steps: Generator<unknown, A>): A => {
  for (;;) {
    const next = steps.next();
    if (next.done) return next.value;
  }
};
const flat = (rows: unknown) => Float64Array.from((rows as number[][]).flat());
const rowsOf = (m: Float64Array, d: number) => Array.from({ length: d }, (_, i) => [...m.subarray(i * d, (i + 1) * d)]);

describe("the linear SDE", () => {
  const { H: rows, Sigma, eta } = check.spec("ou-stationary-covariance") as Record<string, never>;
  const [H, sigma] = [flat(rows), flat(Sigma)];
  const it = spectrumOf(H, 2);
  const S = sdeCovariance(it, sigma, eta);

  test("has the covariance of its Lyapunov equation, and its schemes theirs", () => {
    const id = "ou-stationary-covariance";
    check.compare(id, "S_sde", rowsOf(S, 2));
    const { dts } = check.spec(id) as { dts: number[] };
    check.compare(
      id,
      "S_em_by_dt",
      Object.fromEntries(dts.map((dt) => [String(dt), rowsOf(schemeCovariance(it, sigma, eta, dt), 2)])),
    );
    check.compare(id, "excess_loss_sde", excessOf(H, S, 2));
    check.compare(id, "excess_loss_sgd", excessOf(H, schemeCovariance(it, sigma, eta, eta), 2));
    expect(check.open(id)).toEqual([]);
  });
  test("forgets its start at the rate of H", () => {
    const id = "ou-transient";
    const { T, x0 } = check.spec(id) as { T: number; x0: number[] };
    check.compare(id, "mean_T", [...decayed(it, Float64Array.from(x0), T)]);
    check.compare(id, "cov_T", rowsOf(sdeCovarianceAt(it, sigma, eta, T), 2));
    expect(check.open(id)).toEqual([]);
  });
  test("circles where H and Σ do not commute", () => {
    const id = "ou-irreversibility";
    const Q = currentOf(H, S, sigma, eta, 2);
    check.compare(id, "Q", rowsOf(Q, 2));
    check.compare(id, "rotation_rate", 2 * Q[1]);
    check.compare(id, "antisymmetry_defect", Math.max(Math.abs(Q[0]), Math.abs(Q[3]), Math.abs(Q[1] + Q[2])));
    expect(check.open(id)).toEqual([]);
    const still = currentOf(H, sdeCovariance(it, H, eta), H, eta, 2);
    for (const x of still) expect(Math.abs(x)).toBeLessThan(1e-15);
  });
});

test("a scalar quadratic has four variances, and the corrected SDE's is the furthest from SGD's", () => {
  const id = "ou-scalar-variances";
  const { h, sigma2, eta } = check.spec(id) as { h: number; sigma2: number; eta: number };
  const one = Float64Array.of(h);
  const it = spectrumOf(one, 1);
  const s = Float64Array.of(sigma2);
  check.compare(id, "sgd", schemeCovariance(it, s, eta, eta)[0]);
  check.compare(id, "sde", sdeCovariance(it, s, eta)[0]);
  check.compare(id, "corrected", sdeCovariance(spectrumOf(Float64Array.of(h * (1 + (eta * h) / 2)), 1), s, eta)[0]);
  check.compare(id, "matched_rate", -Math.log(1 - eta * h) / eta);
  check.compare(id, "lag_one_autocorrelation_sgd", 1 - eta * h);
  check.compare(id, "lag_one_autocorrelation_sde", decayed(it, Float64Array.of(1), eta)[0]);
  expect(check.open(id)).toEqual([]);
  // The recursions reach the same.
  expect(sgdSecond(h, sigma2, 0, eta, 1, 4000)).toBeCloseTo(check.value(id, "sgd") as number, 12);
  expect(sdeSecond(h, sigma2, 0, eta, 1, 400)).toBeCloseTo(check.value(id, "sde") as number, 12);
});

test("least squares has three excess losses: frozen noise, additive noise, its own rows", () => {
  const id = "covariance-three-ways";
  const { eta } = check.spec(id) as { eta: number };
  const { examples, dimension: d } = findProblem("least squares")!.prepare({ ridge: 0 }, { dataset: diabetes })(rng(1));
  const [H, C] = [zeros(d * d), zeros(d * d)];
  const minimum = minimumOf(examples!, d);
  wholeHessian(examples!, minimum, H);
  wholeSecondMoment(examples!, minimum, C);
  const it = spectrumOf(H, d);
  const M = leastSquaresCovariance(examples!, H, C, eta)!;
  check.compare(id, "excess", {
    sde_frozen: excessOf(H, sdeCovariance(it, C, eta), d),
    sgd_additive: excessOf(H, schemeCovariance(it, C, eta, eta), d),
    sgd_true: excessOf(H, M, d),
  });
  check.compare(id, "M_true", rowsOf(M, d));
  expect(check.open(id)).toEqual([]);
});

describe("means without random numbers", () => {
  test("tell how near flow, SDE and corrected SDE are to SGD", () => {
    const id = "weak-order";
    const { T, x0, etas } = check.spec(id) as { T: number; x0: number; etas: number[] };
    const line = { slope: (x: number) => x ** 3 - x + 0.1, curvature: (x: number) => 3 * x * x - 1, noise: () => 1 };
    const range = { lo: -3, hi: 3 };
    const sgd = etas.map((eta) => finished(sgdMeans(line, eta, T, x0, range)));
    const sde = etas.map((eta) => finished(sdeMeans(line, eta, T, x0, range)));
    const corrected = etas.map((eta) => finished(sdeMeans(line, eta, T, x0, range, true)));
    const flow = flowEnd(line, T, x0);
    check.compare(
      id,
      "sgd_mean",
      sgd.map(({ mean }) => mean),
    );
    check.compare(
      id,
      "sgd_second_moment",
      sgd.map(({ square }) => square),
    );
    check.compare(
      id,
      "sde_mean",
      sde.map(({ mean }) => mean),
    );
    check.compare(
      id,
      "sde_second_moment",
      sde.map(({ square }) => square),
    );
    check.compare(
      id,
      "corrected_sde_mean",
      corrected.map(({ mean }) => mean),
    );
    check.compare(id, "flow_end", flow);
    const order = (model: (k: number) => number) =>
      orderOf(
        etas,
        sgd.map(({ mean }, k) => Math.abs(mean - model(k))),
        Math.log,
      );
    check.compare(id, "order_mean", {
      flow: order(() => flow),
      sde: order((k) => sde[k].mean),
      corrected: order((k) => corrected[k].mean),
    });
    const variance = ({ mean, square }: { mean: number; square: number }) => square - mean * mean;
    check.compare(
      id,
      "relative_variance_gap_sde",
      sgd.map((it, k) => variance(it) / variance(sde[k]) - 1),
    );
    check.compare(
      id,
      "variance_over_eta_sgd",
      sgd.map((it, k) => variance(it) / etas[k]),
    );
    expect(check.open(id)).toEqual([]);
  });
  test("are those of a linear chain, whose moments are known, and of signs as of normal noise", () => {
    const spread = (x: number) => 0.1 * Math.sqrt(2 * (1 + 0.5 * x * x));
    for (const law of ["normal", "signs"] as const) {
      const { mean, square } = finished(
        meansOf({ drift: (x) => x, delta: 0.1, spread, steps: 12, law }, 0.7, { lo: -6, hi: 6 }),
      );
      expect(mean).toBeCloseTo(0.7 * 0.9 ** 12, 5);
      expect(square).toBeCloseTo(sgdSecond(1, 2, 0.5, 0.1, 0.7, 12), 5);
    }
  });
  test("do not feel the ends of the range, nor on which side of the barrier they lie", () => {
    const line = { slope: (x: number) => x ** 3 - x + 0.1, curvature: (x: number) => 3 * x * x - 1, noise: () => 1.4 };
    const [near, far] = [
      { lo: -0.16, hi: 1.76 },
      { lo: -2, hi: 2 },
    ].map((range) => finished(sdeMeans(line, 0.01, 0.16, 1.6, range)));
    expect(near.mean).toBeCloseTo(far.mean, 8);
    expect(near.square).toBeCloseTo(far.square, 7);
  });
});

const ordered = (
  problem: string,
  learningRate: number,
  controls: Record<string, number> = {},
  values: Record<string, number> = {},
  more: Record<string, number> = {},
  optimizer = "SGD",
) =>
  complete(
    {
      lab: "langevin",
      configuration: {
        framework: "torch",
        optimizer,
        batchSize: 1,
        groups: [{ name: "all", values: { learningRate, ...more } }],
      },
      problem: { name: problem, values },
      controls,
    },
    problem === "least squares" ? { dataset: diabetes } : {},
  );
const run = (seed: number, { lab, job }: ReturnType<typeof ordered>) => finished(runInline(lab, job, seed));
const named = (findings: readonly Finding[], quantity: string) => {
  const found = findings.find((it) => it.quantity === quantity);
  if (!found) throw new Error(`no finding "${quantity}"`);
  return found;
};

describe("the lab", () => {
  test.each([
    ["tilted well", 0.1, {}, {}],
    ["single well", 0.2, { kappa: 0.5, scheme: 3, chains: 4096 }, {}],
    ["flat well", 0.1, { law: 1, chains: 4096 }, {}],
    ["correlated quadratic", 0.1, { chains: 4096 }, {}],
    ["correlated quadratic", 0.1, { chains: 4096, scheme: 0, finer: 32 }, {}],
    ["least squares", 0.08, { chains: 4096 }, {}],
  ] as const)("agrees with its predictions on %s at %d, %o", (problem, rate, controls, values) => {
    for (const seed of [1, 2, 3]) {
      const { findings, report } = run(seed, ordered(problem, rate, controls, values));
      expect(report.diverged).toBeUndefined();
      const wrong = findings.filter(({ quantity, verdict }) => verdict === "off" && !/order/.test(quantity));
      expect(wrong).toEqual([]);
      const measured = findings.filter(
        ({ standardError, predicted }) => standardError !== undefined && predicted !== undefined,
      );
      expect(measured.length).toBeGreaterThanOrEqual(4);
    }
  });

  test("shows Brownian motion where nothing pulls, whatever the law of the noise", () => {
    const id = "brownian-special-case";
    const { eta, sig, T, steps } = check.spec(id) as Record<"eta" | "sig" | "T" | "steps", number>;
    const { findings } = run(
      4,
      ordered(
        "single well",
        eta,
        { force: 1, law: 1, start: 0, time: T, scheme: 4, chains: 30_000 },
        { noise: sig * sig },
      ),
    );
    const variance = named(findings, "Variance of SGD at T");
    check.compare(id, "variance_T", variance.predicted);
    check.compare(id, "crossover_note_sd_per_sqrt_time", Math.sqrt(variance.predicted! / T));
    const kurtosis = named(findings, "Excess kurtosis of SGD at T");
    check.compare(id, "excess_kurtosis", kurtosis.predicted);
    expect([variance.verdict, kurtosis.verdict]).toEqual(["agrees", "agrees"]);
    expect(kurtosis.standardError!).toBeLessThan(0.04);
    expect(steps).toBe(Math.round(T / eta));
    expect(check.open(id)).toEqual([]);
  });

  test("finds the strong orders of the schemes", () => {
    const constant = run(1, ordered("double well", 0.1, { chains: 512 }));
    for (const name of ["Strong order, Euler–Maruyama = Milstein", "Strong order, Heun"])
      expect(named(constant.findings, name).verdict).toBe("agrees");
    // Much noise that depends on θ, and hardly any drift beside it.
    const { findings } = run(1, ordered("single well", 0.25, { kappa: 1, chains: 512, time: 1, force: 1, start: 1 }));
    expect(named(findings, "Strong order, Euler–Maruyama").measured!).toBeGreaterThan(0.3);
    expect(named(findings, "Strong order, Euler–Maruyama").measured!).toBeLessThan(0.65);
    expect(named(findings, "Strong order, Milstein").measured!).toBeGreaterThan(0.85);
    expect(named(findings, "Strong order, Milstein").measured!).toBeLessThan(1.15);
    expect(named(findings, "Strong order, stochastic Runge–Kutta").measured!).toBeGreaterThan(0.85);
    expect(named(findings, "Strong order, Heun").measured!).toBeGreaterThan(0.85);
  });

  test("draws errors that grow with the step, and differences that grow with η", () => {
    const { lab, job } = ordered("double well", 0.1, { chains: 256, time: 1 });
    const drawn = new Map<string, readonly Float64Array[]>();
    for (const frames of runInline(lab, job, 1))
      for (const { chart, series, columns } of frames ?? []) drawn.set(`${chart} ${series}`, columns);
    for (const name of ["strong Milstein", "strong Heun", "strong order 1", "weak flow", "weak SDE"]) {
      const [x, y] = drawn.get(name)!;
      for (let k = 1; k < x.length; k++) {
        expect(x[k], name).toBeGreaterThan(x[k - 1]);
        expect(y[k], name).toBeGreaterThan(y[k - 1]);
      }
    }
  });

  test("shows a divergence as a result", () => {
    const { report, findings } = run(1, ordered("double well", 1.5, { time: 60, chains: 512 }));
    expect(report.diverged).toBe(true);
    expect(report.answer).toMatch(/^Diverged by step \*\*\d+\*\* in/);
    expect(report.advice!.value).toBeLessThan(1.5);
    for (const it of findings)
      for (const x of [it.measured, it.predicted, it.standardError])
        if (x !== undefined) expect(Number.isFinite(x)).toBe(true);
    const beyond = run(1, ordered("correlated quadratic", 1.2, { time: 400, chains: 256 }));
    expect(beyond.report.diverged).toBe(true);
  });

  test("hands over the same numbers whatever unit comes first", () => {
    for (const made of [
      ordered("tilted well", 0.1, { chains: 1024, time: 1 }),
      ordered("correlated quadratic", 0.1, { chains: 512, time: 1 }),
    ]) {
      const { lab, job } = made;
      const parts: { unit: number; part: Part }[] = [];
      for (let unit = 0; unit < lab.units(job); unit++)
        for (const part of lab.work(job, unit, rng(3)))
          if (part !== undefined) parts.push({ unit, part: part as Part });
      const told = (order: typeof parts) => {
        const gathering = lab.gather(job);
        for (const { unit, part } of order) gathering.add(unit, part);
        const frames = gathering
          .frames()
          .map(({ chart, series, columns }) => [chart, series, columns.map((c) => [...c])]);
        return { frames: frames.sort(), findings: gathering.findings(), answer: gathering.report("done").answer };
      };
      const forth = told(parts);
      const back = told([...parts].sort((a, b) => b.unit - a.unit));
      expect(back).toEqual(forth);
      expect(forth.frames.length).toBeGreaterThan(8);
      const announced = langevin
        .charts(job.configuration, job.problem, job.controls as never)
        .flatMap(({ id, series }) => series.map(({ label }) => `${id} ${label}`));
      for (const [chart, series] of forth.frames) expect(announced).toContain(`${String(chart)} ${String(series)}`);
    }
  });

  test.each([
    [() => ordered("tilted well", 0.1, {}, {}, {}, "Adam"), /model of SGD; Adam is another matter/],
    [() => ordered("tilted well", 0.1, {}, {}, { momentum: 0.9 }), /no memory; set momentum to 0/],
    [() => ordered("tilted well", 0.1, {}, {}, { weightDecay: 0.1 }), /Weight decay/],
    [() => ordered("tilted well", 0), /learning rate above 0/],
    [() => ordered("tilted well", 0.1, { scheme: 4 }), /exact OU scheme needs a linear drift/],
    [() => ordered("correlated quadratic", 0.1, { scheme: 1 }), /Euler–Maruyama or the exact OU/],
    [() => ordered("tilted well", 0.1, { time: -1 }), /time T must be above 0/],
    [() => ordered("tilted well", 0.1, { chains: 2.5 }), /Chains must be a whole number/],
    [() => ordered("tilted well", 0.1, {}, { noise: -1 }), /cannot be negative/],
    [() => ordered("tilted well", 1e-9, { time: 10 }), /more than 10,000,000 steps/],
    [() => ordered("softmax digits", 0.1), /no problem "softmax digits" for the lab "langevin"/],
  ])("refuses %# with a sentence", (make, said) => {
    expect(make).toThrow(said);
  });
});

describe("what an experiment file can set", () => {
  const told = (problem: object, controls: Record<string, number>, lists: Record<string, number[]> = {}, eta = 0.1) => {
    const configuration = {
      framework: "torch",
      optimizer: "SGD",
      groups: [{ name: "all", values: { learningRate: eta } }],
    };
    const order = { lab: "langevin", configuration, problem: problem as never, controls, lists };
    const { lab, job } = complete(order, {});
    const work = runInline(lab, job, 1);
    const frames = new Map<string, readonly Float64Array[]>();
    let next = work.next();
    for (; !next.done; next = work.next())
      for (const { chart, series, columns } of next.value ?? []) frames.set(`${chart} ${series}`, columns);
    const { findings } = next.value;
    return { findings, frames, of: (quantity: string) => findings.find((it) => it.quantity === quantity) };
  };
  const H = [
    [2, 0.3, 0],
    [0.3, 1, 0.2],
    [0, 0.2, 0.5],
  ];
  const Sigma = [
    [1, 0.2, 0.1],
    [0.2, 0.7, -0.1],
    [0.1, -0.1, 0.3],
  ];

  test("matrices of any size and a start for each coordinate", () => {
    const start = [1, -1, 0.5];
    const { findings, of } = told(
      { name: "correlated quadratic", data: { H, Sigma } },
      { time: 3, scheme: 0, finer: 2, chains: 1024 },
      { start },
    );
    const it = spectrumOf(flat(H), 3);
    const at = (S: Float64Array) => S[5];
    const quantity = "Covariance of θ₂ and θ₃ after a long time, ";
    expect(of(`${quantity}SDE`)?.measured).toBe(at(sdeCovariance(it, flat(Sigma), 0.1)));
    expect(of(`${quantity}Euler–Maruyama, δ = η/2`)?.measured).toBe(at(schemeCovariance(it, flat(Sigma), 0.1, 0.05)));
    expect(of("Mean of θ₃, SDE")?.predicted).toBe(decayed(it, Float64Array.from(start), 3)[2]);
    expect(findings.filter(({ verdict }) => verdict === "off")).toEqual([]);
    const wrong = (data: object) => () => told({ name: "correlated quadratic", data }, { time: 1, chains: 256 });
    expect(wrong({ H, Sigma: [[1]] })).toThrow(/"Sigma" .* has 1 rows; 3 are needed/);
    expect(wrong({ H: [[1, 2], [2, 1]], Sigma: [[1, 0], [0, 1]] })).toThrow(/must be positive definite/); // prettier-ignore
    expect(wrong({ H: [[2, 1], [0, 2]], Sigma: [[1, 0], [0, 1]] })).toThrow(/must be symmetric/); // prettier-ignore
  });

  test("a rotation is predicted on the way from the start, not at rest alone", () => {
    const given = { h11: 2, h12: 0.5, h22: 1, s11: 1, s12: 0.3, s22: 0.5 };
    const { of } = told(
      { name: "correlated quadratic", values: given },
      { time: 1.5, scheme: 4, finer: 4, chains: 2048 },
      { start: [1, -1] },
    );
    const turning = of("Rotation, E(θ₁ dθ₂ − θ₂ dθ₁)/dt")!;
    expect(turning.verdict).toBe("agrees");
    expect(turning.predicted).toBeLessThan(-0.03); // at rest it is 0.0017
    expect(of("Rotation after a long time, SDE, 2Q₁₂")?.measured).toBeCloseTo(1 / 600, 12);
  });

  test("a steeper well, and the variances that each equation comes to", () => {
    const { of } = told(
      { name: "single well", values: { noise: 1 } },
      { time: 1, curvature: 2, start: 0, scheme: 4, chains: 512 },
    );
    const id = "ou-scalar-variances";
    for (const [quantity, name] of [
      ["Variance after a long time, SGD", "sgd"],
      ["Variance after a long time, SDE", "sde"],
      ["Variance after a long time, corrected SDE", "corrected"],
      ["Rate of the Ornstein–Uhlenbeck process that is SGD, −ln(1 − ηh)/η", "matched_rate"],
      ["Correlation of neighbouring steps, SGD", "lag_one_autocorrelation_sgd"],
      ["Correlation of neighbouring steps, SDE", "lag_one_autocorrelation_sde"],
    ])
      expect(of(quantity)?.measured).toBeCloseTo(check.value(id, name) as number, 11);
  });

  test("models are compared at the rates and the time that are asked for, on a loss that is no polynomial too", () => {
    const rates = [0.1, 0.05, 0.025, 0.0125];
    const tilted = told(
      { name: "tilted well", values: { noise: 1 } },
      { time: 0.6, start: 1.6, modelTime: 0.6, chains: 256 },
      { rates },
    );
    check.compare("weak-order", "sgd_mean", [...tilted.frames.get("models SGD")![1]].reverse());
    check.compare("weak-order", "variance_over_eta_sgd", [...tilted.frames.get("spread SGD")![1]].reverse());
    check.compare("weak-order", "order_mean", {
      flow: tilted.of("Weak order of the flow, in the mean")?.measured,
      corrected: tilted.of("Weak order of the corrected SDE")?.measured,
    });
    const soft = told(
      { name: "soft well", values: { noise: 1 } },
      { time: 1, start: 1, modelTime: 1, chains: 4096 },
      { rates },
    );
    const [flow] = soft.frames.get("models flow")![1];
    expect(flow).toBeCloseTo(Math.asinh(Math.sinh(1) * Math.exp(-1)), 9);
    // At η = 0.1 the flow's mean is off by 0.0040, the SDE's by 0.0132.
    const [sgd, sde] = ["SGD", "SDE"].map((name) => soft.frames.get(`models ${name}`)![1].at(-1)!);
    expect(Math.abs(sgd - flow)).toBeCloseTo(0.004, 4);
    expect(Math.abs(sgd - sde)).toBeCloseTo(0.0132, 4);
    expect(soft.findings.filter(({ verdict }) => verdict === "off")).toEqual([]);
    expect(() => told({ name: "soft well" }, { time: 1 }, { rates: [0.1] })).toThrow(/two to twelve/);
  });
});
