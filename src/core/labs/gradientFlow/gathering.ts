import { kept, type Frame, type Report } from "../../../protocol/index.ts";
import type { Vector } from "../../vector.ts";
import type { Gathering } from "../lab.ts";
import { rules, sentence } from "./words.ts";
import type { BlocksPart } from "./blocks.ts";
import { atRate, awaited, blocksOf, placed } from "./estimate.ts";
import { brokenRun, findings, type Known } from "./findings.ts";
import { framesOf } from "./frames.ts";
import type { FlowJob } from "./system.ts";
import { planOf, type ExactPart, type FlowPart, type Part, type RunsPart, type SchedulePart } from "./work.ts";

/** All parts so far, in places of their own: in which order they came does not show. */
export interface Gathered {
  flow?: FlowPart;
  /** As far as schedules go. */
  scheduleFlow?: FlowPart;
  exact?: ExactPart;
  readonly schedules: SchedulePart[];
  readonly largest: Vector[];
  readonly last: Vector[];
  readonly paths: (RunsPart | undefined)[];
  readonly lostAt: number[];
  readonly blocks: BlocksPart[][];
}

export function gather(job: FlowJob): Gathering<Part> {
  const plan = planOf(job);
  const { rates, steps, lengths } = plan;
  const { replicas, blockRuns, blockTime } = job.controls;
  const all: Gathered = {
    schedules: [],
    largest: Array.from(rates, () => awaited(replicas)),
    last: Array.from(rates, () => awaited(replicas)),
    paths: Array.from(rates, () => undefined),
    lostAt: Array.from(rates, () => 0),
    blocks: lengths.map(() => []),
  };
  const total =
    steps.reduce((sum, k) => sum + k * replicas, 0) + lengths.reduce((sum, m) => sum + m * m * blockRuns, 0);
  let done = 0;
  let current: Known | undefined;
  let fresh = false;
  const known = (): Known =>
    (current ??= {
      rates: Array.from(rates, (eta, i) => atRate(eta, all.largest[i], all.last[i])),
      exact: all.exact,
      schedules: [...all.schedules].sort((a, b) => a.index - b.index),
      blocks: blocksOf(all.blocks, lengths, blockTime),
      steepest: all.flow?.steepest ?? NaN,
      gain: plan.rule.gain,
      momentum: plan.rule.momentum,
    });
  return {
    add(_unit, part) {
      current = undefined;
      fresh = true;
      const own = kept(part);
      switch (own.kind) {
        case "flow":
          if (own.chart === "paths") all.flow = own;
          else all.scheduleFlow = own;
          break;
        case "exact":
          all.exact = own;
          break;
        case "schedule":
          all.schedules.push(own);
          break;
        case "runs":
          placed(all.largest[own.rate], own, own.largest);
          placed(all.last[own.rate], own, own.last);
          if (own.first === 0) all.paths[own.rate] = own;
          if (own.lostAt > 0)
            all.lostAt[own.rate] = all.lostAt[own.rate] === 0 ? own.lostAt : Math.min(all.lostAt[own.rate], own.lostAt);
          done += own.largest.length * steps[own.rate];
          break;
        case "blocks":
          all.blocks[own.size].push(own);
          done += own.means.length * lengths[own.size] ** 2;
          break;
        default:
          own satisfies never;
      }
    },
    frames(): Frame[] {
      if (!fresh) return [];
      fresh = false;
      return framesOf(job, plan, all, known());
    },
    progress: () => ({ done, total, unit: "steps" }),
    report(state): Report {
      const it = known();
      const broken = brokenRun(it);
      return {
        ...sentence(job, plan, all, it, state, { done, total }),
        rules: rules(plan, all),
        ...(broken !== undefined && { assumptions: { distance: broken } }),
      };
    },
    findings: () => findings(job, known()),
  };
}
