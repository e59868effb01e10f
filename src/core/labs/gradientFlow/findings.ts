import { agreement } from "../compared.ts";
import { count, spell, spellRate, type Finding } from "../../../protocol/index.ts";
import type { Measured } from "../groups.ts";
import { blocksOf, descentOrders, orders, type AtRate } from "./estimate.ts";
import { courses, ownName, ownTime, sumOfSquares } from "./schedules.ts";
import type { FlowJob } from "./system.ts";
import type { ExactPart, SchedulePart } from "./work.ts";

/** All that has come in. */
export interface Known {
  readonly rates: readonly AtRate[];
  readonly exact: ExactPart | undefined;
  readonly schedules: readonly SchedulePart[];
  readonly blocks: ReturnType<typeof blocksOf>;
  readonly steepest: number;
  readonly gain: number;
  readonly momentum: number;
}
/** L″ that changes by more than this share within the noise is another L″. */
const bentTooMuch = 0.25;
/** η h beyond which the next orders are no longer small. */
const steepMost = 0.5;
/** Beyond this share of multiplicative noise distances have heavy tails. */
const grownTooMuch = 0.08;
/** How far the prediction of an order can be trusted: with normal noise, and where rows are drawn. */
const good = { normal: 0.005, rows: 0.02 };
/** Noise that hides the bias by less than this is no longer alone. */
const aboveBias = 3;

/** What must be small at a rate: η h, and with momentum its second order is (1+μ)/(1−μ) times as large. */
const slowness = ({ gain, momentum, steepest }: Known, eta: number): number =>
  (eta * gain * steepest * (1 + momentum)) / (1 - momentum);
const named = ({ momentum }: Known): string => (momentum === 0 ? "η h" : "η h (1+μ)/(1−μ)²");

/** Why nothing is predicted of SGD's distances in this run. */
export function brokenRun(known: Known): string | undefined {
  const { rates, exact } = known;
  if (!exact) return undefined;
  const stay = rates.findIndex(({ lost, runs }) => lost === 0 && runs > 0);
  if (stay < 0) return rates.some(({ lost }) => lost > 0) ? "not here: runs leave at every rate" : undefined;
  const slow = slowness(known, rates[stay].eta);
  if (slow > steepMost) return `not here: ${named(known)} is ${spell(slow)}`;
  const sup = rates[stay].sup.value;
  if (sup < aboveBias * exact.descent[stay])
    return "not here: the noise is too weak to hide the bias, whose order is 1";
  const grown = exact.grown[stay];
  if (grown > grownTooMuch)
    return `not here: noise grows with the distance, by ${spell(100 * grown, 2)} %, so that large ones are rare and far`;
  const worst = exact.bent.reduce((a, b, i) => (i >= stay ? Math.max(a, b) : a), 0);
  return worst > bentTooMuch ? "not here: noise carries θ to where the curvature is another" : undefined;
}

export function findings(job: FlowJob, known: Known): Finding[] {
  const { exact, schedules, blocks, rates } = known;
  const out: Finding[] = [];
  const broken = brokenRun(known);
  const why = broken?.replace("not here: ", "");
  if (exact) {
    const descent = descentOrders(
      Float64Array.from(rates, ({ eta }) => eta),
      exact,
    );
    if (descent) {
      const { order, standardError } = descent.limit;
      const wide = Math.max(standardError, 1e-3);
      const slow = slowness(known, rates[rates.length - 1].eta);
      const coarse = slow > steepMost / 2;
      out.push({
        quantity: "Order of gradient descent as η → 0",
        ...(Number.isFinite(order) && { measured: order, standardError: wide }),
        predicted: 1,
        verdict: !Number.isFinite(order)
          ? "none"
          : coarse
            ? "out of range"
            : Math.abs(order - 1) <= 2 * wide
              ? "agrees"
              : "off",
        reason: coarse
          ? `${named(known)} is still ${spell(slow)} at the smallest rate`
          : `${spell(descent.fitted, 4)} as fitted over these rates; extrapolated from the smallest`,
        assumption: "η h ≪ 1",
      });
    }
    out.push(orderOfSgd(job, known, why));
    const atEnd = (i: number, whose: string): Finding =>
      compared(
        `Rms distance at T, ${whose} ${spellRate(rates[i].eta)}`,
        rates[i].rms,
        exact.atEnd.length > 0 && Number.isFinite(exact.bias[i])
          ? Math.sqrt(exact.atEnd[i] + exact.bias[i])
          : undefined,
        exact.bent[i] > bentTooMuch ? "noise carries θ to where the curvature is another" : undefined,
      );
    const own = rates[0].runs > 1 ? [atEnd(0, "η")] : [];
    out.push(...own, ...(rates[rates.length - 1].runs > 1 ? [atEnd(rates.length - 1, "smallest η")] : []));
  }
  const block = "independent draws at a place of zero mean gradient";
  if (blocks.rows.length > 1)
    out.push(
      { ...slope("Slope of a block's mean in N", blocks.means, -0.25), assumption: block },
      { ...slope("Slope of the displacement in N", blocks.displacement, -0.5), assumption: block },
    );
  const runs = courses(job.configuration, job.controls);
  for (const part of schedules) out.push(endOf(part, runs[part.index], known));
  if (ownName(job.configuration) !== undefined) {
    const { sum, steps } = ownTime(job.configuration);
    out.push({
      quantity: "Time of the whole run, Σ η",
      measured: sum * known.gain,
      verdict: "exact",
      reason: `${ownName(job.configuration)}, ${count(steps)} steps`,
    });
  }
  return out;
}

