import { type Argument, betas, flag, type Library, number } from "./words.ts";

// Adam for PyTorch as other packages compute it.

const rate = number("lr", "learningRate", 1e-3);
const eps = (standard: number) => number("eps", "epsilon", standard);
const decay = (standard = 0) => number("weight_decay", "weightDecay", standard);
const amsgrad = flag("amsgrad", "amsgrad");
/** One flag for both moments. */
const corrections = (word: string): Argument => ({
  word,
  names: ["biasCorrection", "biasCorrection2"],
  defaults: [1, 1],
  flag: true,
});
const fused = (mode: string) => ({
  first: [rate, corrections("bias_correction"), betas(0.9, 0.999), eps(1e-8)],
  mode: flag(mode, "decoupledWeightDecay", 1),
});
const apex = fused("adam_w_mode");
const onCpu = fused("adamw_mode");
const fusedAdam = {
  className: "FusedAdam",
  optimizer: "Adam",
  arguments: [...apex.first, apex.mode, decay(), amsgrad],
};

export const adamPackages: readonly Library[] = [
  { name: "apex", title: "apex", optimizers: [fusedAdam] },
  {
    name: "deepspeed",
    title: "DeepSpeed",
    optimizers: [
      fusedAdam,
      {
        className: "DeepSpeedCPUAdam",
        optimizer: "Adam",
        arguments: [...onCpu.first, decay(), amsgrad, onCpu.mode],
      },
    ],
  },
  {
    // Its kernel takes ηλθ from θ after the step, in Adam as in AdamW.
    name: "bitsandbytes",
    aliases: ["bnb"],
    title: "bitsandbytes",
    optimizers: [
      {
        className: "Adam",
        optimizer: "Adam",
        arguments: [rate, betas(0.9, 0.999), eps(1e-8), decay(), amsgrad],
        fixed: { decoupledWeightDecay: 1, decayAfterStep: 1 },
      },
      {
        className: "AdamW",
        optimizer: "AdamW",
        arguments: [rate, betas(0.9, 0.999), eps(1e-8), decay(1e-2), amsgrad],
        fixed: { decayAfterStep: 1 },
      },
    ],
  },
  {
    name: "transformers4",
    title: "Transformers 4",
    optimizers: [
      {
        className: "AdamW",
        optimizer: "AdamW",
        arguments: [rate, betas(0.9, 0.999), eps(1e-6), decay(), corrections("correct_bias")],
        fixed: { epsilonHat: 1, decayAfterStep: 1 },
      },
    ],
  },
];
