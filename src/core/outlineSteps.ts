/** Rows that tell how a run goes where a row for each step would be too many. */
export const outlineRows = 1000;

/** Steps (from 1) that tell how a run goes where all of them are too many: the first, the last, and `most` in even places. */
export function outlineSteps(steps: number, most: number): Int32Array {
  const rows = Math.min(steps, most);
  return Int32Array.from({ length: rows }, (_, i) =>
    rows === steps ? i + 1 : 1 + Math.round((i * (steps - 1)) / (rows - 1)),
  );
}
