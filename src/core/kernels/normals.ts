import type { Vector } from "../vector.ts";
import { exp, log } from "./elementary.ts";

// Standard normals: a ziggurat (Marsaglia & Tsang 2000, J. Stat. Softw. 5:8) of 1,024 layers on four lanes of xoshiro128++
// (Blackman & Vigna 2021, ACM TOMS 47:4) that take turns, number 4k + l from lane l. Four lanes because a SIMD register holds
// four: src/kernels/noise.ts draws the same numbers, to the last bit, four at a time.

/** State of a generator: words a of the four lanes, then b, c and d. */
export type Lanes = Int32Array;

/** `count` standard normals into a memory from `at` on; `count` is a multiple of four. */
export type Fill = (lanes: Lanes, at: number, count: number) => void;

/**
 * The reference, a lane after the other. Kernels of one memory are made for it, since what the engine can take for constants, as it does
 * with tables and memory here, needs fewer of the processor's registers and checks: two thirds of the time.
 */
export function plainNormals(memory: Vector): Fill {
  const { widths, bounds } = ziggurat();
  /** Of the lane: its words a, b, c, d, and the draw that missed the fast test. */
  const state = new Int32Array(5);

  /** Draws from `from` on, four apart, until one misses the fast test, as 0.3 % do, or to the end; returns where it stopped. */
  const draw = (from: number, end: number): number => {
    let a = state[0];
    let b = state[1];
    let c = state[2];
    let d = state[3];
    let k = from;
    for (; k < end; k += 4) {
      const sum = (a + d) | 0;
      const u = (((sum << 7) | (sum >>> 25)) + a) | 0;
      const shifted = b << 9;
      c ^= a;
      d ^= b;
      b ^= c;
      a ^= d;
      c ^= shifted;
      d = (d << 11) | (d >>> 21);
      // Ten bits choose the layer, the rest a signed place in it; |place| without a branch on the sign, which would be
      // mispredicted half of the time and cost two to three times as much.
      const layer = u >>> 22;
      const place = (u << 10) | 512;
      if ((place ^ (place >> 31)) >= bounds[layer]) {
        state[4] = u;
        break;
      }
      memory[k] = place * widths[layer];
    }
    state[0] = a;
    state[1] = b;
    state[2] = c;
    state[3] = d;
    return k;
  };
  return (lanes, at, count) => {
    const end = at + count;
    for (let lane = 0; lane < 4; lane++) {
      takeLane(lanes, lane, state);
      for (let k = draw(at + lane, end); k < end; k = draw(k + 4, end)) memory[k] = finish(state);
      leaveLane(lanes, lane, state);
    }
  };
}

/** A lane's four words out of its generator, and back into it. */
export function takeLane(lanes: Lanes, lane: number, state: Int32Array): void {
  for (let word = 0; word < 4; word++) state[word] = lanes[4 * word + lane];
}
export function leaveLane(lanes: Lanes, lane: number, state: Int32Array): void {
  for (let word = 0; word < 4; word++) lanes[4 * word + lane] = state[word];
}

function next(state: Int32Array): number {
  const a = state[0];
  const b = state[1];
  const last = state[3];
  const c = state[2] ^ a;
  const d = last ^ b;
  const sum = (a + last) | 0;
  state[0] = a ^ d;
  state[1] = b ^ c;
  state[2] = c ^ (b << 9);
  state[3] = (d << 11) | (d >>> 21);
  return (((sum << 7) | (sum >>> 25)) + a) >>> 0;
}

/** What becomes of the draw state[4] that missed the fast test: from the tail, under the curve of its layer, or drawn anew. */
export function finish(state: Int32Array): number {
  const { heights, widths, bounds } = ziggurat();
  for (let u = state[4]; ; u = next(state)) {
    const layer = u >>> 22;
    const place = (u << 10) | 512;
    const z = place * widths[layer];
    if ((place ^ (place >> 31)) < bounds[layer]) return z;
    if (layer === 0) {
      // Marsaglia 1964: exponential candidates beyond the last layer's edge.
      for (;;) {
        const beyond = -logarithm(next(state)) / edge;
        if (-2 * logarithm(next(state)) >= beyond * beyond) return z < 0 ? -(edge + beyond) : edge + beyond;
      }
    }
    const level = (next(state) + 0.5) * 2 ** -32;
    if (heights[layer] + level * (heights[layer + 1] - heights[layer]) < density(z)) return z;
  }
}

