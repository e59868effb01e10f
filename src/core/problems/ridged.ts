import { zeros, type Vector } from "../vector.ts";
import type { Model } from "./exampleTable.ts";

/** The model with l2/2 Σ θ_i² over its first `decayed` parameters added to its loss; the model itself where l2 is 0. */
export function ridged(model: Model, l2: number, decayed = model.dimension): Model {
  if (l2 === 0) return model;
  let average: Vector | undefined;
  return {
    ...model,
    forward(theta, rows, count) {
      let sum = 0;
      for (let i = 0; i < decayed; i++) sum += theta[i] ** 2;
      return model.forward(theta, rows, count) + (l2 / 2) * sum;
    },
    gradient(theta, rows, count, out) {
      model.gradient(theta, rows, count, out);
      for (let i = 0; i < decayed; i++) out[i] += l2 * theta[i];
    },
    meanSquare(theta, rows, count, out) {
      model.meanSquare(theta, rows, count, out);
      average ??= zeros(model.dimension);
      model.gradient(theta, rows, count, average);
      // the decay adds the same l2 θ to every row's gradient
      for (let i = 0; i < decayed; i++) out[i] += 2 * l2 * theta[i] * average[i] + (l2 * theta[i]) ** 2;
    },
    hessianVector(theta, v, rows, count, out) {
      model.hessianVector(theta, v, rows, count, out);
      for (let i = 0; i < decayed; i++) out[i] += l2 * v[i];
    },
  };
}
