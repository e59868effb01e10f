import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { chainsOf } from "../../../src/core/labs/convergedLoss/chains.ts";
import {
  combinationsOf,
  combine,
  reshuffledCoefficient,
  reshuffledSlope,
  slopeAtZero,
  slowestRelaxation,
} from "../../../src/core/labs/convergedLoss/laws.ts";
import { modelOf } from "../../../src/core/labs/convergedLoss/model.ts";
import { largestStable, secondCoefficient, stationary } from "../../../src/core/labs/convergedLoss/stationary.ts";
import { answer, finished, momentsOf } from "../../../src/core/labs/convergedLoss/theory.ts";
import { wholeGradient } from "../../../src/core/problems/examples.ts";
import { rng } from "../../../src/core/rng.ts";
import { complete, runInline } from "../../../src/core/run.ts";
import type { Configuration, Finding, Frame } from "../../../src/protocol/index.ts";
import { checkOf } from "../theoryChecks.ts";

const bytes = (file: string) => new Uint8Array(readFileSync(new URL(`../../../data/${file}`, import.meta.url)));
const datasets: Record<string, Uint8Array> = {
  "least squares": bytes("diabetes.csv"),
  logistic: bytes("breast_cancer.csv"),
};
const check = checkOf(new URL("../../reference/theory/02-converged-loss.json", import.meta.url));
type Given = Readonly<Record<string, unknown>>;

const model = (name: string, values: Record<string, number> = {}, given?: Given, decay = 0) =>
  modelOf(
    {},
    { name, values: name === "least squares" ? { ridge: 0, ...values } : values },
    { dataset: datasets[name], ...(given && { given }) },
    decay,
  );
const plain = (learningRate: number) => ({ learningRate, momentum: 0, dampening: 0, nesterov: false });
interface Options {
  readonly problem?: string;
  readonly values?: Record<string, number>;
  readonly given?: Given;
  readonly controls?: Readonly<Record<string, number>>;
  readonly lists?: Readonly<Record<string, readonly number[]>>;
  readonly seed?: number;
  readonly configuration?: Partial<Configuration>;
}
const ask = (
  sgd: Record<string, number>,
  { problem = "least squares", values = {}, given, controls = {}, lists, configuration }: Options = {},
) =>
  complete(
    {
      lab: "converged loss",
      configuration: { framework: "torch", optimizer: "SGD", groups: [{ name: "all", values: sgd }], ...configuration },
      problem: { name: problem, values, ...(given && { data: given }) },
      controls,
      ...(lists && { lists }),
    },
    { dataset: datasets[problem] },
  );
const run = (sgd: Record<string, number>, options: Options = {}) => {
  const { lab, job } = ask(sgd, options);
  const work = runInline(lab, job, options.seed ?? 1);
  const frames = new Map<string, Frame>();
  let next = work.next();
  for (; !next.done; next = work.next())
    for (const frame of next.value ?? []) frames.set(`${frame.chart} ${frame.series}`, frame);
  const { findings, report } = next.value;
  return {
    frames,
    findings,
    report,
    y: (series: string) => [...frames.get(series)!.columns[1]],
    finding: (quantity: RegExp) => findings.find((it) => quantity.test(it.quantity))!,
    charts: lab.charts(job.configuration, job.problem, job.controls),
  };
};
const off = ({ measured, predicted, standardError }: Finding) => Math.abs(measured! - predicted!) / standardError!;

