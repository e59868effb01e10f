import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { distanceLimit, largestDistance, tableOf, weights } from "../../../src/core/labs/adam/averages.ts";
import { onStream, settledExcess, type Rows } from "../../../src/core/labs/adam/descent.ts";
import { stationaryVariance } from "../../../src/core/labs/adam/momentum.ts";
import {
  around,
  asked,
  coupling,
  crossing,
  forms,
  localSlopes,
  logRate,
  points,
} from "../../../src/core/labs/adam/valley.ts";
import { slopeOf } from "../../../src/core/labs/groups.ts";
import { minimumOf } from "../../../src/core/problems/minimum.ts";
import { wholeHessian } from "../../../src/core/problems/examples.ts";
import { findProblem } from "../../../src/core/problems/index.ts";
import { rng } from "../../../src/core/rng.ts";
import { complete, runInline } from "../../../src/core/run.ts";
import { zeros, type Vector } from "../../../src/core/vector.ts";
import type { Finding, Frame } from "../../../src/protocol/index.ts";
import { checkOf } from "../theoryChecks.ts";

const check = checkOf(new URL("../../reference/theory/07-adam-decoupling.json", import.meta.url));
const diabetes = new Uint8Array(readFileSync(new URL("../../../data/diabetes.csv", import.meta.url)));

const rows: Rows = (() => {
  const { examples, dimension: d } = findProblem("least squares")!.prepare({ ridge: 0 }, { dataset: diabetes })(rng(1));
  const minimum = minimumOf(examples!, d);
  const H = zeros(d * d);
  wholeHessian(examples!, minimum, H);
  return { ...examples!.squares!, count: examples!.count, d, minimum, H, start: zeros(d) };
})();

test("the three corrections weigh the first gradients as they should", () => {
  const id = "three-averages";
  const { N, tau } = check.spec(id) as { N: number[]; tau: number[] };
  check.compare(
    id,
    "table",
    Object.fromEntries(
      N.map((n) => [n, Object.fromEntries(tau.map((x) => [Math.round(x * n), tableOf(n, Math.round(x * n))]))]),
    ),
  );
  check.compare(id, "tv_at_t_equals_N_limit", distanceLimit(1));
  check.compare(
    id,
    "tv_limit_curve",
    Object.fromEntries(tau.map((x) => [x === Math.round(x) ? x.toFixed(1) : x, distanceLimit(x)])),
  );
  check.compare(id, "tv_max_limit", largestDistance());
  const n = 100_000;
  const ratios = weights(1, n, n).map((w) => w * n); // those of min(N, t) are 1/t
  const [most, least] = [ratios.reduce((a, b) => Math.max(a, b)), ratios.reduce((a, b) => Math.min(a, b))];
  const [wantMost, wantLeast] = check.value(id, "worst_ratio_at_N_limit") as number[];
  expect(most).toBeCloseTo(wantMost, 4);
  expect(least).toBeCloseTo(wantLeast, 4);
  expect(check.open(id)).toEqual([]);
});

test("on one stream of gradients they differ by as much as they should", () => {
  const id = "averages-on-a-stream";
  const {
    B,
    N_g: Ng,
    N_s: Ns,
    eta,
    eps,
    steps,
  } = check.spec(id) as Record<"B" | "N_g" | "N_s" | "eta" | "eps" | "steps", number>;
  const { gap, ...it } = onStream(rows, { batch: B, steps, Ng, Ns }, eta, eps);
  check.compare(id, "results", { ...it, rel_s_at_3N: gap[3 * Ns - 1] });
  expect(check.open(id)).toEqual([]);
});

