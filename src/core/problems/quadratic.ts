import { zeros } from "../vector.ts";
import { exactGradient } from "./exactGradient.ts";
import { matrixOf, vectorOf } from "./given.ts";
import { problemByData } from "./byData.ts";
import { coordinates } from "./gradients.ts";

/** L(θ) = ½ (θ − c)ᵀ A (θ − c) with A given as rows, or its diagonal as a list of numbers. */
export const quadratic = problemByData({
  name: "quadratic",
  title: "A quadratic by its Hessian",
  source: "Given by the experiment file: the Hessian A (or its diagonal), the minimum c, the start.",
  hyperparameters: {},
  loss: "exact",
  suggested: { seeds: 1 },
  watched: (_, given) => coordinates(Array.isArray(given?.start) ? given.start.length : 0),
  describe: (_, data) => {
    const start = data?.given?.start;
    return `Quadratic by its Hessian, ${Array.isArray(start) ? start.length : 0} coordinates, without noise.`;
  },
  carriesOver: "Carries over to the neighbourhood of a minimum with this Hessian, where noise is small.",
  prepare(_, { given }) {
    const start = vectorOf("quadratic", given, "start");
    const d = start.length;
    const listed: unknown = given?.A;
    const diagonal = Array.isArray(listed) && listed.every((entry) => typeof entry === "number");
    const A = diagonal
      ? diagonalMatrix(vectorOf("quadratic", given, "A", d))
      : matrixOf("quadratic", given, "A", { rows: d, columns: d }).values;
    for (let i = 0; i < d; i++)
      for (let j = 0; j < i; j++)
        if (Math.abs(A[i * d + j] - A[j * d + i]) > 1e-9 * (Math.abs(A[i * d + j]) + Math.abs(A[j * d + i])))
          throw new Error(
            `"A" of the problem "quadratic" must be symmetric; rows ${j + 1} and ${i + 1} disagree where they cross.`,
          );
    const c = given?.c === undefined ? zeros(d) : vectorOf("quadratic", given, "c", d);
    const gradient = (theta: Float64Array, out: Float64Array) => {
      for (let i = 0; i < d; i++) {
        let sum = 0;
        for (let j = 0; j < d; j++) sum += A[i * d + j] * (theta[j] - c[j]);
        out[i] = sum;
      }
    };
    const hessianVector = (_theta: Float64Array, v: Float64Array, out: Float64Array) => {
      for (let i = 0; i < d; i++) {
        let sum = 0;
        for (let j = 0; j < d; j++) sum += A[i * d + j] * v[j];
        out[i] = sum;
      }
    };
    const curvature = A.every((x, k) => x === 0 || k % (d + 1) === 0)
      ? Float64Array.from({ length: d }, (__, i) => A[i * (d + 1)])
      : undefined;
    return () => {
      const g = zeros(d);
      const loss = (theta: Float64Array) => {
        gradient(theta, g);
        let sum = 0;
        for (let i = 0; i < d; i++) sum += g[i] * (theta[i] - c[i]);
        return sum / 2;
      };
      const draw = exactGradient(d, { loss, gradient, hessianVector });
      return { dimension: d, start, minimum: 0, ...(curvature && { curvature }), watched: coordinates(d), loss, draw };
    };
  },
});

function diagonalMatrix(entries: Float64Array): Float64Array {
  const d = entries.length;
  const matrix = zeros(d * d);
  for (let i = 0; i < d; i++) matrix[i * (d + 1)] = entries[i];
  return matrix;
}
