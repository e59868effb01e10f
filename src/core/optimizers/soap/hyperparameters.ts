import type { Hyperparameters } from "../../../protocol/index.ts";
import { epsilon, flag, learningRate, share, weightDecay } from "../descriptors.ts";

export const soapHyperparameters = {
  learningRate: learningRate({
    meaning: "Step size: how far a coordinate of the eigenbasis moves while its gradient keeps its sign.",
    default: 3e-3,
  }),
  beta1: share({
    symbol: "β₁",
    label: "momentum",
    meaning: "Share of the mean of ĝ that survives a step.",
    default: 0.95,
  }),
  beta2: share({
    symbol: "β₂",
    label: "second moment",
    meaning: "Share of the mean of ĝ², taken in the eigenbasis, that survives a step.",
    default: 0.95,
  }),
  shampooBeta: {
    symbol: "β_S",
    label: "statistics",
    meaning: "Share of the means of G Gᵀ and GᵀG that survives a step; below 0 it is β₂.",
    default: -1,
    range: [-1, 0.9999],
    scale: "linear",
    valid: { below: 1 },
  },
  epsilon: epsilon({
    label: "floor of √v",
    meaning: "Added to the root of the second moment before its start at 0 is corrected.",
    default: 1e-8,
  }),
  weightDecay: weightDecay({ meaning: "Takes ηλθ from θ itself, after the step.", default: 0.01 }),
  refreshEvery: {
    symbol: "f",
    label: "refresh every",
    meaning: "Steps between refreshments of the eigenbases.",
    default: 10,
    range: [1, 100],
    scale: "integer",
    unit: "steps",
    valid: { least: 1 },
  },
  largestSide: {
    symbol: "n_max",
    label: "longest side",
    meaning: "Sides of a tensor that are longer have no eigenbasis; merged sides are no longer than this.",
    default: 10000,
    range: [1, 10000],
    scale: "integer",
    valid: { least: 0 },
  },
  mergeSides: flag({
    symbol: "merge",
    label: "merge sides",
    meaning: "Takes neighbouring sides of a tensor together while their product is within the longest side.",
  }),
  preconditionVectors: flag({
    symbol: "1-D",
    label: "vectors too",
    meaning: "Gives vectors, such as biases, an eigenbasis too instead of plain Adam.",
  }),
  normalizeGradients: flag({
    symbol: "norm",
    label: "normalize",
    meaning: "Divides each tensor's step by its root mean square.",
  }),
  biasCorrection: flag({
    symbol: "β̂",
    label: "bias correction",
    meaning: "Corrects both means for their start at 0.",
    default: 1,
  }),
  channelsLast: {
    symbol: "NHWC",
    label: "kernel format",
    meaning: "Order of a convolution kernel's sides, which matters where they are merged.",
    default: 0,
    range: [0, 1],
    scale: "choice",
    choices: ["channels_first", "channels_last"],
  },
} as const satisfies Hyperparameters;
