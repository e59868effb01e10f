import { parentPort } from "node:worker_threads";
import { serveUnits } from "../../../src/worker/serveUnits.ts";
import { findTestLab } from "../labs.ts";

if (parentPort) serveUnits(parentPort, findTestLab);
