import { kept, type Frame } from "../../../protocol/index.ts";
import type { Differences } from "../../compare/differences.ts";
import { findProblem } from "../../problems/index.ts";
import { zeros, type Vector } from "../../vector.ts";
import { newBand, noteBand } from "../bands.ts";
import { cornersOf } from "../corners.ts";
import type { Gathering } from "../lab.ts";
import { recordedSteps } from "../recordedSteps.ts";
import { bandOf, smallest } from "./charts.ts";
import { findings } from "./findings.ts";
import { report } from "./report.ts";
import { rateLines, workloadOf, type CompareJob, type Workload } from "./sides.ts";
import type { Part } from "./work.ts";

/** All that the units have handed over. */
export interface Gathered extends Workload {
  /** By side: what its steps differ by, as a whole; and by cause, each alone. */
  readonly whole: readonly (Differences | undefined)[];
  readonly alone: readonly (readonly (Differences | undefined)[])[];
  /** By side, then seed: the mean loss of the last tenth; NaN where a unit has not ended. */
  readonly settled: readonly Vector[];
  /** The last step that every seed of every side has reached. */
  readonly step: number;
}

export function gather(job: CompareJob): Gathering<Part> {
  const workload = workloadOf(job);
  const { sides, causes, units } = workload;
  const { steps, seeds } = job.controls;
  const exact = findProblem(job.problem.name)!.loss === "exact";
  const points = recordedSteps(steps);
  const n = points.length;
  const reached = new Int32Array(units.length);
  const loss = sides.map(() => zeros(n * seeds));
  const settled = sides.map(() => zeros(seeds).fill(NaN));
  const whole: (Differences | undefined)[] = sides.map(() => undefined);
  const alone: (Differences | undefined)[][] = causes.map((own) => own.map(() => undefined));
  // What has been worked out already, at the record points before `done`, by side.
  const done = sides.map(() => 0);
  const framed = sides.map(() => 0);
  const drawn = new Set<number>();
  const over = sides.map(() => newBand(n));
  const row = zeros(seeds);
  let announced = false;

  const complete = (side: number): number =>
    units.reduce((least, it, u) => (it.kind === "loss" && it.side === side ? Math.min(least, reached[u]) : least), n);
  const update = (side: number): void => {
    const to = complete(side);
    for (let p = done[side]; p < to; p++) {
      row.set(loss[side].subarray(p * seeds, (p + 1) * seeds));
      noteBand(over[side], p, row);
    }
    done[side] = to;
  };
  const gathered = (): Gathered => {
    const least = sides.reduce((least_, _, side) => Math.min(least_, complete(side)), n);
    return { ...workload, whole, alone, settled, step: points[Math.max(0, least - 1)] };
  };

  return {
    add(unit, part) {
      const it = units[unit];
      if (part.kind === "loss" && it.kind === "loss") {
        for (let p = 0; p < part.count; p++)
          loss[it.side].set(part.loss.subarray(p * it.seeds, (p + 1) * it.seeds), (part.from + p) * seeds + it.first);
        if (part.settled) settled[it.side].set(part.settled, it.first);
        reached[unit] = part.from + part.count;
      } else if (part.kind === "difference" && it.kind === "difference") {
        const found = kept(part.found);
        if (it.cause === undefined) whole[it.side] = found;
        else alone[it.side][it.cause] = found;
        if (it.cause === undefined && causes[it.side].length === 1) alone[it.side][0] = found;
        reached[unit] = n;
      }
    },
    frames() {
      const frames: Frame[] = [];
      const put = (chart: string, series: string, ...columns: Vector[]) =>
        frames.push({ chart, series, mode: "replace", columns });
      if (!announced) {
        announced = true;
        for (const line of rateLines(sides, job.controls)) {
          const { label } = line;
          const rate = line.rate();
          const corners = cornersOf(rate);
          put(
            "rate",
            label,
            Float64Array.from(corners),
            Float64Array.from(corners, (t) => rate[t - 1]),
          );
        }
      }
      // Mini-batch losses begin with the first step.
      const from = exact ? 0 : 1;
      sides.forEach(({ label }, side) => {
        update(side);
        if (framed[side] === done[side]) return;
        framed[side] = done[side];
        const until = (xs: Vector) => xs.slice(from, done[side]);
        const x = () => Float64Array.from(points.subarray(from, done[side]));
        if (seeds > 1) put("loss", bandOf(label), x(), until(over[side].low), until(over[side].high));
        put("loss", label, x(), until(over[side].median));
      });
      whole.forEach((found, side) => {
        if (!found || drawn.has(side)) return;
        drawn.add(side);
        const x = Float64Array.from(points.subarray(1));
        put("difference", sides[side].label, x, mostBetween(found.relative, points));
      });
      return frames;
    },
    progress() {
      const share = reached.reduce((sum, x) => sum + x, 0) / (n * Math.max(1, units.length));
      return { done: Math.floor(share * steps), total: steps, unit: "steps" };
    },
    report: (state) => report(job, gathered(), state),
    findings: () => findings(job, gathered()),
  };
}

/** The largest of each stretch of steps between two record points; no number where it is none or nothing at all. */
function mostBetween(relative: Vector, points: Int32Array): Vector {
  const most = zeros(points.length - 1);
  for (let p = 1; p < points.length; p++) {
    let high = 0;
    for (let t = points[p - 1] + 1; t <= points[p]; t++) {
      const x = relative[t - 1];
      if (!(x <= high)) high = x; // NaN stays
    }
    most[p - 1] = high >= smallest ? high : NaN;
  }
  return most;
}
