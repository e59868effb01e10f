// The product's lead thread, knowing the panel job beside the product's labs.
import { parentPort, workerData } from "node:worker_threads";
import { findProblem } from "../../../src/core/problems/index.ts";
import { complete } from "../../../src/core/run.ts";
import { serveLead } from "../../../src/worker/serveLead.ts";
import { panelJob } from "./job.mjs";

serveLead(parentPort, workerData, {
  dataset: (order) => findProblem(order.problem.name)?.dataset,
  prepare(order, data) {
    const { lab, configuration, problem, controls } = order;
    return lab === panelJob.name
      ? { lab: panelJob, job: { configuration, problem, controls, data } }
      : complete(order, data);
  },
});
