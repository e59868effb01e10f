import { bend, slope, type Activation, type Layer } from "../kernels/layers.ts";
import type { Vector } from "../vector.ts";

// One dense layer z = xW + b, a row at a time, as Hessian-vector products need it. Numbers of a row stand in a vector from an
// offset on (x0, d0 …), so that nothing is copied or allocated.

/** z = xW + b. */
export function affineRow(layer: Layer, theta: Vector, x: Vector, x0: number, z: Vector): void {
  const { outputs, biases, end } = layer;
  for (let k = 0; k < outputs; k++) z[k] = biases < end ? theta[biases + k] : 0;
  add(layer, theta, x, x0, z);
}

/** z += xW. */
export function add(layer: Layer, theta: Vector, x: Vector, x0: number, z: Vector): void {
  const { inputs, outputs, weights } = layer;
  for (let i = 0; i < inputs; i++) {
    const one = x[x0 + i];
    const w = weights + i * outputs;
    for (let k = 0; k < outputs; k++) z[k] += one * theta[w + k];
  }
}

/** out += (xᵀδ, δ): the gradient by W and b of one row with ∂loss/∂z = δ. */
export function addOuter(layer: Layer, x: Vector, x0: number, delta: Vector, d0: number, out: Vector): void {
  const { inputs, outputs, weights, biases, end } = layer;
  for (let i = 0; i < inputs; i++) {
    const one = x[x0 + i];
    if (one === 0) continue; // a third of the digits' pixels
    const w = weights + i * outputs;
    for (let k = 0; k < outputs; k++) out[w + k] += one * delta[d0 + k];
  }
  for (let k = biases; k < end; k++) out[k] += delta[d0 + k - biases];
}

/** out += xᵀδ by W alone. */
export function addOuterWeights(layer: Layer, x: Vector, delta: Vector, d0: number, out: Vector): void {
  const { inputs, outputs, weights } = layer;
  for (let i = 0; i < inputs; i++) {
    const w = weights + i * outputs;
    for (let k = 0; k < outputs; k++) out[w + k] += x[i] * delta[d0 + k];
  }
}

/** ∂loss/∂z of the layer below, whose outputs are a = f(z): (Wδ) ⊙ f′(z), written into `below`. */
export function backwards(
  layer: Layer,
  activation: Activation,
  theta: Vector,
  delta: Vector,
  d0: number,
  a: Vector,
  a0: number,
  below: Vector,
): void {
  const { inputs, outputs, weights } = layer;
  const steep = slope[activation];
  for (let j = 0; j < inputs; j++) {
    let sum = 0;
    const w = weights + j * outputs;
    for (let k = 0; k < outputs; k++) sum += theta[w + k] * delta[d0 + k];
    below[j] = sum * steep(a[a0 + j]);
  }
}

/**
 * The derivative of `backwards` where θ moves along v, δ by `change` and a by `t`:
 * (Vδ + W change) ⊙ f′(z) + (Wδ) ⊙ f″(z) dz, written into `below`.
 */
export function backTangent(
  layer: Layer,
  activation: Activation,
  theta: Vector,
  v: Vector,
  delta: Vector,
  d0: number,
  change: Vector,
  a: Vector,
  a0: number,
  t: Vector,
  below: Vector,
): void {
  const { inputs, outputs, weights } = layer;
  const steep = slope[activation];
  const bent = bend[activation];
  for (let j = 0; j < inputs; j++) {
    let sum = 0;
    let moved = 0;
    const w = weights + j * outputs;
    for (let k = 0; k < outputs; k++) {
      sum += theta[w + k] * delta[d0 + k];
      moved += v[w + k] * delta[d0 + k] + theta[w + k] * change[k];
    }
    below[j] = moved * steep(a[a0 + j]) + sum * bent(a[a0 + j], t[j]);
  }
}
