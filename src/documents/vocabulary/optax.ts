import { flag, type Library, number, optional, type OptimizerWords } from "./words.ts";

const rate = number("learning_rate", "learningRate");
const b1 = (standard = 0.9) => number("b1", "beta1", standard);
const b2 = (standard = 0.999) => number("b2", "beta2", standard);
const eps = (standard = 1e-8) => number("eps", "epsilon", standard);
const epsRoot = (standard = 0) => number("eps_root", "epsilonRoot", standard);
const decay = (standard: number) => optional("weight_decay", "weightDecay", standard);
const momentum = (standard = 0) => optional("momentum", "momentum", standard);
const nesterov = flag("nesterov", "nesterov");

/** Signatures and defaults of optax's aliases, optax 0.2.8. */
const optimizers: readonly OptimizerWords[] = [
  { className: "sgd", optimizer: "SGD", arguments: [rate, momentum(), nesterov] },
  {
    className: "rmsprop",
    optimizer: "RMSProp",
    arguments: [
      rate,
      number("decay", "beta2", 0.9),
      eps(),
      number("initial_scale", "initialSecondMoment", 0),
      flag("eps_in_sqrt", "epsilonInRoot", 1),
      flag("centered", "centered"),
      momentum(),
      nesterov,
      flag("bias_correction", "biasCorrection"),
    ],
    fixed: { rateInMomentum: 1 },
  },
  { className: "adam", optimizer: "Adam", arguments: [rate, b1(), b2(), eps(), epsRoot(), nesterov] },
  {
    className: "amsgrad",
    optimizer: "Adam",
    arguments: [
      rate,
      b1(),
      b2(),
      eps(),
      epsRoot(),
      flag("bias_correction_mu", "biasCorrection", 1),
      flag("bias_correction_nu", "biasCorrection2", 1),
    ],
    fixed: { amsgrad: 1, amsgradCorrected: 1 },
  },
  { className: "nadam", optimizer: "Adam", arguments: [rate, b1(), b2(), eps(), epsRoot()], fixed: { nesterov: 1 } },
  { className: "adamw", optimizer: "AdamW", arguments: [rate, b1(), b2(), eps(), epsRoot(), decay(1e-4), nesterov] },
  {
    className: "nadamw",
    optimizer: "AdamW",
    arguments: [rate, b1(), b2(), eps(), epsRoot(), decay(1e-4)],
    fixed: { nesterov: 1 },
  },
  { className: "adamax", optimizer: "Adamax", arguments: [rate, b1(), b2(), eps()] },
  {
    className: "adamaxw",
    optimizer: "Adamax",
    arguments: [rate, b1(), b2(), eps(), decay(1e-4)],
    fixed: { decoupledWeightDecay: 1 },
  },
  {
    className: "radam",
    optimizer: "RAdam",
    arguments: [rate, b1(), b2(), eps(), epsRoot(), number("threshold", "threshold", 5), nesterov],
    fixed: { arithmetic: 1 },
  },
  {
    className: "adagrad",
    optimizer: "Adagrad",
    arguments: [rate, number("initial_accumulator_value", "initialAccumulator", 0.1), eps(1e-7)],
    fixed: { epsilonInRoot: 1 },
  },
  {
    className: "adadelta",
    optimizer: "Adadelta",
    arguments: [rate, number("rho", "beta2", 0.9), eps(1e-6), decay(0)],
  },
  {
    className: "adafactor",
    optimizer: "Adafactor",
    arguments: [
      // None leaves the steps as they are.
      optional("learning_rate", "learningRate", 1, 1),
      number("min_dim_size_to_factor", "factoredFrom", 128),
      number("decay_rate", "decayExponent", 0.8),
      number("decay_offset", "decayOffset", 0),
      flag("multiply_by_parameter_scale", "scaleParameter", 1),
      optional("clipping_threshold", "clipThreshold", 1),
      optional("momentum", "beta1", 0),
      optional("weight_decay_rate", "weightDecay", 0),
      number("eps", "epsilon1", 1e-30),
      flag("factored", "factored", 1),
    ],
    fixed: { arithmetic: 3, epsilon2: 1e-3 },
  },
  {
    className: "adabelief",
    optimizer: "AdaBelief",
    arguments: [rate, b1(), b2(), eps(1e-16), epsRoot(1e-16), nesterov],
    fixed: { arithmetic: 1, rectify: 0 },
  },
  {
    className: "adan",
    optimizer: "Adan",
    arguments: [rate, b1(0.98), b2(0.92), number("b3", "beta3", 0.99), eps(), epsRoot(1e-8), decay(0)],
    fixed: { arithmetic: 1, noProximal: 1 },
  },
  { className: "lion", optimizer: "Lion", arguments: [rate, b1(), b2(0.99), decay(1e-3)] },
  {
    className: "lamb",
    optimizer: "LAMB",
    arguments: [rate, b1(), b2(), eps(1e-6), epsRoot(), decay(0)],
    fixed: { alwaysAdapt: 1, maxGradientNorm: 0 },
  },
  {
    className: "lars",
    optimizer: "LARS",
    arguments: [
      rate,
      decay(0),
      number("trust_coefficient", "trustCoefficient", 1e-3),
      number("eps", "epsilon", 0),
      momentum(0.9),
      nesterov,
    ],
    fixed: { arithmetic: 1 },
  },
  {
    className: "yogi",
    optimizer: "Yogi",
    arguments: [rate, b1(), b2(), eps(1e-3)],
    fixed: { initialAccumulator: 1e-6 },
  },
];
export const optax: Library = { name: "optax", title: "optax 0.2.8", optimizers };
