import { count, pair, spell, typed, type Report } from "../../../protocol/index.ts";
import { exp } from "../../kernels/elementary.ts";
import { findProblem } from "../../problems/index.ts";
import type { Job } from "../lab.ts";
import { temperatureNames, titleOf } from "./charts.ts";
import type { controls } from "./controls.ts";
import type { Heats } from "./estimate.ts";
import { brokenIn, unsettled, verdictOf } from "./findings.ts";
import type { Setting } from "./setting.ts";

export interface Standing {
  /** Of the shown law. */
  readonly heats: Heats | undefined;
  readonly lost: number;
  readonly lostAt: number;
  /** Names of other laws that lost chains. */
  readonly othersLost: readonly string[];
  /** Share of the work that is done. */
  readonly share: number;
}

export function reportOf(
  job: Job<typeof controls>,
  it: Setting,
  state: "running" | "done" | "stopped",
  { heats, lost, lostAt, othersLost, share }: Standing,
): Report {
  const [law] = it.laws;
  const { chains, steps } = job.controls;
  const eta = it.values[0]["learningRate"];
  const broken = brokenIn(job, it, lost);
  const assumptions = broken === undefined ? {} : { assumptions: { map: broken } };
  const problem = findProblem(job.problem.name)?.describe(job.problem.values ?? {}) ?? "";
  const beside = othersLost.length === 0 ? "" : ` ${othersLost.join(", ")}: chains diverge there, ηᵢhᵢ nears 2.`;
  const status = `${problem} A model problem. η ${typed(eta)}, σ ${it.sigma.map((s) => spell(s)).join(" and ")}. ${count(chains)} chains × ${count(steps)} steps.${leftOut(job)}${beside}`;
  if (lost > 0) {
    const value = Number(Math.min(eta / 2, (0.2 * eta) / law.fastest).toPrecision(1));
    return {
      answer: `Diverged by step **${count(lostAt)}** in **${count(lost)} of ${count(chains)}** chains.`,
      status: `${titleOf(law)}: ηᵢhᵢ is up to ${spell(law.fastest)}; near 2 a step leads further up on the other side.`,
      diverged: true,
      ...(value > 0 && Number.isFinite(value)
        ? { advice: { text: `Set η to ${typed(value)}`, name: "learningRate", value } }
        : {}),
      rules: [],
      ...assumptions,
    };
  }
  const [one, two] = temperatureNames(it.correlated);
  const ratio = heats && ratioOf(heats);
  switch (state) {
    case "running":
      return {
        answer: `${ratio === undefined ? "No temperature is known yet" : `${one}/${two} is **${ratio}** so far`}, **${Math.floor(100 * share)} %** of the steps done.`,
        status,
        rules: [],
        ...assumptions,
      };
    case "stopped":
      return {
        answer: `Stopped after **${Math.floor(100 * share)} %** of the steps.${ratio === undefined ? "" : ` ${one}/${two} was **${ratio}**.`}`,
        status: "The charts show what was computed.",
        rules: [],
        ...assumptions,
      };
    case "done":
      return { answer: answer(), status, rules: [], ...assumptions };
    default:
      return state satisfies never;
  }

  function answer(): string {
    if (!heats || ratio === undefined) return "Too few chains are left for a temperature.";
    const { gibbs } = verdictOf(law, heats);
    const [T1, T2] = heats.temperatures.map(({ value, standardError }) => `**${pair(value, standardError)}**`);
    if (broken === unsettled)
      return `${one} is ${T1} and ${two} ${T2} after ${count(law.burnIn + steps)} steps, and chains have not settled.`;
    if (gibbs && law.fastest > quick)
      return `${one} is ${T1} and ${two} ${T2}, a ratio of **${ratio}**: with ηᵢhᵢ up to **${spell(law.fastest)}** a finite rate alone may part them.`;
    return gibbs
      ? `One temperature, ${one}/${two} is **${ratio}**: ${titleOf(law)} is Gibbs in L.`
      : `Two temperatures, ${T1} and ${T2}, a ratio of **${ratio}**: ${titleOf(law)} is not Gibbs in L.`;
  }
}

/** ηᵢhᵢ from which what it adds to a ratio is as large as what is asked for. */
const quick = 0.5;
/** e^ln, and its error. */
function ratioOf({ logRatio: { value, standardError } }: Heats): string {
  const ratio = exp(value);
  return pair(ratio, ratio * standardError);
}

/** Temperatures need a rate that stays. */
function leftOut({ configuration: { groups, around } }: Job<typeof controls>): string {
  const name = groups.at(0)?.schedule?.name ?? "constant";
  const schedule = name === "constant" || name === "get_constant_schedule" ? "" : ` η is held; ${name} is left out.`;
  return `${schedule}${around?.sam || around?.lookahead || around?.average ? " What stands around the optimizer is left out." : ""}`;
}
