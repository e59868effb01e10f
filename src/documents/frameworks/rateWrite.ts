import type { ScheduleConfiguration } from "../../protocol/index.ts";
import { spellNumber } from "../spelling.ts";
import type { Line, Piece } from "../spellSnippet.ts";
import { schedules } from "../vocabulary/index.ts";
import { isDefault, spellArgument } from "./spellArgument.ts";

/** Where Keras and optax keep their schedules. */
export const schedulePrefix: Readonly<Partial<Record<string, string>>> = {
  keras: "keras.optimizers.schedules.",
  optax: "optax.",
};
/**
 * A schedule object as Keras and optax take it for the rate: its call over several lines, the first without indentation.
 * Undefined where the library has no word for it. `base` is the rate that stands in where the schedule says none.
 */
export function writeRate(
  schedule: ScheduleConfiguration,
  library: string,
  base: number,
  indent: string,
  step: string,
): Line[] | undefined {
  const words = schedules[schedule.name];
  const prefix = schedulePrefix[library];
  if (words?.library !== library || prefix === undefined || schedule.interval === "epoch") return undefined;
  const inner = indent + step;
  const args: Line[][] = [];
  if (words.formula !== undefined || words.repeats) return undefined;
  if (words.parts !== undefined) {
    const parts = schedule.parts?.map((part) => writeRate(part, library, base, inner + step, step));
    if (!parts || parts.some((part) => part === undefined)) return undefined;
    const items = parts.flatMap((part) => closed(part ?? [], inner + step));
    args.push([{ pieces: [`${words.parts}=[`] }, ...items, { pieces: [`${inner}]`] }]);
  }
  const { points = [], levels = [] } = schedule;
  const list = (numbers: readonly number[]): Piece[] => [
    "[",
    ...numbers.flatMap((x, i): Piece[] => [...(i > 0 ? [", "] : []), { stop: spellNumber(x) }]),
    "]",
  ];
  const values = "initial" in schedule.values ? schedule.values : { initial: base, ...schedule.values };
  for (const argument of words.arguments) {
    const value = argument.defaults && isDefault(argument, values) ? undefined : spellArgument(argument, values);
    if (value) args.push([{ pieces: [`${argument.word}=`, ...value] }]);
  }
  if (words.points !== undefined) args.push([{ pieces: [`${words.points}=`, ...list(points)] }]);
  if (words.levels !== undefined) args.push([{ pieces: [`${words.levels}=`, ...list(levels)] }]);
  if (words.pieces !== undefined) {
    const entries = points.flatMap((point, i): Piece[] => [
      ...(i > 0 ? [", "] : []),
      `${spellNumber(point)}: `,
      { stop: spellNumber(levels[i] ?? 1) },
    ]);
    args.push([{ pieces: [`${words.pieces}={`, ...entries, "}"] }]);
  }
  return [
    { pieces: [`${prefix}${schedule.name}(`] },
    ...args.flatMap((arg) => closed(arg, inner)),
    { pieces: [`${indent})`] },
  ];
}
/** The first line indented, the last with a comma. */
const closed = (lines: readonly Line[], indent: string): Line[] =>
  lines.map((line, i) => ({
    ...line,
    pieces: [...(i === 0 ? [indent] : []), ...line.pieces, ...(i === lines.length - 1 ? [","] : [])],
  }));
