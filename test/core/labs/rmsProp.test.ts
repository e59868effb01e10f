import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { changes, ownUnits, startOf } from "../../../src/core/labs/rmsProp/controls.ts";
import { firstSteps, recordedSteps } from "../../../src/core/labs/rmsProp/estimates.ts";
import {
  commonOf,
  converted,
  nine,
  nineRules,
  ownRule,
  spelledFactor,
  withoutEpsilon,
  type Rule,
} from "../../../src/core/labs/rmsProp/rules.ts";
import { search, trajectory, violation, type Course, type Rows } from "../../../src/core/labs/rmsProp/runs.ts";
import { atRest, momentsAt, multiplier } from "../../../src/core/labs/rmsProp/theory.ts";
import { findProblem } from "../../../src/core/problems/index.ts";
import { rng } from "../../../src/core/rng.ts";
import { complete, runInline } from "../../../src/core/run.ts";
import { zeros, type Vector } from "../../../src/core/vector.ts";
import type { Configuration, Frame } from "../../../src/protocol/index.ts";
import { checkOf } from "../theoryChecks.ts";

const check = checkOf(new URL("../../reference/theory/06-rmsprop-units.json", import.meta.url));
const diabetes = new Uint8Array(readFileSync(new URL("../../../data/diabetes.csv", import.meta.url)));

/** What a generator returns. */
function ended<T>(steps: Generator<unknown, T>): T {
  for (;;) {
    const next = steps.next();
    if (next.done) return next.value;
  }
}
const golden = check.spec("golden-trajectories") as {
  eta: number;
  N_g: number;
  N_s: number;
  eps: number;
  w0: number[];
  steps: number;
};
const rows: Rows = (() => {
  const { examples, dimension: d } = findProblem("least squares")!.prepare({ ridge: 0 }, { dataset: diabetes })(rng(1));
  return { ...examples!.squares!, count: examples!.count, d };
})();
const course: Course = { rows, start: Float64Array.from(golden.w0), steps: golden.steps, batch: 1 };
const rules = nineRules({ eta: golden.eta, epsilon: golden.eps, Ng: golden.N_g, Ns: golden.N_s });
const each = (x: number) => zeros(rows.d).fill(x);
const run = (rule: Rule, h = rule.values, c: Vector = each(1), a = 1) =>
  ended(trajectory(course, rule.optimizer, h, c, a));
const keyed = <T>(of: (rule: Rule, base: Vector) => T) =>
  Object.fromEntries(rules.map((rule, i) => [nine[i].key, of(rule, run(rule))]));

test("the nine rules give the recorded parameters", () => {
  const id = "golden-trajectories";
  const at = (path: Vector, t: number) => [...path.subarray((t - 1) * rows.d, t * rows.d)];
  check.compare(
    id,
    "trajectories",
    keyed((_, path) => ({ after_1: at(path, 1), after_10: at(path, 10), final: at(path, golden.steps) })),
  );
  expect(check.open(id)).toEqual([]);
});

