import { hatch, nameOf, tint, zip } from "./mark.ts";
import type { Pen, Trace } from "./mark.ts";

/** The area between two columns over x. An end that diverged leaves the chart; one below a logarithm's reach lies on its floor. */
export function band(pen: Pen, [x, low, high]: readonly Float64Array[]): Trace[] {
  if (!x || !low || !high) return [];
  const { scale, span } = pen.y;
  const room = span[1] - span[0];
  const [least, most] = scale === "log" ? [span[0] / 10, span[1] * 10] : [span[0] - room, span[1] + room];
  const kept = (column: Float64Array) =>
    column.map((value) => (Number.isNaN(value) ? NaN : Math.min(Math.max(value, least), most)));
  const edge = pen.theme.patterns
    ? { borderColor: tint(pen, 80), borderWidth: 1 }
    : { borderColor: "transparent", borderWidth: 0 };
  const weight = pen.series.role === "all" ? 14 : 16;
  const [floor, top] = [zip(x, kept(low), pen), zip(x, kept(high), pen)];
  return [
    { points: floor, dataset: { data: floor, pointRadius: 0, ...edge } },
    {
      name: nameOf(pen),
      points: top,
      dataset: {
        data: top,
        pointRadius: 0,
        fill: "-1",
        backgroundColor: pen.theme.patterns ? hatch(tint(pen, 70)) : tint(pen, weight),
        ...edge,
      },
    },
  ];
}
