import { exp, log } from "../kernels/elementary.ts";
import { zeros, type Vector } from "../vector.ts";
import { drawExamples } from "./examples.ts";
import { vectorOf } from "./given.ts";
import { linearRows, namedColumns } from "./linearRows.ts";
import { problem, type Examples, type Problem } from "./problem.ts";

const name = "logistic";
const wishes = { file: "breast_cancer.csv", features: [0, 1, 7], standardiseTarget: false, intercept: true } as const;

/** L(θ) = mean of ln(1 + exp(−s xᵀθ)) + ½ l₂|θ|² over the rows of a table, s = ±1 as the target is above 0 or not. */
export const logisticData = problem({
  name,
  title: "Logistic regression on data",
  source:
    "Breast Cancer Wisconsin (Diagnostic), W. Wolberg, O. Mangasarian, N. Street and W. Street 1995, UCI Machine Learning Repository, CC BY 4.0; or any CSV file",
  hyperparameters: {
    l2: {
      symbol: "l₂",
      label: "ridge",
      meaning: "Adds ½ l₂|θ|² to the loss of every example, the intercept's share included.",
      default: 0.05,
      range: [0, 1],
      scale: "linear",
    },
  },
  dataset: "breast_cancer.csv",
  loss: "exact",
  watched: (_, given) => namedColumns(given, ["mean_radius", "mean_texture", "mean_concave_points"]),
  describe: (_, data) =>
    data?.given
      ? "Logistic regression on the given rows."
      : "Logistic regression, 569 tumours, three columns and an intercept.",
  carriesOver: "Carries over to a convex last layer trained on batches drawn with replacement.",
  prepare({ l2 }, data) {
    if (!(l2 >= 0)) throw new Error(`The ridge l₂ of "${name}" cannot be ${l2}; it must be 0 or more.`);
    const { count, d, X, y, from } = linearRows(name, data, wishes);
    const wrong = y.findIndex((k) => k !== 0 && k !== 1 && k !== -1);
    if (wrong >= 0)
      throw new Error(
        `The target of "${name}" must be 0 and 1 (or −1 and 1); row ${wrong + 1} of ${from} has ${y[wrong]}.`,
      );
    const sign = y.map((k) => (k > 0 ? 1 : -1));
    const margin = (theta: Vector, row: number) => {
      let sum = 0;
      for (let i = 0, x = row * d; i < d; i++, x++) sum += X[x] * theta[i];
      return sign[row] * sum;
    };
    const square = (theta: Vector) => {
      let sum = 0;
      for (let i = 0; i < d; i++) sum += theta[i] * theta[i];
      return sum;
    };
    const lossAt = (m: number) => log(1 + exp(-Math.abs(m))) + Math.max(0, -m); // of a margin; nothing overflows
    /** σ(−m): how wrong an example still is. */
    const wrongness = (m: number) => {
      const small = exp(-Math.abs(m));
      return (m > 0 ? small : 1) / (1 + small);
    };
    const examples: Examples = {
      count,
      loss: (theta, row) => lossAt(margin(theta, row)) + 0.5 * l2 * square(theta),
      gradient(theta, row, out) {
        const weight = -sign[row] * wrongness(margin(theta, row));
        for (let i = 0, x = row * d; i < d; i++, x++) out[i] = weight * X[x] + l2 * theta[i];
      },
      addHessianVector(theta, row, v, weight, out) {
        const p = wrongness(margin(theta, row));
        let along = 0;
        for (let i = 0, x = row * d; i < d; i++, x++) along += X[x] * v[i];
        for (let i = 0, x = row * d; i < d; i++, x++) out[i] += weight * (p * (1 - p) * along * X[x] + l2 * v[i]);
      },
    };
    const loss = (theta: Vector) => {
      let sum = 0;
      for (let row = 0; row < count; row++) sum += lossAt(margin(theta, row));
      return sum / count + 0.5 * l2 * square(theta);
    };
    const start = data.given?.["start"] === undefined ? zeros(d) : vectorOf(name, data.given, "start", d);
    return () => ({
      dimension: d,
      start,
      watched: namedColumns(data.given, ["mean_radius", "mean_texture", "mean_concave_points"]).slice(0, d),
      examples,
      loss,
      draw: drawExamples(d, examples),
    });
  },
}) satisfies Problem;