test("least squares has the exact excess, slope, curvature and limit of the reference", () => {
  const id = "tz-least-squares-exact";
  const it = model("least squares");
  const moments = finished(momentsOf(it))!;
  const { B, etas } = check.spec(id) as { B: number[]; etas: number[] };
  const byB = <T>(of: (batch: number) => T) => Object.fromEntries(B.map((batch) => [String(batch), of(batch)]));
  check.compare(id, "w_star", [...it.minimum]);
  check.compare(id, "L_star", it.least);
  check.compare(id, "trace_C", 4 * slopeAtZero(it, 1));
  check.compare(
    id,
    "slope_at_0_by_B",
    byB((batch) => slopeAtZero(it, batch)),
  );
  check.compare(
    id,
    "second_order_coefficient_by_B",
    byB((batch) => secondCoefficient(moments, batch)),
  );
  check.compare(
    id,
    "excess_by_B",
    byB((batch) => etas.map((eta) => stationary(moments, plain(eta), batch).excess)),
  );
  check.compare(
    id,
    "eta_max_by_B",
    byB((batch) => finished(largestStable(moments, plain(1), batch))),
  );
  check.compare(id, "two_over_lambda_max", 2 / it.curvature[it.dimension - 1]);
  expect(check.open(id)).toEqual([]);
});

test("ridge regression on ten columns, its penalty given by the problem or by the optimizer's weight decay", () => {
  const id = "tz-ridge-full";
  const { features, ridge, eta } = check.spec(id) as { features: number[]; ridge: number; eta: number };
  for (const it of [
    model("least squares", { ridge }, { features }),
    model("least squares", { ridge: 0 }, { features }, ridge),
  ]) {
    const moments = finished(momentsOf(it))!;
    check.compare(id, "slope_at_0", slopeAtZero(it, 1));
    check.compare(id, "excess", stationary(moments, plain(eta), 1).excess);
    check.compare(id, "eta_max", finished(largestStable(moments, plain(1), 1)));
    check.compare(id, "L_star", it.least);
  }
  expect(check.open(id)).toEqual([]);
});

test("more columns than fourth moments are kept for give the same, row by row", () => {
  const features = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];
  const few = model("least squares", { ridge: 0.05 }, { features });
  const column = (k: number) => Array.from({ length: 442 }, (_, r) => few.examples.squares!.X[r * 10 + k]);
  const columns = features.map(column);
  const aside = Array.from({ length: 4 }, (_, k) => {
    const z = rng(k);
    return Array.from({ length: 442 }, () => z.normal());
  });
  const X = Array.from({ length: 442 }, (_, r) => [...columns, ...aside].map((values) => values[r]));
  const it = model("least squares", { ridge: 0.05 }, { X, y: [...few.examples.squares!.y] });
  const moments = finished(momentsOf(it))!;
  const M = Float64Array.from({ length: 196 }, (_, p) => 1 / (1 + Math.floor(p / 14) + (p % 14)));
  const spread = new Float64Array(196);
  moments.spread(M, spread);
  // In the eigenbasis, from the examples' own second derivatives.
  const H = new Float64Array(14);
  const expected = new Float64Array(196);
  const turned = new Float64Array(14 * 14);
  for (let row = 0; row < 442; row++) {
    for (let a = 0; a < 14; a++) {
      H.fill(0);
      it.examples.addHessianVector(it.minimum, row, it.directions.subarray(14 * a, 14 * a + 14), 1, H);
      for (let b = 0; b < 14; b++) turned[14 * a + b] = H.reduce((sum, x, i) => sum + x * it.directions[14 * b + i], 0);
    }
    for (let a = 0; a < 14; a++)
      for (let b = 0; b < 14; b++)
        for (let p = 0; p < 14; p++)
          for (let q = 0; q < 14; q++)
            expected[14 * a + b] += (turned[14 * a + p] * M[14 * p + q] * turned[14 * q + b]) / 442;
  }
  for (let a = 0; a < 14; a++)
    for (let b = 0; b < 14; b++) expected[14 * a + b] -= it.curvature[a] * it.curvature[b] * M[14 * a + b];
  expected.forEach((x, p) => expect(spread[p]).toBeCloseTo(x, 10));
});

test("the slope is estimated from few rates as the reference does", () => {
  const id = "tz-slope-estimators";
  const { etas } = check.spec(id) as { etas: number[] };
  const it = model("least squares");
  const S = etas.map((eta) => stationary(finished(momentsOf(it))!, plain(eta), 1).excess / eta);
  const [first, richardson, three] = combinationsOf([1, 2, 4]).map(({ weights }) => combine(weights, S));
  const slope = slopeAtZero(it, 1);
  check.compare(id, "S", S);
  check.compare(id, "richardson_first_pair", richardson);
  check.compare(id, "richardson_three_point", three);
  check.compare(id, "relative_error", {
    "S(first)": first / slope - 1,
    richardson: richardson / slope - 1,
    three_point: three / slope - 1,
  });
  expect(check.open(id)).toEqual([]);
});

