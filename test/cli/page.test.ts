import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Complaint } from "../../src/cli/io.ts";
import { page } from "../../src/cli/page.ts";
import type { Show } from "../../src/protocol/index.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), "optimizer-lab-page-"));
  writeFileSync(path.join(folder, "webview.js"), 'console.log("</script><!-- $& ")');
  writeFileSync(path.join(folder, "webview.css"), "main { margin: 0 }");
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const show: Show = {
  type: "show",
  run: 1,
  optimizer: "Adam",
  file: "a<b>.py",
  line: 3,
  framework: "PyTorch 2.x",
  choices: [],
  chosen: 0,
  labs: [],
  lab: "training",
  about: "</script><script>alert(1)</script>",
  charts: [],
  groups: [],
  group: 0,
  knobs: [],
  problems: [],
  problem: "p",
  notes: [],
  changes: [],
  patterns: false,
  subject: null,
};
const run = {
  show,
  frames: [{ chart: "c", series: "s", mode: "replace" as const, columns: [Float64Array.of(1, NaN)] }],
  report: { answer: "Done.", status: "", rules: [] },
  findings: [],
};

test("a page carries its messages, and nothing in them ends the script early", async () => {
  const html = await page(folder, run);
  expect(html.match(/<\/script>/g)).toHaveLength(3);
  expect(html).toContain('console.log("<\\/script><\\!-- $& ")');
  expect(html).toContain("<title>Adam · a&lt;b&gt;.py:3 · Optimizer Lab</title>");
  const inlined = /window\.optimizerLab = (.*);<\/script>/.exec(html)?.[1] ?? "";
  const { messages } = JSON.parse(inlined) as { messages: { type: string; frames?: unknown; seconds?: number }[] };
  expect(messages.map(({ type }) => type)).toEqual(["show", "frames", "done"]);
  expect(messages[0]).toEqual(show);
  expect(messages[1].frames).toEqual([{ ...run.frames[0], columns: [[1, "NaN"]] }]);
});

test("a page names colours for light and dark, and asks for nothing from elsewhere", async () => {
  const html = await page(folder, run);
  expect(html.match(/--vscode-foreground: #/g)).toHaveLength(2);
  expect(html).not.toMatch(/(src|href)=|url\(|@import|https?:/);
});

test("without the panel's bundle there is a complaint that says what to do", async () => {
  await expect(page(path.join(folder, "nowhere"), run)).rejects.toThrow(Complaint);
  await expect(page(path.join(folder, "nowhere"), run)).rejects.toThrow(/webview\.js is missing .* install it again/);
});
