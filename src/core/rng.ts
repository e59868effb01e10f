import type { Vector } from "./vector.ts";

/**
 * A stream of random numbers. What it yields depends on the seed and on the path of labels and indices that leads to it,
 * never on what other streams have drawn: adding a draw somewhere moves no other stream, and a replicate is the same on
 * any thread.
 */
export interface Rng {
  /** The stream of that name below this one: the same however often it is asked for. Draws nothing; no index is index 0. */
  split(label: string, index?: number): Rng;
  /** Uniform in [0, 1), 53 bits. */
  uniform(): number;
  /** Uniform among 0, 1 … n − 1; n a whole number from 1 to 2³². */
  integer(n: number): number;
  /** Standard normal. */
  normal(): number;
  /** Standard normals into out[from] … out[to − 1]: the numbers that as many calls of `normal` yield, and several times as fast. */
  normals(out: Vector, from?: number, to?: number): void;
}

/** The root stream of a run. Seeds are whole numbers of up to 53 bits. */
export function rng(seed: number): Rng {
  const key = new Int32Array([0x6f70746c, 0x61622072, 0x6e672031, 0x3a3a3a3a]); // arbitrary, but fixed
  absorb(key, seed | 0);
  absorb(key, Math.floor(seed / 2 ** 32) | 0);
  return new Stream(key);
}

/** xoshiro128++ (Blackman & Vigna 2021, ACM TOMS 47:4), its 128-bit state drawn from a hash of the path. */
class Stream implements Rng {
  readonly #key: Int32Array;
  readonly #state: Int32Array;

