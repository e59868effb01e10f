import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { rng } from "../../src/core/rng.ts";
import { Rest } from "../../src/worker/rest.ts";
import type { Share } from "../../src/worker/serveUnits.ts";
import { newSignals, signal } from "../../src/worker/signals.ts";
import { StandIn } from "../../src/worker/standIn.ts";
import { findTestLab, order } from "./labs.ts";

beforeEach(() => vi.useFakeTimers({ toFake: ["setTimeout", "setImmediate"] }));
afterEach(() => vi.useRealTimers());

const shareOf = (lab: string, units: number, watched = false): Share => {
  const { configuration, problem, controls, seed } = order(1, lab, { units, parts: 3 });
  const taken = new Int32Array(new SharedArrayBuffer(4 * units));
  return { run: 1, lab, seed, job: { configuration, problem, controls, data: {} }, threads: 2, watched, taken };
};
function standIn() {
  const heard: string[] = [];
  const signals = newSignals();
  let wanted = true;
  const it = new StandIn({
    computing: { findLab: findTestLab, rng },
    rest: new Rest(signals),
    superseded: () => !wanted,
    add: (unit, index) => heard.push(`part ${unit}.${index}`),
    moved: (ended) => heard.push(...ended.map((unit) => `end ${unit}`)),
    failed: (error) => heard.push((error as Error).message),
  });
  return { it, heard, signals, drop: () => (wanted = false) };
}

test("it takes a unit that nobody has after the other, each to its end, and marks it as its thread's", async () => {
  const { it, heard } = standIn();
  const share = shareOf("working", 3);
  share.taken[1] = 1;
  it.begin(share, 1);
  await vi.runAllTimersAsync();
  expect(heard.filter((line) => line.startsWith("part"))).toEqual(
    [0, 2].flatMap((u) => [0, 1, 2].map((p) => `part ${u}.${p}`)),
  );
  expect(heard.filter((line) => line.startsWith("end"))).toEqual(["end 0", "end 2"]);
  expect([...share.taken]).toEqual([2, 1, 2]);
});

test("it lets go at once when it leaves, or when nobody wants the run any more", async () => {
  for (const end of ["leave", "drop"] as const) {
    const { it, heard, drop } = standIn();
    it.begin(shareOf("endless", 1), 1);
    vi.runOnlyPendingTimers();
    if (end === "leave") it.leave();
    else drop();
    await vi.runAllTimersAsync();
    expect(heard.filter((line) => line.startsWith("end"))).toEqual([]);
  }
});

test("what a unit throws is the run's failure, and it goes on with none", async () => {
  const { it, heard } = standIn();
  it.begin(shareOf("says", 2), 1);
  await vi.runAllTimersAsync();
  expect(heard).toEqual(["Row 3 has 4 numbers, expected 5."]);
});

test("it rests where threads do, until the first picture is painted", async () => {
  const { it, heard, signals } = standIn();
  signals[signal.shown] = 1;
  it.begin(shareOf("working", 1, true), 1);
  await vi.advanceTimersByTimeAsync(8);
  expect(heard).toEqual([]);
  signals[signal.painted] = 1;
  await vi.runAllTimersAsync();
  expect(heard.at(-1)).toBe("end 0");
});
