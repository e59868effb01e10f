import { betas, choice, flag, type Library, number, optional, tuple } from "./words.ts";

// Optimizers as their authors published them, each a package of its own that works with PyTorch.

const rate = (standard: number) => number("lr", "learningRate", standard);
const decay = (standard = 0) => number("weight_decay", "weightDecay", standard);
const eps = (standard: number) => number("eps", "epsilon", standard);

const correction = (standard: number) => choice("correction", "correction", standard, ["none", "1-beta^t", "min(N,t)"]);

export const authors: readonly Library[] = [
  {
    name: "adabelief",
    aliases: ["adabelief_pytorch"],
    title: "adabelief-pytorch 0.2",
    optimizers: [
      {
        className: "AdaBelief",
        optimizer: "AdaBelief",
        arguments: [
          rate(1e-3),
          betas(0.9, 0.999),
          eps(1e-16),
          decay(),
          flag("amsgrad", "amsgrad"),
          flag("weight_decouple", "decoupledWeightDecay", 1),
          flag("fixed_decay", "fixedDecay"),
          flag("rectify", "rectify", 1),
          flag("degenerated_to_sgd", "degenerateToSgd", 1),
        ],
      },
    ],
  },
  {
    name: "adan",
    aliases: ["adan_pytorch"],
    title: "Adan",
    optimizers: [
      {
        className: "Adan",
        optimizer: "Adan",
        arguments: [
          rate(1e-3),
          betas(0.98, 0.92, 0.99),
          eps(1e-8),
          decay(),
          number("max_grad_norm", "maxGradientNorm", 0),
          flag("no_prox", "noProximal"),
        ],
      },
    ],
  },
  {
    name: "lion",
    aliases: ["lion_pytorch"],
    title: "Lion",
    optimizers: [{ className: "Lion", optimizer: "Lion", arguments: [rate(1e-4), betas(0.9, 0.99), decay()] }],
  },
  {
    name: "prodigy",
    aliases: ["prodigyopt"],
    title: "prodigyopt",
    optimizers: [
      {
        className: "Prodigy",
        optimizer: "Prodigy",
        arguments: [
          rate(1),
          betas(0.9, 0.999),
          optional("beta3", "beta3", 0),
          eps(1e-8),
          decay(),
          flag("decouple", "decoupledWeightDecay", 1),
          flag("use_bias_correction", "biasCorrection"),
          flag("safeguard_warmup", "safeguardWarmup"),
          number("d0", "initialDistance", 1e-6),
          number("d_coef", "distanceFactor", 1),
          // Infinity, its default, is 0 here: no limit.
          optional("growth_rate", "growthRate", 0),
          number("slice_p", "sliceEvery", 1),
        ],
      },
    ],
  },
  {
    name: "schedulefree",
    aliases: ["schedule_free"],
    title: "schedulefree 1.4",
    optimizers: [
      {
        className: "AdamWScheduleFree",
        optimizer: "AdamWScheduleFree",
        arguments: [
          rate(0.0025),
          betas(0.9, 0.999),
          eps(1e-8),
          decay(),
          number("warmup_steps", "warmup", 0),
          number("r", "weightTimePower", 0),
          number("weight_lr_power", "weightRatePower", 2),
          number("inner_momentum", "innerMomentum", 0),
        ],
      },
      {
        className: "SGDScheduleFree",
        optimizer: "SGDScheduleFree",
        arguments: [
          rate(1),
          number("momentum", "momentum", 0.9),
          decay(),
          number("warmup_steps", "warmup", 0),
          number("r", "weightTimePower", 0),
          number("weight_lr_power", "weightRatePower", 2),
        ],
      },
    ],
  },
  {
    name: "torch_optimizer",
    aliases: ["shampoo", "yogi", "pytorch_optimizer"],
    title: "torch_optimizer 0.3",
    optimizers: [
      {
        className: "Shampoo",
        optimizer: "Shampoo",
        arguments: [
          rate(1e-1),
          number("momentum", "momentum", 0),
          decay(),
          eps(1e-4),
          number("update_freq", "refreshEvery", 1),
        ],
      },
      {
        className: "Yogi",
        optimizer: "Yogi",
        arguments: [
          rate(1e-2),
          betas(0.9, 0.999),
          eps(1e-3),
          number("initial_accumulator", "initialAccumulator", 1e-6),
          decay(),
        ],
      },
    ],
  },
  {
    name: "soap",
    title: "SOAP",
    optimizers: [
      {
        className: "SOAP",
        optimizer: "SOAP",
        arguments: [
          rate(3e-3),
          betas(0.95, 0.95),
          number("shampoo_beta", "shampooBeta", -1),
          eps(1e-8),
          decay(0.01),
          number("precondition_frequency", "refreshEvery", 10),
          number("max_precond_dim", "largestSide", 10000),
          flag("merge_dims", "mergeSides"),
          flag("precondition_1d", "preconditionVectors"),
          flag("normalize_grads", "normalizeGradients"),
          choice("data_format", "channelsLast", 0, ["channels_first", "channels_last"]),
          flag("correct_bias", "biasCorrection", 1),
        ],
      },
    ],
  },
  {
    name: "sophia",
    title: "Sophia",
    optimizers: [
      {
        className: "SophiaG",
        optimizer: "Sophia",
        arguments: [
          rate(1e-4),
          betas(0.965, 0.99),
          number("rho", "clipAt", 0.04),
          decay(0.1),
          flag("maximize", "maximize"),
          // Arguments of step() and of the training loop, not of the constructor.
          number("bs", "batchFactor", 5120),
          number("every", "refreshEvery", 10),
        ],
      },
    ],
  },
  {
    name: "transformers",
    aliases: ["hf", "huggingface"],
    title: "Transformers 5.x",
    optimizers: [
      {
        className: "Adafactor",
        optimizer: "Adafactor",
        arguments: [
          optional("lr", "learningRate", 0),
          tuple("eps", ["epsilon1", "epsilon2"], [1e-30, 1e-3]),
          number("clip_threshold", "clipThreshold", 1),
          number("decay_rate", "decayExponent", -0.8),
          optional("beta1", "beta1", 0),
          decay(),
          flag("scale_parameter", "scaleParameter", 1),
          flag("relative_step", "relativeStep", 1),
          flag("warmup_init", "warmupInit"),
        ],
        fixed: { arithmetic: 1 },
      },
    ],
  },
  {
    name: "paper",
    aliases: ["theory"],
    title: "as the theory writes it",
    optimizers: [
      {
        className: "DecoupledSGD",
        optimizer: "DecoupledSGD",
        arguments: [number("eta", "learningRate", 1e-2), number("N_g", "gradientWindow", 10), correction(0)],
      },
      {
        className: "DecoupledRMSProp",
        optimizer: "DecoupledRMSProp",
        arguments: [
          number("eta", "learningRate", 1e-3),
          number("N_s", "squareWindow", 100),
          eps(1e-8),
          choice("divisor", "divisor", 0, ["sigma", "sigma^2"]),
          flag("centered", "centered"),
          correction(0),
          flag("per_example", "perExample"),
        ],
      },
      {
        className: "DecoupledAdam",
        optimizer: "DecoupledAdam",
        arguments: [
          number("eta", "learningRate", 1e-3),
          number("N_g", "gradientWindow", 10),
          number("N_s", "squareWindow", 1000),
          eps(1e-8),
          correction(2),
          choice("rate", "rateForm", 0, ["eta", "eta_0 * eps", "eta_0 / eps"]),
          flag("per_example", "perExample"),
        ],
      },
    ],
  },
];
