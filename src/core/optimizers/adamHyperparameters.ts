import type { Hyperparameters } from "../../protocol/index.ts";
import { epsilon, flag, learningRate, maximize, share } from "./descriptors.ts";

// What Adam and its relatives (AdamW, NAdam, RAdam) share; the decay of θ is each one's own.

export const adamHyperparameters = {
  learningRate: learningRate({
    meaning: "Step size: how far a coordinate moves in a step while its gradient keeps its sign.",
    default: 1e-3,
    unit: "θ",
  }),
  beta1: share({
    symbol: "β₁",
    label: "momentum",
    meaning: "Share of the running mean of ĝ that survives a step.",
    default: 0.9,
    range: [0, 0.9999],
  }),
  beta2: share({
    symbol: "β₂",
    label: "second moment",
    meaning: "Share of the running mean of ĝ² that survives a step.",
    default: 0.999,
  }),
  epsilon: epsilon({
    label: "floor of √v̂",
    meaning:
      "Added to the root of the corrected second moment, so that a coordinate without gradient does not divide by zero.",
    default: 1e-8,
    unit: "ĝ",
  }),
} as const satisfies Hyperparameters;

export const adamFlags = {
  amsgrad: flag({
    symbol: "AMS",
    label: "AMSGrad",
    meaning:
      "Divides by the largest v so far (Reddi et al. 2018, arXiv:1904.09237), so that effective rates never grow.",
  }),
  maximize,
} as const satisfies Hyperparameters;

/** optax's second floor, for Adam and RAdam. */
export const epsilonRoot = {
  ...epsilon({
    symbol: "ε_r",
    label: "floor of v̂",
    meaning: "Added to the corrected second moment inside its root, which keeps derivatives through training finite.",
    default: 0,
    unit: "ĝ²",
  }),
  arithmetic: true,
} as const;

/** optax's Nesterov form of m̂, for Adam and RAdam. */
export const nesterovMoment = flag({
  symbol: "NAG",
  label: "Nesterov",
  meaning: "Looks a step ahead: steps along β₁m, corrected for the next step, plus 1 − β₁ times the newest gradient.",
  arithmetic: true,
});

/** What libraries settle differently; at the defaults it is PyTorch's arithmetic. */
export const adamArithmetic = {
  epsilonHat: flag({
    symbol: "ε̂",
    label: "ε beside √v",
    meaning:
      "Adds ε to the root of the second moment before its correction (TensorFlow, Keras), as if it were ε/√(1−β₂ᵗ).",
    arithmetic: true,
  }),
  epsilonRoot,
  nesterov: nesterovMoment,
  biasCorrection: flag({
    symbol: "m̂",
    label: "m corrected",
    meaning: "Divides the first moment by 1−β₁ᵗ, which makes good that it starts at 0.",
    default: 1,
    arithmetic: true,
  }),
  biasCorrection2: flag({
    symbol: "v̂",
    label: "v corrected",
    meaning: "Divides the second moment by 1−β₂ᵗ, which makes good that it starts at 0.",
    default: 1,
    arithmetic: true,
  }),
  decayAfterStep: flag({
    symbol: "W→",
    label: "decay after the step",
    meaning:
      "Decoupled decay shrinks θ after the step instead of before it, and so the step too (bitsandbytes, old Transformers).",
    arithmetic: true,
  }),
} as const satisfies Hyperparameters;

/** optax's AMSGrad, which it has without decay alone. */
export const amsgradCorrected = flag({
  symbol: "AMS v̂",
  label: "AMSGrad of v̂",
  meaning: "Takes the largest second moment after its correction instead of before (optax).",
  arithmetic: true,
});
