// exp, tanh, log, sine and powers of our own. The language leaves the last bits of Math.exp, Math.tanh and Math.log open, and the compiled
// kernels must agree in all; src/kernels/elementary.ts has the same in two lanes. Additions and products alone, in a written
// order. Errors, where the result is a normal number: exp and log below 1 unit in the last place, tanh below 3.

/** ln 2 in two parts: multiples of the first by whole numbers up to 2²⁰ are exact (fdlibm). */
const ln2High = 6.9314718036912381649e-1;
const ln2Low = 1.90821492927058770002e-10;
/** Added and taken away again, it rounds to a whole number. */
const rounder = 1.5 * 2 ** 52;

/** 2^(i − 1100) as far as doubles reach, 0 and Infinity beyond; exact, since each is made by doubling or halving. */
const powers = new Float64Array(2201);
const one = 1100;
powers[one] = 1;
for (let i = one + 1; i < powers.length; i++) powers[i] = 2 * powers[i - 1];
for (let i = one - 1; i >= 0; i--) powers[i] = powers[i + 1] / 2;

/** e^r − 1 for |r| ≤ ½ ln 2: r + r²/2! + … + r¹³/13!. The powers of r join in pairs, so that fewer additions wait for others. */
function expm1Near0(r: number): number {
  const r2 = r * r;
  const r4 = r2 * r2;
  const a = 1 / 2 + r * (1 / 6) + r2 * (1 / 24 + r * (1 / 120));
  const b = 1 / 720 + r * (1 / 5040) + r2 * (1 / 40320 + r * (1 / 362880));
  const c = 1 / 3628800 + r * (1 / 39916800) + r2 * (1 / 479001600 + r * (1 / 6227020800));
  return r + r2 * (a + r4 * (b + r4 * c));
}

/** eˣ = 2^k e^r, x = k ln 2 + r. */
export function exp(x: number): number {
  // Beyond these the result is 0 or Infinity all the same; NaN stays.
  const inside = x < -746 ? -746 : x > 710 ? 710 : x;
  const k = inside * Math.LOG2E + rounder - rounder;
  const p = expm1Near0(inside - k * ln2High - k * ln2Low);
  // 2^k as two factors, the first normal, so that a result below the normal numbers is rounded once; NaN | 0 is 0.
  const whole = k | 0;
  const half = whole >> 1;
  return (1 + p) * powers[one + half] * powers[one + whole - half];
}

/** tanh x = t / (t + 2), t = e²ˣ − 1, which keeps its accuracy where x is small. tanh(−0) is 0. */
export function tanh(x: number): number {
  // Beyond 22 it is 1 to the last bit.
  const twice = x < -22 ? -44 : x > 22 ? 44 : 2 * x;
  const k = twice * Math.LOG2E + rounder - rounder;
  const scale = powers[one + (k | 0)];
  const t = scale * expm1Near0(twice - k * ln2High - k * ln2Low) + (scale - 1);
  return t / (t + 2);
}

const double = new Float64Array(1);
const words = new Int32Array(double.buffer);
/** Which of the words holds sign and exponent. */
const upper = new Int32Array(Float64Array.of(1).buffer)[1] === 0 ? 0 : 1;

/**
 * ln x = k ln 2 + ln(1 + f), x = 2^k (1 + f), √½ ≤ 1 + f < √2; with s = f / (2 + f),
 * ln(1 + f) = f − (f²/2 − s (f²/2 + R)), R = 2s² (1/3 + s²/5 + s⁴/7 + …) (fdlibm).
 */
