// Entry of a computing thread; the lead starts as many as it is told. What a thread loads once, it loads here, before it serves.
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { parentPort, workerData } from "node:worker_threads";
import { accelerate } from "../core/kernels/rooms.ts";
import { findLab } from "../core/labs/index.ts";
import { serveUnits, type UnitData } from "./serveUnits.ts";

/** Compiled kernels stand beside this file; without them the plain ones serve. */
accelerate((name) => {
  const file = path.join(__dirname, `${name}.wasm`);
  return existsSync(file) ? readFileSync(file) : undefined;
});
if (parentPort) serveUnits(parentPort, workerData as UnitData, findLab);
