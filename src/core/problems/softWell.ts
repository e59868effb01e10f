import { exp, log, tanh } from "../kernels/elementary.ts";
import { zeros } from "../vector.ts";
import { normalNoise } from "./normalNoise.ts";
import { problem } from "./problem.ts";

// ln cosh θ: a parabola at its bottom, |θ| − ln 2 far out.

const height = (x: number): number => Math.abs(x) + log(0.5 + 0.5 * exp(-2 * Math.abs(x)));
const curvature = (x: number): number => {
  const s = tanh(x);
  return 1 - s * s;
};
/** A loss of one coordinate with its first two derivatives. */
export const softShape = { height, slope: tanh, curvature } as const;

/** L(θ) = ln cosh θ, whose slope saturates, with normal gradient noise of constant variance. */
export const softWell = problem({
  name: "soft well",
  title: "Soft well, ln cosh",
  source:
    "Li, Tai and E 2017, Stochastic Modified Equations and Adaptive Stochastic Gradient Algorithms, arXiv:1511.06251",
  hyperparameters: {
    noise: {
      symbol: "σ²",
      label: "noise",
      meaning: "Variance of one draw of the gradient; a batch of B has that over B.",
      default: 2,
      range: [0.01, 100],
      scale: "log",
    },
  },
  loss: "exact",
  watched: () => [{ index: 0, label: "θ" }],
  describe: () => "Soft well, L = ln cosh θ, one coordinate.",
  carriesOver: "Carries over where one direction is independent of the others and its gradient is bounded.",
  prepare({ noise }) {
    if (noise < 0) throw new Error(`The variance σ² of the noise cannot be negative; it was given as ${noise}.`);
    const loss = (theta: Float64Array) => height(theta[0]);
    const gradient = (theta: Float64Array, out: Float64Array) => {
      out[0] = tanh(theta[0]);
    };
    const hessianVector = (theta: Float64Array, v: Float64Array, out: Float64Array) => {
      out[0] = curvature(theta[0]) * v[0];
    };
    return (rng) => {
      const start = zeros(1);
      start[0] = 3 * rng.uniform() - 1.5;
      return {
        dimension: 1,
        start,
        minimum: 0,
        noiseVariance: Float64Array.of(noise),
        watched: [{ index: 0, label: "θ" }],
        loss,
        draw: normalNoise({ loss, gradient, hessianVector }, Float64Array.of(Math.sqrt(noise))),
      };
    };
  },
});
