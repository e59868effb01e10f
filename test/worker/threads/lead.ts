import { parentPort, workerData } from "node:worker_threads";
import { clearRooms } from "../../../src/core/kernels/rooms.ts";
import { rng } from "../../../src/core/rng.ts";
import { type LeadData, serveLead } from "../../../src/worker/serveLead.ts";
import { findTestLab } from "../labs.ts";

if (parentPort)
  serveLead(parentPort, workerData as LeadData, () => ({
    dataset: () => undefined,
    prepare: (order, data) => {
      const lab = findTestLab(order.lab);
      if (!lab) throw new Error(`There is no lab "${order.lab}".`);
      const { configuration, problem, controls } = order;
      return { lab, job: { configuration, problem, controls, data } };
    },
    computing: { findLab: findTestLab, clearRooms, rng },
  }));
