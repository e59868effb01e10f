import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, test } from "vitest";
import { readParts } from "../../src/editor/parts.ts";

interface InParts {
  readonly files: readonly { readonly path: string; readonly text: string }[];
  readonly chunks: readonly string[];
}
const script = "../../scripts/parts.mjs"; // JavaScript without declarations, so named where the compiler does not look
const { inParts } = (await import(script)) as { inParts: (options: object, most: number) => Promise<InParts> };
const most = 45_000;
const built = await inParts(
  {
    entryPoints: { extension: "src/editor/extension.ts" },
    platform: "node",
    mainFields: ["module", "main"],
    external: ["vscode"],
    outdir: "dist",
    minify: true,
    logLevel: "error",
  },
  most,
);
const byName = new Map(built.files.map(({ path: file, text }) => [path.basename(file), text]));
const importsOf = (name: string) =>
  [...byName.get(name)!.matchAll(/(?:from|import)"\.\/(chunk-\w+\.js)"/g)].map(([, file]) => file);

test("each part is small, and there are no more of them than that takes", () => {
  const sizes = built.chunks.map((name) => byName.get(name)!.length);
  for (const size of sizes) expect(size).toBeLessThan(1.2 * most); // imports and exports come on top
  const all = sizes.reduce((sum, size) => sum + size, 0);
  expect(all).toBeGreaterThan(400_000);
  expect(built.chunks.length).toBeLessThan((2 * all) / most);
});
test("a part follows all that it needs, and the desk finds all that it needs read", () => {
  const read = new Set<string>();
  for (const name of built.chunks) {
    for (const needed of importsOf(name)) expect(read, `${needed}, which ${name} needs`).toContain(needed);
    read.add(name);
  }
  const desk = [...byName.keys()].find((name) => name.startsWith("desk-"))!;
  expect(importsOf(desk).length).toBeGreaterThan(5);
  for (const needed of importsOf(desk)) expect(read).toContain(needed);
});

test("parts are read in their order, one in each turn; without a list nothing is", async () => {
  const folder = mkdtempSync(path.join(tmpdir(), "lab-parts-"));
  const seen = globalThis as { partsRead?: string[] };
  try {
    await readParts(folder);
    for (const name of ["b", "a"])
      writeFileSync(path.join(folder, `${name}.js`), `(globalThis.partsRead ??= []).push("${name}");`);
    writeFileSync(path.join(folder, "parts.json"), JSON.stringify(["b.js", "a.js"]));
    const reading = readParts(folder);
    expect(seen.partsRead).toEqual(["b"]);
    await reading;
    expect(seen.partsRead).toEqual(["b", "a"]);
  } finally {
    delete seen.partsRead;
    rmSync(folder, { recursive: true });
  }
});
