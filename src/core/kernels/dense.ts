import { exp, log, tanh } from "./elementary.ts";

/**
 * Kernels of dense layers and of cross-entropy on rows that lie in one memory. Places are byte offsets; layers have an even number of
 * outputs, `wide` bytes in all, the last one idle where a model's is odd. Rows of inputs stand at x + rows[b] · stride, those of outputs
 * one after the other. Each call takes the rows from `from` to `to` − 1, so that none lasts long.
 */
export interface DenseKernels {
  /** z_b = x_b W + bias. */
  readonly affine: (
    x: number,
    rows: number,
    stride: number,
    inputs: number,
    wide: number,
    weights: number,
    bias: number,
    z: number,
    from: number,
    to: number,
  ) => void;
  /**
   * out += Σ_b x_b δ_b, of `lines` lines: one for each input, and where there are biases one more, of an input that is always 1.
   * `packed` has space for four numbers of each row.
   */
  readonly outer: (
    x: number,
    rows: number,
    stride: number,
    inputs: number,
    lines: number,
    wide: number,
    delta: number,
    out: number,
    packed: number,
    from: number,
    to: number,
  ) => void;
  /** Wᵀ (outputs × inputs), its rows `across` bytes. */
  readonly transpose: (
    weights: number,
    inputs: number,
    outputs: number,
    wide: number,
    out: number,
    across: number,
  ) => void;
  /** tanh z of the numbers from `at` to `end`, in place. */
  readonly tanh: (at: number, end: number) => void;
  /** max(z, 0), likewise; NaN stays. */
  readonly relu: (at: number, end: number) => void;
  /** δ ← δ f′(z) for the numbers from `at` to `end`, by a = tanh z. */
  readonly descendTanh: (at: number, end: number, a: number) => void;
  /** By a = max(z, 0). */
  readonly descendRelu: (at: number, end: number, a: number) => void;
  /** Squares of rows, `wide` bytes of each, into consecutive ones. */
  readonly square: (
    x: number,
    rows: number,
    stride: number,
    wide: number,
    out: number,
    from: number,
    to: number,
  ) => void;
  /** Multiplies the numbers from `at` to `end` by `share`. */
  readonly scale: (at: number, end: number, share: number) => void;
  /**
   * δ = p − e_y of logits in place; an idle class has −∞. A row's probabilities are summed over even and odd classes apart. Returns
   * `sum` plus the rows' cross-entropies, in their order.
   */
  readonly crossEntropy: (
    logits: number,
    wide: number,
    labels: number,
    rows: number,
    from: number,
    to: number,
    sum: number,
  ) => number;
}

/**
 * The plain kernels, made for one memory as the normals' are (see normals.ts): the reference of src/kernels/dense.ts. Two outputs of three
 * rows at a time, because a number that is read once then serves several sums, and no sum waits for another: some four times as
 * fast as a row after the other. With a fourth row the engine has no register left for two of the sums, and takes a third longer. Each sum
 * is one output's own, in the order of the formula, so that it does not matter how they are grouped. The last group repeats its last row or
 * line where there are fewer; it writes the same twice.
 */
