import type { Configuration, Lists, ProblemConfiguration, Values } from "../../../protocol/index.ts";
import { wrongWholeNumber } from "../runLength.ts";
import { ownShape } from "./schedules.ts";
import { ruleOf } from "./rule.ts";

/** Knobs of the simulation. */
export const controls = {
  time: {
    symbol: "T",
    label: "Time",
    meaning: "Σ η of every run: how far along the flow all of them go.",
    default: 4,
    range: [0.1, 100],
    scale: "log",
  },
  rates: {
    symbol: "m",
    label: "Learning rates",
    meaning: "The configuration's rate and its halvings, as many as this in all.",
    default: 5,
    range: [2, 10],
    scale: "integer",
  },
  replicas: {
    symbol: "n",
    label: "Runs",
    meaning: "Independent runs of SGD at each rate.",
    default: 256,
    range: [16, 10_000],
    scale: "integer",
  },
  batchSize: {
    symbol: "B",
    label: "Batch size",
    meaning: "Examples averaged in one update; a batch of B has noise of the variance σ²/B.",
    default: 1,
    range: [1, 4096],
    scale: "integer",
  },
  start: {
    symbol: "θ₀",
    label: "Start",
    meaning: "Every coordinate of the start; the noisy quadratic has a spread of starts of its own.",
    default: 1,
    range: [-3, 3],
    scale: "linear",
  },
  curvature: {
    symbol: "h",
    label: "Steepness",
    meaning: "Multiplies the loss: h of the quadratic well. Normal noise stays as it is.",
    default: 1,
    range: [0.1, 10],
    scale: "log",
  },
  flowSteps: {
    symbol: "RK4",
    label: "Steps of the flow",
    meaning: "Least number of Runge–Kutta steps in time T; quadratics use their closed form.",
    default: 512,
    range: [64, 8192],
    scale: "integer",
  },
  total: {
    symbol: "Σ η",
    label: "Sum of rates",
    meaning: "What the learning rates of every schedule add up to.",
    default: 2,
    range: [0.1, 20],
    scale: "log",
  },
  scheduleSteps: {
    symbol: "K",
    label: "Steps of a schedule",
    meaning: "Updates in which every schedule spends its sum of rates.",
    default: 40,
    range: [4, 5000],
    scale: "integer",
  },
  offset: {
    symbol: "k₀",
    label: "Offset of 1/(k+k₀)",
    meaning: "The schedule of 1/k begins at k₀ + 1.",
    default: 4,
    range: [0, 100],
    scale: "linear",
  },
  drop: {
    symbol: "γ",
    label: "Drop",
    meaning: "The step schedule multiplies its rate by this after half of the updates.",
    default: 0.1,
    range: [0.01, 1],
    scale: "log",
  },
  blockTime: {
    symbol: "t",
    label: "Time of the blocks",
    meaning: "Σ η of N steps at a place where the mean gradient is 0, each of the rate t/N.",
    default: 1,
    range: [0.01, 10],
    scale: "log",
  },
  blockLength: {
    symbol: "√N",
    label: "Steps in a block",
    meaning: "Of the shortest run: it has as many blocks as a block has steps.",
    default: 16,
    range: [4, 64],
    scale: "integer",
  },
  blockGrowth: {
    symbol: "×",
    label: "Longer blocks",
    meaning: "A block of the next run is so many times as long, the run that squared.",
    default: 4,
    range: [2, 8],
    scale: "integer",
  },
  blockSizes: {
    symbol: "j",
    label: "Lengths",
    meaning: "Runs of different N.",
    default: 3,
    range: [2, 5],
    scale: "integer",
  },
  blockRuns: {
    symbol: "n_N",
    label: "Runs of each N",
    meaning: "Independent runs of the √N-blocks experiment for each N.",
    default: 128,
    range: [8, 2000],
    scale: "integer",
  },
} as const;
export type Controls = Values<typeof controls>;

/** What an experiment file may list. */
export const lists = {
  rates: {
    meaning: "Learning rates of the runs, in place of the configuration's own and its halvings.",
    counts: true,
  },
  blockSizes: { meaning: "√N of every run of blocks: its steps in a block, and its blocks.", counts: true },
} as const;

/** Rates of the runs, the largest first. */
export const ratesOf = (learningRate: number, { rates }: Pick<Controls, "rates">, given: Lists = {}): Float64Array =>
  given["rates"]
    ? Float64Array.from(given["rates"]).sort().reverse()
    : Float64Array.from({ length: rates }, (_, i) => learningRate / 2 ** i);
/** √N of each run of blocks, the shortest first. */
export const lengthsOf = ({ blockLength, blockGrowth, blockSizes }: Controls, given: Lists = {}): number[] =>
  given["blockSizes"]
    ? [...given["blockSizes"]].sort((a, b) => a - b)
    : Array.from({ length: blockSizes }, (_, j) => blockLength * blockGrowth ** j);

