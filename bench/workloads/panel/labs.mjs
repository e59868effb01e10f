// What the product's threads know, and the panel job beside it; a file of its own, as the product's is.
export * from "../../../src/worker/labs.ts";
export { switchOn } from "../kernels.mjs";
export { panelJob } from "./job.mjs";
