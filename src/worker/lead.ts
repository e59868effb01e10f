// Entry of the lead thread; the editor and the command line start one each.
import { parentPort, workerData } from "node:worker_threads";
import { findProblem } from "../core/problems/index.ts";
import { complete } from "../core/run.ts";
import { type LeadData, serveLead } from "./serveLead.ts";

if (parentPort)
  serveLead(parentPort, workerData as LeadData, {
    dataset: (order) => findProblem(order.problem.name)?.dataset,
    prepare: complete,
  });
