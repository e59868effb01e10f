import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { inTurns } from "./turns.ts";

/**
 * Reads the code of everything behind the commands, a part in each turn of the event loop: as one it would hold up the extension host
 * for a twentieth of a second and more. Does nothing where the build has not cut it into parts.
 */
export async function readParts(folder: string): Promise<void> {
  const list = path.join(folder, "parts.json");
  if (existsSync(list)) await inTurns(reading(list));
}
function* reading(list: string): Generator<undefined, void> {
  const read = createRequire(list);
  for (const part of JSON.parse(readFileSync(list, "utf8")) as string[]) {
    read(`./${part}`);
    yield;
  }
}
