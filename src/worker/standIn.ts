import { advance, type OpenUnit } from "./openUnits.ts";
import { look, Rest } from "./rest.ts";
import type { Computing, Share } from "./serveUnits.ts";

export interface StandInOptions {
  readonly computing: Pick<Computing, "findLab" | "rng">;
  readonly rest: Rest;
  readonly superseded: (share: Share) => boolean;
  readonly add: (unit: number, index: number, part: unknown) => void;
  /** Some parts were added, and these units have ended. */
  readonly moved: (ended: readonly number[]) => void;
  readonly failed: (error: unknown) => void;
}
/** Milliseconds of work between two looks at what has arrived meanwhile. */
const slice = 6;

/**
 * Computes in the lead thread what a computing thread would that has not been started yet: one unit at a time, whose parts need no ring. To
 * start a thread takes 40 ms of a processor, more than its share of many a run.
 */
export class StandIn {
  readonly #options: StandInOptions;
  #share: Share | undefined;
  #mark = 0;
  #unit: OpenUnit | undefined;
  #looked = 0;

  constructor(options: StandInOptions) {
    this.#options = options;
  }
  /** In place of the thread of that number; what it did before is dropped. */
  begin(share: Share, thread: number): void {
    this.#share = share;
    this.#mark = thread + 1;
    this.#unit = undefined;
    this.#looked = 0;
    this.#options.rest.begin(share.run, share.watched);
    this.#schedule(share);
  }
  /** What it has begun is for others to begin anew. */
  leave(): void {
    this.#share = this.#unit = undefined;
  }

  #schedule(share: Share): void {
    if (this.#options.rest.due()) setTimeout(() => this.#schedule(share), look);
    else setImmediate(() => this.#turn(share));
  }
  #turn(share: Share): void {
    if (this.#share !== share) return;
    try {
      const ended: number[] = [];
      const more = this.#work(share, ended);
      this.#options.moved(ended);
      if (more) this.#schedule(share);
      else if (this.#share === share) this.leave();
    } catch (error) {
      this.leave();
      this.#options.failed(error);
    }
  }
  /** Some milliseconds of it; returns whether there is more to do. */
  #work(share: Share, ended: number[]): boolean {
    const superseded = (): boolean => this.#options.superseded(share);
    const until = performance.now() + slice;
    do {
      const it = superseded() ? undefined : (this.#unit ??= this.#take(share));
      if (!it) return false;
      const result = advance(it, superseded);
      if (result?.done) {
        ended.push(it.unit);
        this.#unit = undefined;
      } else if (result) this.#options.add(it.unit, it.parts++, result.value);
    } while (performance.now() < until);
    return true;
  }
  #take({ lab: name, job, seed, taken }: Share): OpenUnit | undefined {
    const { findLab, rng } = this.#options.computing;
    const lab = findLab(name);
    for (; lab && this.#looked < taken.length; this.#looked++) {
      if (Atomics.compareExchange(taken, this.#looked, 0, this.#mark) !== 0) continue;
      const unit = this.#looked++;
      return { unit, steps: lab.work(job, unit, rng(seed)), parts: 0, stride: 1 };
    }
    return undefined;
  }
}
