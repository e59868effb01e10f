import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { flowOf } from "../../../src/core/labs/gradientFlow/flow.ts";
import { scaled, sumOfSquares, textbook } from "../../../src/core/labs/gradientFlow/schedules.ts";
import { systemOf, type FlowJob } from "../../../src/core/labs/gradientFlow/system.ts";
import {
  blockMean,
  displacement,
  endPoint,
  endSecondOrder,
  fitOrder,
  leadingTerm,
  limitOrder,
  quadraticFlow,
  rmsAtEnd,
  supDistance,
} from "../../../src/core/labs/gradientFlow/theory.ts";
import { rng } from "../../../src/core/rng.ts";
import { complete, runInline } from "../../../src/core/run.ts";
import { keep, type Configuration, type Finding, type Frame } from "../../../src/protocol/index.ts";
import { checkOf } from "../theoryChecks.ts";

const check = checkOf(new URL("../../reference/theory/01-gradient-flow.json", import.meta.url));
const bytesOf = (name: string) => new Uint8Array(readFileSync(new URL(`../../../data/${name}`, import.meta.url)));
const datasets: Readonly<Partial<Record<string, Uint8Array>>> = {
  logistic: bytesOf("breast_cancer.csv"),
  "least squares": bytesOf("diabetes.csv"),
};

interface Options {
  readonly problem?: string;
  readonly knobs?: Readonly<Record<string, number>>;
  readonly controls?: Readonly<Record<string, number>>;
  readonly lists?: Readonly<Record<string, readonly number[]>>;
  readonly configuration?: Partial<Configuration>;
  readonly values?: Readonly<Record<string, number>>;
  readonly data?: Readonly<Record<string, unknown>>;
}
const ask = (
  learningRate: number,
  { problem = "single well", knobs, controls = {}, lists, configuration, values, data }: Options = {},
) => {
  const dataset = datasets[problem];
  return complete(
    {
      lab: "gradient flow",
      configuration: {
        framework: "torch",
        optimizer: "SGD",
        groups: [{ name: "all", values: { learningRate, ...values } }],
        ...configuration,
      },
      problem: { name: problem, ...(knobs && { values: knobs }), ...(data && { data }) },
      controls,
      ...(lists && { lists }),
    },
    dataset ? { dataset } : {},
  );
};
type Asked = ReturnType<typeof ask>;
const run = (asked: Asked, seed = 1) => {
  const work = runInline(asked.lab, asked.job, seed);
  let kept: Frame[] = [];
  let next = work.next();
  for (; !next.done; next = work.next()) for (const frame of next.value ?? []) kept = keep(kept, frame);
  return seen(kept, next.value);
};
const seen = (
  kept: readonly Frame[],
  { findings, report }: Pick<ReturnType<Asked["lab"]["gather"]>, never> & Ended,
) => ({
  frames: kept,
  findings,
  report,
  column: (chart: string, series: string, k = 1) => [
    ...kept.find((frame) => frame.chart === chart && frame.series === series)!.columns[k],
  ],
  finding: (quantity: RegExp): Finding => findings.find((it) => quantity.test(it.quantity))!,
});
interface Ended {
  readonly findings: Finding[];
  readonly report: { readonly answer: string };
}
/** Charts list rates ascending, checks from the largest. */
const falling = (xs: readonly number[]) => [...xs].reverse();
const off = ({ measured, predicted, standardError }: Finding) => Math.abs(measured! - predicted!) / standardError!;
const numbersOf = (id: string, name: string) => check.spec(id)[name] as number[];
const numberOf = (id: string, name: string) => check.spec(id)[name] as number;

