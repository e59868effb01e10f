import { signal } from "./signals.ts";

/** Milliseconds at most that a thread rests in a run. */
const most = 100;

/**
 * When a computing thread leaves its processor to the first picture of a run: from the run's first frames until they are on the
 * screen. Where the editor, its panel and the threads have two processors between them, everything on the way to the screen takes
 * twice as long while the threads compute.
 */
export class Rest {
  readonly #signals: Int32Array;
  readonly #now: () => number;
  #run = 0;
  #may = false;
  #until = Infinity;

  constructor(signals: Int32Array, now: () => number = () => performance.now()) {
    this.#signals = signals;
    this.#now = now;
  }
  begin(run: number, may: boolean): void {
    this.#run = run;
    this.#may = may;
    this.#until = Infinity;
  }
  /** Whether a rest may still come. */
  get ahead(): boolean {
    return this.#may;
  }
  /** Whether it is time to rest. */
  due(): boolean {
    if (!this.#may || Atomics.load(this.#signals, signal.shown) !== this.#run) return false;
    const now = this.#now();
    this.#until = Math.min(this.#until, now + most);
    this.#may = now < this.#until && Atomics.load(this.#signals, signal.painted) !== this.#run;
    return this.#may;
  }
}
