import { kept, spell, type Finding, type Frame, type Report } from "../../../protocol/index.ts";
import { select } from "../../statistics.ts";
import { zeros, type Vector } from "../../vector.ts";
import type { Gathering } from "../lab.ts";
import { drawn, parameters, shownRule } from "./charts.ts";
import { columns, drawnUnits, looksOf, type EstimatesPart, type FirstPart } from "./estimates.ts";
import { findings, type Gathered } from "./findings.ts";
import { commonOf } from "./rules.ts";
import { distances } from "./runs.ts";
import { momentsAt, multiplier } from "./theory.ts";
import { advice, answer } from "./words.ts";
import {
  courseOf,
  rulesCount,
  rulesOf,
  scales,
  streamSteps,
  unitsOf,
  type Part,
  type RmsPropJob,
  type RulePart,
} from "./work.ts";

/** Points of a line over steps. */
const most = 500;

export function gather(job: RmsPropJob): Gathering<Part> {
  const { configuration, controls } = job;
  const common = commonOf(configuration, controls.gradientWindow);
  const rules = rulesOf(job);
  const units = unitsOf(controls);
  const steps = streamSteps(common, controls);
  const looks = looksOf(steps);
  const parts: (RulePart | undefined)[] = rules.map(() => undefined);
  const estimates: (EstimatesPart | undefined)[] = Array.from({ length: units - rulesCount - 1 }, () => undefined);
  let first: FirstPart | undefined;
  let done = 0;
  /** Parts drawn: of rules, of first steps, of chains. */
  const seen = { rules: 0, first: false, chains: 0 };
  let announced = false;

  const gathered = (): Gathered => ({
    common,
    controls,
    rules: rules.map((rule, i) => ({ rule, part: parts[i] })),
    first,
    sums: estimates.flatMap((it) => (it ? [it.sums] : [])),
  });

  return {
    add(unit, part) {
      if (part.kind === "rule") parts[unit] = kept(part);
      else if (part.kind === "first") first = kept(part);
      else estimates[unit - rulesCount - 1] = kept(part);
      done++;
    },
    frames() {
      const frames: Frame[] = [];
      const put = (chart: string, series: string, ...of: Vector[]) =>
        frames.push({ chart, series, mode: "replace", columns: of });
      if (!announced) {
        announced = true;
        theory(put);
      }
      const there = parts.filter((it) => it !== undefined).length;
      if (there > seen.rules) {
        seen.rules = there;
        runs(put);
      }
      if (first && !seen.first) {
        seen.first = true;
        put("first", "÷ √s", first.t.slice(), first.plain.slice());
        put("first", "centered", first.t.slice(), first.centered.slice());
      }
      const chains = estimates.filter((it) => it !== undefined).length;
      // Quantiles of all looks are drawn when there are twice as many chains, and at the end.
      if (chains >= 2 * seen.chains || (chains > seen.chains && chains === estimates.length)) {
        if (chains > 0) moments(put);
        seen.chains = chains;
      }
      return frames;
    },
    progress: () => ({ done, total: units, unit: "parts" }),
    report(state): Report {
      const status = `Least squares in file order, ${controls.steps} steps of ${controls.batchSize} ${controls.batchSize === 1 ? "row" : "rows"} at η ${spell(common.eta)}; a model problem, not your network.`;
      if (state !== "done")
        return {
          answer: `${state === "stopped" ? "Stopped after" : "After"} **${done} of ${units}** parts.`,
          status,
          rules: [],
        };
      const shown = shownRule(configuration, controls);
      const part = parts[controls.rule];
      if (!part) return { answer: "Nothing was computed.", status, rules: [] };
      const course = courseOf(job);
      const lost = part.base.findIndex((x) => !(Math.abs(x) < 1e12));
      if (lost < 0) return { answer: answer(shown, part, controls), status, rules: [] };
      const step = Math.floor(lost / course.rows.d) + 1;
      return {
        answer: `${shown.title} diverged at step **${step}**, as it would in any units.`,
        status,
        diverged: true,
        ...advice(shown, course, common.eta),
        rules: ["apart", "trajectory"].map((chart) => ({ chart, x: step, text: "diverged" })),
      };
    },
    findings: (): Finding[] => findings(gathered()),
  };

  type Put = (chart: string, series: string, ...of: Vector[]) => void;
  function theory(put: Put): void {
    const t = Float64Array.from(looks);
    const exact = momentsAt(controls.mean, controls.deviation, common, looks);
    put(
      "moments",
      "E s",
      t,
      Float64Array.from(exact, ({ mean }) => mean),
    );
    put(
      "moments",
      "E(s − m²)",
      t.slice(),
      Float64Array.from(exact, ({ centered }) => centered),
    );
    const second = controls.mean ** 2 + controls.deviation ** 2;
    put("moments", "μ² + σ²", Float64Array.of(0, steps), Float64Array.of(second, second));
    const fine: number[] = [];
    for (let k = 1; k <= steps; k = Math.max(k + 1, Math.round(k * 1.04))) fine.push(k);
    for (const [series, centered] of [
      ["exact, ÷ √s", false],
      ["exact, centered", true],
    ] as const)
      put(
        "first",
        series,
        Float64Array.from(fine),
        Float64Array.from(fine, (k) => multiplier(controls.constant, common, k, centered)),
      );
  }
  function runs(put: Put): void {
    const shown = parts[controls.rule];
    if (shown) {
      const course = courseOf(job);
      const { d } = course.rows;
      const stride = Math.max(1, Math.ceil(controls.steps / most));
      const t = Array.from({ length: Math.floor(controls.steps / stride) }, (_, k) => (k + 1) * stride);
      const x = Float64Array.from([0, ...t]);
      const apart = (series: string, other: Vector) => {
        const all = distances(course, shown.base, other);
        put("apart", series, x.slice(), Float64Array.from([0, ...t.map((k) => all[k - 1])]));
      };
      apart("η as it is", shown.unchanged);
      apart("η′", shown.converted);
      for (const [i, label] of parameters.entries()) {
        const of = (path: Vector) => Float64Array.from([course.start[i], ...t.map((k) => path[(k - 1) * d + i])]);
        const none = i >= d;
        const xs = none ? zeros(0) : x;
        put("trajectory", label, xs.slice(), none ? zeros(0) : of(shown.unchanged));
        put("trajectory", `${label}, old units`, xs.slice(), none ? zeros(0) : of(shown.base));
        // A point for every few steps, so that the dashes are seen.
        const few = Math.max(1, Math.ceil(t.length / 30));
        const thin = (column: Vector) => column.filter((_, k) => k % few === 0);
        put("trajectory", `${label}, η′`, none ? zeros(0) : thin(x), none ? zeros(0) : thin(of(shown.converted)));
      }
    }
    for (const { index, label } of drawn) {
      const part = parts[1 + index];
      if (!part) continue;
      put("parameters", label, scales.slice(), part.overC.slice());
      put("loss", label, scales.slice(), part.overA.slice());
    }
  }
  function moments(put: Put): void {
    const rows = looks.map((_, k) => {
      const total = zeros(columns);
      for (const it of estimates) if (it) for (let j = 0; j < columns; j++) total[j] += it.sums[k * columns + j];
      return total;
    });
    const t = Float64Array.from(looks);
    put(
      "moments",
      "mean s",
      t,
      Float64Array.from(rows, (s) => s[1] / s[0]),
    );
    put(
      "moments",
      "s − m²",
      t.slice(),
      Float64Array.from(rows, (s) => s[3] / s[0]),
    );
    const seenChains = estimates.slice(0, drawnUnits).flatMap((it) => (it ? [it.s] : []));
    const count = seenChains.reduce((sum, s) => sum + s.length / looks.length, 0);
    if (count === 0) return;
    const all = zeros(count);
    const [low, middle, high] = [zeros(looks.length), zeros(looks.length), zeros(looks.length)];
    for (let k = 0; k < looks.length; k++) {
      let at = 0;
      for (const s of seenChains) {
        const chains = s.length / looks.length;
        all.set(s.subarray(k * chains, (k + 1) * chains), at);
        at += chains;
      }
      low[k] = select(all, Math.floor(0.1 * (count - 1)));
      middle[k] = select(all, Math.floor(0.5 * (count - 1)));
      high[k] = select(all, Math.floor(0.9 * (count - 1)));
    }
    put("moments", "80 %", t.slice(), low, high);
    put("moments", "median", t.slice(), middle);
  }
}
