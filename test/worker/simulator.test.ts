import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { build } from "esbuild";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { runInline } from "../../src/core/run.ts";
import { type Finding, type Frame, type FromWorker, keep, type Order } from "../../src/protocol/index.ts";
import { Simulator } from "../../src/worker/client.ts";
import { findTestLab, order } from "./labs.ts";

let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), "optimizer-lab-threads-"));
  const threads = path.join(import.meta.dirname, "threads");
  await build({
    entryPoints: [path.join(threads, "lead.ts"), path.join(threads, "unit.ts")],
    bundle: true,
    platform: "node",
    format: "cjs",
    outdir: folder,
    logLevel: "error",
  });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const open: Simulator[] = [];
afterEach(() => Promise.all(open.splice(0).map((simulator) => simulator.dispose())));

/** A simulator, everything it said, and a way to await what it will say. */
function start(threads: number, watched = false) {
  const heard: FromWorker[] = [];
  const waiting: { test: (message: FromWorker) => boolean; found: (message: FromWorker) => void }[] = [];
  const simulator = new Simulator({
    folder,
    threads,
    watched,
    listen: (message) => {
      heard.push(message);
      for (const { test, found } of waiting) if (test(message)) found(message);
    },
  });
  open.push(simulator);
  const until = (test: (message: FromWorker) => boolean): Promise<FromWorker> =>
    new Promise((found) => waiting.push({ test, found }));
  const ending = (run: number) => until((message) => message.run === run && message.type !== "frames");
  return { simulator, heard, until, ending };
}
const framesOf = (heard: readonly FromWorker[], run: number): Frame[] =>
  heard
    .flatMap((message) => (message.type === "frames" && message.run === run ? message.frames : []))
    .reduce<Frame[]>((kept, frame) => keep(kept, frame), []);
const bytesOf = (frames: readonly Frame[]) =>
  frames.map(
    ({ series, columns }) =>
      `${series} ${columns.map((column) => Buffer.from(column.buffer).toString("hex")).join(" ")}`,
  );

interface Outcome {
  readonly bytes: readonly string[];
  readonly findings: readonly Finding[];
}
/** The order's run on one thread, without a pool. */
function inline({ lab, configuration, problem, controls, seed }: Order): Outcome {
  const steps = runInline(findTestLab(lab)!, { configuration, problem, controls, data: {} }, seed);
  let frames: Frame[] = [];
  for (;;) {
    const next = steps.next();
    if (next.done) return { bytes: bytesOf(frames), findings: next.value.findings };
    frames = (next.value ?? []).reduce<Frame[]>((kept, frame) => keep(kept, frame), frames);
  }
}
async function pooled(it: Order, threads: number): Promise<Outcome> {
  const { simulator, heard, ending } = start(threads);
  const ended = ending(it.run);
  simulator.order(it);
  const last = await ended;
  if (last.type !== "done") throw new Error(JSON.stringify(last));
  await simulator.dispose();
  return { bytes: bytesOf(framesOf(heard, it.run)), findings: last.findings };
}

test("one seed gives the same bytes on one, two and five threads, and without any", async () => {
  const it = order(1, "working", { units: 7, parts: 9 });
  const alone = inline(it);
  expect(alone.bytes).toHaveLength(7);
  expect(alone.bytes.join()).not.toContain("f87f"); // every part has arrived: no NaN is left
  for (const threads of [1, 2, 5]) expect(await pooled(it, threads)).toEqual(alone);
});

test("what the lead has begun in place of a thread that starts later is begun anew, to the same bytes", async () => {
  // Some seconds: far longer than it takes until that thread is there.
  const it = order(1, "working", { units: 3, parts: 60, spin: 3_000_000 });
  expect(await pooled(it, 2)).toEqual(inline(it));
});

test("far more units than threads are run, each once", async () => {
  const it = order(1, "working", { units: 2500, parts: 2, width: 4 });
  expect(await pooled(it, 3)).toEqual(inline(it));
});

test("parts larger than the ring arrive like others", async () => {
  const it = order(1, "working", { units: 3, parts: 3, width: 200_000 });
  expect(await pooled(it, 2)).toEqual(inline(it));
});

test("threads wait for a lead that is slower than they are, and nothing is lost", async () => {
  // 13 MB through a ring of 2 MB.
  const it = order(1, "lead is slow", { units: 4, parts: 100, width: 4096 });
  expect(await pooled(it, 1)).toEqual(inline(it));
});