// Of our own, because the language leaves the last bits of Math.log and Math.exp open and the SIMD form must agree in all.

/** ln((u + ½) 2⁻³²), u a whole number below 2³²: of its mantissa by the series of artanh. */
function logarithm(u: number): number {
  const exponent = 32 - Math.clz32(u);
  const mantissa = (2 * u + 1) / (exponent < 32 ? (1 << exponent) >>> 0 : 2 ** 32);
  const s = (mantissa - 1) / (mantissa + 1);
  const square = s * s;
  let sum = 0;
  for (let k = 31; k >= 1; k -= 2) sum = sum * square + 1 / k;
  return 2 * s * sum + (exponent - 33) * Math.LN2;
}

/** exp(−z²/2) for |z| < 5: e^x = 2^k e^r, |r| ≤ ½ ln 2. */
function density(z: number): number {
  const x = -0.5 * z * z;
  const k = Math.floor(x * Math.LOG2E + 0.5);
  const r = x - k * Math.LN2;
  const square = r * r;
  let even = 2.755731922398589e-7; // 1/n!, n = 10 … 0: good to 1e-11, and no more is needed to accept or refuse
  let odd = 2.7557319223985893e-6;
  even = even * square + 0.0000248015873015873;
  odd = odd * square + 0.0001984126984126984;
  even = even * square + 0.001388888888888889;
  odd = odd * square + 0.008333333333333333;
  even = even * square + 0.041666666666666664;
  odd = odd * square + 0.16666666666666666;
  even = even * square + 0.5;
  odd = odd * square + 1;
  const sum = even * square + 1 + odd * r;
  return sum * powersOfTwo[-k];
}

/** 2⁻ᵏ. */
const powersOfTwo = Float64Array.from({ length: 20 }, (_, k) => 1 / (1 << k));

// ---------------------------------------------------------------- tables

const layers = 1024;
/** Where the lowest layer meets the tail: the one value with which the topmost layer closes at the density's summit. */
const edge = 4.038849846109505;
export interface Ziggurat {
  /** The density exp(−x²/2) at the edge of each layer. */
  readonly heights: Float64Array;
  /** Of a layer, by 2⁻³¹. */
  readonly widths: Float64Array;
  /** Places below lie under the curve whatever their height. */
  readonly bounds: Int32Array;
}
let known: Ziggurat | undefined;
/** Reckoned when first asked for, which takes some milliseconds: whoever only reads what labs say of themselves never draws. */
export const ziggurat = (): Ziggurat => (known ??= makeZiggurat());

function makeZiggurat(): Ziggurat {
  const heights = new Float64Array(layers + 1);
  const widths = new Float64Array(layers);
  const bounds = new Int32Array(layers);
  // Of one layer, and of the tail with the rectangle before it; the density is not normalized.
  const area = edge * exp(-0.5 * edge * edge) + Math.sqrt(Math.PI / 2) * complementaryError(edge / Math.SQRT2);
  const x = new Float64Array(layers + 1);
  x[0] = area / exp(-0.5 * edge * edge);
  x[1] = edge;
  for (let i = 2; i < layers; i++) x[i] = Math.sqrt(-2 * log(area / x[i - 1] + exp(-0.5 * x[i - 1] ** 2)));
  x[layers] = 0;
  for (let i = 0; i <= layers; i++) heights[i] = exp(-0.5 * x[i] ** 2);
  for (let i = 0; i < layers; i++) {
    widths[i] = x[i] / 2 ** 31;
    bounds[i] = Math.floor((x[i + 1] / x[i]) * 2 ** 31);
  }
  return { heights, widths, bounds };
}
/** erfc by its continued fraction, which converges fast for x > 2. */
function complementaryError(x: number): number {
  let f = 0;
  for (let k = 300; k >= 1; k--) f = k / 2 / (x + f);
  return exp(-x * x) / Math.sqrt(Math.PI) / (x + f);
}
