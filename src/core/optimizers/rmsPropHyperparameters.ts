import type { Hyperparameters, Values } from "../../protocol/index.ts";
import { decoupledDecay, epsilon, flag, learningRate, maximize, momentum, share, weightDecay } from "./descriptors.ts";

/** RMSProp's, the libraries' own forms last; at the defaults it is PyTorch's arithmetic. */
export const rmsPropHyperparameters = {
  learningRate: learningRate({
    meaning: "Step size: what multiplies the gradient divided by its running root mean square.",
    default: 1e-2,
    unit: "θ",
  }),
  beta2: share({
    symbol: "β₂",
    label: "second moment",
    meaning: "Share of the running mean of ĝ² that survives a step; PyTorch calls it alpha.",
    default: 0.99,
  }),
  epsilon: epsilon({
    label: "floor of √v",
    meaning: "Added to the root, so that a coordinate without gradient does not divide by zero.",
    default: 1e-8,
    unit: "ĝ",
  }),
  weightDecay: weightDecay({
    meaning: "Adds λθ to the gradient, before it is divided by its root mean square.",
    default: 0,
    unit: "ĝ/θ",
  }),
  momentum: momentum({
    meaning: "Share of the buffer of divided gradients that survives a step.",
    default: 0,
  }),
  centered: flag({
    symbol: "ctr",
    label: "centered",
    meaning: "Divides by the standard deviation of the gradient instead of its root mean square.",
  }),
  maximize,
  epsilonInRoot: flag({
    symbol: "√(v+ε)",
    label: "ε in the root",
    meaning: "Adds ε to the second moment inside its root (TensorFlow, Keras, optax, timm), in units of ĝ².",
    arithmetic: true,
  }),
  initialSecondMoment: {
    symbol: "v₀",
    label: "start of v",
    meaning: "What the running mean of ĝ² starts from: 0, or 1 in TensorFlow 1 and timm.",
    default: 0,
    range: [0, 1],
    scale: "linear",
    unit: "ĝ²",
    valid: { least: 0 },
    arithmetic: true,
  },
  rateInMomentum: flag({
    symbol: "η in b",
    label: "rate in the buffer",
    meaning:
      "Divided gradients enter the buffer times η (TensorFlow, Keras, optax, timm): a changed rate does not change the steps that it remembers.",
    arithmetic: true,
  }),
  nesterov: flag({
    symbol: "NAG",
    label: "Nesterov",
    meaning: "Steps along the divided gradient plus μ times the buffer, which anticipates the next step.",
    arithmetic: true,
  }),
  biasCorrection: flag({
    symbol: "v̂",
    label: "v corrected",
    meaning: "Divides both running means by 1−β₂ᵗ, which makes good that they start at 0.",
    arithmetic: true,
  }),
  decoupledWeightDecay: { ...decoupledDecay, arithmetic: true },
  correctedDecay: flag({
    symbol: "η²/η₀",
    label: "decay by η²/η₀",
    meaning: "Decoupled decay takes (η²/η₀)λθ, η₀ the rate of the first step, so that it falls twice as fast (timm).",
    arithmetic: true,
  }),
  caution: flag({
    symbol: "m·ĝ>0",
    label: "caution",
    meaning:
      "Leaves out what the buffer would do against the newest gradient, and enlarges the rest of the tensor's step as much (Liang et al. 2024, arXiv:2411.16085; timm).",
    arithmetic: true,
  }),
} as const satisfies Hyperparameters;
export type RmsPropValues = Values<typeof rmsPropHyperparameters>;
