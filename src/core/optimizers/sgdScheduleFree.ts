import { spell } from "../../protocol/index.ts";
import { learningRate, share, weightDecay } from "./descriptors.ts";
import { optimizer, totalSize } from "./optimizer.ts";
import { averaging, averagingNotes, entering, meanOf, scheduleFree, warmed } from "./scheduleFree.ts";

/** SGD that takes its gradients between z, where plain steps lead, and the mean x of all z, which is what counts. */
export const sgdScheduleFree = optimizer({
  name: "SGDScheduleFree",
  source:
    "Defazio et al. 2024, The Road Less Scheduled, eqs. 3–5, arXiv:2405.15682; arithmetic of schedulefree.SGDScheduleFree (schedulefree 1.4)",
  hyperparameters: {
    learningRate: learningRate({
      meaning: "Step size of z: what multiplies the gradient; larger than SGD would bear.",
      default: 1,
    }),
    momentum: share({
      symbol: "β",
      label: "interpolation",
      meaning: "Share of the mean x, against z, in the point y where gradients are taken.",
      default: 0.9,
      range: [0.1, 0.999],
      valid: { above: 0, below: 1 },
    }),
    weightDecay: weightDecay({ meaning: "Adds λy to the gradient, as a penalty ½λ‖y‖² on the loss does.", default: 0 }),
    ...averaging,
  },
  init: scheduleFree,
  step(f, y, state, t, h) {
    const g = f.gradient(y).mean;
    const { z } = state;
    const { momentum, weightDecay } = h;
    const rate = warmed(t, h);
    const c = entering(state, t, rate, h);
    const along = rate * (momentum * (1 - c) - 1);
    for (let i = 0; i < y.length; i++) {
      const d = g[i] + weightDecay * y[i];
      y[i] += c * (z[i] - y[i]) + along * d;
      z[i] -= rate * d;
    }
  },
  effective: "η, rising over the warm-up: what moves z",
  effectiveLearningRate: (_state, t, h, out) => out.fill(warmed(t, h)),
  evaluated: (state, y, _t, { momentum }, out) => meanOf(state, y, momentum, out),
  stateSize: (_, shapes) => totalSize(shapes),
  annotate(h, batchSize) {
    const { learningRate, weightDecay } = h;
    const perBatch = batchSize > 1 ? `; per example η/B is ${spell(learningRate / batchSize)}` : "";
    const notes = [
      { hyperparameter: "learningRate", text: "units of θ²/loss: rescale θ by c, and η must be rescaled by c²" },
      { hyperparameter: "learningRate", text: `batch × k: η × k keeps noise and progress per example${perBatch}` },
      ...averagingNotes("momentum", h.momentum, h),
    ];
    if (weightDecay > 0)
      notes.push({
        hyperparameter: "weightDecay",
        text: `coupled to η: z is drawn towards 0 by ηλ = ${spell(learningRate * weightDecay)} of y a step`,
      });
    return notes;
  },
});
