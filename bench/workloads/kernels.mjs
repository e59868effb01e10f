// Which form of the kernels a workload runs with.
import fs from "node:fs";
import path from "node:path";

/** LAB_KERNELS=plain leaves the compiled kernels out. */
export const kernels = process.env.LAB_KERNELS === "plain" ? "plain" : "simd";

/** Gives `accelerate` of core the compiled kernels in `folder`, where they are asked for. */
export function switchOn(accelerate, folder) {
  if (kernels === "simd") accelerate((name) => fs.readFileSync(path.join(folder, `${name}.wasm`)));
}
