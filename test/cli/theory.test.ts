import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { buildProgram, callProgram } from "./built.ts";

// The reproductions that stand in examples/theory, each run as a user would run it.

const folder = path.join(import.meta.dirname, "../../examples/theory");
const files = readdirSync(folder).filter((name) => name.endsWith(".optlab.json"));
const home = mkdtempSync(path.join(os.tmpdir(), "lab-theory-"));
beforeAll(() => buildProgram(home));
afterAll(() => rmSync(home, { recursive: true, force: true }));

/** Every public check by name, whichever file it stands in. */
const references = path.join(import.meta.dirname, "../reference/theory");
const checks = readdirSync(references)
  .filter((name) => name.endsWith(".json"))
  .flatMap(
    (name) => (JSON.parse(readFileSync(path.join(references, name), "utf8")) as { checks: { id: string }[] }).checks,
  );

interface Finding {
  readonly quantity: string;
  readonly verdict: string;
  readonly measured?: number;
  readonly reason?: string;
}

test("there are reproductions, each named after a check", () => {
  expect(files.length).toBeGreaterThan(10);
  for (const file of files) expect(checks.map(({ id }) => id)).toContain(file.replace(".optlab.json", ""));
});

test.each(files)("%s comes out as predicted", async (file) => {
  const { code, out, err } = await callProgram(home, ["run", path.join(folder, file), "--json"]);
  expect(err).toBe("");
  expect(code).toBe(0);
  const { findings } = JSON.parse(out) as { findings: Finding[] };
  expect(findings.some(({ verdict }) => verdict === "agrees" || verdict === "exact")).toBe(true);
  // What is off says why: then that is what the reproduction is there to show.
  for (const it of findings.filter(({ verdict }) => verdict === "off"))
    expect(it.reason ?? it.quantity).toBe(it.reason);
});
