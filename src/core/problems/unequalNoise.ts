import type { Hyperparameter } from "../../protocol/index.ts";
import type { Rng } from "../rng.ts";
import { zeros, type Vector } from "../vector.ts";
import { normalNoise } from "./normalNoise.ts";
import { problem } from "./problem.ts";

const source = "D. McAllester, TTIC 31230 Fundamentals of Deep Learning 2020, RMSProp and Adam and Decoupled Versions";
const watched = [
  { index: 0, label: "θ₁" },
  { index: 1, label: "θ₂" },
];
const curvature = (symbol: string, label: string, meaning: string, standard: number) =>
  ({ symbol, label, meaning, default: standard, range: [0.01, 100], scale: "log" }) as const satisfies Hyperparameter;
const deviation = (i: 1 | 2, standard: number) =>
  ({
    symbol: i === 1 ? "σ₁" : "σ₂",
    label: `noise of θ${i === 1 ? "₁" : "₂"}`,
    meaning: `Standard deviation of one example's gradient along θ${i === 1 ? "₁" : "₂"}; a batch of B has that over √B.`,
    default: standard,
    range: [0.01, 10],
    scale: "log",
  }) as const satisfies Hyperparameter;

function requireNoise(sigma1: number, sigma2: number): void {
  if (!(sigma1 >= 0 && sigma2 >= 0))
    throw new Error(
      `σ₁ and σ₂ are standard deviations and cannot be negative; they were given as ${sigma1} and ${sigma2}.`,
    );
}
const startOf = (rng: Rng): Vector => Float64Array.of(3 * rng.uniform() - 1.5, 3 * rng.uniform() - 1.5);

/** L(θ) = ½ h₁θ₁² + ½ h₂θ₂²; one example's gradient has the deviations σ₁, σ₂ and the correlation ρ. */
export const unequalNoise = problem({
  name: "unequal noise",
  title: "Unequal noise",
  source,
  hyperparameters: {
    curvature1: curvature("h₁", "curvature of θ₁", "Second derivative of the loss along θ₁.", 1),
    curvature2: curvature("h₂", "curvature of θ₂", "Second derivative of the loss along θ₂.", 2),
    sigma1: deviation(1, 1),
    sigma2: deviation(2, 0.25),
    correlation: {
      symbol: "ρ",
      label: "correlation",
      meaning: "Correlation of the two noises: Σ₁₂ = ρσ₁σ₂.",
      default: 0,
      range: [-0.99, 0.99],
      scale: "linear",
    },
  },
  loss: "exact",
  watched: () => watched,
  describe: () => "Quadratic of two coordinates with unequal noise.",
  carriesOver: "Carries over where two directions differ in gradient noise and the loss is quadratic near its minimum.",
  prepare({ curvature1, curvature2, sigma1, sigma2, correlation }) {
    requireNoise(sigma1, sigma2);
    if (!(Math.abs(correlation) <= 1))
      throw new Error(`A correlation lies between −1 and 1; ρ was given as ${correlation}.`);
    const h = Float64Array.of(curvature1, curvature2);
    const s = Float64Array.of(sigma1, sigma2);
    const loss = (theta: Vector) => 0.5 * (h[0] * theta[0] ** 2 + h[1] * theta[1] ** 2);
    const product = (v: Vector, out: Vector) => {
      out[0] = h[0] * v[0];
      out[1] = h[1] * v[1];
    };
    return (rng) => {
      const draw = normalNoise({ loss, gradient: product, hessianVector: (_, v, out) => product(v, out) }, s);
      const independent = correlation === 0;
      const mixed = independent ? undefined : correlating(correlation);
      return {
        dimension: 2,
        start: startOf(rng),
        minimum: 0,
        curvature: h,
        ...(independent && { noiseVariance: s.map((x) => x * x), diagonal: { curvature: h, deviation: s } }),
        watched,
        loss,
        draw: mixed ? (z, batchSize) => draw(mixed(z), batchSize) : draw,
      };
    };
  },
});

/** L(θ) = ½ h θ₁² + ¼ b θ₂⁴, noises independent. */
export const unequalNoiseQuartic = problem({
  name: "unequal noise, quartic",
  title: "Unequal noise, quartic",
  source,
  hyperparameters: {
    curvature1: curvature("h", "curvature of θ₁", "Second derivative of the loss along θ₁.", 1),
    quartic2: curvature("b", "quartic of θ₂", "The loss along θ₂ is bθ₂⁴/4.", 1),
    sigma1: deviation(1, 1),
    sigma2: deviation(2, 0.25),
  },
  loss: "exact",
  watched: () => watched,
  describe: () => "Quadratic along θ₁, quartic along θ₂, unequal noise.",
  carriesOver: "Carries over where two directions differ in gradient noise and one of them is flat at its bottom.",
  prepare({ curvature1: h, quartic2: b, sigma1, sigma2 }) {
    requireNoise(sigma1, sigma2);
    const s = Float64Array.of(sigma1, sigma2);
    const loss = ([x, y]: Vector) => 0.5 * h * x * x + 0.25 * b * y * y * y * y;
    const gradient = ([x, y]: Vector, out: Vector) => {
      out[0] = h * x;
      out[1] = b * y * y * y;
    };
    const hessianVector = ([, y]: Vector, v: Vector, out: Vector) => {
      out[0] = h * v[0];
      out[1] = 3 * b * y * y * v[1];
    };
    return (rng) => ({
      dimension: 2,
      start: startOf(rng),
      minimum: 0,
      noiseVariance: s.map((x) => x * x),
      watched,
      loss,
      draw: normalNoise({ loss, gradient, hessianVector }, s),
    });
  },
});

/** A stream whose pairs of normals have the correlation ρ. */
function correlating(rho: number): (z: Rng) => Rng {
  const rest = Math.sqrt(1 - rho * rho);
  const own = zeros(2);
  let under: Rng | undefined;
  let over: Rng | undefined;
  return (z) => {
    if (over && under === z) return over;
    under = z;
    return (over = {
      split: (label, index) => z.split(label, index),
      uniform: () => z.uniform(),
      integer: (n) => z.integer(n),
      normal: () => z.normal(),
      normals(out) {
        z.normals(own);
        out[0] = own[0];
        out[1] = rho * own[0] + rest * own[1];
      },
      lanes: () => undefined,
    });
  };
}
