// AssemblyScript. exp and tanh in two lanes and log in one: the numbers, to the last bit, of src/core/kernels/elementary.ts,
// where the formulas are explained.

// Constants of both lanes stand in memory: the engine makes a vector's constant anew wherever it is used, with several instructions,
// and loads one with a single one. An exponential takes two thirds of the time.

const log2e: usize = memory.data<f64>([1.4426950408889634], 8);
const ln2High: usize = memory.data<f64>([6.9314718036912381649e-1], 8);
const ln2Low: usize = memory.data<f64>([1.90821492927058770002e-10], 8);
const rounder: usize = memory.data<f64>([6755399441055744], 8);
const one: usize = memory.data<f64>([1], 8);
const two: usize = memory.data<f64>([2], 8);
/** Beyond these, eˣ is 0 or Infinity, and tanh x ±1. */
const lowest: usize = memory.data<f64>([-746], 8);
const highest: usize = memory.data<f64>([710], 8);
const farLeft: usize = memory.data<f64>([-22], 8);
const farRight: usize = memory.data<f64>([22], 8);
/** The exponent of 1. */
const bias: usize = memory.data<i64>([1023], 8);
/** 1/n! from n = 2 to 13. */
const inverses: usize = memory.data<f64>(
  [
    1.0 / 2,
    1.0 / 6,
    1.0 / 24,
    1.0 / 120,
    1.0 / 720,
    1.0 / 5040,
    1.0 / 40320,
    1.0 / 362880,
    1.0 / 3628800,
    1.0 / 39916800,
    1.0 / 479001600,
    1.0 / 6227020800,
  ],
  8,
);

function both(constant: usize): v128 {
  return v128.load64_splat(constant);
}
/** 1/n! */
function inverse(n: usize): v128 {
  return both(inverses + ((n - 2) << 3));
}
/** e^r − 1 for |r| ≤ ½ ln 2. */
function expm1Near0(r: v128): v128 {
  const r2 = f64x2.mul(r, r);
  const r4 = f64x2.mul(r2, r2);
  const a = f64x2.add(
    f64x2.add(inverse(2), f64x2.mul(r, inverse(3))),
    f64x2.mul(r2, f64x2.add(inverse(4), f64x2.mul(r, inverse(5)))),
  );
  const b = f64x2.add(
    f64x2.add(inverse(6), f64x2.mul(r, inverse(7))),
    f64x2.mul(r2, f64x2.add(inverse(8), f64x2.mul(r, inverse(9)))),
  );
  const c = f64x2.add(
    f64x2.add(inverse(10), f64x2.mul(r, inverse(11))),
    f64x2.mul(r2, f64x2.add(inverse(12), f64x2.mul(r, inverse(13)))),
  );
  const q = f64x2.add(a, f64x2.mul(r4, f64x2.add(b, f64x2.mul(r4, c))));
  return f64x2.add(r, f64x2.mul(r2, q));
}
/** x − k ln 2. */
function rest(x: v128, k: v128): v128 {
  return f64x2.sub(f64x2.sub(x, f64x2.mul(k, both(ln2High))), f64x2.mul(k, both(ln2Low)));
}
/** 2^k of the whole numbers k in the low words, −1023 < k < 1024. */
function power(k: v128): v128 {
  return i64x2.shl(i64x2.add(k, both(bias)), 52);
}

/** eˣ of the numbers from `at` to `end`, a multiple of 16 bytes apart, in place. */
export function exp(at: usize, end: usize): void {
  for (let o = at; o < end; o += 16) {
    const x = f64x2.pmin(f64x2.pmax(v128.load(o), both(lowest)), both(highest));
    const shifted = f64x2.add(f64x2.mul(x, both(log2e)), both(rounder));
    const p = expm1Near0(rest(x, f64x2.sub(shifted, both(rounder))));
    const half = i32x4.shr_s(shifted, 1); // low words: k as a whole number
    const scaled = f64x2.mul(f64x2.add(both(one), p), power(half));
    v128.store(o, f64x2.mul(scaled, power(i32x4.sub(shifted, half))));
  }
}

/** tanh, likewise. */
export function tanh(at: usize, end: usize): void {
  for (let o = at; o < end; o += 16) {
    const x = f64x2.pmin(f64x2.pmax(v128.load(o), both(farLeft)), both(farRight));
    const twice = f64x2.add(x, x);
    const shifted = f64x2.add(f64x2.mul(twice, both(log2e)), both(rounder));
    const p = expm1Near0(rest(twice, f64x2.sub(shifted, both(rounder))));
    const scale = power(shifted);
    const t = f64x2.add(f64x2.mul(scale, p), f64x2.sub(scale, both(one)));
    v128.store(o, f64x2.div(t, f64x2.add(t, both(two))));
  }
}

export function log(x: f64): f64 {
  if (!(x > 0 && x < Infinity)) return x == 0 ? -Infinity : x < 0 ? NaN : x;
  const tiny = x < 2.2250738585072014e-308;
  const bits = reinterpret<i64>(tiny ? x * 18014398509481984 : x);
  const top = <i32>(bits >> 32);
  const above = (top & 0xfffff) + 0x95f64;
  const k = <f64>((top >> 20) - 1023 + (above >> 20) - (tiny ? 54 : 0));
  const upper = (top & 0xfffff) | (((above & 0x100000) ^ 0x3ff00000) & 0x7ff00000);
  const f = reinterpret<f64>(((<i64>upper) << 32) | (bits & 0xffffffff)) - 1;
  const s = f / (2 + f);
  const z = s * s;
  const z2 = z * z;
  const even = 2.0 / 3 + z2 * (2.0 / 7 + z2 * (2.0 / 11 + z2 * (2.0 / 15 + z2 * (2.0 / 19))));
  const odd = 2.0 / 5 + z2 * (2.0 / 9 + z2 * (2.0 / 13 + z2 * (2.0 / 17 + z2 * (2.0 / 21))));
  const half = 0.5 * f * f;
  const high = load<f64>(ln2High);
  const low = load<f64>(ln2Low);
  return k * high - (half - (s * (half + z * (even + z * odd)) + k * low) - f);
}
