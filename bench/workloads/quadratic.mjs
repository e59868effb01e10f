// The quadratic of W2 and W3: ½ Σ aᵢ xᵢ² with aᵢ = 10^(−2i/(d−1)), gradients with a noise of deviation 0.1, from 1.

export const adam = {
  framework: "torch",
  optimizer: "Adam",
  groups: [{ name: "all", values: { learningRate: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0 } }],
};
const deviation = 0.1;

export const curvatureOf = (d) => Float64Array.from({ length: d }, (_, i) => 10 ** ((-2 * i) / Math.max(1, d - 1)));

export function lossOf(curvature, theta) {
  let sum = 0;
  for (let i = 0; i < theta.length; i++) sum += curvature[i] * theta[i] * theta[i];
  return sum / 2;
}
/** As a problem of core makes its objectives; what they share is made once. */
export function maker(curvature, normalNoise) {
  const d = curvature.length;
  const loss = (theta) => lossOf(curvature, theta);
  const gradient = (theta, out) => {
    for (let i = 0; i < d; i++) out[i] = curvature[i] * theta[i];
  };
  const hessianVector = (_theta, v, out) => gradient(v, out);
  const noise = new Float64Array(d).fill(deviation);
  const common = {
    dimension: d,
    start: new Float64Array(d).fill(1),
    minimum: 0,
    curvature,
    diagonal: { curvature, deviation: noise },
    noiseVariance: noise.map((s) => s * s),
    watched: [],
    loss,
  };
  return () => ({ ...common, draw: normalNoise({ loss, gradient, hessianVector }, noise) });
}
/** A run on it, as the engine takes it. */
export const planOf = (d, steps, normalNoise) => {
  const make = maker(curvatureOf(d), normalNoise);
  return { configuration: adam, make, run: { steps, stepsPerEpoch: steps, batchSize: 1 } };
};
