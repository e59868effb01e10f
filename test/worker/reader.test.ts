import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { build } from "esbuild";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { Reader } from "../../src/worker/client.ts";

let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), "optimizer-lab-reader-"));
  await build({
    entryPoints: [path.join(import.meta.dirname, "threads", "reader.ts")],
    bundle: true,
    platform: "node",
    format: "cjs",
    outdir: folder,
    logLevel: "error",
  });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const open: Reader[] = [];
afterEach(() => Promise.all(open.splice(0).map((reader) => reader.dispose())));
function start(): Reader {
  const reader = new Reader(folder);
  open.push(reader);
  return reader;
}

test("a reading arrives as plain data", async () => {
  expect(await start().read("12", "python", "a.py")).toEqual({ detections: [], facts: { steps: 12 } });
});

test("a reading overtaken by a later text of the same file settles with the later one's result", async () => {
  const reader = start();
  const texts = ["1", "2", "3"].map((text) => reader.read(text, "python", "a.py"));
  const other = reader.read("9", "python", "b.py");
  const steps = (await Promise.all(texts)).map(({ facts }) => facts.steps);
  expect(steps).toEqual([1, 3, 3]); // the first had been handed over when the others came
  expect((await other).facts.steps).toBe(9);
});

test("a thread that crashes is started again and the text read once more", async () => {
  const reader = start();
  const [crashing, next] = [reader.read("crash once", "python", "c.py"), reader.read("4", "python", "d.py")];
  expect(await crashing).toEqual({ detections: [], facts: { steps: 0 } });
  expect((await next).facts.steps).toBe(4);
});

test("a text that crashes the thread every time is reported, and others are still read", async () => {
  const reader = start();
  const [crashing, next] = [reader.read("crash always", "python", "e.py"), reader.read("5", "python", "f.py")];
  await expect(crashing).rejects.toThrow(/^e\.py could not be read: /);
  expect((await next).facts.steps).toBe(5);
});

test("what the reading thread says is wrong reaches the caller", async () => {
  await expect(start().read("fail", "python", "file:///folder/g.py")).rejects.toThrow(
    "g.py could not be read: the parser is missing",
  );
});

test("a text of more than 20 million characters is refused with a sentence", async () => {
  await expect(start().read("x".repeat(20_000_001), "python", "big.py")).rejects.toThrow(
    "big.py has 20 million characters; files over 20 million are not read.",
  );
});

test("a disposed reader rejects what it was asked, and a later question starts it again", async () => {
  const reader = start();
  const asked = reader.read("1", "python", "a.py");
  const rejected = expect(asked).rejects.toThrow("The reader was closed.");
  await reader.dispose();
  await rejected;
  expect((await reader.read("6", "python", "a.py")).facts.steps).toBe(6);
});
