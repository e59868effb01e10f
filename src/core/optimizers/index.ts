import { adam } from "./adam.ts";
import { adamW } from "./adamW.ts";
import type { Optimizer } from "./optimizer.ts";
import { rmsProp } from "./rmsProp.ts";
import { sgd } from "./sgd.ts";

export type { Optimizer } from "./optimizer.ts";

/** In the order a reader would learn them. */
export const optimizers: readonly Optimizer[] = [sgd, rmsProp, adam, adamW];

export const findOptimizer = (name: string): Optimizer | undefined => optimizers.find((it) => it.name === name);
