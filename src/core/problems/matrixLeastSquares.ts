import { zeros } from "../vector.ts";
import { exactGradient } from "./exactGradient.ts";
import { matrixOf, vectorOf } from "./given.ts";
import { problemByData } from "./byData.ts";
import { coordinates } from "./gradients.ts";

/** L(W) = |XW − Y|² / (2m) with m rows; θ is W, row-major. Every draw is all rows. */
export const matrixLeastSquares = problemByData({
  name: "matrix least squares",
  title: "Least squares with a matrix",
  source: "Given by the experiment file: inputs X, targets Y, the start.",
  hyperparameters: {},
  loss: "exact",
  suggested: { seeds: 1 },
  watched: (_, given) => coordinates(Array.isArray(given?.start) ? given.start.length : 0),
  describe: () => "Least squares on the given rows, all of them in every step.",
  carriesOver: "Carries over to the last linear layer of a network, trained on all rows at once.",
  prepare(_, { given }) {
    const X = matrixOf("matrix least squares", given, "X");
    const Y = matrixOf("matrix least squares", given, "Y", { rows: X.rows });
    const m = X.rows;
    const inputs = X.columns;
    const outputs = Y.columns;
    const d = inputs * outputs;
    const start = given?.start === undefined ? zeros(d) : vectorOf("matrix least squares", given, "start", d);
    return () => {
      const residual = zeros(outputs);
      const residuals = (theta: Float64Array, row: number) => {
        for (let k = 0; k < outputs; k++) residual[k] = -Y.values[row * outputs + k];
        for (let i = 0; i < inputs; i++) {
          const x = X.values[row * inputs + i];
          for (let k = 0; k < outputs; k++) residual[k] += x * theta[i * outputs + k];
        }
      };
      const loss = (theta: Float64Array) => {
        let sum = 0;
        for (let row = 0; row < m; row++) {
          residuals(theta, row);
          for (let k = 0; k < outputs; k++) sum += residual[k] ** 2;
        }
        return sum / (2 * m);
      };
      /** Adds up each row's gradient to the given power, over m. */
      const moment = (power: 1 | 2) => (theta: Float64Array, out: Float64Array) => {
        out.fill(0);
        for (let row = 0; row < m; row++) {
          residuals(theta, row);
          for (let i = 0; i < inputs; i++)
            for (let k = 0; k < outputs; k++)
              out[i * outputs + k] += (X.values[row * inputs + i] * residual[k]) ** power / m;
        }
      };
      const hessianVector = (_theta: Float64Array, v: Float64Array, out: Float64Array) => {
        out.fill(0);
        for (let row = 0; row < m; row++) {
          const x = X.values.subarray(row * inputs, (row + 1) * inputs);
          for (let k = 0; k < outputs; k++) {
            let sum = 0;
            for (let i = 0; i < inputs; i++) sum += x[i] * v[i * outputs + k];
            sum /= m;
            for (let i = 0; i < inputs; i++) out[i * outputs + k] += x[i] * sum;
          }
        }
      };
      return {
        dimension: d,
        start,
        shapes: [[inputs, outputs]],
        watched: coordinates(d),
        loss,
        draw: exactGradient(d, { loss, gradient: moment(1), meanSquare: moment(2), hessianVector }),
      };
    };
  },
});
