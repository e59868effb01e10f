import { type Chart, count, type Finding, type Frame, pair, type Report, spell, spellRate } from "../protocol/index.ts";
import { table } from "./table.ts";

/** Points of the rate's table. */
const points = 6;

/** A run for a person at a terminal: the answer, the first chart over steps at a few of them, the findings. */
export function reported(run: {
  readonly heading: string;
  readonly charts: readonly Chart[];
  readonly frames: readonly Frame[];
  readonly report: Report;
  readonly findings: readonly Finding[];
  /** With their places. */
  readonly warnings: readonly string[];
}): string {
  const { heading, charts, frames, report, findings, warnings } = run;
  const parts = [
    `${heading}\n`,
    `${report.answer.replace(/\*\*/g, "")}\n${report.status}\n${assumptions(charts, report)}`,
    sampled(
      charts.find(({ x }) => x.unit === "steps"),
      frames,
    ),
    found(findings),
    warnings.length > 0 ? `Warnings\n${warnings.map((text) => `  ${text}\n`).join("")}` : "",
  ];
  return parts.filter((part) => part !== "").join("\n");
}
function assumptions(charts: readonly Chart[], report: Report): string {
  return charts
    .flatMap(({ id, title, assumption }) => {
      const broken = report.assumptions?.[id] ?? assumption?.broken;
      return broken === undefined ? [] : [`${title}: ${broken}\n`];
    })
    .join("");
}
function sampled(chart: Chart | undefined, frames: readonly Frame[]): string {
  if (!chart) return "";
  const lines = chart.series.flatMap(({ label, mark }) => {
    const columns = frames.find((frame) => frame.chart === chart.id && frame.series === label)?.columns;
    const x = columns?.at(0);
    const y = columns?.at(1);
    return x && y && x.length > 0 && (mark === "line" || mark === "steps") ? [{ label, x, y }] : [];
  });
  const first = lines.at(0);
  if (!first) return "";
  const [from, to] = [first.x.at(0) ?? 0, first.x.at(-1) ?? 0];
  const spread = Array.from({ length: points }, (_, i) => nearest(first.x, from + (i * (to - from)) / (points - 1)));
  const steps = [...new Set(spread)];
  const rows = lines.map(({ label, x, y }) => [label, ...steps.map((step) => spell(at(x, y, step)))]);
  return `${chart.title}\n${table([[`at ${chart.x.unit ?? chart.x.label}`, ...steps.map(count)], ...rows])}`;
}
/** The recorded x next to a wish, so that what is printed was computed. */
const nearest = (x: Float64Array, wish: number): number =>
  x.reduce((best, one) => (Math.abs(one - wish) < Math.abs(best - wish) ? one : best), Number.POSITIVE_INFINITY);
/** The last point at or before a step. */
function at(x: Float64Array, y: Float64Array, step: number): number {
  let last = y.at(0) ?? Number.NaN;
  for (let i = 0; i < x.length && (x.at(i) ?? 0) <= step; i++) last = y.at(i) ?? last;
  return last;
}
function found(findings: readonly Finding[]): string {
  if (findings.length === 0) return "";
  const rows = findings.map(({ quantity, measured, standardError, predicted, verdict }) => [
    quantity,
    measured === undefined ? "–" : verdict === "exact" ? spellRate(measured) : pair(measured, standardError ?? 0),
    predicted === undefined ? "–" : spell(predicted),
    verdictOf(verdict, measured, predicted, standardError),
  ]);
  return `Findings\n${table([["", "measured", "predicted", "verdict"], ...rows])}`;
}
function verdictOf(verdict: Finding["verdict"], measured?: number, predicted?: number, standardError = 0): string {
  switch (verdict) {
    case "agrees":
      return "agrees";
    case "off":
      return measured === undefined || predicted === undefined || standardError <= 0
        ? "differs"
        : `${spell(Math.abs(measured - predicted) / standardError, 2)} se off`;
    case "none":
      return "no prediction";
    case "out of range":
      return "out of range";
    case "exact":
      return "exact";
  }
}
