import { expect, test } from "vitest";
import { complete, runInline } from "../../../src/core/run.ts";
import type { Configuration, Frame } from "../../../src/protocol/index.ts";

const configuration: Configuration = {
  framework: "torch",
  optimizer: "AdamW",
  groups: [
    {
      name: "body",
      values: { learningRate: 1e-3, weightDecay: 0.1 },
      schedule: { name: "OneCycleLR", values: { maximum: 1e-3, length: 1000 } },
    },
    { name: "head", values: { learningRate: 2e-3, weightDecay: 0 } },
  ],
};
const run = (asked: Configuration, controls: Record<string, number>) => {
  const { lab, job } = complete({ lab: "schedule", configuration: asked, problem: { name: "" }, controls }, {});
  const work = runInline(lab, job, 1);
  const frames: Frame[] = [];
  let next = work.next();
  for (; !next.done; next = work.next()) frames.push(...(next.value ?? []));
  return { charts: lab.charts(job.configuration, job.problem, job.controls), frames, job, ...next.value };
};

test("charts the rate, and beside it what moves with it", () => {
  const { charts, frames } = run(configuration, { steps: 1000 });
  expect(charts.map(({ id, title, series }) => [id, title, series.map(({ label }) => label)])).toEqual([
    ["rate", "Learning rate", ["body", "head"]],
    ["beta1", "Momentum", ["body", "head"]],
    ["decayPerStep", "Weight decay per step", ["body"]],
  ]);
  const [x, y] = frames.find(({ chart, series }) => chart === "rate" && series === "body")!.columns;
  expect(x[0]).toBe(1);
  expect(y[0]).toBeCloseTo(4e-5, 15);
  expect(x.at(-1)).toBe(1000);
});

test("answers with the peak and the end, in steps and epochs", () => {
  const { report, findings } = run(configuration, { steps: 1000, stepsPerEpoch: 200 });
  expect(report.answer).toBe(
    "body: peak η **1.00e-3** at step 300, **4.00e-9** at the end; head: η **2.00e-3** throughout; 1,000 steps, 5 epochs.",
  );
  expect(findings.map(({ quantity }) => quantity)).toEqual([
    "body: Start, step 1 (epoch 0)",
    "body: Peak, warm-up ends, step 300 (epoch 1)",
    "body: End, step 1,000 (epoch 4)",
    "head: Throughout, step 1 (epoch 0)",
  ]);
  expect(findings[1]).toMatchObject({ verdict: "exact", measured: 1e-3, from: { group: 0 } });
  expect(findings[1].from?.names).toContain("schedule.maximum");
});

test("the run is as long as the schedule, and a value that cannot be is refused", () => {
  expect(run(configuration, {}).job.controls).toMatchObject({ steps: 1000 });
  const groups = [{ name: "all", values: { learningRate: -1 } }];
  expect(() => run({ ...configuration, optimizer: "SGD", groups }, {})).toThrow(
    /η \(learningRate\) of at least 0, got -1/,
  );
});
