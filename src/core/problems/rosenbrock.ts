import { exactGradient } from "./exactGradient.ts";
import { numberOf, vectorOf } from "./given.ts";
import { problemByData } from "./byData.ts";
import { coordinates } from "./gradients.ts";

/** L(θ) = Σ_i b (θ_{i+1} − θ_i²)² + (a − θ_i)², i from 1 to d − 1. */
export const rosenbrock = problemByData({
  name: "rosenbrock",
  title: "Rosenbrock's valley",
  source: "Rosenbrock 1960, An Automatic Method for Finding the Greatest or Least Value of a Function",
  hyperparameters: {
    a: { symbol: "a", label: "place", meaning: "Where the valley ends.", default: 1, range: [-2, 2], scale: "linear" },
    b: {
      symbol: "b",
      label: "walls",
      meaning: "How steep its walls are.",
      default: 100,
      range: [1, 1000],
      scale: "log",
    },
  },
  loss: "exact",
  suggested: { seeds: 1 },
  watched: (_, given) => coordinates(Array.isArray(given?.start) ? given.start.length : 2),
  describe: () => "Rosenbrock's valley, without noise.",
  carriesOver: "Carries over to a long curved valley, followed without noise.",
  prepare(values, { given }) {
    const start = given?.start === undefined ? Float64Array.of(-1.2, 1) : vectorOf("rosenbrock", given, "start");
    const d = start.length;
    if (d < 2) throw new Error('"start" of the problem "rosenbrock" needs two numbers or more.');
    const a = numberOf("rosenbrock", given, "a", values.a);
    const b = numberOf("rosenbrock", given, "b", values.b);
    const loss = (theta: Float64Array) => {
      let sum = 0;
      for (let i = 0; i + 1 < d; i++) sum += b * (theta[i + 1] - theta[i] ** 2) ** 2 + (a - theta[i]) ** 2;
      return sum;
    };
    const gradient = (theta: Float64Array, out: Float64Array) => {
      out.fill(0);
      for (let i = 0; i + 1 < d; i++) {
        const rise = theta[i + 1] - theta[i] ** 2;
        out[i] += -4 * b * theta[i] * rise - 2 * (a - theta[i]);
        out[i + 1] += 2 * b * rise;
      }
    };
    // of one term, with x = θ_i and y = θ_{i+1}: ∂xx = 12bx² − 4by + 2, ∂xy = −4bx, ∂yy = 2b
    const hessianVector = (theta: Float64Array, v: Float64Array, out: Float64Array) => {
      out.fill(0);
      for (let i = 0; i + 1 < d; i++) {
        const x = theta[i];
        out[i] += (12 * b * x * x - 4 * b * theta[i + 1] + 2) * v[i] - 4 * b * x * v[i + 1];
        out[i + 1] += 2 * b * (v[i + 1] - 2 * x * v[i]);
      }
    };
    // θ_i = a^(2^(i−1)) makes every term but the last places' (a − θ_i)² vanish; only a = 1 or d = 2 reach zero.
    const minimum = a === 1 || d === 2 ? { minimum: 0 } : {};
    return () => ({
      dimension: d,
      start,
      ...minimum,
      watched: coordinates(d),
      loss,
      draw: exactGradient(d, { loss, gradient, hessianVector }),
    });
  },
});
