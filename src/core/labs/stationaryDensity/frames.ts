import { exp, log } from "../../kernels/elementary.ts";
import type { Frame } from "../../../protocol/index.ts";
import type { Vector } from "../../vector.ts";
import { ofGroups } from "../groups.ts";
import { alphas } from "./charts.ts";
import { ratesShown } from "./chartsAside.ts";
import type { Controls } from "./controls.ts";
import { distances, fitAlpha, measuredAlpha, predictedAlpha } from "./estimate.ts";
import { binned, itoLaw, kernelDensity, rivalLaw, rivals } from "./laws.ts";
import { kramersRate, lookedAt } from "./leaving.ts";
import type { AtRate, Tally } from "./tally.ts";
import { settled } from "./validity.ts";
import { centre, gibbs, totalVariation, type Cells } from "./theory.ts";

/** Frames for what has changed since it was last asked. */
export function painter(tally: Tally, controls: Controls): () => Frame[] {
  const [main] = tally.rates;
  const { it, level } = main;
  const { domain, landscape, rate, variance, noise, relief } = it;
  const grid = { lo: domain.lo, width: (domain.hi - domain.lo) / domain.cells };
  let announced = false;
  let shownAt = 0;
  let shownRates = "";
  let shownLeaving = "";
  let frames: Frame[] = [];
  const put = (chart: string, series: string, ...columns: Vector[]) =>
    frames.push({ chart, series, mode: "replace", columns });
  const curve = (law: Cells): [Vector, Vector] => [
    Float64Array.from(law.mass, (_, i) => centre(law, i)),
    law.mass.map((p) => p / law.width),
  ];
  const on = { ...domain, cells: 360 };
  /** Whether all samples of a rate are there, whatever the order in which they came; few chains may have left for infinity. */
  const asked = controls.chains * controls.samples;
  const whole = ({ taken, samples }: AtRate): boolean => taken === asked && samples >= 0.9 * asked;

  function given(): void {
    const x = Float64Array.from({ length: 361 }, (_, i) => domain.lo + (i * (domain.hi - domain.lo)) / 360);
    put("landscape", "L", x, x.map(landscape.height));
    if (it.spread) {
      put("density", "Itô", ...curve(itoLaw(on, landscape, rate, noise)));
      put("density", "Gibbs, local σ²", ...curve(rivalLaw("Gibbs, local σ²", it, on)));
      return;
    }
    const { shown, other } = alphas(controls);
    put("density", `Gibbs, α = ${shown.text}`, ...curve(gibbs(on, landscape, rate, variance, shown.value)));
    put("density", `α = ${other.text}`, ...curve(gibbs(on, landscape, rate, variance, other.value)));
    for (const { value, text } of [shown, other]) {
      const end = Math.min(4, 8 * value);
      put("alpha", `α = ${text}`, Float64Array.of(0, end), Float64Array.of(0, end / value));
    }
    if (!it.plain) return;
    const ends = Float64Array.from(ratesShown(it, controls));
    put("rates", "½", ends, Float64Array.of(0.5, 0.5));
    put("rates", "1/10", ends, Float64Array.of(0.1, 0.1));
  }
  /** −ln p of the bins on one side, from where L is lowest. */
  function side(sign: 1 | -1, origin: number): [Vector, Vector] {
    const x: number[] = [];
    const y: number[] = [];
    const cut = relief.saddle ?? relief.minima[0];
    for (let i = 0; i < domain.cells; i++) {
      const at = centre(grid, i);
      if (main.total[i] < 4 || Math.sign(at - cut) !== sign) continue;
      x.push(level[i]);
      y.push(-log(main.total[i]) - origin);
    }
    return [Float64Array.from(x), Float64Array.from(y)];
  }
  function counted(n: number): void {
    const { total } = main;
    const x = Float64Array.from(total, (_, i) => centre(grid, i));
    put(
      "density",
      "measured",
      x,
      total.map((k) => k / n / grid.width),
    );
    const cell = { lo: domain.lo, width: grid.width / it.fine };
    // The spread within a well, of which kernels are a share.
    const within = Math.sqrt(it.temperature / it.curvature);
    put("density", "kernel density", ...kernelDensity(cell, tally.fine, within));
    if (it.spread) return;
    const fit = fitAlpha(level, total).origin;
    const lowest = total.reduce((low, k) => (k > 0 ? Math.min(low, -log(k)) : low), Infinity);
    const origin = Number.isFinite(fit) ? fit : lowest;
    put("alpha", "right", ...side(1, origin));
    put("alpha", "left", ...side(-1, origin));
  }

  /** Of the rates at which anything is counted, ascending. */
  function byRate(): void {
    const known = [...tally.rates].filter((at) => whole(at) && settled(at.it)).sort((a, b) => a.it.rate - b.it.rate);
    const etas = Float64Array.from(known, (at) => at.it.values["learningRate"]);
    if (it.spread) {
      for (const name of rivals) {
        const laws = known.map((at) => binned(at.it, (cells) => rivalLaw(name, at.it, cells)));
        const own = known.map((at, k) => (at.law && !at.law.limit ? totalVariation(at.law.bins, laws[k]) : NaN));
        put("laws", name, etas, Float64Array.from(own));
        put(
          "laws",
          `${name}, measured`,
          etas,
          Float64Array.from(known, (at, k) => distances.tv(laws[k])(at.total)),
        );
      }
      return;
    }
    if (!it.plain) return;
    const fits = known.map((at) => measuredAlpha(at.level, at));
    const good = (k: number) => (Number.isFinite(fits[k].standardError) ? fits[k].value : NaN);
    put(
      "rates",
      "fitted",
      etas,
      Float64Array.from(etas, (_, k) => good(k)),
    );
    put(
      "rates",
      "two standard errors",
      etas,
      Float64Array.from(etas, (_, k) => good(k) - 2 * fits[k].standardError),
      Float64Array.from(etas, (_, k) => good(k) + 2 * fits[k].standardError),
    );
    put("rates", "at this η", etas, Float64Array.from(known, alphaOfLaw));
  }
  const alphaOfLaw = (at: AtRate): number => predictedAlpha(at.it, at.level, at.law?.bins, 1e9) ?? NaN;

  function left(): void {
    const { leaving } = it;
    const { pace, stayed } = tally;
    if (!leaving) return;
    const times = lookedAt(leaving.steps);
    const shares = times.map((_, k) => ofGroups(stayed, (sums) => sums[1 + k] / sums[0]));
    const t = Float64Array.from(times);
    if (shares.some(({ value }) => Number.isFinite(value))) {
      put(
        "leaving",
        "measured",
        t,
        Float64Array.from(shares, ({ value }) => value),
      );
      put(
        "leaving",
        "two standard errors",
        t,
        Float64Array.from(shares, ({ value, standardError }) => Math.max(0, value - 2 * standardError)),
        Float64Array.from(shares, ({ value, standardError }) => Math.min(1, value + 2 * standardError)),
      );
    }
    if (!pace) return;
    const from0 = Float64Array.from([0, ...times]);
    put("leaving", it.plain ? "the chain's law" : "diffusion", from0, Float64Array.from([1, ...pace.stayed]));
    const rate2 = kramersRate(it);
    if (rate2 !== undefined)
      put(
        "leaving",
        "Kramers",
        from0,
        from0.map((step) => pace.rest + (1 - pace.rest) * exp(-rate2 * rate * step)),
      );
  }

  return () => {
    frames = [];
    if (!announced) given();
    announced = true;
    const n = main.samples;
    if (n !== shownAt && n > 0) counted(n);
    shownAt = n;
    // Fits with their errors take some milliseconds: when all that has been begun of a rate is there.
    const done = tally.rates.map((at) => (whole(at) ? Number(at.law !== undefined) + 1 : 0)).join();
    if (done !== shownRates && /[12]/.test(done)) byRate();
    shownRates = done;
    const leaving = `${tally.stayed.reduce((sum, [chains]) => sum + chains, 0)} ${tally.pace !== undefined}`;
    if (leaving !== shownLeaving) left();
    shownLeaving = leaving;
    return frames;
  };
}
