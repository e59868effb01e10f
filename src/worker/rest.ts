import { signal } from "./signals.ts";

/** Milliseconds at most that a picture is waited for. */
const most = 100;
/** Milliseconds between two looks at whether a rest is over. */
export const look = 4;

/**
 * When a thread that works on a run leaves its processor to the first picture of a run, from the run's first frames until they are on the
 * screen; and to whatever is about to take the run's place, while it is held. Where the editor, its panel and the threads have two
 * processors between them, everything on the way to the screen takes twice as long while the threads compute.
 */
export class Rest {
  readonly #signals: Int32Array;
  readonly #now: () => number;
  #run = 0;
  #watched = false;
  #may = false;
  #until = Infinity;
  #holds = 0;
  #heldUntil = 0;

  constructor(signals: Int32Array, now: () => number = () => performance.now()) {
    this.#signals = signals;
    this.#now = now;
  }
  begin(run: number, watched: boolean): void {
    this.#run = run;
    this.#watched = watched;
    this.#may = watched;
    this.#until = Infinity;
    this.#holds = Atomics.load(this.#signals, signal.holds);
    this.#heldUntil = 0;
  }
  /** Whether the first picture is still to come. */
  get ahead(): boolean {
    return this.#may;
  }
  /** Whether it is time to rest. */
  due(): boolean {
    const now = this.#now();
    return this.#watched && (this.#forPicture(now) || this.#held(now));
  }
  #held(now: number): boolean {
    const holds = Atomics.load(this.#signals, signal.holds);
    if (holds !== this.#holds) {
      this.#holds = holds;
      this.#heldUntil = now + Atomics.load(this.#signals, signal.holdFor);
    }
    return now < this.#heldUntil;
  }
  #forPicture(now: number): boolean {
    if (!this.#may || Atomics.load(this.#signals, signal.shown) !== this.#run) return false;
    this.#until = Math.min(this.#until, now + most);
    this.#may = now < this.#until && Atomics.load(this.#signals, signal.painted) !== this.#run;
    return this.#may;
  }
}
