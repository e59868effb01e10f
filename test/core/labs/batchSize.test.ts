import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { controls, type Controls, startsOf } from "../../../src/core/labs/batchSize/controls.ts";
import { exactModel, linearLimit, linearScaling } from "../../../src/core/labs/batchSize/exact.ts";
import { atSize, ratio, slopeOn } from "../../../src/core/labs/batchSize/measured.ts";
import {
  blocksOf,
  bottom,
  groupsPerUnit,
  lowestOf,
  modelUnit,
  perRun,
  replicasOf,
} from "../../../src/core/labs/batchSize/model.ts";
import {
  apply,
  bestOf,
  critical,
  lossAt,
  mapsOf,
  pairsOf,
  roomFor,
  startOf,
  stepsTo,
  type Best,
  type Method,
  type Model,
} from "../../../src/core/labs/batchSize/quadratic.ts";
import { momentsAt, squaredMean } from "../../../src/core/labs/batchSize/rows.ts";
import { baseOf, rulesOf, runsOf, type Run } from "../../../src/core/labs/batchSize/setting.ts";
import { findProblem } from "../../../src/core/problems/index.ts";
import { rng } from "../../../src/core/rng.ts";
import { complete, runInline } from "../../../src/core/run.ts";
import { zeros, type Vector } from "../../../src/core/vector.ts";
import type { Configuration, Finding, Frame } from "../../../src/protocol/index.ts";
import { checkOf } from "../theoryChecks.ts";

const check = checkOf(new URL("../../reference/theory/08-adam-batch-size.json", import.meta.url));
const diabetes = new Uint8Array(readFileSync(new URL("../../../data/diabetes.csv", import.meta.url)));

const standard = Object.fromEntries(
  Object.entries(controls).map(([name, knob]) => [name, knob.default]),
) as unknown as Controls;
const configured = (optimizer: string, values: Record<string, number>): Configuration => ({
  framework: "torch",
  optimizer,
  groups: [{ name: "all", values }],
});
/** What a unit hands over at its end. */
function only<T>(it: Generator<T | undefined>): T {
  let last: T | undefined;
  for (const part of it) last = part ?? last;
  return last!;
}

/** What a generator returns. */
function returned<T>(it: Generator<unknown, T>): T {
  for (;;) {
    const next = it.next();
    if (next.done) return next.value;
  }
}

test("the square of the mean falls with B, the mean of squares does not", () => {
  const id = "second-moment-by-batch";
  const { w, B } = check.spec(id) as { w: number[]; B: number[] };
  const { examples } = findProblem("least squares")!.prepare({ ridge: 0 }, { dataset: diabetes })(rng(1));
  const it = momentsAt(examples!, Float64Array.from(w));
  check.compare(id, "g_mean", [...it.g]);
  check.compare(id, "m2", [...it.m2]);
  const of = (size: number, replaced: boolean) => w.map((_, i) => squaredMean(it, i, size, replaced));
  check.compare(
    id,
    "by_B",
    Object.fromEntries(
      B.map((size) => [
        size,
        { batch_mean_squared: of(size, true), per_example: [...it.m2], without_replacement: of(size, false) },
      ]),
    ),
  );
  expect(squaredMean(it, 0, it.count, false)).toBeCloseTo(it.g[0] ** 2, 12); // all rows at once: nothing is left to chance
  expect(squaredMean(it, 0, it.count + 1, false)).toBeNaN();
  expect(check.open(id)).toEqual([]);
});

