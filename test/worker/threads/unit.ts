import { parentPort, workerData } from "node:worker_threads";
import { clearRooms } from "../../../src/core/kernels/rooms.ts";
import { rng } from "../../../src/core/rng.ts";
import { serveUnits, type UnitData } from "../../../src/worker/serveUnits.ts";
import { findTestLab } from "../labs.ts";

if (parentPort) serveUnits(parentPort, workerData as UnitData, { findLab: findTestLab, clearRooms, rng });
