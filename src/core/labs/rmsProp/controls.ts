import type { Lists, Values } from "../../../protocol/index.ts";
import { wrongWholeNumber } from "../runLength.ts";
import { ruleTitles } from "./rules.ts";

/** What is measured in other units in the first two charts. */
export const changes = ["parameters and loss", "parameters", "loss", "each parameter by itself"] as const;
export type Change = 0 | 1 | 2 | 3;

const unit = (symbol: string, label: string, meaning: string, value: number) =>
  ({ symbol, label, meaning, default: value, range: [1 / 64, 64], scale: "log" }) as const;
const start = (index: string, value: number) =>
  ({
    symbol: `θ${index}`,
    label: "start",
    meaning: "Where a parameter starts; the three values repeat where there are more.",
    default: value,
    range: [-2, 2],
    scale: "linear",
  }) as const;
const own = (index: string, value: number) =>
  unit(`c${index}`, "own unit", "Factor of one parameter where each has its own; repeated as the starts are.", value);

export const controls = {
  rule: {
    symbol: "rule",
    label: "Update rule",
    meaning: "Whose runs the first two charts show: the configuration's optimizer or one of the nine of the table.",
    default: 0,
    range: [0, ruleTitles.length],
    scale: "choice",
    choices: ["of the configuration", ...ruleTitles],
  },
  change: {
    symbol: "units",
    label: "Other units for",
    meaning: "What the first two charts measure in other units.",
    default: 0,
    range: [0, changes.length - 1],
    scale: "choice",
    choices: changes,
  },
  c: unit("c", "unit of the parameters", "Parameters become c times as large; at powers of two nothing is rounded.", 4),
  a: unit("a", "unit of the loss", "The loss becomes a times as large: 0.693 turns bits into nats.", 0.5),
  unit1: own("₁", 2),
  unit2: own("₂", 0.25),
  unit3: own("₃", 8),
  steps: {
    symbol: "T",
    label: "Steps",
    meaning: "Updates of every run on the data.",
    default: 60,
    range: [10, 6000],
    scale: "integer",
  },
  batchSize: {
    symbol: "B",
    label: "batch size",
    meaning: "Rows of a batch; batches come in file order, round and round.",
    default: 1,
    range: [1, 64],
    scale: "integer",
  },
  gradientWindow: {
    symbol: "N_g",
    label: "gradient window",
    meaning: "Steps that momentum and Adam average over, where the configuration itself has no momentum or β₁.",
    default: 10,
    range: [1, 1000],
    scale: "log",
  },
  start1: start("₁", 0.5),
  start2: start("₂", -0.5),
  start3: start("₃", 1),
  mean: {
    symbol: "μ",
    label: "mean gradient",
    meaning: "Mean of the normal gradients whose second moment is estimated.",
    default: 0.4,
    range: [-2, 2],
    scale: "linear",
  },
  deviation: {
    symbol: "σ",
    label: "deviation",
    meaning: "Standard deviation of those gradients.",
    default: 1.1,
    range: [0.01, 10],
    scale: "log",
  },
  constant: {
    symbol: "g",
    label: "constant gradient",
    meaning: "The gradient under which the first steps are shown.",
    default: 0.7,
    range: [0.01, 10],
    scale: "log",
  },
  time: {
    symbol: "t/N",
    label: "Windows",
    meaning: "Length of the runs under drawn and constant gradients, in windows N_s.",
    default: 6,
    range: [1, 20],
    scale: "linear",
  },
  chains: {
    symbol: "n",
    label: "Chains",
    meaning: "Independent streams of gradients; bands are drawn of the first 2,048.",
    default: 2048,
    range: [1024, 200_000],
    scale: "integer",
  },
} as const;
export type Controls = Values<typeof controls>;

/** A sentence where a control cannot be run with. */
export function wrongControl(values: Controls, { units = [] }: Lists = {}): string | undefined {
  const whole = { steps: [2, 1_000_000], batchSize: [1, 100_000], chains: [128, 10_000_000] } as const;
  const wrong = wrongWholeNumber(controls, values, whole);
  if (wrong !== undefined) return wrong;
  for (const name of ["c", "a", "unit1", "unit2", "unit3"] as const)
    if (!(values[name] >= 1e-6 && values[name] <= 1e6))
      return `${controls[name].symbol}, the ${controls[name].label}, must lie from 1e-6 to 1e6, not ${values[name]}.`;
  if (!Number.isInteger(values.rule) || values.rule < 0 || values.rule > ruleTitles.length)
    return `The update rule shown must be a number from 0 to ${ruleTitles.length}, not ${values.rule}.`;
  if (![0, 1, 2, 3].includes(values.change)) return `"Other units for" must be 0, 1, 2 or 3, not ${values.change}.`;
  if (!(values.gradientWindow >= 1 && values.gradientWindow <= 1e6))
    return `The gradient window must lie from 1 to 1e6 steps, not ${values.gradientWindow}.`;
  if (!(values.deviation > 0)) return `The deviation σ must be above 0, not ${values.deviation}.`;
  if (!units.every((c) => c >= 1e-6 && c <= 1e6)) return 'All of "units" must lie from 1e-6 to 1e6.';
  if (values.constant === 0) return "Under a constant gradient of 0 nothing moves; choose another.";
  if (!(values.time > 0 && values.time <= 1000)) return `Windows must lie between 0 and 1,000, not ${values.time}.`;
  return undefined;
}
/** What an experiment file may list. */
export const lists = {
  start: { meaning: "Where every parameter starts." },
  units: { meaning: "Factor of every parameter where each has its own unit." },
} as const;

/** Some values, repeated over d parameters. */
const over = (d: number, some: readonly number[]): Float64Array =>
  Float64Array.from({ length: d }, (_, i) => some[i % some.length]);
export const startOf = (it: Controls, d: number, given: Lists = {}): Float64Array =>
  over(d, given["start"] ?? [it.start1, it.start2, it.start3]);
export const ownUnits = (it: Controls, d: number, given: Lists = {}): Float64Array =>
  over(d, given["units"] ?? [it.unit1, it.unit2, it.unit3]);
