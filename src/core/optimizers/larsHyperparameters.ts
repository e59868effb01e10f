import { epsilon, flag, learningRate, momentum, weightDecay } from "./descriptors.ts";

/** Defaults are timm's. */
export const larsHyperparameters = {
  learningRate: learningRate({
    meaning: "Multiplies each tensor's own rate, the trust ratio.",
    default: 1,
    range: [1e-4, 100],
  }),
  momentum: momentum({ meaning: "Share of the buffer of scaled gradients that survives a step.", default: 0 }),
  dampening: {
    symbol: "τ",
    label: "dampening",
    meaning: "Withholds this share of each gradient from the momentum buffer, the first excepted; timm alone has it.",
    default: 0,
    range: [0, 1],
    scale: "linear",
  },
  weightDecay: weightDecay({ meaning: "Adds λθ to the gradient; the trust ratio counts it.", default: 0 }),
  nesterov: flag({
    symbol: "NAG",
    label: "Nesterov",
    meaning: "Steps along the scaled gradient plus μ times the buffer, which anticipates the next step.",
  }),
  trustCoefficient: {
    symbol: "κ",
    label: "trust",
    meaning: "Share of its own norm by which a tensor moves in a step at η = 1.",
    default: 1e-3,
    range: [1e-5, 1],
    scale: "log",
    valid: { least: 0 },
  },
  epsilon: epsilon({
    label: "floor of ‖ĝ‖",
    meaning: "Added to the norm that the trust ratio divides by.",
    default: 1e-8,
  }),
  trustClip: flag({
    symbol: "≤ η",
    label: "bounded rate",
    meaning: "Lets a tensor's rate be at most η, which makes it LARC; timm alone has it.",
  }),
  alwaysAdapt: flag({
    symbol: "all",
    label: "always adapt",
    meaning: "Applies the trust ratio without weight decay too; otherwise such tensors move as SGD moves them.",
  }),
  arithmetic: {
    symbol: "lib",
    label: "arithmetic",
    meaning:
      "timm divides by ‖ĝ‖ + λ‖θ‖ and keeps η out of the buffer; optax divides by ‖ĝ + λθ‖, keeps η in the buffer, and always adapts.",
    default: 0,
    range: [0, 1],
    scale: "choice",
    choices: ["timm", "optax"],
    arithmetic: true,
  },
} as const;
