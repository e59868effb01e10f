import type { Frame } from "./chart.ts";

/** A frame as JSON can carry it: numbers as they are, NaN and ±Infinity as words. For saved panels and HTML reports. */
export interface PortableFrame {
  readonly chart: string;
  readonly series: string;
  readonly mode: Frame["mode"];
  readonly columns: readonly (readonly (number | string)[])[];
}
export const toPortable = (frame: Frame): PortableFrame => ({
  ...frame,
  columns: frame.columns.map((column) => Array.from(column, (x) => (Number.isFinite(x) ? x : String(x)))),
});
export const fromPortable = (frame: PortableFrame): Frame => ({
  ...frame,
  columns: frame.columns.map((column) => Float64Array.from(column, Number)),
});
