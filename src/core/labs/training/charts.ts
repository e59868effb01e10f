import type { Chart, Configuration, ProblemConfiguration, Series } from "../../../protocol/index.ts";
import { findOptimizer } from "../../optimizers/index.ts";
import { findProblem } from "../../problems/index.ts";
import { zeros } from "../../vector.ts";
import { bandOfRates, rateLines, type RateLine } from "../rates.ts";
import type { Controls } from "./controls.ts";

const colours = [1, 2, 3, 4] as const;

/** A line of the chart of effective rates: a watched coordinate, or where all move alike, a line of the first chart. */
export interface EffectiveLine {
  readonly label: string;
  /** Index among the problem's watched coordinates. */
  readonly watched?: number;
  /** Index among the distinct learning rates. */
  readonly rate?: number;
}
export function effectiveLines(
  configuration: Configuration,
  problem: ProblemConfiguration,
  lines: readonly RateLine[],
): EffectiveLine[] {
  if (!scalesCoordinates(configuration)) return lines.map(({ label }, rate) => ({ label, rate }));
  const watched = findProblem(problem.name)?.watched(problem.values ?? {}, problem.data) ?? [];
  return watched.map(({ label }, index) => ({ label, watched: index }));
}

/** Whether the optimizer gives coordinates rates of their own: tried out on two gradients of different size. */
function scalesCoordinates({ optimizer, groups }: Configuration): boolean {
  const it = findOptimizer(optimizer);
  if (!it) return false;
  const h: Record<string, number> = {};
  const given: Readonly<Partial<Record<string, number>>> = groups.at(0)?.values ?? {};
  for (const [name, { default: standard }] of Object.entries(it.hyperparameters)) h[name] = given[name] ?? standard;
  if (!it.effectiveLearningRate || it.couples) return true;
  const theta = zeros(2);
  const state = it.init(theta, [[2]], h);
  const mean = Float64Array.of(1, 2);
  const batch = {
    loss: () => 0,
    gradient: () => ({ mean, meanSquare: Float64Array.of(1, 4) }),
    curvature: () => Float64Array.of(1, 2),
  };
  it.step(batch, theta, state, 1, h);
  const rates = it.effectiveLearningRate(state, 1, h, zeros(2));
  return rates[0] !== rates[1];
}

/** The three charts: the rate as it is, the loss it leads to, and what multiplies each coordinate. */
export function charts(configuration: Configuration, asked: ProblemConfiguration, controls: Controls): Chart[] {
  const { steps, seeds } = controls;
  const problem = findProblem(asked.name)!;
  const lines = rateLines(configuration, controls, "outline");
  const x = { label: "step", scale: "linear", min: 0, max: steps, unit: "steps" } as const;
  const exact = problem.loss === "exact";
  const over = seeds === 1 ? "one seed" : `median and 10–90 % of ${seeds} seeds`;
  const effective = effectiveLines(configuration, asked, lines);
  const followed = lines.some(({ followsLoss }) => followsLoss);
  const byGroup = effective.every(({ rate }) => rate !== undefined);
  const formula = findOptimizer(configuration.optimizer)?.effective ?? "η";
  return [
    {
      id: "rate",
      title: "Learning rate",
      caption: followed
        ? `in force, ${over}`
        : lines.length > 1
          ? "exact, per parameter group"
          : "exact, at every step",
      x,
      y: { label: "η", scale: "linear", min: 0 },
      series: rateSeries(lines, controls),
      size: "low",
      column: 0,
    },
    {
      id: "loss",
      title: "Loss",
      caption: `${exact ? (problem.unbounded ? "L(θ)" : "L(θ) above its minimum") : "of mini-batches, mean since the last point"}, ${over}`,
      short: seeds === 1 ? "one seed" : `median, 10–90 % of ${seeds} seeds`,
      x,
      y: { label: exact ? "L(θ)" : "mini-batch loss", scale: problem.unbounded ? "linear" : "log" },
      series: [
        ...(seeds > 1 ? [{ label: "10–90 %", mark: "band", role: "measured", colour: 1, unnamed: true } as const] : []),
        { label: seeds > 1 ? "median" : "loss", mark: "line", role: "measured", colour: 1 },
      ],
      size: "tall",
      column: 0,
      assumption: { text: problem.carriesOver },
    },
    {
      id: "effective",
      title: "Effective learning rate",
      caption: byGroup
        ? `${formula}, the same for all coordinates`
        : `${formula}, ${inWords(effective.length)}; 10–90 % of all`,
      short: formula,
      x,
      y: { label: formula, scale: "log" },
      series: byGroup
        ? rateSeries(lines, controls)
        : [
            { label: "10–90 % of all", mark: "band", role: "all", unnamed: true },
            ...effective.map(({ label }, k): Series => {
              // As pictured: the first below its line, the second above, the third below.
              const colour = ([1, 3, 2] as const)[k % 3];
              return {
                label,
                mark: "line",
                role: "measured",
                colour,
                nameAt: 0.24 * steps,
                nameSide: k === 1 ? "above" : "below",
              };
            }),
          ],
      size: "middle",
      column: 1,
      assumption: {
        text: findOptimizer(configuration.optimizer)?.effectiveLearningRate
          ? "What multiplies each coordinate of ĝ in this step."
          : "No factor multiplies ĝ in this method: how far each coordinate went, by how large its ĝ was.",
      },
    },
  ];
}
const inWords = (n: number): string =>
  `${["no", "one", "two", "three"][n] ?? n} ${n === 1 ? "coordinate" : "coordinates"}`;

/** Names stand at the lines' ends; where the lines meet there, on them, each at a place of its own. */
function rateSeries(lines: readonly RateLine[], { steps, seeds }: Controls): Series[] {
  const top = Math.max(...lines.map(({ rate }) => rate.reduce((a, b) => Math.max(a, b), 0)));
  const ends = lines.map(({ rate }) => rate[rate.length - 1]);
  const meet = ends.some((a, i) => ends.some((b, j) => i < j && Math.abs(a - b) < 0.12 * top));
  const bands = lines.flatMap((line, k): Series[] =>
    line.followsLoss && seeds > 1
      ? [{ label: bandOfRates(line), mark: "band", role: "measured", colour: colours[k % 4], unnamed: true }]
      : [],
  );
  const named = lines.map(({ label }, k): Series => ({
    label,
    mark: "line",
    role: "measured",
    colour: colours[k % 4],
    ...(meet && {
      nameAt: (k % 2 === 0 ? 0.58 : 0.36) * steps,
      nameSide: k % 2 === 0 ? ("above" as const) : ("below" as const),
    }),
  }));
  return [...bands, ...named];
}
