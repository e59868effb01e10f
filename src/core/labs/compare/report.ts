import { count, type Report } from "../../../protocol/index.ts";
import { listOf, sayDifference, verdict, type Attributed } from "../../compare/words.ts";
import { findProblem } from "../../problems/index.ts";
import type { Gathered } from "./gathering.ts";
import type { CompareJob } from "./sides.ts";

/** "Are these the same?" in one sentence, and the problem that it was tried on. */
export function report(job: CompareJob, gathered: Gathered, state: "running" | "done" | "stopped"): Report {
  const { sides, whole, step } = gathered;
  const { problem, data } = job;
  const described = findProblem(problem.name)!.describe(problem.values ?? {}, data);
  const status = `${described} A model problem, not your network.`;
  if (sides.length === 1)
    return {
      answer: "There is nothing to compare with yet.",
      status: "“Optimizer Lab: Compare with…” chooses another configuration, file, revision or library.",
      rules: [],
    };
  const found = whole.slice(1);
  if (found.every((it) => it !== undefined)) {
    const answer = answerOf(job, gathered);
    return { answer, status: state === "stopped" ? "The charts show what was computed." : status, rules: [] };
  }
  const answer =
    state === "stopped"
      ? `Stopped at step ${count(step)} of ${count(job.controls.steps)}, before the steps were compared.`
      : "The steps are being compared.";
  return { answer, status: state === "stopped" ? "The charts show what was computed." : status, rules: [] };
}

function answerOf(job: CompareJob, gathered: Gathered): string {
  const { sides, whole } = gathered;
  const [own, ...others] = sides;
  if (others.length === 1)
    return verdict(own.label, others[0].label, whole[1]!, attributedOf(gathered, 1), placeOf(job));
  const same = others.filter((_, k) => whole[k + 1]!.same).map(({ label }) => label);
  const apart = others.flatMap(({ label }, k) => {
    const { same: alike, largest } = whole[k + 1]!;
    return alike ? [] : [`**${sayDifference(largest.difference)}** (${label})`];
  });
  const agreeing = `${listOf(same)} ${same.length === 1 ? "makes" : "make"} the same steps as ${own.label}`;
  if (apart.length === 0) return `${agreeing}, to rounding.`;
  const steps = `The steps of ${own.label} differ by up to ${listOf(apart)}`;
  return same.length > 0 ? `${steps}; ${agreeing}.` : `${steps}.`;
}

/** The causes of a side whose part alone is known. */
export const attributedOf = ({ causes, alone }: Gathered, side: number): Attributed[] =>
  causes[side].flatMap((cause, k) => {
    const found = alone[side][k];
    return found ? [{ cause, alone: found }] : [];
  });

/** A coordinate by the name the problem has for it, else by its number. */
export function placeOf({ problem }: CompareJob): (coordinate: number) => string {
  const watched = findProblem(problem.name)?.watched(problem.values ?? {}, problem.data) ?? [];
  return (coordinate) =>
    watched.find(({ index }) => index === coordinate)?.label ?? `coordinate ${count(coordinate + 1)}`;
}
