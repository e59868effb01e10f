// Installs the packages that the lockfile names, when they are not there as it names them.
import fs from "node:fs";
import path from "node:path";
import { mustRun, npm, root } from "./process.mjs";

const packages = (file) => JSON.parse(fs.readFileSync(path.join(root, file), "utf8")).packages;

/** Whether node_modules holds every package of the lockfile in its exact version (optional ones differ by platform). */
export function installed() {
  if (!fs.existsSync(path.join(root, "node_modules/.package-lock.json"))) return false;
  const here = packages("node_modules/.package-lock.json");
  return Object.entries(packages("package-lock.json")).every(
    ([name, wanted]) => name === "" || wanted.optional || here[name]?.version === wanted.version,
  );
}

/** Resolves to true when something had to be installed. No package's own script is run. */
export async function install() {
  if (installed()) return false;
  await mustRun([...npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--no-progress", "--loglevel=error"]);
  return true;
}

if (process.argv[1] === import.meta.filename) await install();
