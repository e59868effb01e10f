import type { Values } from "../../../protocol/index.ts";
import { epsilon, flag, learningRate, maximize, share, weightDecay } from "../descriptors.ts";

/** Whose arithmetic: the index of `arithmetic`'s choices. */
export const torch = 0;
export const transformers = 1;
export const keras = 2;
export const optax = 3;

export const adafactorHyperparameters = {
  learningRate: learningRate({
    meaning:
      "Largest step relative to the size of θ: 1/√t takes over where it is smaller. Transformers ignores it where steps are relative; optax multiplies by it alone.",
    default: 1e-2,
  }),
  decayExponent: {
    symbol: "τ",
    label: "decay exponent",
    meaning: "The running mean of ĝ² takes in a share t^τ of the newest; optax writes the exponent without its sign.",
    default: -0.8,
    range: [-1, 1],
    scale: "linear",
  },
  epsilon1: epsilon({
    symbol: "ε₁",
    label: "floor of √V̂",
    meaning: "The least √V̂ in PyTorch, where it is in units of ĝ; the others add it to ĝ², in units of ĝ².",
    default: 2 ** -52,
    range: [1e-30, 1e-2],
  }),
  epsilon2: epsilon({
    symbol: "ε₂",
    label: "floor of RMS(θ)",
    meaning: "The least size of a tensor that steps are taken relative to, so that weights at zero can leave it.",
    default: 1e-3,
    range: [1e-6, 1],
  }),
  clipThreshold: {
    symbol: "d",
    label: "clipping threshold",
    meaning:
      "Largest root mean square of ĝ/√V̂ over a tensor; beyond it the tensor's step is scaled down. In optax, 0 is none.",
    default: 1,
    range: [0.1, 10],
    scale: "log",
    valid: { least: 0 },
  },
  beta1: share({
    symbol: "β₁",
    label: "momentum",
    meaning: "Share of the running mean of steps (not of gradients) that survives a step; 0 keeps no mean.",
    default: 0,
  }),
  weightDecay: weightDecay({
    meaning: "Takes ηλθ from θ; λθ times the relative step in Transformers, λθ itself in optax.",
    default: 0,
  }),
  scaleParameter: flag({
    symbol: "RMS(θ)",
    label: "relative to θ",
    meaning: "Steps are relative to the root mean square of each tensor. Always so in Keras.",
    default: 1,
  }),
  relativeStep: flag({
    symbol: "1/√t",
    label: "rate falls as 1/√t",
    meaning: "The rate is at most 1/√t (and 10⁻² in place of η in Transformers). Always so in Keras, never in optax.",
    default: 1,
  }),
  warmupInit: flag({
    symbol: "10⁻⁶t",
    label: "linear start",
    meaning: "The relative rate starts as 10⁻⁶t in place of 10⁻²; Transformers alone has it.",
  }),
  factored: flag({
    symbol: "RCᵀ",
    label: "factored",
    meaning: "Keeps V̂ of a matrix by the means of its rows and columns alone.",
    default: 1,
  }),
  factoredFrom: {
    symbol: "n_f",
    label: "factored from side",
    meaning: "V̂ is factored over a tensor's two longest sides if both are at least this long; optax alone asks.",
    default: 0,
    range: [0, 1024],
    scale: "integer",
    valid: { least: 0 },
  },
  decayOffset: {
    symbol: "t₀",
    label: "steps before",
    meaning:
      "Taken from t in t^τ, where fine-tuning goes on from a step count that was stored; before it, nothing is defined.",
    default: 0,
    range: [0, 10000],
    scale: "integer",
    unit: "steps",
  },
  maximize,
  arithmetic: {
    symbol: "lib",
    label: "arithmetic",
    meaning: "Whose: where ε₁ stands, what the rate is relative to, what decay is multiplied by.",
    default: torch,
    range: [0, 3],
    scale: "choice",
    choices: ["PyTorch", "Transformers", "Keras", "optax"],
    arithmetic: true,
  },
} as const;
export type AdafactorValues = Values<typeof adafactorHyperparameters>;
