// Compiles the AssemblyScript of src/kernels into WebAssembly: `compileKernels(folder)`, a file for each entry.
import fs from "node:fs";
import path from "node:path";

const root = path.join(import.meta.dirname, "..");
/** Each becomes a module of its own, loaded when first needed. */
export const kernelModules = ["ensemble", "examples"];
const options = ["-O3", "--noAssert", "--runtime", "stub", "--enable", "simd"];

export async function compileKernels(folder) {
  const { default: asc } = await import("assemblyscript/asc");
  fs.mkdirSync(folder, { recursive: true });
  for (const name of kernelModules) {
    const out = path.join(path.relative(root, path.resolve(folder)), `${name}.wasm`);
    const { error, stderr } = await asc.main([`src/kernels/${name}.ts`, ...options, "--baseDir", root, "-o", out]);
    if (error) throw new Error(`src/kernels/${name}.ts does not compile:\n${stderr.toString()}`);
  }
}
