import { solve } from "../matrix.ts";
import { zeros, type Vector } from "../vector.ts";
import { drawExamples, wholeHessian } from "./examples.ts";
import { vectorOf } from "./given.ts";
import { linearRows, namedColumns } from "./linearRows.ts";
import { problem, type Examples, type Problem } from "./problem.ts";

const name = "least squares";
const wishes = { file: "diabetes.csv", features: [2, 3, 8], standardiseTarget: true, intercept: false } as const;

/** L(θ) = mean of ½(xᵀθ − y)² + ½ρ|θ|² over the rows of a table; a draw is of rows, with replacement. */
export const leastSquares = problem({
  name,
  title: "Least squares on data",
  source:
    "Efron, Hastie, Johnstone and Tibshirani 2004, Least Angle Regression, Ann. Stat. 32:407 (the diabetes data); or any CSV file",
  hyperparameters: {
    ridge: {
      symbol: "ρ",
      label: "ridge",
      meaning: "Adds ½ρ|θ|² to the loss of every example.",
      default: 0,
      range: [0, 1],
      scale: "linear",
    },
  },
  dataset: "diabetes.csv",
  loss: "exact",
  watched: (_, given) => namedColumns(given, ["bmi", "bp", "s5"]),
  describe: (_, data) =>
    data?.given ? "Least squares on the given rows." : "Least squares, 442 patients with diabetes, three columns.",
  carriesOver: "Carries over to the last linear layer of a network, trained on batches drawn with replacement.",
  prepare({ ridge }, data) {
    if (!(ridge >= 0)) throw new Error(`The ridge ρ of "${name}" cannot be ${ridge}; it must be 0 or more.`);
    const { count, d, X, y } = linearRows(name, data, wishes);
    const residual = (theta: Vector, row: number) => {
      let sum = -y[row];
      for (let i = 0, x = row * d; i < d; i++, x++) sum += X[x] * theta[i];
      return sum;
    };
    const examples: Examples = {
      count,
      loss(theta, row) {
        let square = 0;
        for (let i = 0; i < d; i++) square += theta[i] * theta[i];
        const r = residual(theta, row);
        return 0.5 * (r * r + ridge * square);
      },
      gradient(theta, row, out) {
        const r = residual(theta, row);
        for (let i = 0, x = row * d; i < d; i++, x++) out[i] = r * X[x] + ridge * theta[i];
      },
      addHessianVector(_theta, row, v, weight, out) {
        let along = 0;
        for (let i = 0, x = row * d; i < d; i++, x++) along += X[x] * v[i];
        for (let i = 0, x = row * d; i < d; i++, x++) out[i] += weight * (along * X[x] + ridge * v[i]);
      },
      squares: { X, y, ridge },
    };
    const loss = (theta: Vector) => {
      let sum = 0;
      let square = 0;
      for (let row = 0; row < count; row++) sum += residual(theta, row) ** 2;
      for (let i = 0; i < d; i++) square += theta[i] * theta[i];
      return 0.5 * (sum / count + ridge * square);
    };
    const start = data.given?.["start"] === undefined ? zeros(d) : vectorOf(name, data.given, "start", d);
    const best = leastOf(examples, d);
    const minimum = best ? loss(best) : undefined;
    return () => ({
      dimension: d,
      start,
      ...(minimum !== undefined && { minimum }),
      watched: namedColumns(data.given, ["bmi", "bp", "s5"]).slice(0, d),
      examples,
      loss,
      draw: drawExamples(d, examples),
    });
  },
}) satisfies Problem;

/** Where the mean loss is least: H θ = −∇L(0); undefined where H is singular. */
function leastOf(examples: Examples, d: number): Vector | undefined {
  const H = zeros(d * d);
  wholeHessian(examples, zeros(d), H);
  const c = zeros(d);
  const one = zeros(d);
  for (let row = 0; row < examples.count; row++) {
    examples.gradient(zeros(d), row, one);
    for (let i = 0; i < d; i++) c[i] -= one[i] / examples.count;
  }
  return solve(H, c, d, 1) ? c : undefined;
}
