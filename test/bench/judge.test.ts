import { expect, test } from "vitest";
import { readFileSync } from "node:fs";
import path from "node:path";

interface Verdict {
  readonly id: string;
  readonly what: string;
  readonly figure?: number | boolean;
  readonly verdict: "met" | "missed" | "not measured" | "wrong result";
}
interface Group {
  readonly key: string;
  readonly rows: readonly { readonly id: string }[];
}
interface Target {
  readonly what: string;
  readonly at: readonly string[];
  readonly over?: readonly string[];
}
// JavaScript without declarations, so named where the compiler does not look.
const scripts = { judge: "../../bench/judge.mjs", groups: "../../bench/groups.mjs" };
const { judge } = (await import(scripts.judge)) as { judge: (results: object) => Verdict[] };
const { groups, throughLabs } = (await import(scripts.groups)) as Record<"groups" | "throughLabs", Group[]>;
const file = path.join(import.meta.dirname, "../../bench/targets.json");
const { targets } = JSON.parse(readFileSync(file, "utf8")) as { readonly targets: readonly Target[] };

const row = (median: number, ok = true) => ({ cpu: { median }, wall: { median }, coldWall: { median }, ok });
const langevin = (rows: object) => ({ groups: { W1: { rows } } });
const verdictOf = (results: object, what: string) => judge(results).find((it) => it.what === what);

test("every target of a workload names a row that the bench measures", () => {
  const places = targets.flatMap(({ at, over }) => (over ? [at, over] : [at]));
  for (const [part, key, rows, id] of places) {
    const measured = part === "groups" ? groups : part === "labs" ? throughLabs : undefined;
    if (!measured) continue;
    const group = measured.find((it) => it.key === key);
    expect(rows).toBe("rows");
    expect(
      group?.rows.map((it) => it.id),
      `${part}, ${key}`,
    ).toContain(id);
  }
});

test("a ratio is held to its bound, and one to another row to its own", () => {
  const results = langevin({ simd: row(1.05), plain: row(2.7), "torch-f64": row(12) });
  expect(verdictOf(results, "Langevin ensemble, SIMD")?.verdict).toBe("met");
  expect(verdictOf(results, "Langevin ensemble, plain")?.verdict).toBe("missed");
  const faster = verdictOf(results, "Langevin ensemble, times faster than PyTorch float64");
  expect(faster?.figure).toBeCloseTo(12 / 1.05, 12);
  expect(faster?.verdict).toBe("missed");
});

test("a row with a wrong result has met nothing", () => {
  const results = langevin({ simd: row(0.5, false), numpy: row(9) });
  expect(verdictOf(results, "Langevin ensemble, SIMD")?.verdict).toBe("wrong result");
  expect(verdictOf(results, "Langevin ensemble, times faster than NumPy")?.verdict).toBe("wrong result");
});

test("what was not measured is neither met nor missed", () => {
  expect(new Set(judge({}).map(({ verdict }) => verdict))).toEqual(new Set(["not measured"]));
  expect(verdictOf({ hashes: { identical: false } }, "one hash everywhere")?.verdict).toBe("missed");
  expect(verdictOf({ hashes: { identical: true } }, "one hash everywhere")?.verdict).toBe("met");
});
