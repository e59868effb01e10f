import { adamArithmetic, adamFlags, adamHyperparameters } from "./adamHyperparameters.ts";
import { adamNotes } from "./adamNotes.ts";
import { adamInit, adamRate, adamRule, adamStep } from "./adamStep.ts";
import { weightDecay } from "./descriptors.ts";
import { optimizer, totalSize } from "./optimizer.ts";

/** Adam with weight decay taken from θ itself, so that it does not pass through the moments. */
export const adamW = optimizer({
  name: "AdamW",
  source: "Loshchilov & Hutter 2019, Algorithm 2, arXiv:1711.05101; arithmetic of torch.optim.AdamW (PyTorch 2)",
  hyperparameters: {
    ...adamHyperparameters,
    weightDecay: weightDecay({
      meaning: "Takes ηλθ from θ at every step; it scales with the rate, schedule included.",
      default: 1e-2,
      unit: "1/θ",
    }),
    ...adamFlags,
    ...adamArithmetic,
  },
  init: adamInit,
  step: (f, theta, state, t, h) => adamStep(f, theta, state, t, h, true),
  rule: adamRule(() => true),
  effective: "η / (√v̂ + ε)",
  effectiveLearningRate: adamRate,
  stateSize: ({ amsgrad }, shapes) => (amsgrad === 0 ? 2 : 3) * totalSize(shapes),
  annotate: (h, batchSize) => adamNotes(h, batchSize, true),
});