test("SGD at ηB has nearly the same mean and variance after as many examples", () => {
  const id = "linear-scaling-moments";
  const { h, sigma, eta0, Bs, examples } = check.spec(id) as {
    h: number;
    sigma: number;
    eta0: number;
    Bs: number[];
    examples: number;
  };
  const limit = linearLimit(h, sigma, eta0, examples);
  const byB = Bs.map((B) => linearScaling(h, sigma, eta0, B, examples));
  check.compare(id, "limit", limit);
  check.compare(id, "by_B", Object.fromEntries(Bs.map((B, k) => [B, byB[k]])));
  check.compare(
    id,
    "relative_gap_variance",
    Object.fromEntries(Bs.map((B, k) => [B, byB[k].variance / limit.variance - 1])),
  );
  expect(check.open(id)).toEqual([]);
  // The recurrences that the lab predicts with come to the same.
  const own = { ...standard, examples, curvature1: h, noise1: sigma, start: 1 };
  Bs.forEach((B, k) => {
    const sums = only(exactModel(own, startsOf(own), [{ eta: eta0 * B, Ng: 1 }], B));
    expect(sums[2]).toBeCloseTo(byB[k].mean_factor, 12);
    expect(sums[3] - sums[2] ** 2).toBeCloseTo(byB[k].variance, 12);
  });
});

describe("the model", () => {
  const spec = check.spec("optimal-rate-by-batch") as {
    examples: number;
    B: number[];
    replicas: number;
    eta_ref: number;
    h: number[];
    sigma: number[];
    x0: number[];
  };
  const base = baseOf(configured("RMSProp", { learningRate: spec.eta_ref, beta2: 1 - 1 / 512, epsilon: 0 }));
  const own: Controls = {
    ...standard,
    examples: spec.examples,
    curvature1: spec.h[0],
    curvature2: spec.h[1],
    noise1: spec.sigma[0],
    noise2: spec.sigma[1],
    start: spec.x0[0],
    replicas: spec.replicas,
  };
  const model = spec.B.map((B) => {
    const runs = runsOf(base, own, B);
    const groups: Vector[] = [];
    for (let block = 0; block < blocksOf(spec.replicas); block++) {
      const z = rng(7).split("batch", B).split("block", block);
      const sums = only(modelUnit(own, startsOf(own), runs, B, replicasOf(spec.replicas, block), z));
      const columns = perRun * runs.length;
      for (let g = 0; g < groupsPerUnit; g++) groups.push(sums.slice(g * columns, (g + 1) * columns));
    }
    expect(groups.reduce((sum, it) => sum + it[0], 0)).toBe(spec.replicas);
    return atSize(base, own, B, groups);
  });

  test("has its best η grow like B, and like √B", () => {
    const id = "optimal-rate-by-batch";
    for (const [k, name, moment] of [
      [0, "slope_per_example", "per_example"],
      [1, "slope_squared_batch_mean", "squared_mean"],
    ] as const) {
      const best = model.map((it) => it.best[k]);
      check.compare(id, name, slopeOn(spec.B, best).value);
      check.compare(
        id,
        `ln_eta_star_${moment}`,
        best.map(({ value }) => value),
      );
      // Their tolerance has no room for both sides' luck, so ours is added.
      const want = check.value(id, `best_loss_${moment}`) as number[];
      model.forEach((it, j) => {
        const { value, standardError } = it.least[k];
        expect(Math.abs(value - Math.log(want[j]))).toBeLessThan(0.12 + 3 * standardError);
      });
    }
    expect(check.open(id)).toEqual([]);
  });
  test("is moved to other batch sizes by rules that cost what they should", () => {
    const id = "translation-rules";
    for (const [k, name] of [
      "per_example, eta B",
      "squared mean, eta sqrt B",
      "squared mean, eta B",
      "squared mean, eta fixed",
    ].entries())
      // prettier-ignore
      check.compare(
        id,
        `loss_ratio ${name}`,
        model.map((it) => ratio(it.moved[k], model[0].moved[k]).value),
      );
    const rules = check.value(id, "rules") as Record<string, string>;
    const adam = baseOf(configured("Adam", { learningRate: 0.1, beta1: 0.9, beta2: 0.99, epsilon: 0.5 }));
    const told = ({ moment, eta, Ng, Ns, epsilon }: Run) =>
      [moment, ...[eta, Ng, Ns, epsilon].map((x) => Number(x.toFixed(9)))]; // prettier-ignore
    const [each, root] = runsOf(adam, own, 4).slice(-rulesOf(adam).length);
    expect(rules["adam per-example second moment"]).toBe("eta B, N_g/B, N_s/B, eps unchanged");
    expect(told(each)).toEqual(["examples", 0.4, 2.5, 25, 0.5]);
    expect(rules["adam squared batch mean, noise dominated"]).toBe("eta sqrt(B), N_g/B, N_s/B, eps/sqrt(B)");
    expect(told(root)).toEqual(["mean", 0.2, 2.5, 25, 0.25]);
    expect(rules["sgd"]).toBe("eta B, momentum N_g/B (decoupled form)");
    const sgd = baseOf(configured("SGD", { learningRate: 0.1, momentum: 0.9 }));
    const [linear] = runsOf(sgd, own, 4).slice(-rulesOf(sgd).length);
    expect([linear.eta, linear.Ng]).toEqual([expect.closeTo(4, 9), expect.closeTo(2.5, 9)]);
    expect(rules["limit"]).toContain("N_g/B >= 1");
    expect(runsOf(sgd, own, 64)[0].Ng).toBe(1);
    expect(check.open(id)).toEqual([]);
  });
  test("finds a parabola's bottom, also where it lies at the edge or nothing is finite", () => {
    const x = Array.from({ length: 17 }, (_, k) => -2 + k / 4);
    const y = (at: number) => x.map((a) => 3 + 0.7 * (a - at) ** 2);
    for (const at of [0.1, -1.03, 1.8]) {
      const found = bottom(x, y(at), lowestOf(y(at)));
      expect(found.at).toBeCloseTo(at, 10);
      expect(found.value).toBeCloseTo(3, 10);
    }
    const nowhere = x.map(() => Infinity);
    expect(bottom(x, nowhere, lowestOf(nowhere)).at).toBeNaN();
  });
});

