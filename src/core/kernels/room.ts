import type { Vector } from "../vector.ts";

/**
 * One piece of memory in which the vectors of an ensemble lie. For the plain kernels because a loop over many arrays keeps a place
 * and a length of each in the processor's registers, of which there are too few: over one array it takes two thirds of the time.
 */
export class Room {
  /** Everything that lies in it. */
  readonly memory: Vector;
  /** Where the first vector begins, and where the next one will. */
  readonly #begin: number;
  #free: number;

  /** The numbers of `memory` from `begin` on. */
  constructor(memory: Vector, begin = 0) {
    this.memory = memory;
    this.#begin = this.#free = begin;
  }
  /** Numbers it has space for when nothing lies in it. */
  get size(): number {
    return this.memory.length - this.#begin;
  }
  get left(): number {
    return this.memory.length - this.#free;
  }
  /** Nothing lies in it any more. */
  clear(): void {
    this.#free = this.#begin;
  }
  /** Zeros of its own, aligned to 16 bytes. Throws where they do not fit any more. */
  zeros(n: number): Vector {
    const from = this.#free;
    const next = from + n + (n & 1);
    if (next > this.memory.length) throw new Error(`A room of ${this.size} numbers has no space for ${n} more.`);
    this.#free = next;
    return this.memory.subarray(from, from + n).fill(0);
  }
}
