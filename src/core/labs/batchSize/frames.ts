import type { Frame } from "../../../protocol/index.ts";
import { exp, log } from "../../kernels/elementary.ts";
import { zeros, type Vector } from "../../vector.ts";
import { depth, exactOf } from "./charts.ts";
import type { Gathered } from "./findings.ts";
import { methods } from "./quadratic.ts";
import { squaredMean } from "./rows.ts";
import { lnRate, rates, rulesOf, scansOf, type BatchJob } from "./setting.ts";
import { planOf } from "./work.ts";

/** Cells of the map, up. */
const cellsUp = 64;

/** All charts' frames. */
export function drawing(job: BatchJob): (it: Gathered) => Frame[] {
  const { controls } = job;
  const { base, sizes } = planOf(job);
  const scans = scansOf(base);
  const rules = rulesOf(base);
  const shown = scans.length - 1; // the frameworks' own second moment
  const ends = sizes.flatMap((B) => [
    lnRate(controls, scans[shown], B, 0),
    lnRate(controls, scans[shown], B, rates - 1),
  ]);
  const [low, high] = [Math.min(...ends), Math.max(...ends)];

  return (it) => {
    const frames: Frame[] = [];
    const put = (chart: string, series: string, ...columns: Vector[]) =>
      frames.push({ chart, series, mode: "replace", columns });
    const points = (chart: string, series: string, xs: readonly number[], ys: readonly number[]): void => {
      const there = xs.flatMap((x, k) => (Number.isFinite(ys[k]) ? [[x, ys[k]] as const] : []));
      put(
        chart,
        series,
        Float64Array.from(there, ([x]) => x),
        Float64Array.from(there, ([, y]) => y),
      );
    };
    ofRates();
    ofRules();
    ofMoments();
    ofCoordinates();
    ofSteps();
    return frames;

    function ofRates(): void {
      const size = (high - low) / cellsUp;
      const ys = Float64Array.from({ length: cellsUp + 1 }, (_, i) => exp(low + i * size));
      const xs = Float64Array.from([...sizes, 2 * sizes[sizes.length - 1]], (B) => B / Math.SQRT2);
      const cells = zeros(cellsUp * sizes.length).fill(NaN);
      it.model.forEach(({ losses, B }, j) => {
        const least = Math.min(...losses[shown]);
        for (let i = 0; losses[shown].length > 0 && i < cellsUp; i++) {
          const from = lnRate(controls, scans[shown], B, 0);
          const spacing = lnRate(controls, scans[shown], B, 1) - from;
          const k = (low + (i + 0.5) * size - from) / spacing;
          if (k < 0 || k > rates - 1) continue;
          const left = Math.min(rates - 2, Math.floor(k));
          const [a, b] = [left, left + 1].map((at) => Math.min(depth, log(losses[shown][at] / least)));
          const cell = a + (k - left) * (b - a);
          cells[i * sizes.length + j] = Number.isNaN(cell) ? depth : cell;
        }
      });
      put("rates", "loss", xs, ys, cells);
      scans.forEach(({ name }, k) => {
        points(
          "rates",
          name,
          sizes,
          it.model.map(({ best }) => exp(best[k].value)),
        );
      });
      scans.forEach(({ name }, k) => {
        points(
          "least",
          name,
          sizes,
          it.model.map(({ least }) => exp(least[k].value)),
        );
      });
      if (!base.adaptive) {
        points(
          "least",
          "exact",
          sizes,
          it.exact.map((at) => (at ? exp(at.least[0].value) : NaN)),
        );
        points(
          "rates",
          "exact",
          sizes,
          it.exact.map((at) => (at ? exp(at.best[0].value) : NaN)),
        );
        return;
      }
      const from = exp(it.model[0].best[0].value);
      points(
        "rates",
        "∝ B",
        sizes,
        sizes.map((B) => from * B),
      );
      points(
        "rates",
        "∝ √B",
        sizes,
        sizes.map((B) => from * Math.sqrt(B)),
      );
    }
    function ofRules(): void {
      rules.forEach(({ name }, k) => {
        const over = it.model.map(({ moved }) => moved[k].value / it.model[0].moved[k].value);
        points("rules", name, sizes, over);
        const { exact } = it;
        if (!base.adaptive)
          points(
            "rules",
            exactOf(name),
            sizes,
            exact.map((at) => (at?.moved[k].value ?? NaN) / (exact[0]?.moved[k].value ?? NaN)),
          );
      });
      if (base.adaptive)
        points(
          "rules",
          "as at B = 1",
          sizes,
          sizes.map(() => 1),
        );
    }
    function ofMoments(): void {
      const { g, m2 } = it.data;
      const sum = (f: (i: number) => number) => Array.from(g, (_, i) => f(i)).reduce((a, b) => a + b, 0);
      for (const [name, key, exact] of [
        ["mean of squares", "ofEach", () => sum((i) => m2[i])],
        ["square of mean", "ofMean", (B: number) => sum((i) => squaredMean(it.data, i, B))],
        ["no row twice", "unreplaced", (B: number) => sum((i) => squaredMean(it.data, i, B, false))],
      ] as const) {
        points(
          "moments",
          name,
          sizes,
          it.moments.map((at) => at[key].value),
        );
        points("moments", exactOf(name), sizes, sizes.map(exact));
      }
    }
    function ofCoordinates(): void {
      for (let i = 0; i < Math.min(3, it.data.g.length); i++)
        for (const [more, replaced] of [
          ["", true],
          [", no row twice", false],
        ] as const)
          points(
            "coordinates",
            `θ${"₁₂₃"[i]}${more}`,
            sizes,
            sizes.map((B) => squaredMean(it.data, i, B, replaced)),
          );
    }
    function ofSteps(): void {
      const fewest = (method: number) =>
        it.targets.find((at) => at.method === method && at.B === Infinity)?.steps ?? NaN;
      points(
        "steps",
        "critical",
        it.critical,
        it.critical.map((B, method) => (Number.isFinite(B) ? 2 * fewest(method) : NaN)),
      );
      methods.forEach((name, method) => {
        const own = it.targets.filter((at) => at.method === method && at.B < Infinity);
        points(
          "steps",
          name,
          own.map(({ B }) => B),
          own.map(({ measured }) => measured?.value ?? NaN),
        );
        points(
          "steps",
          exactOf(name),
          own.map(({ B }) => B),
          own.map(({ steps }) => steps),
        );
      });
    }
  };
}