test("decoupled momentum keeps the variance at rest, coupled momentum does not", () => {
  const id = "momentum-decoupling";
  const { h, sigma, eta, N } = check.spec(id) as { h: number; sigma: number; eta: number; N: number[] };
  const of = (rate: (n: number) => number) =>
    Object.fromEntries(N.map((n) => [n, stationaryVariance(rate(n), 1 - 1 / n, h, sigma ** 2)]));
  check.compare(
    id,
    "variance_decoupled",
    of((n) => eta / n),
  );
  check.compare(
    id,
    "variance_coupled_lr_fixed",
    of(() => eta),
  );
  check.compare(id, "variance_small_rate_limit", (eta * sigma ** 2) / (2 * h));
  check.compare(id, "identity_violation", identity());
  expect(check.open(id)).toEqual([]);

  /** v = (1 − 1/N)v + g/N, x −= ηv beside v = μv + g, x −= lr v. */
  function identity(): number {
    const z = rng(3);
    let [x, v, y, u, most] = [1, 0, 1, 0, 0];
    for (let k = 0; k < 200; k++) {
      const noise = z.normal();
      v = 0.9 * v + (x + noise) / 10;
      x -= 0.1 * v;
      u = 0.9 * u + y + noise;
      y -= 0.01 * u;
      most = Math.max(most, Math.abs(x - y));
    }
    return most;
  }
});

describe("the valley of ε and η", () => {
  const {
    steps,
    N_g: Ng,
    N_s: Ns,
    B,
  } = check.spec("epsilon-coupling-slopes") as Record<"steps" | "N_g" | "N_s" | "B", number>;
  const { log10_eps: powers } = check.spec("epsilon-coupling-transition") as { log10_eps: number[] };
  const rule = { batch: B, steps, Ng, Ns, correction: 0 } as const;
  const lnEps = powers.map((p) => p * Math.LN10);
  const curves: Vector[] = [];
  const best: number[] = [];
  const lowest: number[] = [];
  for (const e of lnEps) {
    const f = (lnEta: number) => Math.log(settledExcess(rows, rule, Math.exp(lnEta), Math.exp(e), 50));
    const curve = Float64Array.from({ length: points }, (_, k) => Math.min(230, f(logRate(k))));
    let k0 = 0;
    curve.forEach((x, k) => (k0 = x < curve[k0] ? k : k0));
    const search = around(k0);
    for (let k = 0; k < asked; k++) search.tell(f(search.at));
    curves.push(curve);
    best.push(search.least.at);
    lowest.push(search.least.value);
  }
  const pick = <T>(xs: readonly T[], ps: readonly number[]) => ps.map((p) => xs[powers.indexOf(p)]);

  test("has the slopes 0 and 1 at its ends", () => {
    const id = "epsilon-coupling-slopes";
    const { log10_eps: listed } = check.spec(id) as { log10_eps: number[] };
    check.compare(id, "ln_eta_star", pick(best, listed));
    check.compare(id, "excess_at_optimum", pick(lowest, listed).map(Math.exp));
    const ends = { "eps << sqrt(s)": listed.slice(0, 3), "eps >> sqrt(s)": listed.slice(3) };
    for (const [name, shift] of [
      ["slope_raw", 0],
      ["slope_eta0_times_eps", 1],
      ["slope_printed_eta0_over_eps", -1],
    ] as const)
      check.compare(
        id,
        name,
        Object.fromEntries(
          Object.entries(ends).map(([end, ps]) => [end, slopeOf(pick(lnEps, ps), pick(best, ps)) - shift]),
        ),
      );
    expect(check.open(id)).toEqual([]);
  });
  test("turns where ε meets the gradient's scale", () => {
    const id = "epsilon-coupling-transition";
    const slopes = localSlopes(lnEps, best);
    check.compare(id, "ln_eta_star", best);
    check.compare(id, "local_slope", slopes);
    check.compare(id, "log10_eps_at_slope_half", crossing(lnEps, slopes) / Math.LN10);
    expect(check.open(id)).toEqual([]);
  });
  test("has a price for one coordinate at every ε", () => {
    const id = "epsilon-coupling-grid";
    const { log10_eps: listed } = check.spec(id) as { log10_eps: number[] };
    const [raw, intended, printed] = forms.map(({ shift }) =>
      coupling(pick(lnEps, listed), pick(curves, listed), pick(best, listed), shift),
    );
    const named = <T>(of: (it: typeof raw) => T) => ({
      raw: of(raw),
      eta0_times_eps: of(intended),
      printed_eta0_over_eps: of(printed),
    });
    check.compare(
      id,
      "transfer_regret_nats",
      named(({ regret }) => regret),
    );
    check.compare(
      id,
      "valley_angle_deg",
      named(({ angle }) => angle),
    );
    check.compare(
      id,
      "interaction_share",
      named(({ interaction }) => interaction),
    );
    expect(check.value(id, "ordering_of_regret")).toBe("eta0_times_eps < raw < printed_eta0_over_eps");
    expect(intended.regret).toBeLessThan(raw.regret);
    expect(raw.regret).toBeLessThan(printed.regret);
    expect(check.open(id)).toEqual([]);
  });
});

