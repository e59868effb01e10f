import { spell, steps } from "../../protocol/index.ts";
import { zeros } from "../vector.ts";
import { epsilon, flag, learningRate } from "./descriptors.ts";
import { optimizer, totalSize } from "./optimizer.ts";
import { correction, entering, missing, perExample, window } from "./windows.ts";

/**
 * RMSProp in the two forms of the lecture: θ −= η ĝ/σ (eq. 1) and θ −= η ĝ/σ² (eq. 2), with s averaged over N_s steps. The
 * second is free of the units of each parameter, and its η has units of loss.
 */
export const decoupledRmsProp = optimizer({
  name: "DecoupledRMSProp",
  source: "McAllester 2020, TTIC 31230, RMSProp, eqs. 1 and 2; centered: Graves 2013, arXiv:1308.0850",
  hyperparameters: {
    learningRate: learningRate({ meaning: "What multiplies the gradient divided by σ or σ².", default: 1e-3 }),
    squareWindow: window("N_s", "second-moment window", "Steps that ĝ² is averaged over.", 100),
    epsilon: epsilon({
      label: "floor of the divisor",
      meaning: "Added to σ, or to σ² where that divides; units of what it is added to.",
      default: 1e-8,
    }),
    divisor: {
      symbol: "÷",
      label: "divides by",
      meaning: "The root of the second moment (equation 1) or the second moment itself (equation 2).",
      default: 0,
      range: [0, 1],
      scale: "choice",
      choices: ["σ", "σ²"],
    },
    centered: flag({
      symbol: "ctr",
      label: "centered",
      meaning: "Takes the variance s − m² in place of the second moment s.",
    }),
    correction: correction(0),
    perExample,
  },
  init: (theta) => ({ s: zeros(theta.length), m: zeros(theta.length) }),
  step(f, theta, { s, m }, t, h) {
    const gradient = f.gradient(theta);
    const g = gradient.mean;
    const square = h.perExample === 0 ? undefined : gradient.meanSquare;
    const share = entering(h.squareWindow, t, h.correction);
    const mass = missing(h.squareWindow, t, h.correction);
    for (let i = 0; i < theta.length; i++) {
      s[i] += share * ((square ? square[i] : g[i] * g[i]) - s[i]);
      m[i] += share * (g[i] - m[i]);
      theta[i] -= (h.learningRate * g[i]) / divisor(s[i] / mass, m[i] / mass, h);
    }
  },
  effective: "η / (σ + ε), or η / (σ² + ε)",
  effectiveLearningRate({ s, m }, t, h, out) {
    const mass = missing(h.squareWindow, t, h.correction);
    for (let i = 0; i < out.length; i++) out[i] = h.learningRate / divisor(s[i] / mass, m[i] / mass, h);
    return out;
  },
  stateSize: ({ centered }, shapes) => (1 + centered) * totalSize(shapes),
  annotate({ learningRate: rate, squareWindow: N, divisor: by, epsilon: floor, correction: kind }) {
    const first = by === 0 ? `η√N_s = ${spell(rate * Math.sqrt(N))}` : `N_s = ${steps(N)} times a settled one`;
    return [
      {
        hyperparameter: "learningRate",
        text:
          by === 0
            ? "units of θ: about η a step in each coordinate, whatever the loss's scale"
            : "units of loss: steps answer to no parameter's own units",
      },
      {
        hyperparameter: "squareWindow",
        text: `ĝ² averaged over ${steps(N)} steps${kind === 0 ? `; starts at 0, so the first step is ${first}` : ""}`,
      },
      {
        hyperparameter: "epsilon",
        text: `units of ĝ${by === 0 ? "" : "²"}; where the divisor is below it, SGD at rate η/ε = ${spell(rate / floor)}`,
      },
    ];
  },
});

interface Divisor {
  readonly divisor: number;
  readonly centered: number;
  readonly epsilon: number;
}
/** s − m² may round below zero for a constant gradient: then only ε bounds the step. */
function divisor(s: number, m: number, { divisor: by, centered, epsilon: floor }: Divisor): number {
  const variance = centered === 0 ? s : Math.max(0, s - m * m);
  return (by === 0 ? Math.sqrt(variance) : variance) + floor;
}