test("plateaus after drops of the rate, and how fast they are reached", () => {
  const id = "tz-plateaus";
  const { rates, drop_factor: factor } = check.spec(id) as { rates: number[]; drop_factor: number };
  const it = model("least squares");
  const plateau = (eta: number) => stationary(finished(momentsOf(it))!, plain(eta), 1).excess;
  const heights = rates.map((_, k) => plateau(rates[0] / factor ** k));
  check.compare(id, "plateau_excess", heights);
  check.compare(id, "excess_ratios", [heights[0] / heights[1], heights[1] / heights[2]]);
  check.compare(
    id,
    "plateau_excess_factor_10_drops",
    [1, 10, 100].map((by) => plateau(rates[0] / by)),
  );
  check.compare(
    id,
    "slowest_relaxation_steps 1/(2 eta lambda_min)",
    rates.map((eta) => slowestRelaxation(it, eta)),
  );
  expect(check.open(id)).toEqual([]);
});

describe("measured in runs of the lab", () => {
  test("least squares: both averages are the exact excess within the reference's tolerance", () => {
    const id = "tz-least-squares-simulated";
    const { chains, burn_in: burnIn, steps } = check.spec(id) as Record<string, number>;
    const { y } = run({ learningRate: 0.08 }, { controls: { rates: 3, chains, burnIn, steps } });
    const [direct, virial] = [y("order drawn"), y("order drawn, |ĝ|²")];
    [0.02, 0.04].forEach((eta, k) => {
      check.compare(id, `direct eta=${eta}`, direct[k]);
      check.compare(id, `virial eta=${eta}`, virial[k]);
    });
    expect(check.open(id)).toEqual([]);
  });

  test("logistic regression: the minimum by Newton's method, the slope there, and the measured excess", () => {
    const id = "tz-logistic";
    const { etas } = check.spec(id) as { etas: number[] };
    const it = model("logistic", { l2: 0.05 });
    check.compare(id, "w_star", [...it.minimum]);
    check.compare(id, "L_star", it.least);
    check.compare(id, "slope_at_0", slopeAtZero(it, 1));
    check.compare(id, "lambda_min", it.curvature[0]);
    const { y, finding } = run(
      { learningRate: 0.1 },
      { problem: "logistic", seed: 2, controls: { rates: 4, chains: 128 } },
    );
    etas.forEach((eta, k) => {
      check.compare(id, `excess_over_eta eta=${eta}`, y("order drawn")[k] / eta);
    });
    expect(check.open(id)).toEqual([]);
    expect(off(finding(/^Slope at 0, 2S.*by \|ĝ\|²/))).toBeLessThan(4);
    expect(finding(/^Excess loss at η 0.100$/)).toMatchObject({
      verdict: "none",
      reason: expect.stringContaining("the tangent") as string,
    });
  });

  test("reshuffled epochs: the slope at 0 is 0, by the law of small rates", () => {
    const id = "tz-reshuffling-pitfall";
    const { etas } = check.spec(id) as { etas: number[] };
    const it = model("least squares");
    const drawn = etas.map((eta) => stationary(finished(momentsOf(it))!, plain(eta), 1).excess);
    check.compare(
      id,
      "small_rate_law",
      etas.map((eta) => reshuffledCoefficient(it, 1) * eta ** 2),
    );
    check.compare(id, "with_replacement_excess", drawn);
    const { y, charts } = run({ learningRate: 0.0016 }, { controls: { rates: 4, chains: 64 } });
    const measured = y("order reshuffled");
    check.compare(id, "measured_excess", measured);
    check.compare(id, "ratio_to_with_replacement_smallest_rate", measured[0] / drawn[0]);
    expect(check.open(id)).toEqual([]);
    expect(charts.find(({ id }) => id === "order")!.assumption!.text).toContain("η n λ / B ≪ 1");
  });
});

