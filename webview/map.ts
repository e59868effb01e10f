import type { Axis, Chart, Series } from "../src/protocol/index.ts";
import { spell } from "../src/protocol/index.ts";
import { key } from "./state.ts";
import type { Columns } from "./state.ts";
import { spanOf } from "./ticks.ts";
import type { Span } from "./ticks.ts";

/** A heat map with its numbers: edges and centres of its cells, and the cells by row. */
export interface HeatMap {
  readonly series: Series;
  readonly xEdges: Float64Array;
  readonly yEdges: Float64Array;
  readonly xs: Float64Array;
  readonly ys: Float64Array;
  readonly cells: Float64Array;
}

const known = new WeakMap<Float64Array, Float64Array>();
/** The middle of each cell on its axis. */
function centres(edges: Float64Array, scale: Axis["scale"]): Float64Array {
  let found = known.get(edges);
  if (!found) {
    const middle = (a: number, b: number) => (scale === "log" ? Math.sqrt(a) * Math.sqrt(b) : (a + b) / 2);
    // Without the last bits: between 8/√2 and 8√2 is 8.
    found = Float64Array.from(edges.subarray(1), (b, k) => Number(middle(edges[k]!, b).toPrecision(12)));
    known.set(edges, found);
  }
  return found;
}
export const mapSeries = ({ series }: Chart): Series | undefined => series.find(({ mark }) => mark === "heatmap");
/** A chart's heat map, if it has one and its numbers have come. */
export function mapOf(chart: Chart, columns: Columns): HeatMap | undefined {
  const series = mapSeries(chart);
  const [xEdges, yEdges, cells] = (series && columns.get(key(chart.id, series.label))) ?? [];
  if (!series || !xEdges || !yEdges || !cells || xEdges.length < 2 || yEdges.length < 2) return undefined;
  const [xs, ys] = [centres(xEdges, chart.x.scale), centres(yEdges, chart.y.scale)];
  return { series, xEdges, yEdges, xs, ys, cells };
}
/** The cell whose edges hold a value; -1 outside. */
export function cellOf(edges: Float64Array, at: number): number {
  if (!(at >= edges[0]!) || !(at <= edges.at(-1)!)) return -1;
  const k = edges.findIndex((edge) => edge > at);
  return k < 0 ? edges.length - 2 : k - 1;
}
/** The number in the cell at a place; NaN where there is none. */
export function cellAt({ xEdges, yEdges, xs, cells }: HeatMap, x: number, y: number): number {
  const [column, row] = [cellOf(xEdges, x), cellOf(yEdges, y)];
  return column < 0 || row < 0 ? NaN : (cells[row * xs.length + column] ?? NaN);
}
/** The ends of the scale: what the cells hold, no further than they are told apart. */
export function spanOfCells(series: Series, cells: Float64Array): Span {
  const [low, high] = spanOf([cells], "linear") ?? [0, 1];
  const most = series.cells?.max ?? Infinity;
  return [Math.min(low, most), cells.includes(Infinity) && most < Infinity ? most : Math.min(high, most)];
}
export const cellsName = ({ cells, label }: Series): string => cells?.label ?? label;
export const spellCell = ({ cells }: Series, value: number): string =>
  cells?.max !== undefined && value >= cells.max ? `≥ ${spell(cells.max)}` : spell(value);

/** Where the map is strongest: column and row. */
export function peakOf({ series, xs, cells }: HeatMap): { readonly column: number; readonly row: number } | undefined {
  const sign = series.cells?.strong === "least" ? -1 : 1;
  let best = -1;
  cells.forEach((value, k) => {
    if (Number.isFinite(value) && (best < 0 || sign * value > sign * cells[best]!)) best = k;
  });
  return best < 0 ? undefined : { column: best % xs.length, row: Math.floor(best / xs.length) };
}
/** The sentence a reader needs who does not see the map. */
export function describedMap(chart: Chart, map: HeatMap): string {
  const peak = peakOf(map);
  if (!peak) return `${cellsName(map.series)}: nothing finite`;
  const { series, xs, ys, cells } = map;
  const value = cells[peak.row * xs.length + peak.column]!;
  const end = series.cells?.strong === "least" ? "least" : "greatest";
  const at = `${chart.x.label} ${spell(xs[peak.column]!)} and ${chart.y.label} ${spell(ys[peak.row]!)}`;
  return `${cellsName(series)} ${end}, ${spellCell(series, value)}, at ${at}; ${xs.length} by ${ys.length} cells`;
}
