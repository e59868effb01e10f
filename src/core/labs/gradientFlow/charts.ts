import {
  spellRate,
  typed,
  type Chart,
  type Configuration,
  type ProblemConfiguration,
  type Series,
} from "../../../protocol/index.ts";
import { findProblem } from "../../problems/index.ts";
import { wells } from "../../problems/wells.ts";
import type { Beside } from "../lab.ts";
import { lengthsOf, ratesOf, type Controls } from "./controls.ts";
import { ruleOf } from "./rule.ts";
import { courses, ownName, sumOfSquares } from "./schedules.ts";

/** Rates whose paths are drawn: the largest, the smallest and one between. */
export const drawnRates = (rates: number): number[] => [...new Set([0, Math.floor((rates - 1) / 2), rates - 1])];
export const nameOf = (rate: number): string => `η ${spellRate(rate)}`;

/** Names of what is drawn in the chart of distances. */
export const distances = {
  sgd: "SGD",
  expected: "∝ √η",
  rms: "at T, rms",
  rmsTheory: "rms",
  descent: "no noise",
  leading: "∝ η",
} as const;
export const blockNames = {
  means: "block mean",
  meansTheory: "σ / N^¼",
  displacement: "displacement",
  displacementTheory: "tσ / √N",
} as const;

/** Which coordinate is drawn, as far as it is known before any data is read. */
function coordinate(problem: ProblemConfiguration, { curvature }: Controls): string {
  if (wells.some(({ name }) => name === problem.name)) return "θ";
  if (problem.name === "noisy quadratic") return curvature === 1 ? "θ, h = 1" : "θ₁";
  const found = findProblem(problem.name);
  return found?.watched(problem.values ?? {}, problem.data).at(0)?.label ?? "θ₁";
}

export function charts(
  configuration: Configuration,
  problem: ProblemConfiguration,
  controls: Controls,
  { lists }: Beside = {},
): Chart[] {
  const { learningRate, momentum, gain } = ruleOf(configuration);
  const rates = ratesOf(learningRate, controls, lists);
  const theta = coordinate(problem, controls);
  const plain = momentum === 0;
  const clock = gain === 1 ? "Σ η" : `Σ η × ${typed(Number(gain.toPrecision(3)))}`;
  const own = ownName(configuration);
  const compared = courses(configuration, controls);
  const farthest = compared.reduce((most, { rates }) => Math.max(most, sumOfSquares(rates)), 0);
  const lengths = lengthsOf(controls, lists).map((length) => length * length);
  const [shortest, longest] = [lengths[0], lengths[lengths.length - 1]];
  const runs = compared.map(({ name }, i): Series => ({
    label: name,
    mark: "line",
    ...(own !== undefined && name === "constant" && i > 0
      ? { role: "given" }
      : { role: "measured", colour: colours[own !== undefined && i > 0 ? i - 1 : i] }),
  }));
  const time = { label: `t = ${clock}`, scale: "linear", min: 0 } as const;
  const weak = "noise too weak to carry θ to another curvature";
  return [
    {
      id: "paths",
      title: "On one time axis",
      caption: `${theta} against t = ${clock}: one run at each rate, and the gradient flow`,
      short: `${theta} against t = ${clock}`,
      x: { ...time, max: controls.time },
      y: { label: theta, scale: "linear" },
      series: [
        ...drawnRates(rates.length).map((i, k): Series => ({
          label: nameOf(rates[i]),
          mark: "line",
          role: "measured",
          colour: colours[k],
        })),
        { label: "flow", mark: "line", role: "theory" },
      ],
      size: "tall",
      column: 0,
    },
    {
      id: "distance",
      title: "Distance to the flow",
      caption: `largest on the way (SGD: mean of ${controls.replicas.toLocaleString("en")} runs), against η`,
      short: "largest on the way, against η",
      x: { label: "η", scale: "log", min: rates[rates.length - 1] / 1.3, max: rates[0] * 1.3 },
      y: { label: "|θ − Φ|", scale: "log" },
      series: [
        { label: distances.sgd, mark: "points", role: "measured", colour: 1 },
        { label: distances.expected, mark: "line", role: "theory" },
        { label: distances.rms, mark: "points", role: "measured", colour: 3, hollow: true },
        ...(plain ? [{ label: distances.rmsTheory, mark: "line", role: "theory", unnamed: true } as const] : []),
        { label: distances.descent, mark: "points", role: "measured", colour: 2 },
        { label: distances.leading, mark: "line", role: "theory" },
      ],
      size: "tall",
      column: 0,
      assumption: {
        text: plain
          ? `Holds for η h ≪ 1 and ${weak}.`
          : `Orders hold for η h ≪ 1 and ${weak}; with momentum no constant is predicted.`,
      },
    },
    {
      id: "schedules",
      title: "Schedules on the time axis",
      caption: `${theta} without noise; every schedule spends Σ η = ${typed(controls.total)} in ${controls.scheduleSteps.toLocaleString("en")} steps`,
      short: `Σ η = ${typed(controls.total)} in ${controls.scheduleSteps.toLocaleString("en")} steps each`,
      x: { label: clock, scale: "linear", min: 0, max: controls.total },
      y: { label: theta, scale: "linear" },
      series: [
        // They lie on each other, which is the point; their colours are named in the chart below.
        ...runs.map((run) => (run.label === own ? run : { ...run, unnamed: true })),
        { label: "flow", mark: "line", role: "theory" },
      ],
      size: "middle",
      column: 1,
    },
    {
      id: "ends",
      title: "Where schedules end",
      caption: `${theta} at the end against Σ η², which is what Σ η leaves open`,
      short: "end against Σ η²",
      x: { label: "Σ η²", scale: "linear", min: 0, max: 1.2 * farthest },
      y: { label: theta, scale: "linear" },
      series: [
        ...runs.map(({ role, colour, label }, i): Series => ({
          label,
          role,
          mark: "points",
          ...(colour && { colour }),
          // Off the falling line.
          nameAt: sumOfSquares(compared[i].rates),
          nameSide: "right",
        })),
        {
          label: plain ? "second order" : "flow",
          mark: "line",
          role: "theory",
          nameAt: 0.2 * farthest,
          nameSide: "above",
        },
      ],
      size: "low",
      column: 1,
      assumption: {
        text: plain
          ? "The dashed line is off by the third order in η h."
          : "Second order is not predicted with momentum.",
      },
    },
    {
      id: "blocks",
      title: "√N blocks",
      caption: "root mean square of a block's mean gradient and of the whole displacement, against N",
      short: "rms against N",
      x: { label: "N", scale: "log", min: shortest / 1.7, max: longest * 1.7 },
      y: { label: "rms", scale: "log" },
      series: [
        { label: blockNames.means, mark: "points", role: "measured", colour: 1 },
        { label: blockNames.meansTheory, mark: "line", role: "theory" },
        { label: blockNames.displacement, mark: "points", role: "measured", colour: 2 },
        { label: blockNames.displacementTheory, mark: "line", role: "theory" },
      ],
      size: "middle",
      column: 1,
      assumption: {
        text: "Holds for independent draws where the mean gradient is 0; that no block on the way strays needs a maximal inequality.",
      },
    },
  ];
}
const colours = [1, 2, 3, 4] as const;
