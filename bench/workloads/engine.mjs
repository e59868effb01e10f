// What the workloads use of the product; bundled into one module, so that its kernels are switched on once for all of it.
export { cohort } from "../../src/core/cohort.ts";
export { sgdEnsemble } from "../../src/core/labs/stationaryDensity/ensemble.ts";
export { setting } from "../../src/core/labs/stationaryDensity/setting.ts";
export { accelerate, clearRooms } from "../../src/core/kernels/rooms.ts";
export { tableObjective } from "../../src/core/problems/exampleTable.ts";
export { networkModel } from "../../src/core/problems/network.ts";
export { normalNoise } from "../../src/core/problems/normalNoise.ts";
export { softmaxModel } from "../../src/core/problems/softmax.ts";
export { rng } from "../../src/core/rng.ts";
export { Trainer } from "../../src/core/train.ts";