const small = { chains: 64, rates: 3, burnIn: 300, steps: 600 };
describe.each([
  ["plainly", { learningRate: 0.1 }, {}],
  ["with momentum", { learningRate: 0.01, momentum: 0.9 }, {}],
  ["with dampened momentum", { learningRate: 0.1, momentum: 0.8, dampening: 0.5 }, {}],
  ["with Nesterov's momentum", { learningRate: 0.02, momentum: 0.8, nesterov: 1 }, {}],
  ["in batches, with weight decay", { learningRate: 0.2, weightDecay: 0.1 }, { batchSize: 4 }],
])("least squares %s", (_, sgd, controls) => {
  test.each([1, 2, 3])("settles where the closed form says, seed %i", (seed) => {
    const { findings, report } = run(sgd, { seed, controls: { ...small, ...controls } });
    const compared = findings.filter(({ verdict }) => verdict === "agrees" || verdict === "off");
    expect(compared.length).toBeGreaterThanOrEqual(10);
    for (const it of compared) expect(off(it), it.quantity).toBeLessThan(4.5);
    expect(compared.filter(({ verdict }) => verdict === "agrees").length).toBeGreaterThan(compared.length / 2);
    expect(report.answer).toMatch(/the exact law says \*\*0\.\d+\*\*\. The slope at 0 is \*\*0\.\d+ ± 0\.\d+\*\*/);
  });
});

test("momentum has the same slope at 0, at the rate η/(1 − μ), and is another law beyond", () => {
  const moments = finished(momentsOf(model("least squares")))!;
  const slope = slopeAtZero(model("least squares"), 1);
  const at = (rate: number, momentum: number) =>
    stationary(moments, { ...plain(rate * (1 - momentum)), momentum }, 1).excess / rate;
  expect(at(1e-5, 0.9) / slope).toBeCloseTo(1, 4);
  expect(at(0.16, 0.9)).toBeLessThan(0.9 * at(0.16, 0));
  // One direction, by its own algebra: E δ² = η(1 + μ) / ((1 − μ) h (2(1 + μ) − ηh)) for each unit of noise.
  const [eta, mu, h] = [0.3, 0.7, 1.9];
  const rule = { ...plain(eta), momentum: mu };
  expect(answer(rule, h, h)).toBeCloseTo((eta * (1 + mu)) / ((1 - mu) * h * (2 * (1 + mu) - eta * h)), 12);
  expect(answer({ ...rule, momentum: 1e-13 }, 0.4, h)).toBeCloseTo(answer(plain(eta), 0.4, h)!, 10);
  expect(answer({ ...rule, learningRate: 2.01 * ((1 + mu) / h) }, h, h)).toBeUndefined();
});

test("drops by ten lead to plateaus that lie further apart than ten, and the curve falls onto them", () => {
  const { y, finding } = run({ learningRate: 0.16 }, { controls: { ...small, drop: 10 } });
  const curve = y("curve measured");
  const [first, second, third] = y("curve plateaus");
  expect(first / second).toBeCloseTo(16.06, 1);
  expect(second / third).toBeCloseTo(10.37, 1);
  expect(Math.abs(curve.at(-1)! / third - 1)).toBeLessThan(0.5);
  expect(curve.at(-1)! * 50).toBeLessThan(curve[30]);
  expect(off(finding(/^Plateau at η 0.0160/))).toBeLessThan(4.5);
  expect(finding(/^Plateau at η 0.0160/).reason).toMatch(/^16.06 times lower than before, 10 as η → 0/);
});