describe("units", () => {
  const id = "units-invariance";
  const { c, a, c_vector } = check.spec(id) as { c: number; a: number; c_vector: number[] };

  test("exponents found by trying are those of the table", () => {
    const found = keyed((rule, base) => ended(search(course, rule, base, c, a)));
    check.compare(id, "exponents", Object.fromEntries(Object.entries(found).map(([key, [p, q]]) => [key, [p, q]])));
    check.compare(id, "eps_exponent", Object.fromEntries(Object.entries(found).map(([key, [, , r]]) => [key, r])));
    expect(Object.values(found)).toEqual(rules.map(({ exponents }) => [...exponents]));
  });
  test("runs agree in every bit when η and ε change with the units, and part by as much as they should when not", () => {
    const off = keyed((rule, base) => violation(course, base, run(rule, converted(rule, c, a), each(c), a)));
    for (const key of Object.keys(off)) expect(off[key], key).toBe(0);
    check.compare(id, "violation_transformed", off);
    check.compare(
      id,
      "violation_untransformed_c",
      keyed((rule, base) => violation(course, base, run(rule, rule.values, each(c)))),
    );
    check.compare(
      id,
      "violation_untransformed_a",
      keyed((rule, base) => violation(course, base, run(rule, rule.values, each(1), a))),
    );
    const own = (key: string) => {
      const rule = rules[nine.findIndex((it) => it.key === key)];
      const bare = withoutEpsilon(rule.values);
      return violation(course, run(rule, bare), run(rule, bare, Float64Array.from(c_vector)));
    };
    check.compare(id, "violation_per_parameter_units_eq2", own("rmsprop_eq2"));
    check.compare(id, "violation_per_parameter_units_rmsprop_eq1", own("rmsprop_eq1"));
    expect(own("adam_min")).toBeCloseTo(0.788, 3);
  });
  test("η of ĝ/σ² is a loss", () => {
    expect(check.value(id, "units_of_eta_in_eq2")).toMatch(/^loss/);
    const { exponents } = rules[nine.findIndex(({ key }) => key === "rmsprop_eq2")];
    expect(spelledFactor(exponents)).toBe("a");
    expect(check.open(id)).toEqual([]);
  });
  test("a scale that is no power of two costs rounding alone", () => {
    for (const rule of rules) {
      const off = violation(course, run(rule), run(rule, converted(rule, 3, 0.7), each(3), 0.7));
      expect(off, rule.title).toBeLessThan(1e-11);
    }
  });

  const configured = (optimizer: string, values: Record<string, number>, framework = "torch"): Configuration => ({
    framework,
    optimizer,
    groups: [{ name: "all", values: { learningRate: 0.02, ...values } }],
  });
  test.each([
    ["SGD", { momentum: 0.9, nesterov: 1, weightDecay: 0.05 }],
    ["SGD", { rateInMomentum: 1, momentum: 0.5, decoupledWeightDecay: 1, weightDecay: 0.05 }],
    ["RMSProp", { epsilon: 0.03, momentum: 0.5, weightDecay: 0.1 }],
    ["RMSProp", { epsilon: 0.03, epsilonInRoot: 1, centered: 1, biasCorrection: 0 }],
    ["RMSProp", { epsilon: 0.03, biasCorrection: 1, decoupledWeightDecay: 1, weightDecay: 0.1, correctedDecay: 1 }],
    ["Adam", { epsilon: 0.03, weightDecay: 0.1 }],
    ["Adam", { epsilon: 0.03, epsilonHat: 1, amsgrad: 1, epsilonRoot: 0.01 }],
    ["AdamW", { epsilon: 0.03, weightDecay: 0.1, decayAfterStep: 1 }],
    ["DecoupledAdam", { epsilon: 0.03, rateForm: 1 }],
    ["DecoupledAdam", { epsilon: 0.03, rateForm: 2 }],
    ["DecoupledRMSProp", { epsilon: 0.03, divisor: 1, centered: 1, correction: 1 }],
    ["DecoupledSGD", {}],
  ])("%s as a library has it is the same run in other units, %j", (optimizer, values) => {
    const rule = ownRule(configured(optimizer, values));
    const base = run(rule);
    expect(violation(course, base, run(rule, converted(rule, c, a), each(c), a))).toBeLessThan(1e-12);
    expect(violation(course, base, run(rule, rule.values, each(c), a))).toBeGreaterThan(1e-3);
  });
  test("a second moment that starts at 1 ties a rule to its units, and says so", () => {
    const rule = ownRule(configured("RMSProp", { initialSecondMoment: 1 }));
    expect(rule.bound).toMatch(/starts at a number of the library's own/);
    expect(violation(course, run(rule), run(rule, converted(rule, c, a), each(c), a))).toBeGreaterThan(1e-3);
  });
  test("windows and ε are those of the configuration", () => {
    expect(commonOf(configured("Adam", { beta1: 0.95, beta2: 0.99 }), 10)).toMatchObject({ epsilon: 1e-8, beta: 0.99 });
    expect(commonOf(configured("Adam", { beta1: 0.95 }), 10).Ng).toBeCloseTo(20, 10);
    expect(commonOf(configured("RMSProp", {}), 7)).toMatchObject({ Ng: 7, borrowed: false, correction: 0 });
    expect(commonOf(configured("SGD", {}), 7)).toMatchObject({ Ng: 7, borrowed: true });
    expect(changes).toHaveLength(4);
    const values = { unit1: 2, unit2: 3, unit3: 4, start1: 5, start2: 6, start3: 7 } as Parameters<typeof ownUnits>[0];
    expect([...ownUnits(values, 4)]).toEqual([2, 3, 4, 2]);
    expect([...startOf(values, 2)]).toEqual([5, 6]);
  });
});

describe("moments", () => {
  test("are at rest where they should be, and on the way there", () => {
    const id = "moment-estimates";
    const { mean, sd, Ns } = check.spec(id) as { mean: number; sd: number; Ns: number[] };
    const of = (f: (N: number) => number) => Object.fromEntries(Ns.map((N) => [N, f(N)]));
    check.compare(id, "E_s", atRest(mean, sd, Ns[0]).mean);
    check.compare(
      id,
      "E_centered",
      of((N) => atRest(mean, sd, N).centered),
    );
    check.compare(
      id,
      "Var_s",
      of((N) => atRest(mean, sd, N).variance),
    );
    expect(check.open(id)).toEqual([]);
    for (const N of Ns)
      for (const correction of [0, 1, 2]) {
        const [early, late] = momentsAt(mean, sd, { beta: 1 - 1 / N, correction, s0: 0 }, [5, 60 * N]);
        const rest = atRest(mean, sd, N);
        for (const name of ["mean", "variance", "centered"] as const) expect(late[name]).toBeCloseTo(rest[name], 12);
        expect(early.mean / rest.mean).toBeCloseTo(correction === 0 ? 1 - (1 - 1 / N) ** 5 : 1, 12);
      }
    // min(N, t) is the plain mean at first: Bessel's factor.
    const [five] = momentsAt(mean, sd, { beta: 0.99, correction: 2, s0: 0 }, [5]);
    expect(five.centered).toBeCloseTo(sd ** 2 * (4 / 5), 12);
    expect(momentsAt(mean, sd, { beta: 0.5, correction: 0, s0: 1 }, [1])[0].mean).toBeCloseTo(
      (mean ** 2 + sd ** 2 + 1) / 2,
      12,
    );
  });
});

describe("first steps", () => {
  const of = (id: string, beta2: number, epsilon: number) =>
    commonOf(
      { framework: "torch", optimizer: "RMSProp", groups: [{ name: "all", values: { beta2, epsilon } }] },
      check.spec(id)["Ns"] as number,
    );
  const taken = (it: ReturnType<typeof commonOf>, g: number, steps: number) =>
    [...firstSteps(it, g, steps)].find((part) => part !== undefined)!;

  test("are √N times too large from s = 0", () => {
    const id = "rmsprop-first-steps";
    const { g, Ns, eps } = check.spec(id) as { g: number; Ns: number; eps: number };
    const it = of(id, 1 - 1 / Ns, eps);
    const { t, plain } = taken(it, g, 6 * Ns);
    const at = [1, 2, 10, 100, 500];
    check.compare(id, "step_multiplier_t", Object.fromEntries(at.map((x) => [x, plain[t.indexOf(x)]])));
    check.compare(id, "step_multiplier_t", Object.fromEntries(at.map((x) => [x, multiplier(g, it, x, false)])));
    expect(check.open(id)).toEqual([]);
  });
  test("of the centered form grow without end under a constant gradient", () => {
    const id = "centered-blow-up";
    const { g, Ns, eps, steps } = check.spec(id) as { g: number; Ns: number; eps: number; steps: number };
    const it = of(id, 1 - 1 / Ns, eps);
    const { t, centered, least } = taken(it, g, steps);
    const at = [1, 100, 400];
    check.compare(id, "multiplier_t", Object.fromEntries(at.map((x) => [x, centered[t.indexOf(x)]])));
    check.compare(id, "multiplier_t", Object.fromEntries(at.map((x) => [x, multiplier(g, it, x, true)])));
    check.compare(id, "minimum_multiplier", least);
    expect(check.open(id)).toEqual([]);
  });
  test("have ε, its place and the correction of the library", () => {
    const forms: Record<string, number>[] = [
      { epsilon: 0.1 },
      { epsilon: 0.1, epsilonInRoot: 1 },
      { epsilon: 0.1, biasCorrection: 1 },
      { epsilon: 0.1, initialSecondMoment: 1 },
    ];
    for (const values of forms) {
      const it = commonOf({ framework: "torch", optimizer: "RMSProp", groups: [{ name: "all", values }] }, 10);
      const { t, plain, centered } = taken(it, 0.7, 50);
      t.forEach((x, k) => {
        expect(plain[k]).toBeCloseTo(multiplier(0.7, it, x, false), 12);
        // s − m² rounds below 0 where it should be 0: the library's root is then not a number.
        if (!Number.isNaN(centered[k])) expect(centered[k]).toBeCloseTo(multiplier(0.7, it, x, true), 5);
      });
    }
    expect([...recordedSteps(40, 10)].every((t) => t >= 1 && t <= 40)).toBe(true);
  });
});

const ordered = (
  controls: Record<string, number> = {},
  values: Record<string, number> = { learningRate: 0.02, beta2: 0.99, epsilon: 0.03 },
  optimizer = "RMSProp",
  more: Partial<Configuration> = {},
  lists: Record<string, number[]> = {},
) =>
  complete(
    {
      lab: "rmsprop",
      configuration: { framework: "torch", optimizer, groups: [{ name: "all", values }], ...more },
      problem: { name: "least squares", values: {} },
      controls,
      lists,
    },
    { dataset: diabetes },
  );
function finished(seed: number, { lab, job }: ReturnType<typeof ordered>) {
  const steps = runInline(lab, job, seed);
  const frames: Frame[] = [];
  for (;;) {
    const next = steps.next();
    if (next.done) return { ...next.value, frames };
    frames.push(...(next.value ?? []));
  }
}
describe("the lab", () => {
  test.each([1, 2, 3, 4, 5])("agrees with what is predicted, seed %i", (seed) => {
    const { findings, report } = finished(seed, ordered());
    const predicted = findings.filter(({ predicted: of }) => of !== undefined);
    expect(predicted.length).toBeGreaterThan(18);
    for (const it of predicted) expect(it.verdict, it.quantity).toBe("agrees");
    expect(predicted.filter(({ standardError }) => standardError !== undefined)).toHaveLength(3);
    expect(report.answer).toMatch(
      /^In other units RMSProp makes the same run if η becomes cη: \*\*0.0200\*\* → \*\*0.0800\*\* for parameters × 4\./,
    );
  });
  test("says how η must change, of each optimizer", () => {
    const answer = (...of: Parameters<typeof ordered>) => finished(1, ordered(...of)).report.answer;
    const small = { chains: 1024, time: 1 };
    expect(answer(small, { learningRate: 0.02 }, "SGD")).toMatch(
      /if η becomes \(c²\/a\)η: \*\*0.0200\*\* → \*\*0.640\*\* for parameters × 4 and loss × 0.5\./,
    );
    expect(answer({ ...small, rule: 6 })).toMatch(/ĝ\/σ² makes the same run if η becomes aη: .* for loss × 0.5\./);
    expect(answer(small, { learningRate: 0.02, initialSecondMoment: 1 })).toMatch(/is tied to its units/);
  });
  test("draws one line over the other where the runs are the same", () => {
    for (const change of [0, 1, 2]) {
      const { frames } = finished(1, ordered({ change, chains: 1024, time: 1 }));
      const last = (series: string) =>
        frames.filter((it) => it.chart === "apart" && it.series === series).at(-1)!.columns[1];
      expect(last("η′").every((x) => x === 0)).toBe(true);
      expect(last("η as it is").some((x) => x > 0.05)).toBe(true);
    }
    const { frames } = finished(1, ordered({ change: 3, rule: 6, chains: 1024, time: 1 }));
    const still = frames.filter((it) => it.chart === "apart" && it.series === "η as it is").at(-1)!.columns[1];
    expect(still.every((x) => x === 0)).toBe(true);
  });
  test("shows divergence beyond stability, and offers a rate", () => {
    const { report, findings } = finished(
      1,
      ordered({ chains: 1024, time: 1, steps: 400 }, { learningRate: 2 }, "SGD"),
    );
    expect(report.diverged).toBe(true);
    expect(report.answer).toMatch(/diverged at step/);
    expect(report.advice!.value).toBeLessThan(2);
    for (const it of findings)
      expect([it.measured, it.predicted].every((x) => x === undefined || Number.isFinite(x))).toBe(true);
    const { report: then } = finished(
      1,
      ordered({ chains: 1024, time: 1, steps: 400 }, { learningRate: report.advice!.value }, "SGD"),
    );
    expect(then.diverged).toBeUndefined();
  });
  test("says in the chart what it leaves out", () => {
    const { lab, job } = ordered({}, {}, "RMSProp", { clip: { type: "norm", max: 1 } });
    const [apart] = lab.charts(job.configuration, job.problem, job.controls);
    expect(apart.assumption!.broken).toMatch(/clips its gradients/);
  });
  test("hands over the same whatever part comes first", () => {
    const { lab, job } = ordered({ chains: 1024, time: 1 });
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
    [() => ordered({}, {}, "Lion"), /units of RMSProp, Adam, AdamW and SGD are known here; those of Lion are not/],
    [() => ordered({}, { beta2: 1 }), /β₂ must lie from 0 to below 1|beta2|below 1/],
    [() => ordered({}, { learningRate: -1 }), /learningRate|rate/],
    [() => ordered({ steps: 1.5 }), /Steps must be a whole number/],
    [() => ordered({ c: 0 }), /c, the unit of the parameters, must lie from 1e-6/],
    [() => ordered({ deviation: 0 }), /deviation σ must be above 0/],
    [() => ordered({ rule: 10 }), /from 0 to 9/],
    [() => ordered({ change: 0.5 }), /must be 0, 1, 2 or 3/],
    [() => ordered({ constant: 0 }), /nothing moves/],
    [() => ordered({ gradientWindow: 0 }), /gradient window must lie from 1/],
    [() => ordered({ time: 1000, chains: 10_000_000 }), /more than 1e11 steps/],
  ])("refuses %# with a sentence", (make, said) => {
    expect(make).toThrow(said);
  });
});

test("starts and units may be lists, and the shown rule tells where it stands after 1, 10 and all steps", () => {
  const controls = { rule: 4, steps: 60, chains: 1024, time: 1 };
  const values = { learningRate: 0.02, beta2: 0.99, epsilon: 0.03 };
  const lists = { start: [0.5, -0.5, 1], units: [2, 0.25, 8] };
  const { findings } = finished(1, ordered({ ...controls, start1: 9, unit1: 64 }, values, "RMSProp", {}, lists));
  const same = finished(1, ordered({ ...controls, start1: 0.5, start2: -0.5, start3: 1 }, values)).findings;
  expect(findings).toEqual(same);
  const { trajectories } = { trajectories: check.value("golden-trajectories", "trajectories") } as {
    trajectories: Record<string, Record<string, number[]>>;
  };
  for (const [t, key] of [
    ["1 step", "after_1"],
    ["10 steps", "after_10"],
    ["60 steps", "final"],
  ])
    trajectories["rmsprop_eq1"][key].forEach((x, i) => {
      const it = findings.find(
        ({ quantity }) => quantity.startsWith("RMSProp (1)") && quantity.endsWith(`θ${"₁₂₃"[i]} after ${t}`),
      );
      expect(it?.measured, `${t} ${i}`).toBeCloseTo(x, 9);
    });
  expect(() => ordered({}, values, "RMSProp", {}, { units: [0] })).toThrow(/All of "units"/);
});
