import { advance, OpenUnits } from "./openUnits.ts";
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

  constructor(options: StandInOptions) {
    this.#options = options;
  }
  /** In place of the thread of that number; what it did before is dropped. */
  begin(share: Share, thread: number): void {
    const { computing, rest } = this.#options;
    const { lab: name, job, seed } = share;
    this.#share = share;
    rest.begin(share.run, share.watched);
    const lab = computing.findLab(name);
    if (!lab) return; // the threads say so
    const begun = (unit: number) => lab.work(job, unit, computing.rng(seed));
    this.#schedule(share, new OpenUnits(share, thread, begun, { oneByOne: () => true }));
  }
  /** What it has begun is for others to begin anew. */
  leave(): void {
    this.#share = undefined;
  }

  #schedule(share: Share, units: OpenUnits): void {
    if (this.#options.rest.due()) setTimeout(() => this.#schedule(share, units), look);
    else setImmediate(() => this.#turn(share, units));
  }
  #turn(share: Share, units: OpenUnits): void {
    if (this.#share !== share) return;
    try {
      const ended: number[] = [];
      const more = this.#work(share, units, ended);
      this.#options.moved(ended);
      if (more) this.#schedule(share, units);
      else if (this.#share === share) this.leave();
    } catch (error) {
      this.leave();
      this.#options.failed(error);
    }
  }
  /** Some milliseconds of it; returns whether there is more to do. */
  #work(share: Share, units: OpenUnits, ended: number[]): boolean {
    const superseded = (): boolean => this.#options.superseded(share);
    const until = performance.now() + slice;
    do {
      const it = superseded() ? undefined : units.next();
      if (!it) return false;
      const result = advance(it, superseded);
      if (result?.done) {
        units.close(it);
        ended.push(it.unit);
      } else if (result) this.#options.add(it.unit, it.parts++, result.value);
    } while (performance.now() < until);
    return true;
  }
}
