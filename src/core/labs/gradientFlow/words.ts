import { count, pair, spell, spellRate, typed, type Report, type Rule } from "../../../protocol/index.ts";
import { findProblem } from "../../problems/index.ts";
import { descentOrders, orders } from "./estimate.ts";
import type { Known } from "./findings.ts";
import type { Gathered } from "./gathering.ts";
import { ownName } from "./schedules.ts";
import type { FlowJob } from "./system.ts";
import type { planOf } from "./work.ts";

type Plan = ReturnType<typeof planOf>;
type Said = Pick<Report, "answer" | "status" | "diverged" | "advice">;

/** The answer and the line beneath it. */
export function sentence(
  job: FlowJob,
  plan: Plan,
  all: Gathered,
  known: Known,
  state: "running" | "done" | "stopped",
  { done, total }: { readonly done: number; readonly total: number },
): Said {
  const [own] = known.rates;
  if (own.lost > 0 || known.exact?.descent[0] === Infinity) return divergence(plan, all, known);
  const here = `At η **${spellRate(own.eta)}** SGD strays up to **${pair(own.sup.value, own.sup.standardError)}** from the flow`;
  const far = own.runs > 1 ? here : "Nothing is measured yet";
  switch (state) {
    case "running":
      return { answer: `${far}, after ${percent(done, total)} of all steps.`, status: status(job, plan) };
    case "stopped":
      return {
        answer: `Stopped after ${percent(done, total)} of all steps. ${far}.`,
        status: "The charts show what was computed.",
      };
    case "done":
      return { answer: `${here}${beside(known)}${ordersOf(known)}`, status: status(job, plan) };
    default:
      return state satisfies never;
  }
}
const percent = (done: number, total: number): string => `${Math.floor((100 * done) / total)} %`;

function beside({ exact }: Known): string {
  return exact ? `, up to **${spell(exact.descent[0])}** without noise.` : ".";
}

/** "The distance is of order η^0.49 ± 0.01 with noise, η^1.02 without." */
function ordersOf(known: Known): string {
  const { sgd } = orders(known.rates, known.exact);
  const eta = Float64Array.from(known.rates, (it) => it.eta);
  const descent = known.exact && descentOrders(eta, known.exact);
  const noisy = sgd && `η^**${pair(sgd.order, sgd.standardError)}** with noise`;
  const bare = descent && `η^**${spell(descent.fitted)}** without`;
  const both = [noisy, bare].filter((it) => it !== undefined);
  return both.length > 0 ? ` The distance goes as ${both.join(", ")}.` : "";
}

function status({ configuration, problem, data, controls }: FlowJob, { rates, rule, time }: Plan): string {
  const where = findProblem(problem.name)?.describe(problem.values ?? {}, data) ?? "";
  const clock = rule.gain === 1 ? "" : ` A step takes the time η × ${spell(rule.gain)}.`;
  const held = ownName(configuration) === undefined ? "" : " η is held, but for the chart of schedules.";
  const first = configuration.groups.length > 1 ? ` Group ${configuration.groups[0].name} alone.` : "";
  return `${where} η ${spellRate(rates[0])} to ${spellRate(rates[rates.length - 1])}, time ${spell(time)}, ${count(controls.replicas)} runs each.${clock}${held}${first}`;
}

function divergence({ rates, rule, steps }: Plan, all: Gathered, known: Known): Said {
  const lost = all.lostAt.map((t, i) => t > 0 || known.exact?.descent[i] === Infinity);
  const stays = lost.findIndex((it) => !it);
  const when = all.lostAt[0] > 0 ? ` by step **${count(all.lostAt[0])}**` : ` within **${count(steps[0])}** steps`;
  const from =
    stays < 0
      ? "None of the rates here stays with the flow."
      : `From **${spellRate(rates[stays])}** down it stays with the flow.`;
  const h = known.steepest;
  const value = Number.isFinite(h) && h > 0 ? Number((0.5 / (h * rule.gain)).toPrecision(1)) : rates[rates.length - 1];
  return {
    answer: `At η **${spellRate(rates[0])}** SGD leaves the flow for infinity${when}. ${from}`,
    status: Number.isFinite(h)
      ? `The steepest direction has h = ${spell(h)}: η h = ${spell(rates[0] * h)}, and descent needs ${rule.momentum === 0 ? "η h < 2" : `η h < ${spell(2 * (1 + rule.momentum))}`}.`
      : "Steps overshoot further every time.",
    diverged: true,
    advice: { text: `Set η to ${typed(value)}`, name: "learningRate", value },
  };
}

/** Where the runs at the configuration's rate began to leave. */
export function rules({ rates, rule }: Plan, { lostAt }: Gathered): Rule[] {
  return lostAt[0] > 0 ? [{ chart: "paths", x: lostAt[0] * rates[0] * rule.gain, text: "diverged" }] : [];
}
