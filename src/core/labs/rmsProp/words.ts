import { spell, spellRate, typed, type Report } from "../../../protocol/index.ts";
import type { Controls } from "./controls.ts";
import { figureOf } from "./findings.ts";
import { converted, spelledFactor, type Rule } from "./rules.ts";
import type { Course } from "./runs.ts";
import type { RulePart } from "./work.ts";

/** Under which change of units a rule stays the same, and what it takes. */
export function answer(rule: Rule, part: RulePart, controls: Controls): string {
  const { c, a } = controls;
  const [p, q] = rule.exponents;
  const eta = rule.values["learningRate"];
  const rate = converted(rule, c, a)["learningRate"];
  const share = (x: number) => (Number.isFinite(x) ? `**${spell(x, 2)}** of the way` : "without bound");
  const times = (p === 0 ? [] : [`parameters × ${typed(c)}`])
    .concat(q === 0 ? [] : [`loss × ${typed(a)}`])
    .join(" and ");
  const floor = (rule.values as Readonly<Partial<Record<string, number>>>)["epsilon"];
  const other = p === 0 ? "of the parameters" : q === 0 ? "of the loss" : undefined;
  const becomes = `η becomes ${spelledFactor([p, q])}η`;
  if (rule.bound !== undefined)
    return `${rule.title} is tied to its units: ${rule.bound}. Where ${becomes}, the runs part by ${share(figureOf(part, "converted"))}.`;
  const unchanged = figureOf(part, p === 0 ? "loss" : "parameters");
  const which = p !== 0 && q !== 0 ? " (parameters alone)" : "";
  const one =
    `In other units ${rule.title} makes the same run if ${becomes}: **${spellRate(eta)}** → **${spellRate(rate)}** for ${times}. ` +
    `With η as it is, runs part by ${share(unchanged)}${which}.`;
  if (other === undefined) return one;
  return `${one} The unit ${other} ${floor !== undefined && floor > 0 ? "concerns ε alone" : "does not matter"}.`;
}

/** A rate at which no row overshoots, where that is what diverged. */
export function advice({ optimizer }: Rule, { rows: { X, d, count } }: Course, eta: number): Pick<Report, "advice"> {
  if (optimizer !== "SGD" && optimizer !== "DecoupledSGD") return {};
  let most = 0;
  for (let row = 0; row < count; row++) {
    let square = 0;
    for (let i = row * d; i < (row + 1) * d; i++) square += X[i] * X[i];
    most = Math.max(most, square);
  }
  const value = Number((0.5 / most).toPrecision(1));
  return value < eta ? { advice: { text: `Set η to ${typed(value)}`, name: "learningRate", value } } : {};
}
