import { log } from "../../kernels/elementary.ts";
import { count, pair, spell, typed, type Frame, type Report } from "../../../protocol/index.ts";
import { zeros, type Vector } from "../../vector.ts";
import type { Gathering, Job } from "../lab.ts";
import { alphas, steepness, validity } from "./charts.ts";
import type { controls } from "./controls.ts";
import { block } from "./ensemble.ts";
import { fitAlpha, levels, type Counted } from "./estimate.ts";
import { conclude, findings, brokenByRun, mixed, unmixed, type Conclusion } from "./findings.ts";
import { setting } from "./setting.ts";
import { centre, gibbs } from "./theory.ts";
import { blocksPerUnit, summed, unitsOf, type Part } from "./work.ts";

export function gather(job: Job<typeof controls>): Gathering<Part> {
  const { chains, samples } = job.controls;
  const it = setting(job.configuration, job.problem, job.controls);
  const { domain, landscape, rate, variance, well } = it;
  const { shown, other } = alphas(job.controls);
  const blocks = Array.from({ length: Math.ceil(chains / block) }, () => ({
    counts: zeros(domain.cells),
    sums: zeros(summed.columns),
  }));
  const total = zeros(domain.cells);
  const lost = new Int32Array(unitsOf(chains));
  const lostAt = new Int32Array(unitsOf(chains));
  const grid = { lo: domain.lo, width: (domain.hi - domain.lo) / domain.cells };
  let taken = 0;
  let announced = false;
  let shownAt = 0;
  let concluded: Conclusion | undefined;

  const finite = () => blocks.reduce((sum, { sums }) => sum + sums[summed.finite], 0);
  const left = () => lost.reduce((a, b) => a + b, 0);
  const level = levels(it);
  const counted = (): Counted => ({ blocks, total, samples: finite() });
  const conclusion = (): Conclusion => (concluded ??= conclude(job, it, counted(), left()));
  const law = (alpha: number): [Vector, Vector] => {
    const fine = gibbs({ ...domain, cells: 360 }, landscape, rate, variance, alpha);
    return [Float64Array.from(fine.mass, (_, i) => centre(fine, i)), fine.mass.map((p) => p / fine.width)];
  };
  /** −ln p of the bins on one side, from where L is lowest. */
  const side = (sign: 1 | -1, origin: number): [Vector, Vector] => {
    const x: number[] = [];
    const y: number[] = [];
    const cut = well.saddle ?? well.minima[0];
    for (let i = 0; i < domain.cells; i++) {
      const at = centre(grid, i);
      if (total[i] < 4 || Math.sign(at - cut) !== sign) continue;
      x.push(level[i]);
      y.push(-log(total[i]) - origin);
    }
    return [Float64Array.from(x), Float64Array.from(y)];
  };

  return {
    add(unit, part) {
      concluded = undefined;
      const first = unit * blocksPerUnit;
      const own = part.sums.length / summed.columns;
      for (let b = 0; b < own; b++) {
        const { counts, sums } = blocks[first + b];
        for (let i = 0; i < domain.cells; i++) {
          counts[i] += part.counts[b * domain.cells + i];
          total[i] += part.counts[b * domain.cells + i];
        }
        for (let i = 0; i < summed.columns; i++) sums[i] += part.sums[b * summed.columns + i];
        taken += Math.min(block, chains - (first + b) * block);
      }
      lost[unit] = part.lost;
      lostAt[unit] = part.lostAt;
    },
    frames() {
      const frames: Frame[] = [];
      const put = (chart: string, series: string, ...columns: Vector[]) =>
        frames.push({ chart, series, mode: "replace", columns });
      if (!announced) {
        announced = true;
        const x = Float64Array.from({ length: 361 }, (_, i) => domain.lo + (i * (domain.hi - domain.lo)) / 360);
        put("landscape", "L", x, x.map(landscape.height));
        put("density", `Gibbs, α = ${shown.text}`, ...law(shown.value));
        put("density", `α = ${other.text}`, ...law(other.value));
        for (const { value, text } of [shown, other]) {
          const end = Math.min(4, 8 * value);
          put("alpha", `α = ${text}`, Float64Array.of(0, end), Float64Array.of(0, end / value));
        }
      }
      const n = finite();
      if (n === shownAt || n === 0) return frames;
      shownAt = n;
      const x = Float64Array.from(total, (_, i) => centre(grid, i));
      put(
        "density",
        "measured",
        x,
        total.map((k) => k / n / grid.width),
      );
      const fit = fitAlpha(level, total).origin;
      const lowest = total.reduce((low, k) => (k > 0 ? Math.min(low, -log(k)) : low), Infinity);
      const origin = Number.isFinite(fit) ? fit : lowest;
      put("alpha", "right", ...side(1, origin));
      put("alpha", "left", ...side(-1, origin));
      return frames;
    },
    progress: () => ({ done: taken, total: chains * samples, unit: "samples" }),
    report(state): Report {
      const gone = left();
      const byDesign = validity(job.configuration, it).broken;
      const broken = byDesign ?? brokenByRun(it, gone) ?? (mixed(job.controls, it) ? undefined : unmixed);
      const assumptions = broken === undefined ? {} : { assumptions: { density: broken } };
      const eta = it.values["learningRate"];
      const status = `${well.title}, L = ${well.formula}, η ${typed(eta)}, σ² ${spell(variance)}. ${count(chains)} chains × ${samples} samples.`;
      if (gone > 0) {
        const first = lostAt.filter((t) => t > 0).reduce((a, b) => Math.min(a, b));
        const value = Number(Math.min(eta / 2, (0.1 / steepness(it)) * (eta / rate)).toPrecision(1));
        return {
          answer: `Diverged by step **${count(first)}** in **${count(gone)} of ${count(chains)}** chains.`,
          status: "A step from the steep flank of the well leads further up on the other side.",
          diverged: true,
          advice: { text: `Set η to ${typed(value)}`, name: "learningRate", value },
          rules: [],
          ...assumptions,
        };
      }
      const { alpha } = fitAlpha(level, total);
      const sofar = Number.isFinite(alpha) ? `α is **${spell(alpha)}**` : "α is not known yet";
      switch (state) {
        case "running":
          return {
            answer: `${sofar} after ${count(taken)} of ${count(chains * samples)} samples.`,
            status,
            rules: [],
            ...assumptions,
          };
        case "stopped":
          return {
            answer: `Stopped after ${count(taken)} of ${count(chains * samples)} samples.${Number.isFinite(alpha) ? ` α was **${spell(alpha)}**.` : ""}`,
            status: "The charts show what was computed.",
            rules: [],
            ...assumptions,
          };
        case "done":
          return { answer: answer(conclusion()), status: status + held(), rules: [], ...assumptions };
        default:
          return state satisfies never;
      }
    },
    findings: () => findings(job, it, conclusion()),
  };

  /** A density needs a rate that stays. */
  function held(): string {
    const name = job.configuration.groups.at(0)?.schedule?.name ?? "constant";
    return name === "constant" || name === "get_constant_schedule" ? "" : ` η is held; ${name} is left out.`;
  }

  function answer({ alpha, next, share, expectedShare, mixed: areMixed }: Conclusion): string {
    const value = `**${pair(alpha.alpha, alpha.standardError)}**`;
    const masses = well.saddle === undefined ? "" : shares();
    if (!Number.isFinite(alpha.alpha)) return `θ stays too near its start for a fit of α${masses}.`;
    if (!it.plain)
      return `θ settles at α = ${value} of its effective rate **${spell(rate)}**; Gibbs does not cover ${job.configuration.optimizer}${masses}.`;
    if (it.burnIn < 3 * it.relaxation)
      return `θ has not settled after ${count(it.burnIn + samples * it.gap)} steps; α is ${value} so far${masses}.`;
    const law = shown.value === 0.5 ? "Theory says ½ as η → 0" : "The notes say 1/10, theory ½ as η → 0";
    const atThis = next === undefined ? "" : `, and **${spell(next)}** at this η`;
    return `θ settles into Gibbs with α = ${value}. ${law}${atThis}${masses}.`;

    function shares(): string {
      if (!areMixed) return "; chains keep to the well they started in";
      const symmetric = expectedShare !== undefined && Math.abs(expectedShare - 0.5) < 1e-3;
      return symmetric && Math.abs(share.mean - 0.5) <= 3 * share.standardError
        ? "; both wells hold half the mass"
        : `; the right well holds **${pair(share.mean, share.standardError)}** of the mass`;
    }
  }
}
