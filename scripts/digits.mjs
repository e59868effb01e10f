// Packs the digits table for the extension: node scripts/digits.mjs digits.csv data/digits.bin
// One byte a value, 65 a row: 64 pixels of 0..16, then the label. Plain bytes, since the package compresses them anyway.
import { readFileSync, writeFileSync } from "node:fs";

const [from, to] = process.argv.slice(2);
if (!from || !to)
  throw new Error("usage: node scripts/digits.mjs CSV BIN (first row of the CSV is a heading, label last)");
const rows = readFileSync(from, "utf8")
  .trim()
  .split(/\r?\n/)
  .slice(1)
  .map((line) => line.split(",").map(Number));
for (const [index, row] of rows.entries()) {
  const fine = row.length === 65 && row.every((x, k) => Number.isInteger(x) && x >= 0 && x <= (k < 64 ? 16 : 9));
  if (!fine) throw new Error(`row ${index + 1} is not 64 pixels of 0..16 and a label of 0..9`);
}
writeFileSync(to, Uint8Array.from(rows.flat()));
console.log(`${rows.length} rows, ${rows.length * 65} bytes`);
