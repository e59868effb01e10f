import { zeros } from "../vector.ts";
import { normalNoise } from "./normalNoise.ts";
import { checkVariance, noise, smoothOf, watched } from "./oneCoordinate.ts";
import type { Quartic } from "./polynomial.ts";
import { problem } from "./problem.ts";
import type { Landscape, Survey } from "./survey.ts";

/** A loss of one coordinate: L(θ) = Σ_k a_k θ^k up to the fourth power, so that every inner loop can spell it out. */
export interface Well extends Survey {
  readonly name: string;
  readonly title: string;
  readonly formula: string;
  /** What the picture of it shows: "two wells and a barrier of ¼". */
  readonly shape: string;
  readonly coefficients: Quartic;
}

/** The losses of the theory of stationary densities. */
export const wells: readonly Well[] = [
  {
    name: "double well",
    title: "Double well",
    formula: "(θ² − 1)² / 4",
    shape: "two wells and a barrier of ¼",
    coefficients: [0.25, 0, -0.5, 0, 0.25],
    minima: [-1, 1],
    saddle: 0,
  },
  {
    name: "tilted well",
    title: "Tilted double well",
    formula: "(θ² − 1)² / 4 + θ / 10",
    shape: "two wells, the left one deeper",
    coefficients: [0.25, 0.1, -0.5, 0, 0.25],
    minima: roots(0.1, -1, 1),
    saddle: roots(0.1, 0.1)[0],
  },
  {
    name: "single well",
    title: "Single well, quadratic",
    formula: "θ² / 2",
    shape: "one well",
    coefficients: [0, 0, 0.5, 0, 0],
    minima: [0],
  },
  {
    name: "flat well",
    title: "Flat well, quartic",
    formula: "θ⁴ / 4",
    shape: "one well, flat at its bottom",
    coefficients: [0, 0, 0, 0, 0.25],
    minima: [0],
  },
];

/** Zeros of θ³ − θ + tilt by Newton's method, from the given places. */
function roots(tilt: number, ...from: number[]): number[] {
  return from.map((x) => {
    for (let k = 0; k < 50; k++) x -= (x ** 3 - x + tilt) / (3 * x * x - 1);
    return x;
  });
}

// L, L′ and L″ of a polynomial well at one place. Coefficients are picked by index: taken apart as a pattern they cost several times what
// is worked out with them.
export const heightOf = (a: Well["coefficients"], x: number): number =>
  a[0] + x * (a[1] + x * (a[2] + x * (a[3] + x * a[4])));
export const slopeOf = (a: Well["coefficients"], x: number): number =>
  a[1] + x * (2 * a[2] + x * (3 * a[3] + x * 4 * a[4]));
export const curvatureOf = (a: Well["coefficients"], x: number): number => 2 * a[2] + x * (6 * a[3] + x * 12 * a[4]);

/** All three of a polynomial. */
export const landscapeOf = (coefficients: Quartic): Landscape => ({
  height: (x) => heightOf(coefficients, x),
  slope: (x) => slopeOf(coefficients, x),
  curvature: (x) => curvatureOf(coefficients, x),
});

/** Each well as a problem in one coordinate with normal gradient noise of constant variance. */
export const wellProblems = wells.map((well) =>
  problem({
    name: well.name,
    title: well.title,
    source: "D. McAllester, TTIC 31230 Fundamentals of Deep Learning 2020, Gradient Flow and Langevin Dynamics",
    hyperparameters: { noise },
    loss: "exact",
    watched,
    describe: () => `${well.title}, L = ${well.formula}, one coordinate.`,
    carriesOver: "Carries over where one direction is independent of the others and its noise has constant variance.",
    prepare({ noise: variance }) {
      checkVariance(variance);
      const a = well.coefficients;
      const smooth = smoothOf(landscapeOf(a));
      const straight = a[3] === 0 && a[4] === 0;
      return (rng) => {
        const start = zeros(1);
        start[0] = 3 * rng.uniform() - 1.5;
        return {
          dimension: 1,
          start,
          minimum: Math.min(...well.minima.map((x) => heightOf(a, x))),
          noiseVariance: Float64Array.of(variance),
          ...(straight ? { curvature: Float64Array.of(2 * a[2]) } : {}),
          watched: watched(),
          loss: (theta) => smooth.loss(theta),
          draw: normalNoise(smooth, Float64Array.of(Math.sqrt(variance))),
        };
      };
    },
  }),
);
