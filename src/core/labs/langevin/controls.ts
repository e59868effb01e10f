import type { Lists, Values } from "../../../protocol/index.ts";
import { wrongWholeNumber } from "../runLength.ts";

/** How the SDE is integrated. The last draws from the exact law of a linear drift. */
export const schemeNames = ["Euler–Maruyama", "Milstein", "Heun", "stochastic Runge–Kutta", "exact OU"] as const;
export const exactScheme = 4;

export const controls = {
  time: {
    symbol: "T",
    label: "time",
    meaning: "How long the run is, in time: the sum of its learning rates.",
    default: 4,
    range: [0.01, 100],
    scale: "log",
  },
  start: {
    symbol: "θ₀",
    label: "start",
    meaning: "Where every chain starts; of several coordinates, the odd ones there and the even ones at its opposite.",
    default: 1.6,
    range: [-3, 3],
    scale: "linear",
  },
  scheme: {
    symbol: "scheme",
    label: "SDE's scheme",
    meaning: "How the SDE is integrated; exact OU where the drift is linear and the noise constant.",
    default: 1,
    range: [0, 4],
    scale: "choice",
    choices: schemeNames,
  },
  finer: {
    symbol: "η/δ",
    label: "SDE steps per step",
    meaning: "Steps of the SDE's scheme in the time of one step of SGD.",
    default: 16,
    range: [1, 64],
    scale: "integer",
  },
  curvature: {
    symbol: "h",
    label: "Steepness",
    meaning: "Multiplies the loss of one coordinate: h of the quadratic well.",
    default: 1,
    range: [0.1, 10],
    scale: "log",
  },
  modelTime: {
    symbol: "T_w",
    label: "time of the models",
    meaning: "When means of SGD are compared with those of its models; with 0, at T, but early enough to tell orders.",
    default: 0,
    range: [0, 10],
    scale: "linear",
  },
  kappa: {
    symbol: "κ",
    label: "noise growth",
    meaning: "Makes the gradient's variance σ²(1 + κθ²), in one coordinate.",
    default: 0,
    range: [0, 2],
    scale: "linear",
  },
  law: {
    symbol: "law",
    label: "noise of SGD",
    meaning: "Law of the gradient noise in one coordinate; the SDE knows its variance alone.",
    default: 0,
    range: [0, 1],
    scale: "choice",
    choices: ["normal", "±σ, equally likely"],
  },
  force: {
    symbol: "force",
    label: "drift",
    meaning: "The problem's gradient, or none: what is left is Brownian motion.",
    default: 0,
    range: [0, 1],
    scale: "choice",
    choices: ["the problem's", "none: Brownian motion"],
  },
  chains: {
    symbol: "n",
    label: "Chains",
    meaning: "Independent runs of SGD, and as many of the SDE.",
    default: 8192,
    range: [256, 200_000],
    scale: "integer",
  },
} as const;
export type Controls = Values<typeof controls>;

/** What an experiment file may list. */
export const lists = {
  start: { meaning: "Where every chain starts, one number for each coordinate." },
  rates: { meaning: "Learning rates at which means of SGD are compared with those of its models." },
} as const;

/** A sentence where a control cannot be run with. */
export function wrongControl(values: Controls, { rates = [] }: Lists = {}): string | undefined {
  const limits = { chains: [2, 10_000_000], finer: [1, 4096], scheme: [0, 4], law: [0, 1], force: [0, 1] } as const;
  const wrong = wrongWholeNumber(controls, values, limits);
  if (wrong !== undefined) return wrong;
  if (!(values.time > 0)) return `The time T must be above 0, not ${values.time}.`;
  if (!(values.kappa >= 0)) return `The noise growth κ must be 0 or more, not ${values.kappa}.`;
  if (!(values.curvature > 0 && values.curvature <= 1e6))
    return `The steepness h must be above 0, not ${values.curvature}.`;
  if (!(values.modelTime >= 0 && values.modelTime <= 1e6))
    return `The time of the models must be 0 or more, not ${values.modelTime}.`;
  if (!rates.every((x) => x > 0)) return 'All of "rates" must be above 0.';
  if (new Set(rates).size < rates.length || rates.length === 1 || rates.length > 12)
    return '"rates" must list two to twelve different learning rates.';
  return undefined;
}
