import { expect, test } from "vitest";
import { complete, replay, runInline } from "../../../src/core/run.ts";
import { keep, type Configuration, type Frame } from "../../../src/protocol/index.ts";

const plateau = { name: "ReduceLROnPlateau", values: { factor: 0.5, patience: 3 } };
const configuration: Configuration = {
  framework: "torch",
  optimizer: "SGD",
  groups: [
    { name: "body", values: { learningRate: 0.05 }, schedule: plateau },
    { name: "head", values: { learningRate: 0.05 } },
  ],
  batchSize: 4,
};
const controls = { steps: 120, seeds: 5, batchSize: 4 };
const run = (seed: number, asked = controls) => {
  const order = { lab: "training", configuration, problem: { name: "" }, controls: asked };
  const { lab, job } = complete(order, {});
  const work = runInline(lab, job, seed);
  let frames: Frame[] = [];
  let next = work.next();
  for (; !next.done; next = work.next()) for (const frame of next.value ?? []) frames = keep(frames, frame);
  const of = (series: string, chart = "rate") =>
    frames.find((it) => it.chart === chart && it.series === series)?.columns;
  return { charts: lab.charts(job.configuration, job.problem, job.controls), of, ...next.value };
};

test("a rate that follows the loss is drawn as it came about: median and band over seeds", () => {
  const { charts, of, report, findings } = run(3);
  const [chart] = charts;
  expect(chart.caption).toBe("in force, median and 10–90 % of 5 seeds");
  expect(chart.series.map(({ label }) => label)).toEqual(["body, 10–90 %", "body", "head"]);
  const [x, median] = of("body")!;
  expect([x[0], median[0]]).toEqual([1, 0.05]);
  expect(median.at(-1)).toBeLessThan(0.05);
  expect(of("head")![1].every((rate) => rate === 0.05)).toBe(true);
  const [, low, high] = of("body, 10–90 %")!;
  median.forEach((rate, k) => expect(low[k] <= rate && rate <= high[k]).toBe(true));
  expect(of("body", "effective")).toEqual(of("body"));
  expect(report.answer).toMatch(/^η falls from \*\*0\.0500\*\* to \*\*.*\*\* \(median\); loss/);
  expect(findings[0]).toMatchObject({ quantity: "Sum of learning rates Σ ηₜ", verdict: "none" });
});

test("the rate drawn is the one that each step was made with", () => {
  const [x, rate] = run(3, { ...controls, seeds: 1 }).of("body")!;
  const seen: number[] = [];
  let inForce = 0.05;
  for (const trainer of replay(configuration, { name: "noisy quadratic" }, {}, 3, {
    steps: 120,
    replicate: 0,
    batchSize: 4,
  })) {
    seen.push(inForce);
    inForce = trainer.values(0, trainer.t + 1)["learningRate"];
  }
  x.forEach((t, k) => expect(rate[k]).toBe(seen[t - 1]));
});
