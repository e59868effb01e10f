import type { Chart, Series } from "../src/protocol/index.ts";
import { spell } from "../src/protocol/index.ts";
import { former } from "./chart.ts";
import { key } from "./state.ts";
import type { Columns } from "./state.ts";

/** What a chart says at one x: a name, its words, and the series whose colour the name takes. */
export interface Reading {
  readonly name: string;
  readonly text: string;
  readonly series?: Series;
}
/** The index whose x is nearest; -1 in an empty column. */
export function nearestIndex(x: Float64Array | undefined, at: number): number {
  if (!x?.length) return -1;
  let best = 0;
  for (let k = 1; k < x.length; k++) if (Math.abs(x[k]! - at) < Math.abs(x[best]! - at)) best = k;
  return best;
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

/** The sentence a reader needs who does not see the chart. */
export function described(chart: Chart, columns: Columns): string {
  const sentences = chart.series.flatMap((series) => {
    if (series.mark === "heatmap" || series.mark === "band" || series.role === "other") return [];
    const [x, y] = columns.get(key(chart.id, series.label)) ?? [];
    if (!x || !y) return [];
    if (series.mark === "points") return [`${series.label}: ${y.length} points`];
    const finite = y.filter(Number.isFinite);
    const [first, last] = [finite[0], finite.at(-1)];
    if (first === undefined || last === undefined) return [`${series.label}: nothing finite`];
    const peak = Math.max(...finite);
    const where = x[y.indexOf(peak)] ?? NaN;
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