describe("steps to target", () => {
  const model: Model = { dimension: 30, target: 0.01, momentum: 0.9, exponent: 0.5 };
  const counted = (method: Method, B: number, eta: number, gamma: number): number =>
    returned(stepsTo(model, method, B, eta, gamma, roomFor(model)));
  test.each([
    [0, 16, 0.1, 0],
    [1, 64, 0.02, 0],
    [2, 16, 0.3, 0.99],
    [3, 64, 0.05, 0],
    [0, 1, 0.1, 0],
  ] as const)("are those that plain iteration counts: method %i, B = %i", (method, B, eta, gamma) => {
    const maps = mapsOf(pairsOf(model, method, B, eta, gamma));
    let now = startOf(model, method);
    let next = zeros(now.length);
    let steps = 0;
    while (lossAt(now, method) > model.target && steps < 20_000) {
      apply(maps, now, next);
      [now, next] = [next, now];
      steps++;
    }
    const found = counted(method, B, eta, gamma);
    expect(steps === 20_000 ? Infinity : steps).toBe(Math.ceil(found));
  });
  const best = (method: Method, B: number, of = model): Best => returned(bestOf(of, method, B));
  test("fall like 1/B at first and not at all in the end, at the best rate", () => {
    for (const method of [0, 1, 2, 3] as const) {
      const [one, four, many, all] = [1, 4, 2 ** 16, Infinity].map((B) => best(method, B).steps);
      expect(one / four).toBeGreaterThan(3.8);
      expect(many / all).toBeLessThan(1.02);
      const { eta, gamma, steps } = best(method, 16);
      for (const factor of [0.9, 1.1]) expect(counted(method, 16, factor * eta, gamma)).toBeGreaterThan(steps);
    }
  });
  test("momentum and a preconditioner need fewer steps without noise, an average fewer with it", () => {
    const wide = { ...model, dimension: 300 };
    const fewest = ([0, 1, 3] as const).map((method) => best(method, Infinity, wide).steps);
    expect(fewest[1]).toBeLessThan(fewest[0]);
    expect(fewest[2]).toBeLessThan(fewest[1]);
    expect(best(2, 16).steps).toBeLessThan(0.6 * best(0, 16).steps);
  });
  test("twice those without noise are at the critical batch size", () => {
    const sizes = [1, 4, 16, 64];
    expect(critical(sizes, sizes.map((B) => 160 / B), 4)).toBeCloseTo(20, 10); // prettier-ignore
    expect(critical(sizes, sizes.map((B) => 160 / B), 1)).toBeNaN(); // prettier-ignore
  });
});

