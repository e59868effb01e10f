import { existsSync, readFileSync } from "node:fs";
import path from "node:path";

/** Where threads find compiled kernels: beside their own files. Without them the plain ones serve. */
export const kernelsIn =
  (folder: string) =>
  (name: string): Uint8Array | undefined => {
    const file = path.join(folder, `${name}.wasm`);
    return existsSync(file) ? readFileSync(file) : undefined;
  };
