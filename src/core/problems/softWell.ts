import { exp, log, tanh } from "../kernels/elementary.ts";
import { zeros } from "../vector.ts";
import { normalNoise } from "./normalNoise.ts";
import { checkVariance, noise, smoothOf, watched } from "./oneCoordinate.ts";
import { problem } from "./problem.ts";
import type { Landscape } from "./survey.ts";

// ln cosh θ: a parabola at its bottom, |θ| − ln 2 far out.

const height = (x: number): number => Math.abs(x) + log(0.5 + 0.5 * exp(-2 * Math.abs(x)));
const curvature = (x: number): number => {
  const s = tanh(x);
  return 1 - s * s;
};
export const softShape: Landscape = { height, slope: tanh, curvature };

/** L(θ) = ln cosh θ, whose slope saturates, with normal gradient noise of constant variance. */
export const softWell = problem({
  name: "soft well",
  title: "Soft well, ln cosh",
  source:
    "Li, Tai and E 2017, Stochastic Modified Equations and Adaptive Stochastic Gradient Algorithms, arXiv:1511.06251",
  hyperparameters: { noise },
  loss: "exact",
  watched,
  describe: () => "Soft well, L = ln cosh θ, one coordinate.",
  carriesOver: "Carries over where one direction is independent of the others and its gradient is bounded.",
  prepare({ noise: variance }) {
    checkVariance(variance);
    const smooth = smoothOf(softShape);
    return (rng) => {
      const start = zeros(1);
      start[0] = 3 * rng.uniform() - 1.5;
      return {
        dimension: 1,
        start,
        minimum: 0,
        noiseVariance: Float64Array.of(variance),
        watched: watched(),
        loss: (theta) => smooth.loss(theta),
        draw: normalNoise(smooth, Float64Array.of(Math.sqrt(variance))),
      };
    };
  },
});
