/** Rows as aligned columns; all but the first column to the right. Two spaces between. */
export function table(rows: readonly (readonly string[])[], indent = "  "): string {
  const widths: number[] = [];
  for (const row of rows)
    row.forEach((cell, i) => {
      widths[i] = Math.max(widths.at(i) ?? 0, lengthOf(cell));
    });
  return rows
    .map(
      (row) =>
        indent +
        row
          .map((cell, i) => padded(cell, widths.at(i) ?? 0, i > 0))
          .join("  ")
          .trimEnd(),
    )
    .map((line) => `${line}\n`)
    .join("");
}
const padded = (cell: string, width: number, right: boolean): string => {
  const space = " ".repeat(Math.max(0, width - lengthOf(cell)));
  return right ? space + cell : cell + space;
};
/** Combining marks (the hat of v̂) take no room of their own. */
const lengthOf = (cell: string): number => Array.from(cell.replace(/\p{M}/gu, "")).length;
