import { select } from "../../statistics.ts";
import { zeros, type Vector } from "../../vector.ts";
import { drawn, parameters, tabled } from "./charts.ts";
import type { Controls } from "./controls.ts";
import { columns, drawnUnits, looksOf, type EstimatesPart } from "./estimates.ts";
import type { Common } from "./rules.ts";
import { figureOf } from "./findings.ts";
import { distances } from "./runs.ts";
import { momentsAt, multiplier } from "./theory.ts";
import { courseOf, scales, streamSteps, type RmsPropJob, type RulePart } from "./work.ts";

export type Put = (chart: string, series: string, ...of: Vector[]) => void;
/** Points of a line over steps. */
const most = 500;

/** What is known before anything has run. */
export function drawTheory(put: Put, controls: Controls, common: Common): void {
  const steps = streamSteps(common, controls);
  const looks = looksOf(steps);
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
/** Runs of the rule that is shown, and how far runs part over the scales. */
export function drawRuns(put: Put, job: RmsPropJob, parts: readonly (RulePart | undefined)[]): void {
  const { controls } = job;
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
  const edges = (n: number) => Float64Array.from({ length: n + 1 }, (_, k) => k);
  const table = parts.flatMap((part) => tabled.map(({ figure }) => (part ? figureOf(part, figure) : NaN)));
  put("units", "runs apart", edges(tabled.length), edges(parts.length), Float64Array.from(table));
  for (const { index, label } of drawn) {
    const part = parts[1 + index];
    if (!part) continue;
    put("parameters", label, scales.slice(), part.overC.slice());
    put("loss", label, scales.slice(), part.overA.slice());
  }
}
/** s over the chains that are there. */
export function drawMoments(
  put: Put,
  looks: readonly number[],
  estimates: readonly (EstimatesPart | undefined)[],
): void {
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
