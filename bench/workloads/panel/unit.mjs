// The product's computing thread, knowing the panel job beside the product's labs.
import { parentPort, workerData } from "node:worker_threads";
import { serveUnits } from "../../../src/worker/serveUnits.ts";
import { loadAgain } from "../../../src/worker/sharedCode.ts";

parentPort.once("message", (code) => {
  const labs = loadAgain(code);
  labs.switchOn(labs.accelerate, __dirname);
  serveUnits(parentPort, workerData, labs);
});
