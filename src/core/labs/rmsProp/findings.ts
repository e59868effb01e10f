import { spell, steps as inSteps, typed, type Finding } from "../../../protocol/index.ts";
import { compare } from "../compared.ts";
import { ofGroups } from "../groups.ts";
import { mean } from "../../statistics.ts";
import type { Vector } from "../../vector.ts";
import type { Controls } from "./controls.ts";
import { columns, looksOf, type FirstPart } from "./estimates.ts";
import { converted, spelledFactor, type Common, type Rule } from "./rules.ts";
import { atRest, momentsAt, multiplier, type Moments } from "./theory.ts";
import { figures, streamSteps, type Figure, type RulePart } from "./work.ts";

/** Of a run that changes nothing where units are powers of two, and rounds where they are not. */
const rounding = 1e-9;

export interface Gathered {
  readonly common: Common;
  readonly controls: Controls;
  /** The configuration's own first; undefined until it is there. */
  readonly rules: readonly { readonly rule: Rule; readonly part: RulePart | undefined }[];
  readonly first: FirstPart | undefined;
  /** Sums of all looks, by unit. */
  readonly sums: readonly Vector[];
}
export const figureOf = (part: RulePart, name: Figure): number => part.figures[figures.indexOf(name)];

export function findings(it: Gathered): Finding[] {
  const [own, ...nine] = it.rules;
  return [
    ...ofRule(it, own, true),
    ...(it.controls.rule > 0 ? final(it) : []),
    ...moments(it),
    ...firstFindings(it),
    ...nine.flatMap((rule) => ofRule(it, rule, false)),
  ];
}

function ofRule({ controls }: Gathered, { rule, part }: Gathered["rules"][number], own: boolean): Finding[] {
  if (!part) return [];
  const { title, bound } = rule;
  const [p, q, r] = rule.exponents;
  const name = own ? `${title} of the configuration` : title;
  const all: Finding[] = [];
  const lost = Number.isFinite(figureOf(part, "converted")) ? undefined : "the run leaves for infinity";
  const same = `${name}, η′ = ${spelledFactor([p, q])}η: runs apart`;
  all.push(
    bound === undefined
      ? compare(same, { value: figureOf(part, "converted"), standardError: NaN }, 0, {
          slack: rounding,
          out: lost,
          reason: own ? changed(rule, controls) : `found by trying: ${found(part)}`,
        })
      : number(same, figureOf(part, "converted"), bound),
  );
  if (!own && lost === undefined) {
    const wrong = [p, q, r].some((n, i) => n !== figureOf(part, (["p", "q", "r"] as const)[i]));
    if (wrong) all.push({ quantity: `${name}: exponents found`, verdict: "none", reason: found(part) });
  }
  all.push(
    number(`${name}, parameters × ${typed(controls.c)}, η as it is`, figureOf(part, "parameters")),
    number(`${name}, loss × ${typed(controls.a)}, η as it is`, figureOf(part, "loss")),
  );
  const free = p === 0;
  const each = `${name}, each parameter in its own unit, ε = 0`;
  all.push(
    free
      ? compare(each, { value: figureOf(part, "each"), standardError: NaN }, 0, { slack: rounding, out: lost })
      : number(each, figureOf(part, "each"), "no single η makes up for it"),
  );
  return all;
}
const found = (part: RulePart): string =>
  (["p", "q", "r"] as const).map((name) => `${name} ${whole(figureOf(part, name))}`).join(", ");
const whole = (n: number): string => String(n).replace("-", "−");
/** What the configuration's numbers become. */
function changed(rule: Rule, { c, a }: Controls): string {
  const h: Readonly<Partial<Record<string, number>>> = converted(rule, c, a);
  const old: Readonly<Partial<Record<string, number>>> = rule.values;
  const named = { learningRate: "η", epsilon: "ε", weightDecay: "λ" } as const;
  return Object.entries(named)
    .filter(([name]) => (old[name] ?? 0) !== 0)
    .map(([name, symbol]) => `${symbol} ${spell(old[name]!)} → ${spell(h[name]!)}`)
    .join(", ");
}
/** A number that is no measurement: nothing in it is drawn by chance. */
function number(quantity: string, measured: number, reason?: string): Finding {
  if (!Number.isFinite(measured)) return { quantity, verdict: "none", reason: "a run leaves for infinity" };
  return { quantity, measured, verdict: "exact", ...(reason !== undefined && { reason }) };
}

