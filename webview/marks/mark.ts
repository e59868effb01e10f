import type { ChartDataset, Chart as Plotted } from "chart.js";
import type { Axis, Series } from "../../src/protocol/index.ts";
import type { Theme } from "../theme.ts";
import { thinned } from "../thin.ts";
import type { Across, Point } from "../thin.ts";
import type { Span } from "../ticks.ts";

export type Drawing = Plotted<"line", Point[]>;
export type Dataset = ChartDataset<"line", Point[]>;
/** What a mark needs to know besides its columns. */
export interface Pen {
  readonly theme: Theme;
  readonly series: Series | Previous;
  readonly x: Across;
  readonly y: { readonly scale: Axis["scale"]; readonly span: Span };
}
/** The former run of a series: drawn faint, named "before". */
export type Previous = Omit<Series, "role"> & { readonly role: "previous" };

/** A name beside its line, at its end unless `at` says where on x. */
export interface Name {
  readonly text: string;
  readonly ink: string;
  readonly bold: boolean;
  readonly at?: number;
  readonly side?: Series["nameSide"];
}
/** One dataset as drawn, with its name and whether the crosshair sets a dot on it. */
export interface Trace {
  readonly dataset: Dataset;
  readonly name?: Name;
  /** Where it is drawn: what its name keeps clear of. */
  readonly points: readonly Point[];
  /** All there is of a line that the crosshair sets a dot on. */
  readonly dots?: { readonly x: Float64Array; readonly y: Float64Array };
  /** Of a heat map, whose cell under the crosshair is framed. */
  readonly edges?: { readonly x: Float64Array; readonly y: Float64Array };
  /** For what no dataset can draw; in the dataset's turn. */
  paint?(chart: Drawing): void;
}

const variable = ({ role, colour = 1 }: Pick<Series, "colour"> & { readonly role: Pen["series"]["role"] }): string => {
  switch (role) {
    case "measured":
      return `var(--s-${colour})`;
    case "theory":
    case "given":
      return "var(--ink)";
    case "other":
    case "all":
    case "previous":
      return "var(--muted)";
    default:
      return role satisfies never;
  }
};
/** The colour of a series, whole or in part. */
export const tint = ({ theme, series }: Pen, percent = 100): string =>
  theme.colour(percent === 100 ? variable(series) : `color-mix(in srgb, ${variable(series)} ${percent}%, transparent)`);
/** Names take some of the foreground, so that they read in every theme. */
export const inkOf = (theme: Theme, series: Parameters<typeof variable>[0]): string =>
  theme.colour(
    series.role === "measured" ? `color-mix(in srgb, ${variable(series)} 72%, var(--ink))` : variable(series),
  );
export function nameOf({ theme, series }: Pen): Name | undefined {
  if (series.unnamed) return undefined;
  return {
    text: series.label,
    ink: inkOf(theme, series),
    bold: series.role === "measured",
    at: series.nameAt,
    side: series.nameSide,
  };
}

/** Series 2, 3 and 4 carry these where colours may not be told apart. */
export const shapes = { 1: undefined, 2: "triangle", 3: "rect", 4: "rectRot" } as const;

/** A value, or nothing where the y axis cannot show it. */
export const shown = (y = NaN, { y: { scale } }: Pen): number =>
  Number.isFinite(y) && (scale === "linear" || y > 0) ? y : NaN;
/** What of two columns can be told apart on the screen. */
export const zip = (x: Float64Array, y: Float64Array, pen: Pen): Point[] => thinned(x, y, pen.x, pen.y.scale).points;

/** A 45° hatching, for bands and bars that must be told apart without their tint. */
export function hatch(ink: string): CanvasPattern | string {
  const tile = document.createElement("canvas");
  tile.width = tile.height = 7;
  const context = tile.getContext("2d");
  if (!context) return ink;
  context.strokeStyle = ink;
  context.beginPath();
  context.moveTo(-1, 8);
  context.lineTo(8, -1);
  context.stroke();
  return context.createPattern(tile, "repeat") ?? ink;
}
