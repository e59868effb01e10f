import type { Chart } from "../src/protocol/index.ts";
import { spell } from "../src/protocol/index.ts";
import { element } from "./element.ts";
import { cellsName, mapOf, mapSeries, spanOfCells, spellCell } from "./map.ts";
import type { Columns } from "./state.ts";

/** What the shades of a chart's heat map mean: their name, and both ends beside a strip of them. */
export function scaleElement(
  chart: Chart,
  columns: Columns,
): { readonly says: string; readonly children: (HTMLElement | string)[] } | undefined {
  const series = mapSeries(chart);
  if (!series) return undefined;
  const map = mapOf(chart, columns);
  const [low, high] = map ? spanOfCells(series, map.cells) : [0, 1];
  // Hardly above 0 is 0, for an end of a scale.
  const foot = Math.abs(low) < 0.01 * Math.abs(high) ? 0 : low;
  const [from, to] = map ? [spell(foot), spellCell(series, high)] : ["", ""];
  const ink = series.role === "measured" ? `var(--s-${series.colour ?? 1})` : "var(--muted)";
  const [left, right] = series.cells?.strong === "least" ? [ink, "transparent"] : ["transparent", ink];
  const strip = element("i");
  strip.style.background = `linear-gradient(to right, ${left}, ${right})`;
  const name = cellsName(series);
  return { says: [name, from, to].join("\n"), children: [`${name} ${from} `, strip, ` ${to}`] };
}
