import type { Values } from "../../../protocol/index.ts";
import { flag, learningRate } from "../descriptors.ts";

export const hyperparameters = {
  learningRate: learningRate({
    meaning: "Length of each step along its direction, or the first length that a line search tries.",
    default: 1,
    range: [1e-3, 10],
  }),
  iterations: {
    symbol: "K",
    label: "iterations",
    meaning: "Most iterations in a step.",
    default: 20,
    range: [1, 100],
    scale: "integer",
    valid: { least: 1 },
  },
  evaluations: {
    symbol: "E",
    label: "evaluations",
    meaning: "No iteration is begun once a step has evaluated loss and gradient this often; 0 stands for 5K/4.",
    default: 0,
    range: [0, 125],
    scale: "integer",
    valid: { least: 0 },
  },
  gradientTolerance: {
    symbol: "ε_g",
    label: "gradient tolerance",
    meaning: "A step ends where no coordinate of the gradient is larger than this.",
    default: 1e-7,
    range: [1e-12, 1e-2],
    scale: "log",
    unit: "ĝ",
    valid: { least: 0 },
  },
  changeTolerance: {
    symbol: "ε_Δ",
    label: "change tolerance",
    meaning: "A step ends where neither the loss nor any coordinate of θ changes by more than this.",
    default: 1e-9,
    range: [1e-15, 1e-2],
    scale: "log",
    valid: { least: 0 },
  },
  history: {
    symbol: "m",
    label: "history",
    meaning: "Pairs of changes of gradient and θ that the inverse Hessian is made of.",
    default: 100,
    range: [1, 200],
    scale: "integer",
    valid: { least: 1 },
  },
  lineSearch: {
    symbol: "LS",
    label: "line search",
    meaning: "Whether a length that satisfies the strong Wolfe conditions is searched for, or η is taken.",
    default: 0,
    range: [0, 1],
    scale: "choice",
    choices: ["none", "strong Wolfe"],
  },
  torch1: flag({
    symbol: "v1",
    label: "as PyTorch 1",
    meaning: "Lets a line search try 25 lengths, as PyTorch 1 did, instead of as many as evaluations are left.",
    arithmetic: true,
  }),
} as const;
export type LbfgsValues = Values<typeof hyperparameters>;
