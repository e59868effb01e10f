import { diagonalLoss } from "../kernels/rules.ts";
import { zeros } from "../vector.ts";
import { normalNoise } from "./normalNoise.ts";
import { problem, type Shape } from "./problem.ts";

const watched = ({ dimension }: { readonly dimension: number }) =>
  [...new Set([1, Math.max(1, Math.round(dimension / 2)), dimension])].map((i) => ({
    index: i - 1,
    label: i === 1 ? "h = 1" : `h = 1/${i}`,
  }));

/** L(θ) = ½ Σ h_i θ_i² with h_i = 1/i; one example's gradient has the variance s² h_i, a batch's that over B. */
export const noisyQuadratic = problem({
  name: "noisy quadratic",
  title: "Noisy quadratic, 1/i",
  source:
    "Zhang, Li, Nado and others 2019, Which Algorithmic Choices Matter at Which Batch Sizes?, arXiv:1907.04164, §3",
  hyperparameters: {
    dimension: {
      symbol: "d",
      label: "coordinates",
      meaning: "Number of coordinates; the curvature of the i-th is 1/i.",
      default: 100,
      range: [1, 1000],
      scale: "integer",
    },
    noise: {
      symbol: "s",
      label: "noise scale",
      meaning: "One example's gradient has the variance s² h_i in coordinate i; a batch of B has that over B.",
      default: 1,
      range: [0.01, 10],
      scale: "log",
    },
    start: {
      symbol: "|θ₀|",
      label: "spread of starts",
      meaning: "Standard deviation of each coordinate of the start.",
      default: 0.25,
      range: [0.01, 10],
      scale: "log",
    },
  },
  loss: "exact",
  watched,
  describe: ({ dimension }) => `Noisy quadratic, ${dimension} ${dimension === 1 ? "coordinate" : "coordinates"}.`,
  carriesOver: "Carries over where curvature is spread like 1/i and noise follows it.",
  prepare({ dimension, noise, start }) {
    if (!Number.isInteger(dimension) || dimension < 1)
      throw new Error(
        `The noisy quadratic needs a whole number of coordinates, at least 1; it was given ${dimension}.`,
      );
    if (noise < 0 || start < 0) throw new Error("The noise scale and the spread of starts cannot be negative.");
    const curvature = Float64Array.from({ length: dimension }, (_, i) => 1 / (i + 1));
    const noiseVariance = curvature.map((h) => noise ** 2 * h);
    const deviation = noiseVariance.map(Math.sqrt);
    return (rng) => {
      const theta0 = zeros(dimension);
      rng.normals(theta0);
      for (let i = 0; i < dimension; i++) theta0[i] *= start;
      const loss = (theta: Float64Array) => diagonalLoss(curvature, 0, theta, 0, dimension);
      const gradient = (theta: Float64Array, out: Float64Array) => {
        for (let i = 0; i < dimension; i++) out[i] = curvature[i] * theta[i];
      };
      const hessianVector = (_theta: Float64Array, v: Float64Array, out: Float64Array) => {
        for (let i = 0; i < dimension; i++) out[i] = curvature[i] * v[i];
      };
      return {
        dimension,
        start: theta0,
        shapes: [nearlySquare(dimension)],
        minimum: 0,
        curvature,
        noiseVariance,
        diagonal: { curvature, deviation },
        watched: watched({ dimension }),
        loss,
        draw: normalNoise({ loss, gradient, hessianVector }, deviation),
      };
    };
  },
});

/** The coordinates as a matrix, for methods that step matrices; to all others the shape is nothing. */
function nearlySquare(dimension: number): Shape {
  let rows = Math.floor(Math.sqrt(dimension));
  while (dimension % rows !== 0) rows--;
  return rows === 1 ? [dimension] : [rows, dimension / rows];
}
