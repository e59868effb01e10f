import type { Frame } from "../../../protocol/index.ts";
import { zeros, type Vector } from "../../vector.ts";
import { blockNames, distances, drawnRates, nameOf } from "./charts.ts";
import { orders } from "./estimate.ts";
import type { Known } from "./findings.ts";
import type { Gathered } from "./gathering.ts";
import { courses, sumOfSquares } from "./schedules.ts";
import type { FlowJob } from "./system.ts";
import type { planOf } from "./work.ts";

/** Every series as it stands; columns are empty where nothing is known yet. */
export function framesOf(job: FlowJob, plan: ReturnType<typeof planOf>, all: Gathered, known: Known): Frame[] {
  const frames: Frame[] = [];
  const put = (chart: string, series: string, x: Vector, y: Vector) =>
    frames.push({ chart, series, mode: "replace", columns: [x, y] });
  const { rates } = plan;
  const { flow, exact } = all;
  const none = zeros(0);

  if (flow) put("paths", "flow", flow.t, flow.shown);
  const reach = 10 * (flow?.shown.reduce((a, b) => Math.max(a, Math.abs(b)), 0.1) ?? Infinity);
  for (const i of drawnRates(rates.length)) {
    const path = all.paths[i];
    if (path) put("paths", nameOf(rates[i]), path.t, path.lostAt > 0 ? cut(path.shown, reach) : path.shown);
  }

  // Ascending in η: names stand at the right end of a line.
  const up = known.rates.map((_, i) => known.rates.length - 1 - i).filter((i) => known.rates[i].runs > 0);
  const eta = Float64Array.from(up, (i) => rates[i]);
  put(
    "distance",
    distances.sgd,
    eta,
    Float64Array.from(up, (i) => known.rates[i].sup.value),
  );
  put(
    "distance",
    distances.rms,
    eta,
    Float64Array.from(up, (i) => known.rates[i].rms.value),
  );
  const { eta: used, expected, sgd } = orders(known.rates, exact);
  const root = expected?.at ?? (sgd ? throughMiddle(used, known) : none);
  put("distance", distances.expected, (root.length > 0 ? used : none).slice().reverse(), root.slice().reverse());
  if (exact) {
    const every = rates.slice().reverse();
    put("distance", distances.descent, every, exact.descent.slice().reverse());
    const leading = Number.isFinite(exact.leading)
      ? rates.map((x) => exact.leading * x)
      : proportional(rates, exact.descent);
    put("distance", distances.leading, every, leading.reverse());
    if (plan.rule.momentum === 0) {
      const rms = exact.atEnd.map((x, i) => Math.sqrt(x + exact.bias[i])).reverse();
      put("distance", distances.rmsTheory, rms.length > 0 ? every : none, rms);
    }
  }

  const runs = courses(job.configuration, job.controls);
  for (const part of known.schedules) {
    const { name, rates: course } = runs[part.index];
    put("schedules", name, part.t, part.shown);
    put("ends", name, Float64Array.of(sumOfSquares(course)), Float64Array.of(part.end));
  }
  const { scheduleFlow } = all;
  if (scheduleFlow) put("schedules", "flow", scheduleFlow.t, scheduleFlow.shown);
  const [first] = known.schedules;
  if (known.schedules.length > 0) {
    const predicted = known.schedules
      .map(({ index, predicted: end }) => ({
        x: sumOfSquares(runs[index].rates),
        end: plan.rule.momentum === 0 ? end : first.flowEnd,
      }))
      .sort((a, b) => a.x - b.x);
    const x = Float64Array.of(0, ...predicted.map((it) => it.x));
    put(
      "ends",
      plan.rule.momentum === 0 ? "second order" : "flow",
      x,
      Float64Array.of(first.flowEnd, ...predicted.map(({ end }) => end)),
    );
  }

  const { rows, N } = known.blocks;
  if (rows.length > 0) {
    put(
      "blocks",
      blockNames.means,
      N,
      Float64Array.from(rows, ({ means }) => means.value),
    );
    put(
      "blocks",
      blockNames.meansTheory,
      N,
      Float64Array.from(rows, (row) => row.meansTheory),
    );
    put(
      "blocks",
      blockNames.displacement,
      N,
      Float64Array.from(rows, (row) => row.displacement.value),
    );
    put(
      "blocks",
      blockNames.displacementTheory,
      N,
      Float64Array.from(rows, (row) => row.displacementTheory),
    );
  }
  return frames;
}

/** A path that leaves is drawn until it is far outside. */
function cut(shown: Vector, reach: number): Vector {
  const from = shown.findIndex((x) => !(Math.abs(x) <= reach));
  return from < 0 ? shown : shown.map((x, i) => (i > from ? Infinity : x));
}
/** κ√η through the middle of what was measured, where no constant is predicted. */
function throughMiddle(eta: Vector, { rates }: Known): Vector {
  const of = new Map(rates.map((it) => [it.eta, it.sup.value]));
  const at = eta[Math.floor(eta.length / 2)];
  const middle = of.get(at) ?? NaN;
  return eta.map((x) => middle * Math.sqrt(x / at));
}
/** As large as the measured one at the smallest rate. */
const proportional = (eta: Vector, descent: Vector): Vector =>
  eta.map((x) => (descent[descent.length - 1] * x) / eta[eta.length - 1]);
