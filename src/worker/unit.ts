// Entry of a computing thread; the lead starts as many as it is told. What a thread loads once, it loads here, before it serves.
import { existsSync, readFileSync } from "node:fs";
import { setPriority } from "node:os";
import path from "node:path";
import { parentPort, workerData } from "node:worker_threads";
import { accelerate, clearRooms, findLab, rng } from "./labs.ts";
import { serveUnits, type UnitData } from "./serveUnits.ts";

/** Compiled kernels stand beside this file; without them the plain ones serve. */
accelerate((name) => {
  const file = path.join(__dirname, `${name}.wasm`);
  return existsSync(file) ? readFileSync(file) : undefined;
});
giveWay();
if (parentPort) serveUnits(parentPort, workerData as UnitData, { findLab, clearRooms, rng });

/** Typing and drawing go first. Elsewhere than on Linux a priority is not a thread's own but the whole process's. */
function giveWay(): void {
  if (process.platform !== "linux") return;
  try {
    setPriority(10);
  } catch {
    // A sandbox may forbid it; the thread computes all the same.
  }
}
