// AssemblyScript. Dense layers and cross-entropy on rows, two outputs in a vector: the numbers, to the last bit, of
// src/core/kernels/dense.ts. Layers have an even number of outputs here, `wide` bytes in all, the last one idle where the host's
// is odd. Rows of inputs stand at x + rows[b] · stride; those of outputs one after the other. Each call takes the rows from
// `from` to `to` − 1, so that none lasts long.
import { exp, log } from "./elementary";

/** z_b = x_b W + bias. Two vectors of outputs of four rows at a time, the last row repeated where there are fewer. */
export function affine(
  x: usize,
  rows: usize,
  stride: usize,
  inputs: usize,
  wide: usize,
  weights: usize,
  bias: usize,
  z: usize,
  from: usize,
  to: usize,
): void {
  for (let b = from; b < to; b += 4) {
    const b1 = min(b + 1, to - 1);
    const b2 = min(b + 2, to - 1);
    const b3 = min(b + 3, to - 1);
    const x0 = x + <usize>load<u32>(rows + (b << 2)) * stride;
    const x1 = x + <usize>load<u32>(rows + (b1 << 2)) * stride;
    const x2 = x + <usize>load<u32>(rows + (b2 << 2)) * stride;
    const x3 = x + <usize>load<u32>(rows + (b3 << 2)) * stride;
    const z0 = z + b * wide;
    const z1 = z + b1 * wide;
    const z2 = z + b2 * wide;
    const z3 = z + b3 * wide;
    const end = inputs << 3;
    let k: usize = 0;
    for (; k + 16 < wide; k += 32) {
      let s0 = v128.load(bias + k);
      let t0 = v128.load(bias + k, 16);
      let s1 = s0;
      let t1 = t0;
      let s2 = s0;
      let t2 = t0;
      let s3 = s0;
      let t3 = t0;
      let w = weights + k;
      for (let i: usize = 0; i < end; i += 8, w += wide) {
        const u = v128.load(w);
        const v = v128.load(w, 16);
        let one = v128.load64_splat(x0 + i);
        s0 = f64x2.add(s0, f64x2.mul(one, u));
        t0 = f64x2.add(t0, f64x2.mul(one, v));
        one = v128.load64_splat(x1 + i);
        s1 = f64x2.add(s1, f64x2.mul(one, u));
        t1 = f64x2.add(t1, f64x2.mul(one, v));
        one = v128.load64_splat(x2 + i);
        s2 = f64x2.add(s2, f64x2.mul(one, u));
        t2 = f64x2.add(t2, f64x2.mul(one, v));
        one = v128.load64_splat(x3 + i);
        s3 = f64x2.add(s3, f64x2.mul(one, u));
        t3 = f64x2.add(t3, f64x2.mul(one, v));
      }
      v128.store(z0 + k, s0);
      v128.store(z0 + k, t0, 16);
      v128.store(z1 + k, s1);
      v128.store(z1 + k, t1, 16);
      v128.store(z2 + k, s2);
      v128.store(z2 + k, t2, 16);
      v128.store(z3 + k, s3);
      v128.store(z3 + k, t3, 16);
    }
    if (k < wide) {
      let s0 = v128.load(bias + k);
      let s1 = s0;
      let s2 = s0;
      let s3 = s0;
      let w = weights + k;
      for (let i: usize = 0; i < end; i += 8, w += wide) {
        const u = v128.load(w);
        s0 = f64x2.add(s0, f64x2.mul(v128.load64_splat(x0 + i), u));
        s1 = f64x2.add(s1, f64x2.mul(v128.load64_splat(x1 + i), u));
        s2 = f64x2.add(s2, f64x2.mul(v128.load64_splat(x2 + i), u));
        s3 = f64x2.add(s3, f64x2.mul(v128.load64_splat(x3 + i), u));
      }
      v128.store(z0 + k, s0);
      v128.store(z1 + k, s1);
      v128.store(z2 + k, s2);
      v128.store(z3 + k, s3);
    }
  }
}

