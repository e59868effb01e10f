import { steps, typed } from "../../protocol/index.ts";
import { zeros } from "../vector.ts";
import { learningRate, maximize } from "./descriptors.ts";
import { optimizer, totalSize } from "./optimizer.ts";

/**
 * Resilient backpropagation: a step length of its own for each coordinate, longer while its gradient keeps its sign, shorter
 * when it turns; after a turn the coordinate waits a step (Rprop−, without weight-backtracking).
 */
export const rprop = optimizer({
  name: "Rprop",
  source:
    "Riedmiller & Braun 1993, IEEE ICNN; the form without backtracking: Igel & Hüsken 2000; arithmetic of torch.optim.Rprop (PyTorch 2)",
  hyperparameters: {
    learningRate: learningRate({
      label: "first step",
      meaning: "Step length of every coordinate before the first step; what it is later changes nothing.",
      default: 1e-2,
      unit: "θ",
    }),
    shrink: {
      symbol: "η⁻",
      label: "shrink",
      meaning: "Multiplies a coordinate's step when its gradient has turned.",
      default: 0.5,
      range: [0.01, 0.99],
      scale: "linear",
      valid: { above: 0, below: 1 },
    },
    grow: {
      symbol: "η⁺",
      label: "grow",
      meaning: "Multiplies a coordinate's step while its gradient keeps its sign.",
      default: 1.2,
      range: [1.01, 3],
      scale: "linear",
      valid: { above: 1 },
    },
    smallestStep: {
      symbol: "Δmin",
      label: "smallest step",
      meaning: "No step becomes shorter than this.",
      default: 1e-6,
      range: [1e-12, 1],
      scale: "log",
      unit: "θ",
    },
    largestStep: {
      symbol: "Δmax",
      label: "largest step",
      meaning: "No step becomes longer than this.",
      default: 50,
      range: [1e-6, 1e3],
      scale: "log",
      unit: "θ",
    },
    maximize,
  },
  init: (theta, _shapes, { learningRate }) => ({
    before: zeros(theta.length),
    size: zeros(theta.length).fill(learningRate),
  }),
  step(f, theta, { before, size }, _t, { shrink, grow, smallestStep, largestStep, maximize }) {
    const g = f.gradient(theta).mean;
    const sign = maximize === 0 ? 1 : -1;
    for (let i = 0; i < theta.length; i++) {
      let d = sign * g[i];
      const kept = d * before[i]; // above 0: the sign is kept; below: it turned; 0: one of the two is 0
      const factor = kept > 0 ? grow : kept < 0 ? shrink : 1;
      size[i] = Math.min(Math.max(size[i] * factor, smallestStep), largestStep);
      if (kept < 0) d = 0;
      before[i] = d;
      theta[i] -= size[i] * Math.sign(d);
    }
  },
  effective: "|Δθ| / |ĝ|: the length of a step does not depend on ĝ, only on its sign",
  stateSize: (_h, shapes) => 2 * totalSize(shapes),
  annotate({ learningRate, shrink, grow, smallestStep, largestStep }, batchSize) {
    const growing = Math.log(grow);
    const notes = [
      {
        hyperparameter: "learningRate",
        text: `units of θ: the first step is ${typed(learningRate)} in every coordinate; a schedule has no effect`,
      },
      {
        hyperparameter: "learningRate",
        text: `meant for full batches: noise turns signs and drives steps to Δmin${batchSize > 1 ? ` (here B = ${typed(batchSize)})` : ""}`,
      },
      {
        hyperparameter: "shrink",
        text: `one turn undoes ln(1/η⁻)/ln η⁺ = ${steps(Math.log(1 / shrink) / growing)} steps of growth; signs that turn more often than that shrink the step`,
      },
      {
        hyperparameter: "smallestStep",
        text: `units of θ: with alternating signs a coordinate keeps jumping by ${typed(smallestStep)}`,
      },
    ];
    if (learningRate > 0 && largestStep > learningRate)
      notes.push({
        hyperparameter: "largestStep",
        text: `units of θ: reached from the first step after ${steps(Math.log(largestStep / learningRate) / growing)} steps of one sign`,
      });
    return notes;
  },
});
