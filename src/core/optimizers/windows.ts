import type { Hyperparameter } from "../../protocol/index.ts";

// Averages stated by their window N instead of their share β = 1 − 1/N, as McAllester 2020 writes them (TTIC 31230, slides
// "RMSProp and Adam and Decoupled Versions").

/** A window in steps. */
export const window = (symbol: string, label: string, meaning: string, standard: number) =>
  ({
    symbol,
    label,
    meaning,
    default: standard,
    range: [1, 100_000],
    scale: "log",
    unit: "steps",
    valid: { least: 1 },
  }) as const satisfies Hyperparameter;

/** How the start at 0 of an average is made good; by index of `correction`. */
export const corrections = ["none", "1 − β^t", "min(N, t)"] as const;
export const correction = (standard: number) =>
  ({
    symbol: "corr",
    label: "bias correction",
    meaning: "What makes good that averages start at 0: nothing, a division by 1 − β^t, or a window of min(N, t).",
    default: standard,
    range: [0, corrections.length - 1],
    scale: "choice",
    choices: corrections,
  }) as const satisfies Hyperparameter;

/** What enters the average in step t, and what the average must then be divided by. */
export const entering = (N: number, t: number, kind: number): number => 1 / (kind === 2 ? Math.min(N, t) : N);
export const missing = (N: number, t: number, kind: number): number => (kind === 1 ? 1 - (1 - 1 / N) ** t : 1);

export const perExample = {
  symbol: "ĝ²",
  label: "second moment of",
  meaning: "Whether the square of the batch's mean gradient is averaged, or the mean of its examples' squares.",
  default: 0,
  range: [0, 1],
  scale: "choice",
  choices: ["batch mean", "each example"],
} as const satisfies Hyperparameter;
