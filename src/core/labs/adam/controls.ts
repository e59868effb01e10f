import type { Values } from "../../../protocol/index.ts";
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
    meaning: "Rate at which SGD with momentum is run on θ²/2 with noise of variance 1.",
    default: 0.1,
    range: [0.01, 1],
    scale: "log",
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

/** Powers of ten of ε, from the smallest. */
export function rowsOf({ lowest, highest, perDecade }: Controls): number[] {
  const many = Math.round((highest - lowest) * perDecade);
  return Array.from({ length: many + 1 }, (_, k) => lowest + k / perDecade);
}
/** A sentence where a control cannot be run with. */
export function wrongControl(values: Controls): string | undefined {
  const whole = {
    steps: [8, 1_000_000],
    batchSize: [1, 100_000],
    perDecade: [1, 64],
    chains: [2, 10_000_000],
  } as const;
  const wrong = wrongWholeNumber(controls, values, whole);
  if (wrong !== undefined) return wrong;
  if (![0, 1, 2].includes(values.correction)) return `The bias correction must be 0, 1 or 2, not ${values.correction}.`;
  if (!(values.highest > values.lowest)) return "The largest ε must lie above the smallest.";
  if (rowsOf(values).length < 4) return "Fewer than four values of ε make no valley; widen their range.";
  if (values.lowest < -20 || values.highest > 10) return "ε is shown from 1e-20 to 1e10.";
  if (!(values.coupledRate > 0 && values.coupledRate < 2))
    return `The rate of the momentum chart must lie between 0 and 2, not ${values.coupledRate}.`;
  return undefined;
}
