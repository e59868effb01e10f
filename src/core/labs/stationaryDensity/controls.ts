import type { Values } from "../../../protocol/index.ts";
import { wrongWholeNumber } from "../runLength.ts";

/** Knobs of the simulation. */
export const controls = {
  alpha: {
    symbol: "α",
    label: "α shown",
    meaning: "Which Gibbs law is taken as the prediction: p ∝ exp(−L/(α η σ²)). The other one is dotted.",
    default: 0,
    range: [0, 1],
    scale: "choice",
    choices: ["½, as derived", "1/10, as in the notes"],
  },
  chains: {
    symbol: "n",
    label: "Chains",
    meaning: "Independent runs; half of them start in each well.",
    default: 4000,
    range: [64, 20_000],
    scale: "integer",
  },
  samples: {
    symbol: "k",
    label: "Samples per chain",
    meaning: "How often each chain is looked at, after it has settled.",
    default: 25,
    range: [1, 100],
    scale: "integer",
  },
} as const;
export type Controls = Values<typeof controls>;

/** A sentence where a control cannot be run with. */
export function wrongControl(values: Controls): string | undefined {
  const wrong = wrongWholeNumber(controls, values, { chains: 1_000_000, samples: 10_000 });
  if (wrong !== undefined) return wrong;
  return values.alpha === 0 || values.alpha === 1
    ? undefined
    : `α shown must be 0 (½) or 1 (1/10), not ${values.alpha}.`;
}
