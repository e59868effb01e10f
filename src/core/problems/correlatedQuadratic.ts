import { zeros, type Vector } from "../vector.ts";
import { problem } from "./problem.ts";

const entry = (symbol: string, label: string, meaning: string, value: number, least: number) =>
  ({ symbol, label, meaning, default: value, range: [least, 4], scale: "linear" }) as const;

/** L(θ) = ½ θᵀHθ of two coordinates, with normal gradient noise of covariance Σ. */
export const correlatedQuadratic = problem({
  name: "correlated quadratic",
  title: "Quadratic, correlated noise",
  source:
    "Mandt, Hoffman and Blei 2017, Stochastic Gradient Descent as Approximate Bayesian Inference, arXiv:1704.04289",
  hyperparameters: {
    h11: entry("h₁₁", "curvature of θ₁", "H's first entry on the diagonal.", 2, 0.01),
    h12: entry("h₁₂", "coupling of curvature", "H's entry off the diagonal.", 0.5, -2),
    h22: entry("h₂₂", "curvature of θ₂", "H's second entry on the diagonal.", 1, 0.01),
    s11: entry("σ₁₁", "noise of θ₁", "Variance of the first coordinate of one example's gradient.", 1, 0),
    s12: entry("σ₁₂", "covariance of noise", "Σ's entry off the diagonal.", 0.3, -2),
    s22: entry("σ₂₂", "noise of θ₂", "Variance of the second coordinate of one example's gradient.", 0.5, 0),
  },
  loss: "exact",
  watched: () => [
    { index: 0, label: "θ₁" },
    { index: 1, label: "θ₂" },
  ],
  describe: () => "Quadratic of two coordinates, correlated noise.",
  carriesOver: "Carries over to the neighbourhood of a minimum, with this Hessian and this covariance of gradients.",
  prepare({ h11, h12, h22, s11, s12, s22 }) {
    if (!(h11 > 0 && h11 * h22 > h12 * h12))
      throw new Error(`The Hessian [[${h11}, ${h12}], [${h12}, ${h22}]] has no minimum: it must be positive definite.`);
    if (!(s11 >= 0 && s22 >= 0 && s11 * s22 >= s12 * s12))
      throw new Error(`[[${s11}, ${s12}], [${s12}, ${s22}]] is no covariance: σ₁₂² may not exceed σ₁₁σ₂₂.`);
    const H = Float64Array.of(h11, h12, h12, h22);
    const covariance = Float64Array.of(s11, s12, s12, s22);
    // Cholesky's factor of Σ, which may be singular.
    const a = Math.sqrt(s11);
    const b = a > 0 ? s12 / a : 0;
    const c = Math.sqrt(Math.max(0, s22 - b * b));
    const gradient = (theta: Vector, out: Vector) => {
      out[0] = h11 * theta[0] + h12 * theta[1];
      out[1] = h12 * theta[0] + h22 * theta[1];
    };
    return (rng) => {
      const start = zeros(2);
      rng.normals(start);
      const z = zeros(2);
      const noise = zeros(2);
      const mean = zeros(2);
      let batchSize = 1;
      const loss = (theta: Vector) =>
        0.5 * (h11 * theta[0] * theta[0] + 2 * h12 * theta[0] * theta[1] + h22 * theta[1] * theta[1]);
      const held = {
        mean,
        // E ĝ_b² about its own mean is Σ's diagonal; a batch's spread is not drawn but taken at its mean.
        get meanSquare() {
          const rest = (batchSize - 1) / batchSize;
          return Float64Array.of(mean[0] ** 2 + rest * s11, mean[1] ** 2 + rest * s22);
        },
      };
      const batch = {
        loss: (theta: Vector) => loss(theta) + noise[0] * theta[0] + noise[1] * theta[1],
        gradient(theta: Vector) {
          gradient(theta, mean);
          mean[0] += noise[0];
          mean[1] += noise[1];
          return held;
        },
        hessianVector(_theta: Vector, v: Vector, out: Vector) {
          gradient(v, out);
          return out;
        },
      };
      return {
        dimension: 2,
        start,
        minimum: 0,
        matrices: { H, covariance },
        watched: [
          { index: 0, label: "θ₁" },
          { index: 1, label: "θ₂" },
        ],
        loss,
        draw(stream, size) {
          batchSize = size;
          stream.normals(z);
          const share = 1 / Math.sqrt(size);
          noise[0] = share * a * z[0];
          noise[1] = share * (b * z[0] + c * z[1]);
          return batch;
        },
      };
    };
  },
});
