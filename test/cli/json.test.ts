import { expect, test } from "vitest";
import { printedCharts, settle, toJson } from "../../src/cli/json.ts";
import { table } from "../../src/cli/table.ts";
import type { Chart, Frame } from "../../src/protocol/index.ts";

const chart: Chart = {
  id: "loss",
  title: "Loss",
  caption: "",
  x: { label: "step", scale: "linear" },
  y: { label: "L", scale: "log" },
  series: [
    { label: "median", mark: "line", role: "measured" },
    { label: "limit", mark: "line", role: "theory" },
    { label: "never", mark: "line", role: "other" },
  ],
  size: "tall",
  column: 0,
};
const frame = (series: string, x: number[], y: number[], mode: Frame["mode"] = "append"): Frame => ({
  chart: "loss",
  series,
  mode,
  columns: [Float64Array.from(x), Float64Array.from(y)],
});

test("appended frames become one, however they were cut, in the chart's own order", () => {
  const whole = settle([chart], [frame("median", [0, 1, 2, 3], [4, 5, 6, 7]), frame("limit", [0], [1])]);
  const cut = settle(
    [chart],
    [frame("limit", [0], [1]), frame("median", [0], [4]), frame("median", [1, 2], [5, 6]), frame("median", [3], [7])],
  );
  expect(toJson(printedCharts([chart], cut))).toBe(toJson(printedCharts([chart], whole)));
  expect(whole.map(({ series, mode }) => [series, mode])).toEqual([
    ["median", "replace"],
    ["limit", "replace"],
  ]);
});

test("numbers that JSON does not have are printed as words, the others with every digit", () => {
  const [printed] = printedCharts([chart], [frame("median", [0, 1, 2], [NaN, Infinity, 0.1 + 0.2])]);
  expect(printed.series).toEqual([
    {
      label: "median",
      role: "measured",
      columns: [
        [0, 1, 2],
        ["NaN", "Infinity", 0.30000000000000004],
      ],
    },
  ]);
  expect(JSON.parse(toJson({ x: -Infinity, y: [NaN, 1] }))).toEqual({ x: "-Infinity", y: ["NaN", 1] });
});

test("a table's columns stand in line, marks above letters taking no room", () => {
  expect(
    table([
      ["", "a"],
      ["v̂", "1.5"],
      ["long", "10"],
    ]),
  ).toBe("          a\n  v̂     1.5\n  long   10\n");
});
