import { decoupledDecay, epsilon, flag, learningRate, share, weightDecay } from "./descriptors.ts";

/** Defaults are the authors'. */
export const prodigyHyperparameters = {
  learningRate: learningRate({
    meaning: "Multiplies the rate that Prodigy finds by itself; to be left at 1, or scheduled from there.",
    default: 1,
    range: [1e-3, 10],
  }),
  beta1: share({
    symbol: "β₁",
    label: "momentum",
    meaning: "Share of the running mean of dĝ that survives a step.",
    default: 0.9,
  }),
  beta2: share({
    symbol: "β₂",
    label: "second moment",
    meaning: "Share of the running mean of (dĝ)² that survives a step.",
    default: 0.999,
  }),
  beta3: share({
    symbol: "β₃",
    label: "distance's memory",
    meaning: "Share of both sums behind the distance that survives a step; 0 takes √β₂.",
    default: 0,
  }),
  epsilon: epsilon({
    label: "floor of √v",
    meaning:
      "Added to the root of the second moment of ĝ, so that a coordinate without gradient does not divide by zero.",
    default: 1e-8,
  }),
  weightDecay: weightDecay({ meaning: "Takes dηλθ from θ at every step.", default: 0 }),
  decoupledWeightDecay: {
    ...decoupledDecay,
    default: 1,
    meaning: "Takes the decay from θ itself; otherwise λθ joins the gradient, the distance's included.",
  },
  biasCorrection: flag({
    symbol: "1/c",
    label: "bias correction",
    meaning: "Multiplies the rate by √(1 − β₂ᵗ)/(1 − β₁ᵗ), as Adam does.",
  }),
  safeguardWarmup: flag({
    symbol: "safe",
    label: "safeguard warm-up",
    meaning: "Leaves η out of the sum that the distance divides by, so that a warm-up does not inflate it.",
  }),
  initialDistance: {
    symbol: "d₀",
    label: "first distance",
    meaning: "The first estimate of the distance to the solution; it should be too small.",
    default: 1e-6,
    range: [1e-10, 1],
    scale: "log",
    unit: "θ",
    valid: { above: 0 },
  },
  distanceFactor: {
    symbol: "κ",
    label: "distance factor",
    meaning: "Multiplies every new estimate of the distance: the knob to turn in place of η.",
    default: 1,
    range: [0.1, 10],
    scale: "log",
    valid: { above: 0 },
  },
  growthRate: {
    symbol: "γ",
    label: "growth bound",
    meaning: "Once it has left d₀, the distance grows at most by this factor a step; 0 sets no bound.",
    default: 0,
    range: [0, 2],
    scale: "linear",
    valid: { least: 0 },
  },
  sliceEvery: {
    symbol: "p",
    label: "slice",
    meaning: "The distance is estimated from every p-th entry of each tensor, which saves memory.",
    default: 1,
    range: [1, 32],
    scale: "integer",
    valid: { least: 1 },
  },
} as const;