test("a rate beyond stability is said to be so, with advice; the rates below are still measured", () => {
  const { report, finding, y } = run({ learningRate: 0.5 }, { controls: { ...small, rates: 5 } });
  expect(report).toMatchObject({ diverged: true, advice: { name: "learningRate", value: 0.1 } });
  expect(report.answer).toContain("its mean grows without end from **0.385** on");
  expect(report.rules).toEqual([
    { chart: "loss", x: expect.closeTo(0.3854, 3) as number, text: "no stable loss beyond" },
  ]);
  expect(finding(/^Excess loss at η 0.500$/)).toMatchObject({ verdict: "out of range" });
  expect(off(finding(/^Excess loss at η 0.0313$/))).toBeLessThan(4.5);
  expect(y("loss drawn").map((x) => Number.isFinite(x))).toEqual([true, true, true, true, false]);
  const lost = run({ learningRate: 40 }, { problem: "logistic", controls: small });
  expect(lost.report.answer).not.toMatch(/NaN|undefined|∞/);
  const gone = run({ learningRate: 300 }, { controls: small });
  for (const it of gone.findings)
    for (const x of [it.measured, it.predicted])
      if (x !== undefined) expect(Number.isFinite(x), it.quantity).toBe(true);
});

test("rates too small to settle at are out of range, and a larger one is offered", () => {
  const { report, finding } = run({ learningRate: 1e-6 }, { controls: { chains: 16, rates: 3 } });
  expect(report.assumptions).toEqual({ loss: "not here: chains have not settled at the smaller rates" });
  expect(finding(/^Excess loss at η 1.00e-6$/)).toMatchObject({
    verdict: "out of range",
    reason: "chains have not settled",
  });
  expect(report.advice!.value).toBeGreaterThan(1e-6);
  expect(report.diverged).toBeUndefined();
});

test("chains that start where the problem does end up in the same law", () => {
  const { finding } = run({ learningRate: 0.1 }, { controls: { ...small, burnIn: 0, start: 1 } });
  expect(off(finding(/^Excess loss at η 0.0250$/))).toBeLessThan(4.5);
});

test("examples that all agree leave nothing to settle above: the slope is 0", () => {
  const z = rng(3);
  const X = Array.from({ length: 50 }, () => [z.normal(), z.normal()]);
  const y = X.map(([a, b]) => 2 * a - b);
  const { report, findings } = run({ learningRate: 0.1 }, { given: { X, y }, controls: small });
  expect(findings.find(({ quantity }) => quantity === "Slope at 0, ¼E|g|²")!.measured).toBeLessThan(1e-25);
  expect(report.answer).not.toMatch(/NaN|undefined|∞/);
  for (const it of findings)
    for (const x of [it.measured, it.predicted])
      if (x !== undefined) expect(Number.isFinite(x), it.quantity).toBe(true);
});

test("an epoch takes every example once, whatever the order; a batch of all is gradient descent", () => {
  const it = model("least squares");
  const start = Float64Array.of(1, -1, 0.5);
  const gradient = new Float64Array(3);
  wholeGradient(it.examples, start, gradient);
  const after = (batch: number, steps: number, learningRate: number) => {
    const chains = chainsOf(it, plain(learningRate), false, 2, start, { batch, reshuffled: true, z: rng(4) });
    chains.advance(steps);
    return chains.theta;
  };
  const epoch = after(1, 442, 1e-9);
  for (let i = 0; i < 6; i++) expect((start[i % 3] - epoch[i]) / 442e-9).toBeCloseTo(gradient[i % 3], 4);
  const all = after(1000, 1, 0.1);
  for (let i = 0; i < 6; i++) expect(all[i]).toBeCloseTo(start[i % 3] - 0.1 * gradient[i % 3], 14);
  const uneven = after(200, 3, 1e-9); // 200, 200 and 42 rows
  expect(uneven.every((x) => Number.isFinite(x))).toBe(true);
});

test("a rate that is in Keras's buffer changes the course after a drop, not the law", () => {
  const sgd = { learningRate: 0.02, momentum: 0.9 };
  const outside = run(sgd, { controls: small });
  const inside = run({ ...sgd, rateInMomentum: 1 }, { controls: small });
  expect(inside.y("loss drawn")).toEqual(outside.y("loss drawn"));
  const [a, b] = [inside.y("curve measured"), outside.y("curve measured")];
  expect(a.slice(0, 60)).toEqual(b.slice(0, 60));
  expect(a.slice(60)).not.toEqual(b.slice(60));
});

