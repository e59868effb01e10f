import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { findSchedule } from "../../src/core/schedules/index.ts";
import { readExperiment } from "../../src/documents/frameworks/experiment.ts";
import { experimentProblems } from "../../src/documents/frameworks/experimentProblems.ts";

interface ScheduleCase {
  readonly id: string;
  readonly schedule: string;
  readonly base_lr: number;
  readonly args: Readonly<Record<string, unknown>>;
  readonly lr: readonly number[];
}
const cases = ["torch", "hf"].flatMap((name) => {
  const file = path.join(import.meta.dirname, `../reference/schedules/${name}.json`);
  return (JSON.parse(readFileSync(file, "utf8")) as { cases: ScheduleCase[] }).cases;
});
const known = cases.filter(({ schedule }) => findSchedule(schedule));

test("most reference schedules are known", () => {
  expect(known.length).toBeGreaterThan(25);
});

test.each(known)("$id, in its library's words, gives its library's rates", ({ schedule, args, base_lr, lr }) => {
  const text = JSON.stringify({
    configuration: {
      optimizer: "SGD",
      hyperparameters: { lr: base_lr, momentum: 0.9 },
      schedule: { name: schedule, args },
    },
  });
  expect(experimentProblems(text)).toEqual([]);
  const [group] = readExperiment(text).detections[0].configuration.groups;
  expect(group.schedule?.name).toBe(schedule);
  const rates = findSchedule(schedule)?.prepare(base_lr, group.schedule ?? { name: "", values: {} }, lr.length);
  const tolerance = 1e-12 * Math.max(...lr);
  lr.forEach((want, t) => {
    expect(Math.abs((rates?.rate(t) ?? NaN) - want), `step ${t}`).toBeLessThanOrEqual(1e-10 * want + tolerance);
  });
});
