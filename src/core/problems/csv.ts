import { zeros, type Vector } from "../vector.ts";

/** Numbers of a file, row-major, and what its first line calls the columns. */
export interface Sheet {
  readonly names: readonly string[];
  readonly rows: number;
  readonly columns: number;
  readonly values: Vector;
}
/** A file beyond is no table to play with. */
const most = { bytes: 20_000_000, columns: 2000, rows: 200_000 };

const read = new WeakMap<Uint8Array, Sheet>();

/**
 * Comma-separated numbers under one line of names, from their bytes. Throws an Error whose sentence says what is wrong in
 * which line of `file`. One sheet of the same bytes, however often it is asked for.
 */
export function sheetOf(file: string, bytes: Uint8Array): Sheet {
  const known = read.get(bytes) ?? parseSheet(file, textOf(file, bytes));
  read.set(bytes, known);
  return known;
}

/** As `sheetOf`, from text. */
export function parseSheet(file: string, text: string): Sheet {
  if (text.length > most.bytes) throw tooLarge(file);
  const lines = text.replace(/^\ufeff/, "").split(/\r\n|\n|\r/);
  const kept = lines.map((line, k) => ({ line, at: k + 1 })).filter(({ line }) => line.trim() !== "");
  const [heading, ...rest] = kept;
  if (rest.length === 0) throw new Error(`${file} needs a line of column names and rows of numbers below.`);
  const names = cellsOf(heading.line);
  const columns = names.length;
  if (columns < 2)
    throw new Error(
      `${file} has one column; it needs inputs and, in its last column, the target, separated by commas.`,
    );
  if (columns > most.columns || rest.length > most.rows)
    throw new Error(
      `${file} has ${rest.length} rows of ${columns} columns; at most ${most.rows} rows of ${most.columns} are read.`,
    );
  const rows = rest.length;
  const values = zeros(rows * columns);
  rest.forEach(({ line, at }, r) => {
    const cells = cellsOf(line);
    if (cells.length !== columns)
      throw new Error(
        `Line ${at} of ${file} has ${cells.length} ${cells.length === 1 ? "value" : "values"}; its first line has ${columns}.`,
      );
    cells.forEach((cell, c) => {
      values[r * columns + c] = numberIn(cell, () => `column "${names[c]}" in line ${at} of ${file}`);
    });
  });
  return { names, rows, columns, values };
}

function numberIn(cell: string, where: () => string): number {
  const value = Number(cell);
  if (cell !== "" && Number.isFinite(value)) return value;
  if (cell === "" || /^(na|nan|null|none|\?)$/i.test(cell))
    throw new Error(`A value is missing: ${where()}. Fill it in, or leave that row or column out.`);
  throw new Error(
    `"${cell.slice(0, 40)}" is no finite number: ${where()}. Only numbers can be read; code text columns as numbers or leave them out.`,
  );
}
/** Values may stand in double quotes. */
const cellsOf = (line: string): string[] =>
  line.split(",").map((cell) => {
    const bare = cell.trim();
    return bare.startsWith('"') ? bare.replace(/^"(.*)"$/, "$1").trim() : bare;
  });

const tooLarge = (file: string) =>
  new Error(`${file} is larger than ${most.bytes / 1e6} MB; choose fewer rows or columns.`);

/** Numbers are ASCII; what is not, in a name, stays as the bytes it was. */
function textOf(file: string, bytes: Uint8Array): string {
  if (bytes.length > most.bytes) throw tooLarge(file);
  const pieces: string[] = [];
  for (let at = 0; at < bytes.length; at += 8192)
    pieces.push(String.fromCharCode(...bytes.subarray(at, Math.min(bytes.length, at + 8192))));
  return pieces.join("");
}
