import { flag, type Library, number, optional, type OptimizerWords } from "./words.ts";

const rate = (standard = 1e-3) => number("learning_rate", "learningRate", standard);
const beta1 = number("beta_1", "beta1", 0.9);
const beta2 = (standard = 0.999) => number("beta_2", "beta2", standard);
const epsilon = number("epsilon", "epsilon", 1e-7);
const decay = (standard = 0) => optional("weight_decay", "weightDecay", standard);
/** Keras shrinks θ by 1 − ηλ before the step, in every optimizer. */
const decoupled = { decoupledWeightDecay: 1 };

/** Signatures and defaults of keras.optimizers, Keras 3. */
const optimizers: readonly OptimizerWords[] = [
  {
    className: "SGD",
    optimizer: "SGD",
    arguments: [rate(1e-2), number("momentum", "momentum", 0), flag("nesterov", "nesterov"), decay()],
    fixed: { ...decoupled, rateInMomentum: 1 },
  },
  {
    className: "RMSprop",
    optimizer: "RMSProp",
    arguments: [
      rate(),
      number("rho", "beta2", 0.9),
      number("momentum", "momentum", 0),
      epsilon,
      flag("centered", "centered"),
      decay(),
    ],
    fixed: { ...decoupled, rateInMomentum: 1, epsilonInRoot: 1 },
  },
  {
    className: "Adam",
    optimizer: "Adam",
    arguments: [rate(), beta1, beta2(), epsilon, flag("amsgrad", "amsgrad"), decay()],
    fixed: { ...decoupled, epsilonHat: 1 },
  },
  {
    className: "AdamW",
    optimizer: "AdamW",
    arguments: [rate(), decay(0.004), beta1, beta2(), epsilon, flag("amsgrad", "amsgrad")],
    fixed: { epsilonHat: 1 },
  },
  {
    className: "Adamax",
    optimizer: "Adamax",
    arguments: [rate(), beta1, beta2(), epsilon, decay()],
    fixed: { ...decoupled, epsilonOutside: 1 },
  },
  {
    className: "Nadam",
    optimizer: "NAdam",
    arguments: [rate(), beta1, beta2(), epsilon, decay()],
    fixed: { ...decoupled, momentumDecay: 1 },
  },
  {
    className: "Adagrad",
    optimizer: "Adagrad",
    arguments: [rate(), number("initial_accumulator_value", "initialAccumulator", 0.1), epsilon, decay()],
    fixed: { ...decoupled, epsilonInRoot: 1 },
  },
  {
    className: "Adadelta",
    optimizer: "Adadelta",
    arguments: [rate(), number("rho", "beta2", 0.95), epsilon, decay()],
    fixed: decoupled,
  },
  {
    className: "Adafactor",
    optimizer: "Adafactor",
    arguments: [
      rate(),
      number("beta_2_decay", "decayExponent", -0.8),
      number("epsilon_1", "epsilon1", 1e-30),
      number("epsilon_2", "epsilon2", 1e-3),
      number("clip_threshold", "clipThreshold", 1),
      flag("relative_step", "relativeStep", 1),
      decay(),
    ],
    fixed: { arithmetic: 2 },
  },
  {
    className: "Ftrl",
    optimizer: "Ftrl",
    arguments: [
      rate(),
      number("learning_rate_power", "power", -0.5),
      number("initial_accumulator_value", "initialAccumulator", 0.1),
      number("l1_regularization_strength", "l1", 0),
      number("l2_regularization_strength", "l2", 0),
      number("l2_shrinkage_regularization_strength", "l2Shrinkage", 0),
      number("beta", "beta", 0),
      decay(),
    ],
    fixed: {},
  },
  {
    className: "Lion",
    optimizer: "Lion",
    arguments: [rate(), beta1, beta2(0.99), decay()],
  },
  {
    className: "Lamb",
    optimizer: "LAMB",
    arguments: [rate(), beta1, beta2(), epsilon, decay()],
    fixed: { ...decoupled, alwaysAdapt: 1, maxGradientNorm: 0 },
  },
  {
    className: "Muon",
    optimizer: "Muon",
    arguments: [
      rate(),
      number("adam_beta_1", "beta1", 0.9),
      number("adam_beta_2", "beta2", 0.999),
      optional("adam_weight_decay", "adamWeightDecay", 0.004),
      epsilon,
      decay(0.004),
      number("muon_a", "a", 3.4445),
      number("muon_b", "b", -4.775),
      number("muon_c", "c", 2.0315),
      number("adam_lr_ratio", "adamRate", 1),
      number("momentum", "momentum", 0.95),
      number("ns_steps", "iterations", 5),
      flag("nesterov", "nesterov", 1),
      optional("rms_rate", "updateSize", 0.2),
    ],
    fixed: { arithmetic: 1 },
  },
  {
    className: "ScheduleFreeAdamW",
    optimizer: "AdamWScheduleFree",
    arguments: [
      rate(0.0025),
      beta1,
      beta2(),
      number("epsilon", "epsilon", 1e-8),
      number("warmup_steps", "warmup", 0),
      decay(),
    ],
    // Keras weighs all steps alike, whatever the rate.
    fixed: { ...decoupled, weightRatePower: 0 },
  },
];
export const keras: Library = { name: "keras", aliases: ["tf.keras", "tensorflow"], title: "Keras 3", optimizers };
