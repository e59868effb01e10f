import { zeros } from "../vector.ts";
import type { Table } from "./exampleTable.ts";
import type { ProblemData } from "./problem.ts";

const pixels = 64;
const row = pixels + 1;

const read = new WeakMap<Uint8Array, Table>();

/**
 * The handwritten digits from their bytes (65 a row: 64 pixels of 0 to 16, then the label), pixels divided by 16.
 * Throws where the bytes are missing or are not such a table. One table of the same bytes, however often it is asked for: all
 * work of a thread shares it.
 */
export function digits({ dataset }: ProblemData): Table {
  if (!dataset) throw new Error("The handwritten digits have not been loaded; their file digits.bin is missing.");
  const known = read.get(dataset) ?? readDigits(dataset);
  read.set(dataset, known);
  return known;
}

function readDigits(dataset: Uint8Array): Table {
  const rows = dataset.length / row;
  if (rows < 1 || !Number.isInteger(rows))
    throw new Error(`The file of the handwritten digits is damaged: ${dataset.length} bytes are not rows of ${row}.`);
  const X = zeros(rows * pixels);
  const y = new Uint8Array(rows);
  for (let r = 0; r < rows; r++) {
    for (let i = 0; i < pixels; i++) {
      if (dataset[r * row + i] > 16) throw damaged(r);
      X[r * pixels + i] = dataset[r * row + i] / 16;
    }
    y[r] = dataset[r * row + pixels];
    if (y[r] > 9) throw damaged(r);
  }
  return { rows, inputs: pixels, classes: 10, X, y };
}
const damaged = (r: number) => new Error(`The file of the handwritten digits is damaged in row ${r + 1}.`);

/** Who gave the data, wherever a problem made from it names its source. */
export const digitsSource =
  "Optical Recognition of Handwritten Digits, E. Alpaydin and C. Kaynak 1998, UCI Machine Learning Repository, CC BY 4.0";
