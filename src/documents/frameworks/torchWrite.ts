import type { Configuration, Note, ParameterGroup } from "../../protocol/index.ts";
import type { Snippet, WritingStyle } from "../document.ts";
import { commentLines, type Line, type Piece, spellSnippet } from "../spellSnippet.ts";
import { writeSchedule } from "./scheduleWrite.ts";
import { isDefault, notesOn, spellArgument } from "./spellArgument.ts";
import { type Argument, torchOptimizers } from "../vocabulary/index.ts";

/** Arguments a reader wants to see even where they hold the library's default. */
const always: Readonly<Partial<Record<string, readonly string[]>>> = {
  SGD: ["lr", "momentum", "weight_decay"],
  RMSProp: ["lr", "alpha", "eps"],
  Adam: ["lr", "betas", "eps"],
  AdamW: ["lr", "betas", "eps", "weight_decay"],
};

/**
 * A construction with torch.optim: one argument a line, tab stops on the numbers, notes as comments, the schedule after
 * it. Undefined for an optimizer PyTorch has no word for here, and for groups whose schedules differ, which no scheduler
 * of PyTorch can say. `kept` are arguments to repeat as they stand. The schedule is left out where there is no name to hand to it.
 */
export function writeTorch(
  configuration: Configuration,
  notes: readonly Note[],
  style: WritingStyle,
  kept: readonly string[] = [],
): Snippet | undefined {
  const words = torchOptimizers[configuration.optimizer];
  const [first] = configuration.groups;
  if (!words || !first) return undefined;
  const schedule = first.schedule;
  if (configuration.groups.some((group) => JSON.stringify(group.schedule) !== JSON.stringify(schedule)))
    return undefined;

  const { prefix, target, indent } = style;
  const header = notes.filter(({ hyperparameter }) => hyperparameter === undefined).map(({ text }) => text);
  const call = `${prefix}${words.className}(`;
  const lines: Line[] = [
    ...(target === "" ? [] : commentLines("", header)),
    { pieces: [target === "" ? call : `${target} = ${call}`] },
    ...(target === "" ? commentLines(indent, header) : []),
    ...parameterLines(configuration, words.arguments, style),
  ];
  const shared = first.values;
  for (const argument of words.arguments) {
    if (!sharedByAll(configuration.groups, argument)) continue;
    if (isDefault(argument, shared) && !always[configuration.optimizer]?.includes(argument.word)) continue;
    const value = spellArgument(argument, shared);
    if (value)
      lines.push({ pieces: [`${indent}${argument.word}=`, ...value, ","], comments: notesOn(argument, notes) });
  }
  for (const argument of kept) lines.push({ pieces: [`${indent}${argument},`] });
  lines.push({ pieces: [")"] });

  const imports = new Set([importFor(prefix, words.className)]);
  const after = target === "" || !schedule ? undefined : writeSchedule(schedule, configuration, style);
  for (const line of after?.imports ?? []) imports.add(line);
  return { body: spellSnippet([...lines, ...(after?.lines ?? [])]), imports: [...imports] };
}

/** What brings the words of a prefix into a file: "optim." comes from `from torch import optim`. */
export function importFor(prefix: string, className: string): string {
  const module = prefix.replace(/\.$/, "");
  if (module === "") return `from torch.optim import ${className}`;
  if (module === "optim") return "from torch import optim";
  if (!module.includes(".")) return `import torch.optim as ${module}`;
  const [root = "torch"] = module.split(".");
  return root === "torch" ? "import torch" : `import torch as ${root}`;
}

const sharedByAll = (groups: readonly ParameterGroup[], { names }: Argument): boolean =>
  names.every((name) => groups.every(({ values }) => values[name] === groups[0]?.values[name]));
/** The parameters, or a list of groups, each with what is its own. */
export function parameterLines({ groups }: Configuration, all: readonly Argument[], style: WritingStyle): Line[] {
  const { indent, parameters } = style;
  if (groups.length === 1) return [{ pieces: [`${indent}${parameters},`] }];
  const model = parameters.replace(/\.parameters\(\)$/, "");
  const lines = groups.map((group): Line => {
    const own = all.flatMap((argument): Piece[] => {
      const value = sharedByAll(groups, argument) ? undefined : spellArgument(argument, group.values);
      return value ? [`, "${argument.word}": `, ...value] : [];
    });
    const attribute = group.name.replace(/\W+/g, "_").replace(/^(?=\d)/, "_");
    return { pieces: [`${indent}${indent}{"params": `, { stop: `${model}.${attribute}.parameters()` }, ...own, "},"] };
  });
  return [{ pieces: [`${indent}[`] }, ...lines, { pieces: [`${indent}],`] }];
}
