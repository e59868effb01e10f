import type { Hyperparameters } from "../../../protocol/index.ts";
import { epsilon, flag, learningRate, momentum, share, weightDecay } from "../descriptors.ts";

/** Of s ← as + bs³ + cs⁵, which drives singular values in (0, 1] to near 1. */
const coefficient = <const S extends string>(symbol: S, power: string, standard: number) =>
  ({
    symbol,
    label: `coefficient of ${power}`,
    meaning: `Multiplies ${power} in the polynomial that singular values are put through.`,
    default: standard,
    range: [-10, 10],
    scale: "linear",
  }) as const;

export const muonHyperparameters = {
  learningRate: learningRate({ meaning: "Size of the singular values of a step, before its scale.", default: 1e-3 }),
  weightDecay: weightDecay({ meaning: "Takes ηλθ from θ itself, η before its scale.", default: 0.1 }),
  momentum: momentum({ meaning: "Share of the momentum buffer that survives a step.", default: 0.95 }),
  nesterov: flag({
    symbol: "NAG",
    label: "Nesterov",
    meaning: "Adds the newest gradient to the buffer once more before it is made orthogonal.",
    default: 1,
  }),
  a: coefficient("a", "s", 3.4445),
  b: coefficient("b", "s³", -4.775),
  c: coefficient("c", "s⁵", 2.0315),
  epsilon: epsilon({
    label: "floor of the norm",
    meaning: "The least norm that the momentum is divided by; in Keras, what AdamW adds to √v instead.",
    default: 1e-7,
  }),
  iterations: {
    symbol: "k",
    label: "iterations",
    meaning: "How often singular values are put through the polynomial.",
    default: 5,
    range: [0, 20],
    scale: "integer",
    valid: { least: 0, below: 100 },
  },
  adjustment: {
    symbol: "s(A, B)",
    label: "scale by shape",
    meaning:
      "Multiplies η by √max(1, A/B), or by ρ√max(A, B) so that steps are as large as AdamW's, for A × B matrices.",
    default: 0,
    range: [0, 1],
    scale: "choice",
    choices: ["original", "match_rms_adamw"],
  },
  updateSize: {
    symbol: "ρ",
    label: "size of a step",
    meaning: "Root mean square of a step over η where it is matched to AdamW's; in Keras, 0 leaves steps unscaled.",
    default: 0.2,
    range: [0, 1],
    scale: "linear",
    valid: { least: 0 },
  },
  beta1: share({
    symbol: "β₁",
    label: "momentum of AdamW",
    meaning: "Share of the mean of ĝ that survives a step, for tensors that are no matrices, in Keras.",
    default: 0.9,
  }),
  beta2: share({
    symbol: "β₂",
    label: "second moment of AdamW",
    meaning: "Share of the mean of ĝ² that survives a step, for tensors that are no matrices, in Keras.",
    default: 0.999,
  }),
  adamWeightDecay: weightDecay({
    symbol: "λ_A",
    label: "weight decay of AdamW",
    meaning: "Takes ηλθ from tensors that are no matrices, in Keras.",
    default: 0.004,
  }),
  adamRate: {
    symbol: "η_A/η",
    label: "rate of AdamW",
    meaning: "Rate of AdamW over that of matrices, for tensors that are no matrices, in Keras.",
    default: 1,
    range: [1e-2, 10],
    scale: "log",
    valid: { least: 0 },
  },
  arithmetic: {
    symbol: "lib",
    label: "arithmetic",
    meaning: "Whose: PyTorch averages gradients and refuses what is no matrix; Keras sums them and has AdamW beside.",
    default: 0,
    range: [0, 1],
    scale: "choice",
    choices: ["PyTorch", "Keras"],
    arithmetic: true,
  },
} as const satisfies Hyperparameters;
