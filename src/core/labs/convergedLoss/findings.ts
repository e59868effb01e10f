import { agreement } from "../compared.ts";
import { exp, log } from "../../kernels/elementary.ts";
import { spell, type Finding } from "../../../protocol/index.ts";
import type { Job } from "../lab.ts";
import { exactly, rateName, slopeName } from "./charts.ts";
import type { controls } from "./controls.ts";
import type { Known } from "./known.ts";
import { combinationsOf, combine, combinedError } from "./laws.ts";
import type { Estimate, Tally } from "./measured.ts";
import { gainOf, ruleOf } from "./rule.ts";

/** Burn-in, in relaxation times, below which a rate counts as unsettled: e⁻⁴ of the second moment is then still to come. */
const settledAfter = 2;
export const unsettled = ({ settled }: Known): boolean => settled.some((times) => times < settledAfter);
/** From which rate on there is no stable loss: exactly, or, where that is not known, by the mean gradient alone. */
export const limitOf = ({ stable, classical }: Known): number => (Number.isFinite(stable) ? stable : classical);
/** Coordinates whose minimum is told one by one. */
const mostNamed = 12;
/** Largest ηnλ/B at which the law of reshuffled epochs at small rates is held against the measurement. */
const smallEnough = 0.1;

export function findings(job: Job<typeof controls>, tally: Tally, known: Known): Finding[] {
  const { batchSize, drop } = job.controls;
  const { rates } = tally;
  const { slope, second, settled } = known;
  const stable = limitOf(known);
  const exact = exactly(job.problem);
  const name = rateName(job.configuration);
  const top = rates.length - 1;
  const { rule } = ruleOf(job.configuration);
  const curve = rule.learningRate * gainOf(rule);
  const assumption = "rows drawn with replacement";
  const brokenAt = (k: number): string | undefined =>
    rates[k] >= stable
      ? `the largest stable rate is ${spell(stable)}`
      : settled[k] < settledAfter
        ? "chains have not settled"
        : undefined;
  const excessOf = (k: number): number => (exact ? known.excess[k] : slope * rates[k]);
  const squareOf = (k: number): number => (exact ? (rates[k] * known.square[k]) / 4 : slope * rates[k]);

  const found: Finding[] = [];
  for (const k of [top, 0]) {
    const at = `${name} ${spell(rates[k])}`;
    const full = beyond(`Excess loss at ${at}`, tally.excess(k), excessOf(k), brokenAt(k));
    found.push({ ...full, assumption });
    if (k === 0) continue; // the slopes below say it
    found.push({
      ...beyond(`Excess loss at ${at}, by (η/4)|ĝ|²`, tally.virial(k), squareOf(k), brokenAt(k)),
      assumption,
    });
  }
  // Two estimates of each S: those from |ĝ|² scatter several times less.
  const estimates = (of: (k: number) => Estimate) =>
    Array.from(rates, (rate, k) => {
      const { mean, standardError } = of(k);
      return { mean: mean / rate, standardError: standardError / rate };
    });
  const squares = estimates((k) => tally.virial(k));
  const full = estimates((k) => tally.excess(k));
  for (const { name: method, label, weights, order } of combinationsOf(rates)) {
    const broken = weights.map((_, k) => brokenAt(k)).find((it) => it !== undefined);
    for (const [from, S, known] of [
      ["by |ĝ|²", squares, squareOf],
      ["by the full loss", full, excessOf],
    ] as const) {
      if (from === "by the full loss" && method !== "Richardson") continue; // too noisy to tell the methods apart
      const expected = combine(
        weights,
        weights.map((_, k) => known(k) / rates[k]),
      );
      const estimate = {
        mean: combine(
          weights,
          S.map(({ mean }) => mean),
        ),
        standardError: combinedError(
          weights,
          S.map(({ standardError }) => standardError),
        ),
      };
      const reason = exact
        ? `${slopeName(job.controls)} is ${spell(slope, 4)}; errs by ${order}: ${percent(expected / slope - 1)}`
        : undefined;
      found.push({
        ...(method === "plain" ? beyond : compared)(
          `Slope at 0, ${label}, ${from}`,
          estimate,
          expected,
          broken,
          reason,
        ),
        assumption,
      });
    }
  }
  found.push(given(`Slope at 0, ${slopeName(job.controls)}`, slope));
  if (Number.isFinite(second)) found.push(given("Second coefficient s₂ of η²", second));
  found.push(given("Loss at its minimum", known.least));
  if (known.dimension <= mostNamed)
    known.minimum.forEach((x, i) => found.push(given(`θ${subscript(i + 1)} at the minimum`, x)));
  found.push(
    given("E|g|² of one example at the minimum, tr C", 4 * batchSize * slope),
    given("Least curvature at the minimum", known.flattest),
    given(`${name} up to which the mean gradient alone is stable`, known.classical),
  );
  if (exact)
    found.push(
      given(
        `Largest stable ${name}`,
        known.stable,
        `the mean gradient alone would be stable up to ${spell(known.classical)}`,
      ),
    );
  found.push(reshuffled(), order());
  for (let k = 0; k <= job.controls.drops; k++) {
    const rate = curve / drop ** k;
    const broken = rate >= stable ? `the largest stable rate is ${spell(stable)}` : early(k);
    const plateau = exact ? known.plateaus[k] : slope * rate;
    const ratio = k > 0 && exact ? known.plateaus[k - 1] / known.plateaus[k] : NaN;
    const reason = Number.isFinite(ratio)
      ? `${spell(ratio, 4)} times lower than before, ${drop} as η → 0; relaxes in ${spell(known.relaxations[k])} steps`
      : undefined;
    found.push(beyond(`Plateau at ${name} ${spell(rate)}`, tally.plateau(k), plateau, broken, reason));
    if (Number.isFinite(ratio)) found.push(given(`Plateau ${k} over plateau ${k + 1}`, ratio));
    found.push(given(`Steps in which the excess relaxes at ${name} ${spell(rate)}, 1/(2ηλ)`, known.relaxations[k]));
  }
  return found;

  /** Against the exact law; where only the tangent is known, a finite rate has none to agree with, and the reason says the tangent's. */
  function beyond(
    quantity: string,
    estimate: Estimate,
    predicted: number,
    broken: string | undefined,
    reason?: string,
  ): Finding {
    if (exact) return compared(quantity, estimate, predicted, broken, reason);
    return compared(quantity, estimate, NaN, broken, `the tangent, exact as η → 0, says ${spell(predicted)}`);
  }
  /** A drop of the rate comes at the end of a stage; its latter half is averaged. */
  function early(k: number): string | undefined {
    const plateau = (at: number) => (exact ? known.plateaus[at] : (slope * curve) / drop ** at);
    const times = known.stage / known.relaxations[k];
    const before = k === 0 ? known.away : plateau(k - 1);
    const left = (before * exp(-times / 2) * 2) / times; // of the flattest direction, over that half
    return times < 5 || left > 0.01 * plateau(k) ? "the rate drops before the loss has settled" : undefined;
  }
  /** By which power of η the excess falls between the two smallest rates. */
  function order(): Finding {
    const [one, two] = [0, 1].map((k) => tally.excess(k, "reshuffled"));
    const step = log(rates[1] / rates[0]);
    const mean = log(two.mean / one.mean) / step;
    const error = Math.sqrt((one.standardError / one.mean) ** 2 + (two.standardError / two.mean) ** 2) / step;
    const quantity = "Order at the smallest rates, reshuffled";
    if (batchSize >= known.examples)
      return { quantity, verdict: "none", reason: "a batch holds all examples: nothing is drawn" };
    const reason =
      known.leftover > 0
        ? "2 where a batch divides n; the smaller last batch of an epoch brings it to 1 as η → 0"
        : "2 as η → 0, where drawing with replacement has 1";
    return compared(quantity, { mean, standardError: error }, NaN, brokenAt(0), reason);
  }
  function reshuffled(): Finding {
    const it = tally.excess(0, "reshuffled");
    if (batchSize >= known.examples)
      return compared(
        `Excess loss at ${name} ${spell(rates[0])}, reshuffled`,
        it,
        NaN,
        undefined,
        "a batch holds all examples: nothing is drawn",
      );
    const law = (known.reshuffled * rates[0] + known.leftover) * rates[0];
    const size = (rates[0] * known.examples * known.steepest) / batchSize;
    const share = it.mean / tally.excess(0).mean;
    const asked = `the law η² n tr(HC)/12${batchSize > 1 ? "B²" : ""} needs η n λ${batchSize > 1 ? "/B" : ""} ≪ 1, here ${spell(size, 2)}`;
    const broken = settled[0] < settledAfter ? "chains have not settled" : size > smallEnough ? asked : undefined;
    const last =
      known.leftover > 0
        ? `; the last ${known.examples % batchSize} rows of an epoch count more, which leaves a slope at 0`
        : "";
    const reason = Number.isFinite(share)
      ? `${spell(100 * share)} % of what drawing with replacement gives${last}`
      : undefined;
    return {
      ...compared(
        `Excess loss at ${name} ${spell(rates[0])}, reshuffled`,
        it,
        law,
        broken,
        reason,
        law * (size / 4 + 1 / known.examples),
      ),
      assumption: "a fresh permutation every epoch, η n λ / B ≪ 1",
    };
  }
}
const subscript = (n: number): string => String(n).replace(/\d/g, (digit) => "₀₁₂₃₄₅₆₇₈₉"[Number(digit)]);
const percent = (x: number): string => `${x < 0 ? "−" : "+"}${spell(Math.abs(100 * x), 2)} %`;

const given = (quantity: string, value: number, reason?: string): Finding => ({
  quantity,
  ...(Number.isFinite(value) && { measured: value }),
  verdict: "exact",
  ...(reason !== undefined && { reason }),
});

function compared(
  quantity: string,
  { mean, standardError }: Estimate,
  predicted: number,
  broken: string | undefined,
  otherwise?: string,
  slack = 0,
): Finding {
  const known = Number.isFinite(standardError) && standardError > 0;
  const measured = Number.isFinite(mean);
  const reason = broken ?? (measured ? otherwise : "chains have left for infinity");
  const base = {
    quantity,
    ...(measured && { measured: mean }),
    ...(measured && known && { standardError, within: agreement }),
    ...(Number.isFinite(predicted) && { predicted }),
    ...(reason !== undefined && { reason }),
  };
  if (broken !== undefined || !measured) return { ...base, verdict: "out of range" };
  if (!Number.isFinite(predicted)) return { ...base, verdict: "none" };
  const within = Math.abs(mean - predicted) <= slack + (known ? agreement * standardError : 1e-9 * Math.abs(predicted));
  return { ...base, verdict: within ? "agrees" : "off" };
}
