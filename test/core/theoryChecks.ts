import { readFileSync } from "node:fs";
import { expect } from "vitest";

interface Expected {
  readonly name: string;
  readonly value?: unknown;
  readonly min?: number;
  readonly max?: number;
  readonly tol?: { readonly abs?: number; readonly rel?: number };
}
export interface Check {
  spec(id: string): Readonly<Record<string, unknown>>;
  entry(id: string, name: string): Expected;
  value(id: string, name: string): unknown;
  /** Every number in `got` against the number of the same path in what is expected; counts the entry as looked at. */
  compare(id: string, name: string, got: unknown): void;
  /** Names of entries nobody has looked at yet. */
  open(id: string): string[];
}

/** Numbers of a value with their paths: [["a.0", 1]]. */
export const leaves = (value: unknown, path = ""): [string, number][] =>
  typeof value === "number"
    ? [[path, value]]
    : typeof value === "object" && value !== null
      ? Object.entries(value).flatMap(([key, inner]) => leaves(inner, path === "" ? key : `${path}.${key}`))
      : [];

/** One file of reference checks of the theory. */
export function checkOf(file: URL): Check {
  const { checks } = JSON.parse(readFileSync(file, "utf8")) as {
    checks: { id: string; spec: Record<string, unknown>; expected: Expected[] }[];
  };
  const seen = new Set<string>();
  const of = (id: string) => checks.find((check) => check.id === id)!;
  const entry = (id: string, name: string): Expected => {
    seen.add(`${id}/${name}`);
    const found = of(id).expected.find((it) => it.name === name);
    if (!found) throw new Error(`${id} expects no ${name}`);
    return found;
  };
  return {
    spec: (id) => of(id).spec,
    entry,
    value: (id, name) => entry(id, name).value,
    compare(id, name, got) {
      const { value, min, max, tol } = entry(id, name);
      const numbers = leaves(got);
      expect(numbers.length, `${id}, ${name}: no number`).toBeGreaterThan(0);
      const want = new Map(leaves(value));
      for (const [path, x] of numbers) {
        const said = `${id}, ${name} ${path}: got ${x}`;
        if (max !== undefined) expect(x, said).toBeLessThanOrEqual(max);
        if (min !== undefined) expect(x, said).toBeGreaterThanOrEqual(min);
        if (value === undefined) continue;
        const target = want.get(path) ?? NaN;
        expect(Math.abs(x - target), `${said}, want ${target}`).toBeLessThanOrEqual(
          (tol?.abs ?? 0) + ((tol?.rel ?? 0) + 1e-11) * Math.abs(target),
        );
      }
    },
    open: (id) =>
      of(id)
        .expected.filter(({ name }) => !seen.has(`${id}/${name}`))
        .map(({ name }) => name),
  };
}