export function log(x: number): number {
  if (!(x > 0 && x < Infinity)) return x === 0 ? -Infinity : x < 0 ? NaN : x;
  const tiny = x < 2 ** -1022;
  double[0] = tiny ? x * 2 ** 54 : x;
  const top = words[upper];
  // Of a mantissa from √2 on, the exponent is one more.
  const above = (top & 0xfffff) + 0x95f64;
  const k = (top >> 20) - 1023 + (above >> 20) - (tiny ? 54 : 0);
  words[upper] = (top & 0xfffff) | (((above & 0x100000) ^ 0x3ff00000) & 0x7ff00000);
  const f = double[0] - 1;
  const s = f / (2 + f);
  const z = s * s;
  const z2 = z * z;
  // Terms in z and in z² apart, so that fewer additions wait for others.
  const even = 2 / 3 + z2 * (2 / 7 + z2 * (2 / 11 + z2 * (2 / 15 + z2 * (2 / 19))));
  const odd = 2 / 5 + z2 * (2 / 9 + z2 * (2 / 13 + z2 * (2 / 17 + z2 * (2 / 21))));
  const half = 0.5 * f * f;
  return k * ln2High - (half - (s * (half + z * (even + z * odd)) + k * ln2Low) - f);
}

/** eˣ − 1 without cancellation near 0. */
export const expm1 = (x: number): number => (Math.abs(x) <= 0.34 ? expm1Near0(x) : exp(x) - 1);

/** ln(1 + x) without cancellation near 0, by what is lost of x in 1 + x (Kahan). */
export function log1p(x: number): number {
  const sum = 1 + x;
  return sum === 1 || sum === Infinity ? x : log(sum) * (x / (sum - 1));
}

/** π/2 in two parts: multiples of the first by whole numbers up to 2²⁰ are exact (fdlibm). */
const quarterHigh = 1.57079632673412561417;
const quarterLow = 6.07710050650619224932e-11;

/** cos x for |x| up to some 10⁵, off by about a unit in the last place; cos of the double nearest π is −1. */
export const cos = (x: number): number => ofQuarters(x, 0);
/** sin x for |x| up to some 10⁵, off by about a unit in the last place. */
export const sin = (x: number): number => ofQuarters(x, 3);

/** cos(x + shift π/2) */
function ofQuarters(x: number, shift: number): number {
  const k = Math.round(x / (Math.PI / 2));
  const r = x - k * quarterHigh - k * quarterLow;
  const s = r * r;
  // Taylor's series on |r| ≤ π/4, cos up to r¹⁶ and sin up to r¹⁷
  const even =
    1 +
    s *
      (-1 / 2 +
        s *
          (1 / 24 +
            s *
              (-1 / 720 +
                s *
                  (1 / 40320 +
                    s * (-1 / 3628800 + s * (1 / 479001600 + s * (-1 / 87178291200 + s / 20922789888000)))))));
  const odd =
    r +
    r *
      s *
      (-1 / 6 +
        s *
          (1 / 120 +
            s *
              (-1 / 5040 +
                s *
                  (1 / 362880 +
                    s * (-1 / 39916800 + s * (1 / 6227020800 + s * (-1 / 1307674368000 + s / 355687428096000)))))));
  switch ((((k + shift) % 4) + 4) % 4) {
    case 0:
      return even;
    case 1:
      return -odd;
    case 2:
      return -even;
    default:
      return odd; // NaN and the infinities come here, and are NaN
  }
}

/** xⁿ for a whole n from 0 on, by squaring: the language leaves the last bits of its own power open. */
export function power(x: number, n: number): number {
  let result = 1;
  let base = x;
  let left = n;
  for (; left > 0x7fffffff; base *= base) {
    const half = Math.floor(left / 2);
    if (left !== 2 * half) result *= base;
    left = half;
  }
  // As whole numbers of 32 bits, in half the time.
  for (let k = left | 0; k > 0; k >>= 1) {
    if ((k & 1) === 1) result *= base;
    base *= base;
  }
  return result;
}

/** xʸ for any y: whole ones by squaring; NaN where x is negative and y is not whole. Off by about y ln x units in the last place. */
export function pow(x: number, y: number): number {
  if (Number.isInteger(y) && Math.abs(y) <= 1 << 20) return y < 0 ? 1 / power(x, -y) : power(x, y);
  if (y === 0.5) return Math.sqrt(x);
  if (x === 0) return y > 0 ? 0 : y < 0 ? Infinity : NaN;
  return exp(y * log(x));
}
