import { constant } from "./constant.ts";
import type { Schedule } from "./schedule.ts";

export type { Rates, Schedule } from "./schedule.ts";

/** In the order a reader would learn them. */
export const schedules: readonly Schedule[] = [constant];

export const findSchedule = (name: string): Schedule | undefined => schedules.find((it) => it.name === name);
