import type { Vector } from "../vector.ts";
import type { Lanes } from "./normals.ts";
import type { Block, RuleName, Stretch } from "./rules.ts";
import type { WellMap } from "./well.ts";

/** Numbers that a call fills at most where they are copied out afterwards. */
export const passage = 4096;

/**
 * One piece of memory in which the vectors of an ensemble lie, and the kernels that work on it. For the plain kernels too, because a
 * loop over many arrays keeps a place and a length of each in the processor's registers, of which there are too few.
 */
export abstract class Room {
  /** Everything that lies in it. */
  readonly memory: Vector;
  /** Where the first vector begins, and where the next one will. */
  readonly #begin: number;
  #free: number;
  /** Where noise for other places is made. */
  readonly #passing: Vector;

  /** The numbers of `memory` from `begin` on, of which `passage` are its own. */
  constructor(memory: Vector, begin = 0) {
    this.memory = memory;
    this.#begin = this.#free = begin + passage;
    this.#passing = memory.subarray(begin, begin + passage);
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
    return this.space(n).fill(0);
  }
  /** The same for numbers that are written before they are read: what stands there now is what some ensemble left. */
  space(n: number): Vector {
    const from = this.#free;
    const next = from + n + (n & 1);
    if (next > this.memory.length) throw new Error(`A room of ${this.size} numbers has no space for ${n} more.`);
    this.#free = next;
    return this.memory.subarray(from, from + n);
  }
  /** Standard normals into out[from] … out[from + count − 1], of this room or of any place; `count` is a multiple of four. */
  fill(lanes: Lanes, out: Vector, from: number, count: number): void {
    if (out.buffer === this.memory.buffer && from % 2 === 0) {
      this.draw(lanes, out.byteOffset / 8 + from, count);
      return;
    }
    const passing = this.#passing;
    for (let done = 0; done < count; done += passage) {
      const now = Math.min(passage, count - done);
      this.draw(lanes, passing.byteOffset / 8, now);
      out.set(now < passage ? passing.subarray(0, now) : passing, from + done);
    }
  }
  /** Normals into memory[at] … */
  protected abstract draw(lanes: Lanes, at: number, count: number): void;
  /** Advances a block, all vectors of which lie here. */
  abstract rule(name: RuleName, block: Block, stretch: Stretch): void;
  /** `steps` steps of chains in a well in place, by `map`; step k draws z from noise[from + k n] on. Both vectors lie here. */
  abstract well(map: WellMap, theta: Vector, noise: Vector, from: number, steps: number): void;
  /** The same with normals of a generator drawn on the way, of a multiple of four chains. */
  abstract wellDrawn(map: WellMap, theta: Vector, lanes: Lanes, steps: number): void;
}
