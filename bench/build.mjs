// What the bench runs, built into bench/.build: the programs in C, the compiled kernels, the product's own code in parts.
import { spawnSync } from "node:child_process";
import esbuild from "esbuild";
import fs from "node:fs";
import path from "node:path";
import { compileKernels, kernelModules } from "../scripts/kernels.mjs";
import { onPath, root } from "../scripts/process.mjs";

export const buildFolder = path.join(root, "bench/.build");
export const inBuild = (name) => path.join(buildFolder, name);

const cFolder = path.join(root, "bench/c");
const cPrograms = ["langevin", "adam", "panel", "digits"];
/** Without errno a square root is one instruction, as it is everywhere else; nothing is reordered. */
const cCommon = ["-O3", "-fno-math-errno"];
/**
 * By the ending of the program's name: as the targets name it; with vectors of 128 bits and without fused operations, which is all
 * that WebAssembly has; with no vectors at all, as JavaScript has none. The second is there on x64 alone: elsewhere 128 bits are the most.
 */
const cKinds = {
  "": ["-march=native"],
  ...(process.arch === "x64" && { "-128": ["-msse4.2"] }),
  "-scalar": ["-march=native", "-fno-tree-vectorize"],
};

const newest = (folder) =>
  Math.max(...fs.readdirSync(folder, { recursive: true }).map((name) => fs.statSync(path.join(folder, name)).mtimeMs));
const older = (file, moment) => !fs.existsSync(file) || fs.statSync(file).mtimeMs < moment;

/** The programs in C; resolves to what the compiler calls itself, or undefined where there is none. */
export function buildC() {
  const compiler = ["gcc", "cc", "clang"].find(onPath);
  if (!compiler) return undefined;
  fs.mkdirSync(buildFolder, { recursive: true });
  const changed = newest(cFolder);
  for (const name of cPrograms)
    for (const [ending, flags] of Object.entries(cKinds)) {
      const out = inBuild(`${name}${ending}`);
      if (!older(out, changed)) continue;
      const args = [...cCommon, ...flags, path.join(cFolder, `${name}.c`), "-o", out, "-lm"];
      const { status, stderr } = spawnSync(compiler, args, { encoding: "utf8" });
      if (status !== 0) throw new Error(`bench/c/${name}.c does not compile:\n${stderr}`);
    }
  const { stdout } = spawnSync(compiler, ["--version"], { encoding: "utf8" });
  return `${stdout.split("\n")[0]}, ${[...cCommon, ...cKinds[""]].join(" ")}`;
}

/** The product's code: what workloads use of core, the editor's end of the threads, and threads that know the panel job. */
export async function buildProduct() {
  fs.mkdirSync(buildFolder, { recursive: true });
  const changed = newest(path.join(root, "src/kernels"));
  if (kernelModules.some((name) => older(inBuild(`${name}.wasm`), changed))) await compileKernels(buildFolder);
  const common = { bundle: true, platform: "node", outdir: buildFolder, logLevel: "error", absWorkingDir: root };
  await esbuild.build({
    ...common,
    entryPoints: {
      engine: "bench/workloads/engine.mjs",
      inline: "bench/workloads/inline.mjs",
      client: "src/worker/client.ts",
    },
    format: "esm",
    outExtension: { ".js": ".mjs" },
  });
  await esbuild.build({
    ...common,
    entryPoints: ["lead", "unit", "labs"].map((name) => `bench/workloads/panel/${name}.mjs`),
    format: "cjs",
    minify: true, // as the product is packaged
  });
}
