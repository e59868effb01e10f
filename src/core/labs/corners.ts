/** Most points that one line may have. */
const most = 1000;

/**
 * Steps (from 1) at which a line through `at(t)` shows all of it: every step of a short run; of a long one the corners, so
 * that in between the line is nowhere off by more than a ten-thousandth of its height, or, where that takes too many
 * points, the first, lowest, highest and last step of each of 240 columns.
 */
export function cornersOf(at: Float64Array): number[] {
  const n = at.length;
  if (n <= most) return Array.from(at, (_, i) => i + 1);
  let top = 0;
  for (let i = 0; i < n; i++) top = Math.max(top, Math.abs(at[i]));
  const corners = swing(at, 1e-4 * top);
  return corners.length <= most ? corners : columns(at, 240);
}

/** Greedy segments: from each corner the longest chord that stays within the tolerance of every step it passes. */
function swing(at: Float64Array, tolerance: number): number[] {
  const corners = [1];
  let from = 0;
  let low = -Infinity;
  let high = Infinity;
  for (let i = 1; i < at.length; i++) {
    const slope = (at[i] - at[from]) / (i - from);
    if (slope < low || slope > high) {
      from = i - 1;
      corners.push(from + 1);
      low = -Infinity;
      high = Infinity;
    }
    low = Math.max(low, (at[i] - tolerance - at[from]) / (i - from));
    high = Math.min(high, (at[i] + tolerance - at[from]) / (i - from));
  }
  if (corners.at(-1) !== at.length) corners.push(at.length);
  return corners;
}

function columns(at: Float64Array, count: number): number[] {
  const steps: number[] = [];
  for (let column = 0; column < count; column++) {
    const from = Math.floor((column * at.length) / count);
    const to = Math.floor(((column + 1) * at.length) / count) - 1;
    let low = from;
    let high = from;
    for (let i = from; i <= to; i++) {
      if (at[i] < at[low]) low = i;
      if (at[i] > at[high]) high = i;
    }
    for (const i of [...new Set([from, low, high, to])].sort((a, b) => a - b)) steps.push(i + 1);
  }
  return steps;
}
