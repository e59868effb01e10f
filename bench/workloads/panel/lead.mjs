// The product's lead thread, knowing the panel job beside the product's labs.
import { parentPort, workerData } from "node:worker_threads";
import { serveLead } from "../../../src/worker/serveLead.ts";

serveLead(parentPort, workerData, () => {
  const { complete, findProblem, panelJob } = require("./labs.mjs");
  return {
    dataset: (order) => findProblem(order.problem.name)?.dataset,
    prepare(order, data) {
      const { lab, configuration, problem, controls } = order;
      return lab === panelJob.name
        ? { lab: panelJob, job: { configuration, problem, controls, data } }
        : complete(order, data);
    },
  };
});
