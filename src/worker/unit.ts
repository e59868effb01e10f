// Entry of a computing thread; the lead starts as many as it is told.
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { parentPort } from "node:worker_threads";
import { accelerate } from "../core/kernels/rooms.ts";
import { findLab } from "../core/labs/index.ts";
import { serveUnits } from "./serveUnits.ts";

/** Compiled kernels stand beside this file; without them the plain ones serve. */
accelerate((name) => {
  const file = path.join(__dirname, `${name}.wasm`);
  return existsSync(file) ? readFileSync(file) : undefined;
});
if (parentPort) serveUnits(parentPort, findLab);