test("ends with the same bytes whatever order units run in", () => {
  const { lab, job } = ask({ learningRate: 0.1 }, { controls: { ...small, chains: 40 } });
  const ended = (order: readonly number[]) => {
    const gathering = lab.gather(job);
    const frames = new Map<string, Frame>();
    for (const unit of order) {
      for (const part of lab.work(job, unit, rng(7))) if (part !== undefined) gathering.add(unit, part);
      for (const frame of gathering.frames()) frames.set(`${frame.chart} ${frame.series}`, frame);
    }
    return {
      frames: Object.fromEntries([...frames].sort()),
      findings: gathering.findings(),
      report: gathering.report("done"),
    };
  };
  const order = Array.from({ length: lab.units(job) }, (_, unit) => unit);
  const forward = ended(order);
  expect(Object.keys(forward.frames).length).toBeGreaterThanOrEqual(20);
  expect(ended([...order].reverse())).toEqual(forward);
});

describe("what cannot be run is refused with a sentence", () => {
  const refused = (sgd: Record<string, number>, options: Options = {}) => {
    try {
      run(sgd, options);
    } catch (error) {
      return (error as Error).message;
    }
    return "";
  };
  test.each([
    [
      "another optimizer",
      {},
      { configuration: { optimizer: "Adam" } },
      /^The law of the converged loss is one of SGD; Adam/,
    ],
    ["an unknown one", {}, { configuration: { optimizer: "Hunter" } }, /^Hunter is read, but not simulated yet/],
    ["a rate of 0", { learningRate: 0 }, {}, /learning rate above 0, not 0/],
    ["a momentum of 1", { learningRate: 0.1, momentum: 1 }, {}, /momentum from 0 to below 1, not 1/],
    ["ascent", { learningRate: 0.1, maximize: 1 }, {}, /grows without end/],
    [
      "clipping",
      { learningRate: 0.1 },
      { configuration: { clip: { type: "norm", max: 1 } } },
      /^Clipped gradients are biased/,
    ],
    [
      "SAM",
      { learningRate: 0.1 },
      { configuration: { around: { sam: { rho: 0.1 } } } },
      /^SAM takes its gradients beside/,
    ],
    [
      "averages",
      { learningRate: 0.1 },
      { configuration: { around: { average: { type: "polyak" } } } },
      /^Averaged weights/,
    ],
    [
      "decoupled decay",
      { learningRate: 0.1, momentum: 0.9, weightDecay: 0.1, decoupledWeightDecay: 1 },
      {},
      /minimises no one loss/,
    ],
    [
      "a share of a chain",
      { learningRate: 0.1 },
      { controls: { chains: 2.5 } },
      /^Chains must be a whole number from 2/,
    ],
    ["no such start", { learningRate: 0.1 }, { controls: { start: 2 } }, /^Chains start must be 0/],
    [
      "columns that repeat",
      { learningRate: 0.1 },
      { given: { features: [2, 2] }, controls: small },
      /has no single minimum here.*Set the ridge/,
    ],
  ] as const)("%s", (_, sgd, options, sentence) => {
    expect(refused(sgd as Record<string, number>, options as Options)).toMatch(sentence);
  });
  test("groups of different rates", () => {
    const groups = [
      { name: "a", values: { learningRate: 0.1 } },
      { name: "b", values: { learningRate: 0.2 } },
    ];
    expect(refused({}, { configuration: { groups } })).toMatch(/^Parameter groups of different values/);
  });
  test("classes that separate, without a ridge", () => {
    const X = Array.from({ length: 20 }, (_, k) => [k - 9.5, (k * 7) % 5]);
    const y = X.map(([a]) => (a > 0 ? 1 : 0));
    const options = { problem: "logistic", given: { X, y }, controls: small };
    expect(refused({ learningRate: 0.1 }, { ...options, values: { l2: 0 } })).toMatch(/no single minimum/);
    expect(refused({ learningRate: 0.1 }, { ...options, values: { l2: 0.1 } })).toBe("");
  });
});

