// Entry of a computing thread; the lead starts as many as it is told.
import { parentPort } from "node:worker_threads";
import { findLab } from "../core/labs/index.ts";
import { serveUnits } from "./serveUnits.ts";

if (parentPort) serveUnits(parentPort, findLab);