describe("the public checks", () => {
  test("gradient descent leaves the flow of a quadratic by its closed form, in order 1", () => {
    const id = "flow-bias-quadratic";
    const [h, x0, T] = ["h", "x0", "T"].map((name) => numberOf(id, name));
    const etas = numbersOf(id, "etas");
    const distance = etas.map((eta) => supDistance(h, x0, eta, T));
    check.compare(id, "sup_distance", distance);
    check.compare(id, "order", fitOrder(etas, distance).order);
    const leading = etas.map((eta) => leadingTerm(h, x0, eta));
    check.compare(id, "leading_term |x0| eta h/(2e)", leading);
    const controls = { time: T, start: x0, rates: etas.length, curvature: h, replicas: 16, blockRuns: 8 };
    const { column, finding } = run(ask(etas[0], { controls }));
    check.compare(id, "sup_distance", falling(column("distance", "no noise")));
    check.compare(id, "leading_term |x0| eta h/(2e)", falling(column("distance", "∝ η")));
    expect(finding(/^Order of gradient descent/).reason).toMatch(/^1\.037 as fitted/);
    expect(check.open(id)).toEqual([]);
  });

  test("SGD with normal noise strays in order ½ (some 0.4 s)", () => {
    const id = "flow-noise-quadratic";
    const [h, x0, sigma, T] = ["h", "x0", "sigma", "T"].map((name) => numberOf(id, name));
    const etas = numbersOf(id, "etas");
    check.compare(
      id,
      "rms_at_T",
      etas.map((eta) => rmsAtEnd(h, x0, sigma * sigma, eta, T)),
    );
    const replicas = numberOf(id, "replicas");
    const controls = { time: T, start: x0, rates: etas.length, curvature: h, replicas, blockRuns: 8 };
    const { column, finding } = run(ask(etas[0], { knobs: { noise: sigma * sigma }, controls }));
    check.compare(id, "rms_at_T", falling(column("distance", "rms")));
    check.compare(id, "mean_sup", falling(column("distance", "SGD")));
    const order = finding(/^Order of SGD/);
    check.compare(id, "order_of_mean_sup", order.measured);
    expect(off(order)).toBeLessThan(4);
    column("distance", "at T, rms").forEach((rms, i) => {
      expect(Math.abs(rms / column("distance", "rms")[i] - 1)).toBeLessThan(5 / Math.sqrt(2 * replicas));
    });
    expect(check.open(id)).toEqual([]);
  });

  test("schedules of one sum end where second order says", () => {
    const id = "flow-sum-of-rates";
    const [h, x0, total, steps] = ["h", "x0", "total", "steps"].map((name) => numberOf(id, name));
    const controls = { total, scheduleSteps: steps, offset: 4, drop: 0.1 };
    const names = ["constant", "one_over_k", "cosine", "step_drop"];
    const rates = Object.fromEntries(textbook(controls).map((course, i) => [names[i], course.rates]));
    const each = (f: (rates: Float64Array) => number) =>
      Object.fromEntries(Object.entries(rates).map(([name, it]) => [name, f(it)]));
    check.compare(id, "flow_end", quadraticFlow(h, x0, total));
    check.compare(
      id,
      "end_point",
      each((it) => endPoint(h, x0, it)),
    );
    check.compare(id, "sum_eta_squared", each(sumOfSquares));
    check.compare(
      id,
      "predicted_end_second_order",
      each((it) => endSecondOrder(h, x0, it)),
    );
    const { findings } = run(ask(0.1, { controls: { ...controls, start: x0, curvature: h, replicas: 16 } }));
    const ends = findings.filter(({ quantity }) => quantity.startsWith("End of "));
    expect(ends.map(({ quantity }) => quantity)).toEqual([
      "End of constant",
      "End of 1/(k+4)",
      "End of cosine",
      "End of step drop",
    ]);
    expect(ends.map(({ verdict }) => verdict)).toEqual(["agrees", "agrees", "agrees", "agrees"]);
    check.compare(id, "end_point", Object.fromEntries(ends.map(({ measured }, i) => [names[i], measured])));
    ends.forEach(({ predicted }, i) => expect(predicted! / endSecondOrder(h, x0, rates[names[i]])).toBeCloseTo(1, 12));
    expect(check.open(id)).toEqual([]);
  });

  test("√N blocks have the rates of the argument", () => {
    const id = "flow-sqrt-blocks";
    const [sigma, time] = ["sigma", "total_time"].map((name) => numberOf(id, name));
    const N = numbersOf(id, "N");
    const means = N.map((n) => blockMean(sigma, n));
    const ends = N.map((n) => displacement(sigma, time, n));
    check.compare(id, "rms_block_mean sigma N^-1/4", means);
    check.compare(id, "rms_total_displacement t sigma N^-1/2", ends);
    check.compare(id, "slopes", [fitOrder(N, means).order, fitOrder(N, ends).order]);
    const controls = { blockTime: time, blockRuns: 200, replicas: 16, rates: 2 };
    const { column, finding } = run(ask(0.1, { knobs: { noise: sigma * sigma }, controls }));
    expect(column("blocks", "block mean", 0)).toEqual(N);
    column("blocks", "block mean").forEach((x, i) => expect(x / means[i]).toBeCloseTo(1, 1));
    column("blocks", "displacement").forEach((x, i) =>
      expect(Math.abs(x / ends[i] - 1)).toBeLessThan(5 / Math.sqrt(400)),
    );
    for (const slope of [/^Slope of a block/, /^Slope of the displacement/])
      expect(off(finding(slope))).toBeLessThan(4);
    expect(check.open(id)).toEqual([]);
  });

  test("logistic regression on data: order 1 without noise, about ½ with it (some 0.7 s)", () => {
    const id = "flow-logistic-data";
    const etas = numbersOf(id, "etas");
    const [l2, T, replicas] = ["l2", "T", "replicas"].map((name) => numberOf(id, name));
    const controls = { time: T, rates: etas.length, replicas, blockRuns: 8, scheduleSteps: 10 };
    const asked = ask(etas[0], {
      problem: "logistic",
      knobs: { l2 },
      controls,
      data: { features: numbersOf(id, "features"), start: numbersOf(id, "w0"), intercept: true },
    });
    const system = systemOf(asked.job as unknown as FlowJob, rng(1));
    const work = flowOf(asked.job as unknown as FlowJob, system, T);
    let next = work.next();
    while (!next.done) next = work.next();
    const end = new Float64Array(4);
    next.value.at(T, end);
    check.compare(id, "flow_end", [...end]);
    const { column, finding } = run(asked);
    const descent = falling(column("distance", "no noise"));
    check.compare(id, "gd_sup_distance", descent);
    check.compare(id, "gd_order", fitOrder(etas, descent).order);
    check.compare(id, "sgd_mean_sup", falling(column("distance", "SGD")));
    const order = finding(/^Order of SGD/);
    check.compare(id, "sgd_order", order.measured);
    expect(off(order)).toBeLessThan(4);
    expect(check.open(id)).toEqual([]);
  });
});

