import { schedules, type Library } from "../documents/vocabulary/index.ts";
import type { ParameterGroup, ScheduleConfiguration } from "../protocol/index.ts";

export interface TranslatedSchedules {
  readonly groups: readonly ParameterGroup[];
  readonly lost: readonly string[];
}
/** Libraries that take each other's schedules: all that work with PyTorch do. */
const familyOf = (library: string): string =>
  ["keras", "optax", "tensorflow1", "deepspeed"].includes(library) ? library : "torch";

/** The groups with their schedules in the library's words; a schedule without words there is dropped, and said. */
export function translateSchedules(groups: readonly ParameterGroup[], library: Library): TranslatedSchedules {
  const lost = new Set<string>();
  const translated = groups.map((group): ParameterGroup => {
    const { schedule } = group;
    if (!schedule || speaks(schedule, library)) return group;
    lost.add(`${library.title} has no schedule like ${schedule.name}: the rate is constant here.`);
    return without(group, "schedule");
  });
  return { groups: translated, lost: [...lost] };
}
const speaks = ({ name }: ScheduleConfiguration, library: Library): boolean =>
  name === "constant" || familyOf(schedules[name]?.library ?? "torch") === familyOf(library.name);

/** A copy that lacks one property. */
export function without<T extends object, K extends keyof T>(it: T, key: K): Omit<T, K> {
  const copy = { ...it };
  Reflect.deleteProperty(copy, key);
  return copy;
}
