import type { Configuration, ScheduleConfiguration } from "../../protocol/index.ts";
import type { WritingStyle } from "../document.ts";
import { spellFlag, spellNumber } from "../spelling.ts";
import { commentLines, type Line, type Piece } from "../spellSnippet.ts";
import { type Argument, schedules, type ScheduleWords } from "../vocabulary/index.ts";

export interface WrittenSchedule {
  readonly lines: readonly Line[];
  readonly imports: readonly string[];
}
/** Columns up to which a scheduler stands on one line. */
const width = 88;

/** Libraries whose schedulers are made for a PyTorch optimizer. */
const forTorch: ReadonlySet<string> = new Set<ScheduleWords["library"]>(["torch", "transformers", "deepspeed"]);

/** The scheduler's construction after its optimizer's, in PyTorch's, transformers' or DeepSpeed's words. */
export function writeSchedule(
  schedule: ScheduleConfiguration,
  configuration: Configuration,
  style: WritingStyle,
): WrittenSchedule {
  if (schedule.name === "constant") return { lines: [], imports: [] };
  const writer = { configuration, style, imports: new Set<string>() };
  const value = spellSchedule(schedule, writer, "");
  if (!value)
    return {
      lines: commentLines("", [`Its schedule (${schedule.name}) has no words here: write it by hand.`]),
      imports: [],
    };
  const target = style.target.includes(".") ? style.target.replace(/[^.]+$/, "scheduler") : "scheduler";
  const every = schedule.interval === "epoch" ? "at the end of every epoch" : `after every ${style.target}.step()`;
  const [head, ...rest] = value;
  return {
    lines: [
      ...commentLines("", [`Call ${target}.step() ${every}.`]),
      { pieces: [`${target} = `, ...(head?.pieces ?? [])] },
      ...rest,
    ],
    imports: [...writer.imports],
  };
}

interface Writer {
  readonly configuration: Configuration;
  readonly style: WritingStyle;
  readonly imports: Set<string>;
}
/** Lines of the expression; the first without indentation. Undefined where a part of it cannot be written. */
function spellSchedule(schedule: ScheduleConfiguration, writer: Writer, indent: string): Line[] | undefined {
  const words = schedules[schedule.name];
  if (!words || !forTorch.has(words.library)) return undefined;
  const { style } = writer;
  const inner = indent + style.indent;
  const args: Line[][] = schedule.name === "ChainedScheduler" ? [] : [[{ pieces: [style.target] }]];
  if (words.formula) {
    if (schedule.formula === undefined) return undefined;
    args.push([{ pieces: [{ stop: `lambda e: ${pythonFormula(schedule.formula, writer)}` }] }]);
  }
  if (words.parts) {
    const parts = schedule.parts?.map((part) => spellSchedule(part, writer, inner + style.indent));
    if (!parts || parts.some((part) => part === undefined)) return undefined;
    const items = parts.flatMap((part) => trailing(part ?? [], inner + style.indent));
    args.push([{ pieces: ["["] }, ...items, { pieces: [`${inner}]`] }]);
  }
  if (words.points) {
    const stops = (schedule.points ?? []).map((point): Piece => ({ stop: spellNumber(point) }));
    args.push([{ pieces: [`${words.points}=[`, ...stops.flatMap((it, i) => (i > 0 ? [", ", it] : [it])), "]"] }]);
  }
  for (const argument of words.arguments) {
    const value = spellArgument(argument, schedule, writer);
    if (value) args.push([{ pieces: [`${argument.word}=`, ...value] }]);
  }
  return callOf(calleeOf(schedule.name, words.library, writer), args, indent, style.indent);
}
function callOf(callee: string, args: readonly Line[][], indent: string, step: string): Line[] {
  const pieces = args.flatMap((arg, i): Piece[] => [...(i > 0 ? [", "] : []), ...(arg[0]?.pieces ?? [])]);
  const line: Line = { pieces: [`${callee}(`, ...pieces, ")"] };
  const length = line.pieces.reduce((sum, piece) => sum + (typeof piece === "string" ? piece : piece.stop).length, 0);
  if (args.every((arg) => arg.length === 1) && indent.length + length <= width) return [line];
  return [
    { pieces: [`${callee}(`] },
    ...args.flatMap((arg) => trailing(arg, indent + step)),
    { pieces: [`${indent})`] },
  ];
}
/** The first line indented, the last with a comma. */
const trailing = (lines: readonly Line[], indent: string): Line[] =>
  lines.map(({ pieces }, i) => ({
    pieces: [...(i === 0 ? [indent] : []), ...pieces, ...(i === lines.length - 1 ? [","] : [])],
  }));

function calleeOf(name: string, library: ScheduleWords["library"], { style, imports }: Writer): string {
  if (library === "transformers") {
    imports.add(`from transformers import ${name}`);
    return name;
  }
  if (library === "deepspeed") {
    imports.add(`from deepspeed.runtime.lr_schedules import ${name}`);
    return name;
  }
  if (style.prefix !== "") return `${style.prefix}lr_scheduler.${name}`;
  imports.add(`from torch.optim.lr_scheduler import ${name}`);
  return name;
}
function spellArgument(argument: Argument, schedule: ScheduleConfiguration, writer: Writer): Piece[] | undefined {
  const [name = ""] = argument.names;
  const value = schedule.values[name];
  // transformers asks for the warm-up whatever it is, and has no word for a share of the run outside the Trainer.
  if (argument.word === "num_warmup_steps") return [{ stop: warmUpOf(schedule, writer.configuration) }];
  if (argument.word === "warmup_ratio") return undefined;
  if (value === undefined && argument.defaults === undefined) return undefined;
  if (name === "length" && (value ?? 0) === 0 && !optionalLength.has(schedule.name))
    return [{ stop: runLength(schedule, writer.configuration) }];
  if (value === undefined || value === argument.defaults?.[0]) return undefined;
  if (argument.flag) return [spellFlag(value !== 0, "python")];
  if (argument.choices) return [`"${argument.choices[value] ?? argument.choices[0] ?? ""}"`];
  return [{ stop: spellNumber(value) }];
}
/** Schedulers that find their end without a length. */
const optionalLength: ReadonlySet<string> = new Set(["get_wsd_schedule"]);
function warmUpOf(schedule: ScheduleConfiguration, configuration: Configuration): string {
  const values: Readonly<Partial<Record<string, number>>> = schedule.values;
  const { warmup = 0, warmupFraction = 0, length = 0 } = values;
  if (warmup > 0 || warmupFraction === 0) return spellNumber(warmup);
  const whole = length || configuration.steps;
  return whole === undefined
    ? `int(${spellNumber(warmupFraction)} * ${runLength(schedule, configuration)})`
    : spellNumber(Math.ceil(warmupFraction * whole));
}
/** What stands for "as long as the run" in a program. */
function runLength({ interval }: ScheduleConfiguration, { steps, epochs }: Configuration): string {
  if (interval === "epoch") return epochs === undefined ? "num_epochs" : spellNumber(epochs);
  return steps === undefined ? "num_training_steps" : spellNumber(steps);
}
/** Functions of a formula come from `math`, whatever module the formula itself names. */
function pythonFormula(formula: string, { imports }: Writer): string {
  const bare = formula.replace(/\b(?:math|np|numpy)\./g, "");
  const python = bare.replace(/\b(?:ceil|floor|sqrt|exp|log|cos|sin|tanh|pi)\b/g, "math.$&");
  if (python !== bare) imports.add("import math");
  return python;
}
