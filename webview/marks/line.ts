import { nameOf, tint, zip } from "./mark.ts";
import type { Pen, Trace } from "./mark.ts";

const widths = { measured: 1.75, theory: 1.25, given: 1.25, other: 1, all: 1, previous: 1 } as const;
/** Series 2, 3 and 4 carry these where colours may not be told apart. */
const shapes = { 1: undefined, 2: "triangle", 3: "rect", 4: "rectRot" } as const;

/** The indices nearest to seven even places of x. */
function places(x: Float64Array): Set<number> {
  const [first = 0, last = 0] = [x[0], x.at(-1)];
  return new Set(
    Array.from({ length: 7 }, (_, k) => x.findIndex((v) => v >= first + ((k + 0.5) / 7) * (last - first))),
  );
}

/** A line of columns x and y; "steps" holds each value until the next. Dashes always and only mean theory. */
export function line(pen: Pen, [x, y]: readonly Float64Array[]): Trace[] {
  if (!x || !y) return [];
  const { role, colour = 1, mark } = pen.series;
  const { patterns } = pen.theme;
  const shape = patterns && role === "measured" ? shapes[colour] : undefined;
  const spots = shape && places(x);
  const dash = { theory: [5, 4], other: [2, 3], previous: patterns ? [1, 3] : [], measured: [], given: [], all: [] }[
    role
  ];
  const stroke = role === "previous" ? tint(pen, patterns ? 90 : 50) : tint(pen, role === "other" ? 75 : 100);
  return [
    {
      name: nameOf(pen),
      dot: role === "measured",
      dataset: {
        data: zip(x, y, pen.y.scale),
        borderColor: stroke,
        borderWidth: widths[role],
        borderDash: [...dash],
        borderJoinStyle: "round",
        stepped: mark === "steps" ? "before" : false,
        pointStyle: shape ?? "circle",
        pointRadius: spots ? (at) => (spots.has(at.dataIndex) ? 4 : 0) : 0,
        pointBackgroundColor: stroke,
        pointBorderColor: stroke,
      },
    },
  ];
}
