import { kept, type Frame } from "../../../protocol/index.ts";
import { zeros, type Vector } from "../../vector.ts";
import type { Gathering, Job } from "../lab.ts";
import { exactly, slopeName } from "./charts.ts";
import type { controls } from "./controls.ts";
import { findings, limitOf } from "./findings.ts";
import type { Known } from "./known.ts";
import { combinationsOf, combine } from "./laws.ts";
import { pointsPerRate } from "./lengths.ts";
import { Tally, type Estimate } from "./measured.ts";
import { report } from "./report.ts";
import { gainOf, ruleOf } from "./rule.ts";
import { stretches, unitsOf, type Part } from "./work.ts";

export function gather(job: Job<typeof controls>): Gathering<Part> {
  const { rates: count, drops } = job.controls;
  const tally = new Tally(job);
  const { rates } = tally;
  const exact = exactly(job.problem);
  const blocks = (unitsOf(job.controls) - 1) / (2 * count + 1);
  const total = blocks * (2 * count * stretches + drops + 1);
  let known: Known | undefined;
  let announced = false;
  let added = 0;
  let shown = 0;

  return {
    add(unit, part) {
      if (part.kind === "known") {
        known = kept(part);
        return;
      }
      tally.add(unit, part);
      added++;
    },
    frames() {
      const frames: Frame[] = [];
      if (!known) return frames;
      const put = (chart: string, series: string, ...columns: Vector[]) =>
        frames.push({ chart, series, mode: "replace", columns });
      if (!announced) {
        announced = true;
        theory(known, put);
      }
      if (added === shown) return frames;
      shown = added;
      measured(known, put);
      return frames;
    },
    progress: () => ({ done: added, total, unit: "stretches" }),
    report: (state) => report(job, tally, known, state, { done: added, total }),
    findings: () => (known ? findings(job, tally, known) : []),
  };

  type Put = (chart: string, series: string, ...columns: Vector[]) => void;

  function theory(it: Known, put: Put): void {
    const { least, slope, reshuffled, leftover, lineRates, lineExcess, plateaus, stage } = it;
    const top = rates[count - 1];
    const { rule } = ruleOf(job.configuration);
    const curve = rule.learningRate * gainOf(rule);
    const ends = Float64Array.of(0, top);
    put("loss", "tangent", ends, Float64Array.of(least, least + slope * top));
    put("slope", slopeName(job.controls), ends, Float64Array.of(slope, slope));
    if (exact) {
      put(
        "loss",
        "exact",
        lineRates,
        lineExcess.map((x) => least + inSight(it, x)),
      );
      const positive = lineRates.subarray(1);
      const law = lineExcess.subarray(1);
      put(
        "slope",
        "exact",
        positive,
        law.map((x, k) => inSight(it, x) / positive[k]),
      );
      put("order", "exact", rates, it.excess.map(positiveOnly));
    } else
      put(
        "order",
        "∝ η",
        rates,
        rates.map((rate) => positiveOnly(slope * rate)),
      );
    // Where the law of small rates exceeds the tangent it has long ceased to hold.
    const small = rates.filter((rate) => reshuffled * rate + leftover <= slope);
    put(
      "order",
      "∝ η²",
      small,
      small.map((rate) => positiveOnly((reshuffled * rate + leftover) * rate)),
    );
    const heights = plateaus.map((x, k) => (exact ? x : (slope * curve) / job.controls.drop ** k));
    const at = Float64Array.from({ length: drops + 2 }, (_, k) => k * stage);
    const steps = Float64Array.from(at, (_, k) => positiveOnly(heights[Math.min(k, drops)]));
    put("curve", "plateaus", at, steps);
  }

  /** On axes that show the tangent: near the limit of stability the loss leaves them. */
  function inSight({ slope }: Known, excess: number): number {
    return excess < 10 * slope * rates[count - 1] ? excess : NaN;
  }

  function measured(it: Known, put: Put): void {
    const all = Array.from(rates, (_, k) => k);
    const drawn = all.map((k) => stableOnly(tally.excess(k), rates[k], limitOf(it)));
    const shuffled = all.map((k) => tally.excess(k, "reshuffled"));
    const virial = all.map((k) => stableOnly(tally.virial(k), rates[k], limitOf(it)));
    for (const [name, estimates] of [
      ["drawn", drawn],
      ["reshuffled", shuffled],
    ] as const) {
      const L = estimates.map(({ mean }, k) => it.least + (rates[k] < limitOf(it) ? inSight(it, mean) : NaN));
      const error = estimates.map(({ standardError }) => 2 * standardError);
      put(
        "loss",
        `${name}, ±2 se`,
        rates,
        column(L.map((y, k) => y - error[k])),
        column(L.map((y, k) => y + error[k])),
      );
      put("loss", name, rates, column(L));
      put(
        "order",
        name,
        rates,
        Float64Array.from(estimates, ({ mean }) => positiveOnly(mean)),
      );
    }
    put(
      "order",
      "drawn, |ĝ|²",
      rates,
      Float64Array.from(virial, ({ mean }) => positiveOnly(mean)),
    );
    const S = drawn.map(({ mean }, k) => mean / rates[k]);
    const error = drawn.map(({ standardError }, k) => (2 * standardError) / rates[k]);
    put(
      "slope",
      "full loss, ±2 se",
      rates,
      column(S.map((y, k) => y - error[k])),
      column(S.map((y, k) => y + error[k])),
    );
    put("slope", "full loss", rates, column(S));
    const fromSquares = virial.map(({ mean }, k) => mean / rates[k]);
    put("slope", "|ĝ|²", rates, column(fromSquares));
    const extrapolated = combinationsOf(rates)
      .slice(1)
      .map(({ weights }) => combine(weights, fromSquares));
    put("slope", "extrapolated", zeros(extrapolated.length), column(extrapolated));

    const length = (drops + 1) * pointsPerRate;
    const points = Array.from({ length }, (_, p) => tally.point(Math.floor(p / pointsPerRate), p % pointsPerRate));
    const x = Float64Array.from(points, (_, p) => ((p + 1) * it.stage) / pointsPerRate);
    put(
      "curve",
      "measured, ±2 se",
      x,
      Float64Array.from(points, (point) =>
        positiveOnly(Math.max(point.mean - 2 * point.standardError, point.mean / 10)),
      ),
      Float64Array.from(points, (point) => positiveOnly(point.mean + 2 * point.standardError)),
    );
    put(
      "curve",
      "measured",
      x,
      Float64Array.from(points, ({ mean }) => positiveOnly(mean)),
    );
  }
}
const finite = (x: number): number => (Number.isFinite(x) ? x : NaN);
const column = (values: readonly number[]): Vector => Float64Array.from(values, finite);
const positiveOnly = (x: number): number => (x > 0 && Number.isFinite(x) ? x : NaN);
/** Beyond stability a mean over chains says nothing: a few chains make it up. */
const stableOnly = (it: Estimate, rate: number, limit: number): Estimate =>
  rate >= limit ? { mean: NaN, standardError: NaN } : it;
