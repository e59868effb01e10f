import { nameOf, tint, zip } from "./mark.ts";
import type { Pen, Trace } from "./mark.ts";

/** Points of columns x and y, filled or hollow. */
export function points(pen: Pen, [x, y]: readonly Float64Array[]): Trace[] {
  if (!x || !y) return [];
  return [
    {
      name: nameOf(pen),
      dataset: {
        data: zip(x, y, pen.y.scale),
        showLine: false,
        borderColor: tint(pen),
        pointRadius: 2.75,
        pointBorderWidth: 1.25,
        pointBorderColor: tint(pen),
        pointBackgroundColor: pen.series.hollow ? pen.theme.colour("var(--paper)") : tint(pen, 80),
      },
    },
  ];
}
