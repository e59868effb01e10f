// The product's computing thread, knowing the panel job beside the product's labs.
import { parentPort, workerData } from "node:worker_threads";
import { serveUnits } from "../../../src/worker/serveUnits.ts";
import { loadAgain } from "../../../src/worker/sharedCode.ts";

parentPort.once("message", (code) => {
  const { accelerate, clearRooms, findLab, panelJob, rng, switchOn } = loadAgain(code);
  switchOn(accelerate, __dirname);
  serveUnits(parentPort, workerData, {
    findLab: (name) => (name === panelJob.name ? panelJob : findLab(name)),
    clearRooms,
    rng,
  });
});
