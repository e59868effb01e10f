import { type Chart, type Frame, type PortableFrame, toPortable } from "../protocol/index.ts";

/** JSON has no NaN and no infinity: they are written as the words "NaN", "Infinity" and "-Infinity". */
export const toJson = (value: unknown): string => JSON.stringify(value, (_, inside: unknown) => spelled(inside), 2);
/** The same on one line for each row of numbers, as trajectories are long. */
export const spelled = (value: unknown): unknown =>
  typeof value === "number" && !Number.isFinite(value) ? String(value) : value;

export interface PrintedChart {
  readonly id: string;
  readonly title: string;
  readonly series: readonly {
    readonly label: string;
    readonly role: string;
    readonly columns: PortableFrame["columns"];
  }[];
}
/** All frames of a run as one replacing frame for each series, in the charts' own order. */
export function settle(charts: readonly Chart[], frames: readonly Frame[]): Frame[] {
  return charts.flatMap((chart) =>
    chart.series.flatMap(({ label }): Frame[] => {
      const own = frames.filter((frame) => frame.chart === chart.id && frame.series === label);
      const first = own.at(0);
      if (!first) return [];
      const columns = first.columns.map((_, i) =>
        joined(own.map((frame) => frame.columns.at(i) ?? new Float64Array())),
      );
      return [{ chart: chart.id, series: label, mode: "replace", columns }];
    }),
  );
}
function joined(columns: readonly Float64Array[]): Float64Array {
  const whole = new Float64Array(columns.reduce((length, column) => length + column.length, 0));
  let at = 0;
  for (const column of columns) {
    whole.set(column, at);
    at += column.length;
  }
  return whole;
}
/** Settled frames with full precision. */
export const printedCharts = (charts: readonly Chart[], settled: readonly Frame[]): PrintedChart[] =>
  charts.map(({ id, title, series }) => ({
    id,
    title,
    series: series.flatMap(({ label, role }) => {
      const frame = settled.find((one) => one.chart === id && one.series === label);
      return frame ? [{ label, role, columns: toPortable(frame).columns }] : [];
    }),
  }));
