import { Worker } from "node:worker_threads";
import type { FromUnits, Share } from "./serveUnits.ts";
import { type Fault, faultOf } from "./thread.ts";

/** Computing threads, kept warm from run to run; one that dies is replaced when work is next handed out. */
export class Pool {
  readonly #file: string;
  readonly #listen: (message: FromUnits) => void;
  readonly #threads: (Worker | undefined)[];
  #run = 0;

  constructor(options: { file: string; threads: number; listen: (message: FromUnits) => void }) {
    this.#file = options.file;
    this.#listen = options.listen;
    this.#threads = new Array<Worker | undefined>(options.threads).fill(undefined);
    this.#threads.forEach((_, index) => this.#thread(index));
  }

  /** Gives unit i to thread i mod n. Whatever the threads were doing is dropped. */
  share(work: Omit<Share, "units">, units: number): void {
    this.#run = work.run;
    this.#threads.forEach((_, index) => {
      const own: number[] = [];
      for (let unit = index; unit < units; unit += this.#threads.length) own.push(unit);
      this.#thread(index).postMessage({ ...work, units: own } satisfies Share);
    });
  }
  /** Brings all threads to rest. */
  rest(): void {
    for (const thread of this.#threads)
      thread?.postMessage({ run: this.#run, lab: "", seed: 0, job: undefined, units: [] } satisfies Share);
  }

  #thread(index: number): Worker {
    const there = this.#threads.at(index);
    if (there) return there;
    const thread = new Worker(this.#file, { execArgv: [] });
    this.#threads[index] = thread;
    const lost = (fault: Fault): void => {
      if (this.#threads.at(index) !== thread) return;
      this.#threads[index] = undefined;
      this.#listen({ type: "failed", run: this.#run, fault });
    };
    thread.on("message", this.#listen);
    thread.on("error", (error) => lost({ ...faultOf(error), said: false }));
    thread.on("exit", (code) => {
      const message = `A computing thread ended with code ${code}.`;
      lost({ message, details: message, said: false });
    });
    return thread;
  }
}
