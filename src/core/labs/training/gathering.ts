import { kept, type Frame, type Report } from "../../../protocol/index.ts";
import { findProblem } from "../../problems/index.ts";
import { nanAsInfinity, quantile } from "../../statistics.ts";
import { zeros, type Vector } from "../../vector.ts";
import { type Band, newBand, noteBand } from "../bands.ts";
import { cornersOf } from "../corners.ts";
import type { Gathering, Job } from "../lab.ts";
import { effectiveLines } from "./charts.ts";
import type { controls, Controls } from "./controls.ts";
import { findings } from "./findings.ts";
import { recordedSteps } from "../recordedSteps.ts";
import { bandOfRates, rateLines } from "../rates.ts";
import { report } from "./report.ts";
import { lookedAt, seedsPerUnit } from "./seeds.ts";
import type { End, Part } from "./work.ts";

/** All that the units have handed over, in the order of seeds whatever the order of arrival. */
export interface Gathered {
  /** Record points that every unit has reached. */
  readonly complete: number;
  readonly points: Int32Array;
  /** Quantiles of the loss over seeds at each complete record point. */
  readonly loss: Band;
  /** Median over seeds of the rate in force, of each line that follows the loss. */
  readonly rates: readonly Vector[];
  /** By seed: the step at which it diverged, 0 where it has not. */
  readonly diverged: Vector;
  /** By unit, once all have ended. */
  readonly ends: readonly End[];
}

