import { zeros, type Vector } from "../vector.ts";
import type { ProblemData } from "./problem.ts";

// Checks of what an experiment file gives. Each throws an Error whose sentence says which entry of which problem is wrong.

type Given = ProblemData["given"];
const lookUp = (problem: string, given: Given, name: string, needed: string): unknown => {
  const value = given?.[name];
  if (value === undefined) throw new Error(`The problem "${problem}" needs "${name}": ${needed}.`);
  return value;
};
const spelled = (value: unknown): string => JSON.stringify(value);

/** A list of finite numbers, of a given length where one is given. */
export function vectorOf(problem: string, given: Given, name: string, length?: number): Vector {
  const needed = length === undefined ? "a list of numbers" : `a list of ${length} numbers`;
  return numbers(lookUp(problem, given, name, needed), `"${name}" of the problem "${problem}"`, length);
}

/** Rows of finite numbers, all of one length, one or more of each; row-major. */
export function matrixOf(problem: string, given: Given, name: string, shape: { rows?: number; columns?: number } = {}) {
  const where = `"${name}" of the problem "${problem}"`;
  const value = lookUp(problem, given, name, "a list of rows of numbers");
  if (!Array.isArray(value) || value.length === 0) throw new Error(`${where} must be a list of rows of numbers.`);
  const rows = value.length;
  if (shape.rows !== undefined && rows !== shape.rows)
    throw new Error(`${where} has ${rows} rows; ${shape.rows} are needed.`);
  const first: unknown = value[0];
  const columns = shape.columns ?? (Array.isArray(first) ? first.length : 0);
  if (columns === 0) throw new Error(`${where} must be a list of rows of numbers.`);
  const values = zeros(rows * columns);
  for (let row = 0; row < rows; row++)
    values.set(numbers(value[row], `Row ${row + 1} of ${where}`, columns), row * columns);
  return { rows, columns, values };
}

/** One finite number, or `otherwise` where it is not given. */
export function numberOf(problem: string, given: Given, name: string, otherwise: number): number {
  const value = given?.[name];
  if (value === undefined) return otherwise;
  if (typeof value === "boolean") return value ? 1 : 0;
  if (typeof value === "number" && Number.isFinite(value)) return value;
  throw new Error(`"${name}" of the problem "${problem}" must be a number, not ${spelled(value)}.`);
}

function numbers(value: unknown, where: string, length?: number): Vector {
  if (!Array.isArray(value) || value.length === 0) throw new Error(`${where} must be a list of numbers.`);
  if (length !== undefined && value.length !== length)
    throw new Error(`${where} has ${value.length} ${value.length === 1 ? "number" : "numbers"}; ${length} are needed.`);
  return Float64Array.from(value, (x: unknown, index) => {
    if (typeof x === "number" && Number.isFinite(x)) return x;
    throw new Error(`${where} must hold finite numbers; entry ${index + 1} is ${spelled(x)}.`);
  });
}