test("frames come with a report and a progress before the run is done", async () => {
  const { simulator, heard, ending } = start(2);
  const ended = ending(1);
  simulator.order(order(1, "working", { units: 2, parts: 40, spin: 2_000_000 }));
  const last = await ended;
  const frames = heard.filter((message) => message.type === "frames");
  expect(frames.length).toBeGreaterThan(1);
  expect(frames[0].report.answer).toMatch(/^running \*\*\d+\*\*$/);
  expect(frames[0].progress.done).toBeGreaterThan(0);
  expect(frames[0].progress).toMatchObject({ total: 80, unit: "steps" });
  expect(last).toMatchObject({ type: "done", report: { answer: "done **80**" } });
});

test("threads that rest for the first picture give the same, whether it comes or not", async () => {
  for (const paints of [true, false]) {
    const { simulator, heard, until, ending } = start(2, true);
    for (const run of [1, 2]) {
      const it = order(run, "working", { units: 5, parts: 40, spin: 500_000 });
      const ended = ending(run);
      simulator.order(it);
      await until((message) => message.run === run && message.type === "frames");
      if (paints) simulator.painted(run);
      expect(await ended).toMatchObject({ type: "done" });
      expect(bytesOf(framesOf(heard, run))).toEqual(inline(it).bytes);
    }
  }
});

test("a run that is held back goes on when it is let go, or by itself, and gives the same", async () => {
  for (const letsGo of [true, false]) {
    const { simulator, heard, until, ending } = start(2, true);
    const it = order(1, "working", { units: 5, parts: 40, spin: 500_000 });
    const ended = ending(1);
    simulator.order(it);
    await until((message) => message.type === "frames");
    simulator.painted(1);
    simulator.hold(200);
    if (letsGo) simulator.hold(0);
    expect(await ended).toMatchObject({ type: "done" });
    expect(bytesOf(framesOf(heard, 1))).toEqual(inline(it).bytes);
  }
});

test("a later order takes the place of a running one, which is not heard of again", async () => {
  const { simulator, heard, ending } = start(2);
  const ended = ending(2);
  simulator.order(order(1, "endless"));
  simulator.order(order(2, "working"));
  expect(await ended).toMatchObject({ type: "done", run: 2 });
  expect(heard.filter(({ run }) => run === 1)).toEqual([]);
});

test("an endless run is superseded in the middle of its work", async () => {
  const { simulator, until, ending, heard } = start(1);
  const begun = until(({ run }) => run === 1);
  simulator.order(order(1, "working", { units: 1, parts: 10_000, spin: 5_000_000 }));
  await begun;
  const ended = ending(2);
  simulator.order(order(2, "working"));
  const mark = heard.length;
  expect(await ended).toMatchObject({ type: "done", run: 2 });
  expect(heard.slice(mark).every(({ run }) => run === 2)).toBe(true);
});

test("a stop ends the run with a report of how far it came, and the next run works", async () => {
  const { simulator, until, ending } = start(2);
  const begun = until(({ run }) => run === 1);
  const stopped = ending(1);
  simulator.order(order(1, "working", { units: 2, parts: 10_000, spin: 5_000_000 }));
  await begun;
  simulator.stop();
  const last = await stopped;
  expect(last).toMatchObject({ type: "stopped", progress: { total: 20_000, unit: "steps" } });
  // The lead's own word, or the last one before it where the lead is not heard in time.
  expect(last.type === "stopped" && last.report.answer).toMatch(/^(stopped|running) \*\*[1-9]/);
  const ended = ending(2);
  simulator.order(order(2, "working"));
  expect(await ended).toMatchObject({ type: "done" });
});

test("a stop with nothing running says nothing", async () => {
  const { simulator, heard, ending } = start(1);
  simulator.stop();
  const ended = ending(1);
  simulator.order(order(1, "working"));
  await ended;
  simulator.stop();
  const again = ending(2);
  simulator.order(order(2, "working"));
  await again;
  expect(heard.map(({ type }) => type).filter((type) => type === "stopped")).toEqual([]);
});

