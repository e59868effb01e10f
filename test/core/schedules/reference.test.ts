import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { findSchedule, schedules } from "../../../src/core/schedules/index.ts";
import type { ScheduleConfiguration } from "../../../src/protocol/index.ts";

// Rates at steps 0 … 99 as the libraries themselves gave them in float64.

type Argument = number | string | boolean | null | readonly number[] | readonly Part[];
interface Part {
  readonly schedule: string;
  readonly args: Readonly<Partial<Record<string, Argument>>>;
}
interface Case extends Part {
  readonly id: string;
  readonly base_lr: number;
  readonly lr: readonly number[];
  readonly momentum?: readonly number[];
}
const read = (family: string) =>
  (
    JSON.parse(readFileSync(path.join(import.meta.dirname, `../../reference/schedules/${family}.json`), "utf8")) as {
      readonly cases: readonly Case[];
    }
  ).cases;
const cases = [...read("torch"), ...read("hf")];

const canonical: Readonly<Record<string, string>> = {
  step_size: "stepSize",
  gamma: "gamma",
  T_max: "length",
  T_0: "length",
  T_mult: "growth",
  total_iters: "length",
  total_steps: "length",
  num_training_steps: "length",
  eta_min: "minimum",
  base_lr: "minimum",
  lr_end: "minimum",
  min_lr: "minimum",
  min_lr_rate: "minimumFraction",
  min_lr_ratio: "minimumFraction",
  max_lr: "maximum",
  step_size_up: "stepsUp",
  step_size_down: "stepsDown",
  start_factor: "startFactor",
  factor: "factor",
  power: "power",
  pct_start: "riseFraction",
  three_phase: "threePhase",
  num_warmup_steps: "warmup",
  num_stable_steps: "stable",
  num_decay_steps: "decay",
  num_cycles: "cycles",
  anneal_strategy: "annealing",
  mode: "mode",
  warmup_type: "warmupShape",
  decay_type: "decayShape",
};
const structural = new Set(["formula", "milestones", "schedulers"]);
function configurationOf({ schedule, args }: Part): ScheduleConfiguration {
  const values: Record<string, number> = {};
  for (const [word, written] of Object.entries(args) as [string, Argument][]) {
    if (structural.has(word)) continue;
    const descriptor = findSchedule(schedule)?.hyperparameters[canonical[word]];
    if (!descriptor) throw new Error(`${schedule} has no hyperparameter for ${word}`);
    values[canonical[word]] =
      typeof written === "string" ? (descriptor.choices ?? []).indexOf(written) : Number(written);
  }
  return {
    name: schedule,
    values,
    ...(args["milestones"] !== undefined && { points: args["milestones"] as number[] }),
    ...(args["schedulers"] !== undefined && { parts: (args["schedulers"] as Part[]).map(configurationOf) }),
    ...(args["formula"] !== undefined && { formula: args["formula"] as string }),
  };
}
function expectAll(got: (count: number) => number, want: readonly number[]) {
  const max = Math.max(...want);
  for (let count = 0; count < want.length; count++) {
    const allowed = 1e-10 * Math.abs(want[count]) + 1e-12 * max;
    expect(
      Math.abs(got(count) - want[count]),
      `at step ${count}: ${got(count)}, not ${want[count]}`,
    ).toBeLessThanOrEqual(allowed);
  }
}

describe("the rates of the libraries themselves", () => {
  test.each(cases)("$id", (it) => {
    const schedule = findSchedule(it.schedule);
    const rates = schedule?.prepare(it.base_lr, configurationOf(it), 100);
    expect(it.lr).toHaveLength(100);
    expectAll((count) => rates?.rate(count) ?? NaN, it.lr);
    expect(rates?.momentum !== undefined).toBe(it.momentum !== undefined);
    if (it.momentum) expectAll((count) => rates?.momentum?.(count) ?? NaN, it.momentum);
  });

  test("every schedule has a case, or is one that never moves", () => {
    const covered = new Set(cases.map(({ schedule }) => schedule));
    expect(schedules.map(({ name }) => name).filter((name) => !covered.has(name))).toEqual([
      "constant",
      "get_constant_schedule",
    ]);
  });
});
