import { drawRibbon } from "../ribbon.ts";
import { thinned } from "../thin.ts";
import type { Point } from "../thin.ts";
import { nameOf, shapes, tint } from "./mark.ts";
import type { Drawing, Pen, Trace } from "./mark.ts";

const widths = { measured: 1.75, theory: 1.25, given: 1.25, other: 1, all: 1, previous: 1 } as const;

/** The points nearest to seven even places of x. */
function places(points: readonly Point[]): Point[] {
  const [first = 0, last = 0] = [points[0]?.x, points.at(-1)?.x];
  const found = Array.from({ length: 7 }, (_, k) =>
    points.find(({ x, y }) => x >= first + ((k + 0.5) / 7) * (last - first) && !Number.isNaN(y)),
  );
  return [...new Set(found.filter((point) => point !== undefined))];
}
/** More points a pixel column than this, and it is drawn as the area it fills. */
const dense = 1.5;

/** A line of columns x and y; "steps" holds each value until the next. Dashes always and only mean theory. */
export function line(pen: Pen, [x, y]: readonly Float64Array[]): Trace[] {
  if (!x || !y) return [];
  const { role, colour = 1, mark } = pen.series;
  const { patterns } = pen.theme;
  const shape = patterns && role === "measured" ? shapes[colour] : undefined;
  const { points, columns } = thinned(x, y, pen.x, pen.y.scale);
  const spots = new Set(shape ? places(points) : []);
  const dash = { theory: [5, 4], other: [2, 3], previous: patterns ? [1, 3] : [], measured: [], given: [], all: [] }[
    role
  ];
  const stroke = role === "previous" ? tint(pen, patterns ? 90 : 50) : tint(pen, role === "other" ? 75 : 100);
  const filled = dash.length === 0 && points.length > dense * columns;
  return [
    {
      name: nameOf(pen),
      points,
      ...(role === "measured" && { dots: { x, y } }),
      ...(filled && {
        paint: (chart: Drawing) =>
          drawRibbon(chart, points, { ink: stroke, width: widths[role], stepped: mark === "steps" }),
      }),
      dataset: {
        data: filled ? [...spots] : points,
        showLine: !filled,
        borderColor: stroke,
        borderWidth: widths[role],
        borderDash: [...dash],
        borderJoinStyle: "round",
        stepped: mark === "steps" ? "before" : false,
        pointStyle: shape ?? "circle",
        pointRadius: spots.size > 0 ? ({ raw }) => (spots.has(raw as Point) ? 4 : 0) : 0,
        pointBackgroundColor: stroke,
        pointBorderColor: stroke,
      },
    },
  ];
}
