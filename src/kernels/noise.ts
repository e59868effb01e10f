// AssemblyScript. Standard normals from four lanes of xoshiro128++ and a ziggurat, four at a time: the numbers, to the last
// bit, of src/core/kernels/normals.ts, where the method is explained.

/** By layer, 16 bytes: its width as a double, then the bound of the fast test as an integer. Filled by the host. */
const layers: usize = memory.data(1024 * 16, 16);
/** The density at the layers' edges. Filled by the host. */
const heights: usize = memory.data(1025 * 8, 16);
/** Where the host puts a generator's state and takes it back: four words a, then b, c, d. */
const lanes: usize = memory.data(64, 16);
const missed: usize = memory.data(16, 16);
const missedLayers: usize = memory.data(16, 16);
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

/** Standard normals into out[0] … out[count − 1]; `count` is a multiple of four, `out` aligned to 16 bytes. */
export function fill(out: usize, count: i32): void {
  let a = v128.load(lanes);
  let b = v128.load(lanes, 16);
  let c = v128.load(lanes, 32);
  let d = v128.load(lanes, 48);
  const half = i32x4.splat(512);
  const mask = i32x4.splat(0x3ff0);
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
    const at = v128.and(i32x4.shr_u(u, 18), mask); // the layer, times the 16 bytes of its entry
    const place = v128.or(i32x4.shl(u, 10), half);
    // One load brings a layer's width and bound.
    const e0 = v128.load(layers + <usize>i32x4.extract_lane(at, 0));
    const e1 = v128.load(layers + <usize>i32x4.extract_lane(at, 1));
    const e2 = v128.load(layers + <usize>i32x4.extract_lane(at, 2));
    const e3 = v128.load(layers + <usize>i32x4.extract_lane(at, 3));
    const high = v128.shuffle<i32>(place, place, 2, 3, 2, 3);
    v128.store(o, f64x2.mul(f64x2.convert_low_i32x4_s(place), v128.shuffle<i64>(e0, e1, 0, 2)));
    v128.store(o, f64x2.mul(f64x2.convert_low_i32x4_s(high), v128.shuffle<i64>(e2, e3, 0, 2)), 16);
    const bounds01 = v128.shuffle<i64>(e0, e1, 1, 3);
    const bounds23 = v128.shuffle<i64>(e2, e3, 1, 3);
    const bounds = v128.shuffle<i32>(bounds01, bounds23, 0, 2, 4, 6);
    const accepted = i32x4.lt_s(v128.xor(place, i32x4.shr_s(place, 31)), bounds);
    if (i32x4.all_true(accepted)) continue;
    v128.store(missed, accepted);
    v128.store(missedLayers, i32x4.shr_u(u, 22));
    v128.store(lanes, a);
    v128.store(lanes, b, 16);
    v128.store(lanes, c, 32);
    v128.store(lanes, d, 48);
    finishMissed(o);
    a = v128.load(lanes);
    b = v128.load(lanes, 16);
    c = v128.load(lanes, 32);
    d = v128.load(lanes, 48);
  }
  v128.store(lanes, a);
  v128.store(lanes, b, 16);
  v128.store(lanes, c, 32);
  v128.store(lanes, d, 48);
}

function finishMissed(o: usize): void {
  for (let lane: usize = 0; lane < 16; lane += 4) {
    if (load<i32>(missed + lane) != 0) continue;
    const z = o + (lane << 1);
    store<f64>(z, finish(lanes + lane, load<u32>(missedLayers + lane), load<f64>(z)));
  }
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
  let sum: f64 = 2.755731922398589e-7;
  sum = sum * r + 2.7557319223985893e-6;
  sum = sum * r + 0.0000248015873015873;
  sum = sum * r + 0.0001984126984126984;
  sum = sum * r + 0.001388888888888889;
  sum = sum * r + 0.008333333333333333;
  sum = sum * r + 0.041666666666666664;
  sum = sum * r + 0.16666666666666666;
  sum = sum * r + 0.5;
  sum = sum * r + 1;
  sum = sum * r + 1;
  return sum * reinterpret<f64>((<i64>k + 1023) << 52);
}
