import type { Hyperparameter } from "../../protocol/index.ts";

// Hyperparameters that most update rules share. Each file says what is its own: the meaning, the default.

type Own = Partial<Hyperparameter>;

export const learningRate = <O extends Own & { readonly default: number; readonly meaning: string }>(own: O) =>
  ({ symbol: "η", label: "learning rate", range: [1e-6, 1], scale: "log", valid: { least: 0 }, ...own }) as const;

/** A share of something that survives a step: at least 0, below 1. */
export const share = <
  O extends Own & {
    readonly symbol: string;
    readonly label: string;
    readonly meaning: string;
    readonly default: number;
  },
>(
  own: O,
) => ({ range: [0, 0.99999], scale: "decay", valid: { least: 0, below: 1 }, ...own }) as const;

export const momentum = <O extends Own & { readonly meaning: string; readonly default: number }>(own: O) =>
  ({ symbol: "μ", label: "momentum", range: [0, 0.9999], scale: "decay", valid: { least: 0 }, ...own }) as const;

export const epsilon = <O extends Own & { readonly meaning: string; readonly default: number }>(own: O) =>
  ({ symbol: "ε", label: "floor", range: [1e-12, 1e-2], scale: "log", valid: { least: 0 }, ...own }) as const;

export const weightDecay = <O extends Own & { readonly meaning: string; readonly default: number }>(own: O) =>
  ({ symbol: "λ", label: "weight decay", range: [1e-5, 1], scale: "log", valid: { least: 0 }, ...own }) as const;

export const flag = <O extends Own & { readonly symbol: string; readonly label: string; readonly meaning: string }>(
  own: O,
) => ({ default: 0, range: [0, 1], scale: "flag", ...own }) as const;

export const maximize = flag({
  symbol: "max",
  label: "maximize",
  meaning: "Climbs the objective instead of descending it.",
});

export const decoupledDecay = flag({
  symbol: "W",
  label: "decoupled decay",
  meaning: "Takes ηλθ from θ itself instead of adding λθ to the gradient.",
});
