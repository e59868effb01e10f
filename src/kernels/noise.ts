// AssemblyScript. Standard normals from four lanes of xoshiro128++ and a ziggurat, four at a time: the numbers, to the last
// bit, of src/core/kernels/normals.ts, where the method is explained.

/** By layer, 16 bytes: its width as a double, then the bound of the fast test as an integer. Filled by the host. */
const layers: usize = memory.data(1024 * 16, 16);
/** The density at the layers' edges. Filled by the host. */
const heights: usize = memory.data(1025 * 8, 16);
/** Where the host puts a generator and takes it back: four words a, then b, c, d. */
export const lanes: usize = memory.data(64, 16);
const candidateLayers: usize = memory.data(16, 16);
/** Of four lanes each: what centres a place in its cell, and what leaves of a number the offset of its layer's entry. */
const half: usize = memory.data<i32>([512, 512, 512, 512], 16);
const offset: usize = memory.data<i32>([0x3ff0, 0x3ff0, 0x3ff0, 0x3ff0], 16);
const edge: f64 = 4.038849846109505;

export function layersAt(): usize {
  return layers;
}
export function heightsAt(): usize {
  return heights;
}
export function lanesAt(): usize {
  return lanes;
}

export class Four {
  /** The normals that four fresh numbers of the generator stand for, at `out`; a bit of the result for each that missed the fast test. */
  @inline
  static candidates(u: v128, out: usize): i32 {
    const at = v128.and(i32x4.shr_u(u, 18), v128.load(offset)); // the layer, times the 16 bytes of its entry
    const place = v128.or(i32x4.shl(u, 10), v128.load(half));
    // One load brings a layer's width and bound. Two extractions are fewer instructions than four.
    const low = <u64>i64x2.extract_lane(at, 0);
    const high = <u64>i64x2.extract_lane(at, 1);
    const e0 = v128.load(<usize>(<u32>low), layers);
    const e1 = v128.load(<usize>(low >> 32), layers);
    const e2 = v128.load(<usize>(<u32>high), layers);
    const e3 = v128.load(<usize>(high >> 32), layers);
    const last = v128.shuffle<i32>(place, place, 2, 3, 2, 3);
    v128.store(out, f64x2.mul(f64x2.convert_low_i32x4_s(place), v128.shuffle<i64>(e0, e1, 0, 2)));
    v128.store(out, f64x2.mul(f64x2.convert_low_i32x4_s(last), v128.shuffle<i64>(e2, e3, 0, 2)), 16);
    const bounds01 = v128.shuffle<i64>(e0, e1, 1, 3);
    const bounds23 = v128.shuffle<i64>(e2, e3, 1, 3);
    const bounds = v128.shuffle<i32>(bounds01, bounds23, 0, 2, 4, 6);
    return i32x4.bitmask(i32x4.ge_s(v128.xor(place, i32x4.shr_s(place, 31)), bounds));
  }
  /** Puts a generator's words back to where they came from. */
  @inline
  static keep(generator: usize, a: v128, b: v128, c: v128, d: v128): void {
    v128.store(generator, a);
    v128.store(generator, b, 16);
    v128.store(generator, c, 32);
    v128.store(generator, d, 48);
  }
  /** Draws anew, or accepts, what missed among the candidates at `out`. */
  static finish(generator: usize, u: v128, out: usize, missed: i32): void {
    v128.store(candidateLayers, i32x4.shr_u(u, 22));
    for (let left = missed; left != 0; left &= left - 1) {
      const lane = (<usize>ctz<i32>(left)) << 2;
      const z = out + (lane << 1);
      store<f64>(z, finish(generator + lane, load<u32>(candidateLayers + lane), load<f64>(z)));
    }
  }
}

