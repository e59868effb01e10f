export * from "./compare.ts";
export * from "./knobs.ts";
export * from "./places.ts";
export * from "./plan.ts";
export * from "./show.ts";
export * from "./summary.ts";
export * from "./translate.ts";
export * from "./truth.ts";