export function gather(job: Job<typeof controls>): Gathering<Part> {
  const { configuration, problem: asked } = job;
  const { steps, seeds }: Controls = job.controls;
  const problem = findProblem(asked.name)!;
  const lines = rateLines(configuration, job.controls);
  const effective = effectiveLines(configuration, asked, lines);
  const watched = problem.watched(asked.values ?? {}, asked.data).length;
  const points = recordedSteps(steps);
  const n = points.length;
  const perUnit = seedsPerUnit(seeds);
  const units = Math.ceil(seeds / perUnit);
  const looking = lookedAt(0, seeds);
  const reached = new Int32Array(units);
  const loss = zeros(n * seeds);
  const extremes = zeros(seeds === 1 && problem.loss === "exact" ? 4 * n : 0);
  const rates = zeros(n * looking * watched);
  const [low, high] = [zeros(n * looking), zeros(n * looking)];
  const followed = lines.filter(({ followsLoss }) => followsLoss);
  const inForce = zeros(n * seeds * followed.length);
  const diverged = zeros(seeds);
  const ends: End[] = [];
  let ended = 0;

  // What has been worked out already, at the record points before `done`.
  let done = 0;
  let framed = 0;
  let announced = false;
  const over = newBand(n);
  const all = { low: zeros(n), high: zeros(n) };
  const each = Array.from({ length: watched }, () => zeros(n));
  const rate = followed.map(() => newBand(n));
  const row = zeros(seeds);
  const looked = zeros(looking);

  const complete = () => reached.reduce((a, b) => Math.min(a, b), n);
  const update = (): void => {
    const to = complete();
    for (let p = done; p < to; p++) {
      noteBand(over, p, taken(loss, p * seeds, 1, row));
      all.low[p] = medianOf(low, p * looking, 1, looked);
      all.high[p] = medianOf(high, p * looking, 1, looked);
      for (let j = 0; j < watched; j++) each[j][p] = medianOf(rates, p * looking * watched + j, watched, looked);
      rate.forEach((band, j) => noteBand(band, p, taken(inForce, p * seeds * rate.length + j, rate.length, row)));
    }
    done = to;
  };
  const taken = (values: Vector, from: number, stride: number, into: Vector): Vector => {
    for (let k = 0; k < into.length; k++) into[k] = values[from + k * stride];
    return into;
  };
  const medianOf = (values: Vector, from: number, stride: number, into: Vector): number =>
    quantile(nanAsInfinity(taken(values, from, stride, into)), 0.5);
  const gathered = (): Gathered => {
    update();
    const until = (xs: Vector) => xs.subarray(0, done);
    const quantiles = { low: until(over.low), median: until(over.median), high: until(over.high) };
    return {
      complete: done,
      points,
      loss: quantiles,
      rates: rate.map(({ median }) => until(median)),
      diverged,
      ends: ended === units ? ends : [],
    };
  };

  return {
    add(unit, part) {
      const { columns } = part;
      const first = unit * perUnit;
      const own = Math.min(perUnit, seeds - first);
      const shown = lookedAt(first, own);
      for (let p = 0; p < part.count; p++) {
        const at = part.from + p;
        // A loop: for so few numbers, views and their copies cost several times as much.
        const put = (into: Vector, all: number, xs: Vector, ours: number, width: number) => {
          const to = (at * all + first) * width;
          const from = p * ours * width;
          for (let k = 0; k < ours * width; k++) into[to + k] = xs[from + k];
        };
        put(loss, seeds, columns.loss, own, 1);
        put(inForce, seeds, columns.rates, own, rate.length);
        if (shown === 0) continue;
        put(low, looking, columns.low, shown, 1);
        put(high, looking, columns.high, shown, 1);
        put(rates, looking, columns.watched, shown, watched);
      }
      if (extremes.length > 0) extremes.set(columns.extremes, 4 * part.from);
      diverged.set(columns.diverged, first);
      reached[unit] = part.from + part.count;
      if (part.end) {
        ends[unit] = kept(part.end);
        ended++;
      }
    },
    frames() {
      const frames: Frame[] = [];
      const put = (chart: string, series: string, ...columns: Vector[]) =>
        frames.push({ chart, series, mode: "replace", columns });
      if (!announced) {
        announced = true;
        for (const { label, rate: exact, followsLoss } of lines) {
          if (followsLoss) continue;
          const corners = cornersOf(exact);
          const at = () => Float64Array.from(corners, (t) => exact[t - 1]);
          put("rate", label, Float64Array.from(corners), at());
          if (effective.some((line) => line.label === label && line.rate !== undefined))
            put("effective", label, Float64Array.from(corners), at());
        }
      }
      update();
      if (framed === done) return frames;
      framed = done;
      // Mini-batch losses and effective rates begin with the first step.
      const from = problem.loss === "exact" ? 0 : 1;
      const x = (begin: number) => Float64Array.from(points.subarray(begin, done));
      followed.forEach((line, j) => {
        const own = effective.some(({ label, rate: index }) => index !== undefined && label === line.label);
        for (const chart of own ? ["rate", "effective"] : ["rate"]) {
          if (seeds > 1) put(chart, bandOfRates(line), x(1), rate[j].low.slice(1, done), rate[j].high.slice(1, done));
          put(chart, line.label, x(1), rate[j].median.slice(1, done));
        }
      });
      if (seeds > 1) put("loss", "10–90 %", x(from), over.low.slice(from, done), over.high.slice(from, done));
      if (seeds > 1) put("loss", "median", x(from), over.median.slice(from, done));
      else if (extremes.length > 0) put("loss", "loss", ...withExtremes(points, over.median, extremes, from, done));
      else put("loss", "loss", x(from), over.median.slice(from, done));
      if (effective.some(({ watched: index }) => index !== undefined))
        put("effective", "10–90 % of all", x(1), all.low.slice(1, done), all.high.slice(1, done));
      for (const line of effective)
        if (line.watched !== undefined) put("effective", line.label, x(1), each[line.watched].slice(1, done));
      return frames;
    },
    progress: () => ({ done: points[Math.max(0, complete() - 1)], total: steps, unit: "steps" }),
    report: (state): Report => report(job, lines, gathered(), state),
    findings: () => findings(job, lines, gathered()),
  };
}

/** The losses at the recorded steps, and between two of them the lowest and the highest: all that a line of that width shows. */
function withExtremes(points: Int32Array, loss: Vector, extremes: Vector, from: number, to: number): [Vector, Vector] {
  const x: number[] = [];
  const y: number[] = [];
  for (let p = from; p < to; p++) {
    const between = [0, 2].map((k) => [extremes[4 * p + k], extremes[4 * p + k + 1]] as const);
    between.sort(([a], [b]) => a - b);
    for (const [step, value] of between) {
      if (!(step > (x.at(-1) ?? -1) && step < points[p])) continue;
      x.push(step);
      y.push(value);
    }
    x.push(points[p]);
    y.push(loss[p]);
  }
  return [Float64Array.from(x), Float64Array.from(y)];
}
