import { chainedScheduler } from "./chainedScheduler.ts";
import { constant } from "./constant.ts";
import { constantLR } from "./constantLR.ts";
import { cosineAnnealingLR } from "./cosineAnnealingLR.ts";
import { cosineAnnealingWarmRestarts } from "./cosineAnnealingWarmRestarts.ts";
import { cyclicLR } from "./cyclicLR.ts";
import { deepSpeedSchedules } from "./deepSpeed.ts";
import { exponentialLR } from "./exponentialLR.ts";
import { kerasSchedules } from "./keras.ts";
import { lambdaLR } from "./lambdaLR.ts";
import { linearLR } from "./linearLR.ts";
import { multiplicativeLR } from "./multiplicativeLR.ts";
import { multiStepLR } from "./multiStepLR.ts";
import { oneCycleLR } from "./oneCycleLR.ts";
import { optaxCourses } from "./optax.ts";
import { optaxPieces } from "./optaxPieces.ts";
import { polynomialLR } from "./polynomialLR.ts";
import { kerasReduceLROnPlateau, reduceLROnPlateau } from "./reduceLROnPlateau.ts";
import type { Schedule } from "./schedule.ts";
import { sequentialLR } from "./sequentialLR.ts";
import { stepLR } from "./stepLR.ts";
import { transformersSchedules } from "./transformers.ts";

export type { Rates, Schedule } from "./schedule.ts";

export const findSchedule = (name: string): Schedule | undefined => schedules.find((it) => it.name === name);

/** In the order a reader would learn them; those that are made of others are told how to find them. */
export const schedules: readonly Schedule[] = [
  constant,
  stepLR,
  multiStepLR,
  exponentialLR,
  linearLR,
  constantLR,
  polynomialLR,
  cosineAnnealingLR,
  cosineAnnealingWarmRestarts,
  oneCycleLR,
  cyclicLR,
  lambdaLR,
  multiplicativeLR,
  reduceLROnPlateau,
  sequentialLR(findSchedule),
  chainedScheduler(findSchedule),
  ...transformersSchedules,
  ...kerasSchedules,
  kerasReduceLROnPlateau,
  ...optaxCourses,
  ...optaxPieces(findSchedule),
  ...deepSpeedSchedules,
];