/** Standard normals into out[0] … out[count − 1]; `count` is a multiple of four, `out` aligned to 16 bytes. */
export function fill(generator: usize, out: usize, count: i32): void {
  let a = v128.load(generator);
  let b = v128.load(generator, 16);
  let c = v128.load(generator, 32);
  let d = v128.load(generator, 48);
  const end = out + ((<usize>count) << 3);
  for (let o = out; o < end; o += 32) {
    const sum = i32x4.add(a, d);
    const u = i32x4.add(v128.or(i32x4.shl(sum, 7), i32x4.shr_u(sum, 25)), a);
    const shifted = i32x4.shl(b, 9);
    c = v128.xor(c, a);
    d = v128.xor(d, b);
    b = v128.xor(b, c);
    a = v128.xor(a, d);
    c = v128.xor(c, shifted);
    d = v128.or(i32x4.shl(d, 11), i32x4.shr_u(d, 21));
    const missed = Four.candidates(u, o);
    if (missed == 0) continue;
    Four.keep(generator, a, b, c, d);
    Four.finish(generator, u, o, missed);
    a = v128.load(generator);
    b = v128.load(generator, 16);
    c = v128.load(generator, 32);
    d = v128.load(generator, 48);
  }
  Four.keep(generator, a, b, c, d);
}

function next(lane: usize): u32 {
  const a = load<u32>(lane);
  const b = load<u32>(lane, 16);
  const last = load<u32>(lane, 48);
  const c = load<u32>(lane, 32) ^ a;
  const d = last ^ b;
  const sum = a + last;
  store<u32>(lane, a ^ d);
  store<u32>(lane, b ^ c, 16);
  store<u32>(lane, c ^ (b << 9), 32);
  store<u32>(lane, rotl<u32>(d, 11), 48);
  return rotl<u32>(sum, 7) + a;
}

function finish(lane: usize, candidateLayer: u32, candidate: f64): f64 {
  let layer = candidateLayer;
  let z = candidate;
  while (true) {
    if (layer == 0) {
      while (true) {
        const beyond = -logarithm(next(lane)) / edge;
        if (-2 * logarithm(next(lane)) >= beyond * beyond) return z < 0 ? -(edge + beyond) : edge + beyond;
      }
    }
    const low = load<f64>(heights + ((<usize>layer) << 3));
    const high = load<f64>(heights + ((<usize>layer) << 3), 8);
    const level = (<f64>next(lane) + 0.5) * 2.3283064365386963e-10;
    if (low + level * (high - low) < density(z)) return z;
    const u = next(lane);
    layer = u >> 22;
    const place = <i32>((u << 10) | 512);
    z = <f64>place * load<f64>(layers + ((<usize>layer) << 4));
    if ((place ^ (place >> 31)) < load<i32>(layers + ((<usize>layer) << 4), 8)) return z;
  }
}

/** ln((u + ½) 2⁻³²). */
function logarithm(u: u32): f64 {
  const exponent = 32 - <i32>clz<u32>(u);
  const mantissa = (2 * <f64>u + 1) / <f64>((<u64>1) << (<u64>exponent));
  const s = (mantissa - 1) / (mantissa + 1);
  const square = s * s;
  let sum: f64 = 0;
  for (let k = 31; k >= 1; k -= 2) sum = sum * square + 1 / <f64>k;
  return 2 * s * sum + <f64>(exponent - 33) * 0.6931471805599453;
}

/** exp(−z²/2) for |z| < 5. */
function density(z: f64): f64 {
  const x = -0.5 * z * z;
  const k = floor(x * 1.4426950408889634 + 0.5);
  const r = x - k * 0.6931471805599453;
  const square = r * r;
  let even: f64 = 2.755731922398589e-7;
  let odd: f64 = 2.7557319223985893e-6;
  even = even * square + 0.0000248015873015873;
  odd = odd * square + 0.0001984126984126984;
  even = even * square + 0.001388888888888889;
  odd = odd * square + 0.008333333333333333;
  even = even * square + 0.041666666666666664;
  odd = odd * square + 0.16666666666666666;
  even = even * square + 0.5;
  odd = odd * square + 1;
  const sum = even * square + 1 + odd * r;
  return sum * reinterpret<f64>((<i64>k + 1023) << 52);
}
