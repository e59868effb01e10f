import { describe, expect, test } from "vitest";
import { findSchedule, schedules } from "../../../src/core/schedules/index.ts";
import { readExperiment } from "../../../src/documents/frameworks/experiment.ts";
import { experimentProblems } from "../../../src/documents/frameworks/experimentProblems.ts";
import type { ScheduleConfiguration } from "../../../src/protocol/index.ts";
import { scheduleCases, scheduleText } from "./cases.ts";

// Rates at steps 0 … 99 as the libraries themselves gave them in float64, from experiment files in the libraries' words.

function expectAll(got: (count: number) => number, want: readonly number[]) {
  const max = Math.max(...want);
  for (let count = 0; count < want.length; count++) {
    const allowed = 1e-10 * Math.abs(want[count]) + 1e-12 * max;
    const it = got(count);
    expect(Math.abs(it - want[count]), `at step ${count}: ${it}, not ${want[count]}`).toBeLessThanOrEqual(allowed);
  }
}

describe("the rates of the libraries themselves", () => {
  test.each(scheduleCases)("$id", (it) => {
    const text = scheduleText(it);
    expect(experimentProblems(text)).toEqual([]);
    const [group] = readExperiment(text).detections[0].configuration.groups;
    expect(group.schedule?.name).toBe(it.schedule);
    const configuration = group.schedule ?? { name: "none", values: {} };
    const rates = findSchedule(it.schedule)?.prepare(it.base_lr ?? 1, configuration, it.lr.length);
    expectAll((count) => {
      const now = rates?.rate(count) ?? NaN;
      if (it.metrics) rates?.observe?.(it.metrics[count]);
      return now;
    }, it.lr);
    expect(rates?.observe !== undefined).toBe(it.metrics !== undefined);
    expect(rates?.momentum !== undefined).toBe(it.momentum !== undefined);
    if (it.momentum) expectAll((count) => rates?.momentum?.(count) ?? NaN, it.momentum);
  });

  test.each(scheduleCases.filter(({ metrics }) => metrics))("$id, its losses given in the file", (it) => {
    const {
      configuration: { schedule, ...configuration },
    } = JSON.parse(scheduleText(it)) as { readonly configuration: { readonly schedule: object } };
    const text = JSON.stringify({
      configuration: { ...configuration, schedule: { ...schedule, metrics: it.metrics } },
    });
    expect(experimentProblems(text)).toEqual([]);
    const [group] = readExperiment(text).detections[0].configuration.groups;
    const rates = findSchedule(it.schedule)?.prepare(it.base_lr ?? 1, group.schedule!, it.lr.length);
    expectAll((count) => rates?.rate(count) ?? NaN, it.lr);
  });

  test("every schedule has a case, or is tested by hand", () => {
    const covered = new Set<string>();
    const cover = ({ name, parts = [] }: ScheduleConfiguration) => {
      covered.add(name);
      parts.forEach(cover);
    };
    for (const it of scheduleCases)
      cover(
        readExperiment(scheduleText(it)).detections[0].configuration.groups[0].schedule ?? { name: "", values: {} },
      );
    expect(schedules.map(({ name }) => name).filter((name) => !covered.has(name))).toEqual([
      "constant",
      "get_constant_schedule",
      // In libraries.test.ts.
      "LearningRateScheduler",
      "keras.callbacks.ReduceLROnPlateau",
      "constant_schedule",
      "piecewise_interpolate_schedule",
      "join_schedules",
    ]);
  });
});
