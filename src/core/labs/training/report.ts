import { count, pair, spell, spellRate, typed, type Report, type Values } from "../../../protocol/index.ts";
import { findOptimizer } from "../../optimizers/index.ts";
import { findProblem } from "../../problems/index.ts";
import type { Job } from "../lab.ts";
import { peak, rateInWords, rateLines, type RateLine } from "../rates.ts";
import type { controls } from "./controls.ts";
import type { Gathered } from "./gathering.ts";
import { settlement } from "./settlement.ts";
import { largestStableRate } from "./stability.ts";

type TrainingJob = Job<typeof controls>;

/** The answer sentence, the line under it, and what to do after a divergence. */
export function report(
  job: TrainingJob,
  lines: readonly RateLine[],
  gathered: Gathered,
  state: "running" | "done" | "stopped",
): Report {
  const { steps, seeds } = job.controls;
  const left = gathered.diverged.filter((t) => t > 0);
  const step = gathered.complete > 0 ? gathered.points[gathered.complete - 1] : 0;
  const loss = gathered.complete > 0 ? gathered.loss.median[gathered.complete - 1] : NaN;
  const known = !Number.isNaN(loss);
  if (left.length > 0) {
    const first = left.reduce((a, b) => Math.min(a, b));
    const soFar = state === "running" ? " so far" : "";
    return {
      answer: `Diverged at step **${count(first)}** in **${left.length} of ${seeds}** seeds${soFar}.`,
      ...cause(job, lines),
      diverged: true,
      rules: [{ chart: "loss", x: first, text: `${left.length} of ${seeds} from step ${count(first)}` }],
    };
  }
  const status = `${statusOf(job)} A model problem, not your network.`;
  const soFar = `**0 of ${seeds}** seeds diverged`;
  switch (state) {
    case "running":
      return {
        answer: known
          ? `Loss **${spell(loss)}** at step ${count(step)}; ${soFar} so far.`
          : "The first steps are under way.",
        status,
        rules: [],
      };
    case "stopped":
      return {
        answer: `Stopped at step ${count(step)} of ${count(steps)}.${known ? ` Loss was **${spell(loss)}**.` : ""}`,
        status: "The charts show what was computed.",
        rules: [],
      };
    case "done":
      return {
        answer: `${ratesInWords(lines, gathered)}; ${lossInWords(job, gathered)}; ${soFar}.`,
        status,
        rules: [],
      };
    default:
      return state satisfies never;
  }
}

const statusOf = ({ problem, data }: TrainingJob): string =>
  findProblem(problem.name)!.describe(problem.values ?? {}, data);

/** Of a rate that follows the loss: where it starts, and where half of the seeds have it at the end. */
function ratesInWords(lines: readonly RateLine[], { rates }: Gathered): string {
  const line = lines.find(({ followsLoss }) => followsLoss);
  if (!line) return rateInWords(lines);
  const last = rates[0][rates[0].length - 1];
  const start = `**${spellRate(line.rate[0])}**`;
  return last === line.rate[0] ? `η stays at ${start}` : `η falls from ${start} to **${spellRate(last)}** (median)`;
}

function lossInWords(job: TrainingJob, gathered: Gathered): string {
  const it = settlement(gathered);
  const problem = findProblem(job.problem.name)!;
  const loss = problem.loss === "exact" ? "loss" : "mini-batch loss";
  if (!it) return `${loss} is unknown`;
  const value = `**${pair(it.mean, it.standardError)}**`;
  if (problem.unbounded) return `${loss} averages ${value} over the last tenth`;
  return it.falling ? `${loss} is at ${value} and still falling` : `${loss} settles at ${value}`;
}

/** Why it diverged, as far as that is known, and a learning rate that would help. */
function cause(job: TrainingJob, lines: readonly RateLine[]): Pick<Report, "status" | "advice"> {
  const { configuration } = job;
  const { rate, line } = peak(lines);
  const group = configuration.groups[line.group];
  const values = completed(configuration.optimizer, group.values);
  const learningRate = values["learningRate"];
  const curvature = curvatureOf(job);
  const advise = (wanted: number): Pick<Report, "advice"> => {
    const value = Number(wanted.toPrecision(2));
    const helps = line.group === 0 && value > 0 && followsRate(job, line.group, value / learningRate);
    return helps ? { advice: { text: `Set η to ${typed(value)}`, name: "learningRate", value } } : {};
  };
  if (configuration.optimizer === "SGD" && curvature !== undefined && values["maximize"] === 0) {
    const momentum = values as Values & { momentum: number; dampening: number; nesterov: number; weightDecay: number };
    if (momentum.momentum >= 1)
      return { status: `μ ${typed(momentum.momentum)} never forgets a gradient: it must be below 1.` };
    const limit = largestStableRate(curvature, momentum);
    const scale = learningRate > 0 ? learningRate / rate : 1;
    const with_ = momentum.momentum > 0 ? `μ ${typed(Number(momentum.momentum.toPrecision(6)))} and ` : "";
    const verb = rate >= limit ? "is above its limit of" : "is too near its limit of";
    if (rate > 0.9 * limit)
      return {
        status: `With ${with_}h = ${spell(curvature, 1)}, η ${spell(rate)} ${verb} ${spell(limit)}.`,
        ...advise(Math.min(learningRate / 2, 0.5 * limit * scale)),
      };
  }
  const status = `The loss left its start behind by a factor of a million${configuration.clip ? ", clipped gradients and all" : ""}.`;
  return { status, ...advise(learningRate / 2) };
}
/** Largest curvature, where it is known without the data of a run. */
function curvatureOf({ problem, data }: TrainingJob): number | undefined {
  const it = findProblem(problem.name)!;
  if (it.dataset !== undefined) return undefined;
  if (problem.name === "noisy quadratic") return 1;
  const given: unknown = data.given?.["A"];
  if (problem.name !== "quadratic" || !Array.isArray(given)) return problem.name === "single well" ? 1 : undefined;
  const diagonal = given.filter((x): x is number => typeof x === "number");
  return diagonal.length === given.length ? Math.max(...diagonal) : undefined;
}

/** Whether the rates in force follow the optimizer's own: some schedules bring a peak of theirs. */
function followsRate(job: TrainingJob, index: number, factor: number): boolean {
  const groups = job.configuration.groups.map((group, i) =>
    i === index
      ? {
          ...group,
          values: {
            ...group.values,
            learningRate: factor * completed(job.configuration.optimizer, group.values)["learningRate"],
          },
        }
      : group,
  );
  const changed = rateLines({ ...job.configuration, groups }, job.controls);
  const before = rateLines(job.configuration, job.controls);
  return peak(changed.filter((line) => line.group === index || changed.length === 1)).rate < 0.9 * peak(before).rate;
}

export function completed(optimizer: string, given: Readonly<Partial<Record<string, number>>>): Record<string, number> {
  const knobs = findOptimizer(optimizer)?.hyperparameters ?? {};
  return Object.fromEntries(Object.entries(knobs).map(([name, knob]) => [name, given[name] ?? knob.default]));
}
