import { kept, type Frame } from "../../../protocol/index.ts";
import { cos } from "../../kernels/elementary.ts";
import { zeros, type Vector } from "../../vector.ts";
import { decayed, excessOf, sdeCovarianceAt } from "./linear.ts";
import type { SpacePart } from "./models.ts";
import type { SpaceSetting } from "./setting.ts";
import { columnsOf, type ChainsPart } from "./space.ts";

/** All that the units of several coordinates have handed over. */
export interface Space {
  readonly sgd: readonly Vector[];
  readonly sde: readonly Vector[];
  /** By unit: Σ e₁ de₂ − e₂ de₁, over how much time. */
  readonly turned: readonly Vector[];
  moments: SpacePart | undefined;
  complete: number;
  readonly lost: Vector;
  readonly lostAt: Vector;
}
/** Second moment of the SDE at time t, from a certain start. */
export function sdeMoment(it: SpaceSetting, t: number): Vector {
  const mean = decayed(it.spectrum, it.start, t);
  return sdeCovarianceAt(it.spectrum, it.sigma, it.eta, t).map(
    (s, k) => s + mean[Math.floor(k / it.d)] * mean[k % it.d],
  );
}

export function gatherSpace(it: SpaceSetting, ensembles: number) {
  const { records, d, H, eta } = it;
  const points = records.length;
  const width = columnsOf(d);
  const make = () => Array.from({ length: ensembles }, () => zeros(points * width));
  const space: Space = {
    sgd: make(),
    sde: make(),
    turned: Array.from({ length: ensembles }, () => zeros(2)),
    moments: undefined,
    complete: 0,
    lost: zeros(ensembles),
    lostAt: zeros(ensembles),
  };
  const reached = new Int32Array(ensembles);
  const t = Float64Array.from(records, (k) => k * eta);
  let announced = false;
  let shown = 0;
  let predicted = false;

  return {
    space,
    add(unit: number, part: ChainsPart | SpacePart): void {
      if (part.kind === "moments") {
        space.moments = kept(part);
        return;
      }
      space.sgd[unit].set(part.sgd, part.from * width);
      space.sde[unit].set(part.sde, part.from * width);
      space.turned[unit][0] = part.turnedFor;
      space.turned[unit][1] = part.turned;
      space.lost[unit] = part.lost;
      space.lostAt[unit] = part.lostAt;
      reached[unit] = part.from + part.count;
    },
    done: () => reached.reduce((a, b) => a + b, 0),
    frames(): Frame[] {
      const frames: Frame[] = [];
      const put = (chart: string, series: string, ...columns: Vector[]) =>
        frames.push({ chart, series, mode: "replace", columns });
      if (!announced) {
        announced = true;
        put(
          "excess",
          "SDE, exact",
          t,
          t.map((time) => excessOf(H, sdeMoment(it, time), d)),
        );
        for (let i = 0; i < Math.min(2, d); i++)
          put(
            "means",
            `${nameOf(it, i)}, flow`,
            t,
            t.map((time) => decayed(it.spectrum, it.start, time)[i]),
          );
        put(
          "ellipse",
          "SDE, exact",
          ...ellipse(
            centred(sdeMoment(it, it.T), decayed(it.spectrum, it.start, it.T), d),
            decayed(it.spectrum, it.start, it.T),
            d,
          ),
        );
      }
      if (space.moments && !predicted) {
        predicted = true;
        const { moments } = space.moments;
        const n = d * d;
        put(
          "excess",
          "SGD, exact",
          t,
          t.map((_, p) => excessOf(H, moments.subarray(p * n, (p + 1) * n), d)),
        );
      }
      space.complete = reached.reduce((a, b) => Math.min(a, b), points);
      if (space.complete === shown) return frames;
      shown = space.complete;
      const time = t.subarray(0, shown);
      for (const [name, groups] of [
        ["SGD", space.sgd],
        ["SDE", space.sde],
      ] as const) {
        const at = Array.from({ length: shown }, (_, p) => momentsAt(groups, p, d));
        put(
          "excess",
          name,
          time.slice(),
          Float64Array.from(at, ({ second }) => excessOf(H, second, d)),
        );
        for (let i = 0; name === "SGD" && i < Math.min(2, d); i++)
          put(
            "means",
            nameOf(it, i),
            time.slice(),
            Float64Array.from(at, ({ mean }) => mean[i]),
          );
        const last = at[shown - 1];
        put("ellipse", name, ...ellipse(centred(last.second, last.mean, d), last.mean, d));
      }
      return frames;
    },
  };
}
export const nameOf = ({ names }: Pick<SpaceSetting, "names">, i: number): string => names[i] ?? `θ${i + 1}`;

/** Mean and second moment of all finite chains at a record. */
export function momentsAt(groups: readonly Vector[], point: number, d: number) {
  const width = columnsOf(d);
  const mean = zeros(d);
  const second = zeros(d * d);
  let n = 0;
  for (const sums of groups) {
    const at = point * width;
    n += sums[at];
    for (let i = 0; i < d; i++) mean[i] += sums[at + 1 + i];
    for (let i = 0; i < d * d; i++) second[i] += sums[at + 1 + d + i];
  }
  for (let i = 0; i < d; i++) mean[i] /= n;
  for (let i = 0; i < d * d; i++) second[i] /= n;
  return { mean, second };
}
export const centred = (second: Vector, mean: Vector, d: number): Vector =>
  second.map((s, k) => s - mean[Math.floor(k / d)] * mean[k % d]);

/** Two deviations about the mean in the first two coordinates, as a closed curve. */
function ellipse(S: Vector, mean: Vector, d: number): [Vector, Vector] {
  const [a, b, c] = d > 1 ? [S[0], S[1], S[d + 1]] : [S[0], 0, 0];
  const l11 = Math.sqrt(Math.max(0, a));
  const l21 = l11 > 0 ? b / l11 : 0;
  const l22 = Math.sqrt(Math.max(0, c - l21 * l21));
  const turns = 72;
  const [x, y] = [zeros(turns + 1), zeros(turns + 1)];
  for (let k = 0; k <= turns; k++) {
    const angle = (2 * Math.PI * k) / turns;
    const [u, v] = [cos(angle), cos(angle - Math.PI / 2)];
    x[k] = mean[0] + 2 * l11 * u;
    y[k] = (d > 1 ? mean[1] : 0) + 2 * (l21 * u + l22 * v);
  }
  return [x, y];
}
