import { nameOf, shown, tint, zip } from "./mark.ts";
import type { Pen, Trace } from "./mark.ts";

/** Points of columns x and y, filled or hollow. */
export function points(pen: Pen, [x, y]: readonly Float64Array[]): Trace[] {
  if (!x || !y) return [];
  // A cloud is no line, whose least and greatest tell all: only one of more points than pixels is thinned like one.
  const few = x.length <= 2 * pen.x.width;
  const data = few ? Array.from(x, (at, k) => ({ x: at, y: shown(y[k], pen) })) : zip(x, y, pen);
  return [
    {
      name: nameOf(pen),
      points: data,
      ...(pen.series.role === "measured" && { dots: { x, y } }),
      dataset: {
        data,
        showLine: false,
        // A point on an edge of the chart is whole.
        clip: 5,
        borderColor: tint(pen),
        pointRadius: 2.75,
        pointBorderWidth: 1.25,
        pointBorderColor: tint(pen),
        pointBackgroundColor: pen.series.hollow ? pen.theme.colour("var(--paper)") : tint(pen, 80),
      },
    },
  ];
}
