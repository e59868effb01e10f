import type { Vector } from "../vector.ts";

// One dense layer z = xW + b of a network whose parameters are one vector θ, a row at a time. Numbers of a row stand in a
// vector from an offset on (x0, d0 …), so that nothing is copied or allocated.

/** θ holds W (inputs × outputs, row-major) from `weights`, b from `biases`; the next layer begins at `end`. */
export interface Layer {
  readonly inputs: number;
  readonly outputs: number;
  readonly weights: number;
  readonly biases: number;
  readonly end: number;
}

/** The layers between these sizes, one after the other in θ. */
export function layersOf(sizes: readonly number[]): Layer[] {
  let weights = 0;
  return sizes.slice(1).map((outputs, l) => {
    const inputs = sizes[l];
    const biases = weights + inputs * outputs;
    const layer = { inputs, outputs, weights, biases, end: biases + outputs };
    weights = layer.end;
    return layer;
  });
}

/** z = xW + b, written into z from z0 on. */
export function affine(layer: Layer, theta: Vector, x: Vector, x0: number, z: Vector, z0: number): void {
  const { inputs, outputs, weights, biases } = layer;
  for (let k = 0; k < outputs; k++) z[z0 + k] = theta[biases + k];
  for (let i = 0; i < inputs; i++) {
    const one = x[x0 + i];
    if (one === 0) continue; // a third of the digits' pixels
    const w = weights + i * outputs;
    for (let k = 0; k < outputs; k++) z[z0 + k] += one * theta[w + k];
  }
}

/** z += xW. */
export function add(layer: Layer, theta: Vector, x: Vector, z: Vector): void {
  const { inputs, outputs, weights } = layer;
  for (let i = 0; i < inputs; i++) {
    const w = weights + i * outputs;
    for (let k = 0; k < outputs; k++) z[k] += x[i] * theta[w + k];
  }
}

/** out += (xᵀδ, δ): the gradient by W and b of one row with ∂loss/∂z = δ. */
export function outer(layer: Layer, x: Vector, x0: number, delta: Vector, d0: number, out: Vector): void {
  const { inputs, outputs, weights, biases } = layer;
  for (let i = 0; i < inputs; i++) {
    const one = x[x0 + i];
    if (one === 0) continue;
    const w = weights + i * outputs;
    for (let k = 0; k < outputs; k++) out[w + k] += one * delta[d0 + k];
  }
  for (let k = 0; k < outputs; k++) out[biases + k] += delta[d0 + k];
}

/** out += the squares of what `outer` adds. */
export function outerSquare(layer: Layer, x: Vector, x0: number, delta: Vector, d0: number, out: Vector): void {
  const { inputs, outputs, weights, biases } = layer;
  for (let i = 0; i < inputs; i++) {
    const one = x[x0 + i] ** 2;
    if (one === 0) continue;
    const w = weights + i * outputs;
    for (let k = 0; k < outputs; k++) out[w + k] += one * delta[d0 + k] ** 2;
  }
  for (let k = 0; k < outputs; k++) out[biases + k] += delta[d0 + k] ** 2;
}

/** out += xᵀδ by W alone. */
export function outerWeights(layer: Layer, x: Vector, delta: Vector, d0: number, out: Vector): void {
  const { inputs, outputs, weights } = layer;
  for (let i = 0; i < inputs; i++) {
    const w = weights + i * outputs;
    for (let k = 0; k < outputs; k++) out[w + k] += x[i] * delta[d0 + k];
  }
}

/** ∂loss/∂z of the layer below, whose outputs are a = tanh z: (Wδ) ⊙ (1 − a²), written into `below`. */
export function backwards(
  layer: Layer,
  theta: Vector,
  delta: Vector,
  d0: number,
  a: Vector,
  a0: number,
  below: Vector,
): void {
  const { inputs, outputs, weights } = layer;
  for (let j = 0; j < inputs; j++) {
    let sum = 0;
    const w = weights + j * outputs;
    for (let k = 0; k < outputs; k++) sum += theta[w + k] * delta[d0 + k];
    below[j] = sum * (1 - a[a0 + j] ** 2);
  }
}

/**
 * The derivative of `backwards` where θ moves along v, δ by `change` and a by `t`:
 * (Vδ + W change) ⊙ (1 − a²) − 2 (Wδ) ⊙ a ⊙ t, written into `below`.
 */
export function backTangent(
  layer: Layer,
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
  for (let j = 0; j < inputs; j++) {
    let sum = 0;
    let moved = 0;
    const w = weights + j * outputs;
    for (let k = 0; k < outputs; k++) {
      sum += theta[w + k] * delta[d0 + k];
      moved += v[w + k] * delta[d0 + k] + theta[w + k] * change[k];
    }
    below[j] = moved * (1 - a[a0 + j] ** 2) - 2 * sum * a[a0 + j] * t[j];
  }
}
