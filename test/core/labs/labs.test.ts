import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { findLab, labs } from "../../../src/core/labs/index.ts";
import type { Lab } from "../../../src/core/labs/lab.ts";
import { findProblem } from "../../../src/core/problems/index.ts";
import { rng } from "../../../src/core/rng.ts";
import { complete, replay, runInline } from "../../../src/core/run.ts";
import {
  copied,
  keep,
  type Configuration,
  type Frame,
  type NumberArray,
  type Order,
} from "../../../src/protocol/index.ts";
import { given } from "../problems/given.ts";

const shipped = (name: string) => new Uint8Array(readFileSync(new URL(`../../../data/${name}`, import.meta.url)));
const optimizers: Record<string, Configuration> = {
  SGD: { framework: "torch", optimizer: "SGD", groups: [{ name: "all", values: { learningRate: 0.05 } }] },
  "SGD with momentum": {
    framework: "torch",
    optimizer: "SGD",
    groups: [{ name: "all", values: { learningRate: 0.02, momentum: 0.9, weightDecay: 0.01 } }],
  },
  "AdamW in two groups": {
    framework: "torch",
    optimizer: "AdamW",
    groups: [
      { name: "backbone", values: { learningRate: 1e-2 } },
      { name: "head", values: { learningRate: 3e-3 } },
    ],
  },
};
const small: Record<string, Record<string, number>> = {
  training: { steps: 60, seeds: 6, batchSize: 4 },
  compare: { steps: 60, seeds: 6, batchSize: 4 },
  schedule: { steps: 60, stepsPerEpoch: 7 },
  "gradient flow": { replicas: 40, rates: 3, time: 2, scheduleSteps: 10, blockRuns: 10, blockSizes: 2 },
  adam: { steps: 60, perDecade: 1, lowest: -2, highest: 2, chains: 256 },
  "batch size": { examples: 128, doublings: 2, replicas: 64, draws: 256, dimension: 4, largest: 6, chains: 16 },
  "converged loss": { chains: 20, rates: 3, burnIn: 40, steps: 80, every: 20 },
  langevin: { chains: 512, time: 0.5 },
  rmsprop: { steps: 20, chains: 256, time: 1 },
  "stationary density": { chains: 600, samples: 3 },
  "two temperatures": { chains: 200, steps: 200, thin: 10 },
};
/** What a lab that compares is asked to compare with. */
const others = [
  {
    label: "AdamW",
    configuration: {
      ...optimizers["AdamW in two groups"],
      groups: optimizers["AdamW in two groups"].groups.slice(0, 1),
    },
  },
  { label: "SGD", configuration: optimizers["SGD"] },
];
const ask = (
  lab: string,
  configuration: Configuration,
  problem = "",
  controls = small[lab],
): ReturnType<typeof complete> => {
  const it = findProblem(problem || (findLab(lab)?.problems[0] ?? ""));
  const order: Pick<Order, "lab" | "configuration" | "problem" | "controls" | "others"> = {
    lab,
    configuration,
    problem: { name: problem, ...(it?.givenByData && { data: given[problem] }) },
    controls,
    others,
  };
  return complete(order, it?.dataset === undefined ? {} : { dataset: shipped(it.dataset) });
};
type Asked = ReturnType<typeof complete>;
/** The first of these optimizers, then of all, that the lab runs. */
const askFor = (lab: string, ...names: string[]): Asked => askOn(lab, "", ...names);
const askOn = (lab: string, on: string, ...names: string[]): Asked => {
  const it = findLab(lab)!;
  const problem = { name: on || (it.problems[0] ?? ""), values: {} };
  const defaults = Object.fromEntries(Object.entries(it.controls).map(([name, knob]) => [name, knob.default]));
  const runs = [...names, ...Object.keys(optimizers)].find((name) => {
    const values = { ...defaults, ...it.suggest(optimizers[name], problem), ...small[lab] } as typeof defaults;
    return it.refuse(optimizers[name], problem, values, { others }) === undefined;
  });
  return ask(lab, optimizers[runs ?? names[0]], on);
};

const inline = ({ lab, job }: Asked, seed = 1) => {
  const work = runInline(lab, job, seed);
  let frames: Frame[] = [];
  let next = work.next();
  for (; !next.done; next = work.next()) for (const frame of next.value ?? []) frames = keep(frames, frame);
  return { frames: sorted(frames), ...next.value };
};
const sorted = (frames: readonly Frame[]) =>
  [...frames].sort((a, b) => (`${a.chart} ${a.series}` < `${b.chart} ${b.series}` ? -1 : 1));