describe("what is measured agrees with theory, whatever the seed", () => {
  const few = { replicas: 128, blockRuns: 24 };
  test.each([
    ["single well", 0.1],
    ["noisy quadratic", 0.1],
    ["least squares", 0.1],
    ["logistic", 0.1],
  ])("%s", (problem, eta) => {
    for (const seed of [1, 2, 3]) {
      const controls = problem === "noisy quadratic" ? { replicas: 32, blockRuns: 24 } : few;
      const { findings } = run(ask(eta, { problem, controls }), seed);
      const measured = findings.filter((it) => it.standardError !== undefined);
      expect(measured).toHaveLength(6); // two orders, two distances at T, two slopes
      for (const it of measured) expect(off(it), `${it.quantity}, seed ${seed}`).toBeLessThan(4.5);
      for (const it of findings.filter(({ quantity }) => quantity.startsWith("End of ")))
        expect(it.verdict, it.quantity).toBe("agrees");
    }
  });

  test("a batch of B, a penalty and a steeper loss enter the prediction", () => {
    const controls = { batchSize: 4, curvature: 2, replicas: 256 };
    const { finding } = run(ask(0.05, { controls, values: { weightDecay: 0.5 } }));
    const rms = finding(/^Rms distance at T, η/);
    expect(rms.predicted).toBeCloseTo(rmsAtEnd(2.5, 1, 2 / 4, 0.05, 4), 9);
    expect(off(rms)).toBeLessThan(4);
  });

  test("in a double well noise carries θ to another curvature, which the chart says", () => {
    const { report, finding } = run(ask(0.1, { problem: "double well", controls: few }));
    expect(report).toMatchObject({
      assumptions: { distance: "not here: noise carries θ to where the curvature is another" },
    });
    expect(finding(/^Order of SGD/).verdict).toBe("out of range");
    expect(finding(/^Order of gradient descent/).verdict).toBe("agrees");
  });
});

test("the flow by Runge–Kutta is that of the quartic's closed form, between its nodes too", () => {
  const job = ask(0.1, { problem: "flat well", controls: { start: 1.2 } }).job as unknown as FlowJob;
  const work = flowOf(job, systemOf(job, rng(1)), 4);
  let next = work.next();
  while (!next.done) next = work.next();
  const at = new Float64Array(1);
  for (const t of [0, 0.0123, 0.5, 1.777, 3.99, 4]) {
    next.value.at(t, at);
    expect(at[0]).toBeCloseTo(1.2 / Math.sqrt(1 + 2 * 1.2 ** 2 * t), 7);
  }
});

test("where rows differ in their Hessians a large rate lets the noise grow, which the chart says", () => {
  const { report, finding } = run(ask(0.1, { problem: "least squares", controls: { replicas: 64, blockRuns: 8 } }));
  expect(report).toMatchObject({
    assumptions: { distance: expect.stringMatching(/^not here: noise grows with the distance, by \d+ %/) as string },
  });
  expect(finding(/^Order of SGD/).verdict).toBe("out of range");
});