/**
 * out += Σ_b x_b δ_b, of `lines` lines: one for each input, and where there are biases one more, of an input that is always 1.
 * Two vectors of outputs of four inputs at a time, the inputs first copied to `packed` in the order in which they are read.
 */
export function outer(
  x: usize,
  rows: usize,
  stride: usize,
  inputs: usize,
  lines: usize,
  wide: usize,
  delta: usize,
  out: usize,
  packed: usize,
  from: usize,
  to: usize,
): void {
  const end = packed + ((to - from) << 5);
  const first = delta + from * wide;
  const bottom = out + (lines - 1) * wide;
  for (let i: usize = 0; i < lines; i += 4) {
    pack(x + (i << 3), rows + (from << 2), stride, inputs - i, packed, end);
    const line0 = out + i * wide;
    const line1 = min(line0 + wide, bottom);
    const line2 = min(line1 + wide, bottom);
    const line3 = min(line2 + wide, bottom);
    let k: usize = 0;
    for (; k + 16 < wide; k += 32) {
      const o0 = line0 + k;
      const o1 = line1 + k;
      const o2 = line2 + k;
      const o3 = line3 + k;
      let s0 = v128.load(o0);
      let t0 = v128.load(o0, 16);
      let s1 = v128.load(o1);
      let t1 = v128.load(o1, 16);
      let s2 = v128.load(o2);
      let t2 = v128.load(o2, 16);
      let s3 = v128.load(o3);
      let t3 = v128.load(o3, 16);
      for (let p = packed, d = first + k; p < end; p += 32, d += wide) {
        const u = v128.load(d);
        const v = v128.load(d, 16);
        let one = v128.load64_splat(p);
        s0 = f64x2.add(s0, f64x2.mul(one, u));
        t0 = f64x2.add(t0, f64x2.mul(one, v));
        one = v128.load64_splat(p, 8);
        s1 = f64x2.add(s1, f64x2.mul(one, u));
        t1 = f64x2.add(t1, f64x2.mul(one, v));
        one = v128.load64_splat(p, 16);
        s2 = f64x2.add(s2, f64x2.mul(one, u));
        t2 = f64x2.add(t2, f64x2.mul(one, v));
        one = v128.load64_splat(p, 24);
        s3 = f64x2.add(s3, f64x2.mul(one, u));
        t3 = f64x2.add(t3, f64x2.mul(one, v));
      }
      // Backwards: where there are fewer lines, the last one is written over what repeats it.
      v128.store(o3, s3);
      v128.store(o3, t3, 16);
      v128.store(o2, s2);
      v128.store(o2, t2, 16);
      v128.store(o1, s1);
      v128.store(o1, t1, 16);
      v128.store(o0, s0);
      v128.store(o0, t0, 16);
    }
    if (k < wide) {
      const o0 = line0 + k;
      const o1 = line1 + k;
      const o2 = line2 + k;
      const o3 = line3 + k;
      let s0 = v128.load(o0);
      let s1 = v128.load(o1);
      let s2 = v128.load(o2);
      let s3 = v128.load(o3);
      for (let p = packed, d = first + k; p < end; p += 32, d += wide) {
        const u = v128.load(d);
        s0 = f64x2.add(s0, f64x2.mul(v128.load64_splat(p), u));
        s1 = f64x2.add(s1, f64x2.mul(v128.load64_splat(p, 8), u));
        s2 = f64x2.add(s2, f64x2.mul(v128.load64_splat(p, 16), u));
        s3 = f64x2.add(s3, f64x2.mul(v128.load64_splat(p, 24), u));
      }
      v128.store(o3, s3);
      v128.store(o2, s2);
      v128.store(o1, s1);
      v128.store(o0, s0);
    }
  }
}
/** Four inputs of each row from x on, of which `left` are left; what follows them is 1. */
function pack(x: usize, rows: usize, stride: usize, left: usize, packed: usize, end: usize): void {
  for (let p = packed, r = rows; p < end; p += 32, r += 4) {
    const at = x + <usize>load<u32>(r) * stride;
    v128.store(p, v128.load(at));
    v128.store(p, v128.load(at, 16), 16);
    if (left < 4) for (let j = left; j < 4; j++) store<f64>(p + (j << 3), 1);
  }
}

