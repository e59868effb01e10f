import type { Lists, Values } from "../../../protocol/index.ts";
import { wrongWholeNumber } from "../runLength.ts";
import { corrections } from "./averages.ts";

const power = (symbol: string, label: string, meaning: string, value: number) =>
  ({ symbol, label, meaning, default: value, range: [-8, 4], scale: "linear" }) as const;

export const controls = {
  steps: {
    symbol: "T",
    label: "Steps",
    meaning: "Steps of every run; its loss is the mean over the last eighth.",
    default: 400,
    range: [40, 4000],
    scale: "integer",
  },
  batchSize: {
    symbol: "B",
    label: "batch size",
    meaning: "Rows of a batch; batches come in file order, round and round.",
    default: 8,
    range: [1, 64],
    scale: "integer",
  },
  correction: {
    symbol: "from 0",
    label: "bias correction",
    meaning: "How the two averages begin.",
    default: 0,
    range: [0, 2],
    scale: "choice",
    choices: corrections,
  },
  lowest: power("lg ε", "smallest ε", "Power of ten of the smallest ε.", -4),
  highest: power("lg ε", "largest ε", "Power of ten of the largest ε.", 2),
  perDecade: {
    symbol: "ε/10",
    label: "ε per decade",
    meaning: "Values of ε in a factor of ten.",
    default: 2,
    range: [1, 8],
    scale: "integer",
  },
  coupledRate: {
    symbol: "η",
    label: "rate of the momentum chart",
    meaning: "Rate at which SGD with momentum is run on ½hθ².",
    default: 0.1,
    range: [0.01, 1],
    scale: "log",
  },
  momentumCurvature: {
    symbol: "h",
    label: "curvature of the momentum chart",
    meaning: "Curvature of the loss ½hθ² that momentum is run on.",
    default: 1,
    range: [0.1, 10],
    scale: "log",
  },
  momentumNoise: {
    symbol: "σ",
    label: "noise of the momentum chart",
    meaning: "Standard deviation of the gradient's noise there.",
    default: 1,
    range: [0.1, 10],
    scale: "log",
  },
  last: {
    symbol: "k",
    label: "Steps averaged",
    meaning: "Iterates at the end of a run whose loss is averaged; 0 takes an eighth of its steps.",
    default: 0,
    range: [0, 400],
    scale: "integer",
  },
  halfWidth: {
    symbol: "±",
    label: "decades of a price",
    meaning: "How far to either side of the best a price is looked for, in decades of η or η₀.",
    default: 3,
    range: [1, 5],
    scale: "linear",
  },
  priceClip: {
    symbol: "≤",
    label: "nats of a price",
    meaning: "Losses further above the least count as this many nats above it.",
    default: 12,
    range: [4, 40],
    scale: "linear",
  },
  shareWidth: {
    symbol: "±",
    label: "decades of the interaction",
    meaning: "Half width of the window in which the share of variation is taken that no sum of two functions explains.",
    default: 0.75,
    range: [0.25, 3],
    scale: "linear",
  },
  shareClip: {
    symbol: "≤",
    label: "nats of the interaction",
    meaning: "The same limit for that share.",
    default: 6,
    range: [2, 40],
    scale: "linear",
  },
  chains: {
    symbol: "n",
    label: "Chains",
    meaning: "Independent runs of SGD with momentum, of each window and in each form.",
    default: 1024,
    range: [256, 100_000],
    scale: "integer",
  },
} as const;
export type Controls = Values<typeof controls>;

/** What an experiment file may list. */
export const lists = {
  epsilons: { meaning: "Powers of ten of ε, four or more, in place of a range: [-4, -3.5, -3, 1, 1.5, 2]." },
  windows: { meaning: "Windows N of the momentum chart, in steps." },
  times: { meaning: "t/N at which the weights of the three averages are compared." },
} as const;

/** Powers of ten of ε, from the smallest. */
export function rowsOf({ lowest, highest, perDecade }: Controls, given: Lists = {}): number[] {
  if (given["epsilons"]) return [...given["epsilons"]].sort((a, b) => a - b);
  const many = Math.round((highest - lowest) * perDecade);
  return Array.from({ length: many + 1 }, (_, k) => lowest + k / perDecade);
}
/** Powers of ten between which the rows stand, one more than rows: half way to their neighbours. */
export function edgesOf(rows: readonly number[]): number[] {
  const last = rows.length - 1;
  const between = rows.slice(1).map((x, k) => (x + rows[k]) / 2);
  return [rows[0] - (between[0] - rows[0]), ...between, rows[last] + (rows[last] - between[last - 1])];
}
export const windowsOfMomentum = (given: Lists = {}): readonly number[] =>
  given["windows"] ? [...given["windows"]].sort((a, b) => a - b) : [1, 2, 5, 10, 20];
/** A sentence where a control cannot be run with. */
export function wrongControl(values: Controls, given: Lists = {}): string | undefined {
  const whole = {
    steps: [8, 1_000_000],
    batchSize: [1, 100_000],
    perDecade: [1, 64],
    chains: [2, 10_000_000],
    last: [0, values.steps],
  } as const;
  const wrong = wrongWholeNumber(controls, values, whole);
  if (wrong !== undefined) return wrong;
  if (![0, 1, 2].includes(values.correction)) return `The bias correction must be 0, 1 or 2, not ${values.correction}.`;
  if (!given["epsilons"] && !(values.highest > values.lowest)) return "The largest ε must lie above the smallest.";
  const rows = rowsOf(values, given);
  if (new Set(rows).size < rows.length) return '"epsilons" lists a power twice.';
  if (rows.length < 4) return "Fewer than four values of ε make no valley; widen their range.";
  if (rows[0] < -20 || rows[rows.length - 1] > 10) return "ε is shown from 1e-20 to 1e10.";
  for (const name of [
    "momentumCurvature",
    "momentumNoise",
    "halfWidth",
    "priceClip",
    "shareWidth",
    "shareClip",
  ] as const)
    if (!(values[name] > 0 && values[name] <= 1e6))
      return `The ${controls[name].label} must be above 0, not ${values[name]}.`;
  if (values.halfWidth > 6 || values.shareWidth > values.halfWidth)
    return "The window of a price may be 6 decades to either side, and holds that of the interaction.";
  if (!(values.coupledRate > 0 && values.coupledRate * values.momentumCurvature < 2))
    return `The rate of the momentum chart must lie between 0 and 2/h = ${2 / values.momentumCurvature}, not ${values.coupledRate}.`;
  const windows = windowsOfMomentum(given);
  if (!windows.every((N) => N >= 1 && N <= 1e4))
    return "Windows of the momentum chart must lie from 1 to 10,000 steps.";
  if (new Set(windows).size < windows.length || windows.length > 12)
    return '"windows" must list different windows, twelve at most.';
  if (!(given["times"] ?? []).every((t) => t > 0 && t <= 100)) return 'All of "times" must lie above 0, up to 100.';
  return undefined;
}
