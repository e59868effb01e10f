import { getHeapStatistics } from "node:v8";
import type { Share } from "./serveUnits.ts";

/** A unit that a thread has begun. */
export interface OpenUnit {
  readonly unit: number;
  readonly steps: Generator<unknown, void>;
  /** Parts it has yielded. */
  parts: number;
  /** Steps between two looks at the clock. */
  stride: number;
}
/** Bytes that the open units of all threads together may take before further ones wait for their end. */
const budget = 1e9;
/** Milliseconds of a unit's turn. */
const turn = 1;

/**
 * The units that one thread has begun. They are taken off a table that all threads share, and advance in turns: a chart that
 * needs every unit then shows its first points early. So each thread begins its fair share at once, as far as memory allows; whatever is
 * left goes to the thread that is free first.
 */
export class OpenUnits {
  readonly #share: Pick<Share, "threads" | "taken">;
  readonly #mark: number;
  readonly #begin: (unit: number) => Generator<unknown, void>;
  readonly #fair: number;
  readonly #oneByOne: () => boolean;
  readonly #memory: () => number;
  readonly #before: number;
  readonly #open: OpenUnit[] = [];
  #turn = 0;
  #had = 0;
  #looked = 0;

  constructor(
    share: Pick<Share, "threads" | "taken">,
    thread: number,
    begin: (unit: number) => Generator<unknown, void>,
    options: { readonly oneByOne?: () => boolean; readonly memory?: () => number } = {},
  ) {
    this.#share = share;
    this.#mark = thread + 1;
    this.#begin = begin;
    this.#fair = Math.ceil(share.taken.length / share.threads);
    this.#oneByOne = options.oneByOne ?? (() => false);
    this.#memory = options.memory ?? memoryInUse;
    this.#before = this.#memory();
  }
  /** The unit whose turn it is: a new one where there may be more. Undefined when this thread has nothing left to do. */
  next(): OpenUnit | undefined {
    const fresh = this.#mayTake() ? this.#take() : undefined;
    if (fresh) return fresh;
    this.#turn++;
    if (this.#turn >= this.#open.length) this.#turn = 0;
    return this.#open.at(this.#turn);
  }
  close(it: OpenUnit): void {
    const at = this.#open.indexOf(it);
    this.#open.splice(at, 1);
    if (at <= this.#turn) this.#turn--;
  }

  #mayTake(): boolean {
    if (this.#open.length === 0) {
      this.#looked = 0; // a thread that died has left its units
      return true;
    }
    if (this.#oneByOne() || this.#had >= this.#fair || this.#looked >= this.#share.taken.length) return false;
    return this.#memory() - this.#before < budget / this.#share.threads;
  }
  #take(): OpenUnit | undefined {
    const { taken } = this.#share;
    for (; this.#looked < taken.length; this.#looked++) {
      if (Atomics.compareExchange(taken, this.#looked, 0, this.#mark) !== 0) continue;
      const unit = this.#looked++;
      this.#had++;
      const it = { unit, steps: this.#begin(unit), parts: 0, stride: 1 };
      this.#open.push(it);
      return it;
    }
    return undefined;
  }
}
const memoryInUse = (): number => {
  const { used_heap_size, external_memory } = getHeapStatistics();
  return used_heap_size + external_memory;
};

/** Advances a unit to its next part or its end, or until its turn is over or `stopped`; then there is no result. */
export function advance(it: OpenUnit, stopped: () => boolean): IteratorResult<unknown, void> | undefined {
  const from = performance.now();
  for (;;) {
    for (let k = 0; k < it.stride; k++) {
      const result = it.steps.next();
      if (result.done || result.value !== undefined) return result;
      if (stopped()) return undefined;
    }
    const passed = performance.now() - from;
    // The clock costs as much as a small step; it is looked at a few times in a turn.
    if (passed < turn / 8) it.stride = Math.min(2 * it.stride, 256);
    else if (passed > turn) it.stride = Math.max(1, it.stride >> 1);
    if (passed >= turn) return undefined;
  }
}
