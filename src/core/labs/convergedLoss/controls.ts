import type { Configuration, Lists, ProblemConfiguration, Values } from "../../../protocol/index.ts";
import { wrongWholeNumber } from "../runLength.ts";
import { gainOf, ruleOf } from "./rule.ts";

/** Knobs of the simulation. */
export const controls = {
  rates: {
    symbol: "k",
    label: "Rates",
    meaning: "How many rates are measured: the configuration's own, and each half of the one before.",
    default: 5,
    range: [3, 12],
    scale: "integer",
  },
  batchSize: {
    symbol: "B",
    label: "Batch size",
    meaning: "Examples averaged in one update.",
    default: 1,
    range: [1, 512],
    scale: "integer",
  },
  chains: {
    symbol: "n",
    label: "Chains",
    meaning: "Independent runs at every rate; bands and standard errors are over them.",
    default: 64,
    range: [16, 6400],
    scale: "integer",
  },
  drop: {
    symbol: "÷",
    label: "Drop",
    meaning: "What the learning rate is divided by at every drop of the learning curve.",
    default: 2,
    range: [2, 10],
    scale: "integer",
  },
  drops: {
    symbol: "m",
    label: "Drops",
    meaning: "How often the rate drops in the learning curve.",
    default: 2,
    range: [1, 4],
    scale: "integer",
  },
  start: {
    symbol: "θ₀",
    label: "Chains start",
    meaning:
      "Where the chains start whose converged loss is measured. The learning curve starts where the problem does.",
    default: 0,
    range: [0, 1],
    scale: "choice",
    choices: ["at the minimum", "where the problem does"],
  },
  burnIn: {
    symbol: "t₀",
    label: "Burn-in",
    meaning:
      "Updates before averaging begins, at every rate; 0 takes 4/(ηλ), λ the least curvature, or what is affordable.",
    default: 0,
    range: [0, 100_000],
    scale: "integer",
  },
  steps: {
    symbol: "T",
    label: "Steps averaged",
    meaning: "Updates that are averaged over, at every rate; 0 takes as many relaxation times as are affordable.",
    default: 0,
    range: [0, 100_000],
    scale: "integer",
  },
  every: {
    symbol: "Δ",
    label: "Loss looked at",
    meaning: "Of so many updates one has its full loss computed; 0 takes a share of the relaxation time.",
    default: 0,
    range: [0, 1000],
    scale: "integer",
  },
} as const;
export type Controls = Values<typeof controls>;

/** What an experiment file may list. */
export const lists = {
  rates: { meaning: "Learning rates that are measured, three or more, in place of halvings.", counts: true },
} as const;

const limits = {
  rates: [3, 20],
  batchSize: [1, 1_000_000],
  chains: [2, 1_000_000],
  drops: [1, 10],
  burnIn: [0, 1e9],
  steps: [0, 1e9],
  every: [0, 1e6],
} as const;

/** A sentence where a control cannot be run with. */
export function wrongControl(values: Controls, { rates = [] }: Lists = {}): string | undefined {
  const wrong = wrongWholeNumber(controls, values, limits);
  if (wrong !== undefined) return wrong;
  if (!(values.drop > 1 && values.drop <= 1000)) return `Drop must be above 1, at most 1,000, not ${values.drop}.`;
  if (!rates.every((x) => x > 0)) return 'All of "rates" must be above 0.';
  if (new Set(rates).size < rates.length) return '"rates" lists a number twice.';
  return values.start === 0 || values.start === 1
    ? undefined
    : `Chains start must be 0 (at the minimum) or 1 (where the problem does), not ${values.start}.`;
}

/** Rates are measured down to about here: reshuffled epochs of some hundred rows then show their own order. */
const down: Readonly<Partial<Record<string, number>>> = { "least squares": 2e-3, logistic: 1.6e-2 };
const suggested = { least: 3, most: 9 };

/**
 * The batch size of the code, as many as accumulation puts into one update, and the number of rates. A small rate takes long
 * to settle: fewer rates below it and fewer chains then, so that all of them come to an end.
 */
export function suggest(configuration: Configuration, problem: ProblemConfiguration): Partial<Controls> {
  const { batchSize, accumulation = 1 } = configuration;
  const size = Math.round((batchSize ?? 1) * accumulation);
  const { rule } = ruleOf(configuration);
  const rate = rule.learningRate * gainOf(rule);
  let rates = suggested.least;
  while (rates < suggested.most && rate / 2 ** (rates - 1) > (down[problem.name] ?? 1e-3)) rates++;
  return {
    ...(size > 1 && { batchSize: Math.min(size, limits.batchSize[1]) }),
    rates,
    ...(rate < 1e-3 && { chains: 16 }),
  };
}
