import type { Chart, Series } from "../src/protocol/index.ts";
import { spell } from "../src/protocol/index.ts";
import { former } from "./chart.ts";
import { cellAt, cellsName, describedMap, mapOf, spellCell } from "./map.ts";
import { key } from "./state.ts";
import type { Columns } from "./state.ts";
import { spanOf } from "./ticks.ts";
import { stepsOf, valuesAt } from "./values.ts";
import type { Axes } from "./values.ts";

/** What a chart says at one place: a name, its words, and the series whose colour the name takes. */
export interface Reading {
  readonly name: string;
  readonly text: string;
  readonly series?: Series;
}
/** Where the crosshair stands: on x, and on the y of a heat map. */
export interface Place {
  readonly x: number;
  readonly y?: number;
}
/** What the crosshair steps through: a heat map's columns, or the x of the series with the most points. */
export function grid(chart: Chart, columns: Columns): Float64Array | undefined {
  const map = mapOf(chart, columns);
  if (map) return map.xs;
  const most = chart.series
    .filter(({ mark, role }) => mark !== "heatmap" && (role !== "theory" || chart.series.length === 1))
    .map((series) => columns.get(key(chart.id, series.label))?.[0])
    .reduce((most, x) => ((x?.length ?? 0) > (most?.length ?? 0) ? x : most), undefined);
  return most && stepsOf(most);
}
/** The cell under the crosshair, and the former run's at the same place where that is another. */
function cellReadings(chart: Chart, columns: Columns, before: Columns, { x, y }: Place): Reading[] {
  const map = mapOf(chart, columns);
  if (!map || y === undefined) return [];
  const value = cellAt(map, x, y);
  const words = (cell: number) => (Number.isNaN(cell) ? "–" : spellCell(map.series, cell));
  const said = [
    { name: chart.y.label, text: spell(y), series: map.series },
    { name: cellsName(map.series), text: words(value), series: map.series },
  ];
  const old = mapOf(chart, before);
  if (!old || (old.cells.length === map.cells.length && old.cells.every((cell, k) => Object.is(cell, map.cells[k]))))
    return said;
  return [...said, { name: "before", text: words(cellAt(old, x, y)) }];
}
/** Values at a place: the map's, measured lines, what is set beside them, bands, the former run. */
export function readings(chart: Chart, columns: Columns, before: Columns, at: Place): Reading[] {
  const xs = chart.series.flatMap(({ label }) => columns.get(key(chart.id, label))?.[0] ?? []);
  const span = spanOf(xs, chart.x.scale) ?? [0, 1];
  const axes: Axes = { x: chart.x.scale, y: chart.y.scale, span };
  const read = (series: Series, from: Columns): string | undefined => {
    const [x, y, high] = from.get(key(chart.id, series.label)) ?? [];
    const found = x && y && valuesAt(series, x, y, at.x, axes);
    if (series.mark === "band") {
      const top = x && high && valuesAt(series, x, high, at.x, axes);
      return found && `${spell(found[0])}–${spell(top?.[0] ?? NaN)}`;
    }
    return found && (found[0] === found[1] ? spell(found[0]) : `${spell(found[0])}–${spell(found[1])}`);
  };
  const said = (some: readonly Series[]): Reading[] =>
    some.flatMap((series) => {
      const text = read(series, columns);
      return text === undefined ? [] : [{ name: series.label, text, series }];
    });
  const bands = chart.series.filter(({ mark }) => mark === "band");
  const others = chart.series.filter(({ mark }) => mark !== "band" && mark !== "heatmap");
  const old = former(chart, columns, before);
  const oldText = old.length === 1 ? read(old[0]!, before) : undefined;
  return [
    ...cellReadings(chart, columns, before, at),
    ...said(others.filter(({ role }) => role === "measured")),
    ...said(others.filter(({ role }) => role !== "measured")),
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
  const map = mapOf(chart, columns);
  const sentences = chart.series.flatMap((series) => {
    if (series.mark === "heatmap") return map ? [describedMap(chart, map)] : [];
    if (series.mark === "band" || series.role === "other") return [];
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
