// Counting tests from what their runners leave behind.
import fs from "node:fs";

/** The numbers of a closing line `12 passed, 0 failed`; a runner that ended without one failed once. */
export function closingLine(output, code) {
  const found = [...output.matchAll(/^(\d+) passed, (\d+) failed\s*$/gm)].at(-1);
  const passed = found ? Number(found[1]) : 0;
  const failed = found ? Number(found[2]) : 1;
  return { passed, failed: code !== 0 && failed === 0 ? 1 : failed };
}

/** The numbers of vitest's JSON report; a file that could not even be loaded counts as one failure. */
export function vitestReport(file, code) {
  if (!fs.existsSync(file)) return { passed: 0, failed: 1 };
  const report = JSON.parse(fs.readFileSync(file, "utf8"));
  const broken = report.testResults.filter(
    (result) => result.status === "failed" && !result.assertionResults.some((test) => test.status === "failed"),
  ).length;
  const failed = report.numFailedTests + broken;
  return { passed: report.numPassedTests, failed: code !== 0 && failed === 0 ? 1 : failed };
}

/** A check without tests of its own counts as one. */
export const single = (_output, code) => (code === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 });
