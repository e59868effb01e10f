import { count, pair, spell, typed, type Report } from "../../../protocol/index.ts";
import type { Job } from "../lab.ts";
import { alphas } from "./charts.ts";
import { alphaAt, rightShare } from "./conclude.ts";
import type { controls as knobs } from "./controls.ts";
import { distances, fitAlpha, ofCounts } from "./estimate.ts";
import { binned, rivalLaw } from "./laws.ts";
import type { Tally } from "./tally.ts";
import { brokenByRun, mixed, steepness, unmixed, validity } from "./validity.ts";

export function report(job: Job<typeof knobs>, tally: Tally, state: "running" | "done" | "stopped"): Report {
  const { chains, samples } = job.controls;
  const [main] = tally.rates;
  const rates = tally.rates.length;
  const { it, level } = main;
  const lost = tally.lost;
  const byDesign = validity(job.configuration, it).broken;
  const broken = byDesign ?? brokenByRun(it, lost.chains > 0) ?? (mixed(job.controls, it) ? undefined : unmixed);
  const assumptions = broken === undefined ? {} : { assumptions: { density: broken } };
  const eta = it.values["learningRate"];
  const noise = it.spread ? `σ² ${spell(it.variance)} times ${it.spread.words}` : `σ² ${spell(it.variance)}`;
  const status = `${it.relief.title}, L = ${it.relief.formula}, η ${typed(eta)}, ${noise}. ${count(chains)} chains × ${samples} samples${rates > 1 ? ` at ${rates} rates` : ""}.`;
  if (lost.chains > 0) {
    const value = Number(Math.min(eta / 2, (0.1 / steepness(it)) * (eta / it.rate)).toPrecision(1));
    return {
      answer: `Diverged by step **${count(lost.at)}** in **${count(lost.chains)} of ${count(chains)}** chains.`,
      status: "A step from the steep flank of the well leads further up on the other side.",
      diverged: true,
      advice: { text: `Set η to ${typed(value)}`, name: "learningRate", value },
      rules: [],
      ...assumptions,
    };
  }
  const alpha = it.spread ? NaN : fitAlpha(level, main.total).alpha;
  const known = Number.isFinite(alpha);
  const all = chains * samples * rates;
  switch (state) {
    case "running": {
      const sofar = it.spread ? "Chains settle" : known ? `α is **${spell(alpha)}**` : "α is not known yet";
      return {
        answer: `${sofar} after ${count(tally.taken)} of ${count(all)} samples.`,
        status,
        rules: [],
        ...assumptions,
      };
    }
    case "stopped":
      return {
        answer: `Stopped after ${count(tally.taken)} of ${count(all)} samples.${known ? ` α was **${spell(alpha)}**.` : ""}`,
        status: "The charts show what was computed.",
        rules: [],
        ...assumptions,
      };
    case "done":
      return { answer: answer(job, tally), status: status + held(job), rules: [], ...assumptions };
    default:
      return state satisfies never;
  }
}

/** A density needs a rate that stays. */
function held({ configuration }: Job<typeof knobs>): string {
  const name = configuration.groups.at(0)?.schedule?.name ?? "constant";
  return name === "constant" || name === "get_constant_schedule" ? "" : ` η is held; ${name} is left out.`;
}

function answer(job: Job<typeof knobs>, tally: Tally): string {
  const { samples } = job.controls;
  const { shown } = alphas(job.controls);
  const [main] = tally.rates;
  const { it } = main;
  const masses = it.relief.saddle === undefined ? "" : shares();
  if (it.spread) return ofSpread() + masses + ".";
  const { measured, predicted } = alphaAt(main);
  const value = `**${pair(measured.value, measured.standardError)}**`;
  if (!Number.isFinite(measured.value)) return `θ stays too near its start for a fit of α${masses}.`;
  if (!it.plain)
    return `θ settles at α = ${value} of its effective rate **${spell(it.rate)}**; Gibbs does not cover ${job.configuration.optimizer}${masses}.`;
  if (it.burnIn < 3 * it.relaxation)
    return `θ has not settled after ${count(it.burnIn + samples * it.gap)} steps; α is ${value} so far${masses}.`;
  const law = shown.value === 0.5 ? "Theory says ½ as η → 0" : "The notes say 1/10, theory ½ as η → 0";
  const atThis = predicted === undefined ? "" : `, and **${spell(predicted)}** at this η`;
  return `θ settles into Gibbs with α = ${value}. ${law}${atThis}${masses}.`;

  function ofSpread(): string {
    const to = (name: Parameters<typeof rivalLaw>[0]) =>
      ofCounts(main, distances.tv(binned(it, (on) => rivalLaw(name, it, on)))).value;
    const [ito, local] = [to("Itô"), to("Gibbs, local σ²")];
    if (!it.plain)
      return `θ is **${spell(ito)}** from Itô's law in total variation, which does not cover ${job.configuration.optimizer}`;
    const verb = ito < local ? "θ settles into Itô's law, not Gibbs" : "θ is no nearer to Itô's law than to Gibbs here";
    return `${verb}: **${spell(ito)}** from it in total variation, **${spell(local)}** from Gibbs with the local σ²`;
  }
  function shares(): string {
    if (!mixed(job.controls, it)) return "; chains keep to the well they started in";
    const { measured: share, predicted: expected } = rightShare(main);
    const symmetric = !it.uneven && expected !== undefined && Math.abs(expected - 0.5) < 1e-3;
    return symmetric && Math.abs(share.value - 0.5) <= 3 * share.standardError
      ? "; both wells hold half the mass"
      : `; the right ${it.relief.minima.length > 2 ? "side" : "well"} holds **${pair(share.value, share.standardError)}** of the mass`;
  }
}
