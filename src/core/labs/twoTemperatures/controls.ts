import type { Configuration, Values } from "../../../protocol/index.ts";
import { wrongWholeNumber } from "../runLength.ts";

/** Knobs of the simulation. */
export const controls = {
  form: {
    symbol: "ηᵢ",
    label: "rates shown",
    meaning: "Whose law is drawn: the optimizer's own, or SGD's with fixed rates made from the noise.",
    default: 0,
    range: [0, 2],
    scale: "choice",
    choices: ["as configured", "(σ_g/σᵢ)^p, each alone", "Σ^(−p/2), as a matrix"],
  },
  power: {
    symbol: "p",
    label: "power of 1/σ",
    meaning: "Of the fixed rates: 0 is SGD, 1 is RMSProp's 1/σ, 2 is 1/σ². Used unless rates are as configured.",
    default: 2,
    range: [0, 2],
    scale: "linear",
  },
  unit: {
    symbol: "σ_g",
    label: "scale of rates",
    meaning: "Whether rates keep their geometric mean at η, or are η/σᵢ^p as printed.",
    default: 0,
    range: [0, 1],
    scale: "choice",
    choices: ["mean rate stays η", "as printed"],
  },
  batchSize: {
    symbol: "B",
    label: "Batch size",
    meaning: "Examples averaged in one update: σᵢ becomes σᵢ/√B.",
    default: 1,
    range: [1, 4096],
    scale: "integer",
  },
  chains: {
    symbol: "n",
    label: "Chains",
    meaning: "Independent runs of each law; standard errors are over them.",
    default: 2000,
    range: [64, 20_000],
    scale: "integer",
  },
  steps: {
    symbol: "k",
    label: "Steps",
    meaning: "Steps that temperatures are averaged over, after a chain has settled.",
    default: 1500,
    range: [50, 20_000],
    scale: "integer",
  },
  thin: {
    symbol: "k/sample",
    label: "Steps between samples",
    meaning: "How many steps lie between two looks that enter the histogram.",
    default: 50,
    range: [1, 1000],
    scale: "integer",
  },
  burnIn: {
    symbol: "k₀",
    label: "Steps to settle",
    meaning:
      "Steps of the shown law before anything is looked at; with 0, four times what its slowest direction needs.",
    default: 0,
    range: [0, 20_000],
    scale: "integer",
  },
  bins: {
    symbol: "K",
    label: "Bins",
    meaning: "Bins of the histogram in each direction.",
    default: 24,
    range: [8, 30],
    scale: "integer",
  },
  least: {
    symbol: "n_min",
    label: "Least count",
    meaning: "Bins with fewer samples are left out of the regression, for the logarithm of a small count is biased.",
    default: 25,
    range: [2, 200],
    scale: "integer",
  },
  start: {
    symbol: "θ₀",
    label: "Start",
    meaning: "Where chains begin: at the minimum, or spread as the law predicted for them (quadratic losses).",
    default: 0,
    range: [0, 1],
    scale: "choice",
    choices: ["at the minimum", "in the predicted law"],
  },
} as const;
export type Controls = Values<typeof controls>;

/** The batch is the code's own. */
export const suggest = ({ batchSize }: Configuration): Partial<Controls> =>
  batchSize !== undefined && batchSize >= 1 ? { batchSize: Math.round(batchSize) } : {};

const counted = {
  batchSize: 1_000_000,
  chains: 200_000,
  steps: 1_000_000,
  thin: 100_000,
  bins: 30,
  least: 100_000,
} as const;
const chosen = { form: [0, 2], unit: [0, 1], start: [0, 1] } as const;

/** A sentence where a control cannot be run with. */
export function wrongControl(values: Controls): string | undefined {
  const wrong = wrongWholeNumber(controls, values, counted);
  if (wrong !== undefined) return wrong;
  const { power, burnIn } = values;
  if (!Number.isInteger(burnIn) || burnIn < 0 || burnIn > 10_000_000)
    return `Steps to settle must be a whole number from 0 (chosen by the lab) to 10,000,000, not ${burnIn}.`;
  if (!(Math.abs(power) <= 4)) return `The power p of 1/σ must lie between −4 and 4, not ${power}.`;
  if (values.bins < 4) return `A regression needs at least 4 bins in each direction, not ${values.bins}.`;
  if (values.thin > values.steps)
    return `With ${values.thin} steps between samples, ${values.steps} steps hold none: raise steps or lower thin.`;
  return wrongWholeNumber(controls, values, chosen);
}
