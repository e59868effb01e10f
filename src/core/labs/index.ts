import { adam } from "./adam/lab.ts";
import { batchSize } from "./batchSize/lab.ts";
import { compare } from "./compare/lab.ts";
import { convergedLoss } from "./convergedLoss/lab.ts";
import { gradientFlow } from "./gradientFlow/lab.ts";
import { langevin } from "./langevin/lab.ts";
import type { Lab } from "./lab.ts";
import { rmsProp } from "./rmsProp/lab.ts";
import { schedule } from "./schedule/lab.ts";
import { stationaryDensity } from "./stationaryDensity/lab.ts";
import { training } from "./training/lab.ts";
import { twoTemperatures } from "./twoTemperatures/lab.ts";

export type { Lab } from "./lab.ts";

/** In the order a reader would meet them. */
export const labs: readonly Lab[] = [
  training,
  schedule,
  gradientFlow,
  convergedLoss,
  langevin,
  stationaryDensity,
  twoTemperatures,
  rmsProp,
  adam,
  batchSize,
  compare,
] as readonly Lab[];

export const findLab = (name: string): Lab | undefined => labs.find((lab) => lab.name === name);
