import { adaBelief } from "./adaBelief.ts";
import { adadelta } from "./adadelta.ts";
import { adagrad } from "./adagrad.ts";
import { adam } from "./adam.ts";
import { adafactor } from "./adafactor.ts";
import { adamW } from "./adamW.ts";
import { adan } from "./adan.ts";
import { asgd } from "./asgd.ts";
import { adamax } from "./adamax.ts";
import { muon } from "./muon.ts";
import { nAdam } from "./nAdam.ts";
import { rAdam } from "./rAdam.ts";
import { decoupledAdam } from "./decoupledAdam.ts";
import { decoupledRmsProp } from "./decoupledRmsProp.ts";
import { decoupledSgd } from "./decoupledSgd.ts";
import { ftrl } from "./ftrl.ts";
import { lbfgs } from "./lbfgs/lbfgs.ts";
import { lion } from "./lion.ts";
import type { Optimizer } from "./optimizer.ts";
import { rmsProp } from "./rmsProp.ts";
import { rprop } from "./rprop.ts";
import { sgd } from "./sgd.ts";
import { lamb } from "./lamb.ts";
import { lars } from "./lars.ts";
import { prodigy } from "./prodigy.ts";
import { adamWScheduleFree } from "./adamWScheduleFree.ts";
import { shampoo } from "./shampoo.ts";
import { sgdScheduleFree } from "./sgdScheduleFree.ts";
import { soap } from "./soap.ts";
import { sophia } from "./sophia.ts";
import { yogi } from "./yogi.ts";

export type { Optimizer } from "./optimizer.ts";

/** In the order a reader would learn them. */
export const optimizers: readonly Optimizer[] = [
  sgd,
  rmsProp,
  adam,
  adamW,
  adamax,
  nAdam,
  rAdam,
  decoupledSgd,
  decoupledRmsProp,
  decoupledAdam,
  adagrad,
  adadelta,
  ftrl,
  asgd,
  adaBelief,
  yogi,
  adan,
  lion,
  rprop,
  lbfgs,
  lamb,
  lars,
  prodigy,
  adamWScheduleFree,
  sgdScheduleFree,
  sophia,
  adafactor,
  muon,
  shampoo,
  soap,
];

export const findOptimizer = (name: string): Optimizer | undefined => optimizers.find((it) => it.name === name);
