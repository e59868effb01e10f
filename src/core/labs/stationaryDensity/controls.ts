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
    meaning: "Independent runs at every learning rate; half of them start in each well.",
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
  rates: {
    symbol: "h",
    label: "Other rates",
    meaning: "α is measured at η and at so many others: halves of it, and doubles as long as η L″ stays below 0.2.",
    default: 3,
    range: [0, 6],
    scale: "integer",
  },
  growth: {
    symbol: "κ",
    label: "Noise grows",
    meaning: "The variance of the noise is σ²(1 + κ θ²/η): κ in units of the spread that η makes. 0 is constant noise.",
    default: 0,
    range: [0, 5],
    scale: "linear",
  },
  start: {
    symbol: "θ₀",
    label: "Leaving from",
    meaning: "The well in which the chains start that are timed as they leave it.",
    default: 0,
    range: [0, 1],
    scale: "choice",
    choices: ["the right well", "the left well"],
  },
  leavingSteps: {
    symbol: "T",
    label: "Steps of leaving",
    meaning:
      "How long chains are timed as they leave their well; 0 is about one mean time, as far as that is affordable.",
    default: 0,
    range: [0, 100_000],
    scale: "integer",
    rare: true,
  },
  burnIn: {
    symbol: "b",
    label: "Burn-in",
    meaning: "Steps before a chain is looked at; 0 is as long as it takes to settle.",
    default: 0,
    range: [0, 20_000],
    scale: "integer",
    rare: true,
  },
  gap: {
    symbol: "g",
    label: "Thinning",
    meaning: "Steps between two looks at a chain; 0 is about twice the time in which it forgets.",
    default: 0,
    range: [0, 5000],
    scale: "integer",
    rare: true,
  },
  bins: {
    symbol: "K",
    label: "Bins",
    meaning: "Bins of the histogram, over its whole range; 0 is three to a standard deviation.",
    default: 0,
    range: [0, 720],
    scale: "integer",
    rare: true,
  },
  low: {
    symbol: "θ",
    label: "Histogram from",
    meaning: "Left end of the histogram; with both ends 0 it is found from the law.",
    default: 0,
    range: [-10, 0],
    scale: "linear",
    rare: true,
  },
  high: {
    symbol: "θ",
    label: "Histogram to",
    meaning: "Right end of the histogram; with both ends 0 it is found from the law.",
    default: 0,
    range: [0, 10],
    scale: "linear",
    rare: true,
  },
  cells: {
    symbol: "N",
    label: "Fokker–Planck cells",
    meaning: "Cells of the finite volumes with which the Fokker–Planck equation is solved.",
    default: 360,
    range: [20, 4000],
    scale: "integer",
    rare: true,
  },
  walkers: {
    symbol: "m",
    label: "Metropolis chains",
    meaning: "Chains of a Metropolis sampler of the same Gibbs law, a check that knows nothing of SGD; 0 is none.",
    default: 0,
    range: [0, 20_000],
    scale: "integer",
    rare: true,
  },
  walkSteps: {
    symbol: "Tₘ",
    label: "Metropolis steps",
    meaning: "Steps of each Metropolis chain.",
    default: 2500,
    range: [10, 20_000],
    scale: "integer",
    rare: true,
  },
  walkBurnIn: {
    symbol: "bₘ",
    label: "Metropolis burn-in",
    meaning: "Steps before a Metropolis chain is looked at.",
    default: 300,
    range: [0, 20_000],
    scale: "integer",
    rare: true,
  },
  walkGap: {
    symbol: "gₘ",
    label: "Metropolis thinning",
    meaning: "Steps between two looks at a Metropolis chain.",
    default: 25,
    range: [1, 1000],
    scale: "integer",
    rare: true,
  },
  proposal: {
    symbol: "±",
    label: "Proposal",
    meaning: "A Metropolis chain proposes a place within so much to either side.",
    default: 0.5,
    range: [0.01, 5],
    scale: "log",
    rare: true,
  },
} as const;
export type Controls = Values<typeof controls>;

/** A sentence where a control cannot be run with. */
export function wrongControl(values: Controls): string | undefined {
  const wrong = wrongWholeNumber(controls, values, {
    chains: 1_000_000,
    samples: 10_000,
    rates: [0, 12],
    leavingSteps: [0, 10_000_000],
    burnIn: [0, 10_000_000],
    gap: [0, 1_000_000],
    bins: [0, 2000],
    cells: [20, 20_000],
    walkers: [0, 1_000_000],
    walkSteps: 1_000_000,
    walkBurnIn: [0, 1_000_000],
    walkGap: 1_000_000,
  });
  if (wrong !== undefined) return wrong;
  const { alpha, start, growth, low, high, proposal, walkers, walkSteps, walkBurnIn } = values;
  if (alpha !== 0 && alpha !== 1) return `α shown must be 0 (½) or 1 (1/10), not ${alpha}.`;
  if (start !== 0 && start !== 1) return `Leaving from must be 0 (the right well) or 1 (the left well), not ${start}.`;
  if (!(growth >= 0 && growth < Infinity))
    return `The growth κ of the noise must be a number from 0 on, not ${growth}.`;
  if (values.bins !== 0 && values.bins < 8)
    return `The histogram needs at least 8 bins, or 0 for a number that suits it.`;
  if ((low !== 0 || high !== 0) && !(low < high && Number.isFinite(high - low)))
    return `The histogram must end right of where it begins; it goes from ${low} to ${high}.`;
  if (!(proposal > 0 && proposal < Infinity)) return `A Metropolis proposal must be above 0, not ${proposal}.`;
  return walkers > 0 && walkBurnIn >= walkSteps
    ? `Metropolis chains need more steps (${walkSteps}) than their burn-in (${walkBurnIn}).`
    : undefined;
}
