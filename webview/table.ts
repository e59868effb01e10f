import type { Chart } from "../src/protocol/index.ts";
import { count, spell, typed } from "../src/protocol/index.ts";
import { element } from "./element.ts";
import { mapOf } from "./map.ts";
import { key } from "./state.ts";
import type { Columns } from "./state.ts";

/** A chart's numbers: a head, and rows of one x each, blank where a series has no point there; a map's, as it lies. */
export interface Table {
  readonly head: readonly string[];
  readonly rows: readonly (readonly (number | string)[])[];
}
/** How many rows are put on the screen; Copy takes all. */
const shown = 400;

/** "10–90 %" has an end named 10 % and one named 90 %. */
function ends(label: string): [string, string] {
  const [, low, high, unit] = /^([\d.]+)–([\d.]+)\s*(%)/.exec(label) ?? [];
  return low && high && unit ? [`${low} ${unit}`, `${high} ${unit}`] : [`${label}, low`, `${label}, high`];
}
/** A map as it lies: a column for each x and a row for each y, the greatest first; on top what has one y for each x. */
function laidOut(chart: Chart, columns: Columns): Table | undefined {
  const map = mapOf(chart, columns);
  if (!map) return undefined;
  const { xs, ys, cells } = map;
  if (chart.grid) {
    const { head, columns: names, rows } = chart.grid;
    const wide = names.length;
    return {
      head: [head, ...names],
      rows: rows.map(({ name }, k) => [name, ...cells.subarray(k * wide, (k + 1) * wide)]),
    };
  }
  const head = [`${chart.y.label} by ${chart.x.label}`, ...Array.from(xs, typed)];
  const above = chart.series.flatMap(({ label, mark }) => {
    const [x, y] = columns.get(key(chart.id, label)) ?? [];
    if (mark !== "points" || !x || !y) return [];
    const row = Array.from(xs, (at) => {
      const k = x.findIndex((value) => Math.abs(value - at) <= 1e-9 * Math.abs(at));
      return k < 0 ? NaN : y[k]!;
    });
    return [[label, ...row]];
  });
  const rows = Array.from(ys, (y, k) => [y, ...cells.subarray(k * xs.length, (k + 1) * xs.length)]);
  return { head, rows: [...above, ...rows.reverse()] };
}
/** One column for each line, two for a band; `before` where the former run was drawn. */
export function tabulated(chart: Chart, columns: Columns, before: Columns): Table {
  const map = laidOut(chart, columns);
  if (map) return map;
  const head = [chart.x.unit === undefined ? chart.x.label : chart.x.unit.replace(/s$/, "")];
  const parts: { x: Float64Array; y: Float64Array }[] = [];
  const add = (x: Float64Array | undefined, y: Float64Array | undefined, name: string) => {
    if (!x || !y) return;
    head.push(name);
    parts.push({ x, y });
  };
  for (const { label, mark } of chart.series) {
    const [x, y, z] = columns.get(key(chart.id, label)) ?? [];
    if (mark === "band") ends(label).forEach((name, k) => add(x, k ? z : y, name));
    else add(x, y, label);
  }
  const old = chart.series.filter(({ label, mark }) => mark !== "band" && before.has(key(chart.id, label)));
  for (const { label } of old) {
    const [x, y] = before.get(key(chart.id, label)) ?? [];
    add(x, y, old.length > 1 ? `${label}, before` : "before");
  }
  const at = new Map<number, number[]>();
  parts.forEach(({ x, y }, k) =>
    x.forEach((value, i) => {
      let row = at.get(value);
      if (!row) at.set(value, (row = new Array<number>(parts.length).fill(NaN)));
      row[k] = y[i] ?? NaN;
    }),
  );
  const rows = [...at].sort(([a], [b]) => a - b).map(([x, row]) => [x, ...row]);
  return { head, rows };
}
/** Tab-separated, every digit. */
export const tsv = ({ head, rows }: Table): string => [head, ...rows].map((row) => row.join("\t")).join("\n") + "\n";

/** The table as it stands in place of the chart. */
export function tableElement(table: Table, title: string): HTMLElement {
  const every = Math.ceil(table.rows.length / shown);
  const rows = table.rows.filter((_, k) => k % every === 0 || k === table.rows.length - 1);
  const cell = (x: number | string, k: number) =>
    typeof x === "string" ? x : k === 0 && Number.isInteger(x) ? count(x) : Number.isNaN(x) ? "–" : spell(x);
  return element(
    "div",
    { class: "scroll", tabindex: 0, role: "region", "aria-label": `${title}, table` },
    element(
      "table",
      { class: "rows" },
      element("thead", {}, element("tr", {}, ...table.head.map((name) => element("th", { scope: "col" }, name)))),
      element(
        "tbody",
        {},
        ...rows.map((row) => element("tr", {}, ...row.map((x, k) => element("td", {}, cell(x, k))))),
      ),
    ),
    every > 1 &&
      element("p", { class: "muted small" }, `One row in ${every}; Copy takes all ${count(table.rows.length)}.`),
  );
}
