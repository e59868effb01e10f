// Entry of the lead thread; the editor and the command line start one each.
import { parentPort, workerData } from "node:worker_threads";
import type * as Labs from "./labs.ts";
import { type LeadData, serveLead } from "./serveLead.ts";

if (parentPort)
  serveLead(parentPort, workerData as LeadData, () => {
    // An import would come first; the computing threads are to start while this one loads.
    // eslint-disable-next-line @typescript-eslint/no-require-imports
    const { complete, findProblem } = require("./labs.ts") as typeof Labs;
    return { dataset: (order) => findProblem(order.problem.name)?.dataset, prepare: complete };
  });
