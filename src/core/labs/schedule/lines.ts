import type { TruthColumn, TruthLine } from "../../truthLine.ts";

/** Groups whose quantity runs alike: one line of a chart. */
export interface Line {
  /** Their names, joined: "backbone, head"; the symbol where all groups run alike. */
  readonly label: string;
  /** First of them. */
  readonly group: number;
  readonly column: TruthColumn;
}
/** A quantity that gets a chart of its own. */
export interface Quantity {
  readonly name: string;
  readonly symbol: string;
  readonly label: string;
  readonly lines: readonly Line[];
}

/** The learning rate; then what else moves, and the decay per step wherever there is one. */
export function quantities({ groups }: TruthLine): Quantity[] {
  const names = [...new Set(groups.flatMap(({ columns }) => columns.map(({ name }) => name)))];
  const shown = (name: string) =>
    name === "learningRate" ||
    name === "decayPerStep" ||
    (name === "weightDecay" && names.includes("decayPerStep")
      ? false
      : groups.some(({ columns }) => columns.some((it) => it.name === name && it.moves)));
  return names.filter(shown).map((name) => {
    const lines = linesOf(groups, name);
    const [{ column }] = lines;
    return { name, symbol: column.symbol, label: column.label, lines };
  });
}

function linesOf(groups: TruthLine["groups"], name: string): Line[] {
  const lines: { names: string[]; group: number; column: TruthColumn }[] = [];
  groups.forEach((group, index) => {
    const column = group.columns.find((it) => it.name === name);
    if (!column) return;
    const same = lines.find(
      (line) =>
        groups[line.group].followsLoss === group.followsLoss &&
        line.column.values.every((x, i) => Object.is(x, column.values[i])),
    );
    if (same) same.names.push(group.name);
    else lines.push({ names: [group.name], group: index, column });
  });
  const all = lines.length === 1 && lines[0].names.length === groups.length;
  return lines.map(({ names, group, column }) => ({
    label: all ? column.symbol : names.length > 2 ? `${names[0]} and ${names.length - 1} more` : names.join(", "),
    group,
    column,
  }));
}
