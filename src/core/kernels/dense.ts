import type { Vector } from "../vector.ts";
import { exp, log, tanh } from "./elementary.ts";
import type { Activation, Layer } from "./layers.ts";

// Dense layers and cross-entropy on the rows of a batch, plainly: the reference of src/kernels/dense.ts. Two outputs of four
// rows at a time, because a number that is read once then serves several sums, and no sum waits for another: three times as
// fast as a row after the other. Each sum is one output's own, in the order of the formula, so that it does not matter how
// they are grouped. The last group repeats its last row or output where there are fewer; it writes the same twice.

/** z_b = x_b W + b of the batch's rows: that of row b stands in x from places[b] on, its z in z from b · outputs on. */
export function affine(layer: Layer, theta: Vector, x: Vector, places: Int32Array, count: number, z: Vector): void {
  const { inputs, outputs, weights, biases, end } = layer;
  const fours = count - (count % 4);
  for (let b = 0; b < fours; b += 4) {
    const at0 = places[b];
    const at1 = places[b + 1];
    const at2 = places[b + 2];
    const at3 = places[b + 3];
    for (let k = 0; k < outputs; k += 2) {
      const l = Math.min(k + 1, outputs - 1);
      let s0 = biases < end ? theta[biases + k] : 0;
      let t0 = biases < end ? theta[biases + l] : 0;
      let s1 = s0;
      let t1 = t0;
      let s2 = s0;
      let t2 = t0;
      let s3 = s0;
      let t3 = t0;
      for (let i = 0, w = weights; i < inputs; i++, w += outputs) {
        const u = theta[w + k];
        const v = theta[w + l];
        const x0 = x[at0 + i];
        const x1 = x[at1 + i];
        const x2 = x[at2 + i];
        const x3 = x[at3 + i];
        s0 += x0 * u;
        t0 += x0 * v;
        s1 += x1 * u;
        t1 += x1 * v;
        s2 += x2 * u;
        t2 += x2 * v;
        s3 += x3 * u;
        t3 += x3 * v;
      }
      const at = b * outputs;
      z[at + k] = s0;
      z[at + l] = t0;
      z[at + outputs + k] = s1;
      z[at + outputs + l] = t1;
      z[at + 2 * outputs + k] = s2;
      z[at + 2 * outputs + l] = t2;
      z[at + 3 * outputs + k] = s3;
      z[at + 3 * outputs + l] = t3;
    }
  }
  for (let b = fours; b < count; b++) affineRow(layer, theta, x, places[b], z, b * outputs);
}

/** z = xW + b of one row. */
export function affineRow(layer: Layer, theta: Vector, x: Vector, x0: number, z: Vector, z0: number): void {
  const { inputs, outputs, weights, biases, end } = layer;
  for (let k = 0; k < outputs; k++) z[z0 + k] = biases < end ? theta[biases + k] : 0;
  for (let i = 0; i < inputs; i++) {
    const one = x[x0 + i];
    const w = weights + i * outputs;
    for (let k = 0; k < outputs; k++) z[z0 + k] += one * theta[w + k];
  }
}

/** ∂loss/∂x of the layer's inputs, Wδ, for each row: δ of row b stands from b · outputs on, the result from b · inputs on. */
export function backward(layer: Layer, theta: Vector, delta: Vector, count: number, below: Vector): void {
  const { inputs, outputs, weights } = layer;
  for (let b = 0; b < count; b += 4) {
    const b1 = Math.min(b + 1, count - 1);
    const b2 = Math.min(b + 2, count - 1);
    const b3 = Math.min(b + 3, count - 1);
    for (let j = 0; j < inputs; j += 2) {
      const m = Math.min(j + 1, inputs - 1);
      const w = weights + j * outputs;
      const v = weights + m * outputs;
      let s0 = 0;
      let t0 = 0;
      let s1 = 0;
      let t1 = 0;
      let s2 = 0;
      let t2 = 0;
      let s3 = 0;
      let t3 = 0;
      for (let k = 0; k < outputs; k++) {
        const d0 = delta[b * outputs + k];
        const d1 = delta[b1 * outputs + k];
        const d2 = delta[b2 * outputs + k];
        const d3 = delta[b3 * outputs + k];
        const u = theta[w + k];
        const q = theta[v + k];
        s0 += d0 * u;
        t0 += d0 * q;
        s1 += d1 * u;
        t1 += d1 * q;
        s2 += d2 * u;
        t2 += d2 * q;
        s3 += d3 * u;
        t3 += d3 * q;
      }
      below[b * inputs + j] = s0;
      below[b * inputs + m] = t0;
      below[b1 * inputs + j] = s1;
      below[b1 * inputs + m] = t1;
      below[b2 * inputs + j] = s2;
      below[b2 * inputs + m] = t2;
      below[b3 * inputs + j] = s3;
      below[b3 * inputs + m] = t3;
    }
  }
}

