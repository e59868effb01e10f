/** The index whose x is nearest; -1 in an empty column. */
export function nearestIndex(x: Float64Array | undefined, at: number): number {
  if (!x?.length) return -1;
  let best = 0;
  for (let k = 1; k < x.length; k++) if (Math.abs(x[k]! - at) < Math.abs(x[best]! - at)) best = k;
  return best;
}
