import { deepSpeedSchedules } from "./deepSpeedSchedules.ts";
import { kerasSchedules } from "./kerasSchedules.ts";
import { optaxSchedules } from "./optaxSchedules.ts";
import { torchSchedules } from "./torchSchedules.ts";
import { transformersSchedules } from "./transformersSchedules.ts";
import type { ScheduleWords } from "./words.ts";

export { scheduleTypes } from "./transformersSchedules.ts";

/** By the library's name, which is the canonical one. PyTorch 2.x, transformers 5, Keras 3, optax 0.2, DeepSpeed. */
export const schedules: Readonly<Partial<Record<string, ScheduleWords>>> = {
  ...torchSchedules,
  ...transformersSchedules,
  ...kerasSchedules,
  ...optaxSchedules,
  ...deepSpeedSchedules,
};
/** Keras calls a callback what PyTorch calls a scheduler of another arithmetic. */
const namesakes: Readonly<Partial<Record<string, string>>> = {
  ReduceLROnPlateau: "keras.callbacks.ReduceLROnPlateau",
};

/** The canonical name of a schedule as it stands in a file: "optax.linear_schedule" is linear_schedule. */
export function canonicalSchedule(framework: string, written: string): string {
  const last = written.split(".").at(-1) ?? written;
  if (/^(?:tf\.)?keras\b|^tensorflow\b/.test(framework)) return namesakes[last] ?? (last in schedules ? last : written);
  if (last === "get_reduce_on_plateau_schedule") return "ReduceLROnPlateau";
  return written in schedules ? written : last in schedules ? last : written;
}
/** The words of its numbers and of its structure by their positions, the optimizer left out. */
export const signatureOf = (words: ScheduleWords): readonly string[] =>
  words.signature ?? [
    ...[words.formula, words.parts, words.points, words.levels].filter((word) => word !== undefined),
    ...words.arguments.map(({ word }) => word),
  ];