const ordered = (
  given: Record<string, number> = {},
  optimizer = "RMSProp",
  values: Record<string, number> = { learningRate: 0.00125, beta2: 1 - 1 / 512, epsilon: 0 },
  problem = "least squares",
  lists: Record<string, number[]> = {},
) =>
  complete(
    {
      lab: "batch size",
      configuration: configured(optimizer, values),
      problem: { name: problem, values: {} },
      controls: given,
      lists,
    },
    { dataset: diabetes },
  );
function run(seed: number, { lab, job }: ReturnType<typeof ordered>) {
  const steps = runInline(lab, job, seed);
  const frames: Frame[] = [];
  for (;;) {
    const next = steps.next();
    if (next.done) return { ...next.value, frames };
    frames.push(...(next.value ?? []));
  }
}
const named = (findings: readonly Finding[], quantity: string) => findings.find((it) => it.quantity === quantity)!;
const small = { examples: 1024, doublings: 3, replicas: 128, draws: 1024, dimension: 20, largest: 8 };

describe("the lab", () => {
  test("tells how η grows and what the rules cost", () => {
    const { findings, report, frames } = run(1, ordered({ doublings: 4 }));
    expect(named(findings, "Slope d ln η*/d ln B, mean of squares").measured).toBeCloseTo(1, 1);
    expect(named(findings, "Slope d ln η*/d ln B, square of mean").measured).toBeCloseTo(0.52, 1);
    expect(named(findings, "Loss at B = 16 over that at 1, square of mean, η").measured).toBeGreaterThan(15);
    expect(named(findings, "Loss at B = 16 over that at 1, square of mean, ηB").measured).toBeGreaterThan(2.5);
    expect(named(findings, "Critical batch size, preconditioned").measured).toBeGreaterThan(
      named(findings, "Critical batch size, averaging").measured!,
    );
    expect(report.answer).toMatch(/^From B = 1 to \*\*16\*\* the best η grows like B\^/);
    const [xs, ys, cells] = frames
      .filter(({ chart, series }) => chart === "rates" && series === "loss")
      .at(-1)!.columns;
    expect(cells).toHaveLength((xs.length - 1) * (ys.length - 1));
    expect(cells.some((x) => x >= 0)).toBe(true);
  });
  test.each([1, 2, 3, 4])("agrees with what is exact, seed %i", (seed) => {
    const of = (findings: readonly Finding[], ...starts: string[]) =>
      findings.filter(({ quantity }) => starts.some((start) => quantity.startsWith(start)));
    const adaptive = of(run(seed, ordered(small)).findings, "E ", "Steps");
    expect(adaptive).toHaveLength(6 + 8);
    for (const it of adaptive) expect(it.verdict, it.quantity).toBe("agrees");
    for (const momentum of [0, 0.5]) {
      const { findings } = run(seed, ordered(small, "SGD", { learningRate: 0.004, momentum }));
      const sgd = of(findings, "Slope", "Least", "Loss", "Mean of", "Variance");
      expect(sgd).toHaveLength(2 + 3 + 8);
      for (const it of sgd) expect(it.verdict, it.quantity).toBe("agrees");
    }
  });
  test("says so where η is far too large, and where a larger batch makes it so", () => {
    const far = run(1, ordered(small, "SGD", { learningRate: 3 })).report;
    expect(far.diverged).toBe(true);
    expect(far.advice?.name).toBe("learningRate");
    expect(far.advice!.value).toBeLessThan(0.1);
    const { report, findings } = run(1, ordered(small, "SGD", { learningRate: 0.4 }));
    expect(report.answer).toMatch(/There ηB \*\*diverges\*\*/);
    expect(named(findings, "Loss at B = 8 over that at 1, ηB").verdict).toBe("out of range");
    expect(report.rules.some(({ chart, text }) => chart === "rules" && text === "ηB diverges")).toBe(true);
  });
  test("says where a window is less than a step", () => {
    const { lab, job } = ordered({}, "Adam", { learningRate: 1e-3 });
    const [rates] = lab.charts(job.configuration, job.problem, job.controls);
    expect(rates.assumption?.broken).toBe("not here: N_g = 10.0 examples is less than a step from B = 16 on");
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
    [() => ordered({}, "Lion", {}), /knows how SGD, RMSProp, Adam and AdamW answer to the batch size, not Lion/],
    [() => ordered({}, "RMSProp", { momentum: 0.9 }), /without momentum/],
    [() => ordered({}, "SGD", { momentum: 0.9, nesterov: 1 }), /plain momentum/],
    [() => ordered({}, "Adam", { beta1: 1 }), /Momentum and β must lie/],
    [() => ordered({}, "Adam", { learningRate: 0 }), /learning rate must be above 0/],
    [() => ordered({ examples: 256 }), /fewer than 16 steps of B = 64/],
    [() => ordered({ replicas: 100.5 }), /Replicas must be a whole number/],
    [() => ordered({ noise1: 0 }), /first noise must be above 0/],
    [() => ordered({ exponent: 2 }), /power must lie from 0 to 1/],
  ])("refuses %# with a sentence", (make, said) => {
    expect(make).toThrow(said);
  });

  test("takes a start and a place for the data's gradients as lists, and tells them by coordinate", () => {
    const w = [0.2, 0.1, -0.4];
    const lists = { start: [1, 0.2], w };
    const given = { examples: 512, doublings: 2, replicas: 64, dimension: 4, largest: 2, chains: 16, draws: 256 };
    const made = ordered(given, "SGD", { learningRate: 0.01 }, "least squares", lists);
    const { findings, frames } = run(1, made);
    const of = (quantity: string) => findings.find((it) => it.quantity === quantity)!;
    expect(of("Mean of the first coordinate, B = 1, ηB").predicted).toBeCloseTo(0.99 ** 512, 12);
    expect(of("Limit of the first coordinate's mean, η → 0 at the same Σ η").measured).toBeCloseTo(Math.exp(-5.12), 12);
    const examples = findProblem("least squares")!.prepare({ ridge: 0 }, { dataset: diabetes })(rng(1)).examples!;
    const exact = momentsAt(examples, Float64Array.from(w));
    expect(of("Mean gradient of the data, coordinate 3").measured).toBe(exact.g[2]);
    expect(of("Mean square of the data's gradients, coordinate 1").measured).toBe(exact.m2[0]);
    const last = (series: string) => frames.filter((it) => it.chart === "coordinates" && it.series === series).at(-1)!;
    expect([...last("θ₂, no row twice").columns[1]]).toEqual([1, 2, 4].map((B) => squaredMean(exact, 1, B, false)));
    expect(() => ordered({}, "SGD", { learningRate: 0.1 }, "least squares", { start: [1] })).toThrow(/two numbers/);
  });
  test("does not hold slopes against limits where noise does not dominate, or windows are shorter than a step", () => {
    const given = { examples: 256, doublings: 2, replicas: 64, dimension: 4, largest: 2, chains: 16, draws: 256 };
    const far = run(1, ordered({ ...given, start: 3, noise1: 0.2 })).findings;
    const slopes = far.filter(({ quantity }) => quantity.startsWith("Slope"));
    expect(slopes.map(({ verdict }) => verdict)).toEqual(["out of range", "out of range"]);
    expect(slopes[0].reason).toMatch(/at the start g² is/);
    const short = run(1, ordered(given, "Adam", { learningRate: 0.01, beta1: 0.5, beta2: 0.99 })).findings;
    expect(short.find(({ quantity }) => quantity.includes("η√B"))?.reason).toMatch(/less than a step from B = 4/);
  });
});
