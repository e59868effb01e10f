import { kept, type Frame } from "../../../protocol/index.ts";
import { exp } from "../../kernels/elementary.ts";
import { zeros, type Vector } from "../../vector.ts";
import { flowEnd, sdeSecond, sgdSecond } from "./expectation.ts";
import { bins, columns, type LinePart } from "./line.ts";
import type { ModelPart } from "./models.ts";
import { coarsest, compared, levels, pathTime, type PathPart } from "./paths.ts";
import type { LineSetting } from "./setting.ts";
import { schemeNames } from "./controls.ts";

/** All that the units of one coordinate have handed over. */
export interface Line {
  /** By unit, by record: power sums. */
  readonly sgd: readonly Vector[];
  readonly sde: readonly Vector[];
  readonly paths: readonly Vector[];
  /** First column of each: paths counted. */
  models: ModelPart | undefined;
  /** Records that every unit has reached. */
  complete: number;
  readonly lost: Float64Array;
  readonly lostAt: Float64Array;
}

/** Gathers the parts of one coordinate. */
export function gatherLine(it: LineSetting, ensembles: number, paths: number) {
  const points = it.records.length;
  const make = (n: number, size: number) => Array.from({ length: n }, () => zeros(size));
  const line: Line = {
    sgd: make(ensembles, points * columns),
    sde: make(ensembles, points * columns),
    paths: make(paths, 1 + compared.length * levels),
    models: undefined,
    complete: 0,
    lost: zeros(ensembles),
    lostAt: zeros(ensembles),
  };
  const reached = new Int32Array(ensembles);
  const ends = make(ensembles, 2 * bins);
  let announced = false;
  let shown = 0;
  let ended = 0;
  let measuredPaths = 0;

  return {
    line,
    add(unit: number, part: LinePart | PathPart | ModelPart): void {
      if (part.kind === "models") line.models = kept(part);
      else if (part.kind === "paths") {
        line.paths[unit - ensembles][0] = part.count;
        line.paths[unit - ensembles].set(part.sums, 1);
        measuredPaths++;
      } else {
        line.sgd[unit].set(part.sgd, part.from * columns);
        line.sde[unit].set(part.sde, part.from * columns);
        line.lost[unit] = part.lost;
        line.lostAt[unit] = part.lostAt;
        reached[unit] = part.from + part.count;
        if (part.ends) {
          ends[unit].set(part.ends.sgd);
          ends[unit].set(part.ends.sde, bins);
          ended++;
        }
      }
    },
    done: () => reached.reduce((a, b) => a + b, 0),
    frames(): Frame[] {
      const frames: Frame[] = [];
      const put = (chart: string, series: string, ...series_: Vector[]) =>
        frames.push({ chart, series, mode: "replace", columns: series_ });
      if (!announced) {
        announced = true;
        theory(it, put);
      }
      line.complete = reached.reduce((a, b) => Math.min(a, b), points);
      if (line.complete > shown) {
        shown = line.complete;
        moments(put);
      }
      if (ended === ensembles && ended > 0) {
        ended = -1;
        histogram(put);
      }
      if (measuredPaths === paths && paths > 0) {
        measuredPaths = -1;
        orders(put);
      }
      if (line.models) weak(line.models, put);
      return frames;
    },
  };

  type Put = (chart: string, series: string, ...columns: Vector[]) => void;
  function moments(put: Put): void {
    const t = Float64Array.from(it.records.subarray(0, shown), (k) => k * it.eta);
    for (const [name, groups] of [
      ["SGD", line.sgd],
      ["SDE", line.sde],
    ] as const) {
      const mean = zeros(shown);
      const variance = zeros(shown);
      for (let p = 0; p < shown; p++) {
        let [n, first, second] = [0, 0, 0];
        for (const sums of groups) {
          n += sums[p * columns];
          first += sums[p * columns + 1];
          second += sums[p * columns + 2];
        }
        mean[p] = first / n;
        variance[p] = Math.max(0, second / n - mean[p] * mean[p]);
      }
      const low = mean.map((m, p) => m - 2 * Math.sqrt(variance[p]));
      const high = mean.map((m, p) => m + 2 * Math.sqrt(variance[p]));
      put("moments", name, t, mean);
      if (name === "SGD") put("moments", "SGD, 2 deviations", t, low, high);
      else {
        put("moments", "SDE, low", t, low);
        put("moments", "SDE, high", t, high);
      }
      put("variance", name, t, variance);
    }
  }
  function histogram(put: Put): void {
    const { lo, hi } = it.range;
    const width = (hi - lo) / bins;
    const total = zeros(2 * bins);
    for (const counts of ends) for (let i = 0; i < total.length; i++) total[i] += counts[i];
    const { from, to } = filled(total);
    const x = Float64Array.from({ length: bins }, (_, i) => lo + (i + 0.5) * width);
    for (const [k, name] of ["SGD", "SDE"].entries()) {
      const own = total.subarray(k * bins, (k + 1) * bins);
      const n = own.reduce((a, b) => a + b, 0);
      put(
        "density",
        name,
        x.slice(from, to),
        own.slice(from, to).map((c) => c / n / width),
      );
    }
  }
  function orders(put: Put): void {
    // From the smallest step up, so that names stand at the right.
    const steps = Float64Array.from({ length: levels }, (_, l) => pathTime(it) / (coarsest * 2 ** (levels - 1 - l)));
    const strong = strongErrors(line.paths);
    compared.forEach((scheme, k) => {
      const errors = strong.slice(k * levels, (k + 1) * levels).reverse();
      put("strong", schemeNames[scheme], steps, errors);
    });
    const [top, widest] = [strong[0], steps[levels - 1]];
    const half = steps.map((h) => top * Math.sqrt(h / widest));
    const one = steps.map((h) => (top * h) / widest);
    put("strong", "order ½", steps, half);
    put("strong", "order 1", steps, one);
  }
  function weak({ etas, sgd, sde, corrected, flow }: ModelPart, put: Put): void {
    const x = etas.slice().reverse();
    const off = (model: (k: number) => number) => etas.map((_, k) => Math.abs(sgd[2 * k] - model(k))).reverse();
    const ofSde = off((k) => sde[2 * k]);
    const ofCorrected = off((k) => corrected[2 * k]);
    put(
      "weak",
      "flow",
      x,
      off(() => flow),
    );
    put("weak", "SDE", x, ofSde);
    put("weak", "corrected SDE", x, ofCorrected);
    const mean = (of: Vector) => etas.map((_, k) => of[2 * k]).reverse();
    const spread = (of: Vector) => etas.map((eta, k) => (of[2 * k + 1] - of[2 * k] * of[2 * k]) / eta).reverse();
    for (const [name, of] of [
      ["SGD", sgd],
      ["SDE", sde],
      ["corrected SDE", corrected],
    ] as const) {
      put("models", name, x, mean(of));
      put("spread", name, x, spread(of));
    }
    put(
      "models",
      "flow",
      x,
      x.map(() => flow),
    );
  }
}

