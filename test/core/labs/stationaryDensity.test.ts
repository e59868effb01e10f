import { expect, test } from "vitest";
import { rng } from "../../../src/core/rng.ts";
import { complete, runInline } from "../../../src/core/run.ts";
import type { Frame } from "../../../src/protocol/index.ts";

interface Options {
  readonly problem?: string;
  readonly optimizer?: string;
  readonly controls?: Readonly<Record<string, number>>;
  readonly noise?: number;
  readonly data?: Readonly<Record<string, unknown>>;
}
const run = (
  values: Record<string, number>,
  { problem = "double well", optimizer = "SGD", controls = {}, noise = 2, data }: Options = {},
) => {
  const configuration = { framework: "torch", optimizer, groups: [{ name: "all", values }] };
  const { lab, job } = complete(
    {
      lab: "stationary density",
      configuration,
      problem: { name: problem, values: { noise }, ...(data && { data }) },
      controls,
    },
    {},
  );
  const work = runInline(lab, job, 1);
  const frames = new Map<string, Frame>();
  let next = work.next();
  for (; !next.done; next = work.next())
    for (const frame of next.value ?? []) frames.set(`${frame.chart} ${frame.series}`, frame);
  const { findings, report } = next.value;
  const finding = (quantity: RegExp) => findings.find((it) => quantity.test(it.quantity))!;
  return { frames, finding, findings, report, charts: lab.charts(job.configuration, job.problem, job.controls) };
};
const off = ({
  measured,
  predicted,
  standardError,
}: {
  measured?: number;
  predicted?: number;
  standardError?: number;
}) => Math.abs(measured! - predicted!) / standardError!;

test("the double well shows α near ½, not 1/10, and what a finite η adds (some 0.5 s)", () => {
  const { finding, findings, frames, report, charts } = run({ learningRate: 0.05 });
  const limit = finding(/^α, limit/);
  expect(limit.predicted).toBe(0.5);
  expect(Math.abs(limit.measured! - 0.5)).toBeLessThan(0.04);
  expect(off(limit)).toBeLessThan(4);
  expect(off(finding(/^α at this/))).toBeLessThan(4);
  expect(finding(/^α at this/).predicted).toBeCloseTo(0.5239, 2);
  expect(off(finding(/^Mass/))).toBeLessThan(4);
  const tv = finding(/^Total variation/);
  expect(tv.measured).toBeLessThan(0.03);
  for (const it of findings)
    expect([it.quantity, it.verdict]).toEqual([it.quantity, expect.stringMatching(/agrees|exact/)]);
  // The kernel density is the histogram without its corners: of mass 1, and nowhere far from it.
  const [place, smooth] = frames.get("density kernel density")!.columns;
  expect(smooth.reduce((sum, y) => sum + y * (place[1] - place[0]), 0)).toBeCloseTo(1, 2);
  // Four rates, each with its α between two standard errors and the chain's own beside it.
  const [etas, alphas] = frames.get("rates fitted")!.columns;
  const [, low, high] = frames.get("rates two standard errors")!.columns;
  const [, own] = frames.get("rates at this η")!.columns;
  expect([...etas]).toEqual([0.0125, 0.025, 0.05, 0.1]);
  alphas.forEach((alpha, k) => {
    expect(alpha).toBeGreaterThan(low[k]);
    expect(alpha).toBeLessThan(high[k]);
    expect(Math.abs(alpha - own[k])).toBeLessThan(2 * (high[k] - low[k]));
    if (k > 0) expect(own[k]).toBeGreaterThan(own[k - 1]);
  });
  // Chains that leave a well: fewer from look to look, and as many as the chain's own law has it.
  const [, stayed] = frames.get("leaving measured")!.columns;
  const [, predicted] = frames.get("leaving the chain's law")!.columns;
  expect(predicted[0]).toBe(1);
  stayed.forEach((share, k) => expect(Math.abs(share - predicted[k + 1])).toBeLessThan(0.04));
  expect(report.answer).toMatch(
    /^θ settles into Gibbs with α = \*\*0\.5\d\d ± 0\.00\d\*\*\. Theory says ½ as η → 0, and \*\*0\.5\d\d\*\* at this η;/,
  );
  expect(report.status).toBe("Double well, L = (θ² − 1)² / 4, η 0.05, σ² 2.00. 4,000 chains × 25 samples at 4 rates.");
  expect(charts.find(({ id }) => id === "density")!.assumption).toEqual({
    text: "Holds for η L″ ≪ 1 (here 0.1) and noise of constant variance.",
  });
  const [x, p] = frames.get("density measured")!.columns;
  expect(p.reduce((sum, y) => sum + y * (x[1] - x[0]), 0)).toBeCloseTo(1, 3);
});