/** Where the rule that is shown stands, and ends. */
function final({ rules, controls }: Gathered): Finding[] {
  const { rule, part } = rules[controls.rule];
  if (!part) return [];
  const d = part.base.length / controls.steps;
  const seen = [...new Set([1, 10, controls.steps])].filter((t) => t <= controls.steps);
  return seen.flatMap((t) =>
    Array.from({ length: Math.min(d, 3) }, (_, i) =>
      number(
        `${rule.title}, θ${"₁₂₃"[i]} after ${inSteps(t)} ${t === 1 ? "step" : "steps"}`,
        part.base[(t - 1) * d + i],
      ),
    ),
  );
}

/** Over the looks of the second half, of which a run at rest is a mean over time; the prediction is that of the same looks. */
function moments({ common, controls, sums }: Gathered): Finding[] {
  const there = sums.filter((it) => it[0] > 0);
  if (there.length === 0) return [];
  const { mean: mu, deviation: sigma } = controls;
  const steps = streamSteps(common, controls);
  const times = looksOf(steps);
  const from = Math.floor(times.length / 2);
  const exact = momentsAt(mu, sigma, common, times).slice(from);
  const rest = atRest(mu, sigma, common.Ns);
  const late = there.map((it) => it.slice(from * columns));
  const finding = (name: string, f: (s: Vector, row: number) => number, of: keyof Moments) => {
    const measured = ofGroups(late, (s) => mean(Float64Array.from(exact, (_, k) => f(s, k * columns))));
    const predicted = mean(exact.map((it) => it[of]));
    return compare(`${name}, from step ${inSteps(times[from])} on`, measured, predicted, {
      reason: `at rest ${spell(rest[of])}`,
    });
  };
  return [
    finding("Mean of s", (s, k) => s[k + 1] / s[k], "mean"),
    finding("Variance of s", (s, k) => s[k + 2] / s[k] - (s[k + 1] / s[k]) ** 2, "variance"),
    finding("Mean of s − m²", (s, k) => s[k + 3] / s[k], "centered"),
  ];
}

function firstFindings({ common, controls, first }: Gathered): Finding[] {
  if (!first) return [];
  const g = controls.constant;
  const all: Finding[] = [];
  const check = (quantity: string, value: number, predicted: number, reason?: string) => {
    if (!Number.isFinite(predicted)) return;
    all.push(compare(quantity, { value, standardError: NaN }, predicted, { slack: 1e-8 * predicted, reason }));
  };
  const steps = first.t[first.t.length - 1];
  for (const t of new Set([1, 2, 10, Math.round(common.Ns), Math.round(5 * common.Ns)])) {
    const k = first.t.indexOf(t);
    if (k >= 0)
      check(
        `Step ${inSteps(t)} of ÷√s, in η`,
        first.plain[k],
        multiplier(g, common, t, false),
        t === 1 ? "constant gradient; 1 when settled" : undefined,
      );
  }
  if (common.correction !== 0 || common.s0 !== 0) {
    if (common.correction !== 0)
      all.push({
        quantity: "Centered, constant gradient",
        verdict: "none",
        reason: "with corrected averages s − m² is 0 from the first step: only ε bounds the step",
      });
    return all;
  }
  // βᵗ passes ½ once, so that the least step stands beside it.
  const half = Math.min(steps, Math.round(common.Ns * Math.LN2));
  const beside = [-2, -1, 0, 1, 2].map((more) => Math.min(steps, Math.max(1, half + more)));
  const least = Math.min(...beside.map((t) => multiplier(g, common, t, true)));
  check("Least step of the centered form, in η", first.least, least, "at βᵗ = ½; without ε it is 2");
  for (const t of new Set([Math.round(common.Ns), Math.round(4 * common.Ns)])) {
    const k = first.t.indexOf(t);
    if (k >= 0)
      check(
        `Step ${inSteps(t)} of the centered form, in η`,
        first.centered[k],
        multiplier(g, common, t, true),
        "grows like exp(t/2N_s) until ε ends it",
      );
  }
  return all;
}
