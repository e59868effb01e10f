import { spell, steps } from "../../protocol/index.ts";
import { zeros } from "../vector.ts";
import { epsilon, learningRate } from "./descriptors.ts";
import { optimizer, totalSize } from "./optimizer.ts";
import { correction, entering, missing, perExample, window } from "./windows.ts";

/**
 * Adam by its windows: θ −= η g̃/(√s + ε), g̃ and s averages over N_g and N_s steps. Its rate may be given as η₀, which
 * dimension ties to ε by η = η₀ ε (so that η₀ is the SGD rate where ε dominates); the slides print η = η₀/ε, which couples
 * the two more, not less.
 */
export const decoupledAdam = optimizer({
  name: "DecoupledAdam",
  source:
    "McAllester 2020, TTIC 31230, Simplified and Decoupled Adam; corrections: Kingma & Ba 2015, arXiv:1412.6980, §3",
  hyperparameters: {
    learningRate: learningRate({ meaning: "η, or η₀ where the rate is tied to ε.", default: 1e-3 }),
    gradientWindow: window("N_g", "gradient window", "Steps that ĝ is averaged over.", 10),
    squareWindow: window("N_s", "second-moment window", "Steps that ĝ² is averaged over.", 1000),
    epsilon: epsilon({ label: "floor of √s", meaning: "Added to the root of the second moment.", default: 1e-8 }),
    correction: correction(2),
    rateForm: {
      symbol: "η(ε)",
      label: "rate given as",
      meaning: "η itself; η₀ with η = η₀ ε, as dimension demands; or η₀ with η = η₀/ε, as printed.",
      default: 0,
      range: [0, 2],
      scale: "choice",
      choices: ["η", "η₀ ε", "η₀ / ε"],
    },
    perExample,
  },
  init: (theta) => ({ g: zeros(theta.length), s: zeros(theta.length) }),
  step(f, theta, { g: mean, s }, t, h) {
    const gradient = f.gradient(theta);
    const g = gradient.mean;
    const square = h.perExample === 0 ? undefined : gradient.meanSquare;
    const gShare = entering(h.gradientWindow, t, h.correction);
    const sShare = entering(h.squareWindow, t, h.correction);
    const rate = rateOf(h) / missing(h.gradientWindow, t, h.correction);
    const root = 1 / Math.sqrt(missing(h.squareWindow, t, h.correction));
    for (let i = 0; i < theta.length; i++) {
      mean[i] += gShare * (g[i] - mean[i]);
      s[i] += sShare * ((square ? square[i] : g[i] * g[i]) - s[i]);
      theta[i] -= (rate * mean[i]) / (Math.sqrt(s[i]) * root + h.epsilon);
    }
  },
  effective: "η / (√s + ε)",
  effectiveLearningRate({ s }, t, h, out) {
    const root = 1 / Math.sqrt(missing(h.squareWindow, t, h.correction));
    for (let i = 0; i < out.length; i++) out[i] = rateOf(h) / (Math.sqrt(s[i]) * root + h.epsilon);
    return out;
  },
  stateSize: (_h, shapes) => 2 * totalSize(shapes),
  annotate(h, batchSize) {
    const { gradientWindow, squareWindow, epsilon: floor, rateForm } = h;
    const rate = rateOf(h);
    const notes = [
      {
        hyperparameter: "learningRate",
        text:
          rateForm === 0
            ? `units of θ; where ε dominates, SGD at η/ε = ${spell(rate / floor)}`
            : `η = ${spell(rate)} here; ${rateForm === 1 ? "η₀ has units of θ²/loss, an SGD rate where ε dominates" : "as printed: changing ε changes η against it"}`,
      },
      {
        hyperparameter: "gradientWindow",
        text: `β₁ = ${spell(1 - 1 / gradientWindow, 4)}; not coupled to η`,
      },
      {
        hyperparameter: "squareWindow",
        text: `β₂ = ${spell(1 - 1 / squareWindow, 4)}; batch × k: windows / k (here ${steps(squareWindow * batchSize)} examples)`,
      },
    ];
    if (h.perExample !== 0)
      notes.push({
        hyperparameter: "perExample",
        text: "s does not change with the batch: batch × k takes η × k, ε unchanged",
      });
    return notes;
  },
});

const rateOf = (h: { readonly learningRate: number; readonly epsilon: number; readonly rateForm: number }): number =>
  h.rateForm === 0 ? h.learningRate : h.rateForm === 1 ? h.learningRate * h.epsilon : h.learningRate / h.epsilon;