export function plainDense(buffer: ArrayBuffer): DenseKernels {
  const numbers = new Float64Array(buffer);
  const words = new Int32Array(buffer);
  const bytes = new Uint8Array(buffer);

  /** Three inputs of each row from place x on, of which `left` are left; what follows them is 1. */
  const pack = (x: number, rows: number, across: number, left: number, packed: number, end: number): void => {
    for (let p = packed, r = rows; p < end; p += 3, r++) {
      const at = x + words[r] * across;
      numbers[p] = numbers[at];
      numbers[p + 1] = numbers[at + 1];
      numbers[p + 2] = numbers[at + 2];
      for (let j = left; j < 3; j++) numbers[p + j] = 1;
    }
  };
  /**
   * Adds Σ_i x_i w_i to two numbers each from o0, o1 and o2 on: n times x of three places, each `step` further, times w of a line of
   * two, each `width` further. Where places repeat the last one, the first of them has it right and is written last. "| 0" spares the
   * engine its test of every sum of places.
   */
  const addProducts = (
    x0: number,
    x1: number,
    x2: number,
    step: number,
    n: number,
    line: number,
    width: number,
    o0: number,
    o1: number,
    o2: number,
  ): void => {
    const end = n * step;
    let s0 = numbers[o0];
    let t0 = numbers[o0 + 1];
    let s1 = numbers[o1];
    let t1 = numbers[o1 + 1];
    let s2 = numbers[o2];
    let t2 = numbers[o2 + 1];
    for (let p = 0, w = line; p < end; p = (p + step) | 0, w = (w + width) | 0) {
      const u = numbers[w];
      const v = numbers[(w + 1) | 0];
      const a = numbers[(x0 + p) | 0];
      const b = numbers[(x1 + p) | 0];
      const c = numbers[(x2 + p) | 0];
      s0 += a * u;
      t0 += a * v;
      s1 += b * u;
      t1 += b * v;
      s2 += c * u;
      t2 += c * v;
    }
    numbers[o2] = s2;
    numbers[o2 + 1] = t2;
    numbers[o1] = s1;
    numbers[o1 + 1] = t1;
    numbers[o0] = s0;
    numbers[o0 + 1] = t0;
  };
  return {
    affine(x, rows, stride, inputs, wide, weights, bias, z, from, to) {
      const across = stride >> 3;
      const width = wide >> 3;
      for (let b = from; b < to; b += 3) {
        const b1 = Math.min(b + 1, to - 1);
        const b2 = Math.min(b + 2, to - 1);
        const at0 = (x >> 3) + words[(rows >> 2) + b] * across;
        const at1 = (x >> 3) + words[(rows >> 2) + b1] * across;
        const at2 = (x >> 3) + words[(rows >> 2) + b2] * across;
        const z0 = (z >> 3) + b * width;
        const z1 = (z >> 3) + b1 * width;
        const z2 = (z >> 3) + b2 * width;
        for (let k = 0; k < width; k++) numbers[z0 + k] = numbers[z1 + k] = numbers[z2 + k] = numbers[(bias >> 3) + k];
        for (let k = 0; k < width; k += 2)
          addProducts(at0, at1, at2, 1, inputs, (weights >> 3) + k, width, z0 + k, z1 + k, z2 + k);
      }
    },
    // Inputs are first copied to where they stand in the order in which they are read: a fifth faster than picking them from their rows
    // again and again.
    outer(x, rows, stride, inputs, lines, wide, delta, out, packed, from, to) {
      const width = wide >> 3;
      const first = packed >> 3;
      const end = first + 3 * (to - from);
      const top = (delta >> 3) + from * width;
      for (let i = 0; i < lines; i += 3) {
        pack((x >> 3) + i, (rows >> 2) + from, stride >> 3, inputs - i, first, end);
        const line0 = (out >> 3) + i * width;
        const line1 = (out >> 3) + Math.min(i + 1, lines - 1) * width;
        const line2 = (out >> 3) + Math.min(i + 2, lines - 1) * width;
        for (let k = 0; k < width; k += 2)
          addProducts(first, first + 1, first + 2, 3, to - from, top + k, width, line0 + k, line1 + k, line2 + k);
      }
    },
    transpose(weights, inputs, outputs, wide, out, across) {
      for (let k = 0; k < outputs; k++)
        for (let j = 0; j < inputs; j++)
          numbers[(out >> 3) + k * (across >> 3) + j] = numbers[(weights >> 3) + j * (wide >> 3) + k];
    },
    tanh(at, end) {
      for (let i = at >> 3; i < end >> 3; i++) numbers[i] = tanh(numbers[i]);
    },
    relu(at, end) {
      for (let i = at >> 3; i < end >> 3; i++) if (numbers[i] < 0) numbers[i] = 0;
    },
    descendTanh(at, end, a) {
      for (let i = at >> 3, j = a >> 3; i < end >> 3; i++, j++) numbers[i] *= 1 - numbers[j] * numbers[j];
    },
    descendRelu(at, end, a) {
      for (let i = at >> 3, j = a >> 3; i < end >> 3; i++, j++) if (numbers[j] <= 0) numbers[i] = 0;
    },
    square(x, rows, stride, wide, out, from, to) {
      for (let b = from, o = out >> 3; b < to; b++) {
        const at = (x >> 3) + words[(rows >> 2) + b] * (stride >> 3);
        for (let i = at; i < at + (wide >> 3); i++, o++) numbers[o] = numbers[i] * numbers[i];
      }
    },
    scale(at, end, share) {
      for (let i = at >> 3; i < end >> 3; i++) numbers[i] *= share;
    },
    crossEntropy(logits, wide, labels, rows, from, to, sum) {
      const width = wide >> 3;
      let loss = sum;
      for (let b = from; b < to; b++) {
        const z = (logits >> 3) + b * width;
        const own = z + bytes[labels + words[(rows >> 2) + b]];
        let high = -Infinity;
        for (let k = z; k < z + width; k++) if (numbers[k] > high) high = numbers[k];
        const labelled = numbers[own] - high;
        let even = 0;
        let odd = 0;
        for (let k = z; k < z + width; k += 2) {
          const p = exp(numbers[k] - high);
          const q = exp(numbers[k + 1] - high);
          even += p;
          odd += q;
          numbers[k] = p;
          numbers[k + 1] = q;
        }
        const share = 1 / (even + odd);
        for (let k = z; k < z + width; k++) numbers[k] *= share;
        numbers[own] -= 1;
        loss += log(even + odd) - labelled;
      }
      return loss;
    },
  };
}
