import { fitLine, jackknife } from "../statistics.ts";

/** A number, and how far to trust it. */
export interface Measured {
  readonly value: number;
  readonly standardError: number;
  /** Of how many groups the error was found; unsaid where of many. */
  readonly groups?: number;
}

/** Where there was nothing to measure. */
export const unmeasured: Measured = { value: NaN, standardError: NaN };

/** A statistic of sums over groups, and its standard error by leaving one group out after the other; f keeps nothing of them. */
export function ofGroups(groups: readonly Float64Array[], f: (sums: Float64Array) => number): Measured {
  const filled = groups.filter((it) => it[0] > 0);
  if (filled.length === 0) return unmeasured;
  const total = new Float64Array(filled[0].length);
  for (const it of filled) for (let i = 0; i < it.length; i++) total[i] += it[i];
  const rest = new Float64Array(total.length);
  const without = filled.map((it) => {
    for (let i = 0; i < rest.length; i++) rest[i] = total[i] - it[i];
    return f(rest);
  });
  return { value: f(total), standardError: jackknife(without), groups: filled.length };
}

/** Slope of y on x by least squares, all points alike. */
export const slopeOf = (x: ArrayLike<number>, y: ArrayLike<number>): number =>
  fitLine(x, y, new Float64Array(x.length).fill(1)).slope;

/** Slope of ln y on ln x, unweighted, as orders are read off a log-log chart. */
export function orderOf(x: ArrayLike<number>, y: ArrayLike<number>, log: (x: number) => number): number {
  return slopeOf(Array.from(x, log), Array.from(y, log));
}
