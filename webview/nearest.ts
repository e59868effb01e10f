import type { Axis } from "../src/protocol/index.ts";

/** The index whose x is nearest as the axis shows it; -1 in an empty column. */
export function nearestIndex(x: Float64Array | undefined, at: number, scale: Axis["scale"] = "linear"): number {
  if (!x?.length) return -1;
  // On a logarithmic axis the nearer of two is the one with the lesser ratio.
  const off = (one: number) =>
    scale === "linear" ? Math.abs(one - at) : one > 0 ? Math.max(one / at, at / one) : Infinity;
  let best = 0;
  for (let k = 1; k < x.length; k++) if (off(x[k]!) < off(x[best]!)) best = k;
  return best;
}
