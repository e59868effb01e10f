import type { Hyperparameter, Hyperparameters } from "../../protocol/index.ts";

// Hyperparameters that many schedules share. Each file says what is its own: the meaning, the default, the bounds.

type Own = Partial<Hyperparameter> & { readonly meaning: string };
const over =
  <B extends Partial<Hyperparameter>>(base: B) =>
  <O extends Own>(own: O) =>
    ({ ...base, ...own }) as const;

/** Counts until the end of it; 0 is the length of the run. */
export const length = over({
  symbol: "T",
  label: "length",
  default: 0,
  range: [0, 100_000],
  scale: "integer",
  valid: { least: 0 },
});
/** Counts of some stretch, where 0 is 0. */
export const counts = over({ range: [0, 10_000], scale: "integer", valid: { least: 0 } });
export const rate = over({ range: [1e-8, 1], scale: "log", default: 0 });
export const lowestRate = over({ symbol: "ηₘᵢₙ", label: "lowest rate", range: [1e-8, 1], scale: "log", default: 0 });
export const peakRate = over({ symbol: "ηₘₐₓ", label: "peak rate", range: [1e-6, 1], scale: "log", default: 0 });
/** Where a library's schedule brings its own first rate; the optimizer's rate stands in where it is not given. */
export const firstRate = over({ symbol: "η₀", label: "first rate", range: [1e-8, 1], scale: "log", default: 0 });
/** A part of something: 0 to 1. */
export const share = over({ range: [0, 1], scale: "linear", valid: { least: 0, most: 1 } });
export const lowestShare = over({ symbol: "s_min", label: "lowest share", default: 0, range: [0, 1], scale: "linear" });
export const factor = over({ symbol: "γ", label: "factor", range: [0.01, 1], scale: "log", valid: { least: 0 } });
export const power = over({ symbol: "p", label: "power", default: 1, range: [0.1, 5], scale: "linear" })({
  meaning: "1 is a straight line; higher powers fall faster at first.",
});
export const flag = over({ default: 0, range: [0, 1], scale: "flag" });
export const staircase = flag({
  symbol: "⌊t⌋",
  label: "staircase",
  meaning: "Changes at whole multiples of its counts instead of at every count (staircase).",
});

const momentum = over({ range: [0, 0.9999], scale: "decay", valid: { least: 0, below: 1 } });
/** Momentum that moves against the rate: CyclicLR, OneCycleLR, OneCycle. */
export const cycledMomentum = <L extends number, H extends number>(
  low: L,
  high: H,
  words: readonly [low: string, high: string] = ["base_momentum", "max_momentum"],
) =>
  ({
    cycleMomentum: flag({
      symbol: "μ(t)",
      label: "cycle momentum",
      meaning: "Moves μ or β₁ against the rate (cycle_momentum).",
      default: 1,
    }),
    momentumLow: momentum({
      symbol: "μ_min",
      label: "lowest momentum",
      meaning: `Momentum where the rate peaks (${words[0]}).`,
      default: low,
    }),
    momentumHigh: momentum({
      symbol: "μ_max",
      label: "highest momentum",
      meaning: `Momentum where the rate is lowest (${words[1]}).`,
      default: high,
    }),
  }) as const satisfies Hyperparameters;
