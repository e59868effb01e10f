export * from "./chart.ts";
export * from "./configuration.ts";
export * from "./format.ts";
export * from "./hyperparameter.ts";
export * from "./messages.ts";
export * from "./plain.ts";
export * from "./portable.ts";
