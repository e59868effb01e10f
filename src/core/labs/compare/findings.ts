import { count, type Finding } from "../../../protocol/index.ts";
import { tailOf, type Differences } from "../../compare/differences.ts";
import { sayDifference } from "../../compare/words.ts";
import { mean, standardError } from "../../statistics.ts";
import type { Gathered } from "./gathering.ts";
import { attributedOf, placeOf } from "./report.ts";
import type { CompareJob } from "./sides.ts";

/** Of each other side: how far its steps lie apart, what each difference does alone, and what it does to the loss. */
export function findings(job: CompareJob, gathered: Gathered): Finding[] {
  return gathered.sides.flatMap((_, side) =>
    side === 0 ? [] : [step(job, gathered, side), ...causes(job, gathered, side), ...loss(job, gathered, side)],
  );
}

function step(job: CompareJob, { sides, whole }: Gathered, side: number): Finding {
  const quantity = `Largest difference in step, ${sides[side].label}`;
  const found = whole[side];
  if (!found || found.largest.step === 0) return { quantity, verdict: "none", reason: "the run was not finished" };
  return {
    quantity,
    measured: found.largest.difference,
    predicted: 0,
    verdict: found.same ? "agrees" : "off",
    reason: found.same ? "nothing beyond rounding" : courseOf(job, found),
    assumption: "both take their step from the same weights",
  };
}
/** "at step 1 (h = 1/100), under 1e-8 after step 900" */
function courseOf(job: CompareJob, found: Differences): string {
  const { step: at, coordinate } = found.largest;
  const tail = tailOf(found);
  const after = tail ? `, under ${sayDifference(tail.below)} after step ${count(tail.after)}` : "";
  return `at step ${count(at)} (${placeOf(job)(coordinate)})${after}`;
}

/** Largest first; "alone" is the first side's configuration with that one thing as the other has it. */
function causes(job: CompareJob, gathered: Gathered, side: number): Finding[] {
  // Another library's name for the same is no difference to speak of.
  const spoken = attributedOf(gathered, side).filter(
    ({ cause, alone }) => !alone.same || (cause.name !== "schedule" && cause.name !== "optimizer"),
  );
  const all = spoken.sort((x, y) => y.alone.largest.difference - x.alone.largest.difference);
  return all.map(({ cause, alone }) => {
    const between = cause.from !== undefined && cause.to !== undefined ? `${cause.from} → ${cause.to}; ` : "";
    const course = alone.same ? "makes no difference here" : courseOf(job, alone);
    return {
      quantity: `– by ${cause.words} alone`,
      measured: alone.same ? 0 : alone.largest.difference,
      verdict: "none",
      reason: between + course,
    };
  });
}

/** Paired: every seed has the same problem and the same draws on both sides. */
function loss({ controls: { seeds } }: CompareJob, { sides, settled }: Gathered, side: number): Finding[] {
  const quantity = `Loss, last tenth: ${sides[side].label} less ${sides[0].label}`;
  const gaps = settled[side].map((x, k) => x - settled[0][k]);
  if (settled[0].some(Number.isNaN) || settled[side].some(Number.isNaN)) return []; // the run was not finished
  const left = [0, side].map((k) => settled[k].filter((x) => !Number.isFinite(x)).length);
  if (left[0] > 0 || left[1] > 0)
    return [
      {
        quantity,
        verdict: "out of range",
        reason: `${left[1]} of ${seeds} seeds diverged, against ${left[0]} of ${seeds}`,
      },
    ];
  const measured = mean(gaps);
  const se = standardError(gaps);
  const known = Number.isFinite(se) && se > 0;
  return [
    {
      quantity,
      measured,
      ...(known && { standardError: se }),
      predicted: 0,
      verdict: Math.abs(measured) <= (known ? 2 * se : 0) ? "agrees" : "off",
      reason: "seed by seed on the same draws",
    },
  ];
}
