// The product's lead thread, knowing the panel job.
import { parentPort, workerData } from "node:worker_threads";
import { serveLead } from "../../../src/worker/serveLead.ts";
import { panelJob } from "./job.mjs";

serveLead(parentPort, workerData, {
  dataset: () => undefined,
  prepare: ({ configuration, problem, controls }) => ({
    lab: panelJob,
    job: { configuration, problem, controls, data: {} },
  }),
});