function orderOfSgd({ problem }: FlowJob, known: Known, why: string | undefined): Finding {
  const { sgd, expected } = orders(known.rates, known.exact);
  const quantity = "Order of SGD's largest distance";
  const assumption = "η h ≪ 1, noise of constant variance within its reach";
  if (!sgd)
    return {
      quantity,
      predicted: 0.5,
      verdict: why === undefined ? "none" : "out of range",
      ...(why !== undefined && { reason: why }),
    };
  const measured = { value: sgd.order, standardError: sgd.standardError };
  const within = problem.name === "least squares" || problem.name === "logistic" ? good.rows : good.normal;
  const finding = compared(quantity, measured, expected?.order, why, within);
  const limit = "½ as η → 0; at a finite η peaks between steps are missed";
  const trusted = expected ? `; the prediction is good to ${within}` : "";
  return { ...finding, ...(finding.reason === undefined && { reason: limit + trusted }), assumption };
}

const slope = (
  quantity: string,
  fit: { readonly order: number; readonly standardError: number },
  predicted: number,
): Finding => compared(quantity, { value: fit.order, standardError: fit.standardError }, predicted, undefined);

/** Deterministic: it agrees where it is off by no more than the next order, η h of the second. */
function endOf(part: SchedulePart, course: ReturnType<typeof courses>[number], { steepest }: Known): Finding {
  const quantity = `End of ${course.name}`;
  const reason = `Σ η² is ${spell(sumOfSquares(course.rates))}; the flow ends at ${spell(part.flowEnd)}`;
  const left = !Number.isFinite(part.end);
  if (!Number.isFinite(part.predicted))
    return { quantity, ...(!left && { measured: part.end }), verdict: left ? "out of range" : "none", reason };
  const highest = course.rates.reduce((a, b) => Math.max(a, b), 0) * steepest;
  const next = Math.abs(part.predicted - part.flowEnd) * highest + 1e-9 * Math.abs(part.flowEnd);
  return {
    quantity,
    ...(!left && { measured: part.end }),
    predicted: part.predicted,
    verdict:
      left || highest > steepMost ? "out of range" : Math.abs(part.end - part.predicted) <= next ? "agrees" : "off",
    reason: highest > steepMost ? `${reason}; its largest η h is ${spell(highest)}` : reason,
    assumption: "agrees: within the third order in η h",
  };
}

function compared(
  quantity: string,
  { value, standardError: se }: Measured,
  predicted: number | undefined,
  why: string | undefined,
  within = 0,
): Finding {
  const expected = predicted !== undefined && Number.isFinite(predicted) ? predicted : undefined;
  const rest = { ...(expected !== undefined && { predicted: expected }), ...(why !== undefined && { reason: why }) };
  if (!Number.isFinite(value))
    return value === Infinity
      ? { quantity, ...rest, verdict: "out of range", reason: "runs have left for infinity" }
      : { quantity, ...rest, verdict: why === undefined ? "none" : "out of range" };
  const known = Number.isFinite(se) && se > 0;
  const agrees = expected !== undefined && Math.abs(value - expected) <= Math.max(within, known ? agreement * se : 0);
  return {
    quantity,
    measured: value,
    ...(known && { standardError: se, within: agreement }),
    ...rest,
    verdict: why !== undefined ? "out of range" : expected === undefined ? "none" : agrees ? "agrees" : "off",
  };
}
