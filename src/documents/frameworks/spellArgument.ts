import type { Note } from "../../protocol/index.ts";
import { spellChoice, spellFlag, spellNumber } from "../spelling.ts";
import type { Piece } from "../spellSnippet.ts";
import type { Argument } from "../vocabulary/index.ts";

type Values = Readonly<Partial<Record<string, number>>>;
/** Hyperparameters whose None a library takes for 0 as well, so that the number is written. */
const numbers: ReadonlySet<string> = new Set(["weightDecay", "momentum", "beta1"]);

/** A number each a tab stop, several in a tuple; flags, words and None as they are. Absent where no value is given. */
export function spellArgument({ names, defaults, flag, choices, none }: Argument, values: Values): Piece[] | undefined {
  if (names.every((name) => values[name] === undefined)) return undefined;
  // A flag says the same of all its names.
  const spoken = flag ? names.slice(0, 1) : names;
  const stops = spoken.map((name, i): Piece => {
    const value = values[name] ?? defaults?.[i] ?? 0;
    if (choices) return spellChoice(choices, value);
    if (flag) return spellFlag(value !== 0, "python");
    return value === none && !numbers.has(name) ? "None" : { stop: spellNumber(value) };
  });
  if (stops.length === 1) return stops;
  return ["(", ...stops.flatMap((stop, i): Piece[] => (i === 0 ? [stop] : [", ", stop])), ")"];
}
/** Every value is what the library takes where nothing is written. */
export const isDefault = ({ names, defaults }: Argument, values: Values): boolean =>
  names.every((name, i) => values[name] === undefined || values[name] === defaults?.[i]);
export const notesOn = ({ names }: Argument, notes: readonly Note[]): string[] =>
  names.flatMap((name) => notes.filter(({ hyperparameter }) => hyperparameter === name).map(({ text }) => text));
