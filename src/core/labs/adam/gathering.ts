import { kept, spell, type Finding, type Frame, type Report } from "../../../protocol/index.ts";
import { exp } from "../../kernels/elementary.ts";
import { zeros, type Vector } from "../../vector.ts";
import type { Gathering } from "../lab.ts";
import { ofGroups } from "../groups.ts";
import { distance, distanceLimit, tableOf, weights } from "./averages.ts";
import { depth, shown } from "./charts.ts";
import { edgesOf, rowsOf } from "./controls.ts";
import { findings, type Gathered } from "./findings.ts";
import { stationaryVariance } from "./momentum.ts";
import { at, coupling, crossing, forms, localSlopes, standard } from "./valley.ts";
import { planOf, windowsOf, type AdamJob, type Part, type RowPart, type StreamPart } from "./work.ts";

/** Cells of a map, up. */
const cellsUp = 64;

export function gather(job: AdamJob): Gathering<Part> {
  const { configuration, controls, lists } = job;
  const { Ns } = windowsOf(configuration);
  const { rows: many, each, units, windows } = planOf(job);
  const { coupledRate: eta, momentumCurvature: h } = controls;
  const variance = controls.momentumNoise * controls.momentumNoise;
  const window = {
    ...standard,
    decades: controls.halfWidth,
    clip: controls.priceClip,
    narrow: { decades: controls.shareWidth, clip: controls.shareClip },
  };
  const powers = rowsOf(controls, lists);
  const lnEps = powers.map((p) => p * Math.LN10);
  const rows: (RowPart | undefined)[] = Array.from({ length: many }, () => undefined);
  const sums = Array.from({ length: 2 * windows.length * each }, () => zeros(3));
  let stream: StreamPart | undefined;
  let done = 0;
  let drawn = 0;
  let announced = false;

  const gathered = (): Gathered => {
    const there = rows.flatMap((row, j) => (row ? [{ row, lnEps: lnEps[j] }] : []));
    const xs = there.map(({ lnEps: e }) => e);
    const best = there.map(({ row }) => row.lnEta);
    const slopes = there.length > 1 ? localSlopes(xs, best) : [];
    // Where ε is at the gradient's scale or above: there η₀ε is the less coupled of the two.
    const from = slopes.findIndex((s, i) => s > 0.5 && slopes.slice(i).every((later) => later > 0.5));
    const of = (first: number, last: number) =>
      last - first < 2
        ? undefined
        : forms.map(({ shift }) =>
            coupling(
              xs.slice(first, last),
              there.slice(first, last).map(({ row }) => row.curve),
              best.slice(first, last),
              shift,
              window,
            ),
          );
    const split = from < 0 ? xs.length : from;
    return {
      lnEps: xs,
      best,
      N: Math.max(2, Math.round(Ns)),
      limit: (eta * variance) / (2 * h),
      slopes,
      crossing: crossing(xs, slopes),
      small: of(0, split),
      large: of(split, xs.length),
      stream,
      momentum: windows.map((N, i) => {
        const group = (coupled: boolean) => {
          const first = (i + (coupled ? windows.length : 0)) * each;
          return ofGroups(sums.slice(first, first + each), (s) => s[2] / s[0] - (s[1] / s[0]) ** 2);
        };
        return {
          N,
          decoupled: group(false),
          coupled: group(true),
          exact: {
            decoupled: stationaryVariance(eta / N, 1 - 1 / N, h, variance),
            coupled: stationaryVariance(eta, 1 - 1 / N, h, variance),
          },
        };
      }),
    };
  };

  return {
    add(unit, part) {
      if (part.kind === "row") rows[unit] = kept(part);
      else if (part.kind === "stream") stream = kept(part);
      else sums[unit - many - 1].set(part.sums);
      done++;
    },
    frames() {
      const frames: Frame[] = [];
      const put = (chart: string, series: string, ...columns: Vector[]) =>
        frames.push({ chart, series, mode: "replace", columns });
      if (!announced) {
        announced = true;
        averages(put);
      }
      if (done === drawn) return frames;
      drawn = done;
      maps(put);
      if (stream) {
        const { gap } = stream;
        const until = Math.min(gap.length, Math.floor(5 * Ns));
        const stride = Math.max(1, Math.ceil(until / 400));
        const t = Array.from({ length: Math.ceil(until / stride) }, (_, k) => k * stride + 1);
        put(
          "distance",
          "s on the data",
          Float64Array.from(t, (k) => k / Ns),
          Float64Array.from(t, (k) => gap[k - 1]),
        );
      }
      const { momentum } = gathered();
      const points = (series: string, of: (it: (typeof momentum)[number]) => number) => {
        const there = momentum.filter((it) => Number.isFinite(of(it)));
        put(
          "momentum",
          series,
          Float64Array.from(there, ({ N }) => N),
          Float64Array.from(there, of),
        );
      };
      points("decoupled", (it) => it.decoupled.value);
      points("coupled", (it) => it.coupled.value);
      return frames;
    },
    progress: () => ({ done, total: units, unit: "parts" }),
    report(state): Report {
      const { Ng } = windowsOf(configuration);
      const status = `Least squares in file order, ${controls.steps} steps of ${controls.batchSize} rows, N_g ${spell(Ng)}, N_s ${spell(Ns)}.`;
      if (state !== "done")
        return {
          answer: `${state === "stopped" ? "Stopped after" : "After"} **${done} of ${units}** parts.`,
          status,
          rules: [],
        };
      return { answer: answer(gathered()), status, rules: [] };
    },
    findings: (): Finding[] => findings(gathered()),
  };

  type Put = (chart: string, series: string, ...columns: Vector[]) => void;
  function averages(put: Put): void {
    const N = Math.max(2, Math.round(Ns));
    const t = Math.round(1.3 * N);
    const stride = Math.max(1, Math.ceil(t / 300));
    const ages = Array.from({ length: Math.ceil(t / stride) }, (_, k) => k * stride);
    for (const [k, name] of (["min(N, t)", "published", "none"] as const).entries()) {
      const w = weights(k as 0 | 1 | 2, N, t);
      put(
        "weights",
        name,
        Float64Array.from(ages, (j) => j / N),
        Float64Array.from(ages, (j) => N * w[j]),
      );
    }
    const taus = Array.from({ length: 51 }, (_, k) => k / 10);
    put("distance", "N → ∞", Float64Array.from(taus), Float64Array.from(taus, distanceLimit));
    const small = Math.min(N, 1000); // a window so long stands for all longer ones
    const at_ = (tau: number) => {
      const steps = Math.round(tau * small);
      return steps < 1 ? 0 : distance(weights(1, small, steps), weights(0, small, steps));
    };
    put("distance", "weights", Float64Array.from(taus), Float64Array.from(taus, at_));
    const times = lists?.["times"] ?? taus.slice(1, 51).filter((_, k) => k < 10 || k % 5 === 4);
    const steps = [...new Set(times.map((tau) => Math.max(1, Math.round(tau * small))))].sort((a, b) => a - b);
    const tables = steps.map((t) => tableOf(small, t));
    const x0 = Float64Array.from(steps, (t) => t / small);
    const column = (chart: string, series: string, of: (it: (typeof tables)[number]) => number) =>
      put(chart, series, x0.slice(), Float64Array.from(tables, of));
    column("shares", "largest", (it) => it.ratio_max);
    column("shares", "smallest", (it) => it.ratio_min);
    column("shares", "mass, none", (it) => it.none_mass);
    column("memory", "count, published", (it) => it.ess_kb);
    column("memory", "count, min(N, t)", (it) => it.ess_min);
    column("memory", "age, published", (it) => it.mean_age_kb);
    column("memory", "age, min(N, t)", (it) => it.mean_age_min);
    const fine = Array.from({ length: 40 }, (_, k) => exp((k / 39) * Math.log(windows[windows.length - 1])));
    const x = Float64Array.from(fine);
    put(
      "momentum",
      "lr = η/N",
      x,
      x.map((n) => stationaryVariance(eta / n, 1 - 1 / n, h, variance)),
    );
    put(
      "momentum",
      "lr = η",
      x.slice(),
      x.map((n) => stationaryVariance(eta, 1 - 1 / n, h, variance)),
    );
  }
  /** Each map over its own coordinate: the rows' curves, shifted. */
  function maps(put: Put): void {
    const xs = Float64Array.from(edgesOf(powers), (p) => exp(p * Math.LN10));
    const there = rows.flatMap((row, j) => (row ? [{ row, j }] : []));
    const epsilons = Float64Array.from(there, ({ j }) => exp(lnEps[j]));
    put(
      "least",
      "excess",
      epsilons,
      Float64Array.from(there, ({ row }) => exp(row.lnExcess)),
    );
    const { slopes } = gathered();
    if (slopes.length > 0) {
      put("slopes", "slope", epsilons.slice(), Float64Array.from(slopes));
      put("slopes", "½", Float64Array.of(xs[0], xs[many]), Float64Array.of(0.5, 0.5));
    }
    const least = rows.reduce((low, row) => Math.min(low, row?.lnExcess ?? Infinity), Infinity);
    for (const [id, shift, [from, to]] of [
      ["raw", 0, shown.eta],
      ["decoupled", 1, shown.eta0],
    ] as const) {
      const size = (to - from) / cellsUp;
      const ys = Float64Array.from({ length: cellsUp + 1 }, (_, i) => exp((from + i * size) * Math.LN10));
      const cells = zeros(cellsUp * many).fill(NaN);
      rows.forEach((row, j) => {
        for (let i = 0; row && i < cellsUp; i++)
          cells[i * many + j] = Math.min(
            depth,
            at(row.curve, (from + (i + 0.5) * size) * Math.LN10 + shift * lnEps[j]) - least,
          );
      });
      put(id, "loss", xs.slice(), ys, cells);
      put(
        id,
        "best",
        epsilons.slice(),
        Float64Array.from(there, ({ row, j }) => exp(row.lnEta - shift * lnEps[j])),
      );
    }
  }
}

function answer({ crossing: where, small, large }: Gathered): string {
  const price = (it: NonNullable<Gathered["small"]>) =>
    `one η costs **${spell(it[0].regret, 2)}** nats of loss and one η₀ = η/ε **${spell(it[1].regret, 2)}**`;
  if (small && large && Number.isFinite(where))
    return `The best η follows ε from ε ≈ **${spell(exp(where), 2)}** on. Below, for every ε, ${price(small)}; above, ${price(large)}.`;
  const all = small ?? large;
  if (!all) return "Too few values of ε for a valley.";
  return `The best η ${small ? "does not follow ε here" : "follows ε everywhere here"}: for every ε, ${price(all)}.`;
}
