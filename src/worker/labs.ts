// All that threads know of labs, in a file of its own: the lead starts the other threads before it loads this.
export { accelerate, clearRooms } from "../core/kernels/rooms.ts";
export { findLab } from "../core/labs/index.ts";
export { findProblem } from "../core/problems/index.ts";
export { rng } from "../core/rng.ts";
export { complete } from "../core/run.ts";