test("a lab that throws becomes a failure with the step, and the next run works", async () => {
  const { simulator, ending } = start(2);
  const failed = ending(1);
  simulator.order(order(1, "throws", { spin: 3_000_000 }));
  const last = await failed;
  expect(last).toMatchObject({ type: "failed", details: expect.stringContaining("x is not a function") as string });
  expect(last.type === "failed" && last.message).toMatch(
    /^The simulation stopped working (at step \d+|before its first step)\.$/,
  );
  const ended = ending(2);
  simulator.order(order(2, "working"));
  expect(await ended).toMatchObject({ type: "done" });
});

test.each([
  [1, /: a computing thread ended twice in the same place\.$/],
  // The lead stands in for the second of two; which of them has the unit in hand is a matter of time.
  [2, /: (a computing thread ended twice in the same place|the thread that leads the others ended twice)\.$/],
])("of %i threads, one that a unit ends twice is a failure that says so", async (threads, sentence) => {
  const { simulator, ending } = start(threads);
  const failed = ending(1);
  simulator.order(order(1, "dies"));
  const last = await failed;
  expect(last).toMatchObject({ type: "failed", details: expect.stringContaining("code 3") as string });
  expect(last.type === "failed" && last.message).toMatch(sentence);
  const ended = ending(2);
  simulator.order(order(2, "working"));
  expect(await ended).toMatchObject({ type: "done" });
});

test.each([1, 2])(
  "of %i threads, one that dies is replaced and its units begin anew, to the same bytes",
  async (threads) => {
    const mark = path.join(folder, `died with ${threads}`);
    const it = { ...order(1, "dies once", { units: 9, parts: 7 }), problem: { name: mark } };
    const outcome = await pooled(it, threads);
    expect(existsSync(mark)).toBe(true);
    expect(outcome).toEqual(inline(it)); // which does not die: the mark is there
  },
);

// Each takes a second: so long a step, or the lead, may be held up before its thread is given up.
describe.each(["hangs", "lead hangs"])("a lab that %s", (lab) => {
  /** Resolves in the middle of what never returns. */
  async function hung(threads: number) {
    const started = start(threads);
    const name = path.join(folder, `${lab} ${Math.random()}`);
    started.simulator.order({ ...order(1, lab), problem: { name } });
    await vi.waitUntil(() => existsSync(name), { timeout: 30_000 });
    return started;
  }

  test.each([1, 2])("does not keep %i threads from the next runs", async (threads) => {
    const { simulator, ending } = await hung(threads);
    for (const run of [2, 3]) {
      const ended = ending(run);
      simulator.order(order(run, "working"));
      expect(await ended).toMatchObject({ type: "done" });
    }
  });

  test("can be stopped, and the next run works", async () => {
    const { simulator, ending } = await hung(1);
    const stopped = ending(1);
    simulator.stop();
    expect(await stopped).toMatchObject({ type: "stopped", run: 1 });
    const ended = ending(2);
    simulator.order(order(2, "working"));
    expect(await ended).toMatchObject({ type: "done" });
  });
});

test("a sentence thrown before anything was computed is what the user reads", async () => {
  const { simulator, ending } = start(1);
  const failed = ending(1);
  simulator.order({ ...order(1, "says"), controls: { units: 2, parts: 5, spin: 0 } });
  const last = await failed;
  expect(last.type === "failed" && last.message).toBe("Row 3 has 4 numbers, expected 5.");
});

test("an unknown lab is refused with a sentence", async () => {
  const { simulator, ending } = start(1);
  const failed = ending(1);
  simulator.order(order(1, "nowhere"));
  expect(await failed).toMatchObject({ type: "failed", message: 'There is no lab "nowhere".' });
});

test("a lead thread that dies is reported, and the next order starts another", async () => {
  const { simulator, ending } = start(2);
  const failed = ending(1);
  simulator.order(order(1, "lead dies"));
  expect(await failed).toMatchObject({ type: "failed", details: expect.stringContaining("code 4") as string });
  const ended = ending(2);
  simulator.order(order(2, "working"));
  expect(await ended).toMatchObject({ type: "done" });
});

test("a disposed simulator is silent, and an order wakes it", async () => {
  const { simulator, heard, ending } = start(1);
  simulator.warm();
  simulator.order(order(1, "endless"));
  await simulator.dispose();
  expect(heard).toEqual([]);
  const ended = ending(2);
  simulator.order(order(2, "working"));
  expect(await ended).toMatchObject({ type: "done" });
});
