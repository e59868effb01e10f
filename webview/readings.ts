import type { Chart, Series } from "../src/protocol/index.ts";
import { spell } from "../src/protocol/index.ts";
import { former } from "./chart.ts";
import { nearestIndex } from "./nearest.ts";
import { key } from "./state.ts";
import type { Columns } from "./state.ts";

/** What a chart says at one x: a name, its words, and the series whose colour the name takes. */
export interface Reading {
  readonly name: string;
  readonly text: string;
  readonly series?: Series;
}
/** The series whose x the crosshair steps through: the one with the most points. */
export function grid(chart: Chart, columns: Columns): Float64Array | undefined {
  return chart.series
    .filter(({ mark, role }) => mark !== "heatmap" && (role !== "theory" || chart.series.length === 1))
    .map((series) => columns.get(key(chart.id, series.label))?.[0])
    .reduce((most, x) => ((x?.length ?? 0) > (most?.length ?? 0) ? x : most), undefined);
}
/** Values at x: lines first, then bands, then the former run. */
export function readings(chart: Chart, columns: Columns, before: Columns, at: number): Reading[] {
  const read = (series: Series, from: Columns): string | undefined => {
    const [x, y, high] = from.get(key(chart.id, series.label)) ?? [];
    const k = nearestIndex(x, at);
    if (k < 0 || !y || series.mark === "heatmap") return undefined;
    const value = y[k] ?? NaN;
    if (series.mark === "band") return `${spell(value)}–${spell(high?.[k] ?? NaN)}`;
    return Number.isNaN(value) ? undefined : spell(value);
  };
  const said = (some: readonly Series[]): Reading[] =>
    some.flatMap((series) => {
      const text = read(series, columns);
      return text === undefined ? [] : [{ name: series.label, text, series }];
    });
  const bands = chart.series.filter(({ mark }) => mark === "band");
  const old = former(chart, columns, before);
  const oldText = old.length === 1 ? read(old[0]!, before) : undefined;
  return [
    ...said(chart.series.filter(({ mark }) => mark !== "band")),
    ...said(bands),
    ...(oldText === undefined ? [] : [{ name: "before", text: oldText }]),
  ];
}

/** Where the finite values of a column begin, end and are greatest. */
function endsOf(y: Float64Array): { first: number; last: number; peak: number } | undefined {
  let [first, last, peak] = [-1, -1, -1];
  for (let k = 0; k < y.length; k++) {
    const value = y[k]!;
    if (!(value > -Infinity && value < Infinity)) continue;
    if (first < 0) first = peak = k;
    else if (value > y[peak]!) peak = k;
    last = k;
  }
  return first < 0 ? undefined : { first, last, peak };
}
/** The sentence a reader needs who does not see the chart. */
export function described(chart: Chart, columns: Columns): string {
  const sentences = chart.series.flatMap((series) => {
    if (series.mark === "heatmap" || series.mark === "band" || series.role === "other") return [];
    const [x, y] = columns.get(key(chart.id, series.label)) ?? [];
    if (!x || !y) return [];
    if (series.mark === "points") return [`${series.label}: ${y.length} points`];
    const ends = endsOf(y);
    if (!ends) return [`${series.label}: nothing finite`];
    const [first, last, peak] = [y[ends.first]!, y[ends.last]!, y[ends.peak]!];
    const where = x[ends.peak] ?? NaN;
    if (series.mark === "bars") return [`${series.label} peaks at ${spell(where)} with ${spell(peak)}`];
    if (peak > 1.02 * Math.max(first, last))
      return [`${series.label} rises to ${spell(peak)} at ${spell(where)} and ends at ${spell(last)}`];
    const verb = last < first ? "falls" : last > first ? "rises" : "stays";
    return [
      `${series.label} ${verb} ${last === first ? `at ${spell(first)}` : `from ${spell(first)} to ${spell(last)}`}`,
    ];
  });
  const shown = sentences.slice(0, 4).join("; ");
  return shown ? `${chart.title}: ${shown}.` : `${chart.title}: nothing computed yet.`;
}
