import type { Finding } from "../../../protocol/index.ts";
import { findProblem } from "../../problems/index.ts";
import { mean, standardError } from "../../statistics.ts";
import type { Job } from "../lab.ts";
import type { RateLine } from "../rates.ts";
import type { controls } from "./controls.ts";
import type { Gathered } from "./gathering.ts";
import { expectation } from "./measured.ts";
import { completed } from "./report.ts";
import { settlement } from "./settlement.ts";
import { travelled } from "./travelled.ts";

type TrainingJob = Job<typeof controls>;

/** Measured against predicted, as far as the run went. */
export function findings(job: TrainingJob, lines: readonly RateLine[], gathered: Gathered): Finding[] {
  return [time(job, lines), settled(job, gathered), ...firstStep(job, gathered), ...noise(job, gathered)];
}

/** Of the first line: its rates added up one by one against the closed form of its schedule. */
function time({ configuration, controls: { steps, stepsPerEpoch } }: TrainingJob, lines: readonly RateLine[]): Finding {
  const [line] = lines;
  if (line.followsLoss)
    return {
      quantity: "Sum of learning rates Σ ηₜ",
      verdict: "none",
      reason: "its schedule follows the loss, so that every seed has a sum of its own",
    };
  const group = configuration.groups[line.group];
  const each = group.schedule?.interval === "epoch" ? stepsPerEpoch : 1;
  const { learningRate } = completed(configuration.optimizer, group.values);
  const measured = line.rate.reduce((sum, x) => sum + x, 0);
  const predicted = travelled(group, learningRate, steps, each);
  const close = predicted !== undefined && Math.abs(measured - predicted) <= 1e-9 * Math.abs(predicted);
  return {
    quantity: lines.length > 1 ? `Sum of learning rates Σ ηₜ, ${line.label}` : "Sum of learning rates Σ ηₜ",
    measured,
    ...(predicted !== undefined && { predicted }),
    verdict: predicted === undefined ? "none" : close ? "agrees" : "off",
    reason: "the time the gradient flow has travelled",
    ...(predicted !== undefined && { assumption: "closed form of the schedule" }),
  };
}

function settled(job: TrainingJob, gathered: Gathered): Finding {
  const { problem: asked, configuration } = job;
  const problem = findProblem(asked.name)!;
  const quantity = problem.loss === "exact" ? "Loss, last tenth" : "Mini-batch loss, last tenth";
  const left = gathered.diverged.filter((t) => t > 0).length;
  if (left > 0) return { quantity, verdict: "out of range", reason: `${left} of ${job.controls.seeds} seeds diverged` };
  const it = settlement(gathered);
  if (!it) return { quantity, verdict: "none", reason: "the run was not finished" };
  const law = gathered.ends[0].law;
  if (!law) {
    const steady = it.falling ? "still falling" : "steady";
    const why =
      configuration.optimizer === "SGD" ? "no closed form on this problem" : "no closed form for this optimizer";
    return compare(quantity, it.mean, it.standardError, undefined, `${steady}; ${why}`);
  }
  // The mean over the seeds' own starts, so that only the noise of the gradients is left to chance.
  let predicted = law.constant;
  for (const { startSquare } of gathered.ends)
    for (let i = 0; i < startSquare.length; i++) predicted += (law.weight[i] * startSquare[i]) / job.controls.seeds;
  const reason = "second moments of every coordinate, followed step by step";
  return {
    ...compare(quantity, it.mean, it.standardError, predicted, reason),
    assumption: "quadratic loss, independent noise of constant variance",
  };
}

function firstStep(job: TrainingJob, { ends }: Gathered): Finding[] {
  const values = completed(job.configuration.optimizer, job.configuration.groups[0].values);
  const expected = expectation(job.configuration, values).firstStep;
  const seen = ends.flatMap(({ reading }) => [...reading.firstStep]).filter((x) => !Number.isNaN(x));
  if (!expected || seen.length === 0) return [];
  const it = compare("First step |Δθ| / η", mean(seen), standardError(seen), expected.value, expected.reason);
  // ε beside |ĝ| shortens it by less than the three digits shown.
  const close = Math.abs(mean(seen) / expected.value - 1) < 5e-4;
  const { standardError: se, ...plain } = it;
  const sharp = se === undefined || se < 5e-4 * expected.value;
  return [
    {
      ...(sharp ? plain : it),
      ...(close && { verdict: "agrees" as const }),
      assumption: "ε far below every |ĝ|",
    },
  ];
}

function noise(job: TrainingJob, { ends, diverged }: Gathered): Finding[] {
  const values = completed(job.configuration.optimizer, job.configuration.groups[0].values);
  const expected = expectation(job.configuration, values).noise;
  const seen = ends.flatMap(({ reading }) => [...reading.noise]).filter((x) => !Number.isNaN(x));
  if (!expected || seen.length === 0 || diverged.some((t) => t > 0)) return [];
  const m = mean(seen);
  const reason =
    m > 1
      ? "at the last step; the gradient has not yet vanished beside the noise"
      : "at the last step; the average over past gradients is all noise";
  return [
    {
      ...compare(expected.quantity, m, standardError(seen), 1, reason),
      assumption: "the noise outweighs the gradient",
    },
  ];
}

/** Within 2 standard errors; without any, within rounding. */
function compare(
  quantity: string,
  measured: number,
  se: number,
  predicted: number | undefined,
  reason: string,
): Finding {
  const known = Number.isFinite(se) && se > 0;
  const within =
    predicted !== undefined && Math.abs(measured - predicted) <= (known ? 2 * se : 1e-9 * Math.abs(predicted));
  return {
    quantity,
    measured,
    ...(known && { standardError: se }),
    ...(predicted !== undefined && { predicted }),
    verdict: predicted === undefined ? "none" : within ? "agrees" : "off",
    reason,
  };
}
