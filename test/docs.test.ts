import { readdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { labs } from "../src/core/labs/index.ts";
import { optimizers } from "../src/core/optimizers/index.ts";
import { schedules } from "../src/core/schedules/index.ts";
import { libraries } from "../src/documents/vocabulary/index.ts";

const text = readFileSync(path.join(import.meta.dirname, "../docs/optimizers.md"), "utf8");

test("the page of optimizers names every optimizer, every class of every library, every switch and every schedule", () => {
  const rows = text.split("\n");
  const missing = optimizers.flatMap(({ name, hyperparameters }) => {
    const row = rows.find((line) => line.startsWith(`| ${name} |`)) ?? "";
    const classes = libraries.flatMap((library) => library.optimizers.filter(({ optimizer }) => optimizer === name));
    const switches = Object.entries(hyperparameters).filter(([, { arithmetic }]) => arithmetic);
    const said = rows.find((line) => /^[*-] /.test(line) && line.includes(`**${name}**`)) ?? "";
    return [
      ...classes
        .filter(({ className }) => !row.includes(`\`${className}\``))
        .map(({ className }) => `${name}: ${className}`),
      ...switches.filter(([key]) => !said.includes(`\`${key}\``)).map(([key]) => `${name}: ${key}`),
    ];
  });
  expect(missing).toEqual([]);
  expect(schedules.filter(({ name }) => !text.includes(`\`${name}\``)).map(({ name }) => name)).toEqual([]);
});

test("every lab that names a page has it, and every page belongs to a lab", () => {
  const pages = readdirSync(path.join(import.meta.dirname, "../docs/labs"))
    .filter((name) => name.endsWith(".md"))
    .map((name) => name.slice(0, -3));
  const named = labs.flatMap(({ page }) => page ?? []);
  expect([...named].sort()).toEqual(pages.sort());
  for (const { page, title } of labs)
    if (page !== undefined)
      expect(readFileSync(path.join(import.meta.dirname, `../docs/labs/${page}.md`), "utf8")).toMatch(`# ${title}`);
});

test("every picture of a page is there, small, and described", () => {
  const folder = path.join(import.meta.dirname, "../docs/labs");
  const pages = readdirSync(folder).filter((name) => name.endsWith(".md"));
  const drawn = pages.flatMap((name) => [
    ...readFileSync(path.join(folder, name), "utf8").matchAll(/!\[([^\]]*)\]\(([^)]*)\)/g),
  ]);
  for (const [, words, file] of drawn) {
    expect(words.length, file).toBeGreaterThan(40);
    expect(statSync(path.join(folder, file)).size, file).toBeLessThan(120_000);
  }
  const used = drawn.map(([, , file]) => path.basename(file));
  expect(used.sort()).toEqual(readdirSync(path.join(folder, "images")).sort());
});
