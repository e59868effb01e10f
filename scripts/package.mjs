// Builds and packs the extension into dist/optimizer-lab.vsix.
import { createRequire } from "node:module";
import path from "node:path";
import { mustRun, npm, root } from "./process.mjs";

const vsce = createRequire(import.meta.url).resolve("@vscode/vsce/vsce");
const out = path.join(root, "dist/optimizer-lab.vsix");

/** Resolves to the package's full path. There is no repository address yet, so the README's links stay relative. */
export async function makePackage() {
  await mustRun([...npm, "run", "--silent", "build"]);
  const flags = ["--no-dependencies", "--no-rewrite-relative-links", "--allow-missing-repository"];
  await mustRun([process.execPath, vsce, "package", ...flags, "--out", out]);
  return out;
}

if (process.argv[1] === import.meta.filename) console.log(await makePackage());
