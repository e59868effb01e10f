import type { Lanes } from "./kernels/normals.ts";
import { fillNormals } from "./kernels/rooms.ts";
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
  /** Standard normals into out[from] … out[to − 1]: the numbers that as many calls of `normal` yield, and several times as fast. They and the other draws move independently. */
  normals(out: Vector, from?: number, to?: number): void;
  /**
   * The generator from which the next normals come, for a kernel that draws a multiple of four of them itself and leaves in it where
   * it stopped; undefined while normals of an earlier draw are left over.
   */
  lanes(): Lanes | undefined;
}

/** The root stream of a run. Seeds are whole numbers of up to 53 bits. */
export function rng(seed: number): Rng {
  const key = new Int32Array([0x6f70746c, 0x61622072, 0x6e672031, 0x3a3a3a3a]); // arbitrary, but fixed
  absorb(key, seed | 0);
  absorb(key, Math.floor(seed / 2 ** 32) | 0);
  return new Stream(key);
}

/** Normals drawn at a time. */
const ahead = 256;

/** xoshiro128++ (Blackman & Vigna 2021, ACM TOMS 47:4), its 128-bit state drawn from a hash of the path. */
class Stream implements Rng {
  readonly #key: Int32Array;
  #state: Int32Array | undefined;
  /** Normals come from a generator of their own, `ahead` at a time. Each generator is made when first asked for. */
  #normalLanes: Lanes | undefined;
  #buffer: Vector | undefined;
  /** Numbers of the buffer that are used up. */
  #at = ahead;

  constructor(key: Int32Array) {
    this.#key = key;
  }

  split(label: string, index = 0): Rng {
    const key = new Int32Array(this.#key);
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
    if (this.#at === ahead) this.#refill();
    return this.#buffer![this.#at++];
  }

  normals(out: Vector, from = 0, to = out.length): void {
    let k = this.#take(out, from, to);
    const whole = Math.floor((to - k) / ahead) * ahead;
    if (whole > 0) fillNormals(this.#lanes(), out, k, whole);
    k += whole;
    if (k === to) return;
    this.#refill();
    this.#take(out, k, to);
  }
  lanes(): Lanes | undefined {
    return this.#at === ahead ? this.#lanes() : undefined;
  }
  /** From the buffer as long as it lasts; returns how far it did. A loop, since calls that copy cost more than a few numbers. */
  #take(out: Vector, from: number, to: number): number {
    const buffer = this.#buffer;
    if (!buffer) return from;
    const shift = this.#at - from;
    const end = Math.min(to, ahead - shift);
    for (let k = from; k < end; k++) out[k] = buffer[k + shift];
    this.#at += end - from;
    return end;
  }
  #refill(): void {
    this.#buffer ??= new Float64Array(ahead);
    fillNormals(this.#lanes(), this.#buffer, 0, ahead);
    this.#at = 0;
  }
  #lanes(): Lanes {
    if (this.#normalLanes) return this.#normalLanes;
    const lanes = (this.#normalLanes = new Int32Array(16));
    for (let k = 0; k < 16; k++) {
      const word = k >> 2;
      const lane = k & 3;
      lanes[k] = mix(this.#key[word] + Math.imul(5 + 4 * lane + word, golden));
    }
    for (let lane = 0; lane < 4; lane++)
      if ((lanes[lane] | lanes[lane + 4] | lanes[lane + 8] | lanes[lane + 12]) === 0) lanes[lane] = 1;
    return lanes;
  }

  #begin(): Int32Array {
    const state = new Int32Array(4);
    for (let i = 0; i < 4; i++) state[i] = mix(this.#key[i] + Math.imul(i + 1, golden));
    if ((state[0] | state[1] | state[2] | state[3]) === 0) state[0] = 1;
    return state;
  }
  #next(): number {
    const state = (this.#state ??= this.#begin());
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
