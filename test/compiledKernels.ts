import { readFileSync } from "node:fs";
import path from "node:path";
import { accelerate } from "../src/core/kernels/rooms.ts";

const folder = path.join(import.meta.dirname, "../test-output/kernels");

/** Compiles the kernels once, before all tests. */
export async function setup(): Promise<void> {
  const script = "../scripts/kernels.mjs"; // JavaScript without declarations, so named where the compiler does not look
  const { compileKernels } = (await import(script)) as {
    compileKernels: (folder: string) => Promise<void>;
  };
  await compileKernels(folder);
}
/** From here on the compiled kernels serve, or, with false, the plain ones. */
export const compiled = (on: boolean): void =>
  accelerate(on ? (name) => readFileSync(path.join(folder, `${name}.wasm`)) : undefined);
