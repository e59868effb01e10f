import { adam } from "./adam.ts";
import { adamW } from "./adamW.ts";
import { decoupledAdam } from "./decoupledAdam.ts";
import { decoupledRmsProp } from "./decoupledRmsProp.ts";
import { decoupledSgd } from "./decoupledSgd.ts";
import type { Optimizer } from "./optimizer.ts";
import { rmsProp } from "./rmsProp.ts";
import { sgd } from "./sgd.ts";
import { lamb } from "./lamb.ts";
import { lars } from "./lars.ts";
import { prodigy } from "./prodigy.ts";
import { adamWScheduleFree } from "./adamWScheduleFree.ts";
import { sgdScheduleFree } from "./sgdScheduleFree.ts";
import { sophia } from "./sophia.ts";

export type { Optimizer } from "./optimizer.ts";

/** In the order a reader would learn them. */
export const optimizers: readonly Optimizer[] = [
  sgd,
  rmsProp,
  adam,
  adamW,
  decoupledSgd,
  decoupledRmsProp,
  decoupledAdam,
  lamb,
  lars,
  prodigy,
  adamWScheduleFree,
  sgdScheduleFree,
  sophia,
];

export const findOptimizer = (name: string): Optimizer | undefined => optimizers.find((it) => it.name === name);
