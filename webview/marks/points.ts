import { nameOf, shapes, shown, tint, zip } from "./mark.ts";
import type { Pen, Trace } from "./mark.ts";

/** Points of columns x and y, filled or hollow. */
export function points(pen: Pen, [x, y]: readonly Float64Array[]): Trace[] {
  if (!x || !y) return [];
  // A cloud is no line, whose least and greatest tell all: only one of more points than pixels is thinned like one.
  const few = x.length <= 2 * pen.x.width;
  const data = few ? Array.from(x, (at, k) => ({ x: at, y: shown(y[k], pen) })) : zip(x, y, pen);
  const { hollow, role, colour = 1 } = pen.series;
  // Hollow ones are told apart already, and captions speak of them as circles.
  const shape = pen.theme.patterns && role === "measured" && !hollow ? shapes[colour] : undefined;
  return [
    {
      name: nameOf(pen),
      points: data,
      ...(role === "measured" && { dots: { x, y } }),
      dataset: {
        data,
        showLine: false,
        // A point on an edge of the chart is whole.
        clip: 5,
        borderColor: tint(pen),
        pointStyle: shape ?? "circle",
        pointRadius: shape ? 3.5 : 2.75,
        pointBorderWidth: 1.25,
        pointBorderColor: tint(pen),
        pointBackgroundColor: hollow ? pen.theme.colour("var(--paper)") : tint(pen, 80),
      },
    },
  ];
}
