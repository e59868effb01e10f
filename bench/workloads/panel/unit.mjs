// The product's computing thread, knowing the panel job beside the product's labs.
import { parentPort, workerData } from "node:worker_threads";
import { accelerate } from "../../../src/core/kernels/rooms.ts";
import { findLab } from "../../../src/core/labs/index.ts";
import { serveUnits } from "../../../src/worker/serveUnits.ts";
import { switchOn } from "../kernels.mjs";
import { panelJob } from "./job.mjs";

switchOn(accelerate, __dirname);
serveUnits(parentPort, workerData, (name) => (name === panelJob.name ? panelJob : findLab(name)));