/** As the threads do: a part stands in memory that is used again as soon as it has been added. */
function lend(part: unknown, add: (part: unknown) => void): void {
  const lent: NumberArray[] = [];
  const body = copied(part, (array) => {
    const own = new (array.constructor as new (memory: SharedArrayBuffer) => NumberArray)(
      new SharedArrayBuffer(array.byteLength),
    );
    own.set(array);
    lent.push(own);
    return own;
  });
  add(body);
  for (const array of lent) array.fill(77);
}
/** Units in an order of one's own: one after the other, from the last, or in turns chosen at random. */
const scattered = ({ lab, job }: Asked, seed: number, how: "backwards" | "at random") => {
  const gathering = lab.gather(job);
  const z = rng(99);
  let open = Array.from({ length: lab.units(job) }, (_, unit) => ({ unit, steps: lab.work(job, unit, rng(seed)) }));
  let frames: Frame[] = [];
  while (open.length > 0) {
    const it = how === "backwards" ? open[open.length - 1] : open[z.integer(open.length)];
    const next = it.steps.next();
    if (next.done) open = open.filter((other) => other !== it);
    else if (next.value !== undefined) lend(next.value, (part) => gathering.add(it.unit, part));
    if (z.integer(20) === 0) for (const frame of gathering.frames()) frames = keep(frames, frame);
  }
  const report = gathering.report("done");
  const findings = gathering.findings();
  for (const frame of gathering.frames()) frames = keep(frames, frame);
  return { frames: sorted(frames), report, findings };
};

const columns: Record<string, number> = { line: 2, steps: 2, points: 2, bars: 2, band: 3, heatmap: 3 };
function expectAnnounced({ lab, job }: Asked, frames: readonly Frame[]) {
  const charts = lab.charts(job.configuration, job.problem, job.controls, job);
  for (const frame of frames) {
    const series = charts.find(({ id }) => id === frame.chart)?.series.filter(({ label }) => label === frame.series);
    expect(series, `${frame.chart}, ${frame.series}`).toHaveLength(1);
    expect(frame.columns).toHaveLength(columns[series![0].mark]);
    const [first, second, cells] = frame.columns;
    if (series![0].mark === "heatmap") expect(cells).toHaveLength((first.length - 1) * (second.length - 1));
    else for (const column of frame.columns) expect(column).toHaveLength(first.length);
    for (const column of frame.columns) expect(column.length).toBeLessThanOrEqual(1000);
  }
  for (const { id, series } of charts)
    for (const { label } of series)
      expect(
        frames.some((frame) => frame.chart === id && frame.series === label),
        `${id}, ${label} is filled`,
      ).toBe(true);
}

describe.each(labs.map((lab) => [lab.name, lab] as const))("%s", (name, lab: Lab) => {
  test("is found by its name and knows its problems", () => {
    expect(findLab(name)).toBe(lab);
    for (const problem of lab.problems) expect(findProblem(problem)).toBeDefined();
    for (const it of Object.values(lab.controls)) {
      expect(it.default).toBeGreaterThanOrEqual(it.range[0]);
      expect(it.default).toBeLessThanOrEqual(it.range[1]);
    }
  });

  test.each(Object.keys(optimizers))("fills the series it announced, for %s", (optimizer) => {
    const asked = askFor(name, optimizer, "SGD");
    const { frames, report, findings } = inline(asked);
    expectAnnounced(asked, frames);
    expect(report.answer).not.toMatch(/NaN|undefined|∞/);
    for (const it of findings)
      for (const x of [it.measured, it.predicted, it.standardError])
        if (x !== undefined) expect(Number.isFinite(x), it.quantity).toBe(true);
  });

  test.each(lab.problems.map((problem) => [problem]))("runs on %s", (problem) => {
    const asked = askOn(name, problem, "SGD");
    const { frames, report } = inline(asked);
    expectAnnounced(asked, frames);
    expect(report.status).not.toBe("");
  });

  test("gives the same bytes for one seed, and others for another", () => {
    const asked = askFor(name, "AdamW in two groups", "SGD with momentum", "SGD");
    const once = inline(asked);
    expect(inline(asked)).toEqual(once);
    const other = inline(asked, 2).frames;
    // Where there is no loss, nothing is drawn by chance.
    if (lab.problems.length === 0) expect(other).toEqual(once.frames);
    else expect(other).not.toEqual(once.frames);
  });

  test.each(["backwards", "at random"] as const)("ends alike when its units run %s", (how) => {
    const asked = askFor(name, "SGD with momentum", "SGD");
    expect(scattered(asked, 1, how)).toEqual(inline(asked));
  });

  test("can be left at any yield, and asked for its report at any time", () => {
    const { lab: it, job } = askFor(name, "SGD");
    for (const yields of [0, 1, 2, 5, 20]) {
      const gathering = it.gather(job);
      for (let unit = 0; unit < it.units(job); unit++) {
        const work = it.work(job, unit, rng(1));
        for (let k = 0; k < yields; k++) {
          const next = work.next();
          if (!next.done && next.value !== undefined) gathering.add(unit, next.value);
        }
      }
      for (const state of ["running", "stopped"] as const)
        expect(gathering.report(state).answer).not.toMatch(/NaN|undefined/);
      gathering.findings();
      gathering.frames();
      const { done, total } = gathering.progress();
      expect(done).toBeGreaterThanOrEqual(0);
      expect(done).toBeLessThanOrEqual(total);
    }
  });

  test("hands over plain data that survives a structured clone", () => {
    const { lab: it, job } = askFor(name, "SGD");
    expect(structuredClone(job)).toEqual(job);
    for (const part of it.work(job, 0, rng(1))) if (part !== undefined) expect(structuredClone(part)).toEqual(part);
  });
});

