import { decoupledDecay, epsilon, flag, learningRate, share, weightDecay } from "./descriptors.ts";

/** Defaults are timm's. */
export const lambHyperparameters = {
  learningRate: learningRate({
    meaning: "Share of its own norm by which a tensor moves in a step, where the trust ratio acts.",
    default: 1e-3,
  }),
  biasCorrection: flag({
    symbol: "1/c",
    label: "bias correction",
    meaning: "Divides both moments by 1 − βᵗ, which makes up for their start at 0.",
    default: 1,
  }),
  beta1: share({
    symbol: "β₁",
    label: "momentum",
    meaning: "Share of the running mean of ĝ that survives a step.",
    default: 0.9,
  }),
  beta2: share({
    symbol: "β₂",
    label: "second moment",
    meaning: "Share of the running mean of ĝ² that survives a step.",
    default: 0.999,
  }),
  epsilon: epsilon({
    label: "floor of √v̂",
    meaning: "Added to the root of the second moment, so that a coordinate without gradient does not divide by zero.",
    default: 1e-6,
  }),
  epsilonRoot: epsilon({
    symbol: "ε₀",
    label: "floor of v̂",
    meaning: "Added to the second moment under the root; optax alone has it.",
    default: 0,
  }),
  weightDecay: weightDecay({
    meaning: "Adds λθ to the update before its norm is taken, so that the trust ratio sees the decay.",
    default: 0.01,
  }),
  gradientAveraging: flag({
    symbol: "avg",
    label: "averaged gradient",
    meaning:
      "Lets each gradient enter its running mean by 1 − β₁; without it whole, so that m is 1/(1 − β₁) times larger.",
    default: 1,
  }),
  maxGradientNorm: {
    symbol: "G",
    label: "gradient bound",
    meaning: "The gradient of all tensors together is scaled down to this norm where it is larger; 0 leaves it alone.",
    default: 1,
    range: [0, 10],
    scale: "linear",
    unit: "ĝ",
    valid: { least: 0 },
  },
  trustClip: flag({
    symbol: "r ≤ 1",
    label: "bounded ratio",
    meaning: "Lets the trust ratio shrink an update, never enlarge it (LAMBC).",
  }),
  alwaysAdapt: flag({
    symbol: "all",
    label: "always adapt",
    meaning: "Applies the trust ratio to tensors without weight decay too; otherwise those move as Adam moves them.",
  }),
  decoupledWeightDecay: { ...decoupledDecay, meaning: "Takes ηλθ from θ itself, before the trust ratio is taken." },
  cautious: flag({
    symbol: "caut",
    label: "cautious",
    meaning:
      "Leaves out coordinates whose update disagrees in sign with ĝ, and enlarges the others to make up for them (Liang et al. 2024, arXiv:2411.16085).",
  }),
} as const;
