import { valuesOf } from "../core/compare/causes.ts";
import { schedules, type Library } from "../documents/vocabulary/index.ts";
import type { ParameterGroup, ScheduleConfiguration } from "../protocol/index.ts";
import { courseOf, type RunFacts } from "./course.ts";
import { say } from "./courseWrite.ts";

export interface TranslatedSchedules {
  readonly groups: readonly ParameterGroup[];
  readonly lost: readonly string[];
}
/** Libraries that take each other's schedules: all that work with PyTorch do. */
const familyOf = (library: string): string => (["keras", "optax", "tensorflow1"].includes(library) ? library : "torch");

/** The groups with their schedules in the library's words; a schedule without words there is dropped, and said. */
export function translateSchedules(
  groups: readonly ParameterGroup[],
  optimizer: string,
  library: Library,
  run: RunFacts,
): TranslatedSchedules {
  const lost = new Set<string>();
  const translated = groups.map((group): ParameterGroup => {
    const { schedule } = group;
    if (!schedule || schedule.name === "constant" || speaks(schedule, library)) return group;
    const base = (valuesOf(optimizer, group.values) as Readonly<Partial<Record<string, number>>>)["learningRate"] ?? 0;
    const course = courseOf(schedule, base, run);
    const said = course && library.name !== "tensorflow1" ? say(course, familyOf(library.name)) : undefined;
    if (!said) {
      lost.add(`${library.title} has no word for this ${schedule.name}: the rate stays constant.`);
      return without(group, "schedule");
    }
    if (cyclesMomentum(schedule)) lost.add(`${library.title} does not cycle momentum as ${schedule.name} does.`);
    const values = { ...group.values, learningRate: said.learningRate };
    const bare = without({ ...group, values }, "schedule");
    return said.schedule ? { ...bare, schedule: said.schedule } : bare;
  });
  return { groups: translated, lost: [...lost] };
}
const speaks = ({ name }: ScheduleConfiguration, library: Library): boolean =>
  familyOf(schedules[name]?.library ?? "torch") === familyOf(library.name);
const cyclesMomentum = ({ name, values }: ScheduleConfiguration): boolean =>
  name === "OneCycleLR" && (values as Readonly<Partial<Record<string, number>>>)["cycleMomentum"] !== 0;

/** A copy that lacks one property. */
export function without<T extends object, K extends keyof T>(it: T, key: K): Omit<T, K> {
  const copy = { ...it };
  Reflect.deleteProperty(copy, key);
  return copy;
}
