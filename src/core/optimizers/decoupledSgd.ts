import { spell, steps } from "../../protocol/index.ts";
import { zeros } from "../vector.ts";
import { learningRate } from "./descriptors.ts";
import { optimizer, totalSize } from "./optimizer.ts";
import { correction, entering, missing, window } from "./windows.ts";

/** Momentum as an average of gradients over a window: v = (1 − 1/N) v + ĝ/N, θ −= η v. The window does not touch the rate. */
export const decoupledSgd = optimizer({
  name: "DecoupledSGD",
  source: "McAllester 2020, TTIC 31230, Decoupled Versions, eq. 7; equal to SGD at μ = 1 − 1/N, η/N",
  hyperparameters: {
    learningRate: learningRate({ meaning: "What multiplies the averaged gradient.", default: 1e-2, unit: "θ²/loss" }),
    gradientWindow: window("N_g", "gradient window", "Steps that the gradient is averaged over; 1 is plain SGD.", 10),
    correction: correction(0),
  },
  init: (theta) => ({ v: zeros(theta.length) }),
  step(f, theta, { v }, t, { learningRate: rate, gradientWindow: N, correction: kind }) {
    const g = f.gradient(theta).mean;
    const share = entering(N, t, kind);
    const step = rate / missing(N, t, kind);
    for (let i = 0; i < theta.length; i++) {
      v[i] += share * (g[i] - v[i]);
      theta[i] -= step * v[i];
    }
  },
  effective: "η",
  effectiveLearningRate: (_state, _t, { learningRate: rate }, out) => out.fill(rate),
  stateSize: (_h, shapes) => totalSize(shapes),
  annotate: ({ learningRate: rate, gradientWindow: N }, batchSize) => [
    { hyperparameter: "learningRate", text: "units of θ²/loss; the rate in the long run, whatever the window" },
    {
      hyperparameter: "learningRate",
      text: `as SGD writes it: lr ${spell(rate / N)}, μ ${spell(1 - 1 / N)}`,
    },
    {
      hyperparameter: "gradientWindow",
      text: `batch × k: η × k, N_g / k keeps both per example (here ${steps(N * batchSize)} examples)`,
    },
  ],
});