test("with α = 1/10 chosen as the prediction the contradiction is in the findings", () => {
  const { finding, report } = run(
    { learningRate: 0.05 },
    { controls: { alpha: 1, chains: 1000, samples: 10, rates: 1 } },
  );
  expect(finding(/^α, limit/)).toMatchObject({ predicted: 0.1, verdict: "off", reason: "no derivation leads to 1/10" });
  expect(finding(/^Total variation to Gibbs 1\/10/).measured).toBeGreaterThan(0.3);
  expect(report.answer).toContain("The notes say 1/10");
});

test.each([
  ["plain", 0],
  ["with momentum", 0.9],
])("SGD %s on a quadratic has the variance and the α of its closed form", (_, momentum) => {
  const { finding } = run(
    { learningRate: 0.1, momentum },
    { problem: "single well", controls: { samples: 10, rates: 0 } },
  );
  const h = 1;
  const exact = (0.1 * 2 * (1 + momentum)) / ((1 - momentum) * h * (2 * (1 + momentum) - 0.1 * h));
  expect(finding(/^Variance/).predicted).toBeCloseTo(exact, 12);
  expect(off(finding(/^Variance/))).toBeLessThan(4);
  expect(off(finding(/^α at this/))).toBeLessThan(4);
  // E[θL′] is the variance times h.
  const virial = finding(/virial$/);
  expect(virial.predicted).toBeCloseTo((h * exact * (1 - momentum)) / (0.1 * 2), 12);
  expect(off(virial)).toBeLessThan(4);
});

test("a tilted well starts in its deeper part and comes to hold the mass that the chain's own law gives it", () => {
  const { finding } = run({ learningRate: 0.05 }, { problem: "tilted well" });
  expect(finding(/^Mass/).predicted).toBeCloseTo(0.0223, 3);
  expect(off(finding(/^Mass/))).toBeLessThan(4);
});

test("at a small rate the chart says that wells do not mix, and the mass is out of range", () => {
  const { finding, report } = run({ learningRate: 3e-4 }, { controls: { chains: 2000 } });
  expect(report.assumptions).toEqual({ density: "not here: chains have not mixed between the wells" });
  expect(finding(/^Mass/)).toMatchObject({
    verdict: "out of range",
    reason: "chains keep to the well they started in",
  });
  expect(off(finding(/^α at this/))).toBeLessThan(4);
});

test("a rate that explodes is a sentence with advice, and every verdict is out of range", () => {
  const { finding, report } = run({ learningRate: 3 }, { controls: { chains: 128 } });
  expect(report).toMatchObject({ diverged: true, advice: { name: "learningRate", value: 0.05 } });
  expect(report.answer).toMatch(/^Diverged by step \*\*\d+\*\* in \*\*128 of 128\*\* chains\.$/);
  for (const quantity of [/^α, limit/, /^α at this/, /^Mass/, /^Total/])
    expect(finding(quantity).verdict).toBe("out of range");
});

