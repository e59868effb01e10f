import type { Frame } from "../../../protocol/index.ts";
import { log } from "../../kernels/elementary.ts";
import { zeros, type Vector } from "../../vector.ts";
import type { Gathering, Job } from "../lab.ts";
import {
  contours,
  directionNames,
  familiesOf,
  familyLabel,
  meanTemperature,
  predictedLevel,
  predictedTemperatures,
  temperatureNames,
} from "./charts.ts";
import type { controls } from "./controls.ts";
import { levelsOf, regression, totalOf } from "./estimate.ts";
import { findings, heatsIn, logRatioOf, type Tally } from "./findings.ts";
import { fixedLaw } from "./laws.ts";
import { contour, map } from "./pictures.ts";
import { reportOf } from "./report.ts";
import { setting } from "./setting.ts";
import { gibbsBound, type Pair } from "./theory.ts";
import { groupsPerUnit, placeOf, summed, unitsPerLaw, type Part } from "./work.ts";

/** Groups of chains that a jackknife leaves out in turn, at most. */
const mostGroups = 32;

/** Bins whose other part of L is at most so many of its temperatures lie along a direction. */
const near = 0.03;

export function gather(job: Job<typeof controls>): Gathering<Part> {
  const { chains, steps, bins, least } = job.controls;
  const it = setting(job.configuration, job.problem, job.controls);
  const { laws, correlated, optimizer } = it;
  const blocks = unitsPerLaw(chains);
  const cells = bins * bins;
  const states = laws.map(() => ({
    sums: Array.from({ length: blocks }, () => zeros(summed.size)),
    groups: Array.from({ length: Math.min(mostGroups, groupsPerUnit * blocks) }, () => zeros(cells)),
    done: zeros(blocks),
    lost: zeros(blocks),
    lostAt: zeros(blocks),
  }));
  let changed = true;
  let announced = false;
  let tallies: Tally[] | undefined;
  /** Sums in the order of blocks, whatever order their parts came in. */
  const tallied = (): Tally[] =>
    (tallies ??= states.map(({ sums, groups, lost }) => {
      const all = zeros(summed.size);
      for (const own of sums) for (let i = 0; i < all.length; i++) all[i] += own[i];
      return { sums: all, groups, lost: lost.reduce((a, b) => a + b, 0) };
    }));
  const made = () => states.reduce((sum, { done }) => sum + done.reduce((a, b) => a + b, 0), 0);
  const whole = laws.reduce((sum, { burnIn }) => sum + blocks * (burnIn + steps), 0);

  return {
    add(unit, part) {
      const { law, block } = placeOf(unit, chains);
      const state = states[law];
      state.sums[block].set(part.sums);
      const own = part.counts.length / cells;
      for (let g = 0; g < own; g++) {
        const into = state.groups[(block * groupsPerUnit + g) % mostGroups];
        for (let i = 0; i < cells; i++) into[i] += part.counts[g * cells + i];
      }
      state.done[block] = part.done;
      state.lost[block] = part.lost;
      state.lostAt[block] = part.lostAt;
      changed = true;
      tallies = undefined;
    },
    frames() {
      const frames: Frame[] = announced ? [] : announcement();
      announced = true;
      if (!changed) return frames;
      changed = false;
      return [...frames, ...measured()];
    },
    progress: () => ({ done: made(), total: whole, unit: "steps" }),
    report(state) {
      const all = tallied();
      const lostAt = states[0].lostAt.filter((t) => t > 0).reduce((a, b) => Math.min(a, b), Infinity);
      return reportOf(job, it, state, {
        heats: heatsIn(all[0], correlated),
        lost: all[0].lost,
        lostAt,
        othersLost: laws.filter((_, k) => k > 0 && all[k].lost > 0).map(({ name }) => name),
        share: made() / whole,
      });
    },
    findings: () => findings(job, it, tallied()),
  };

  function announcement(): Frame[] {
    const frames: Frame[] = [];
    const put = (chart: string, series: string, ...columns: Vector[]) =>
      frames.push({ chart, series, mode: "replace", columns });
    const [shown] = laws;
    const T = meanTemperature(shown, correlated);
    const [T1, T2] = predictedTemperatures(shown, correlated);
    for (const level of contours) put("map", `L = ${level} T`, ...contour(it, shown, level, [T, T]));
    put("map", "predicted p", ...contour(it, shown, predictedLevel, [T1, T2]));
    const [one, two] = temperatureNames(correlated);
    const heights = Float64Array.from({ length: 61 }, (_, i) => i / 10);
    for (const [name, own] of [
      [one, T1],
      [two, T2],
    ] as const)
      put(
        "lines",
        `1/${name}`,
        heights.map((y) => (y * own) / T),
        heights,
      );
    const p = Float64Array.from({ length: 21 }, (_, i) => i / 10);
    const lines = (family: "diagonal" | "matrix", suffix: string) => {
      const of = Array.from(p, (power) => fixedLaw(it, job.controls, family, power));
      const temperatures = of.map((law): Pair => (law.predicted ? predictedTemperatures(law, correlated) : [NaN, NaN]));
      [one, two].forEach((name, i) =>
        put(
          "temperatures",
          `${name}${suffix}`,
          p,
          Float64Array.from(temperatures, (pair) => pair[i]),
        ),
      );
      put(
        "ratio",
        `at this η${suffix}`,
        p,
        Float64Array.from(temperatures, ([a, b]) => log(a / b)),
      );
      if (family === "diagonal")
        put(
          "ratio",
          "η → 0",
          p,
          Float64Array.from(of, ({ limit }) => logRatioOf({ limit }, correlated)),
        );
    };
    lines("diagonal", "");
    if (correlated) lines("matrix", ", matrix");
    return frames;
  }

  function measured(): Frame[] {
    const frames: Frame[] = [];
    const put = (chart: string, series: string, ...columns: Vector[]) =>
      frames.push({ chart, series, mode: "replace", columns });
    const all = tallied();
    const [shown] = laws;
    const counts = totalOf(all[0].groups, cells);
    const samples = counts.reduce((a, b) => a + b, 0);
    put("map", "density", ...map(shown, counts, bins, Math.max(1, samples)));

    const levels = levelsOf(it, shown, bins);
    const { origin } = regression(levels, counts, least);
    const most = counts.reduce((a, b) => Math.max(a, b), 1);
    const T = meanTemperature(shown, correlated);
    const expected = predictedTemperatures(shown, correlated);
    const top = Number.isFinite(origin) ? origin : log(most);
    directionNames(correlated).forEach((name, i) => {
      const [own, other] = i === 0 ? [levels.first, levels.second] : [levels.second, levels.first];
      const x: number[] = [];
      const y: number[] = [];
      for (let k = 0; k < cells; k++)
        if (counts[k] >= Math.min(least, 8) && other[k] <= near * expected[1 - i]) {
          x.push((own[k] + other[k]) / T);
          y.push(top - log(counts[k]));
        }
      put("lines", name, Float64Array.from(x), Float64Array.from(y));
    });

    const names = temperatureNames(correlated);
    const found = laws.map((law, k) => ({ law, heats: heatsIn(all[k], correlated) }));
    const column = <A>(of: readonly A[], f: (it: A) => number) => Float64Array.from(of, f);
    for (const family of familiesOf(it)) {
      const own = found.filter(({ law, heats }) => heats && law.family === family);
      const label = familyLabel(family, optimizer.name);
      const p = column(own, ({ law }) => law.power);
      names.forEach((name, i) =>
        put(
          "temperatures",
          `${name}, ${label}`,
          p,
          column(own, ({ heats }) => heats!.temperatures[i].value),
        ),
      );
      put(
        "ratio",
        `ratio, ${label}`,
        p,
        column(own, ({ heats }) => heats!.logRatio.value),
      );
    }
    const band = found
      .filter(({ law, heats }) => heats && law.family === "diagonal")
      .sort((a, b) => a.law.power - b.law.power)
      .map(({ law, heats }) => ({ p: law.power, bound: gibbsBound(heats!.logRatio.standardError, law.fastest) }));
    put(
      "ratio",
      "Gibbs in L",
      column(band, ({ p }) => p),
      column(band, ({ bound }) => -bound),
      column(band, ({ bound }) => bound),
    );
    return frames;
  }
}
