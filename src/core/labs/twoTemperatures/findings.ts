import { agreement } from "../compared.ts";
import { spell, type Finding } from "../../../protocol/index.ts";
import { exp, log } from "../../kernels/elementary.ts";
import type { Vector } from "../../vector.ts";
import type { Job } from "../lab.ts";
import { predictedTemperatures, temperatureNames, validity } from "./charts.ts";
import type { controls } from "./controls.ts";
import { heatsOf, levelsOf, regressed, type Heats, type Measured } from "./estimate.ts";
import type { Law } from "./laws.ts";
import type { Setting } from "./setting.ts";
import { cosineOf, gibbsBound, principal, type Matrix } from "./theory.ts";
import { summed } from "./work.ts";

/** All that was counted of one law. */
export interface Tally {
  readonly sums: Vector;
  readonly groups: readonly Vector[];
  readonly lost: number;
}
export interface Verdict {
  readonly gibbs: boolean;
  readonly bound: number;
}

/** Of a law whose chains are all there; undefined of others. */
export const heatsIn = ({ sums, lost }: Tally, correlated: boolean): Heats | undefined => {
  if (lost > 0 || sums[summed.n] < 2) return undefined;
  const heats = heatsOf(sums, correlated);
  return Number.isFinite(heats.logRatio.value) && Number.isFinite(heats.logRatio.standardError) ? heats : undefined;
};
/** Gibbs in L where the ratio is 1 but for chance and a finite rate. */
export function verdictOf({ fastest }: Law, { logRatio }: Heats): Verdict {
  const bound = gibbsBound(logRatio.standardError, fastest);
  return { gibbs: Math.abs(logRatio.value) <= bound, bound };
}
export const logRatioOf = (law: Pick<Law, "predicted" | "limit">, correlated: boolean): number => {
  const [T1, T2] = predictedTemperatures(law, correlated);
  const ratio = log(T1 / T2);
  // Equal but for rounding.
  return Math.abs(ratio) < 1e-12 ? 0 : ratio;
};
export const unsettled = "not here: chains have not settled";
/** What keeps predictions from holding in this run. */
export const brokenIn = (job: Job<typeof controls>, it: Setting, lost: number): string | undefined =>
  validity(job.configuration, it).broken ??
  (lost > 0 ? "not here: chains have left for infinity" : it.laws[0].settled ? undefined : unsettled);

