import { beforeEach, expect, test, vi } from "vitest";
import { largestFile, withFiles } from "../../src/documents/attach.ts";
import type { Detection } from "../../src/documents/document.ts";
import * as stub from "./stub.ts";

vi.mock("vscode", () => stub);
const { dataBeside } = await import("../../src/editor/dataFiles.ts");
const { played } = stub;

const put = (path: string, text: string) => played.files.set(`file://${path}`, new TextEncoder().encode(text));
const key = "file:///project/runs/my.optlab.json";
beforeEach(() => played.files.clear());

test("a data file counts from the folder of the experiment file, within the workspace", async () => {
  put("/project/runs/rows.csv", "a,b\n1,2\n");
  put("/project/data/rows.csv", "a,b\n3,4\n");
  put("/etc/rows.csv", "a,b\n5,6\n");
  expect(await dataBeside(key, "rows.csv")).toBe("a,b\n1,2\n");
  expect(await dataBeside(key, "../data/rows.csv")).toBe("a,b\n3,4\n");
  await expect(dataBeside(key, "../../etc/rows.csv")).rejects.toThrow(/outside the workspace/);
});
test("one that is not there, or too large, is said", async () => {
  await expect(dataBeside(key, "gone.csv")).rejects.toThrow(/gone.csv is not there/);
  played.files.set("file:///project/runs/large.csv", new Uint8Array(largestFile + 1));
  await expect(dataBeside(key, "large.csv")).rejects.toThrow(/large.csv has 20 MB; files over 20 MB/);
});
test("only detections that name a file are given its text", async () => {
  const plain = { line: 1 } as unknown as Detection;
  const naming = { experiment: { lab: "training", problem: { name: "least squares", data: { csv: "x.csv" } } } };
  const read = (path: string) => Promise.resolve(`text of ${path}`);
  expect(await withFiles([plain], () => Promise.reject(new Error("nothing to read")))).toEqual([plain]);
  const [first, second] = await withFiles([plain, naming as unknown as Detection], read);
  expect(first).toBe(plain);
  expect(second.experiment?.problem?.data).toEqual({ csv: "x.csv", text: "text of x.csv" });
});
