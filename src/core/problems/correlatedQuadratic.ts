import { zeros, type Vector } from "../vector.ts";
import { symmetricEigen } from "../matrix.ts";
import { matrixOf } from "./given.ts";
import { problem, type ProblemData } from "./problem.ts";

const entry = (symbol: string, label: string, meaning: string, value: number, least: number) =>
  ({ symbol, label, meaning, default: value, range: [least, 4], scale: "linear" }) as const;

/** L(θ) = ½ θᵀHθ with normal gradient noise of covariance Σ: of two coordinates, or as `H` and `Sigma` of an experiment file. */
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
  watched: (_, given) => watchedOf(Array.isArray(given?.["H"]) ? given["H"].length : 2),
  describe: (_, data) =>
    Array.isArray(data?.given?.["H"])
      ? `Quadratic of ${data.given["H"].length} coordinates, correlated noise.`
      : "Quadratic of two coordinates, correlated noise.",
  carriesOver: "Carries over to the neighbourhood of a minimum, with this Hessian and this covariance of gradients.",
  prepare({ h11, h12, h22, s11, s12, s22 }, { given }) {
    const own = given?.["H"] ?? given?.["Sigma"];
    const { H, covariance, d } = own ? matricesOf(given) : { ...pairOf(h11, h12, h22, s11, s12, s22), d: 2 };
    const factor = choleskyOf(covariance, d);
    const gradient = (theta: Vector, out: Vector) => {
      for (let i = 0; i < d; i++) {
        let sum = 0;
        for (let j = 0; j < d; j++) sum += H[i * d + j] * theta[j];
        out[i] = sum;
      }
    };
    return (rng) => {
      const start = zeros(d);
      rng.normals(start);
      const [z, noise, mean, along] = [zeros(d), zeros(d), zeros(d), zeros(d)];
      let batchSize = 1;
      const loss = (theta: Vector) => {
        gradient(theta, along);
        let sum = 0;
        for (let i = 0; i < d; i++) sum += theta[i] * along[i];
        return 0.5 * sum;
      };
      const held = {
        mean,
        // E ĝ_b² about its own mean is Σ's diagonal; a batch's spread is not drawn but taken at its mean.
        get meanSquare() {
          const rest = (batchSize - 1) / batchSize;
          return mean.map((m, i) => m * m + rest * covariance[i * (d + 1)]);
        },
      };
      const batch = {
        loss(theta: Vector) {
          let sum = loss(theta);
          for (let i = 0; i < d; i++) sum += noise[i] * theta[i];
          return sum;
        },
        gradient(theta: Vector) {
          gradient(theta, mean);
          for (let i = 0; i < d; i++) mean[i] += noise[i];
          return held;
        },
        hessianVector(_theta: Vector, v: Vector, out: Vector) {
          gradient(v, out);
          return out;
        },
      };
      return {
        dimension: d,
        start,
        minimum: 0,
        matrices: { H, covariance },
        watched: watchedOf(d),
        loss,
        draw(stream, size) {
          batchSize = size;
          stream.normals(z);
          const share = 1 / Math.sqrt(size);
          for (let i = 0; i < d; i++) {
            let sum = 0;
            for (let j = 0; j <= i; j++) sum += factor[i * d + j] * z[j];
            noise[i] = share * sum;
          }
          return batch;
        },
      };
    };
  },
});

function pairOf(h11: number, h12: number, h22: number, s11: number, s12: number, s22: number) {
  if (!(h11 > 0 && h11 * h22 > h12 * h12))
    throw new Error(`The Hessian [[${h11}, ${h12}], [${h12}, ${h22}]] has no minimum: it must be positive definite.`);
  if (!(s11 >= 0 && s22 >= 0 && s11 * s22 >= s12 * s12))
    throw new Error(`[[${s11}, ${s12}], [${s12}, ${s22}]] is no covariance: σ₁₂² may not exceed σ₁₁σ₂₂.`);
  return { H: Float64Array.of(h11, h12, h12, h22), covariance: Float64Array.of(s11, s12, s12, s22) };
}

/** H and Σ of any dimension, as an experiment file gives them. */
function matricesOf(given: ProblemData["given"]) {
  const name = "correlated quadratic";
  const { rows: d, values: H } = matrixOf(name, given, "H");
  if (d > mostRows) throw new Error(`"H" of the problem "${name}" has ${d} rows; at most ${mostRows} are taken.`);
  const shape = { rows: d, columns: d };
  matrixOf(name, given, "H", shape);
  const { values: covariance } = matrixOf(name, given, "Sigma", shape);
  for (const [which, A] of [
    ["H", H],
    ["Sigma", covariance],
  ] as const) {
    for (let i = 0; i < d; i++)
      for (let j = 0; j < i; j++)
        if (A[i * d + j] !== A[j * d + i])
          throw new Error(`"${which}" of the problem "${name}" must be symmetric: entries ${i + 1}, ${j + 1} differ.`);
    const values = zeros(d);
    symmetricEigen(A.slice(), d, values, zeros(d * d), zeros(2 * d));
    const [least, most] = [Math.min(...values), Math.max(...values)];
    if (which === "H" && !(least > 0)) throw new Error(`"H" of the problem "${name}" must be positive definite.`);
    if (which === "Sigma" && !(least >= -1e-12 * most))
      throw new Error(`"Sigma" of the problem "${name}" is no covariance: it has a negative eigenvalue.`);
  }
  return { H, covariance, d };
}
const mostRows = 30;
const watchedOf = (d: number) =>
  Array.from({ length: Math.min(d, 3) }, (_, index) => ({ index, label: `θ${"₁₂₃"[index]}` }));

/** Cholesky's factor of Σ, which may be singular. */
function choleskyOf(A: Vector, d: number): Vector {
  const L = zeros(d * d);
  for (let i = 0; i < d; i++)
    for (let j = 0; j <= i; j++) {
      let sum = A[i * d + j];
      for (let k = 0; k < j; k++) sum -= L[i * d + k] * L[j * d + k];
      if (i === j) L[i * d + i] = Math.sqrt(Math.max(0, sum));
      else L[i * d + j] = L[j * d + j] > 0 ? sum / L[j * d + j] : 0;
    }
  return L;
}
