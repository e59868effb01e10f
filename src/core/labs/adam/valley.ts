import { goldenSection, type Search } from "../../goldenSection.ts";
import { slopeOf } from "../groups.ts";
import { zeros, type Vector } from "../../vector.ts";

// How much the learning rate must be tuned anew when ε changes: with η itself, with η = η₀ε, and with η = η₀/ε as it is printed
// in the notes. Rows are values of ε; each has ln(excess) on one grid of ln η.

export const forms = [
  { name: "η", shift: 0 },
  { name: "η₀ = η/ε", shift: 1 },
  { name: "η₀ = ηε, as printed", shift: -1 },
] as const;

/** Points of the grid per decade of η, and what it spans. */
export const perDecade = 32;
export const decades = { from: -8, to: 6 } as const;
export const points = (decades.to - decades.from) * perDecade + 1;
export const ln10 = Math.LN10;
export const logRate = (k: number): number => (decades.from + k / perDecade) * ln10;

/** ln excess at a ln η between grid points. */
export function at(curve: Vector, lnEta: number): number {
  const k = Math.min(points - 1, Math.max(0, (lnEta / ln10 - decades.from) * perDecade));
  const left = Math.min(points - 2, Math.floor(k));
  const share = k - left;
  const [a, b] = [curve[left], curve[left + 1]];
  return a === b || share === 0 ? a : a + share * (b - a);
}

/** For where a function is least near a grid point, within its neighbours; it is asked so often. */
export const around = (k: number): Search =>
  goldenSection(logRate(Math.max(0, k - 1)), logRate(Math.min(points - 1, k + 1)));
export const asked = 32;

/** d ln η* / d ln ε at each row: central differences, one-sided at the ends. */
export function localSlopes(lnEps: ArrayLike<number>, best: ArrayLike<number>): number[] {
  const last = lnEps.length - 1;
  return Array.from({ length: lnEps.length }, (_, i) => {
    const [a, b] = [Math.max(0, i - 1), Math.min(last, i + 1)];
    return (best[b] - best[a]) / (lnEps[b] - lnEps[a]);
  });
}
/** ln ε at which the slope passes ½ for the last time, between rows; NaN where it does not. */
export function crossing(lnEps: ArrayLike<number>, slopes: readonly number[]): number {
  for (let i = slopes.length - 1; i > 0; i--)
    if (slopes[i] >= 0.5 && slopes[i - 1] < 0.5)
      return lnEps[i - 1] + ((0.5 - slopes[i - 1]) / (slopes[i] - slopes[i - 1])) * (lnEps[i] - lnEps[i - 1]);
  return NaN;
}
/** Half width of the window of the coordinate, in decades, its points, and how bad a loss is let be, in nats. */
export const standard = { decades: 3, points: 121, clip: 12, narrow: { decades: 0.75, clip: 6 } };

/**
 * The price, in nats of ln excess, of one value of the coordinate for all rows, and the angle of the valley on
 * (ln ε, coordinate). `best` is ln η* by row.
 */
export function coupling(
  lnEps: ArrayLike<number>,
  curves: readonly Vector[],
  best: ArrayLike<number>,
  shift: number,
  window = standard,
) {
  const optimal = Array.from(best, (b, j) => b - shift * lnEps[j]);
  const centre = optimal.reduce((a, b) => a + b, 0) / optimal.length;
  const table = curves.map((curve, j) => {
    const row = zeros(window.points);
    for (let i = 0; i < window.points; i++) {
      const a = centre + (i / (window.points - 1) - 0.5) * 2 * window.decades * ln10;
      row[i] = at(curve, a + shift * lnEps[j]);
    }
    return row;
  });
  const least = Math.min(...table.map((row) => row.reduce((a, b) => Math.min(a, b), Infinity)));
  let regret = Infinity;
  const own = table.map((row) => row.reduce((a, b) => Math.min(a, b), Infinity));
  for (let i = 0; i < window.points; i++) {
    let sum = 0;
    table.forEach((row, j) => (sum += Math.min(row[i], least + window.clip) - own[j]));
    regret = Math.min(regret, sum / table.length);
  }
  const slope = slopeOf(lnEps, optimal);
  return { regret, slope, angle: (Math.atan(slope) * 180) / Math.PI, interaction: interaction(table, least, window) };
}

/** Share of the table's variation, near the centre, that no sum of a function of each axis explains. */
function interaction(table: readonly Vector[], least: number, window: typeof standard): number {
  const { narrow } = window;
  const cells = table.map((row) =>
    Array.from(row, (x) => Math.min(x, least + narrow.clip)).filter(
      (_, i) => Math.abs(i / (window.points - 1) - 0.5) * 2 * window.decades <= narrow.decades + 1e-9,
    ),
  );
  const columns = cells[0].length;
  const mean = (xs: readonly number[]) => xs.reduce((a, b) => a + b, 0) / xs.length;
  const all = mean(cells.flat());
  const byRow = cells.map(mean);
  const byColumn = Array.from({ length: columns }, (_, i) => mean(cells.map((row) => row[i])));
  let [rest, total] = [0, 0];
  cells.forEach((row, j) => {
    row.forEach((x, i) => {
      total += (x - all) ** 2;
      rest += (x - byRow[j] - byColumn[i] + all) ** 2;
    });
  });
  return rest / total;
}