test("a schedule is left out and said to be; an accumulated batch counts as one", () => {
  const schedule = { name: "StepLR", values: { stepSize: 10, gamma: 0.1 } };
  const { report } = run(
    {},
    {
      controls: small,
      configuration: {
        batchSize: 8,
        accumulation: 2,
        groups: [{ name: "all", values: { learningRate: 0.1 }, schedule }],
      },
    },
  );
  expect(report.status).toContain("B 16, 64 chains at each of 3 rates. η is held; StepLR is left out.");
});

test("rates that a file lists are measured in place of halvings, and the slope is extrapolated from them", () => {
  const rates = [0.2, 0.02, 0.05]; // in any order
  const { findings, finding, y } = run(
    { learningRate: 0.1 },
    { lists: { rates }, controls: { chains: 32, drop: 2.5 } },
  );
  const moments = finished(momentsOf(model("least squares")))!;
  const S = [0.02, 0.05, 0.2].map((rate) => stationary(moments, plain(rate), 1).excess / rate);
  expect(y("order exact").map((x, k) => x / [0.02, 0.05, 0.2][k] / S[k])).toEqual(
    S.map((): unknown => expect.closeTo(1, 9)),
  );
  expect(finding(/line through S at two rates, by \|ĝ\|²/).predicted).toBeCloseTo((5 * S[0] - 2 * S[1]) / 3, 9);
  expect(finding(/^Plateau at η 0.0400/).predicted).toBeCloseTo(stationary(moments, plain(0.04), 1).excess, 9);
  expect(findings.filter(({ verdict }) => verdict === "off")).toEqual([]);
  expect(() => ask({ learningRate: 0.1 }, { lists: { rates: [0.1, 0.2] } })).toThrow(
    /Rates must be a whole number from 3/,
  );
  expect(() => ask({ learningRate: 0.1 }, { lists: { rates: [0.1, 0.2, 0.1] } })).toThrow(/lists a number twice/);
  expect(() => ask({ learningRate: 0.1 }, { lists: { chains: [1] } })).toThrow(
    /takes no list as "chains"; it takes "rates"/,
  );
});

test("where a batch does not divide n, the smaller last one leaves reshuffled epochs a slope", () => {
  const it = model("least squares");
  expect(reshuffledSlope(it, 13)).toBe(0); // 442 rows
  // Two rows count 1/2 each in place of 1/8, once in 56 steps.
  expect(reshuffledSlope(it, 8) / slopeAtZero(it, 1)).toBeCloseTo((2 * (3 / 8) ** 2 * (440 / 441)) / 56, 12);
  const chosen = {
    controls: { batchSize: 8, chains: 64, burnIn: 15_000, steps: 4000 },
    lists: { rates: [4e-4, 0.01, 0.02] },
  };
  const { finding } = run({ learningRate: 0.02 }, chosen);
  const { measured, predicted, verdict, reason } = finding(/^Excess loss at η 4.00e-4, reshuffled/);
  expect(verdict).toBe("agrees");
  expect(reason).toMatch(/the last 2 rows of an epoch count more/);
  expect(measured! / predicted!).toBeGreaterThan(0.7); // 5 times the law of equal batches
});

test("a batch of all rows leaves nothing to draw, and a plateau that is not reached in time is not held against theory", () => {
  const whole = run({ learningRate: 0.5 }, { controls: { batchSize: 442, rates: 3, chains: 16 } });
  for (const quantity of [/^Excess.*reshuffled/, /^Order.*reshuffled/])
    expect(whole.finding(quantity)).toMatchObject({
      verdict: "none",
      reason: "a batch holds all examples: nothing is drawn",
    });
  const early = run({ learningRate: 4e-4 }, { controls: { batchSize: 3, rates: 3, chains: 64 } });
  expect(early.finding(/^Plateau at η 4.00e-4/).verdict).toBe("out of range");
});
