// Entry of a computing thread; the lead starts as many as it is told, and hands them the code of labs.ts once it has read it.
import { setPriority } from "node:os";
import { parentPort, workerData } from "node:worker_threads";
import { kernelsIn } from "./compiledKernels.ts";
import type * as Labs from "./labs.ts";
import { serveUnits, type UnitData } from "./serveUnits.ts";
import { loadAgain, type SharedCode } from "./sharedCode.ts";

giveWay();
parentPort?.once("message", (code: SharedCode) => {
  const labs = loadAgain(code) as typeof Labs;
  labs.accelerate(kernelsIn(__dirname));
  serveUnits(parentPort!, workerData as UnitData, labs);
});

/** Typing and drawing go first. Elsewhere than on Linux a priority is not a thread's own but the whole process's. */
function giveWay(): void {
  if (process.platform !== "linux") return;
  try {
    setPriority(10);
  } catch {
    // A sandbox may forbid it; the thread computes all the same.
  }
}