test("training yields at every step that trainers make, and within 100,000 coordinates' steps of a kernel", () => {
  const clipped = { ...optimizers["SGD"], clip: { type: "norm", max: 1 } } as const;
  const each = ask("training", clipped, "", { steps: 500, seeds: 4, batchSize: 1 });
  expect([...each.lab.work(each.job, 0, rng(1))].length).toBeGreaterThanOrEqual(500);
  const order = { lab: "training", configuration: optimizers["SGD"], controls: { steps: 60, seeds: 512 } };
  const { lab, job } = complete({ ...order, problem: { name: "noisy quadratic", values: { dimension: 1000 } } }, {});
  expect([...lab.work(job, 0, rng(1))].length).toBeGreaterThanOrEqual((60 * 32 * 1000) / 100_000);
});

test("an order is completed from what the configuration implies, and says what it does not know", () => {
  const epochs = { ...optimizers["SGD"], epochs: 30, batchSize: 128 };
  expect(ask("training", epochs, "", {}).job.controls).toMatchObject({
    steps: 3000,
    stepsPerEpoch: 100,
    batchSize: 128,
  });
  expect(ask("training", { ...epochs, epochs: 1000 }, "", {}).job.controls).toMatchObject({
    steps: 20_000,
    stepsPerEpoch: 20,
  });
  expect(ask("training", { ...epochs, steps: 700 }, "", { seeds: 3 }).job.controls).toMatchObject({
    steps: 700,
    seeds: 3,
  });
  expect(ask("training", optimizers["SGD"], "softmax digits", {}).job.controls).toMatchObject({
    steps: 1000,
    seeds: 16,
  });
  const order = { lab: "training", configuration: optimizers["SGD"], problem: { name: "" }, controls: {} };
  expect(() => complete({ ...order, lab: "tuning" }, {})).toThrow(/no lab "tuning"; known are "training"/);
  expect(() => complete({ ...order, problem: { name: "moon" } }, {})).toThrow(/no problem "moon"/);
  expect(() => complete({ ...order, controls: { step: 3 } }, {})).toThrow(/has no "step"; it has "steps"/);
  expect(() => complete({ ...order, controls: { steps: 0 } }, {})).toThrow(/Steps must be a whole number from 1/);
  expect(() => complete({ ...order, problem: { name: "noisy quadratic", values: { size: 3 } } }, {})).toThrow(
    /has no "size"/,
  );
  const unknown = { ...optimizers["SGD"], optimizer: "Hunter" };
  expect(() => complete({ ...order, configuration: unknown }, {})).toThrow("Hunter is read, but not simulated yet.");
});

test("a replayed trajectory is the one that the training lab sees", () => {
  const configuration = { ...optimizers["AdamW in two groups"], batchSize: 4 };
  const asked = ask("training", configuration, "", { steps: 30, seeds: 1 });
  const loss = inline(asked, 5).frames.find(({ chart }) => chart === "loss")!.columns[1];
  const objective = findProblem("noisy quadratic")!.prepare({ dimension: 100, noise: 1, start: 0.25 }, {})(rng(0));
  const losses: number[] = [];
  for (const { theta: at } of replay(configuration, { name: "noisy quadratic" }, {}, 5, { steps: 30, replicate: 0 }))
    losses.push(objective.loss(at));
  expect(loss).toHaveLength(losses.length + 1);
  // The lab adds up group by group, which may move the last bit.
  losses.forEach((value, i) => expect(Math.abs(value - loss[i + 1])).toBeLessThanOrEqual(1e-14 * value));
});

test("a list of gradients is replayed one for each step", () => {
  const configuration = optimizers["SGD"];
  const problem = { name: "gradients", data: given["gradients"] };
  const seen: number[][] = [];
  for (const { theta } of replay(configuration, problem, {}, 1, { steps: 4, replicate: 0 })) seen.push([...theta]);
  const expected = [
    [0.5 - 0.05, -1 - 0.1],
    [0.45 + 0.025, -1.1 - 0.0125],
    [0.475 - 0.15, -1.1125 + 0.05],
    [0.325 - 0.05, -1.0625 - 0.1],
  ];
  expected.forEach((at, t) => at.forEach((x, i) => expect(seen[t][i]).toBeCloseTo(x, 14)));
});
