import { adamArithmetic, amsgradCorrected, adamFlags, adamHyperparameters } from "./adamHyperparameters.ts";
import { adamNotes } from "./adamNotes.ts";
import { adamInit, adamRate, adamRule, adamStep } from "./adamStep.ts";
import { decoupledDecay, weightDecay } from "./descriptors.ts";
import { optimizer, totalSize } from "./optimizer.ts";

/** Adam; weight decay is an L2 penalty unless `decoupledWeightDecay` is set, as in PyTorch. */
export const adam = optimizer({
  name: "Adam",
  source: "Kingma & Ba 2015, Algorithm 1, arXiv:1412.6980; arithmetic of torch.optim.Adam (PyTorch 2)",
  hyperparameters: {
    ...adamHyperparameters,
    weightDecay: weightDecay({ meaning: "Adds λθ to the gradient, before both moments.", default: 0, unit: "ĝ/θ" }),
    ...adamFlags,
    decoupledWeightDecay: {
      ...decoupledDecay,
      meaning: "Takes ηλθ from θ itself instead of adding λθ to the gradient, which makes it AdamW.",
    },
    ...adamArithmetic,
    amsgradCorrected,
  },
  init: adamInit,
  step: (f, theta, state, t, h) => adamStep(f, theta, state, t, h, h.decoupledWeightDecay !== 0),
  rule: adamRule((h) => h.decoupledWeightDecay !== 0),
  effective: "η / (√v̂ + ε)",
  effectiveLearningRate: adamRate,
  stateSize: ({ amsgrad }, shapes) => (amsgrad === 0 ? 2 : 3) * totalSize(shapes),
  annotate: (h, batchSize) => adamNotes(h, batchSize, h.decoupledWeightDecay !== 0),
});
