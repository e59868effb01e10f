import { betas, flag, type Library, number, optional, type OptimizerWords } from "./words.ts";

const rate = (standard: number) => number("lr", "learningRate", standard);
const decay = (standard: number) => number("weight_decay", "weightDecay", standard);

/** Signatures and defaults of timm.optim, timm 1.0.29. */
const optimizers: readonly OptimizerWords[] = [
  {
    className: "Lamb",
    optimizer: "LAMB",
    arguments: [
      rate(1e-3),
      flag("bias_correction", "biasCorrection", 1),
      betas(0.9, 0.999),
      number("eps", "epsilon", 1e-6),
      decay(0.01),
      flag("grad_averaging", "gradientAveraging", 1),
      optional("max_grad_norm", "maxGradientNorm", 1),
      flag("trust_clip", "trustClip"),
      flag("always_adapt", "alwaysAdapt"),
      flag("caution", "cautious"),
      flag("decoupled_decay", "decoupledWeightDecay"),
    ],
  },
  {
    className: "Lars",
    optimizer: "LARS",
    arguments: [
      rate(1),
      number("momentum", "momentum", 0),
      number("dampening", "dampening", 0),
      decay(0),
      flag("nesterov", "nesterov"),
      number("trust_coeff", "trustCoefficient", 1e-3),
      number("eps", "epsilon", 1e-8),
      flag("trust_clip", "trustClip"),
      flag("always_adapt", "alwaysAdapt"),
    ],
  },
  {
    className: "RMSpropTF",
    optimizer: "RMSProp",
    arguments: [
      rate(1e-2),
      number("alpha", "beta2", 0.9),
      number("eps", "epsilon", 1e-10),
      decay(0),
      number("momentum", "momentum", 0),
      flag("centered", "centered"),
      flag("decoupled_decay", "decoupledWeightDecay"),
      flag("corrected_weight_decay", "correctedDecay"),
      flag("lr_in_momentum", "rateInMomentum", 1),
      flag("caution", "caution"),
    ],
    fixed: { epsilonInRoot: 1, initialSecondMoment: 1 },
  },
];
export const timm: Library = { name: "timm", title: "timm 1.0", optimizers };