test("with momentum a step takes the time η/(1−μ), and the orders stay", () => {
  const values = { momentum: 0.9 };
  const controls = { time: 4, replicas: 128, rates: 5, start: 1 };
  const { report, finding, column } = run(ask(1e-3, { values, controls, knobs: { noise: 20 } }));
  expect(report).toMatchObject({ status: expect.stringContaining("A step takes the time η × 10.0.") as string });
  expect(finding(/^Order of gradient descent/)).toMatchObject({ verdict: "agrees", predicted: 1 });
  const order = finding(/^Order of SGD/);
  expect(order.verdict).toBe("none");
  expect(Math.abs(order.measured! - 0.5)).toBeLessThan(0.08);
  expect(column("paths", "flow").at(-1)).toBeCloseTo(Math.exp(-4), 12);
  expect(Math.abs(column("paths", "η 1.00e-3").at(-1)!)).toBeLessThan(2);
});

test("the configuration's own schedule is set beside the others, on one axis", () => {
  const schedule = { name: "CosineAnnealingLR", values: { length: 2000, minimum: 0 } };
  const configuration: Partial<Configuration> = {
    groups: [{ name: "all", values: { learningRate: 0.1 }, schedule }],
    steps: 2000,
  };
  const asked = ask(0.1, { configuration, controls: { replicas: 16 } });
  const { finding, column } = run(asked);
  // Its shape is the textbook's cosine, and so is where it ends.
  expect(finding(/^End of CosineAnnealingLR/).measured).toBeCloseTo(finding(/^End of cosine/).measured!, 4);
  expect(column("schedules", "CosineAnnealingLR", 0).at(-1)).toBeCloseTo(2, 12);
  expect(finding(/^Time of the whole run/)).toMatchObject({ verdict: "exact" });
  expect(finding(/^Time of the whole run/).measured).toBeCloseTo(100.05, 6);
  // A schedule is suggested as many steps as its own rates need for the sum.
  expect((asked.job.controls as Record<string, number>)["scheduleSteps"]).toBe(40);
});

test("a rate beyond stability is shown as divergence, with advice, and the smaller ones are kept", () => {
  const { report, finding, frames, column } = run(ask(3, { controls: { replicas: 64 } }));
  expect(report).toMatchObject({
    diverged: true,
    advice: { name: "learningRate", value: 0.5 },
    status: "The steepest direction has h = 1.00: η h = 3.00, and descent needs η h < 2.",
    assumptions: { distance: "not here: η h is 1.50" },
  });
  expect(report.answer).toMatch(
    /^At η \*\*3\.00\*\* SGD leaves the flow for infinity by step \*\*\d+\*\*\. From \*\*1\.50\*\* down it stays/,
  );
  expect(finding(/^Order of SGD/).verdict).toBe("out of range");
  expect(finding(/^Rms distance at T, η/)).toMatchObject({ verdict: "out of range" });
  expect(column("distance", "SGD").at(-1)).toBe(Infinity);
  expect(column("paths", "η 3.00").some((x) => Math.abs(x) > 5)).toBe(true);
  for (const { columns } of frames) for (const column of columns) expect(column.length).toBeLessThanOrEqual(1000);
});

test("units may run in any order: the same bytes", () => {
  const asked = ask(0.1, { problem: "logistic", controls: { replicas: 80, rates: 3, blockRuns: 20, blockSizes: 2 } });
  const together = run(asked);
  const { lab, job } = asked;
  const gathering = lab.gather(job);
  const z = rng(5);
  let open = Array.from({ length: lab.units(job) }, (_, unit) => ({ unit, steps: lab.work(job, unit, rng(1)) }));
  expect(open.length).toBe(2 + 3 * 3 + 2 * 3);
  let frames: Frame[] = [];
  while (open.length > 0) {
    const it = open[z.integer(open.length)];
    const next = it.steps.next();
    if (next.done) open = open.filter((other) => other !== it);
    else if (next.value !== undefined) gathering.add(it.unit, next.value);
    if (z.integer(30) === 0) for (const frame of gathering.frames()) frames = keep(frames, frame);
  }
  const report = gathering.report("done");
  const findings = gathering.findings();
  for (const frame of gathering.frames()) frames = keep(frames, frame);
  const sorted = (all: readonly Frame[]) =>
    [...all].sort((a, b) => (`${a.chart} ${a.series}` < `${b.chart} ${b.series}` ? -1 : 1));
  expect(sorted(frames)).toEqual(sorted(together.frames));
  expect(findings).toEqual(together.findings);
  expect(report).toEqual(together.report);
  expect(gathering.progress()).toMatchObject({ done: gathering.progress().total });
});

