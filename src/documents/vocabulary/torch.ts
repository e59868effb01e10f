import { betas, choice, flag, type Library, number, optional, type OptimizerWords, tuple } from "./words.ts";

const maximize = flag("maximize", "maximize");
const decoupled = flag("decoupled_weight_decay", "decoupledWeightDecay");
const decay = (standard = 0) => number("weight_decay", "weightDecay", standard);
const rate = (standard: number) => number("lr", "learningRate", standard);
const eps = (standard: number) => number("eps", "epsilon", standard);

/** Signatures and defaults of torch.optim, PyTorch 2.x. */
const optimizers: readonly OptimizerWords[] = [
  {
    className: "SGD",
    optimizer: "SGD",
    arguments: [
      rate(1e-3),
      number("momentum", "momentum", 0),
      number("dampening", "dampening", 0),
      decay(),
      flag("nesterov", "nesterov"),
      maximize,
    ],
  },
  {
    className: "RMSprop",
    optimizer: "RMSProp",
    arguments: [
      rate(1e-2),
      number("alpha", "beta2", 0.99),
      eps(1e-8),
      decay(),
      number("momentum", "momentum", 0),
      flag("centered", "centered"),
      maximize,
    ],
  },
  {
    className: "Adam",
    optimizer: "Adam",
    arguments: [rate(1e-3), betas(0.9, 0.999), eps(1e-8), decay(), flag("amsgrad", "amsgrad"), maximize, decoupled],
  },
  {
    className: "AdamW",
    optimizer: "AdamW",
    arguments: [rate(1e-3), betas(0.9, 0.999), eps(1e-8), decay(1e-2), flag("amsgrad", "amsgrad"), maximize],
  },
  {
    className: "Adamax",
    optimizer: "Adamax",
    arguments: [rate(2e-3), betas(0.9, 0.999), eps(1e-8), decay(), maximize],
  },
  {
    className: "NAdam",
    optimizer: "NAdam",
    arguments: [
      rate(2e-3),
      betas(0.9, 0.999),
      eps(1e-8),
      decay(),
      number("momentum_decay", "momentumDecay", 4e-3),
      decoupled,
      maximize,
    ],
    before: { version: 2, fixed: { squaredProduct: 1 } },
  },
  {
    className: "RAdam",
    optimizer: "RAdam",
    arguments: [rate(1e-3), betas(0.9, 0.999), eps(1e-8), decay(), decoupled, maximize],
  },
  {
    className: "Adagrad",
    optimizer: "Adagrad",
    arguments: [
      rate(1e-2),
      number("lr_decay", "rateDecay", 0),
      decay(),
      number("initial_accumulator_value", "initialAccumulator", 0),
      eps(1e-10),
      maximize,
    ],
  },
  {
    className: "Adadelta",
    optimizer: "Adadelta",
    arguments: [rate(1), number("rho", "beta2", 0.9), eps(1e-6), decay(), maximize],
  },
  {
    className: "Adafactor",
    optimizer: "Adafactor",
    arguments: [
      rate(1e-2),
      number("beta2_decay", "decayExponent", -0.8),
      // None is the smallest step of the tensor's numbers; computed here in float64.
      tuple("eps", ["epsilon1", "epsilon2"], [2 ** -52, 1e-3]),
      number("d", "clipThreshold", 1),
      decay(),
      maximize,
    ],
  },
  {
    className: "ASGD",
    optimizer: "ASGD",
    arguments: [
      rate(1e-2),
      number("lambd", "decay", 1e-4),
      number("alpha", "power", 0.75),
      number("t0", "averageFrom", 1e6),
      decay(),
      maximize,
    ],
  },
  {
    className: "Rprop",
    optimizer: "Rprop",
    arguments: [
      rate(1e-2),
      tuple("etas", ["shrink", "grow"], [0.5, 1.2]),
      tuple("step_sizes", ["smallestStep", "largestStep"], [1e-6, 50]),
      maximize,
    ],
  },
  {
    className: "LBFGS",
    optimizer: "LBFGS",
    arguments: [
      rate(1),
      number("max_iter", "iterations", 20),
      optional("max_eval", "evaluations", 0),
      number("tolerance_grad", "gradientTolerance", 1e-7),
      number("tolerance_change", "changeTolerance", 1e-9),
      number("history_size", "history", 100),
      choice("line_search_fn", "lineSearch", 0, ["none", "strong_wolfe"], 0),
    ],
    before: { version: 2, fixed: { torch1: 1 } },
  },
  {
    className: "Muon",
    optimizer: "Muon",
    arguments: [
      rate(1e-3),
      decay(0.1),
      number("momentum", "momentum", 0.95),
      flag("nesterov", "nesterov", 1),
      tuple("ns_coefficients", ["a", "b", "c"], [3.4445, -4.775, 2.0315]),
      eps(1e-7),
      number("ns_steps", "iterations", 5),
      choice("adjust_lr_fn", "adjustment", 0, ["original", "match_rms_adamw"], 0),
    ],
  },
];
export const torch: Library = { name: "torch", aliases: ["pytorch"], title: "PyTorch 2.x", optimizers };