/** Bins that hold anything of either, and one beside: the range is wide for the sake of few chains. */
function filled(total: Vector): { readonly from: number; readonly to: number } {
  let [from, to] = [bins, 0];
  for (let i = 0; i < bins; i++) {
    if (total[i] + total[i + bins] === 0) continue;
    from = Math.min(from, i);
    to = Math.max(to, i);
  }
  return { from: Math.max(0, from - 1), to: Math.min(bins, to + 2) };
}

/** √ mean square of the errors, by scheme and level. */
function strongErrors(paths: readonly Vector[]): Vector {
  let n = 0;
  for (const sums of paths) n += sums[0];
  return zeros(compared.length * levels).map((_, c) => {
    let square = 0;
    for (const sums of paths) square += sums[1 + c];
    return Math.sqrt(square / n);
  });
}

/** What is known beforehand: means and variances of a linear drift, the flow of every other. */
function theory(it: LineSetting, put: (chart: string, series: string, ...columns: Vector[]) => void): void {
  const { records, eta, h, variance, kappa, x0 } = it;
  const t = Float64Array.from(records, (k) => k * eta);
  if (h === undefined) {
    put(
      "moments",
      "flow",
      t,
      t.map((time) => (time === 0 ? x0 : flowEnd(it, time, x0, 200))),
    );
    return;
  }
  put(
    "moments",
    "flow",
    t,
    t.map((time) => x0 * exp(-h * time)),
  );
  const keep = 1 - eta * h;
  const sgd = zeros(records.length);
  let mean = x0;
  for (let k = 0, p = 0; p < records.length; p++) {
    for (; k < records[p]; k++) mean *= keep;
    sgd[p] = Math.max(0, sgdSecond(h, variance, kappa, eta, x0, records[p]) - mean * mean);
  }
  put("variance", "SGD, exact", t, sgd);
  put(
    "variance",
    "SDE, exact",
    t,
    t.map((time) => Math.max(0, sdeSecond(h, variance, kappa, eta, x0, time) - (x0 * exp(-h * time)) ** 2)),
  );
}
