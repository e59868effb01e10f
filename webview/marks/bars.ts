import { hatch, nameOf, tint, zip } from "./mark.ts";
import type { Pen, Trace } from "./mark.ts";

/** A histogram: bin centres and heights, drawn as one outline over its tint. */
export function bars(pen: Pen, [x, y]: readonly Float64Array[]): Trace[] {
  if (!x || !y) return [];
  const { patterns } = pen.theme;
  const data = zip(x, y, pen);
  return [
    {
      name: nameOf(pen),
      points: data,
      dataset: {
        data,
        stepped: "middle",
        fill: pen.y.scale === "log" ? "start" : "origin",
        pointRadius: 0,
        borderWidth: 1,
        borderColor: tint(pen, patterns ? 100 : 60),
        backgroundColor: patterns ? hatch(tint(pen, 70)) : tint(pen, 26),
      },
    },
  ];
}
