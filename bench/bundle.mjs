// A part of the source as a module of its own, for benchmarks that look inside.
import esbuild from "esbuild";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { root } from "../scripts/process.mjs";

export async function bundled(entry) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "lab-bench-"));
  const outfile = path.join(folder, "module.mjs");
  const entryPoints = [path.join(root, entry)];
  await esbuild.build({ entryPoints, outfile, bundle: true, platform: "node", format: "esm", logLevel: "error" });
  try {
    return await import(pathToFileURL(outfile).href);
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
}