test.each<[string, number, Options, RegExp]>([
  ["another optimizer", 0.1, { configuration: { optimizer: "Adam" } }, /^Adam is not covered: .* Choose SGD\.$/],
  ["a rate of 0", 0, {}, /needs a learning rate above 0, not 0/],
  ["no noise", 0.1, { knobs: { noise: 0 } }, /the noise must be above 0, not 0/],
  ["clipping", 0.1, { configuration: { clip: { type: "norm", max: 1 } } }, /Clipped gradients follow another flow/],
  ["Lookahead", 0.1, { configuration: { around: { lookahead: { every: 5, alpha: 0.5 } } } }, /changes the flow/],
  ["dampening of 1", 0.1, { values: { momentum: 0.9, dampening: 1 } }, /only the first gradient counts/],
  ["maximize", 0.1, { values: { maximize: 1 } }, /shown for descent/],
  ["one rate", 0.1, { controls: { rates: 1 } }, /two rates or more/],
  ["half a run", 0.1, { controls: { replicas: 2.5 } }, /^Runs must be a whole number from 1 to/],
  ["no time", 0.1, { controls: { time: 0 } }, /^Time must be above 0/],
  ["too long", 1e-6, { controls: { time: 100 } }, /takes 1,600,000,000 steps; at most 10,000,000 are run\. Lower/],
  [
    "too many blocks",
    0.1,
    { controls: { blockLength: 64, blockGrowth: 8, blockSizes: 5 } },
    /would have N = 6\.9e\+10/,
  ],
])("%s is refused in a sentence", (_, eta, options, sentence) => {
  expect(() => ask(eta, options)).toThrow(sentence);
});

test("a table too large for whole gradients is refused in a sentence", () => {
  const X = Array.from({ length: 3000 }, (_, i) => Array.from({ length: 70 }, (_, j) => ((i * j) % 7) - 3));
  const { lab, job } = ask(0.1, { problem: "least squares", data: { X, y: X.map(([a]) => a) } });
  expect(() => lab.work(job, 0, rng(1)).next()).toThrow(/3000 rows of 70 columns are too many/);
});

test("orders are those of powers, and extrapolate where a next order is in them", () => {
  const eta = [0.4, 0.2, 0.1, 0.05];
  expect(
    fitOrder(
      eta,
      eta.map((x) => 3 * x * Math.sqrt(x)),
    ).order,
  ).toBeCloseTo(1.5, 12);
  const { order, standardError } = limitOrder(eta.map((x) => x * (1 + x)));
  expect(Math.abs(order - 1)).toBeLessThan(Math.max(standardError, 0.01));
  const uneven = [0.3, 0.1, 0.04, 0.01];
  const bent = limitOrder(
    uneven.map((x) => x * (1 + 0.1 * x)),
    uneven,
  );
  expect(Math.abs(bent.order - 1)).toBeLessThan(1e-4);
  expect([...scaled(Float64Array.of(1, 3), 2)]).toEqual([0.5, 1.5]);
});

test("rates and blocks that a file lists are run in place of halvings", () => {
  const lists = { rates: [0.03, 0.3, 0.1], blockSizes: [12, 30] };
  const asked = ask(0.5, { lists, controls: { time: 3, start: 1.5, curvature: 2, replicas: 32, blockRuns: 8 } });
  expect(asked.job.controls).toMatchObject({ rates: 3, blockSizes: 2 });
  const { frames, findings } = run(asked);
  const columns = (series: string) => frames.find((it) => it.series === series)!.columns.map((it) => [...it]);
  const [eta, descent] = columns("no noise");
  expect(eta).toEqual([0.03, 0.1, 0.3]);
  eta.forEach((x, i) => expect(descent[i]).toBeCloseTo(supDistance(2, 1.5, x, 3), 12));
  expect(columns("block mean")[0]).toEqual([144, 900]);
  expect(findings.find(({ quantity }) => quantity.startsWith("Order of gradient descent"))).toMatchObject({
    verdict: "agrees",
  });
  expect(() => ask(0.1, { lists: { rates: [0.1, -0.1] } })).toThrow(/must be above 0/);
  expect(() => ask(0.1, { lists: { blockSizes: [16, 16.5] } })).toThrow(/whole numbers/);
});