/** Wᵀ (outputs × inputs), its rows `across` bytes. */
export function transpose(weights: usize, inputs: usize, outputs: usize, wide: usize, out: usize, across: usize): void {
  for (let k: usize = 0; k < outputs; k++) {
    let w = weights + (k << 3);
    const o = out + k * across;
    for (let j: usize = 0; j < inputs; j++, w += wide) store<f64>(o + (j << 3), load<f64>(w));
  }
}

/** max(z, 0) of the numbers from `at` to `end`, in place; NaN stays. */
export function relu(at: usize, end: usize): void {
  for (let o = at; o < end; o += 16) v128.store(o, f64x2.pmax(v128.load(o), f64x2.splat(0)));
}
/** δ ← δ f′(z) for the numbers from `at` to `end`, by a = tanh z. */
export function descendTanh(at: usize, end: usize, a: usize): void {
  for (let o = at; o < end; o += 16, a += 16) {
    const value = v128.load(a);
    v128.store(o, f64x2.mul(v128.load(o), f64x2.sub(f64x2.splat(1), f64x2.mul(value, value))));
  }
}
/** By a = max(z, 0). */
export function descendRelu(at: usize, end: usize, a: usize): void {
  for (let o = at; o < end; o += 16, a += 16)
    v128.store(o, v128.andnot(v128.load(o), f64x2.le(v128.load(a), f64x2.splat(0))));
}

/** Squares of rows, `wide` bytes of each, into consecutive ones. */
export function square(x: usize, rows: usize, stride: usize, wide: usize, out: usize, from: usize, to: usize): void {
  let o = out;
  for (let b = from; b < to; b++) {
    const at = x + <usize>load<u32>(rows + (b << 2)) * stride;
    for (let i: usize = 0; i < wide; i += 16, o += 16) {
      const value = v128.load(at + i);
      v128.store(o, f64x2.mul(value, value));
    }
  }
}

/** Multiplies the numbers from `at` to `end` by `share`. */
export function scale(at: usize, end: usize, share: f64): void {
  for (let o = at; o < end; o += 16) v128.store(o, f64x2.mul(v128.load(o), f64x2.splat(share)));
}

/** δ = p − e_y of logits in place; an idle class has −∞. Returns `sum` plus the rows' cross-entropies, in their order. */
export function crossEntropy(
  logits: usize,
  wide: usize,
  labels: usize,
  rows: usize,
  from: usize,
  to: usize,
  sum: f64,
): f64 {
  let loss = sum;
  for (let b = from; b < to; b++) {
    const z = logits + b * wide;
    const end = z + wide;
    const own = z + ((<usize>load<u8>(labels + <usize>load<u32>(rows + (b << 2)))) << 3);
    let high = v128.load(z);
    for (let o = z + 16; o < end; o += 16) high = f64x2.pmax(high, v128.load(o));
    const even = f64x2.extract_lane(high, 0);
    const odd = f64x2.extract_lane(high, 1);
    const top = f64x2.splat(even < odd ? odd : even);
    for (let o = z; o < end; o += 16) v128.store(o, f64x2.sub(v128.load(o), top));
    const labelled = load<f64>(own);
    exp(z, end);
    let total = v128.load(z);
    for (let o = z + 16; o < end; o += 16) total = f64x2.add(total, v128.load(o));
    const whole = f64x2.extract_lane(total, 0) + f64x2.extract_lane(total, 1);
    scale(z, end, 1 / whole);
    store<f64>(own, load<f64>(own) - 1);
    loss += log(whole) - labelled;
  }
  return loss;
}