test("an adaptive optimizer is run and shown, with the assumption it breaks", () => {
  const { finding, report, charts } = run(
    { learningRate: 0.05 },
    { optimizer: "Adam", controls: { chains: 512, samples: 5 } },
  );
  expect(charts.find(({ id }) => id === "density")!.assumption!.broken).toMatch(/^not here: Adam /);
  expect(finding(/^α, limit/).verdict).toBe("out of range");
  expect(report.answer).toContain("Gibbs does not cover Adam");
});

test("noise that grows with θ leads to Itô's law, and the tails have its exponent", () => {
  const eta = 0.1;
  const { finding, findings, frames, report, charts } = run(
    { learningRate: eta },
    { problem: "single well", noise: 1, controls: { growth: 0.5, chains: 2000, rates: 2 } },
  );
  for (const it of findings)
    expect([it.quantity, it.verdict]).toEqual([it.quantity, expect.stringMatching(/agrees|exact/)]);
  expect(finding(/to Itô/).measured).toBeLessThan(0.5 * finding(/frozen σ²/).measured!);
  expect(finding(/local σ²/).measured).toBeGreaterThan(0.4);
  expect(finding(/^Exponent/).reason).toBe("3.00 as η → 0");
  // s₀²/(2h − ηh² − κs₀²) in u = θ/√η
  expect(finding(/^Variance of θ/).predicted).toBeCloseTo(eta / (2 - eta - 0.5), 12);
  expect(report.answer).toMatch(/^θ settles into Itô's law, not Gibbs: \*\*0\.0\d+\*\* from it/);
  expect(charts.map(({ id }) => id)).toEqual(["landscape", "density", "laws"]);
  // From rate to rate only the distance to Itô's law goes to 0.
  const distance = (name: string) => frames.get(`laws ${name}`)!.columns[1];
  expect(distance("Itô")[2] / distance("Itô")[0]).toBeGreaterThan(3);
  for (const name of ["Stratonovich", "Gibbs, local σ²", "Gibbs, frozen σ²"])
    expect(distance(name)[0]).toBeGreaterThan(0.03);
});

test("noise that grows too fast leaves no variance, and says so", () => {
  const { finding } = run(
    { learningRate: 0.1 },
    { problem: "single well", noise: 1, controls: { growth: 2.5, chains: 256, samples: 2, rates: 0 } },
  );
  expect(finding(/^Variance of θ/)).toMatchObject({
    verdict: "none",
    reason: "the law has no finite variance: tails are too heavy",
  });
});

test("Metropolis chains come to the same Gibbs law and accept what it says", () => {
  const { finding } = run(
    { learningRate: 0.1 },
    { noise: 1, controls: { chains: 256, samples: 4, rates: 0, walkers: 500, walkSteps: 1000 } },
  );
  const walked = finding(/^Metropolis, total/);
  expect(walked.measured).toBeLessThan(3 * walked.predicted!);
  expect(finding(/accepted$/).verdict).toBe("agrees");
});

test.each([
  ["(x^2 - 1)^2 / 4 + 0.1*sin(3*x)", "1"], // wells that do not mix, of unequal depth
  ["θ**4/4 - θ^2/2 + 0.2*θ", "1"], // a polynomial, for the compiled kernel
  ["log(exp(x) + exp(-x))", "1 + 0.2*x^2"], // rises slowly; noise of the problem's own
  ["abs(x - 2) + (x - 2)^2", "1"], // a corner, and a minimum away from 0
])("the typed loss %s with noise %s is simulated, and its findings agree", (loss, spread) => {
  const { findings, report } = run(
    { learningRate: 0.05 },
    { problem: "formula", noise: 1, data: { loss, spread }, controls: { chains: 1200, samples: 15, rates: 2 } },
  );
  expect(report.status).toContain(`L = ${loss}`);
  expect(findings.filter(({ verdict }) => verdict === "agrees").length).toBeGreaterThan(4);
  for (const it of findings) expect([it.quantity, it.verdict]).not.toEqual([it.quantity, "off"]);
});

test.each([
  [
    { loss: "x^2 +" },
    /^The formula of the loss does not read\. Expected a number, θ or "\(", found the end at character 6\.$/,
  ],
  [{ loss: "y^2" }, /^The formula of the loss does not read\. Expected θ or a known name, found "y" at character 1\.$/],
  [{ loss: 7 }, /^"loss" must be a formula in quotes/],
  [{ loss: "x^3" }, /^L = x\^3 falls without end to the left, so that nothing settles\./],
  [{ loss: "-x^2" }, /falls without end to the left/],
  [{ loss: "x^2 - x^4" }, /falls without end to the left/],
  [{ loss: "exp(-x)" }, /falls without end to the right/],
  [{ loss: "log(x)" }, /is not a number at θ = -/],
  [{ loss: "5" }, /has no minimum/],
  [{ loss: "1 - exp(-x^2)" }, /rises too slowly to hold θ at this temperature/],
  [{ loss: "x^2", spread: "x" }, /^The noise x is .* at θ = .*; a variance must be above 0\.$/],
  [{ loss: "x^2", spread: "1 +" }, /^The formula of the noise does not read\./],
  [{ lss: "x^2" }, /^The problem "formula" has no "lss"; it has "loss", "spread" and "noise"\.$/],
  [{ loss: "x^2" }, undefined],
])("a formula that cannot be run with is refused in a sentence: %j", (data, why) => {
  const attempt = () =>
    run({ learningRate: 0.1 }, { problem: "formula", data, controls: { chains: 64, samples: 1, rates: 0 } });
  if (why) expect(attempt).toThrow(why);
  else expect(attempt().report.diverged).toBeUndefined();
});

test.each([
  [{ growth: -1 }, /^The growth κ of the noise must be a number from 0 on, not -1\.$/],
  [{ low: 1, high: -1 }, /^The histogram must end right of where it begins; it goes from 1 to -1\.$/],
  [{ bins: 3 }, /^The histogram needs at least 8 bins/],
  [{ rates: 1.5 }, /^Other rates must be a whole number from 0 to 12, not 1\.5\.$/],
  [{ walkers: 10, walkSteps: 100 }, /^Metropolis chains need more steps \(100\) than their burn-in \(300\)\.$/],
  [{ walkers: 10, growth: 1 }, /^The Metropolis chains sample Gibbs, which needs noise of constant variance/],
])("a control that cannot be run with is refused in a sentence: %j", (controls, why) => {
  expect(() => run({ learningRate: 0.1 }, { controls })).toThrow(why);
});

test("what a chart shows at the end does not depend on the order in which its samples came", () => {
  const configuration = {
    framework: "torch",
    optimizer: "SGD",
    groups: [{ name: "all", values: { learningRate: 0.1 } }],
  };
  const controls = { chains: 512, samples: 12, rates: 1 };
  const { lab, job } = complete({ lab: "stationary density", configuration, problem: { name: "" }, controls }, {});
  const parts = Array.from({ length: lab.units(job) }, (_, unit) =>
    [...lab.work(job, unit, rng(3))].filter((part) => part !== undefined).map((part) => [unit, part] as const),
  );
  const ended = (order: readonly (readonly [number, unknown])[]) => {
    const gathering = lab.gather(job);
    const last = new Map<string, unknown>();
    for (const [unit, part] of order) {
      gathering.add(unit, part);
      for (const { chart, series, columns } of gathering.frames()) last.set(`${chart} ${series}`, columns);
    }
    return last;
  };
  const forward = ended(parts.flat());
  expect(forward.get("rates fitted")).toBeDefined();
  // Unit after unit, and a part of each in turn.
  const turns = Array.from({ length: 12 }, (_, k) => parts.flatMap((own) => own.slice(k, k + 1))).flat();
  for (const order of [[...parts].reverse().flat(), turns]) expect(ended(order)).toEqual(forward);
});
