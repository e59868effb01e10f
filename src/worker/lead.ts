// Entry of the lead thread; the editor and the command line start one each.
import path from "node:path";
import { parentPort, workerData } from "node:worker_threads";
import { kernelsIn } from "./compiledKernels.ts";
import type * as Labs from "./labs.ts";
import type { Order } from "../protocol/index.ts";
import { type LeadData, serveLead } from "./serveLead.ts";
import { loadFirst } from "./sharedCode.ts";

if (parentPort)
  serveLead(parentPort, workerData as LeadData, () => {
    // An import would come first; the computing threads are to start while this one reads.
    const { exports, code } = loadFirst(path.join(__dirname, "labs.js"));
    const labs = exports as typeof Labs;
    labs.accelerate(kernelsIn(__dirname));
    const dataset = (order: Order): string | undefined => labs.findProblem(order.problem.name)?.dataset;
    return { dataset, prepare: labs.complete, code, computing: labs };
  });
