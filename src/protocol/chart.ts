/** A chart is announced once, without data; frames fill it. */
export interface Chart {
  readonly id: string;
  readonly title: string;
  /** The unit and what is drawn; `short` where the panel is narrow. */
  readonly caption: string;
  readonly short?: string;
  readonly x: Axis;
  readonly y: Axis;
  readonly series: readonly Series[];
  /** Height in the normal layout; the panel makes wide ones taller. */
  readonly size: "low" | "middle" | "tall";
  /** 0: what was asked; 1: why. */
  readonly column: 0 | 1;
  readonly assumption?: Assumption;
  /** Its heat map is shown as a table of names that can be clicked. */
  readonly grid?: Grid;
}
/** A map of few cells with names: row k and column j of the table are the map's k-th row and j-th column. */
export interface Grid {
  /** Over the names of the rows. */
  readonly head: string;
  readonly rows: readonly { readonly name: string; readonly note?: string }[];
  readonly columns: readonly string[];
  /** What is said in place of a number that is as good as 0. */
  readonly zero: { readonly most: number; readonly text: string };
  /** Controls of the lab that a click on a cell sets: the row's to its index, the column's to its value. */
  readonly picks: { readonly row: string; readonly column: string; readonly values: readonly number[] };
  readonly chosen: readonly [row: number, column: number];
}
/** Under which condition a chart's prediction holds, and what is broken here when it does not. */
export interface Assumption {
  readonly text: string;
  readonly broken?: string;
}
export interface Axis {
  readonly label: string;
  readonly scale: "linear" | "log";
  readonly min?: number;
  readonly max?: number;
  /** Printed once, after the last tick: "steps". */
  readonly unit?: string;
}
/** "measured" takes a series colour by `colour`; dashes always and only mean theory; "all" is the muted band of everything. */
export type Role = "measured" | "theory" | "given" | "other" | "all";
export interface Series {
  /** Unique within its chart; the name drawn at the line. */
  readonly label: string;
  readonly mark: "line" | "steps" | "points" | "band" | "bars" | "heatmap";
  readonly role: Role;
  readonly colour?: 1 | 2 | 3 | 4;
  /** Drawn without its name (a band whose line carries it). */
  readonly unnamed?: boolean;
  readonly hollow?: boolean;
  /** Where on x its name stands; at the line's end without it. */
  readonly nameAt?: number;
  /** On which side of the line a name given by `nameAt` stands. */
  readonly nameSide?: "above" | "below" | "left" | "right";
  /** Of a heat map; without it its cells are called by the label. */
  readonly cells?: Cells;
}
/** How the cells of a heat map are read. */
export interface Cells {
  /** What a cell holds, for the map's scale and the crosshair: "nats above the best". */
  readonly label: string;
  /** Beyond it cells are told apart no more. */
  readonly max?: number;
  /** Which end takes the strongest colour; the greatest without it. */
  readonly strong?: "least";
}
/**
 * Columns of one series: x and y; x, low and high for a band; bin centres and heights for bars; x edges, y edges and
 * cells by row for a heatmap. NaN and ±Infinity are legal values.
 */
export interface Frame {
  /** By id, and by label. */
  readonly chart: string;
  readonly series: string;
  readonly mode: "append" | "replace";
  readonly columns: readonly Float64Array[];
}

/** The frames still needed to draw all so far: a replacing frame makes its series' earlier ones moot. */
export function keep(frames: readonly Frame[], next: Frame): Frame[] {
  const kept =
    next.mode === "append"
      ? [...frames]
      : frames.filter((frame) => frame.chart !== next.chart || frame.series !== next.series);
  kept.push(next);
  return kept;
}
