// `npm test`: installs what is missing, then runs everything that decides. Each step says one line; a failed one is shown in
// full. The last line sums all tests; format, lint, types and build count as one each.
//   npm test -- lint unit    only these steps
import fs from "node:fs";
import path from "node:path";
import { browser } from "./browser.mjs";
import { install } from "./install.mjs";
import { npm, root, run, seconds } from "./process.mjs";
import { closingLine, single, vitestReport } from "./tally.mjs";
import { installVscode } from "./vscode/install.mjs";

const report = path.join(root, "test-output/unit.json");
const script = (name, ...more) => [...npm, "run", "--silent", name, ...(more.length ? ["--", ...more] : [])];
const steps = [
  { name: "format", command: script("format:check"), count: single },
  { name: "lint", command: script("lint"), count: single },
  { name: "types", command: script("types"), count: single },
  { name: "build", command: script("build"), count: single },
  {
    name: "unit",
    command: script("unit", "--reporter=default", "--reporter=json", `--outputFile.json=${report}`),
    count: (_output, code) => vitestReport(report, code),
    summary: /^ *(Test Files|Tests|Duration) .*$/gm,
  },
  { name: "webview", command: [process.execPath, "test/webview/run.mjs"], count: closingLine, needs: ["build"] },
  { name: "stories", command: [process.execPath, "test/story/run.mjs"], count: closingLine, needs: ["build"] },
];

const began = performance.now();
const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !steps.some((step) => step.name === name));
if (unknown.length) {
  console.error(`There is no step ${unknown.join(", ")}; there are ${steps.map((step) => step.name).join(", ")}.`);
  process.exit(2);
}
const chosen = steps.filter((step) => asked.length === 0 || asked.includes(step.name));
const total = { passed: 0, failed: 0 };
const failed = new Set();
const env = { ...process.env, NO_COLOR: "1" };
delete env.FORCE_COLOR; // together they make Node warn
const head = (ok, name, from, more = "") =>
  console.log(`${ok ? "ok  " : "FAIL"}  ${name.padEnd(8)} ${seconds(from)}${more}`);

fs.rmSync(report, { force: true });
fs.mkdirSync(path.dirname(report), { recursive: true });

/** Runs one piece of the set-up; what goes wrong is said at once and ends everything that depends on it. */
async function setUp(name, work) {
  const from = performance.now();
  try {
    const what = await work();
    head(true, name, from, typeof what === "string" ? `  ${what}` : "");
    return true;
  } catch (error) {
    head(false, name, from);
    console.log(error.message);
    total.failed++;
    failed.add(name);
    return false;
  }
}

if (await setUp("packages", async () => ((await install()) ? "installed" : "as locked"))) {
  const drives = chosen.some((step) => step.name === "webview" || step.name === "stories");
  if (drives) await setUp("browser", async () => (env.CHROMIUM = await browser()));
  // Fetched while the other steps compute.
  const wantsVscode = chosen.some((step) => step.name === "stories");
  const vscode = wantsVscode
    ? installVscode().then(
        () => undefined,
        (error) => error,
      )
    : undefined;

  for (const { name, command, count, summary, needs = [] } of chosen) {
    if (name === "stories") {
      await setUp("vscode", async () => {
        const error = await vscode;
        if (error) throw error;
      });
    }
    const missing = [...needs, ...(name === "stories" ? ["vscode"] : []), ...(drives ? ["browser"] : [])].filter(
      (needed) => failed.has(needed),
    );
    if (needs.length && missing.length) {
      console.log(`FAIL  ${name.padEnd(8)} not run without ${missing.join(" and ")}`);
      total.failed++;
      continue;
    }
    const from = performance.now();
    const { code, output } = await run(command, { env });
    const counted = count(output, code);
    total.passed += counted.passed;
    total.failed += counted.failed;
    if (code !== 0 || counted.failed) failed.add(name);
    const ok = !failed.has(name);
    head(ok, name, from, count === single ? "" : `  ${counted.passed} passed, ${counted.failed} failed`);
    if (!ok) console.log(`${output.trim()}\n`);
    else if (summary) console.log((output.match(summary) ?? []).join("\n"));
  }
}
console.log(`\nEverything took ${seconds(began)}.`);
console.log(`${total.passed} passed, ${total.failed} failed`);
process.exitCode = total.failed ? 1 : 0;