/** Coordinates' steps of all runs that are suggested at most: about a second on one core. */
const affordable = 12e6;
/** Where a start shows a descent that noise does not carry over a barrier. */
const starts: Readonly<Partial<Record<string, number>>> = { "double well": 1.3, "tilted well": -1.3 };

/** As long as the flow needs to come down, or as the rate allows in a second; the schedule's sum at its own rates. */
export function suggest(configuration: Configuration, problem: ProblemConfiguration): Partial<Controls> {
  const { learningRate: eta, gain } = ruleOf(configuration);
  const step = eta * gain;
  const batch = Math.max(1, Math.round((configuration.batchSize ?? 1) * (configuration.accumulation ?? 1)));
  const given: Readonly<Partial<Record<string, number>>> = problem.values ?? {};
  const data = problem.name === "least squares" || problem.name === "logistic";
  const width = data ? 4 * batch : problem.name === "noisy quadratic" ? (given["dimension"] ?? 100) : 1;
  const replicas = width > 16 ? 32 : controls.replicas.default;
  const halvings = 2 ** controls.rates.default - 1;
  const most = Math.max(40, Math.floor(affordable / (halvings * replicas * width)));
  const start = starts[problem.name];
  if (!(step > 0 && Number.isFinite(step))) return { batchSize: batch };
  const shape = ownShape(configuration, controls.scheduleSteps.default);
  const mean = shape ? shape.reduce((a, b) => a + b, 0) / shape.length : eta;
  const updates = Math.min(data ? 400 : 2000, Math.max(10, Math.round(controls.total.default / (mean * gain))));
  return {
    time: Number(Math.min(most * step, Math.max(40 * step, controls.time.default)).toPrecision(6)),
    replicas,
    batchSize: batch,
    ...(data && { blockRuns: 64 }), // rows take longer to draw than normals
    ...(start !== undefined && { start }),
    ...(Number.isFinite(updates) && { scheduleSteps: updates }),
  };
}

const mostOf = {
  rates: 16,
  replicas: 100_000,
  batchSize: 65_536,
  flowSteps: 1_000_000,
  scheduleSteps: 200_000,
  blockLength: 4096,
  blockGrowth: 64,
  blockSizes: 6,
  blockRuns: 100_000,
} as const;
/** Steps of one run that are carried out. */
export const longest = 10_000_000;

/** A sentence where a control cannot be run with. */
export function wrongControl(
  values: Controls,
  learningRate: number,
  gain: number,
  given: Lists = {},
): string | undefined {
  const wrong = wrongWholeNumber(controls, values, mostOf);
  if (wrong !== undefined) return wrong;
  for (const name of ["time", "total", "blockTime", "drop", "curvature"] as const)
    if (!(values[name] > 0 && values[name] <= 1e6))
      return `${controls[name].label} must be above 0, at most 1,000,000, not ${values[name]}.`;
  if (!(values.offset >= 0)) return `${controls.offset.label} cannot be below 0; it was given as ${values.offset}.`;
  if (!Number.isFinite(values.start)) return `${controls.start.label} must be a finite number, not ${values.start}.`;
  const wrongOne = wrongList(given);
  if (wrongOne !== undefined) return wrongOne;
  const rates = ratesOf(learningRate, values, given);
  if (rates.length < 2) return "An order is fitted to two rates or more; set Learning rates to 2 at least.";
  const finest = stepsOf(values.time, rates[rates.length - 1] * gain);
  if (finest > longest)
    return `At the smallest rate, time ${values.time} takes ${finest.toLocaleString("en")} steps; at most ${longest.toLocaleString("en")} are run. Lower Time or the number of learning rates.`;
  const largest = Math.max(...lengthsOf(values, given)) ** 2;
  return largest > 1e9
    ? `The longest run of blocks would have N = ${largest.toExponential(1)} steps; at most 1e9 are run. Lower Lengths or Longer blocks.`
    : undefined;
}
function wrongList({ rates = [], blockSizes = [] }: Lists): string | undefined {
  for (const [name, numbers] of Object.entries({ rates, blockSizes })) {
    if (numbers.length > 16) return `"${name}" may list 16 numbers at most, not ${numbers.length}.`;
    if (!numbers.every((x) => x > 0)) return `All of "${name}" must be above 0.`;
    if (new Set(numbers).size < numbers.length) return `"${name}" lists a number twice.`;
  }
  return blockSizes.every((m) => Number.isInteger(m) && m >= 2)
    ? undefined
    : 'All of "blockSizes" must be whole numbers, 2 or more.';
}
/** Steps of a rate in time T. */
export const stepsOf = (time: number, step: number): number => Math.max(1, Math.round(time / step));