export function findings(job: Job<typeof controls>, it: Setting, tallies: readonly Tally[]): Finding[] {
  const { laws, correlated, quadratic } = it;
  const [law] = laws;
  const { least, bins } = job.controls;
  const [one, two] = temperatureNames(correlated);
  const broken = brokenIn(job, it, tallies[0].lost);
  const why = broken?.replace("not here: ", "");
  const heats = heatsIn(tallies[0], correlated);
  const known = law.predicted !== undefined;
  const temperatures = known ? predictedTemperatures(law, correlated) : undefined;
  const ratio = known ? logRatioOf(law, correlated) : undefined;
  const limit = logRatioOf({ limit: law.limit }, correlated);
  const name = `ln(${one}/${two})`;
  const assumption = quadratic ? "normal noise of constant covariance" : "ηh ≪ 1, normal noise of constant variance";
  const compared = (quantity: string, of: Measured | undefined, predicted: number | undefined, reason = why): Finding =>
    comparison(quantity, of, predicted, broken, { reason, assumption });
  const verdict = heats && verdictOf(law, heats);
  const fit = tallies[0].lost > 0 ? undefined : regressed(levelsOf(it, law, bins), tallies[0].groups, least);
  const fitted = fit !== undefined && fit.bins >= 5 && Number.isFinite(fit.logRatio);
  const atLimit = compared(`${name}, limit η → 0`, heats?.logRatio, limit);
  const moved =
    atLimit.verdict === "off" && ratio !== undefined && Math.abs(ratio - limit) > (atLimit.standardError ?? 0);
  // What infinitely many chains would show.
  const gibbs = known ? Math.abs(ratio ?? limit) <= law.fastest : undefined;
  return [
    compared(one, heats?.temperatures[0], temperatures?.[0]),
    compared(two, heats?.temperatures[1], temperatures?.[1]),
    compared(name, heats?.logRatio, ratio, why ?? (heats && intervalOf(heats.logRatio))),
    moved ? { ...atLimit, reason: `a finite η moves it: ηᵢhᵢ is up to ${spell(law.fastest)}` } : atLimit,
    ...(quadratic
      ? [compared("E cos 2θ", heats?.cosine, known ? cosineOfHeat(law.predicted ?? law.limit) : undefined)]
      : []),
    {
      quantity: "Gibbs in L (1 yes, 0 no)",
      ...(verdict && { measured: verdict.gibbs ? 1 : 0 }),
      ...(gibbs !== undefined && { predicted: gibbs ? 1 : 0 }),
      verdict:
        broken !== undefined
          ? "out of range"
          : !verdict || gibbs === undefined
            ? "none"
            : verdict.gibbs === gibbs
              ? "agrees"
              : "off",
      reason:
        why ??
        (heats && verdict
          ? `|ln ratio| ${spell(Math.abs(heats.logRatio.value))} ${verdict.gibbs ? "is within" : "exceeds"} 4 se + max ηᵢhᵢ = ${spell(verdict.bound)}`
          : "too few chains"),
    },
    ...laws.flatMap((other, k): Finding[] => {
      if (k === 0 || !Number.isInteger(other.power) || other.family === "own") return [];
      const found = heatsIn(tallies[k], correlated);
      const held =
        tallies[k].lost > 0 ? "not here: chains have left for infinity" : other.settled ? undefined : unsettled;
      const off = held ?? (job.configuration.clip ? broken : undefined);
      const tends = logRatioOf({ limit: other.limit }, correlated);
      const reason =
        off?.replace("not here: ", "") ?? `tends to ${spell(tends)} as η → 0, a ratio of ${spell(exp(tends))}`;
      return [
        comparison(`${name}, ${other.name}`, found?.logRatio, other.predicted && logRatioOf(other, correlated), off, {
          reason,
          assumption,
        }),
      ];
    }),
    ...laws.flatMap((other, k): Finding[] =>
      (k > 0 && !Number.isInteger(other.power)) || other.family === "own" ? [] : limitsOf(other, correlated),
    ),
    compared(
      "ln(β₂/β₁), regression",
      fitted ? { value: fit.logRatio, standardError: fit.standardError } : undefined,
      ratio,
      why ?? (fitted ? `of ln p on L₁ and L₂, ${fit.bins} bins` : "too few bins are filled"),
    ),
    {
      quantity: "R² of ln p on L alone",
      ...(fitted && { measured: fit.single }),
      verdict: broken === undefined ? "none" : "out of range",
      reason: fitted ? `one temperature explains ${percent(fit.single)}` : "too few bins are filled",
    },
    {
      quantity: "R² of ln p on L₁ and L₂",
      ...(fitted && { measured: fit.both }),
      verdict: broken === undefined ? "none" : "out of range",
      reason: fitted ? `two temperatures explain ${percent(fit.both)}` : "too few bins are filled",
    },
  ];
}
/** What the SDE of a law says, which is the chain as η → 0: both temperatures, and the rates where each coordinate has its own. */
function limitsOf({ name, limit, family, P, updates }: Law, correlated: boolean): Finding[] {
  const exact = (quantity: string, measured: number): Finding => ({ quantity, measured, verdict: "exact" });
  const temperatures = predictedTemperatures({ limit }, correlated);
  return [
    ...(updates && family === "diagonal"
      ? [0, 1].map((i) => exact(`Rate η${"₁₂"[i]}, ${name}`, updates[i].rate * P[3 * i]))
      : []),
    ...temperatureNames(correlated).map((one, i) => exact(`${one} of the SDE, ${name}`, temperatures[i])),
    exact(`Ratio of temperatures of the SDE, ${name}`, temperatures[0] / temperatures[1]),
  ];
}
const percent = (share: number): string => `${spell(100 * share)} %`;
/** With two digits of the standard error. */
function intervalOf({ value, standardError: se }: Measured): string {
  const decimals = Math.min(9, Math.max(0, 1 - Number(se.toExponential(0).split("e")[1])));
  const end = (x: number) => x.toFixed(decimals).replace("-", "−");
  return `95 % interval ${end(value - 1.96 * se)} to ${end(value + 1.96 * se)}`;
}

/** E cos 2θ of a normal law with these heats. */
export function cosineOfHeat([a, c, , b]: Matrix): number {
  const { high, low, cos2 } = principal(a, b, c);
  return cos2 * cosineOf([high, low]);
}

function comparison(
  quantity: string,
  of: Measured | undefined,
  predicted: number | undefined,
  broken: string | undefined,
  { reason, assumption }: { readonly reason: string | undefined; readonly assumption: string },
): Finding {
  const goal = predicted !== undefined && Number.isFinite(predicted) ? predicted : undefined;
  const rest = {
    ...(goal !== undefined && { predicted: goal }),
    ...(reason !== undefined && { reason }),
    ...(goal !== undefined && { assumption }),
  };
  if (!of || !Number.isFinite(of.value))
    return { quantity, ...rest, verdict: broken === undefined ? "none" : "out of range" };
  const known = Number.isFinite(of.standardError) && of.standardError > 0;
  const within = goal !== undefined && Math.abs(of.value - goal) <= (known ? agreement * of.standardError : 0);
  return {
    quantity,
    measured: of.value,
    ...(known && { standardError: of.standardError, within: agreement }),
    ...rest,
    verdict: broken !== undefined ? "out of range" : goal === undefined ? "none" : within ? "agrees" : "off",
  };
}
