// `npm run bench`: everything side by side, into a table on the screen and bench/results.json; judges nothing unless asked.
//   npm run bench                    all parts, and docs/performance.md
//   npm run bench -- P1 P4           only these parts; what was measured of the others before stays in the results
//   npm run bench -- --quick         three pairs of each row, short runs, neither growth nor the editor
//   npm run bench -- --rounds 11     so many pairs of each row that counts (7)
//   npm run bench -- --check P1      compares with bench/targets.json; exit code 1 where something falls short
//   npm run bench -- page            docs/performance.md and its charts from the results
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { makePackage } from "../scripts/package.mjs";
import { root } from "../scripts/process.mjs";
import { buildC, buildProduct } from "./build.mjs";
import { groups, throughLabs } from "./groups.mjs";
import { judge } from "./judge.mjs";
import { pairs } from "./pairs.mjs";
import { lookUp } from "./programs.mjs";
import { printGroup, printTargets, printTree, say } from "./report/screen.mjs";

const { values: flags, positionals: asked } = parseArgs({
  allowPositionals: true,
  options: {
    quick: { type: "boolean", default: false },
    check: { type: "boolean", default: false },
    rounds: { type: "string" },
    repetitions: { type: "string" },
  },
});
const rounds = Number(flags.rounds ?? (flags.quick ? 3 : 7));
const repetitions = Number(flags.repetitions ?? (flags.quick ? 2 : 4));

/** The only function that a module exports; undefined, said in one line, where the module is not there. */
async function partOf(file) {
  if (!fs.existsSync(path.join(root, "bench", file))) {
    console.log(`bench/${file} is not there; what it measures is left out.`);
    return undefined;
  }
  return Object.values(await import(`./${file}`)).find((it) => typeof it === "function");
}
const inModule = (file) => async () => (await partOf(file))?.();
let vsix;
/** By name on the command line: key in the results, and the work. In the order in which they run. */
const parts = {
  sizes: { key: "sizes", packaged: true, work: async () => (await import("./sizes.mjs")).sizes(vsix) },
  ...Object.fromEntries(
    ["P1", "P2", "P3", "P4", "P6"].map((id) => [id, { groups: groups.filter((it) => it.id === id) }]),
  ),
  P7: { key: "panel", work: inModule("panel.mjs") },
  P8: { key: "transport", packaged: true, work: inModule("transport.mjs") },
  P9: { key: "hashes", packaged: true, work: inModule("hashes.mjs") },
  P10: { key: "editor", packaged: true, slow: true, work: async () => (await partOf("editor.mjs"))?.(vsix) },
  labs: { groups: throughLabs, into: "labs", packaged: true },
  memory: { key: "memory", packaged: true, slow: true, work: inModule("memory.mjs") },
  optimizers: { key: "optimizers", slow: true, work: inModule("optimizers.mjs") },
  threads: {
    key: "threads",
    packaged: true,
    work: async () => {
      const { simulating, reading } = await import("./threads.mjs");
      return { simulating: await simulating(), "reading, ms": await reading() };
    },
  },
  growth: {
    key: "growth",
    slow: true,
    work: async (found) => (await import("./growth.mjs")).growth({ rounds: flags.rounds ? rounds : 3, found, say }),
  },
};
/** P5 is the first run of what P4 measures. */
const names = asked.map((name) => (name === "P5" ? "P4" : name === "editor" ? "P10" : name));
const unknown = names.filter((name) => !(name in parts) && name !== "page");
if (unknown.length) {
  console.error(`There is no part ${unknown.join(", ")}; there are P5, ${Object.keys(parts).join(", ")} and page.`);
  process.exit(2);
}
const chosen = Object.entries(parts).filter(([name, { slow }]) =>
  asked.length ? names.includes(name) : !(flags.quick && slow),
);

const file = path.join(root, "bench/results.json");
const found = lookUp(buildC());
const machine = {
  processor: os.cpus()[0].model,
  processors: os.availableParallelism(),
  memory: `${Math.round(os.totalmem() / 2 ** 30)} GiB`,
  system: `${os.type()} ${os.arch()}`,
  node: `${process.version}, V8 ${process.versions.v8}`,
  C: found.compiler,
  NumPy: found.numpy?.version,
  PyTorch: found.torch?.version,
  "TensorFlow.js": found.tfjs?.version,
};
/** Results of another machine are none of this one's. */
function former() {
  if (!fs.existsSync(file)) return {};
  const known = JSON.parse(fs.readFileSync(file, "utf8"));
  return known.machine?.processor === machine.processor && known.machine?.node === machine.node ? known : {};
}
const results = { ...former(), machine };
const write = () => fs.writeFileSync(file, `${JSON.stringify(results, null, 2)}\n`);

for (const line of found.missing) console.log(line);
if (chosen.some(([, { packaged }]) => packaged)) vsix = await makePackage();
if (chosen.some(([, { groups: any }]) => any)) await buildProduct();
for (const [, part] of chosen) {
  if (part.groups) {
    for (const group of part.groups) {
      const measured = await pairs(group, { rounds, repetitions, found, say });
      results[part.into ?? "groups"] = { ...results[part.into ?? "groups"], [group.key]: measured };
      printGroup(measured);
      write();
    }
    continue;
  }
  const measured = await part.work(found);
  if (measured === undefined) continue;
  results[part.key] = measured;
  printTree({ [part.key]: measured });
  write();
}
write();

const verdicts = judge(results);
if (asked.length === 0 || flags.check) printTargets(verdicts);
if (names.includes("page") || (asked.length === 0 && !flags.quick)) {
  const { writePage } = await import("./report/page.mjs");
  writePage(results, verdicts);
}
if (flags.check) {
  const of = (id) => asked.length === 0 || asked.includes(id);
  process.exitCode = verdicts.some(({ id, verdict }) => of(id) && (verdict === "missed" || verdict === "wrong result"))
    ? 1
    : 0;
}
