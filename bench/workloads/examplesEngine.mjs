// What the workload "examples" drives, as one module.
export { accelerate } from "../../src/core/kernels/rooms.ts";
export { findProblem } from "../../src/core/problems/index.ts";
export { rng } from "../../src/core/rng.ts";
export { Trainer } from "../../src/core/train.ts";
