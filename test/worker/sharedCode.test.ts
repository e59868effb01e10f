import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { Script } from "node:vm";
import { wrap } from "node:module";
import { expect, test } from "vitest";
import { loadAgain, loadFirst } from "../../src/worker/sharedCode.ts";

interface Counting {
  readonly count: () => number;
  readonly folder: string;
  readonly separator: string;
}
function written(): string {
  const file = path.join(mkdtempSync(path.join(tmpdir(), "optimizer-lab-code-")), "code.js");
  const many = Array.from({ length: 200 }, (_, k) => `function f${k}() { return ${k}; }`);
  const rest = `let n = f7(); exports.count = () => n++; exports.folder = __dirname; exports.separator = require("node:path").sep;`;
  writeFileSync(file, [...many, rest].join("\n"));
  return file;
}

test("code that is loaded again is a copy of its own, from what was parsed before", () => {
  const file = written();
  const { exports, code } = loadFirst(file);
  const first = exports as Counting;
  expect(first.count()).toBe(7);
  expect(first.count()).toBe(8);
  const second = loadAgain(code) as Counting;
  expect(second.count()).toBe(7);
  expect(second).toMatchObject({ folder: path.dirname(file), separator: path.sep });
  const { cachedDataRejected } = new Script(wrap(code.text), { filename: file, cachedData: Buffer.from(code.parsed) });
  expect(cachedDataRejected).toBe(false);
});

test("where the engine does not take what was parsed, the text is read", () => {
  const { code } = loadFirst(written());
  const parsed = new Uint8Array(code.parsed.length).fill(7);
  expect((loadAgain({ ...code, parsed }) as Counting).count()).toBe(7);
});
