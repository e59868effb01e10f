import type { Lists, Values } from "../../../protocol/index.ts";
import { wrongWholeNumber } from "../runLength.ts";

const curvature = (symbol: string, which: string, value: number) =>
  ({
    symbol,
    label: `${which} curvature`,
    meaning: `Curvature of the ${which} coordinate of the model.`,
    default: value,
    range: [0.01, 10],
    scale: "log",
  }) as const;
const noise = (symbol: string, which: string, value: number) =>
  ({
    symbol,
    label: `${which} noise`,
    meaning: `Standard deviation of one example's gradient along the ${which} coordinate.`,
    default: value,
    range: [0.01, 10],
    scale: "log",
  }) as const;
const parameter = (symbol: string, value: number) =>
  ({
    symbol,
    label: `parameter ${symbol.slice(1)}`,
    meaning: "Where the data's gradients are taken; further parameters are 0.",
    default: value,
    range: [-2, 2],
    scale: "linear",
  }) as const;

export const controls = {
  examples: {
    symbol: "n",
    label: "Examples",
    meaning: "Examples of every run, whatever its batch size; its loss is the mean over the last eighth.",
    default: 4096,
    range: [256, 65_536],
    scale: "integer",
  },
  doublings: {
    symbol: "lg B",
    label: "doublings",
    meaning: "Batch sizes are 1, 2, 4 … up to 2 to this power.",
    default: 6,
    range: [1, 10],
    scale: "integer",
  },
  replicas: {
    symbol: "r",
    label: "Replicas",
    meaning: "Independent runs of every batch size and rate.",
    default: 128,
    range: [64, 12_800],
    scale: "integer",
  },
  curvature1: curvature("h₁", "first", 1),
  curvature2: curvature("h₂", "second", 0.3),
  noise1: noise("σ₁", "first", 1),
  noise2: noise("σ₂", "second", 0.5),
  start: {
    symbol: "x₀",
    label: "start",
    meaning: "Both coordinates of the model at the start.",
    default: 0.3,
    range: [0.01, 10],
    scale: "log",
  },
  reference: {
    symbol: "η_ref",
    label: "middle of the rates",
    meaning: "Rate round which the best is looked for at B = 1; 0 takes 5.12 over the examples.",
    default: 0,
    range: [0, 0.1],
    scale: "linear",
  },
  reach: {
    symbol: "±",
    label: "reach of the rates",
    meaning: "How far to either side of it rates are tried, in ln η: 17 of them.",
    default: 2,
    range: [1, 4],
    scale: "linear",
  },
  draws: {
    symbol: "k",
    label: "draws",
    meaning: "Batches drawn from the data for each batch size.",
    default: 4096,
    range: [256, 409_600],
    scale: "integer",
  },
  w1: parameter("w₁", 0.1),
  w2: parameter("w₂", -0.2),
  w3: parameter("w₃", 0.3),
  dimension: {
    symbol: "d",
    label: "coordinates to target",
    meaning: "Coordinates of the quadratic whose steps to target are counted; curvatures are 1/i.",
    default: 100,
    range: [1, 10_000],
    scale: "integer",
  },
  largest: {
    symbol: "lg B",
    label: "doublings to target",
    meaning: "Steps to target are counted for B = 1, 2, 4 … up to 2 to this power.",
    default: 12,
    range: [2, 20],
    scale: "integer",
  },
  target: {
    symbol: "L*",
    label: "target",
    meaning: "Loss that is to be reached.",
    default: 0.01,
    range: [1e-4, 1],
    scale: "log",
  },
  exponent: {
    symbol: "p",
    label: "preconditioner",
    meaning: "The preconditioner divides by curvature to this power: ½ is close to Adam's, 1 is Newton's.",
    default: 0.5,
    range: [0, 1],
    scale: "linear",
  },
  chains: {
    symbol: "c",
    label: "chains",
    meaning: "Simulated runs that the exact steps to target are held against.",
    default: 64,
    range: [16, 6400],
    scale: "integer",
  },
} as const;
export type Controls = Values<typeof controls>;

/** What an experiment file may list. */
export const lists = {
  start: { meaning: "Both coordinates of the model at the start." },
  w: { meaning: "Where the data's gradients are taken, one number for each column." },
} as const;
/** The model's start. */
export const startsOf = ({ start }: Controls, given: Lists = {}): readonly [number, number] => {
  const [first = start, second = first] = given["start"] ?? [];
  return [first, second];
};

const whole = {
  examples: [64, 10_000_000],
  doublings: [1, 10],
  replicas: [64, 1_000_000],
  draws: [64, 100_000_000],
  dimension: [1, 100_000],
  largest: [2, 30],
  chains: [16, 1_000_000],
} as const;
const positive = ["curvature1", "curvature2", "noise1", "noise2", "start", "target"] as const;

/** A sentence where a control cannot be run with. */
export function wrongControl(values: Controls, given: Lists = {}): string | undefined {
  const wrong = wrongWholeNumber(controls, values, whole);
  if (wrong !== undefined) return wrong;
  for (const name of positive)
    if (!(values[name] > 0 && values[name] < Infinity))
      return `The ${controls[name].label} must be above 0, not ${values[name]}.`;
  if (!(values.reference >= 0 && values.reference < Infinity)) return "The middle of the rates must be 0 or more.";
  if (!(values.reach > 0 && values.reach <= 20)) return `Rates may reach up to 20 in ln η, not ${values.reach}.`;
  if (given["start"] && given["start"].length !== 2) return '"start" must list two numbers, one for each coordinate.';
  if (!(values.exponent >= 0 && values.exponent <= 1))
    return `The preconditioner's power must lie from 0 to 1, not ${values.exponent}.`;
  if (values.examples < 16 * 2 ** values.doublings)
    return `${values.examples} examples make fewer than 16 steps of B = ${2 ** values.doublings}; take more examples or fewer doublings.`;
  if (![values.w1, values.w2, values.w3].every(Number.isFinite)) return "The parameters w must be finite.";
  return undefined;
}