const ordered = (
  controls: Record<string, number> = {},
  values: Record<string, number> = { beta1: 0.9, beta2: 0.99 },
  optimizer = "Adam",
  lists: Record<string, number[]> = {},
) =>
  complete(
    {
      lab: "adam",
      configuration: {
        framework: "torch",
        optimizer,
        groups: [{ name: "all", values: { learningRate: 0.02, epsilon: 1e-3, ...values } }],
      },
      problem: { name: "least squares", values: {} },
      controls,
      lists,
    },
    { dataset: diabetes },
  );
const small = { steps: 80, perDecade: 1, lowest: -3, highest: 2, chains: 1024 };
function run(seed: number, { lab, job }: ReturnType<typeof ordered>) {
  const steps = runInline(lab, job, seed);
  const frames: Frame[] = [];
  for (;;) {
    const next = steps.next();
    if (next.done) return { ...next.value, frames };
    frames.push(...(next.value ?? []));
  }
}
const named = (findings: readonly Finding[], quantity: string) => findings.find((it) => it.quantity === quantity);

describe("the lab", () => {
  test("tells from which ε on η follows, and what one coordinate costs", () => {
    const { findings, report, frames } = run(1, ordered());
    const half = named(findings, "ε at which the slope is ½")!.measured!;
    expect(Math.log10(half)).toBeCloseTo(-0.464, 2);
    expect(named(findings, "Price of one η₀ = η/ε for all ε, large ε, nats")!.measured!).toBeLessThan(0.2);
    expect(named(findings, "Price of one η for all ε, large ε, nats")!.measured!).toBeGreaterThan(2);
    expect(named(findings, "Price of one η for all ε, small ε, nats")!.measured!).toBeLessThan(0.5);
    expect(report.answer).toMatch(/^The best η follows ε from ε ≈ \*\*0\.34\*\* on\./);
    for (const id of ["raw", "decoupled"]) {
      const [xs, ys, cells] = frames.filter(({ chart, series }) => chart === id && series === "loss").at(-1)!.columns;
      expect(cells).toHaveLength((xs.length - 1) * (ys.length - 1));
      expect(cells.every((x) => x >= 0 && x <= 8)).toBe(true);
    }
  });
  test.each([1, 2, 3, 4])("measures the variance that momentum leaves, seed %i", (seed) => {
    const { findings } = run(seed, ordered(small));
    const variances = findings.filter(({ quantity }) => quantity.startsWith("Var θ, N"));
    expect(variances).toHaveLength(9);
    for (const it of variances) expect(it.verdict, it.quantity).toBe("agrees");
  });
  test("takes values of ε, windows and times as lists, and the loss and noise that momentum is run on", () => {
    const lists = { epsilons: [-4, -3.5, -3, 1, 1.5, 2], windows: [1, 3, 50], times: [0.1, 1, 3] };
    const controls = { momentumCurvature: 2.5, momentumNoise: 0.4, coupledRate: 0.2, chains: 1024 };
    const { findings, frames } = run(1, ordered(controls, { beta1: 0.9, beta2: 0.99 }, "Adam", lists));
    const id = "epsilon-coupling-slopes";
    const slope = (where: string, of = "d ln η*/d ln ε,") => named(findings, `Slope ${of} three ${where} ε`)?.measured;
    for (const [name, of] of [
      ["slope_raw", "d ln η*/d ln ε,"],
      ["slope_eta0_times_eps", "of ln η₀*, η = η₀ε,"],
      ["slope_printed_eta0_over_eps", "of ln η₀*, η = η₀/ε as printed,"],
    ])
      check.compare(id, name, { "eps << sqrt(s)": slope("smallest", of), "eps >> sqrt(s)": slope("largest", of) });
    const last = (chart: string, series: string) => [
      ...frames.filter((it) => it.chart === chart && it.series === series).at(-1)!.columns[1],
    ];
    check.compare(id, "ln_eta_star", last("raw", "best").map(Math.log));
    check.compare(id, "excess_at_optimum", last("least", "excess"));
    const variance = (lr: number, mu: number) => (lr * 0.16 * (1 + mu)) / ((1 - mu) * 2.5 * (2 * (1 + mu) - lr * 2.5));
    const coupled = named(findings, "Var θ, N = 50, lr = η")!;
    expect(coupled.predicted! / variance(0.2, 0.98)).toBeCloseTo(1, 9);
    expect(coupled.verdict).toBe("agrees");
    expect(named(findings, "Var θ, N = 3, lr = η/N")).toMatchObject({ verdict: "agrees" });
    const table = check.value("three-averages", "table") as Record<string, Record<string, Record<string, number>>>;
    [10, 100, 300].forEach((t, k) => {
      const row = table["100"][t];
      expect(last("shares", "largest")[k]).toBeCloseTo(row["ratio_max"], 7);
      expect(last("shares", "smallest")[k]).toBeCloseTo(row["ratio_min"], 7);
      expect(last("memory", "count, published")[k] / row["ess_kb"]).toBeCloseTo(1, 7);
      expect(last("memory", "age, min(N, t)")[k]).toBeCloseTo(row["mean_age_min"], 7);
    });
    expect(named(findings, "Largest difference of the corrections' weights, N = 100")).toMatchObject({
      reason: "at t = 129",
    });
    expect(findings.filter(({ verdict }) => verdict === "off")).toEqual([]);
  });
  test("does not hold a slope against a limit that its ε are far from", () => {
    const { findings } = run(1, ordered({ ...small, lowest: -1, highest: 0.5, perDecade: 2 }));
    for (const where of ["smallest", "largest"])
      expect(named(findings, `Slope d ln η*/d ln ε, three ${where} ε`)?.verdict).toBe("out of range");
  });
  test("says so where ε does not matter", () => {
    const { report } = run(1, ordered({ ...small, lowest: -8, highest: -4 }));
    expect(report.answer).toMatch(/^The best η does not follow ε here/);
  });
  test("hands over the same whatever part comes first", () => {
    const { lab, job } = ordered(small);
    const parts = Array.from({ length: lab.units(job) }, (_, unit) => ({
      unit,
      parts: [...lab.work(job, unit, rng(2))].filter((it) => it !== undefined),
    }));
    const told = (order: typeof parts) => {
      const gathering = lab.gather(job);
      for (const { unit, parts: its } of order) for (const part of its) gathering.add(unit, part);
      return { frames: gathering.frames(), findings: gathering.findings(), report: gathering.report("done") };
    };
    expect(told([...parts].reverse())).toEqual(told(parts));
  });
  test.each([
    [() => ordered({}, {}, "SGD"), /takes Adam apart; SGD has other parts/],
    [() => ordered({}, { beta1: 1, beta2: 0.99 }), /β₁ and β₂ must lie from 0 to below 1/],
    [() => ordered({ lowest: 3 }), /largest ε must lie above/],
    [() => ordered({ lowest: 1, highest: 2 }), /Fewer than four/],
    [() => ordered({}, {}, "Adam", { epsilons: [-1, 0, 1] }), /Fewer than four/],
    [() => ordered({}, {}, "Adam", { windows: [0.5] }), /Windows of the momentum chart/],
    [() => ordered({ momentumCurvature: 20 }), /between 0 and 2\/h/],
    [() => ordered({ steps: 1.5 }), /Steps must be a whole number/],
    [() => ordered({ coupledRate: 2 }), /between 0 and 2/],
    [() => ordered({ correction: 3 }), /bias correction must be 0, 1 or 2/],
  ])("refuses %# with a sentence", (make, said) => {
    expect(make).toThrow(said);
  });
});
