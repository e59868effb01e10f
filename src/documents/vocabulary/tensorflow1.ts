import { flag, type Library, number, type OptimizerWords } from "./words.ts";

const rate = (standard?: number) => number("learning_rate", "learningRate", standard);

/** Signatures and defaults of tf.compat.v1.train, TensorFlow 2.21. */
const optimizers: readonly OptimizerWords[] = [
  { className: "GradientDescentOptimizer", optimizer: "SGD", arguments: [rate()] },
  {
    className: "MomentumOptimizer",
    optimizer: "SGD",
    arguments: [rate(), number("momentum", "momentum"), flag("use_nesterov", "nesterov")],
  },
  {
    className: "RMSPropOptimizer",
    optimizer: "RMSProp",
    arguments: [
      rate(),
      number("decay", "beta2", 0.9),
      number("momentum", "momentum", 0),
      number("epsilon", "epsilon", 1e-10),
      flag("centered", "centered"),
    ],
    fixed: { rateInMomentum: 1, epsilonInRoot: 1, initialSecondMoment: 1 },
  },
  {
    className: "AdamOptimizer",
    optimizer: "Adam",
    arguments: [
      rate(1e-3),
      number("beta1", "beta1", 0.9),
      number("beta2", "beta2", 0.999),
      number("epsilon", "epsilon", 1e-8),
    ],
    fixed: { epsilonHat: 1 },
  },
  {
    className: "AdagradOptimizer",
    optimizer: "Adagrad",
    arguments: [rate(), number("initial_accumulator_value", "initialAccumulator", 0.1)],
    fixed: { epsilon: 0 },
  },
  {
    className: "AdadeltaOptimizer",
    optimizer: "Adadelta",
    arguments: [rate(1e-3), number("rho", "beta2", 0.95), number("epsilon", "epsilon", 1e-8)],
  },
  {
    className: "FtrlOptimizer",
    optimizer: "Ftrl",
    arguments: [
      rate(),
      number("learning_rate_power", "power", -0.5),
      number("initial_accumulator_value", "initialAccumulator", 0.1),
      number("l1_regularization_strength", "l1", 0),
      number("l2_regularization_strength", "l2", 0),
      number("l2_shrinkage_regularization_strength", "l2Shrinkage", 0),
      number("beta", "beta", 0),
    ],
  },
];
export const tensorflow1: Library = {
  name: "tensorflow1",
  aliases: ["tf1"],
  title: "TensorFlow 1",
  optimizers,
};
