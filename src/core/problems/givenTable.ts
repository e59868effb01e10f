import type { RowOrder, Table } from "./exampleTable.ts";
import { matrixOf, numberOf, vectorOf } from "./given.ts";
import { linearRows, namesIn } from "./linearRows.ts";
import type { Objective, ProblemData } from "./problem.ts";
import type { Vector } from "../vector.ts";

type Given = ProblemData["given"];

const read = new WeakMap<object, Table>();

/**
 * Inputs X and classes y of an experiment file; `classes` is one more than the largest of y, at least 2. One table of the same
 * data, however often it is asked for: all work of a thread shares it.
 */
export function tableOf(problem: string, given: Given): Table {
  const known = (given && read.get(given)) ?? readTable(problem, given);
  if (given) read.set(given, known);
  return known;
}

function readTable(problem: string, given: Given): Table {
  if (given?.["csv"] !== undefined) {
    const rows = linearRows(problem, { given }, { file: "", features: [], standardiseTarget: false, intercept: false });
    return { rows: rows.count, inputs: rows.d, X: rows.X, ...classesOf(problem, rows.y) };
  }
  const X = matrixOf(problem, given, "X");
  const labels = vectorOf(problem, given, "y", X.rows);
  return { rows: X.rows, inputs: X.columns, X: X.values, ...classesOf(problem, labels) };
}
function classesOf(problem: string, labels: Vector): Pick<Table, "classes" | "y"> {
  const wrong = labels.findIndex((k) => !Number.isInteger(k) || k < 0 || k > 255);
  if (wrong >= 0)
    throw new Error(
      `"y" of the problem "${problem}" must hold classes 0, 1, 2 …; entry ${wrong + 1} is ${labels[wrong]}.`,
    );
  return { classes: labels.reduce((most, k) => Math.max(most, k + 1), 2), y: Uint8Array.from(labels) };
}

/**
 * Which rows a step takes: `order` is "all" (so without a word), "drawn" or "cyclic" (so where there is a `batch`), and
 * `batch` the rows of one draw, the run's batch size where absent.
 */
export function rowsOf(problem: string, given: Given): { readonly order: RowOrder } & Pick<Objective, "batch"> {
  const batch = given?.["batch"] ?? undefined; // null, as other programs write it, is none
  const order = given?.["order"] ?? (batch === undefined ? "all" : "cyclic");
  if (order !== "all" && order !== "drawn" && order !== "cyclic")
    throw new Error(
      `"order" of the problem "${problem}" must be "all", "drawn" or "cyclic", not ${JSON.stringify(order)}.`,
    );
  if (batch === undefined) return { order };
  const count = numberOf(problem, given, "batch", 1);
  if (!Number.isInteger(count) || count < 1)
    throw new Error(`"batch" of the problem "${problem}" must be a whole number of at least 1, not ${count}.`);
  if (order === "all")
    throw new Error(
      `"batch" of the problem "${problem}" is ${count}, but its "order" is "all": every row in every step.`,
    );
  return { order, batch: count };
}

/** What a chart of the loss shows, in words. */
export const rowsInWords = (given: Given): string => {
  const { order = given?.["batch"] == null ? "all" : "cyclic" } = given ?? {};
  return order === "all" ? "all of them in every step" : order === "drawn" ? "drawn with replacement" : "in turn";
};

/** Length of the list given by that name; undefined where there is none. */
export const lengthOf = (given: Given, name: string): number | undefined => {
  const list = given?.[name];
  return Array.isArray(list) ? list.length : undefined;
};
/** Columns of X as given, unchecked, for what is said before the data is read. */
export const columnsOf = (given: Given): number => {
  const text = given?.["text"];
  const features = given?.["features"];
  if (given?.["csv"] !== undefined && typeof text === "string")
    return Array.isArray(features) ? features.length : namesIn(text).length - 1;
  const X: unknown = given?.["X"];
  const first: unknown = Array.isArray(X) ? X[0] : undefined;
  return Array.isArray(first) ? first.length : 0;
};
/** Labels as given, unchecked: the list y, or the last column of a file. */
export const labelsOf = (given: Given): readonly unknown[] => {
  const text = given?.["text"];
  if (given?.["csv"] !== undefined && typeof text === "string")
    return text
      .trim()
      .split(/\r?\n/)
      .slice(1)
      .map((line) => line.split(",").at(-1));
  const y: unknown = given?.["y"];
  return Array.isArray(y) ? y : [];
};
