// Entry of a computing thread; the lead starts as many as it is told. What a thread loads once, it loads here, before it serves.
import { parentPort, workerData } from "node:worker_threads";
import { findLab } from "../core/labs/index.ts";
import { serveUnits, type UnitData } from "./serveUnits.ts";

if (parentPort) serveUnits(parentPort, workerData as UnitData, findLab);