/**
 * Σ_b x_b δ_b by W and Σ_b δ_b by b, times `share`, written into the layer's place of `out`: b counts as the weights of an
 * input that is always 1. `packed` is room for four numbers of each row, which stand there in the order in which they are
 * read: a fifth faster than picking them from their rows again and again.
 */
export function outer(
  layer: Layer,
  x: Vector,
  places: Int32Array,
  delta: Vector,
  count: number,
  share: number,
  packed: Vector,
  out: Vector,
): void {
  const { inputs, outputs, weights, biases, end } = layer;
  const last = biases < end ? inputs : inputs - 1;
  for (let i = 0; i <= last; i += 4) {
    pack(inputs, i, x, places, count, packed);
    const o0 = weights + i * outputs;
    const o1 = weights + Math.min(i + 1, last) * outputs;
    const o2 = weights + Math.min(i + 2, last) * outputs;
    const o3 = weights + Math.min(i + 3, last) * outputs;
    for (let k = 0; k < outputs; k += 2) {
      const l = Math.min(k + 1, outputs - 1);
      let s0 = 0;
      let t0 = 0;
      let s1 = 0;
      let t1 = 0;
      let s2 = 0;
      let t2 = 0;
      let s3 = 0;
      let t3 = 0;
      for (let p = 0, d = 0; p < 4 * count; p += 4, d += outputs) {
        const u = delta[d + k];
        const v = delta[d + l];
        const x0 = packed[p];
        const x1 = packed[p + 1];
        const x2 = packed[p + 2];
        const x3 = packed[p + 3];
        s0 += x0 * u;
        t0 += x0 * v;
        s1 += x1 * u;
        t1 += x1 * v;
        s2 += x2 * u;
        t2 += x2 * v;
        s3 += x3 * u;
        t3 += x3 * v;
      }
      // Backwards: where there are fewer inputs, the last one is written over what repeats it.
      out[o3 + k] = s3 * share;
      out[o3 + l] = t3 * share;
      out[o2 + k] = s2 * share;
      out[o2 + l] = t2 * share;
      out[o1 + k] = s1 * share;
      out[o1 + l] = t1 * share;
      out[o0 + k] = s0 * share;
      out[o0 + l] = t0 * share;
    }
  }
}
/** Inputs i … i + 3 of each row; 1 after the last. */
function pack(inputs: number, i: number, x: Vector, places: Int32Array, count: number, packed: Vector): void {
  if (i + 4 <= inputs)
    for (let b = 0, p = 0; b < count; b++, p += 4) {
      const at = places[b] + i;
      packed[p] = x[at];
      packed[p + 1] = x[at + 1];
      packed[p + 2] = x[at + 2];
      packed[p + 3] = x[at + 3];
    }
  else
    for (let b = 0, p = 0; b < count; b++)
      for (let j = i; j < i + 4; j++, p++) packed[p] = j < inputs ? x[places[b] + j] : 1;
}

/** a = f(z) in place, of the first n numbers. */
export function activate(activation: Activation, z: Vector, n: number): void {
  if (activation === "tanh") for (let i = 0; i < n; i++) z[i] = tanh(z[i]);
  else for (let i = 0; i < n; i++) z[i] = z[i] < 0 ? 0 : z[i]; // NaN stays
}

/** δ ← δ f′(z), by a = f(z). */
export function descend(activation: Activation, a: Vector, n: number, delta: Vector): void {
  if (activation === "tanh") for (let i = 0; i < n; i++) delta[i] *= 1 - a[i] * a[i];
  else for (let i = 0; i < n; i++) if (a[i] <= 0) delta[i] = 0;
}

/**
 * Turns a row's logits into probabilities less the label's one, δ = p − e_y, in place, for `classes` numbers from `from` on.
 * Returns the cross-entropy. The probabilities' sum is that of the even classes plus that of the odd ones.
 */
export function crossEntropy(logits: Vector, from: number, classes: number, label: number): number {
  let top = -Infinity;
  for (let k = from; k < from + classes; k++) if (logits[k] > top) top = logits[k];
  const labelled = logits[from + label] - top;
  let even = 0;
  let odd = 0;
  for (let k = 0; k < classes; k += 2) even += logits[from + k] = exp(logits[from + k] - top);
  for (let k = 1; k < classes; k += 2) odd += logits[from + k] = exp(logits[from + k] - top);
  const share = 1 / (even + odd);
  for (let k = from; k < from + classes; k++) logits[k] *= share;
  logits[from + label] -= 1;
  return log(even + odd) - labelled;
}
