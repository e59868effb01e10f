import { expect, test } from "vitest";
import { complete, runInline } from "../../../src/core/run.ts";
import type { Configuration, Frame, Other } from "../../../src/protocol/index.ts";
import { keep } from "../../../src/protocol/index.ts";

const sgd = (values: Record<string, number>, more: Partial<Configuration> = {}): Configuration => ({
  framework: "torch",
  optimizer: "SGD",
  groups: [{ name: "all parameters", values }],
  ...more,
});
function compared(configuration: Configuration, others: readonly Other[], controls: Record<string, number> = {}) {
  const order = { lab: "compare", configuration, problem: { name: "" }, label: "own", others };
  const { lab, job } = complete({ ...order, controls: { steps: 60, seeds: 6, batchSize: 4, ...controls } }, {});
  const work = runInline(lab, job, 1);
  let frames: Frame[] = [];
  let next = work.next();
  for (; !next.done; next = work.next()) for (const frame of next.value ?? []) frames = keep(frames, frame);
  return { frames, lab, job, ...next.value };
}
const own = sgd({ learningRate: 0.05, momentum: 0.9 });
const column = (frames: readonly Frame[], chart: string, series: string) => [
  ...frames.find((it) => it.chart === chart && it.series === series)!.columns[1],
];

test("the same configuration under another name makes the same steps and the same losses", () => {
  const { report, findings, frames } = compared(own, [{ label: "copy", configuration: own }]);
  expect(report.answer).toBe("own and copy make the same steps here, to rounding.");
  expect(findings).toMatchObject([
    { quantity: "Largest difference in step, copy", measured: 0, predicted: 0, verdict: "agrees" },
    { quantity: "Loss, last tenth: copy less own", measured: 0, predicted: 0, verdict: "agrees" },
  ]);
  expect(column(frames, "loss", "copy")).toEqual(column(frames, "loss", "own"));
  expect(column(frames, "rate", "η")).toEqual(new Array(60).fill(0.05));
});

test("two differences are told apart, the larger first, each tried alone", () => {
  const other = sgd({ learningRate: 0.05, momentum: 0.5, weightDecay: 1e-4 });
  const { report, findings, frames } = compared(own, [{ label: "other", configuration: other }]);
  expect(report.answer).toMatch(/^own and other here differ by momentum \(0\.9 and 0\.5\): \*\*/);
  expect(findings.slice(1, 3).map(({ quantity }) => quantity)).toEqual([
    ...["– by momentum alone", "– by weight decay alone"],
  ]);
  const [whole, momentum, decay, loss] = findings.map(({ measured = NaN }) => measured);
  expect(momentum).toBeGreaterThan(100 * decay);
  expect(Math.abs(whole - momentum)).toBeLessThan(0.01);
  expect(loss).toBeLessThan(0); // with more momentum the noise of the gradients weighs more
  expect(column(frames, "difference", "other").every((x) => x > 0 || Number.isNaN(x))).toBe(true);
});

test("several others are answered in one sentence, equal ones apart", () => {
  const { report } = compared(own, [
    { label: "copy", configuration: own },
    { label: "faster", configuration: sgd({ learningRate: 0.1, momentum: 0.9 }) },
    { label: "copy", configuration: own },
  ]);
  expect(report.answer).toBe(
    "The steps of own differ by up to **0.5** (faster); copy and copy (2) make the same steps as own.",
  );
});

test("with nothing to compare with it says how to choose", () => {
  const { report, lab, job, findings } = compared(own, []);
  expect(report.answer).toBe("There is nothing to compare with yet.");
  expect(report.status).toMatch(/Compare with…/);
  expect(lab.charts(own, job.problem, job.controls, job).map(({ id }) => id)).toEqual(["rate", "loss"]);
  expect(findings).toEqual([]);
});

test("a side that diverges is said to, and its loss is not compared", () => {
  const { findings, report } = compared(own, [{ label: "wild", configuration: sgd({ learningRate: 1e3 }) }]);
  expect(findings.at(-1)).toMatchObject({
    quantity: "Loss, last tenth: wild less own",
    verdict: "out of range",
    reason: "6 of 6 seeds diverged, against 0 of 6",
  });
  expect(report.answer).toMatch(/here differ by/);
});

test("rates that all share stand once, under their groups' names", () => {
  const groups = [
    { name: "backbone", values: { learningRate: 0.01 } },
    { name: "head", values: { learningRate: 0.1 } },
  ];
  const two = sgd({}, { groups });
  const other = sgd({}, { groups: groups.map((it) => ({ ...it, values: { ...it.values, momentum: 0.5 } })) });
  const { lab, job } = compared(two, [{ label: "other", configuration: other }]);
  const labels = (asked: typeof job) =>
    lab.charts(asked.configuration, asked.problem, asked.controls, asked)[0].series.map(({ label }) => label);
  expect(labels(job)).toEqual(["backbone", "head"]);
  const apart = compared(two, [{ label: "other", configuration: sgd({ learningRate: 0.01 }) }]).job;
  expect(labels(apart)).toEqual(["own, backbone, other", "own, head"]);
});

test("a configuration that cannot be run is refused under its own name", () => {
  expect(() => compared(own, [{ label: "old", configuration: sgd({ learningRate: NaN }) }])).toThrow(
    /^old cannot be compared with: SGD needs a number for learningRate/,
  );
});