  constructor(key: Int32Array) {
    this.#key = key;
    this.#state = new Int32Array(4);
    for (let i = 0; i < 4; i++) this.#state[i] = mix(key[i] + Math.imul(i + 1, golden));
    if ((this.#state[0] | this.#state[1] | this.#state[2] | this.#state[3]) === 0) this.#state[0] = 1;
  }

  split(label: string, index = 0): Rng {
    const key = Int32Array.from(this.#key);
    for (let i = 0; i < label.length; i++) absorb(key, label.charCodeAt(i));
    absorb(key, label.length); // "ab" then "c" is not "a" then "bc"
    absorb(key, index | 0);
    return new Stream(key);
  }

  uniform(): number {
    const high = this.#next() >>> 5;
    return (high * 2 ** 26 + (this.#next() >>> 6)) * 2 ** -53;
  }

  integer(n: number): number {
    if (!(n >= 1 && n <= 2 ** 32)) throw new Error(`integer(n) needs n from 1 to 2³², got ${n}`);
    if (n > 2 ** 21) {
      const limit = 2 ** 32 - (2 ** 32 % n);
      let u = this.#next() >>> 0;
      while (u >= limit) u = this.#next() >>> 0;
      return u % n;
    }
    // Lemire 2019, arXiv:1805.10941: the high word of u·n, exact in a double for n ≤ 2²¹; no division in the common case.
    for (;;) {
      const product = (this.#next() >>> 0) * n;
      const high = Math.floor(product * 2 ** -32);
      const low = product - high * 2 ** 32;
      if (low >= n || low >= 2 ** 32 % n) return high;
    }
  }

  normal(): number {
    this.normals(one, 0, 1);
    return one[0];
  }

  normals(out: Vector, from = 0, to = out.length): void {
    const state = this.#state;
    let k = from;
    while (k < to) {
      // The state lives in locals while the fast test holds (99.7 % of draws); a miss leaves the loop.
      let a = state[0];
      let b = state[1];
      let c = state[2];
      let d = state[3];
      let layer = 0;
      let z = 0;
      for (; k < to; k++) {
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
        layer = u >>> 22;
        const place = (u << 10) | 512;
        z = place * width[layer];
        if ((place ^ (place >> 31)) >= inside[layer]) break;
        out[k] = z;
      }
      state[0] = a;
      state[1] = b;
      state[2] = c;
      state[3] = d;
      if (k < to) out[k++] = this.#finish(layer, z);
    }
  }

  #next(): number {
    const state = this.#state;
    const a = state[0];
    const b = state[1];
    const c = state[2] ^ a;
    const d = state[3] ^ b;
    const sum = (a + state[3]) | 0;
    state[0] = a ^ d;
    state[1] = b ^ c;
    state[2] = c ^ (b << 9);
    state[3] = (d << 11) | (d >>> 21);
    return (((sum << 7) | (sum >>> 25)) + a) | 0;
  }

  /** Uniform in (0, 1), 32 bits: its logarithm is finite. */
  #open(): number {
    return ((this.#next() >>> 0) + 0.5) * 2 ** -32;
  }

  /** A candidate z that missed the fast test: from the tail, under the curve of its layer, or drawn anew. */
  #finish(layer: number, z: number): number {
    for (;;) {
      if (layer === 0) {
        // Marsaglia 1964: exponential candidates beyond the last layer's edge.
        for (;;) {
          const beyond = -Math.log(this.#open()) / edge;
          if (-2 * Math.log(this.#open()) >= beyond * beyond) return z < 0 ? -(edge + beyond) : edge + beyond;
        }
      }
      if (height[layer] + this.#open() * (height[layer + 1] - height[layer]) < Math.exp(-0.5 * z * z)) return z;
      const u = this.#next();
      layer = u >>> 22;
      const place = (u << 10) | 512;
      z = place * width[layer];
      if ((place ^ (place >> 31)) < inside[layer]) return z;
    }
  }
}

// ---------------------------------------------------------------- keys

const golden = 0x9e3779b9; // 2³² / φ
const odd = [0x85ebca6b, 0xc2b2ae35, 0x27d4eb2f, 0x165667b1];

/** A bijection of 32 bits in which every bit of x moves half of the bits of the result. */
function mix(x: number): number {
  x = Math.imul(x ^ (x >>> 16), 0x21f0aaad);
  x = Math.imul(x ^ (x >>> 15), 0x735a2d97);
  return x ^ (x >>> 15);
}
function absorb(key: Int32Array, word: number): void {
  let h = key[3];
  for (let i = 0; i < 4; i++) {
    h = mix(key[i] ^ (h + Math.imul(word + i, odd[i])));
    key[i] = h;
  }
}

// ---------------------------------------------------------------- the ziggurat (Marsaglia & Tsang 2000), 1,024 layers of one area

const layers = 1024;
/** Where the lowest layer meets the tail: the one value with which the topmost layer closes at the density's summit. */
const edge = 4.038849846109505;
/** Of one layer, and of the tail with the rectangle before it; the density is exp(−x²/2), not normalized. */
const area = edge * Math.exp(-0.5 * edge * edge) + Math.sqrt(Math.PI / 2) * complementaryError(edge / Math.SQRT2);
const height = new Float64Array(layers + 1);
const width = new Float64Array(layers);
const inside = new Int32Array(layers);
const one = new Float64Array(1);
buildTables();

function buildTables(): void {
  const x = new Float64Array(layers + 1);
  x[0] = area / Math.exp(-0.5 * edge * edge);
  x[1] = edge;
  for (let i = 2; i < layers; i++) x[i] = Math.sqrt(-2 * Math.log(area / x[i - 1] + Math.exp(-0.5 * x[i - 1] ** 2)));
  x[layers] = 0;
  for (let i = 0; i <= layers; i++) height[i] = Math.exp(-0.5 * x[i] ** 2);
  for (let i = 0; i < layers; i++) {
    width[i] = x[i] / 2 ** 31;
    inside[i] = Math.floor((x[i + 1] / x[i]) * 2 ** 31);
  }
}
/** erfc by its continued fraction, which converges fast for x > 2. */
function complementaryError(x: number): number {
  let f = 0;
  for (let k = 300; k >= 1; k--) f = k / 2 / (x + f);
  return Math.exp(-x * x) / Math.sqrt(Math.PI) / (x + f);
}
