import { zeros, type Vector } from "../vector.ts";
import { parseSheet, sheetOf, type Sheet } from "./csv.ts";
import { matrixOf, vectorOf } from "./given.ts";
import type { ProblemData } from "./problem.ts";

/** Inputs (count × d, row-major) and targets of a linear model. */
export interface LinearRows {
  readonly count: number;
  readonly d: number;
  readonly X: Vector;
  readonly y: Vector;
  /** What the columns of X are called. */
  readonly names: readonly string[];
  /** Where the rows are from: "diabetes.csv". */
  readonly from: string;
}
export interface Wishes {
  /** The shipped file, for the one that reads it. */
  readonly file: string;
  /** Columns taken of the shipped file where nothing is said. */
  readonly features: readonly number[];
  readonly standardiseTarget: boolean;
  /** A last column of ones, where nothing is said. */
  readonly intercept: boolean;
}

const read = new WeakMap<object, Map<string, LinearRows>>();

/**
 * Rows that the problem `name` works on: `X` and `y` of an experiment file as they are; else columns of the file `csv`, whose text is in `text`, or of the
 * shipped file, each with its mean taken off and divided by its population deviation unless `standardise` is false. `features`
 * are columns by number from 0 or by name; the last column is the target. Throws a sentence about what is wrong.
 */
export function linearRows(name: string, { given, dataset }: ProblemData, wishes: Wishes): LinearRows {
  const owner = given ?? dataset;
  const known = owner && read.get(owner)?.get(name);
  if (known) return known;
  const rows = given?.["X"] === undefined ? fromSheet(name, given, dataset, wishes) : fromLists(name, given);
  if (owner) {
    const all = read.get(owner) ?? new Map<string, LinearRows>();
    read.set(owner, all.set(name, rows));
  }
  return rows;
}

type Given = ProblemData["given"];

function fromLists(name: string, given: Given): LinearRows {
  const X = matrixOf(name, given, "X");
  const y = vectorOf(name, given, "y", X.rows);
  const names = Array.from({ length: X.columns }, (_, i) => `x${i + 1}`);
  const rows = { count: X.rows, d: X.columns, X: X.values, y, names, from: "the experiment file" };
  return flag(name, given, "intercept", false) ? withOnes(rows) : rows;
}

function fromSheet(name: string, given: Given, dataset: Uint8Array | undefined, wishes: Wishes): LinearRows {
  const csv = given?.["csv"];
  const own = typeof csv === "string";
  const from = own ? csv : wishes.file;
  const text = given?.["text"];
  if (own && typeof text !== "string") throw new Error(`The data file ${csv} has not been read.`);
  const sheet = own ? parseSheet(from, text as string) : dataset && sheetOf(from, dataset);
  if (!sheet) throw new Error(`The file ${from} has not been loaded; it is missing from Optimizer Lab's folder.`);
  const features = featuresOf(name, given, sheet, own ? undefined : wishes.features, from);
  const standardise = flag(name, given, "standardise", true);
  const { rows: count, columns, values } = sheet;
  const d = features.length;
  const X = zeros(count * d);
  features.forEach((column, j) => {
    const { shift, scale } = standardise ? spread(sheet, column, from) : { shift: 0, scale: 1 };
    for (let r = 0; r < count; r++) X[r * d + j] = (values[r * columns + column] - shift) / scale;
  });
  const target = columns - 1;
  const { shift, scale } =
    standardise && wishes.standardiseTarget ? spread(sheet, target, from) : { shift: 0, scale: 1 };
  const y = Float64Array.from({ length: count }, (_, r) => (values[r * columns + target] - shift) / scale);
  const rows = { count, d, X, y, names: features.map((column) => sheet.names[column]), from };
  return flag(name, given, "intercept", wishes.intercept) ? withOnes(rows) : rows;
}

function featuresOf(
  name: string,
  given: Given,
  sheet: Sheet,
  otherwise: readonly number[] | undefined,
  from: string,
): number[] {
  const listed = given?.["features"];
  const last = sheet.columns - 1;
  if (listed === undefined) return otherwise ? [...otherwise] : Array.from({ length: last }, (_, i) => i);
  if (!Array.isArray(listed) || listed.length === 0)
    throw new Error(`"features" of the problem "${name}" must be a list of columns, by number from 0 or by name.`);
  return listed.map((one: unknown) => {
    const column = typeof one === "string" ? sheet.names.indexOf(one) : one;
    if (typeof column === "number" && Number.isInteger(column) && column >= 0 && column < last) return column;
    throw new Error(
      `${from} has no input column ${JSON.stringify(one)}; its inputs are 0 to ${last - 1}: ${sheet.names.slice(0, Math.min(last, 12)).join(", ")}${last > 12 ? " …" : ""}.`,
    );
  });
}

/** Mean and population deviation of a column. */
function spread({ rows, columns, values, names }: Sheet, column: number, from: string) {
  let sum = 0;
  for (let r = 0; r < rows; r++) sum += values[r * columns + column];
  const shift = sum / rows;
  let square = 0;
  for (let r = 0; r < rows; r++) square += (values[r * columns + column] - shift) ** 2;
  const scale = Math.sqrt(square / rows);
  if (!(scale > 0))
    throw new Error(
      `Column "${names[column]}" of ${from} is the same in every row, so that it cannot be standardised; leave it out of "features".`,
    );
  return { shift, scale };
}

function withOnes({ count, d, X, names, ...rest }: LinearRows): LinearRows {
  const wider = zeros(count * (d + 1));
  for (let r = 0; r < count; r++) {
    for (let i = 0; i < d; i++) wider[r * (d + 1) + i] = X[r * d + i];
    wider[r * (d + 1) + d] = 1;
  }
  return { ...rest, count, d: d + 1, X: wider, names: [...names, "intercept"] };
}

function flag(name: string, given: Given, key: string, otherwise: boolean): boolean {
  const value = given?.[key];
  if (value === undefined) return otherwise;
  if (typeof value === "boolean") return value;
  throw new Error(`"${key}" of the problem "${name}" must be true or false, not ${JSON.stringify(value)}.`);
}

/** Names of up to three columns worth a line of their own, before any data is read. */
export const namedColumns = (given: Given, otherwise: readonly string[]): { index: number; label: string }[] => {
  const listed: unknown = given?.["features"];
  const X: unknown = given?.["X"];
  const first: unknown = Array.isArray(X) ? X[0] : undefined;
  const labels = Array.isArray(first)
    ? first.map((_, i) => `x${i + 1}`)
    : Array.isArray(listed)
      ? listed.map((one: unknown) => (typeof one === "string" ? one : `column ${String(one)}`))
      : typeof given?.["text"] === "string"
        ? namesIn(given["text"]).slice(0, -1)
        : otherwise;
  return labels.slice(0, 3).map((label, index) => ({ index, label }));
};

/** Columns that a file's first line names, the target included. */
export const namesIn = (text: string): string[] =>
  (text.split(/\r?\n/, 1)[0] ?? "").split(",").map((name) => name.trim());
