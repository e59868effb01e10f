import { count, pair, spell, typed, type Report } from "../../../protocol/index.ts";
import { findProblem } from "../../problems/index.ts";
import type { Job } from "../lab.ts";
import { exactly, rateName, slopeName, spelledRate } from "./charts.ts";
import type { controls } from "./controls.ts";
import { limitOf, unsettled } from "./findings.ts";
import type { Known } from "./known.ts";
import { combinationsOf, combine, combinedError } from "./laws.ts";
import type { Tally } from "./measured.ts";
import { ruleOf } from "./rule.ts";

export function report(
  job: Job<typeof controls>,
  tally: Tally,
  known: Known | undefined,
  state: "running" | "done" | "stopped",
  { done, total }: { readonly done: number; readonly total: number },
): Report {
  const { configuration, problem, controls: chosen } = job;
  const { rates } = tally;
  const top = rates.length - 1;
  const rate = spelledRate(configuration, rates[top]);
  const status = said();
  if (!known) return { answer: "The minimum is being found.", status, rules: [] };
  const limit = limitOf(known);
  const excess = tally.excess(top);
  const lost = excess.mean === Infinity;
  const rules = limit <= rates[top] ? [{ chart: "loss", x: limit, text: "no stable loss beyond" }] : [];
  const broken =
    rates[top] >= limit || lost
      ? `${rateName(configuration)} ${spell(rates[top])} is beyond the largest stable rate`
      : unsettled(known)
        ? "chains have not settled at the smaller rates"
        : undefined;
  const assumptions = broken === undefined ? {} : { assumptions: { loss: `not here: ${broken}` } };
  if (rates[top] >= limit || lost) {
    const { rule } = ruleOf(configuration);
    const value = Number(((rule.learningRate / rates[top]) * (limit / 4)).toPrecision(1));
    return {
      answer: Number.isFinite(known.stable)
        ? `At ${rate} no loss is converged to: its mean grows without end from **${spell(limit)}** on; the mean gradient alone would be stable up to **${spell(known.classical)}**.`
        : `At ${rate} no loss is converged to: the minimum is unstable from **${spell(limit)}** on.`,
      status: Number.isFinite(known.stable)
        ? "Some examples are steeper than their mean, and noise grows on them."
        : "A step along the steepest direction leads further up on the other side.",
      diverged: true,
      advice: { text: `Set η to ${typed(value)}`, name: "learningRate", value },
      rules,
      ...assumptions,
    };
  }
  const least = known.settled.reduce((a, b) => Math.min(a, b));
  const longer = unsettled(known)
    ? Number(((ruleOf(configuration).rule.learningRate * 4) / least).toPrecision(1))
    : undefined;
  const advice =
    longer === undefined ? {} : { advice: { text: `Set η to ${typed(longer)}`, name: "learningRate", value: longer } };
  const sofar = Number.isFinite(excess.mean)
    ? `At ${rate} the loss settles **${pair(excess.mean, excess.standardError)}** above its minimum`
    : `The slope at 0 is **${spell(known.slope)}** in theory`;
  const share = `${Math.floor((100 * done) / total)} %`;
  switch (state) {
    case "running":
      return { answer: `${sofar}; ${share} done.`, status, rules, ...assumptions };
    case "stopped":
      return {
        answer: `Stopped at ${share}. ${sofar}.`,
        status: "The charts show what was computed.",
        rules,
        ...assumptions,
      };
    case "done":
      return { answer: answer(known), status, rules, ...advice, ...assumptions };
    default:
      return state satisfies never;
  }

  function answer({ slope, excess: exact }: Known): string {
    const law = exactly(problem)
      ? `the exact law says **${spell(exact[top])}**`
      : `the tangent says **${spell(slope * rates[top])}**`;
    const { weights } = combinationsOf(rates)[2];
    const S = weights.map((_, k) => tally.virial(k));
    const measured = pair(
      combine(
        weights,
        S.map(({ mean }, k) => mean / rates[k]),
      ),
      combinedError(
        weights,
        S.map(({ standardError }, k) => standardError / rates[k]),
      ),
    );
    const shuffled = tally.excess(top, "reshuffled").mean;
    const aside = Number.isFinite(shuffled) ? ` Reshuffled epochs end **${spell(shuffled)}** above.` : "";
    return `${sofar}; ${law}. The slope at 0 is **${measured}**, ${slopeName(chosen)} is **${spell(slope)}**.${aside}`;
  }

  function said(): string {
    const it = findProblem(problem.name);
    const what = it?.describe(problem.values ?? {}, job.data) ?? "";
    const name = configuration.groups.at(0)?.schedule?.name ?? "constant";
    const held = name === "constant" || name === "get_constant_schedule" ? "" : ` η is held; ${name} is left out.`;
    const momentum =
      ruleOf(configuration).rule.momentum === 0 ? "" : ` The rate that counts is ${rateName(configuration)}.`;
    return `${what} B ${count(chosen.batchSize)}, ${count(chosen.chains)} chains at each of ${chosen.rates} rates.${momentum}${held}`;
  }
}
