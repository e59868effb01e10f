import { expect, test } from "vitest";
import { complete, runInline } from "../../../src/core/run.ts";
import type { Frame } from "../../../src/protocol/index.ts";

interface Options {
  readonly problem?: string;
  readonly optimizer?: string;
  readonly controls?: Readonly<Record<string, number>>;
  readonly noise?: number;
}
const run = (
  values: Record<string, number>,
  { problem = "double well", optimizer = "SGD", controls = {}, noise = 2 }: Options = {},
) => {
  const configuration = { framework: "torch", optimizer, groups: [{ name: "all", values }] };
  const { lab, job } = complete(
    { lab: "stationary density", configuration, problem: { name: problem, values: { noise } }, controls },
    {},
  );
  const work = runInline(lab, job, 1);
  const frames = new Map<string, Frame>();
  let next = work.next();
  for (; !next.done; next = work.next())
    for (const frame of next.value ?? []) frames.set(`${frame.chart} ${frame.series}`, frame);
  const { findings, report } = next.value;
  const finding = (quantity: RegExp) => findings.find((it) => quantity.test(it.quantity))!;
  return { frames, finding, report, charts: lab.charts(job.configuration, job.problem, job.controls) };
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
  const { finding, frames, report, charts } = run({ learningRate: 0.05 });
  const limit = finding(/^α, limit/);
  expect(limit.predicted).toBe(0.5);
  expect(Math.abs(limit.measured! - 0.5)).toBeLessThan(0.04);
  expect(off(finding(/^α, next order/))).toBeLessThan(4);
  expect(off(finding(/^Mass/))).toBeLessThan(4);
  const tv = finding(/^Total variation/);
  expect(tv.measured).toBeLessThan(0.03);
  expect(tv.verdict).toBe("none");
  expect(report.answer).toMatch(
    /^θ settles into Gibbs with α = \*\*0\.5\d\d ± 0\.00\d\*\*\. Theory says ½ as η → 0, and \*\*0\.5\d\d\*\* at this η;/,
  );
  expect(report.status).toBe("Double well, L = (θ² − 1)² / 4, η 0.05, σ² 2.00. 4,000 chains × 25 samples.");
  expect(charts.find(({ id }) => id === "density")!.assumption).toEqual({
    text: "Holds for η L″ ≪ 1 (here 0.1) and noise of constant variance.",
  });
  const [x, p] = frames.get("density measured")!.columns;
  expect(p.reduce((sum, y) => sum + y * (x[1] - x[0]), 0)).toBeCloseTo(1, 3);
});

test("with α = 1/10 chosen as the prediction the contradiction is in the findings", () => {
  const { finding, report } = run({ learningRate: 0.05 }, { controls: { alpha: 1, chains: 1000, samples: 10 } });
  expect(finding(/^α, limit/)).toMatchObject({ predicted: 0.1, verdict: "off", reason: "no derivation leads to 1/10" });
  expect(finding(/^Total variation to Gibbs 1\/10/).measured).toBeGreaterThan(0.3);
  expect(report.answer).toContain("The notes say 1/10");
});

test.each([
  ["plain", 0],
  ["with momentum", 0.9],
])("SGD %s on a quadratic has the variance and the α of its closed form", (_, momentum) => {
  const { finding } = run({ learningRate: 0.1, momentum }, { problem: "single well", controls: { samples: 10 } });
  const h = 1;
  const exact = (0.1 * 2 * (1 + momentum)) / ((1 - momentum) * h * (2 * (1 + momentum) - 0.1 * h));
  expect(finding(/^Variance/).predicted).toBeCloseTo(exact, 12);
  expect(off(finding(/^Variance/))).toBeLessThan(4);
  expect(off(finding(/^α, next order/))).toBeLessThan(4);
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
  expect(off(finding(/^α, next order/))).toBeLessThan(4);
});

test("a rate that explodes is a sentence with advice, and every verdict is out of range", () => {
  const { finding, report } = run({ learningRate: 3 }, { controls: { chains: 128 } });
  expect(report).toMatchObject({ diverged: true, advice: { name: "learningRate", value: 0.05 } });
  expect(report.answer).toMatch(/^Diverged by step \*\*\d+\*\* in \*\*128 of 128\*\* chains\.$/);
  for (const quantity of [/^α, limit/, /^α, next/, /^Mass/, /^Total/])
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
