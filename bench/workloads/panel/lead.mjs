// The product's lead thread, knowing the panel job beside the product's labs.
import path from "node:path";
import { parentPort, workerData } from "node:worker_threads";
import { serveLead } from "../../../src/worker/serveLead.ts";
import { loadFirst } from "../../../src/worker/sharedCode.ts";

serveLead(parentPort, workerData, () => {
  const { exports: labs, code } = loadFirst(path.join(__dirname, "labs.js"));
  const { complete, findProblem, panelJob } = labs;
  labs.switchOn(labs.accelerate, __dirname);
  return {
    dataset: (order) => findProblem(order.problem.name)?.dataset,
    prepare(order, data) {
      const { lab, configuration, problem, controls } = order;
      return lab === panelJob.name
        ? { lab: panelJob, job: { configuration, problem, controls, data } }
        : complete(order, data);
    },
    code,
    computing: labs,
  };
});
